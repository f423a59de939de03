//! The engine's plain functions, as the command line uses them, and what must hold whatever is put in.

use pgp::composed::SignedSecretKey;
use proptest::prelude::*;

use super::kit::{Kind, decipher, fingerprint, now, opener, public, rng, rsa, secret, sign};
use crate::armor::{self, Checksum, Kind as Block};
use crate::cert::Certificate;
use crate::engine::{
    Capacity, CleartextSigner, DetachedSignatures, Format, Order, PasswordCost, Profile, Reader,
    Sealed, Signer, WriteError, Writer, judge_detached,
};
use crate::message::MessageError;
use crate::message::limits;
use crate::message::packet::Packets;
use crate::message::signature::parse as parse_signature;
use crate::policy::Purpose;
use crate::verdict::ReadMessage;
use crate::wire::engine::{Opened, SignatureMode, SignatureState, Summary, Verdict};
use crate::wire::{ErrorCode, Reason, Secret, SignRequest};

fn cert(key: &SignedSecretKey) -> Certificate {
    Certificate::from_bytes(&public(key).0).unwrap()
}

fn order(data: &[u8], recipients: &[&SignedSecretKey], signers: &[&SignedSecretKey]) -> Order {
    Order {
        data: data.to_vec().into(),
        hidden: Vec::new(),
        own: None,
        format: Format::Binary,
        recipients: recipients.iter().map(|key| cert(key)).collect(),
        passwords: vec![],
        cost: PasswordCost::FAST,
        signers: signers.iter().map(|key| cert(key)).collect(),
        mode: SignatureMode::Binary,
        profile: Profile::Recipients,
        purpose: Purpose::Any,
        now: now(),
    }
}

fn answers(requests: &[SignRequest], signers: &[&SignedSecretKey]) -> Vec<Vec<u8>> {
    let each = requests.iter().zip(signers);
    each.map(|(request, signer)| sign(signer, request))
        .collect()
}

fn seal(order: Order, signers: &[&SignedSecretKey]) -> Sealed {
    let (writer, requests) = Writer::new(order, &mut rng(1)).unwrap();
    writer
        .seal(&answers(&requests, signers), &mut rng(2))
        .unwrap()
}

fn open(data: &[u8], reader: &SignedSecretKey, known: &[&SignedSecretKey]) -> ReadMessage {
    let (mut engine, opened) = Reader::open_file(data, Capacity::NATIVE);
    let Opened::Encrypted { pkesks, .. } = opened else {
        panic!("{opened:?}")
    };
    let (algorithm, key) = decipher(reader, &pkesks);
    let opened = engine.decrypt(algorithm, &key, opener(reader));
    assert!(matches!(opened, Opened::Readable { .. }), "{opened:?}");
    let known: Vec<_> = known.iter().map(|key| cert(key)).collect();
    engine.judge(&known, None, now()).unwrap()
}

fn password(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn detached(data: &[u8], mode: SignatureMode, signers: &[&SignedSecretKey]) -> Vec<u8> {
    let certs: Vec<_> = signers.iter().map(|key| cert(key)).collect();
    let mut signer = Signer::new(&certs, mode, &[], now(), &mut rng(3)).unwrap();
    // in pieces, as a command line reads
    for piece in data.chunks(7) {
        signer.update(piece);
    }
    let (waiting, requests) = signer.requests().unwrap();
    let signatures = waiting.complete(&answers(&requests, signers)).unwrap();
    signatures.detached()
}

fn verify(signatures: &[u8], data: &[u8], known: &[&SignedSecretKey]) -> Verdict {
    let mut read = DetachedSignatures::read(signatures).unwrap();
    for piece in data.chunks(11) {
        read.update(piece);
    }
    let known: Vec<_> = known.iter().map(|key| cert(key)).collect();
    judge_detached(read, &known, None, now())
}

#[track_caller]
fn states(verdict: &Verdict, expected: &[SignatureState]) {
    let states: Vec<_> = verdict.signatures.iter().map(|s| s.state).collect();
    assert_eq!(states, expected, "{verdict:?}");
}

#[test]
fn passwords_alone_and_beside_keys() {
    let bob = secret(Kind::V6, "bob");
    for (profile, recipients, aead) in [
        (Profile::Recipients, vec![], false),
        (Profile::Recipients, vec![&bob], false),
        (Profile::Rfc4880, vec![&bob], false),
        (Profile::Rfc9580, vec![], true),
        (Profile::Rfc9580, vec![&bob], true),
    ] {
        let mut job = order(b"both", &recipients, &[]);
        job.passwords = vec![password("first one"), password("second one")];
        job.profile = profile;
        let sealed = seal(job, &[]);
        assert_eq!(sealed.aead, aead, "{profile:?}");
        for data in [sealed.data.to_vec(), sealed.armored().into_bytes()] {
            for (text, fits) in [("first one", true), ("second one", true), ("third", false)] {
                let (mut reader, opened) = Reader::open_file(&data, Capacity::BROWSER);
                assert!(
                    matches!(opened, Opened::Encrypted { password: true, pkesks, .. }
                        if pkesks.len() == recipients.len())
                );
                let opened = reader.decrypt_with_passwords(&[password(text)]);
                if !fits {
                    let error = ErrorCode::WrongPassword;
                    assert_eq!(
                        opened,
                        Opened::Failed {
                            error,
                            detail: None
                        }
                    );
                    // A mistyped password is not the end.
                    reader.decrypt_with_passwords(&[password("first one")]);
                }
                let found = reader.session_key().unwrap();
                assert_eq!(found.key, sealed.session_key.key);
                assert_eq!(found.algorithm, sealed.session_key.algorithm);
                let message = reader.judge(&[], None, now()).unwrap();
                assert_eq!((message.bytes(), message.text()), (&b"both"[..], "both"));
                assert!(message.verdict().encrypted);
            }
            let (mut reader, _) = Reader::open_file(&data, Capacity::BROWSER);
            let key = &sealed.session_key;
            let opened = reader.decrypt_given(key.algorithm.unwrap(), &key.key);
            assert!(matches!(opened, Opened::Readable { .. }));
            let (mut reader, _) = Reader::open_file(&data, Capacity::BROWSER);
            let opened = reader.decrypt_given(3, &key.key);
            assert!(matches!(opened, Opened::Failed { .. }), "another cipher");
        }
        for reader in recipients {
            assert_eq!(open(&sealed.data.to_vec(), reader, &[]).bytes(), b"both");
        }
    }
}

/// Armor that is made part by part is what it is as a whole.
#[test]
fn armor_in_parts() {
    let bob = secret(Kind::V6, "bob");
    let data: Vec<u8> = (0..2_300_000).map(|n: u32| (n / 5) as u8).collect();
    for (profile, checksum) in [
        (Profile::Rfc4880, Checksum::Crc24),
        (Profile::Rfc9580, Checksum::None),
    ] {
        let mut job = order(&data, &[&bob], &[]);
        job.profile = profile;
        let sealed = seal(job, &[]);
        let whole = armor::write(Block::Message, &sealed.data.to_vec(), checksum);
        assert!(sealed.armored() == whole, "{profile:?}");
    }
}

#[test]
fn what_cannot_be_sealed() {
    let refused = |order| Writer::new(order, &mut rng(1)).err().unwrap();
    assert_eq!(refused(order(b"x", &[], &[])), WriteError::NoRecipient);
    let mut long = order(b"x", &[], &[]);
    long.passwords = vec![password(&"x".repeat(limits::MAX_PASSWORD_BYTES + 1))];
    assert_eq!(refused(long), WriteError::Limit(limits::MAX_PASSWORD_BYTES));
    let mut many = order(b"x", &[], &[]);
    many.passwords = vec![password("some password"); limits::MAX_PASSWORDS + 1];
    assert_eq!(refused(many), WriteError::Limit(limits::MAX_PASSWORDS));
    let none = Signer::new(&[], SignatureMode::Binary, &[], now(), &mut rng(1));
    assert_eq!(none.err(), Some(WriteError::NoSigner));
    let ann = cert(&secret(Kind::V4, "ann"));
    let many = vec![ann; limits::MAX_SIGNATURES + 1];
    let many = Signer::new(&many, SignatureMode::Binary, &[], now(), &mut rng(1));
    assert_eq!(many.err(), Some(WriteError::Limit(limits::MAX_SIGNATURES)));
}

/// A letter that somebody passes on is told from one that was written to the reader.
#[test]
fn meant_for_others() {
    let (ann, bob, carol) = (
        secret(Kind::V4, "ann"),
        secret(Kind::V4, "bob"),
        secret(Kind::V6, "carol"),
    );
    let (writer, requests) =
        Writer::new(order(b"You are fired.", &[&bob], &[&ann]), &mut rng(1)).unwrap();
    let sealed = writer
        .seal(&answers(&requests, &[&ann]), &mut rng(2))
        .unwrap();
    let honest = open(&sealed.data.to_vec(), &bob, &[&ann]);
    assert_eq!(honest.verdict().summary, Summary::SignedSenderUnknown);

    // Bob takes the signed inside out and encrypts it to carol.
    let (mut reader, _) = Reader::open_file(&sealed.data.to_vec(), Capacity::NATIVE);
    let key = &sealed.session_key;
    reader.decrypt_given(key.algorithm.unwrap(), &key.key);
    let Ok(inside) = reader.detach() else {
        panic!()
    };
    let passed_on = [
        inside.signatures.clone(),
        super::kit::literal(&inside.bytes),
    ]
    .concat();
    let (reader, _) = Reader::open_file(&passed_on, Capacity::NATIVE);
    let message = reader.judge(&[cert(&ann)], None, now()).unwrap();
    let expect = |message: &ReadMessage| {
        assert_eq!(message.verdict().summary, Summary::MeantForOthers);
        assert_eq!(
            message.verdict().signatures[0].reasons,
            [Reason::MeantForOthers]
        );
        assert_eq!(message.bytes(), b"You are fired.");
    };
    expect(&message);
    let key = pgp::composed::RawSessionKey::from(&[9; 32][..]);
    let recipient = carol
        .secret_subkeys
        .iter()
        .find(|k| !k.signatures[0].key_flags().sign());
    let recipient = recipient.unwrap().key.public_key();
    let pkesk =
        pgp::packet::PublicKeyEncryptedSessionKey::from_session_key_v6(rng(5), &key, &recipient);
    let container = pgp::packet::SymEncryptedProtectedData::encrypt_seipdv2(
        rng(6),
        pgp::crypto::sym::SymmetricKeyAlgorithm::AES256,
        pgp::crypto::aead::AeadAlgorithm::Ocb,
        pgp::crypto::aead::ChunkSize::C4KiB,
        &[9; 32],
        &passed_on,
    );
    use pgp::ser::Serialize;
    let forwarded = [
        super::kit::wrap(1, &pkesk.unwrap().to_bytes().unwrap()),
        super::kit::wrap(18, &container.unwrap().to_bytes().unwrap()),
    ]
    .concat();
    expect(&open(&forwarded, &carol, &[&ann]));
    // By a given session key it cannot be told for whom it was.
    let (mut reader, _) = Reader::open_file(&forwarded, Capacity::NATIVE);
    reader.decrypt_given(9, &[9; 32]);
    let message = reader.judge(&[cert(&ann)], None, now()).unwrap();
    assert_eq!(message.verdict().summary, Summary::SignedSenderUnknown);
}

/// Whoever knows the password reads a good signature; it names nobody.
#[test]
fn signed_with_a_password() {
    let (ann, bob) = (secret(Kind::V4, "ann"), secret(Kind::V4, "bob"));
    let mut job = order(b"text", &[&bob], &[&ann]);
    job.passwords = vec![password("correct horse")];
    let sealed = seal(job, &[&ann]);
    let (mut reader, _) = Reader::open_file(&sealed.data.to_vec(), Capacity::BROWSER);
    reader.decrypt_with_passwords(&[password("correct horse")]);
    let message = reader.judge(&[cert(&ann)], None, now()).unwrap();
    assert_eq!(message.verdict().summary, Summary::SignedSenderUnknown);
    let message = open(&sealed.data.to_vec(), &bob, &[&ann]);
    assert_eq!(message.verdict().summary, Summary::SignedSenderUnknown);
}

#[test]
fn several_sign_one_message() {
    let signers = [secret(Kind::V4, "ann"), secret(Kind::V6, "bob"), rsa()];
    let signers: Vec<_> = signers.iter().collect();
    let sealed = seal(order(b"minutes", &[signers[0]], &signers), &signers);
    let message = open(&sealed.data.to_vec(), signers[0], &signers);
    states(message.verdict(), &[SignatureState::Good; 3]);
    for (signature, signer) in message.verdict().signatures.iter().zip(&signers) {
        assert_eq!(signature.certificate, Some(fingerprint(signer)));
        assert_eq!(signature.mode, Some(SignatureMode::Binary));
    }
    // The component key is told besides the certificate.
    assert_ne!(
        message.verdict().signatures[0].component,
        message.verdict().signatures[0].certificate
    );
    let message = open(&sealed.data.to_vec(), signers[0], &signers[..1]);
    use SignatureState::{Good, UnknownKey};
    states(message.verdict(), &[Good, UnknownKey, UnknownKey]);
    assert_eq!(message.verdict().summary, Summary::Mixed);
    // One signature of three missing, or in the wrong order: nothing leaves.
    for break_it in [0, 1] {
        let (writer, requests) =
            Writer::new(order(b"minutes", &[signers[0]], &signers), &mut rng(1)).unwrap();
        let mut fields = answers(&requests, &signers);
        if break_it == 0 {
            fields.pop();
        } else {
            fields.swap(0, 2);
        }
        assert_eq!(
            writer.seal(&fields, &mut rng(2)).err(),
            Some(WriteError::Signing)
        );
    }
}

#[test]
fn detached_signatures() {
    let (ann, bob) = (secret(Kind::V4, "ann"), secret(Kind::V6, "bob"));
    let data = b"line one\nline two \r\nlast";
    let both = detached(data, SignatureMode::Binary, &[&ann, &bob]);
    states(
        &verify(&both, data, &[&ann, &bob]),
        &[SignatureState::Good; 2],
    );
    states(
        &verify(&both, data, &[&bob]),
        &[SignatureState::UnknownKey, SignatureState::Good],
    );
    let other = verify(&both, b"line one\nline two\r\nlast", &[&ann, &bob]);
    states(&other, &[SignatureState::Bad; 2]);
    assert_eq!(other.summary, Summary::BadSignature);
    // Text holds with every kind of line end; bytes do not.
    let unix = b"line one\nline two \nlast";
    let text = detached(data, SignatureMode::Text, &[&ann]);
    let verdict = verify(&text, unix, &[&ann]);
    states(&verdict, &[SignatureState::Good]);
    assert_eq!(verdict.signatures[0].mode, Some(SignatureMode::Text));
    states(
        &verify(&both, unix, &[&ann]),
        &[SignatureState::Bad, SignatureState::UnknownKey],
    );
    // Armored, among other text; and what is no signature.
    let block = crate::armor::write(
        crate::armor::Kind::Signature,
        &both,
        crate::armor::Checksum::None,
    );
    let mail = format!("Hello,\n{block}\nbye");
    states(
        &verify(mail.as_bytes(), data, &[&ann, &bob]),
        &[SignatureState::Good; 2],
    );
    let malformed = DetachedSignatures::read(&super::kit::literal(b"x")).err();
    assert_eq!(malformed, Some(MessageError::Malformed.into()));
    assert!(DetachedSignatures::read(b"").is_err() && DetachedSignatures::read(b"hello").is_err());
    let flood = both.repeat(limits::MAX_SIGNATURES);
    let verdict = verify(&flood, data, &[&ann, &bob]);
    assert_eq!(verdict.signatures.len(), limits::MAX_SIGNATURES);
    assert_eq!(verdict.summary, Summary::Mixed);
    let huge = vec![0x88; limits::MAX_DETACHED + 1];
    assert!(DetachedSignatures::read(&huge).is_err());
}

#[test]
fn inline_and_cleartext() {
    let (ann, bob) = (secret(Kind::V4, "ann"), secret(Kind::V6, "bob"));
    let signers = [&ann, &bob];
    let certs = signers.map(cert);
    let data = b"some bytes \0\xff";
    let mut signer = Signer::new(&certs, SignatureMode::Binary, &[], now(), &mut rng(1)).unwrap();
    signer.update(data);
    let (waiting, requests) = signer.requests().unwrap();
    let signed = waiting.complete(&answers(&requests, &signers)).unwrap();
    assert_eq!(signed.micalg().as_deref(), Some("pgp-sha512"));
    let (reader, _) = Reader::open_file(&signed.inline(Format::Binary, data), Capacity::NATIVE);
    let message = reader.judge(&certs, None, now()).unwrap();
    states(message.verdict(), &[SignatureState::Good; 2]);
    assert_eq!(message.bytes(), data);

    for (text, canonical) in [
        ("", ""),
        ("one line", "one line"),
        (
            "a \t\n- dash\n-- \nFrom me\n\n",
            "a\r\n- dash\r\n--\r\nFrom me\r\n\r\n",
        ),
        (
            "-----BEGIN PGP SIGNATURE-----\r\nx",
            "-----BEGIN PGP SIGNATURE-----\r\nx",
        ),
        ("grüße\n", "grüße\r\n"),
        (
            "  indented\n> quoted\n>>twice\n>\n",
            "  indented\r\n> quoted\r\n>>twice\r\n>\r\n",
        ),
    ] {
        let (signer, requests) = CleartextSigner::new(text, &certs, now(), &mut rng(1)).unwrap();
        let block = signer.complete(&answers(&requests, &signers)).unwrap();
        let (reader, _) = Reader::open_file(block.as_bytes(), Capacity::NATIVE);
        let message = reader.judge(&certs, None, now()).unwrap();
        states(message.verdict(), &[SignatureState::Good; 2]);
        assert_eq!(message.bytes(), canonical.as_bytes(), "{block}");
        // and apart
        let (reader, _) = Reader::open_file(block.as_bytes(), Capacity::NATIVE);
        let Ok(apart) = reader.detach() else { panic!() };
        assert_eq!(apart.bytes, canonical.as_bytes());
        states(
            &verify(&apart.signatures, &apart.bytes, &signers),
            &[SignatureState::Good; 2],
        );
    }
    for text in ["a\0b", "a\rb"] {
        let refused = CleartextSigner::new(text, &certs, now(), &mut rng(1)).err();
        assert_eq!(refused, Some(WriteError::NotText));
    }
}

fn keys() -> [SignedSecretKey; 3] {
    [
        secret(Kind::V4, "ann"),
        secret(Kind::V6, "bob"),
        secret(Kind::P256, "nist"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Whatever we encrypt, we decrypt to the same bytes, with every key and every password.
    #[test]
    fn what_is_encrypted_is_decrypted(
        data in proptest::collection::vec(any::<u8>(), 0..300),
        profile in prop_oneof![Just(Profile::Recipients), Just(Profile::Rfc4880), Just(Profile::Rfc9580)],
        to in proptest::sample::subsequence(vec![0_usize, 1, 2], 0..=3),
        by in proptest::sample::subsequence(vec![0_usize, 1, 2], 0..=2),
        passwords in 0_usize..3,
        text in any::<bool>(),
    ) {
        prop_assume!(!to.is_empty() || passwords > 0);
        let keys = keys();
        let to: Vec<_> = to.iter().map(|&at| &keys[at]).collect();
        let by: Vec<_> = by.iter().map(|&at| &keys[at]).collect();
        let mut job = order(&data, &to, &by);
        let passwords: Vec<_> = (0..passwords).map(|n| password(&format!("password {n}"))).collect();
        job.passwords = passwords.clone();
        job.profile = profile;
        if text {
            job.format = Format::Text;
            job.mode = SignatureMode::Text;
        }
        let sealed = seal(job, &by);
        for reader in to {
            let message = open(&sealed.data.to_vec(), reader, &by);
            prop_assert_eq!(message.bytes(), &data[..]);
            states(message.verdict(), &vec![SignatureState::Good; by.len()]);
        }
        for password in passwords {
            let (mut reader, _) = Reader::open_file(&sealed.data.to_vec(), Capacity::BROWSER);
            reader.decrypt_with_passwords(&[password]);
            let message = reader.judge(&[], None, now()).unwrap();
            prop_assert_eq!(message.bytes(), &data[..]);
        }
    }

    /// One flipped bit, in the document or in the signature: no signature that was good is good.
    #[test]
    fn no_bit_of_what_is_signed_can_be_changed(
        data in proptest::collection::vec(any::<u8>(), 1..200),
        which in 0_usize..3,
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
        in_signature in any::<bool>(),
    ) {
        let keys = keys();
        let signer = &keys[which];
        let made = detached(&data, SignatureMode::Binary, &[signer]);
        states(&verify(&made, &data, &[signer]), &[SignatureState::Good]);
        let (mut data, mut changed) = (data, made.clone());
        if in_signature {
            let at = at.index(changed.len());
            changed[at] ^= 1 << bit;
        } else {
            let at = at.index(data.len());
            data[at] ^= 1 << bit;
        }
        if let Ok(mut read) = DetachedSignatures::read(&changed) {
            read.update(&data);
            let verdict = judge_detached(read, &[cert(signer)], None, now());
            if verdict.signatures.iter().any(|s| s.state == SignatureState::Good) {
                // Only what is not signed (the issuer's key ID, of no weight) can have changed.
                prop_assert!(in_signature && signed_parts(&changed) == signed_parts(&made));
            }
        }
    }
}

/// All of a signature but its unhashed subpackets (RFC 9580, 5.2.3): what is signed, and the signature itself.
fn signed_parts(packet: &[u8]) -> pgp::packet::Signature {
    let body = Packets::new(packet, 10).next().unwrap().unwrap().body;
    let mut signature = parse_signature(body).unwrap();
    while signature.unhashed_subpacket_remove(0).is_ok() {}
    signature
}
