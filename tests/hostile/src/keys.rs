//! Certificates that can be wrong in every place, made with the engine directly: nothing here can agree with the code
//! under test by sharing it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pgp::composed::KeyType;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    KeyFlags, PubKeyInner, PublicKey, PublicSubkey, SecretKey, SecretSubkey, Signature,
    SignatureConfig, SignatureType, Subpacket, SubpacketData, UserId,
};
use pgp::ser::Serialize;
use pgp::types::{
    KeyDetails, KeyVersion, Password, PlainSecretParams, PublicParams, RsaPublicParams,
    SecretParams, SignatureBytes, SigningKey, Tag, Timestamp,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use waxseal_core::wire::Time;

use crate::message::{packet, tag};
use crate::{MADE, NOW};

/// Key flags (RFC 9580, 5.2.3.29).
pub const CERTIFY: u8 = 0x01;
/// Sign.
pub const SIGN: u8 = 0x02;
/// Encrypt, both kinds.
pub const ENCRYPT: u8 = 0x0c;

/// The same numbers in each run.
pub fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// What a signature says.
#[derive(Clone)]
pub struct Says {
    /// Creation time; `None` leaves the subpacket out.
    pub made: Option<Time>,
    /// Hash algorithm.
    pub hash: HashAlgorithm,
    /// More hashed subpackets.
    pub hashed: Vec<Subpacket>,
}

/// A signature of that time.
pub fn says(made: Time) -> Says {
    Says {
        made: Some(made),
        hash: HashAlgorithm::Sha512,
        hashed: Vec::new(),
    }
}

impl Says {
    /// With a subpacket.
    pub fn and(mut self, data: SubpacketData) -> Self {
        self.hashed
            .push(Subpacket::regular(data).expect("a subpacket"));
        self
    }

    /// With a critical subpacket.
    pub fn critical(mut self, data: SubpacketData) -> Self {
        self.hashed
            .push(Subpacket::critical(data).expect("a subpacket"));
        self
    }

    /// With key flags.
    pub fn flags(self, bits: u8) -> Self {
        let flags = KeyFlags::try_from_reader(&[bits][..]).expect("one octet");
        self.and(SubpacketData::KeyFlags(flags))
    }

    /// With another hash.
    pub fn over(mut self, hash: HashAlgorithm) -> Self {
        self.hash = hash;
        self
    }

    /// Without a creation time.
    pub fn timeless(mut self) -> Self {
        self.made = None;
        self
    }

    fn config(&self, typ: SignatureType, by: &impl KeyDetails) -> SignatureConfig {
        let mut config = if by.version() == KeyVersion::V6 {
            SignatureConfig::v6(rng(3), typ, by.algorithm(), self.hash).expect("version 6")
        } else {
            SignatureConfig::v4(typ, by.algorithm(), self.hash)
        };
        let made = self
            .made
            .map(|made| SubpacketData::SignatureCreationTime(Timestamp::from_secs(made)));
        let by = SubpacketData::IssuerFingerprint(by.fingerprint());
        config.hashed_subpackets = (made.into_iter().chain([by]))
            .map(|data| Subpacket::regular(data).expect("a subpacket"))
            .chain(self.hashed.clone())
            .collect();
        config
    }
}

/// The body of a signature packet on a text.
pub fn sign(by: &impl SigningKey, typ: SignatureType, says: &Says, text: &[u8]) -> Vec<u8> {
    let signature = says.config(typ, by).sign(by, &Password::empty(), text);
    body(&signature.expect("it is signed"))
}

/// The body of a signature of now with these octets in its hashed area, by hand: the engine makes none with critical
/// subpackets that it does not know. `data` is what is hashed before the signature's own part.
pub fn sign_with(by: &impl SigningKey, typ: u8, subpackets: &[u8], data: &[u8]) -> Vec<u8> {
    let issuer = [&[22, 33, 4], by.fingerprint().as_bytes()].concat();
    let area = [&[5, 2], &NOW.to_be_bytes()[..], &issuer, subpackets].concat();
    let length = u16::try_from(area.len()).expect("short").to_be_bytes();
    let head = [&[4, typ, by.algorithm().into(), 10], &length[..], &area].concat();
    let count = u32::try_from(head.len()).expect("short").to_be_bytes();
    let mut hasher = HashAlgorithm::Sha512.new_hasher().expect("SHA-512");
    for part in [data, &head, &[4, 255], &count] {
        hasher.update(part);
    }
    let digest = hasher.finalize();
    let signed = by.sign(&Password::empty(), HashAlgorithm::Sha512, &digest);
    let numbers = match signed.expect("it is signed") {
        SignatureBytes::Mpis(all) => all.iter().flat_map(body).collect(),
        SignatureBytes::Native(octets) => octets.to_vec(),
    };
    [&head, &[0, 0][..], &digest[..2], &numbers].concat()
}

/// What is hashed for a certification: the key and the user ID.
pub fn certified(key: &PublicKey, id: &[u8]) -> Vec<u8> {
    let key = body(key);
    let key_length = u16::try_from(key.len()).expect("short").to_be_bytes();
    let id_length = u32::try_from(id.len()).expect("short").to_be_bytes();
    [&[0x99], &key_length[..], &key, &[0xb4], &id_length, id].concat()
}

/// The body of a good signature of now.
pub fn good(by: &impl SigningKey, text: &[u8]) -> Vec<u8> {
    sign(by, SignatureType::Binary, &says(NOW), text)
}

/// A packet's body.
pub fn body(packet: &impl Serialize) -> Vec<u8> {
    packet.to_bytes().expect("it can be written")
}

/// The key pair of a JSON Web Key of the core's tests: RSA keys take long to make.
pub fn rsa_key(bits: u32) -> rsa::RsaPrivateKey {
    let jwk = match bits {
        1024 => include_str!("../../../crate/core/testdata/keys/rsa1024.jwk"),
        2048 => include_str!("../../../crate/core/testdata/keys/rsa2048.jwk"),
        4096 => include_str!("../../../crate/core/testdata/keys/rsa4096a.jwk"),
        _ => include_str!("../../../crate/core/testdata/keys/rsa3072a.jwk"),
    };
    let jwk: serde_json::Value = serde_json::from_str(jwk).expect("JSON");
    let number = |name: &str| {
        let text = jwk
            .get(name)
            .and_then(serde_json::Value::as_str)
            .expect(name);
        rsa::BigUint::from_bytes_be(&URL_SAFE_NO_PAD.decode(text).expect("base64"))
    };
    let primes = vec![number("p"), number("q")];
    rsa::RsaPrivateKey::from_components(number("n"), number("e"), number("d"), primes).expect("RSA")
}

/// Public and secret numbers. Each type and seed is one key.
pub fn params(typ: &KeyType, seed: u64) -> (PublicParams, SecretParams) {
    match typ {
        KeyType::Rsa(bits @ (1024 | 2048 | 3072 | 4096)) => {
            let key = rsa_key(*bits);
            let public = PublicParams::RSA(RsaPublicParams::from(key.to_public_key()));
            let secret = SecretParams::Plain(PlainSecretParams::RSA(key.into()));
            (public, secret)
        }
        _ => typ.generate(rng(seed)).expect("a key"),
    }
}

/// A primary key, and the packets of a certificate that grows.
#[derive(Clone)]
pub struct Maker {
    /// The primary key.
    pub primary: SecretKey,
    /// The subkeys so far.
    pub subkeys: Vec<SecretSubkey>,
    /// Type and body.
    pub packets: Vec<(u8, Vec<u8>)>,
    seed: u64,
}

impl Maker {
    /// A bare primary key.
    pub fn new(typ: &KeyType, version: KeyVersion, made: Time, seed: u64) -> Self {
        let (public, secret) = params(typ, seed);
        let made = Timestamp::from_secs(made);
        let inner = PubKeyInner::new(version, typ.to_alg(), made, None, public).expect("a key");
        let public = PublicKey::from_inner(inner).expect("a key");
        let primary = SecretKey::new(public, secret).expect("a key");
        Self {
            packets: vec![(tag::PUBLIC_KEY, body(primary.public_key()))],
            primary,
            subkeys: Vec::new(),
            seed,
        }
    }

    /// Ed25519, version 4.
    pub fn v4(seed: u64) -> Self {
        Self::new(&KeyType::Ed25519Legacy, KeyVersion::V4, MADE, seed)
    }

    /// A packet.
    pub fn packet(mut self, tag: u8, body: Vec<u8>) -> Self {
        self.packets.push((tag, body));
        self
    }

    /// A direct-key signature or key revocation.
    pub fn on_key(&self, by: &SecretKey, typ: SignatureType, says: &Says) -> Signature {
        let config = says.config(typ, by);
        let signed = config.sign_key(by, &Password::empty(), self.primary.public_key());
        signed.expect("it is signed")
    }

    /// A direct-key signature where the certificate is now; version 6 needs one (RFC 9580, 10.1.1).
    pub fn direct(self, says: Says) -> Self {
        let signature = self.on_key(&self.primary, SignatureType::Key, &says);
        self.packet(tag::SIGNATURE, body(&signature))
    }

    /// A key revocation where the certificate is now.
    pub fn revoke(self, says: Says) -> Self {
        let signature = self.on_key(&self.primary, SignatureType::KeyRevocation, &says);
        self.packet(tag::SIGNATURE, body(&signature))
    }

    /// A certification or its revocation.
    pub fn on_user(&self, by: &SecretKey, id: &[u8], typ: SignatureType, says: &Says) -> Signature {
        let header = pgp::packet::PacketHeader::new_fixed(
            Tag::UserId,
            u32::try_from(id.len()).expect("short"),
        );
        let id = UserId::try_from_reader(header, id).expect("a user ID");
        let config = says.config(typ, by);
        let key = self.primary.public_key();
        let signed =
            config.sign_certification_third_party(by, &Password::empty(), key, Tag::UserId, &id);
        signed.expect("it is signed")
    }

    /// A user ID with a self-signature.
    pub fn user(self, id: impl AsRef<[u8]>, says: Says) -> Self {
        let id = id.as_ref();
        let signature = self.on_user(&self.primary, id, SignatureType::CertPositive, &says);
        self.packet(tag::USER_ID, id.to_vec())
            .packet(tag::SIGNATURE, body(&signature))
    }

    /// A subkey without any signature.
    pub fn bare_subkey(mut self, typ: &KeyType) -> Self {
        let (public, secret) = params(typ, self.seed + 100 + self.subkeys.len() as u64);
        let (version, made) = (self.primary.version(), self.primary.created_at());
        let inner = PubKeyInner::new(version, typ.to_alg(), made, None, public).expect("a key");
        let public = PublicSubkey::from_inner(inner).expect("a key");
        let written = body(&public);
        self.subkeys
            .push(SecretSubkey::new(public, secret).expect("a key"));
        self.packet(tag::PUBLIC_SUBKEY, written)
    }

    /// A binding or revocation of a subkey.
    pub fn on_subkey(&self, number: usize, typ: SignatureType, says: &Says) -> Signature {
        let public = self.subkeys[number].public_key();
        let config = says.config(typ, &self.primary);
        let key = self.primary.public_key();
        let signed = config.sign_subkey_binding(&self.primary, key, &Password::empty(), public);
        signed.expect("it is signed")
    }

    /// The primary key binding inside of a signing subkey's binding.
    pub fn back_signature(&self, number: usize) -> SubpacketData {
        let subkey = &self.subkeys[number];
        let config = says(MADE).config(SignatureType::KeyBinding, subkey);
        let (public, key) = (subkey.public_key(), self.primary.public_key());
        let signed = config.sign_primary_key_binding(subkey, public, &Password::empty(), key);
        SubpacketData::EmbeddedSignature(Box::new(signed.expect("it is signed")))
    }

    /// A bound subkey.
    pub fn subkey(self, typ: &KeyType, says: Says) -> Self {
        let maker = self.bare_subkey(typ);
        let number = maker.subkeys.len() - 1;
        let binding = maker.on_subkey(number, SignatureType::SubkeyBinding, &says);
        maker.packet(tag::SIGNATURE, body(&binding))
    }

    /// A subkey for encryption.
    pub fn encrypts(self) -> Self {
        let typ = match self.primary.version() {
            KeyVersion::V6 => KeyType::X25519,
            _ => KeyType::ECDH(ECCCurve::Curve25519Legacy),
        };
        self.subkey(&typ, says(MADE).flags(ENCRYPT))
    }

    /// The transferable public key.
    pub fn bytes(&self) -> Vec<u8> {
        self.packets
            .iter()
            .flat_map(|(tag, body)| packet(*tag, body))
            .collect()
    }

    /// The transferable secret key.
    pub fn secret_bytes(&self) -> Vec<u8> {
        let subkey = |public: &[u8]| {
            let found = self.subkeys.iter().find(|s| body(s.public_key()) == public);
            found.map(|found| packet(tag::SECRET_SUBKEY, &body(found)))
        };
        let packets = self.packets.iter().map(|(tag, public)| match *tag {
            tag::PUBLIC_KEY => packet(tag::SECRET_KEY, &body(&self.primary)),
            tag::PUBLIC_SUBKEY => subkey(public).unwrap_or_else(|| packet(*tag, public)),
            _ => packet(*tag, public),
        });
        packets.flatten().collect()
    }
}

/// The user ID of most certificates.
pub const ID: &str = "Alice <alice@example.org>";

/// A certificate as most are: version 4, signs with the primary key, a subkey for encryption.
pub fn usual(seed: u64) -> Maker {
    Maker::v4(seed)
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .encrypts()
}
