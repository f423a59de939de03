//! Certificates of every kind for tests, good and bad, made with the engine directly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pgp::composed::KeyType;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    KeyFlags, PubKeyInner, PublicKey, PublicSubkey, RevocationCode, SecretKey, SecretSubkey,
    Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{
    Duration, KeyDetails, KeyVersion, Password, PlainSecretParams, PublicParams, RevocationKey,
    RevocationKeyClass, RsaPublicParams, SecretParams, Tag, Timestamp,
};
use rand::SeedableRng;
use rand::rngs::StdRng;

use crate::cert::Certificate;
use crate::cert::packets::{self, tag};
use crate::wire::Time;

/// 2026-11-22.
pub(crate) const NOW: Time = 1_795_305_600;
pub(crate) const DAY: Time = 24 * 60 * 60;
/// When the keys of tests are made unless they say otherwise.
pub(crate) const MADE: Time = NOW - 400 * DAY;

pub(crate) const SIGN: u8 = 0x02;
pub(crate) const CERTIFY: u8 = 0x01;
pub(crate) const ENCRYPT: u8 = 0x0c;

/// The body of a key of DSA modulo rubbish of so many words, which takes long to read.
pub(crate) fn costly_key(words: usize, number: u32) -> Vec<u8> {
    let mut body = vec![4];
    body.extend(number.to_be_bytes());
    body.push(17);
    body.extend((words as u16 * 64).to_be_bytes());
    body.resize(8 + words * 8, 0xff);
    body
}

pub(crate) fn rng() -> StdRng {
    StdRng::seed_from_u64(7)
}

/// What a signature of a test says.
#[derive(Clone)]
pub(crate) struct Says {
    pub(crate) made: Time,
    pub(crate) hash: HashAlgorithm,
    pub(crate) hashed: Vec<Subpacket>,
    pub(crate) typ: Option<SignatureType>,
}

pub(crate) fn says(made: Time) -> Says {
    Says {
        made,
        hash: HashAlgorithm::Sha512,
        hashed: Vec::new(),
        typ: None,
    }
}

impl Says {
    pub(crate) fn and(mut self, data: SubpacketData) -> Self {
        self.hashed.push(Subpacket::regular(data).unwrap());
        self
    }

    pub(crate) fn critical(mut self, data: SubpacketData) -> Self {
        self.hashed.push(Subpacket::critical(data).unwrap());
        self
    }

    pub(crate) fn flags(self, bits: u8) -> Self {
        self.and(SubpacketData::KeyFlags(
            KeyFlags::try_from_reader(&[bits][..]).unwrap(),
        ))
    }

    pub(crate) fn key_lasts(self, seconds: u32) -> Self {
        self.and(SubpacketData::KeyExpirationTime(Duration::from_secs(
            seconds,
        )))
    }

    pub(crate) fn lasts(self, seconds: u32) -> Self {
        self.and(SubpacketData::SignatureExpirationTime(Duration::from_secs(
            seconds,
        )))
    }

    pub(crate) fn because(self, code: RevocationCode) -> Self {
        self.and(SubpacketData::RevocationReason(code, Default::default()))
    }

    pub(crate) fn over(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    pub(crate) fn config(&self, typ: SignatureType, by: &impl KeyDetails) -> SignatureConfig {
        let typ = self.typ.unwrap_or(typ);
        let mut config = if by.version() == KeyVersion::V6 {
            SignatureConfig::v6(rng(), typ, by.algorithm(), self.hash).unwrap()
        } else {
            SignatureConfig::v4(typ, by.algorithm(), self.hash)
        };
        let made = SubpacketData::SignatureCreationTime(Timestamp::from_secs(self.made));
        let by = SubpacketData::IssuerFingerprint(by.fingerprint());
        config.hashed_subpackets = vec![
            Subpacket::regular(made).unwrap(),
            Subpacket::regular(by).unwrap(),
        ];
        config.hashed_subpackets.extend(self.hashed.clone());
        config
    }
}

/// A primary key and the packets of a certificate that grows.
#[derive(Clone)]
pub(crate) struct Maker {
    pub(crate) primary: SecretKey,
    pub(crate) subkeys: Vec<SecretSubkey>,
    pub(crate) packets: Vec<(u8, Vec<u8>)>,
}

/// RSA keys take long to make; what numbers they are does not matter.
pub(crate) fn rsa_jwk(name: &str) -> &'static str {
    match name {
        "1024" => include_str!("../testdata/keys/rsa1024.jwk"),
        "2048" => include_str!("../testdata/keys/rsa2048.jwk"),
        "3072a" => include_str!("../testdata/keys/rsa3072a.jwk"),
        "3072unequal" => include_str!("../testdata/keys/rsa3072unequal.jwk"),
        "4096a" => include_str!("../testdata/keys/rsa4096a.jwk"),
        "4096b" => include_str!("../testdata/keys/rsa4096b.jwk"),
        _ => include_str!("../testdata/keys/rsa3072b.jwk"),
    }
}

/// The key of a JSON Web Key.
pub(crate) fn rsa_key(jwk: &str) -> rsa::RsaPrivateKey {
    let jwk: serde_json::Value = serde_json::from_str(jwk).unwrap();
    let number = |name: &str| {
        let bytes = URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
        rsa::BigUint::from_bytes_be(&bytes)
    };
    let primes = vec![number("p"), number("q")];
    rsa::RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes).unwrap()
}

pub(crate) fn params(typ: &KeyType) -> (PublicParams, SecretParams) {
    if let KeyType::Rsa(bits) = typ {
        let key = rsa_key(rsa_jwk(&bits.to_string()));
        let public = PublicParams::RSA(RsaPublicParams::from(key.to_public_key()));
        return (
            public,
            SecretParams::Plain(PlainSecretParams::RSA(key.into())),
        );
    }
    typ.generate(rand::thread_rng()).unwrap()
}

pub(crate) fn secret_key(typ: &KeyType, version: KeyVersion, made: Time) -> SecretKey {
    let (public, secret) = params(typ);
    let inner = PubKeyInner::new(
        version,
        typ.to_alg(),
        Timestamp::from_secs(made),
        None,
        public,
    );
    SecretKey::new(PublicKey::from_inner(inner.unwrap()).unwrap(), secret).unwrap()
}

impl Maker {
    pub(crate) fn new(typ: &KeyType, version: KeyVersion, made: Time) -> Self {
        let primary = secret_key(typ, version, made);
        let packets = vec![(tag::PUBLIC_KEY, primary.public_key().to_bytes().unwrap())];
        Self {
            primary,
            subkeys: Vec::new(),
            packets,
        }
    }

    /// Ed25519, version 4.
    pub(crate) fn v4() -> Self {
        Self::new(&KeyType::Ed25519Legacy, KeyVersion::V4, MADE)
    }

    pub(crate) fn packet(mut self, tag: u8, body: Vec<u8>) -> Self {
        self.packets.push((tag, body));
        self
    }

    pub(crate) fn signature(self, signature: &Signature) -> Self {
        self.packet(tag::SIGNATURE, signature.to_bytes().unwrap())
    }

    /// A direct-key signature or key revocation where the certificate is now.
    pub(crate) fn direct(self, typ: SignatureType, says: Says) -> Self {
        let signature = says
            .config(typ, &self.primary)
            .sign_key(&self.primary, &Password::empty(), self.primary.public_key())
            .unwrap();
        self.signature(&signature)
    }

    pub(crate) fn revoke(self, says: Says) -> Self {
        self.direct(SignatureType::KeyRevocation, says)
    }

    pub(crate) fn on_user(
        &self,
        by: &SecretKey,
        id: &str,
        typ: SignatureType,
        says: &Says,
    ) -> Signature {
        let id = UserId::from_str(Default::default(), id).unwrap();
        says.config(typ, by)
            .sign_certification_third_party(
                by,
                &Password::empty(),
                self.primary.public_key(),
                Tag::UserId,
                &id,
            )
            .unwrap()
    }

    /// A user ID with a self-signature.
    pub(crate) fn user(self, id: &str, says: Says) -> Self {
        let signature = self.on_user(&self.primary, id, SignatureType::CertPositive, &says);
        self.packet(tag::USER_ID, id.as_bytes().to_vec())
            .signature(&signature)
    }

    pub(crate) fn revoke_user(self, id: &str, says: Says) -> Self {
        let signature = self.on_user(&self.primary, id, SignatureType::CertRevocation, &says);
        self.signature(&signature)
    }

    /// A subkey without any signature; its number is the count so far.
    pub(crate) fn bare_subkey(mut self, typ: &KeyType, made: Time) -> Self {
        let (public, secret) = params(typ);
        let version = self.primary.version();
        let inner = PubKeyInner::new(
            version,
            typ.to_alg(),
            Timestamp::from_secs(made),
            None,
            public,
        );
        let public = PublicSubkey::from_inner(inner.unwrap()).unwrap();
        let body = public.to_bytes().unwrap();
        self.subkeys
            .push(SecretSubkey::new(public, secret).unwrap());
        self.packet(tag::PUBLIC_SUBKEY, body)
    }

    pub(crate) fn on_subkey(&self, number: usize, typ: SignatureType, says: &Says) -> Signature {
        let public = self.subkeys[number].public_key();
        says.config(typ, &self.primary)
            .sign_subkey_binding(
                &self.primary,
                self.primary.public_key(),
                &Password::empty(),
                public,
            )
            .unwrap()
    }

    pub(crate) fn back_signature(&self, number: usize, says: &Says) -> SubpacketData {
        let subkey = &self.subkeys[number];
        let signature = says
            .config(SignatureType::KeyBinding, subkey)
            .sign_primary_key_binding(
                subkey,
                subkey.public_key(),
                &Password::empty(),
                self.primary.public_key(),
            )
            .unwrap();
        SubpacketData::EmbeddedSignature(Box::new(signature))
    }

    /// A bound subkey.
    pub(crate) fn subkey(self, typ: &KeyType, made: Time, says: Says) -> Self {
        let maker = self.bare_subkey(typ, made);
        let binding = maker.on_subkey(maker.subkeys.len() - 1, SignatureType::SubkeyBinding, &says);
        maker.signature(&binding)
    }

    /// A subkey for encryption, made with the primary key.
    pub(crate) fn encrypts(self) -> Self {
        let made = self.primary.created_at().as_secs();
        let typ = if self.primary.version() == KeyVersion::V6 {
            KeyType::X25519
        } else {
            KeyType::ECDH(pgp::crypto::ecc_curve::ECCCurve::Curve25519Legacy)
        };
        self.subkey(&typ, made, says(made).flags(ENCRYPT))
    }

    /// A subkey for signing with a back-signature.
    pub(crate) fn signs(self) -> Self {
        let made = self.primary.created_at().as_secs();
        let maker = self.bare_subkey(&KeyType::Ed25519Legacy, made);
        let number = maker.subkeys.len() - 1;
        let back = maker.back_signature(number, &says(made));
        let binding = maker.on_subkey(
            number,
            SignatureType::SubkeyBinding,
            &says(made).flags(SIGN).and(back),
        );
        maker.signature(&binding)
    }

    pub(crate) fn revoke_subkey(self, number: usize, says: Says) -> Self {
        let signature = self.on_subkey(number, SignatureType::SubkeyRevocation, &says);
        self.signature(&signature)
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, body) in &self.packets {
            packets::write(&mut out, *tag, body);
        }
        out
    }

    pub(crate) fn cert(&self) -> Certificate {
        Certificate::from_bytes(&self.bytes()).unwrap()
    }

    /// The transferable secret key, in clear.
    pub(crate) fn secret_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        for (tag, body) in &self.packets {
            let secret = match *tag {
                tag::PUBLIC_KEY => Some((tag::SECRET_KEY, self.primary.to_bytes().unwrap())),
                tag::PUBLIC_SUBKEY => self
                    .subkeys
                    .iter()
                    .find(|s| s.public_key().to_bytes().unwrap() == *body)
                    .map(|s| (tag::SECRET_SUBKEY, s.to_bytes().unwrap())),
                _ => None,
            };
            let (tag, body) = secret.unwrap_or_else(|| (*tag, body.clone()));
            packets::write(&mut out, tag, &body);
        }
        out
    }
}

/// What names a designated revoker.
pub(crate) fn naming(revoker: &Maker) -> SubpacketData {
    SubpacketData::RevocationKey(RevocationKey::new(
        RevocationKeyClass::Default,
        revoker.primary.algorithm(),
        revoker.primary.fingerprint().as_bytes(),
    ))
}

/// A revocation of `maker` by another key, a day ago.
pub(crate) fn revocation_by(revoker: &Maker, maker: &Maker, code: RevocationCode) -> Signature {
    let mut config = SignatureConfig::v4(
        SignatureType::KeyRevocation,
        revoker.primary.algorithm(),
        HashAlgorithm::Sha512,
    );
    let made = SubpacketData::SignatureCreationTime(Timestamp::from_secs(NOW - DAY));
    let issuer = SubpacketData::IssuerFingerprint(revoker.primary.fingerprint());
    let why = SubpacketData::RevocationReason(code, Default::default());
    config.hashed_subpackets = [made, issuer, why]
        .map(|data| Subpacket::regular(data).unwrap())
        .to_vec();
    config
        .sign_key(
            &revoker.primary,
            &Password::empty(),
            maker.primary.public_key(),
        )
        .unwrap()
}

/// The usual: version 4, one user ID, signs with the primary key, a subkey for encryption.
pub(crate) fn usual(id: &str) -> Maker {
    Maker::v4()
        .user(id, says(MADE).flags(CERTIFY | SIGN))
        .encrypts()
}
