use crate::engine::tests::kit::{Kind, good, literal, secret, wrap};
use crate::message::digest::{Digests, Hashing};
use crate::message::packet::tag;
use crate::message::signature::FoundSignature;
use crate::message::{MessageError, Parsed, limits, parse};
use proptest::prelude::*;

/// The text and the number of signatures of an unencrypted message.
pub(super) fn plain(data: &[u8]) -> Result<(Vec<u8>, usize), MessageError> {
    match parse(data)? {
        Parsed::Plain(document) => Ok((document.bytes().to_vec(), document.signatures().len())),
        Parsed::Encrypted(_) => panic!("encrypted"),
    }
}

fn join(packets: &[&[u8]]) -> Vec<u8> {
    packets.concat()
}

#[test]
fn the_grammar_as_a_table() {
    let ann = secret(Kind::V4, "ann");
    let lit = literal(b"text");
    let sig = wrap(tag::SIGNATURE, &good(&ann, b"text"));
    let ops = wrap(tag::ONE_PASS, &[3, 0, 10, 22, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let compressed = wrap(tag::COMPRESSED, &join(&[&[0], &lit]));
    let signed_inside = wrap(tag::COMPRESSED, &join(&[&[0], &ops, &lit, &sig]));
    let mdc = wrap(19, &[0; 20]);
    let marker = wrap(tag::MARKER, b"PGP");
    let padding = wrap(tag::PADDING, &[9; 100]);
    let ignorable = wrap(60, b"?");
    let critical = wrap(30, b"?");
    let pkesk = wrap(tag::PKESK, &[3, 1, 2, 3, 4, 5, 6, 7, 8, 18, 0]);
    let user_id = wrap(13, b"ann");
    let sed = wrap(tag::ENCRYPTED, &[0; 40]);
    let seipd = wrap(tag::PROTECTED, &[1; 40]);

    let ok = |signatures: usize| Ok((b"text".to_vec(), signatures));
    let malformed = Err(MessageError::Malformed);
    let truncated = Err(MessageError::Truncated);
    let unsupported = Err(MessageError::Unsupported);
    let table: Vec<(Vec<&[u8]>, _)> = vec![
        (vec![&lit], ok(0)),
        (vec![&marker, &padding, &lit, &padding, &ignorable], ok(0)),
        (vec![&sig, &lit], ok(1)),
        (vec![&sig, &sig, &lit], ok(2)),
        (vec![&ops, &lit, &sig], ok(1)),
        (vec![&ops, &ops, &lit, &sig, &sig], ok(2)),
        (vec![&sig, &ops, &lit, &sig], ok(2)),
        (vec![&compressed], ok(0)),
        (vec![&ops, &compressed, &sig], ok(1)),
        (vec![&sig, &signed_inside], ok(2)),
        // more or less than one message
        (vec![], truncated.clone()),
        (vec![&marker], truncated.clone()),
        (vec![&sig], truncated.clone()),
        (vec![&ops, &lit], truncated.clone()),
        (vec![&ops, &ops, &lit, &sig], truncated.clone()),
        (vec![&pkesk], truncated.clone()),
        (vec![&lit, &lit], malformed.clone()),
        (vec![&lit, &compressed], malformed.clone()),
        (vec![&compressed, &lit], malformed.clone()),
        (vec![&lit, &sig], malformed.clone()),
        (vec![&ops, &lit, &sig, &sig], malformed.clone()),
        (vec![&ops, &lit, &sig, &lit], malformed.clone()),
        (vec![&lit, &ops], malformed.clone()),
        (vec![&lit, &mdc], malformed.clone()),
        (vec![&lit, &user_id], malformed.clone()),
        (vec![&user_id, &lit], malformed.clone()),
        (vec![&lit, &seipd], malformed.clone()),
        (vec![&seipd, &lit], malformed.clone()),
        (vec![&pkesk, &lit], malformed.clone()),
        (vec![&pkesk, &sig, &lit], malformed.clone()),
        (vec![&sig, &seipd], malformed.clone()),
        (vec![&lit, &sed], malformed.clone()),
        (vec![&critical, &lit], unsupported.clone()),
        (vec![&sed], Err(MessageError::Unprotected)),
        (vec![&pkesk, &sed], Err(MessageError::Unprotected)),
    ];
    for (number, (packets, expected)) in table.into_iter().enumerate() {
        assert_eq!(plain(&join(&packets)), expected, "row {number}");
    }
    // encryption inside of a compressed layer
    let hidden = wrap(tag::COMPRESSED, &join(&[&[0], &seipd]));
    assert_eq!(plain(&hidden), unsupported);
}

#[test]
fn truncation_at_every_length() {
    let ann = secret(Kind::V4, "ann");
    let sig = wrap(tag::SIGNATURE, &good(&ann, b"text"));
    let ops = wrap(tag::ONE_PASS, &[3, 0, 10, 22, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let message = join(&[&ops, &literal(b"text"), &sig]);
    for length in 0..message.len() {
        assert_eq!(
            plain(&message[..length]),
            Err(MessageError::Truncated),
            "{length}"
        );
    }
    assert!(plain(&message).is_ok());
}

#[test]
fn literal_packets() {
    let of = |body: &[u8]| plain(&wrap(tag::LITERAL, body)).map(|(text, _)| text);
    assert_eq!(of(b"b\x00\0\0\0\0"), Ok(vec![]));
    assert_eq!(of(b"t\x04name\x01\x02\x03\x04hi"), Ok(b"hi".to_vec()));
    assert_eq!(of(b"u\x00\0\0\0\0hi"), Ok(b"hi".to_vec()));
    for short in [&b""[..], b"b", b"b\x05name", b"b\x04name\0\0\0"] {
        assert_eq!(of(short), Err(MessageError::Truncated), "{short:?}");
    }
}

#[test]
fn a_flood_of_signatures_is_cut_off() {
    let ann = secret(Kind::V4, "ann");
    let sig = wrap(tag::SIGNATURE, &good(&ann, b"text"));
    let with = |count: usize| join(&[&sig.repeat(count), &literal(b"text")]);
    let Parsed::Plain(fits) = parse(&with(limits::MAX_SIGNATURES)).unwrap() else {
        panic!()
    };
    assert!(!fits.more_signatures());
    let Parsed::Plain(over) = parse(&with(limits::MAX_SIGNATURES + 1)).unwrap() else {
        panic!()
    };
    assert!(over.more_signatures());
    assert_eq!(over.signatures().len(), limits::MAX_SIGNATURES);
    let flood = with(limits::MAX_PACKETS);
    assert_eq!(plain(&flood), Err(MessageError::Limit(limits::MAX_PACKETS)));
    let ops = wrap(tag::ONE_PASS, &[3, 0, 10, 22, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    let flood = join(&[&ops.repeat(20_000), &literal(b"text")]);
    assert_eq!(plain(&flood), Err(MessageError::Limit(limits::MAX_PACKETS)));
    let huge = join(&[
        &wrap(tag::SIGNATURE, &vec![4; limits::MAX_SIGNATURE_BYTES + 1]),
        &literal(b""),
    ]);
    assert_eq!(
        plain(&huge),
        Err(MessageError::Limit(limits::MAX_SIGNATURE_BYTES))
    );
}

/// Sixteen salts on the largest text would hash a gigabyte; what hashes the text alike is hashed once.
#[test]
fn signatures_on_a_large_text_are_fewer_if_each_needs_a_pass() {
    let of = |kind: Kind, count: usize, size: usize| {
        let signer = secret(kind, "ann");
        let all = (0..count).map(|_| wrap(tag::SIGNATURE, &good(&signer, b"text")));
        let signatures = all.collect::<Vec<_>>().concat();
        let data = join(&[&signatures, &literal(&vec![b'x'; size])]);
        match parse(&data).unwrap() {
            Parsed::Plain(document) => (document.signatures().len(), document.more_signatures()),
            Parsed::Encrypted(_) => panic!(),
        }
    };
    let large = limits::MAX_HASHED / 4;
    assert_eq!(of(Kind::V6, 4, large), (4, false));
    assert_eq!(of(Kind::V6, 5, large), (4, true));
    assert_eq!(of(Kind::V6, 1, limits::MAX_PLAINTEXT), (1, false));
    assert_eq!(of(Kind::V6, 16, 1000), (16, false));
    assert_eq!(of(Kind::V4, 16, limits::MAX_PLAINTEXT), (16, false));
}

/// Whoever shares a pass with whom, each gets the digest that it would get alone.
#[test]
fn shared_passes_give_each_signature_its_own_digest() {
    let (ann, six) = (secret(Kind::V4, "ann"), secret(Kind::V6, "six"));
    let text = b"two\nlines";
    let all = [
        good(&ann, text),
        good(&six, text),
        good(&ann, text),
        good(&six, text),
    ];
    let found = all.map(|body| FoundSignature::new(&body, None));
    let mut digests = Digests::new(text);
    for signature in &found {
        let digest = digests.of(signature).unwrap();
        let mut alone = Hashing::new(signature.config().unwrap()).unwrap();
        alone.update(text);
        assert_eq!(alone.finish(), Some(digest));
    }
}

#[test]
fn too_much_is_refused_before_it_is_read() {
    let data = vec![0; limits::MAX_CIPHERTEXT + 1];
    assert_eq!(
        plain(&data),
        Err(MessageError::Limit(limits::MAX_CIPHERTEXT))
    );
    let text = literal(&vec![0; limits::MAX_PLAINTEXT + 1]);
    assert_eq!(
        plain(&text),
        Err(MessageError::Limit(limits::MAX_PLAINTEXT))
    );
}

proptest! {
    #[test]
    fn no_bytes_break_it(data in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = parse(&data);
    }

    #[test]
    fn no_packets_break_it(
        packets in proptest::collection::vec(
            (0_u8..64, proptest::collection::vec(any::<u8>(), 0..60)), 0..6),
    ) {
        let data: Vec<u8> = packets.iter().flat_map(|(tag, body)| wrap(*tag, body)).collect();
        let _ = parse(&data);
    }
}
