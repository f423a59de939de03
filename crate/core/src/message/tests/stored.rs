//! Messages that other programs made, and the samples of RFC 9580.

use crate::armor::{self, Kind};
use crate::cert::Certificate;
use crate::engine::Reader;
use crate::message::{Encrypted, OpenedBy, Parsed, SessionKey, parse, read_cleartext};
use crate::verdict::ReadMessage;
use crate::verdict::judge;
use crate::wire::engine::{Opened, SignatureState, Summary};
use crate::wire::{Bytes, ErrorCode, Form, Opener, Reason};

/// Some time when the sample certificate was good.
const NOW: u32 = 1_700_000_000;

macro_rules! data {
    ($name:literal) => {
        include_bytes!(concat!("../../../testdata/", $name))
    };
}

pub(super) fn hex(digits: &str) -> Vec<u8> {
    let digits: String = digits.split_whitespace().collect();
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn session(algorithm: Option<u8>, key: &str) -> SessionKey {
    SessionKey {
        algorithm,
        key: hex(key).into(),
    }
}

fn certificate() -> Certificate {
    let block = data!("rfc9580/a3-certificate.asc");
    Certificate::from_bytes(&armor::decode(block, Kind::PublicKey).unwrap()).unwrap()
}

const LIST: &str = "What we need from the grocery store:\n\n- tofu\n- vegetables\n- noodles\n";

#[track_caller]
fn signed_by_sample(message: &ReadMessage) {
    assert_eq!(message.text(), LIST);
    assert_eq!(
        message.verdict().summary,
        Summary::SignedSenderUnknown,
        "{message:?}"
    );
    let [signature] = message.verdict().signatures.as_slice() else {
        panic!()
    };
    assert_eq!(signature.state, SignatureState::Good);
    assert_eq!(signature.certificate, Some(certificate().fingerprint()));
    assert_eq!(signature.made, Some(0x6398_a363));
    // The sample certificate has no user ID.
    assert_eq!(signature.signer, None);
}

#[test]
fn rfc9580_a6_cleartext() {
    let document = read_cleartext(data!("rfc9580/a6-cleartext.asc")).unwrap();
    signed_by_sample(&judge(document, &[certificate()], None, NOW));
}

#[test]
fn rfc9580_a7_inline() {
    let (reader, opened) = Reader::open(data!("rfc9580/a7-inline.asc"), Form::Message);
    let issuers = vec![certificate().fingerprint().to_string()];
    assert_eq!(opened, Opened::Readable { issuers });
    let certificates = [Bytes(certificate().to_bytes())];
    signed_by_sample(&reader.finish(&certificates, None, NOW).unwrap());

    let (reader, _) = Reader::open(data!("rfc9580/a7-inline.asc"), Form::Message);
    let message = reader.finish(&[], None, NOW).unwrap();
    assert_eq!(message.verdict().summary, Summary::UnknownSigner);

    // Before the key was made, and with a sender: the key has no address.
    let (reader, _) = Reader::open(data!("rfc9580/a7-inline.asc"), Form::Message);
    let message = reader
        .finish(&certificates, Some("a@example.org"), 0x6398_a363 - 1000)
        .unwrap();
    assert_eq!(message.verdict().summary, Summary::UnusableSignature);
    assert_eq!(
        message.verdict().signatures[0].reasons,
        [Reason::NotYetValid]
    );
    assert_eq!(message.verdict().signatures[0].sender_matches, Some(false));
}

fn encrypted(block: &[u8]) -> Encrypted {
    match parse(&armor::decode(block, Kind::Message).unwrap()).unwrap() {
        Parsed::Encrypted(encrypted) => encrypted,
        Parsed::Plain(_) => panic!("not encrypted"),
    }
}

#[test]
fn rfc9580_a8_to_a11_with_their_session_keys() {
    let to_key = encrypted(data!("rfc9580/a8-x25519-ocb.asc"));
    assert_eq!(to_key.key_ids(), ["12c83f1e706f6308"]);
    assert_eq!(to_key.pkesks().len(), 1);
    assert!(!to_key.password());
    for (block, key) in [
        (
            &data!("rfc9580/a8-x25519-ocb.asc")[..],
            "dd708f6fa1ed65114d68d2343e7c2f1d",
        ),
        (
            data!("rfc9580/a9-password-eax.asc"),
            "3881bafe985412459b86c36f98cb9a5e",
        ),
        (
            data!("rfc9580/a10-password-ocb.asc"),
            "28e79ab82397d3c63de24ac217d7b791",
        ),
        (
            data!("rfc9580/a11-password-gcm.asc"),
            "1936fc8568980274bb900d8319360c77",
        ),
    ] {
        let mut message = encrypted(block);
        let document = message
            .decrypt(&session(None, key), OpenedBy::SessionKey)
            .unwrap();
        assert_eq!(document.bytes(), b"Hello, world!");
        assert_eq!(message.password(), message.pkesks().is_empty());
    }
}

#[test]
fn ocb_packets_of_gnupg() {
    let mut plain = encrypted(data!("gnupg/ocb.asc"));
    assert_eq!(plain.key_ids(), ["7c2faa4df93c37b2"]);
    let key = "16621EE99E1795851ADF5747664F2904869E62CC8D15F1F61381FBE502824915";
    assert_eq!(
        plain
            .decrypt(&session(Some(9), key), OpenedBy::SessionKey)
            .unwrap()
            .bytes(),
        b"foo\n"
    );
    let mut chunks = encrypted(data!("gnupg/ocb-small-chunks.asc"));
    let key = "976F50FA7935DF76FD98BDD1375B5E9BBA2C89843490A79CC8B6C35BAC23CD18";
    assert_eq!(
        chunks
            .decrypt(&session(Some(9), key), OpenedBy::SessionKey)
            .unwrap()
            .bytes()
            .len(),
        300
    );
    // LibrePGP's own sample
    let sample = hex(
        "c33d0507020308 9f0b7da3e5ea647790 99e326e5400a90936cefb4e8eba08c67 73716d1f2714540a
         38fcac529949dac5 29d3de31e15b4aeb729e330033dbed
         d4490107020e5ed2bc1e470abe8f1d64 4c7a6c8a567b0f7701196611a154ba9c
         2574cd056284a8ef68035c623d93cc70 8a43211bb6eaf2b27f7c18d571bcd83b
         20add3a08b73af15b9a098",
    );
    let Parsed::Encrypted(mut sample) = parse(&sample).unwrap() else {
        panic!()
    };
    assert!(sample.password());
    let document = sample
        .decrypt(
            &session(Some(7), "d1f01ba30e130aa7d2582c16e050ae44"),
            OpenedBy::SessionKey,
        )
        .unwrap();
    assert_eq!(document.bytes(), b"Hello, world!\n");
}

#[test]
fn a_message_for_others_and_a_wrong_form() {
    let (mut reader, opened) = Reader::open(data!("gnupg/ocb.asc"), Form::Message);
    let Opened::Encrypted {
        key_ids, password, ..
    } = opened
    else {
        panic!()
    };
    assert_eq!(
        (key_ids.as_slice(), password),
        (&["7c2faa4df93c37b2".to_owned()][..], false)
    );
    let failed = |error| Opened::Failed {
        error,
        detail: None,
    };
    let opener = || Opener {
        certificate: certificate().fingerprint(),
        weak: false,
        packet: 0,
        name: String::new(),
    };
    assert_eq!(
        reader.decrypt(Some(9), &[1; 32], opener()),
        failed(ErrorCode::Tampered)
    );
    // There is no second try and no text.
    assert_eq!(
        reader.decrypt(Some(9), &[1; 32], opener()),
        failed(ErrorCode::BadCall)
    );
    assert_eq!(
        reader.finish(&[], None, NOW),
        Err((ErrorCode::BadCall, None))
    );
    let (reader, _) = Reader::open(data!("gnupg/ocb.asc"), Form::Message);
    assert_eq!(
        reader.finish(&[], None, NOW),
        Err((ErrorCode::BadCall, None))
    );
    for (block, form, error) in [
        (
            &data!("gnupg/ocb.asc")[..],
            Form::Signed,
            ErrorCode::BrokenArmor,
        ),
        (data!("gnupg/ocb.asc"), Form::Key, ErrorCode::BadCall),
        (
            data!("rfc9580/a6-cleartext.asc"),
            Form::Message,
            ErrorCode::BrokenArmor,
        ),
        (b"", Form::Message, ErrorCode::BrokenArmor),
    ] {
        let (reader, opened) = Reader::open(block, form);
        assert_eq!(opened, failed(error));
        assert_eq!(reader.finish(&[], None, NOW), Err((error, None)));
    }
}
