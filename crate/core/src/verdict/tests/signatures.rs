use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    Notation, OnePassSignature, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData,
};
use pgp::ser::Serialize;
use pgp::types::KeyDetails;
use pgp::types::{Duration, Password, Timestamp};

use super::{TEXT, expect, fingerprint, prefixed, read};
use crate::engine::tests::kit::{
    Kind, good, literal, made, now, public, rsa, secret, signature, signer, wrap,
};
use crate::message::limits;
use crate::message::packet::tag;
use crate::verdict::ReadMessage;
use crate::wire::Reason;
use crate::wire::engine::{SignatureState, Summary};

#[test]
fn good_ones() {
    for kind in [Kind::V4, Kind::P256, Kind::V6] {
        let ann = secret(kind, "ann");
        for typ in [SignatureType::Binary, SignatureType::Text] {
            let body = signature(&ann, typ, HashAlgorithm::Sha256, vec![made(now())], TEXT);
            let message = prefixed(&[body], &[&ann]);
            expect(&message, SignatureState::Good, &[]);
            let signature = &message.verdict().signatures[0];
            assert_eq!(signature.certificate, Some(fingerprint(&ann)));
            assert_eq!(
                signature.signer.as_ref().unwrap().text,
                "ann <ann@example.org>"
            );
            assert_eq!(signature.sender_matches, Some(true));
            assert_eq!(message.text(), "pay 100 to Bob\n");
            assert!(!message.verdict().encrypted);
        }
        // A signature on text holds whatever the line ends are, one on bytes does not.
        let text = signature(
            &ann,
            SignatureType::Text,
            HashAlgorithm::Sha256,
            vec![made(now())],
            b"pay 100 to Bob\n",
        );
        expect(&prefixed(&[text], &[&ann]), SignatureState::Good, &[]);
        let bytes = good(&ann, b"pay 100 to Bob\n");
        expect(&prefixed(&[bytes], &[&ann]), SignatureState::Bad, &[]);
    }
}

#[test]
fn of_several_subpackets_the_last_counts() {
    let ann = secret(Kind::V4, "ann");
    let lasts = |seconds| {
        let duration = Duration::from_secs(seconds);
        Subpacket::regular(SubpacketData::SignatureExpirationTime(duration)).unwrap()
    };
    let (short, day) = (100, 24 * 3600);
    let then = now() - 500;
    for (subpackets, time, reasons) in [
        (vec![made(then), lasts(short), lasts(day)], then, vec![]),
        (
            vec![made(then), lasts(day), lasts(short)],
            then,
            vec![Reason::Expired],
        ),
        (vec![made(now() + day), made(then)], then, vec![]),
        (
            vec![made(then), made(now() + day)],
            now() + day,
            vec![Reason::NotYetValid],
        ),
    ] {
        let (typ, hash) = (SignatureType::Binary, HashAlgorithm::Sha256);
        let message = prefixed(&[signature(&ann, typ, hash, subpackets, TEXT)], &[&ann]);
        let state = match reasons.is_empty() {
            true => SignatureState::Good,
            false => SignatureState::Unusable,
        };
        expect(&message, state, &reasons);
        assert_eq!(message.verdict().signatures[0].made, Some(time));
    }
}

#[test]
fn a_bad_one_names_nobody() {
    let ann = secret(Kind::V4, "ann");
    let message = prefixed(&[good(&ann, b"pay 900 to Bob\r\n")], &[&ann]);
    expect(&message, SignatureState::Bad, &[]);
    let signature = &message.verdict().signatures[0];
    assert_eq!((&signature.signer, signature.sender_matches), (&None, None));
    assert_eq!(signature.certificate, None);
}

#[test]
fn version_3_is_read() {
    let rsa = rsa();
    let key = signer(&rsa);
    let config = SignatureConfig::v3(
        SignatureType::Binary,
        key.algorithm(),
        HashAlgorithm::Sha256,
        Timestamp::from_secs(now()),
        key.legacy_key_id(),
    );
    // rpgp reads these and makes none: digest and signature by hand.
    let mut hasher = config.hash_alg.new_hasher().unwrap();
    hasher.update(TEXT);
    config.hash_signature_data(&mut hasher).unwrap();
    let digest = hasher.finalize();
    let signed = key
        .sign(&Password::empty(), config.hash_alg, &digest)
        .unwrap();
    let body = Signature::from_config(config, [digest[0], digest[1]], signed).unwrap();
    let message = prefixed(&[body.to_bytes().unwrap()], &[&rsa]);
    assert_eq!(
        message.verdict().summary,
        Summary::SignedByOther,
        "{message:?}"
    );
}

#[test]
fn only_signatures_on_documents_count() {
    let ann = secret(Kind::V4, "ann");
    for typ in 2..=255_u8 {
        let mut body = good(&ann, TEXT);
        body[1] = typ;
        expect(
            &prefixed(&[body], &[&ann]),
            SignatureState::Unusable,
            &[Reason::WrongType],
        );
    }
    // A genuine certification from ann's certificate, with the very bytes that it signs as the text.
    let user = &ann.details.users[0];
    let key = ann.primary_key.public_key().to_bytes().unwrap();
    let id = user.id.to_bytes().unwrap();
    let mut text = vec![0x99];
    text.extend((key.len() as u16).to_be_bytes());
    text.extend(&key);
    text.push(0xb4);
    text.extend((id.len() as u32).to_be_bytes());
    text.extend(&id);
    let certification = user.signatures[0].to_bytes().unwrap();
    let packets = [wrap(tag::SIGNATURE, &certification), literal(&text)];
    let message = read(&packets, &[public(&ann)], None);
    expect(&message, SignatureState::Unusable, &[Reason::WrongType]);
}

#[test]
fn what_policy_says_about_the_signature() {
    let ann = secret(Kind::P256, "ann");
    let now = now();
    let of = |hash: HashAlgorithm, subpackets: Vec<Subpacket>| {
        prefixed(
            &[signature(
                &ann,
                SignatureType::Binary,
                hash,
                subpackets,
                TEXT,
            )],
            &[&ann],
        )
    };
    // rpgp refuses to make weak ones with elliptic curves.
    let rsa = rsa();
    let weak = |hash: HashAlgorithm, time| {
        let body = signature(&rsa, SignatureType::Binary, hash, vec![made(time)], TEXT);
        prefixed(&[body], &[&rsa])
    };
    let regular = |data| Subpacket::regular(data).unwrap();
    let critical = |data| Subpacket::critical(data).unwrap();
    let sha512 = HashAlgorithm::Sha512;
    let lasts = |secs: u32| {
        regular(SubpacketData::SignatureExpirationTime(Duration::from_secs(
            secs,
        )))
    };
    let notation = || {
        SubpacketData::Notation(Notation {
            readable: true,
            name: "good@example.org".into(),
            value: "verified".into(),
        })
    };
    let unusable = SignatureState::Unusable;
    let ok = SignatureState::Good;
    let table: Vec<(ReadMessage, SignatureState, &[Reason])> = vec![
        (weak(HashAlgorithm::Sha256, now), ok, &[]),
        (weak(HashAlgorithm::Md5, now), unusable, &[Reason::WeakHash]),
        (
            weak(HashAlgorithm::Sha1, now),
            unusable,
            &[Reason::WeakHash],
        ),
        (
            weak(HashAlgorithm::Ripemd160, now),
            unusable,
            &[Reason::WeakHash],
        ),
        // judged by now, not by the date that it claims
        (
            weak(HashAlgorithm::Sha1, 1_710_000_000),
            unusable,
            &[Reason::WeakHash],
        ),
        (of(sha512, vec![]), unusable, &[Reason::Unsupported]),
        (
            of(sha512, vec![made(now + limits::CLOCK_SKEW - 10)]),
            ok,
            &[],
        ),
        (
            of(sha512, vec![made(now + limits::CLOCK_SKEW + 100)]),
            unusable,
            &[Reason::NotYetValid],
        ),
        (
            of(sha512, vec![made(now - 50), lasts(20)]),
            unusable,
            &[Reason::Expired],
        ),
        (of(sha512, vec![made(now - 50), lasts(1000)]), ok, &[]),
        (of(sha512, vec![made(now - 50), lasts(0)]), ok, &[]),
        (of(sha512, vec![made(now - 50), lasts(u32::MAX)]), ok, &[]),
        (of(sha512, vec![made(now), regular(notation())]), ok, &[]),
        (
            of(sha512, vec![made(now), critical(notation())]),
            unusable,
            &[Reason::UnknownCritical],
        ),
        (
            of(
                sha512,
                vec![
                    made(now),
                    critical(SubpacketData::Experimental(101, vec![1].into())),
                ],
            ),
            unusable,
            &[Reason::UnknownCritical],
        ),
        (
            of(
                sha512,
                vec![
                    made(now),
                    regular(SubpacketData::Experimental(101, vec![1].into())),
                ],
            ),
            ok,
            &[],
        ),
    ];
    for (number, (message, state, reasons)) in table.iter().enumerate() {
        let [signature] = message.verdict().signatures.as_slice() else {
            panic!()
        };
        assert_eq!(
            (signature.state, signature.reasons.as_slice()),
            (*state, *reasons),
            "{number}"
        );
    }
    // before the key was made (see `secret`)
    let early = of(sha512, vec![made(1_735_689_600 - 1)]);
    assert_eq!(early.verdict().summary, Summary::UnusableSignature);
    assert!(
        early.verdict().signatures[0]
            .reasons
            .contains(&Reason::NotYetValid)
    );
}

/// One-pass packets must say the same as their signatures.
#[test]
fn one_pass_packets() {
    let ann = secret(Kind::V4, "ann");
    let key = signer(&ann);
    let of = |typ, hash, algorithm| {
        OnePassSignature::v3(typ, hash, algorithm, key.legacy_key_id())
            .to_bytes()
            .unwrap()
    };
    let (typ, hash, algorithm) = (
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        key.algorithm(),
    );
    let right = of(typ, hash, algorithm);
    let message = |one_pass: &[u8]| {
        let packets = [
            wrap(tag::ONE_PASS, one_pass),
            literal(TEXT),
            wrap(tag::SIGNATURE, &good(&ann, TEXT)),
        ];
        read(&packets, &[public(&ann)], Some("ann@example.org"))
    };
    expect(&message(&right), SignatureState::Good, &[]);
    let mut version = right.clone();
    version[0] = 6;
    for wrong in [
        of(SignatureType::Text, hash, algorithm),
        of(typ, HashAlgorithm::Sha256, algorithm),
        of(typ, hash, pgp::crypto::public_key::PublicKeyAlgorithm::RSA),
        version,
        vec![3],
    ] {
        expect(&message(&wrong), SignatureState::Bad, &[]);
    }
    // version 6: the salt must be the same
    let ann = secret(Kind::V6, "ann");
    let key = signer(&ann);
    let body = good(&ann, TEXT);
    let pgp::types::Fingerprint::V6(fingerprint) = key.fingerprint() else {
        panic!()
    };
    let salt = crate::message::signature::parse(&body).unwrap();
    let pgp::packet::SignatureVersionSpecific::V6 { salt } =
        salt.config().unwrap().version_specific.clone()
    else {
        panic!()
    };
    let mut other = salt.clone();
    other[0] ^= 1;
    for (salt, state) in [(salt, SignatureState::Good), (other, SignatureState::Bad)] {
        let one_pass = OnePassSignature::v6(typ, hash, key.algorithm(), salt, fingerprint);
        let packets = [
            wrap(tag::ONE_PASS, &one_pass.to_bytes().unwrap()),
            literal(TEXT),
            wrap(tag::SIGNATURE, &body),
        ];
        expect(
            &read(&packets, &[public(&ann)], Some("ann@example.org")),
            state,
            &[],
        );
    }
}
