//! Keys and the vault's part, for tests: made with rpgp directly, so that nothing here can agree with the code under
//! test by sharing it.

use pgp::composed::{
    Deserializable, EncryptionCaps, KeyType, SecretKeyParamsBuilder, SignedPublicKey,
    SignedSecretKey, SubkeyParamsBuilder,
};
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::{
    PacketHeader, PublicKeyEncryptedSessionKey, SignatureConfig, SignatureType, Subpacket,
    SubpacketData,
};
use pgp::ser::Serialize;
use pgp::types::{
    DecryptionKey, EskType, KeyDetails, KeyVersion, Password, PkeskVersion, SignatureBytes,
    SigningKey, Timestamp,
};
use rand::SeedableRng;
use rand::rngs::StdRng;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::engine::{Reader, Writer};
use crate::message::packet::{self, tag};
use crate::verdict::ReadMessage;
use crate::wire::engine::{EncryptJob, EncryptStep, Opened};
use crate::wire::{Bytes, Form, SignRequest, Time, Vouched};

pub(crate) fn rng(seed: u64) -> StdRng {
    StdRng::seed_from_u64(seed)
}

/// The time of the tests: a while after the self-signatures, which rpgp dates with the clock. It stands still, so that
/// the same job gives the same digest however slow the machine is.
pub(crate) fn now() -> Time {
    static NOW: std::sync::OnceLock<Time> = std::sync::OnceLock::new();
    *NOW.get_or_init(|| Timestamp::now().as_secs() + 1000)
}

/// What kind of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// EdDSA legacy with ECDH.
    V4,
    /// NIST P-256.
    P256,
    /// RFC 9580.
    V6,
}

/// A key with a signing and an encryption subkey, for `<name>@example.org`.
pub(crate) fn secret(kind: Kind, name: &str) -> SignedSecretKey {
    secret_of(kind, name, format!("{name} <{name}@example.org>"))
}

/// The same for any user ID.
pub(crate) fn secret_of(kind: Kind, name: &str, user_id: String) -> SignedSecretKey {
    let seed = name
        .bytes()
        .fold(kind as u64, |seed, byte| seed * 131 + u64::from(byte));
    let (version, sign, encrypt) = match kind {
        Kind::V4 => (
            KeyVersion::V4,
            KeyType::Ed25519Legacy,
            KeyType::ECDH(ECCCurve::Curve25519Legacy),
        ),
        Kind::P256 => (
            KeyVersion::V4,
            KeyType::ECDSA(ECCCurve::P256),
            KeyType::ECDH(ECCCurve::P256),
        ),
        Kind::V6 => (KeyVersion::V6, KeyType::Ed25519, KeyType::X25519),
    };
    // The same whenever it is called, so that a name is one key: 2025-01-01.
    let made = Timestamp::from_secs(1_735_689_600);
    let mut signing = SubkeyParamsBuilder::default();
    signing
        .version(version)
        .key_type(sign.clone())
        .can_sign(true)
        .created_at(made);
    let mut encrypting = SubkeyParamsBuilder::default();
    encrypting
        .version(version)
        .key_type(encrypt)
        .can_encrypt(EncryptionCaps::All)
        .created_at(made);
    let mut params = SecretKeyParamsBuilder::default();
    params
        .version(version)
        .key_type(sign)
        .can_certify(true)
        .created_at(made)
        .feature_seipd_v2(kind == Kind::V6)
        .preferred_symmetric_algorithms(
            [SymmetricKeyAlgorithm::AES256, SymmetricKeyAlgorithm::AES128]
                .into_iter()
                .collect(),
        )
        .preferred_aead_algorithms(
            [(SymmetricKeyAlgorithm::AES256, AeadAlgorithm::Ocb)]
                .into_iter()
                .collect(),
        )
        .preferred_hash_algorithms(
            [HashAlgorithm::Sha512, HashAlgorithm::Sha256]
                .into_iter()
                .collect(),
        )
        .primary_user_id(user_id)
        .subkeys(vec![signing.build().unwrap(), encrypting.build().unwrap()]);
    params.build().unwrap().generate(rng(seed)).unwrap()
}

/// The fingerprint of a key.
pub(crate) fn fingerprint(secret: &SignedSecretKey) -> crate::wire::Fingerprint {
    crate::wire::Fingerprint::from_bytes(secret.fingerprint().as_bytes())
}

/// A key as the opener of a message.
pub(crate) fn opener(secret: &SignedSecretKey) -> crate::wire::Opener {
    crate::wire::Opener {
        certificate: fingerprint(secret),
        weak: false,
        packet: 0,
        name: String::new(),
    }
}

/// The certificate of a key.
pub(crate) fn public(secret: &SignedSecretKey) -> Bytes {
    Bytes(SignedPublicKey::from(secret.clone()).to_bytes().unwrap())
}

/// What the vault says of a key with these user IDs confirmed.
pub(crate) fn confirmed(secret: &SignedSecretKey, user_ids: &[&str]) -> Vouched {
    Vouched {
        certificate: fingerprint(secret),
        own: false,
        user_ids: user_ids
            .iter()
            .map(|id| Bytes(id.as_bytes().to_vec()))
            .collect(),
    }
}

/// What it says of an own one.
pub(crate) fn own(secret: &SignedSecretKey) -> Vouched {
    Vouched {
        own: true,
        ..confirmed(secret, &[])
    }
}

/// What the vault does with PKESK packets.
pub(crate) fn decipher(secret: &SignedSecretKey, pkesks: &[Bytes]) -> (Option<u8>, Vec<u8>) {
    for raw in pkesks {
        let mut rest = raw.0.as_slice();
        let header = PacketHeader::try_from_reader(&mut rest).unwrap();
        let Ok(pkesk) = PublicKeyEncryptedSessionKey::try_from_reader(header, rest) else {
            continue;
        };
        let typ = match pkesk.version() {
            PkeskVersion::V6 => EskType::V6,
            _ => EskType::V3_4,
        };
        for subkey in &secret.secret_subkeys {
            if !pkesk.match_identity(&subkey.key) {
                continue;
            }
            let values = pkesk.values().unwrap();
            if let Ok(Ok(key)) = subkey.key.decrypt(&Password::empty(), values, typ) {
                let raw = match &key {
                    pgp::composed::PlainSessionKey::V3_4 { key, .. }
                    | pgp::composed::PlainSessionKey::V5 { key }
                    | pgp::composed::PlainSessionKey::V6 { key } => key.as_ref().to_vec(),
                };
                return (key.sym_algorithm().map(u8::from), raw);
            }
        }
    }
    panic!("no session key")
}

/// A signature's fields as they stand in a packet.
fn fields(signature: SignatureBytes) -> Vec<u8> {
    match signature {
        SignatureBytes::Mpis(all) => all.iter().flat_map(|m| m.to_bytes().unwrap()).collect(),
        SignatureBytes::Native(bytes) => bytes.to_vec(),
    }
}

/// The RSA key of the test data, made by GnuPG in 2024: the primary key signs, the subkey decrypts.
pub(crate) fn rsa() -> SignedSecretKey {
    let block = include_str!("../../../testdata/keys/rsa3072.asc");
    SignedSecretKey::from_string(block).unwrap().0
}

/// The component key that signs: the subkey with the flag, else the primary key.
// rpgp implements its trait for this type and not for `&dyn SigningKey`.
#[allow(clippy::redundant_allocation)]
pub(crate) fn signer(secret: &SignedSecretKey) -> Box<&dyn SigningKey> {
    let mut subkeys = secret.secret_subkeys.iter();
    match subkeys.find(|subkey| subkey.signatures[0].key_flags().sign()) {
        Some(subkey) => Box::new(&subkey.key),
        None => Box::new(&secret.primary_key),
    }
}

/// What the vault does with a digest.
pub(crate) fn sign(secret: &SignedSecretKey, request: &SignRequest) -> Vec<u8> {
    let hash = HashAlgorithm::from(request.hash);
    let key = signer(secret);
    let fingerprint = crate::wire::Fingerprint::from_bytes(key.fingerprint().as_bytes());
    assert_eq!(request.component, fingerprint);
    fields(
        key.sign(&Password::empty(), hash, &request.digest.0)
            .unwrap(),
    )
}

/// Makes a message as desk and vault do together.
pub(crate) fn write(
    text: &str,
    recipients: &[&SignedSecretKey],
    signer: Option<&SignedSecretKey>,
) -> (String, bool) {
    let recipients = recipients.iter().map(|key| public(key)).collect();
    write_at(text, recipients, signer, now())
}

/// The same at some time, for any certificates.
pub(crate) fn write_at(
    text: &str,
    recipients: Vec<Bytes>,
    signer: Option<&SignedSecretKey>,
    now: Time,
) -> (String, bool) {
    let job = EncryptJob {
        text: text.to_owned(),
        recipients,
        hidden: vec![],
        passwords: vec![],
        signer: signer.map(public),
        now,
    };
    let (writer, mut step) = Writer::begin(job, &mut rng(7));
    if let EncryptStep::Sign { request } = &step {
        let signature = sign(signer.unwrap(), request);
        step = writer.unwrap().finish(&signature, &mut rng(8));
    }
    match step {
        EncryptStep::Done { armored, aead } => (armored, aead),
        other => panic!("{other:?}"),
    }
}

/// Reads a message as desk and vault do together.
pub(crate) fn read(
    armored: &str,
    reader: &SignedSecretKey,
    known: &[&SignedSecretKey],
    sender: Option<&str>,
) -> ReadMessage {
    let (mut engine, opened) = Reader::open(armored.as_bytes(), Form::Message);
    if let Opened::Encrypted { pkesks, .. } = &opened {
        let (algorithm, key) = decipher(reader, pkesks);
        let opened = engine.decrypt(algorithm, &key, opener(reader));
        assert!(matches!(opened, Opened::Readable { .. }), "{opened:?}");
    }
    let known: Vec<_> = known.iter().map(|key| public(key)).collect();
    engine.finish(&known, sender, now()).unwrap()
}

/// A literal packet.
pub(crate) fn literal(text: &[u8]) -> Vec<u8> {
    let body = [&[b'b', 0, 0, 0, 0, 0], text].concat();
    wrap(tag::LITERAL, &body)
}

/// A packet.
pub(crate) fn wrap(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    packet::write(&mut out, tag, body);
    out
}

/// A signature packet's body over `text`, of any type, with these hashed subpackets and the issuer.
pub(crate) fn signature(
    secret: &SignedSecretKey,
    typ: SignatureType,
    hash: HashAlgorithm,
    subpackets: Vec<Subpacket>,
    text: &[u8],
) -> Vec<u8> {
    signature_by(&signer(secret), typ, hash, subpackets, text)
}

/// Each signature of version 6 has a salt of its own.
static SALTS: AtomicU64 = AtomicU64::new(0);

/// The same with any component key.
pub(crate) fn signature_by(
    key: &impl SigningKey,
    typ: SignatureType,
    hash: HashAlgorithm,
    subpackets: Vec<Subpacket>,
    text: &[u8],
) -> Vec<u8> {
    let mut config = match key.version() {
        KeyVersion::V6 => {
            let salt = rng(SALTS.fetch_add(1, Ordering::Relaxed));
            SignatureConfig::v6(salt, typ, key.algorithm(), hash).unwrap()
        }
        _ => SignatureConfig::v4(typ, key.algorithm(), hash),
    };
    config.hashed_subpackets = subpackets;
    let issuer = SubpacketData::IssuerFingerprint(key.fingerprint());
    config
        .hashed_subpackets
        .push(Subpacket::regular(issuer).unwrap());
    config
        .sign(key, &Password::empty(), text)
        .unwrap()
        .to_bytes()
        .unwrap()
}

/// The creation time subpacket.
pub(crate) fn made(time: Time) -> Subpacket {
    Subpacket::regular(SubpacketData::SignatureCreationTime(Timestamp::from_secs(
        time,
    )))
    .unwrap()
}

/// A good signature of now.
pub(crate) fn good(secret: &SignedSecretKey, text: &[u8]) -> Vec<u8> {
    signature(
        secret,
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        vec![made(now())],
        text,
    )
}
