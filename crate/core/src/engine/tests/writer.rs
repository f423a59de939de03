use pgp::composed::SignedSecretKey;
use pgp::packet::SubpacketData;
use pgp::types::KeyDetails;

use super::kit::{Kind, decipher, now, opener, public, read, rng, rsa, secret, sign, write};
use crate::armor::{self, Checksum, Kind as Block};
use crate::engine::{Reader, Writer, preview_keys};
use crate::limits::MAX_HIDDEN;
use crate::message::packet::{Packets, tag};
use crate::message::signature::parse as parse_signature;
use crate::message::{Encrypted, Parsed, limits, parse};
use crate::wire::engine::{EncryptJob, EncryptStep, Opened, SignatureState, Summary};
use crate::wire::{Bytes, ErrorCode, Form, Reason, Refusal};

const TEXT: &str = "Hello Bob,\n\n- grüße\n  > quoted \n-- \nAnn\n";

fn job(text: &str, recipients: &[Bytes], signer: Option<Bytes>) -> EncryptJob {
    EncryptJob {
        text: text.to_owned(),
        recipients: recipients.to_vec(),
        hidden: vec![],
        passwords: vec![],
        signer,
        now: now(),
    }
}

#[track_caller]
fn refused(job: EncryptJob, code: ErrorCode) -> Option<Refusal> {
    match Writer::begin(job, &mut rng(1)) {
        (None, EncryptStep::Failed { error, detail }) => {
            assert_eq!(error, code);
            detail
        }
        (_, step) => panic!("{step:?}"),
    }
}

fn encrypted(armored: &str) -> Encrypted {
    match parse(&armor::decode(armored.as_bytes(), Block::Message).unwrap()).unwrap() {
        Parsed::Encrypted(encrypted) => encrypted,
        Parsed::Plain(_) => panic!("not encrypted"),
    }
}

#[test]
fn round_trips_for_each_kind_of_key() {
    for kind in [Kind::V4, Kind::P256, Kind::V6] {
        let (ann, bob) = (secret(kind, "ann"), secret(kind, "bob"));
        let (armored, aead) = write(TEXT, &[&bob, &ann], Some(&ann));
        assert_eq!(aead, kind == Kind::V6);
        for reader in [&ann, &bob] {
            let message = read(&armored, reader, &[&ann], Some("Ann <ann@example.org>"));
            assert_eq!(message.text(), TEXT);
            assert!(message.verdict().encrypted && message.verdict().notes.is_empty());
            assert_eq!(
                message.verdict().summary,
                Summary::SignedBySender,
                "{kind:?}"
            );
            let [signature] = message.verdict().signatures.as_slice() else {
                panic!()
            };
            assert_eq!(signature.state, SignatureState::Good);
            assert_eq!(
                signature.made.map(|made| made.abs_diff(now()) < 60),
                Some(true)
            );
        }
        let (armored, _) = write(TEXT, &[&bob], None);
        let message = read(&armored, &bob, &[], None);
        assert_eq!(
            (message.text(), message.verdict().summary),
            (TEXT, Summary::NotSigned)
        );
    }
    let rsa = rsa();
    let (armored, aead) = write(TEXT, &[&rsa], Some(&rsa));
    assert!(!aead);
    let message = read(&armored, &rsa, &[&rsa], Some("rsa@example.org"));
    assert_eq!(
        (message.text(), message.verdict().summary),
        (TEXT, Summary::SignedBySender)
    );
}

#[test]
fn the_container_is_what_everybody_reads() {
    let (old, new) = (secret(Kind::V4, "old"), secret(Kind::V6, "new"));
    for (recipients, aead) in [
        (vec![&new], true),
        (vec![&old], false),
        (vec![&new, &old], false),
        (vec![&old, &new], false),
    ] {
        let (armored, used) = write(TEXT, &recipients, Some(&new));
        assert_eq!(used, aead);
        let message = encrypted(&armored);
        assert_eq!(message.pkesks().len(), recipients.len());
        for reader in recipients {
            assert_eq!(read(&armored, reader, &[&new], None).text(), TEXT);
            // AES-256: all of these keys prefer it.
            let pkesks: Vec<_> = message.pkesks().iter().cloned().map(Bytes).collect();
            let (algorithm, key) = decipher(reader, &pkesks);
            assert_eq!((algorithm, key.len()), ((!aead).then_some(9), 32));
        }
    }
}

#[test]
fn the_block_tells_nothing_besides() {
    let bob = secret(Kind::V4, "bob");
    let (armored, _) = write(TEXT, &[&bob, &bob], None);
    let lines: Vec<_> = armored.lines().collect();
    assert_eq!((lines[0], lines[1]), ("-----BEGIN PGP MESSAGE-----", ""));
    assert!(armored.is_ascii() && armored.ends_with("-----END PGP MESSAGE-----\n"));
    assert!(armored.lines().skip(2).all(|line| !line.contains(':')));
    assert_eq!(
        encrypted(&armored).pkesks().len(),
        1,
        "a recipient named twice is one"
    );
    // Two times the same text: nothing is the same but the beginning.
    let again = Writer::begin(job(TEXT, &[public(&bob)], None), &mut rng(99));
    let (None, EncryptStep::Done { armored: again, .. }) = again else {
        panic!()
    };
    assert_ne!(lines[5], again.lines().nth(5).unwrap());
}

#[test]
fn the_inside_is_one_signed_literal() {
    let (ann, bob) = (secret(Kind::V4, "ann"), secret(Kind::V6, "bob"));
    let text = "one\r\ntwo\rthree\nfour";
    let (writer, step) = Writer::begin(job(text, &[public(&ann)], Some(public(&ann))), &mut rng(1));
    let EncryptStep::Sign { request } = step else {
        panic!()
    };
    assert_eq!((request.hash, request.digest.0.len()), (10, 64));
    let step = writer.unwrap().finish(&sign(&ann, &request), &mut rng(2));
    let EncryptStep::Done { armored, .. } = step else {
        panic!("{step:?}")
    };
    let message = read(&armored, &ann, &[&ann], None);
    assert_eq!(message.text(), "one\ntwo\nthree\nfour");

    // By hand, with rpgp's own reader of the container.
    let (armored, _) = write(text, &[&ann, &bob], Some(&ann));
    let data = armor::decode(armored.as_bytes(), Block::Message).unwrap();
    let pkesks: Vec<_> = encrypted(&armored)
        .pkesks()
        .iter()
        .cloned()
        .map(Bytes)
        .collect();
    let (algorithm, key) = decipher(&ann, &pkesks);
    let mut packets = Packets::new(&data, 10);
    let body = std::iter::from_fn(|| packets.next().unwrap())
        .find(|packet| packet.tag == tag::PROTECTED)
        .unwrap()
        .body;
    let header = pgp::packet::PacketHeader::new_fixed(
        pgp::types::Tag::SymEncryptedProtectedData,
        body.len() as u32,
    );
    let container = pgp::packet::SymEncryptedProtectedData::try_from_reader(header, body).unwrap();
    let plain = container
        .decrypt(&key, algorithm.map(Into::into), Default::default())
        .unwrap();
    let mut packets = Packets::new(&plain, 10);
    let mut inside = Vec::new();
    while let Some(packet) = packets.next().unwrap() {
        inside.push((packet.tag, packet.body.to_vec()));
    }
    let [
        (tag::ONE_PASS, _),
        (tag::LITERAL, literal),
        (tag::SIGNATURE, signature),
    ] = inside.as_slice()
    else {
        panic!()
    };
    assert_eq!(
        literal.as_slice(),
        b"u\0\0\0\0\0one\r\ntwo\r\nthree\r\nfour"
    );
    let signature = parse_signature(signature).unwrap();
    let named: Vec<_> = signature
        .config()
        .unwrap()
        .hashed_subpackets
        .iter()
        .filter_map(|packet| match &packet.data {
            SubpacketData::IntendedRecipientFingerprint(named) => Some(named.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(named, [ann.fingerprint(), bob.fingerprint()]);
}

#[test]
fn who_is_in_bcc_is_named_nowhere() {
    for kind in [Kind::V4, Kind::V6] {
        let [ann, bob, carol] = ["ann", "bob", "carol"].map(|name| secret(kind, name));
        let mut order = job(TEXT, &[public(&bob), public(&ann)], Some(public(&ann)));
        // Bob is in To already.
        order.hidden = vec![public(&carol), public(&bob)];
        let (writer, step) = Writer::begin(order, &mut rng(3));
        let EncryptStep::Sign { request } = step else {
            panic!("{step:?}")
        };
        let step = writer.unwrap().finish(&sign(&ann, &request), &mut rng(4));
        let EncryptStep::Done { armored, .. } = step else {
            panic!("{step:?}")
        };
        let (mut reader, opened) = Reader::open(armored.as_bytes(), Form::Message);
        let Opened::Encrypted {
            pkesks, key_ids, ..
        } = &opened
        else {
            panic!("{opened:?}")
        };
        let hidden = key_ids
            .iter()
            .filter(|id| id.bytes().all(|digit| digit == b'0'));
        assert_eq!(
            (hidden.count(), key_ids.len()),
            (1, 3),
            "{kind:?} {key_ids:?}"
        );
        let (algorithm, key) = decipher(&bob, pkesks);
        reader.decrypt(algorithm, &key, opener(&bob));
        let inside = reader.detach().unwrap();
        let layers = [
            armor::decode(armored.as_bytes(), Block::Message).unwrap(),
            [inside.bytes, inside.signatures].concat(),
        ];
        let named = |key: &SignedSecretKey| {
            let subkeys = key.secret_subkeys.iter();
            let all = subkeys.map(|key| (key.fingerprint(), key.legacy_key_id()));
            all.chain([(key.fingerprint(), key.legacy_key_id())])
                .flat_map(|(fingerprint, id)| {
                    [fingerprint.as_bytes().to_vec(), id.as_ref().to_vec()]
                })
                .any(|mark| {
                    layers
                        .iter()
                        .any(|layer| layer.windows(mark.len()).any(|part| part == mark))
                })
        };
        assert!(!named(&carol), "{kind:?}");
        assert!(named(&bob), "the same search finds who may be named");
        for reader in [&ann, &bob, &carol] {
            let message = read(&armored, reader, &[&ann], Some("ann@example.org"));
            assert_eq!(
                (message.text(), message.verdict().summary),
                (TEXT, Summary::SignedBySender)
            );
        }
    }
}

#[test]
fn only_so_many_can_be_in_bcc() {
    let cert = public(&secret(Kind::V4, "ann"));
    let mut order = job(TEXT, &[], None);
    order.hidden = vec![cert; MAX_HIDDEN + 1];
    let detail = refused(order.clone(), ErrorCode::Limit).unwrap();
    assert_eq!(detail.limit, Some(MAX_HIDDEN as u32));
    order.hidden.truncate(MAX_HIDDEN);
    let (_, step) = Writer::begin(order, &mut rng(1));
    assert!(matches!(step, EncryptStep::Done { .. }), "{step:?}");
}

#[test]
fn a_signature_that_is_not_good_stops_everything() {
    for kind in [Kind::V4, Kind::V6] {
        let (ann, eve) = (secret(kind, "ann"), secret(kind, "eve"));
        // One time for all, because the digest depends on it.
        let time = now();
        let begin = || {
            let mut job = job(TEXT, &[public(&eve)], Some(public(&ann)));
            job.now = time;
            let (writer, step) = Writer::begin(job, &mut rng(5));
            let EncryptStep::Sign { request } = step else {
                panic!()
            };
            (writer.unwrap(), request)
        };
        let (_, request) = begin();
        let good = sign(&ann, &request);
        let mut other = request.clone();
        other.digest.0[0] ^= 1;
        let (_, by_eve) =
            Writer::begin(job(TEXT, &[public(&eve)], Some(public(&eve))), &mut rng(5));
        let EncryptStep::Sign { request: for_eve } = by_eve else {
            panic!()
        };
        let mut flipped = good.clone();
        *flipped.last_mut().unwrap() ^= 1;
        for bad in [
            vec![],
            vec![0],
            flipped,
            good[..good.len() - 1].to_vec(),
            [&good[..], &[0]].concat(),
            sign(&ann, &other),
            sign(&eve, &for_eve),
        ] {
            let (writer, _) = begin();
            match writer.finish(&bad, &mut rng(6)) {
                EncryptStep::Failed {
                    error,
                    detail: None,
                } => {
                    assert_eq!(error, ErrorCode::SigningFailed);
                }
                step => panic!("{step:?}"),
            }
        }
        let (writer, _) = begin();
        assert!(matches!(
            writer.finish(&good, &mut rng(6)),
            EncryptStep::Done { .. }
        ));
    }
}

#[test]
fn what_is_refused() {
    let ann = secret(Kind::V4, "ann");
    let cert = public(&ann);
    let one = std::slice::from_ref(&cert);
    refused(job("", one, None), ErrorCode::Empty);
    refused(job(" \n\t", one, None), ErrorCode::Empty);
    refused(job(TEXT, &[], None), ErrorCode::NoRecipient);
    refused(
        job(TEXT, &[cert.clone(), Bytes(vec![1, 2])], None),
        ErrorCode::Malformed,
    );
    refused(job(TEXT, one, Some(Bytes(vec![]))), ErrorCode::NotAKey);
    let long = "x".repeat(limits::MAX_PLAINTEXT + 1);
    let detail = refused(job(&long, one, None), ErrorCode::Limit);
    assert_eq!(detail.unwrap().limit, Some(limits::MAX_PLAINTEXT as u32));
    // Not made yet: neither to be encrypted to nor to sign.
    let mut early = job(TEXT, one, None);
    early.now = 1_600_000_000;
    let detail = refused(early, ErrorCode::UnusableKey).unwrap();
    assert!(detail.reasons.contains(&Reason::NotYetValid));
    // No key to encrypt to: one good recipient does not help.
    let mut bare = secret(Kind::V4, "eve");
    bare.secret_subkeys
        .retain(|subkey| subkey.signatures[0].key_flags().sign());
    let detail = refused(
        job(TEXT, &[cert.clone(), public(&bare)], None),
        ErrorCode::UnusableKey,
    );
    assert!(!detail.unwrap().reasons.is_empty());
    // No key to sign with.
    let mut bare = ann.clone();
    bare.secret_subkeys
        .retain(|subkey| !subkey.signatures[0].key_flags().sign());
    let detail = refused(
        job(TEXT, &[cert], Some(public(&bare))),
        ErrorCode::UnusableKey,
    );
    assert!(!detail.unwrap().reasons.is_empty());
}

#[test]
fn keys_in_a_block_are_described() {
    let (ann, bob) = (secret(Kind::V4, "ann"), secret(Kind::V6, "bob"));
    let block = |cert: Bytes| armor::write(Block::PublicKey, &cert.0, Checksum::None);
    let page = format!(
        "Here:\n{}\nand\n{}",
        block(public(&ann)),
        block(public(&bob))
    );
    let (keys, skipped) = preview_keys(page.as_bytes(), now());
    let names: Vec<_> = keys
        .iter()
        .map(|key| key.user_ids[0].text.as_str())
        .collect();
    assert_eq!(names, ["ann <ann@example.org>", "bob <bob@example.org>"]);
    assert!(skipped.is_empty());
    let (keys, skipped) = preview_keys(b"no key at all", now());
    assert_eq!((keys.len(), skipped.len()), (0, 1));
}
