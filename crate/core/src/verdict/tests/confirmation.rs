//! Whether the user knows that the key is the signer's. What the vault says of it is tested there.

use pgp::composed::SignedSecretKey;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::SignatureType;

use super::{TEXT, fingerprint};
use crate::cert::Certificate;
use crate::engine::tests::kit::{
    Kind, confirmed, good, literal, made, now, own, public, secret, signature_by, wrap,
};
use crate::message::detached::DetachedSignatures;
use crate::message::packet::tag;
use crate::message::{Parsed, parse};
use crate::testkit;
use crate::verdict::{Signers, judge, judge_detached};
use crate::wire::engine::{SignatureState, Summary, Verdict};
use crate::wire::{Bytes, Confirmation, Vouched};

const ANN: &str = "ann <ann@example.org>";
const SENDER: Option<&str> = Some("Ann <ann@example.org>");

/// The text with these signature bodies in front of it.
fn signed(
    bodies: &[Vec<u8>],
    certificates: &[Bytes],
    vouched: &[Vouched],
    sender: Option<&str>,
) -> Verdict {
    let mut packets: Vec<_> = bodies
        .iter()
        .map(|body| wrap(tag::SIGNATURE, body))
        .collect();
    packets.push(literal(TEXT));
    let Parsed::Plain(document) = parse(&packets.concat()).unwrap() else {
        panic!()
    };
    let certificates: Vec<_> = certificates
        .iter()
        .map(|bytes| Certificate::from_bytes(&bytes.0).unwrap())
        .collect();
    let signers = Signers::new(&certificates, vouched);
    judge(document, signers, sender, now()).verdict().clone()
}

fn by(key: &SignedSecretKey, vouched: &[Vouched], sender: Option<&str>) -> Verdict {
    signed(&[good(key, TEXT)], &[public(key)], vouched, sender)
}

#[test]
fn what_the_user_says_of_the_signer_is_told() {
    use Confirmation::{Confirmed, Own, Unconfirmed};
    let (ann, eve) = (secret(Kind::V4, "ann"), secret(Kind::V4, "eve"));
    let all = |key, ids: &[&str]| vec![confirmed(key, ids)];
    for (vouched, expected) in [
        (vec![], Unconfirmed),
        (all(&ann, &[ANN]), Confirmed),
        (vec![own(&ann)], Own),
        // Another name of the same key, and the same name of another key.
        (all(&ann, &["Ann <ann@work.example>"]), Unconfirmed),
        (all(&ann, &["ann@example.org"]), Unconfirmed),
        (all(&eve, &[ANN]), Unconfirmed),
        (vec![own(&eve)], Unconfirmed),
        (vec![own(&eve), confirmed(&ann, &[ANN])], Confirmed),
    ] {
        for (sender, summary) in [
            (SENDER, Summary::SignedBySender),
            (None, Summary::SignedSenderUnknown),
            (Some("bob@example.org"), Summary::SignedByOther),
        ] {
            let verdict = by(&ann, &vouched, sender);
            assert_eq!(verdict.summary, summary);
            assert_eq!(
                verdict.confirmation,
                Some(expected),
                "{vouched:?} {sender:?}"
            );
            assert_eq!(verdict.signatures[0].confirmation, Some(expected));
        }
    }
}

#[test]
fn a_confirmed_address_says_nothing_of_another() {
    const WORK: &str = "Ann <ann@work.example>";
    const BOSS: &str = "The Boss <ann@example.org>";
    let says = || testkit::says(testkit::MADE).flags(3);
    // The last one is the primary one, as it is newer.
    let maker = testkit::Maker::v4()
        .user(ANN, says())
        .user(WORK, says())
        .user(BOSS, testkit::says(testkit::MADE + 9).flags(3));
    let certificate = maker.cert();
    let vouched = |ids: &[&str]| {
        [Vouched {
            certificate: certificate.fingerprint(),
            own: false,
            user_ids: ids.iter().map(|id| Bytes(id.as_bytes().to_vec())).collect(),
        }]
    };
    let body = signature_by(
        &maker.primary,
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        vec![made(testkit::NOW)],
        TEXT,
    );
    let seen = |ids: &[&str], sender| {
        let Parsed::Plain(document) =
            parse(&[wrap(tag::SIGNATURE, &body), literal(TEXT)].concat()).unwrap()
        else {
            panic!()
        };
        let certificates = [certificate.clone()];
        let vouched = vouched(ids);
        let signers = Signers::new(&certificates, &vouched);
        let verdict = judge(document, signers, sender, testkit::NOW);
        let verdict = verdict.verdict().clone();
        let name = verdict.signatures[0].signer.clone().unwrap().text;
        (verdict.summary, verdict.confirmation.unwrap(), name)
    };
    use Confirmation::{Confirmed, Unconfirmed};
    use Summary::{SignedByOther, SignedBySender, SignedSenderUnknown};
    let (work, other) = (Some("ann@work.example"), Some("bob@example.org"));
    for (ids, sender, summary, confirmation, name) in [
        (&[WORK][..], SENDER, SignedBySender, Unconfirmed, BOSS),
        (&[WORK], work, SignedBySender, Confirmed, WORK),
        (&[ANN], work, SignedBySender, Unconfirmed, WORK),
        // Of two names with the sender's address the confirmed one is shown.
        (&[ANN], SENDER, SignedBySender, Confirmed, ANN),
        (&[BOSS], SENDER, SignedBySender, Confirmed, BOSS),
        // Where no address is asked for, the name that is shown must be the confirmed one.
        (&[ANN], None, SignedSenderUnknown, Unconfirmed, BOSS),
        (&[BOSS], None, SignedSenderUnknown, Confirmed, BOSS),
        (&[ANN, WORK], other, SignedByOther, Unconfirmed, BOSS),
        (&[BOSS], other, SignedByOther, Confirmed, BOSS),
    ] {
        let expected = (summary, confirmation, name.to_owned());
        assert_eq!(seen(ids, sender), expected, "{ids:?} {sender:?}");
    }
}

#[test]
fn of_several_signers_the_one_that_is_known_least_counts() {
    let (ann, again) = (secret(Kind::V4, "ann"), secret(Kind::V6, "ann"));
    let certificates = [public(&ann), public(&again)];
    let mut bodies = vec![good(&ann, TEXT), good(&again, TEXT)];
    let (one, both) = (
        [confirmed(&ann, &[ANN])],
        [confirmed(&ann, &[ANN]), own(&again)],
    );
    for _ in 0..2 {
        let verdict = signed(&bodies, &certificates, &one, SENDER);
        assert_eq!(verdict.summary, Summary::SignedBySender);
        assert_eq!(verdict.confirmation, Some(Confirmation::Unconfirmed));
        let verdict = signed(&bodies, &certificates, &both, SENDER);
        assert_eq!(verdict.confirmation, Some(Confirmation::Confirmed));
        bodies.reverse();
    }
}

#[test]
fn what_is_not_good_has_nobody_who_could_be_confirmed() {
    let ann = secret(Kind::V4, "ann");
    let vouched = [confirmed(&ann, &[ANN])];
    let bad = good(&ann, b"something else");
    for (bodies, keys, state) in [
        (vec![bad], vec![public(&ann)], SignatureState::Bad),
        (vec![good(&ann, TEXT)], vec![], SignatureState::UnknownKey),
        (
            vec![vec![5, 0, 1]],
            vec![public(&ann)],
            SignatureState::Unusable,
        ),
    ] {
        let verdict = signed(&bodies, &keys, &vouched, SENDER);
        assert_eq!(verdict.signatures[0].state, state);
        assert_eq!(verdict.signatures[0].confirmation, None);
        assert_eq!(verdict.confirmation, None);
    }
    let unsigned = signed(&[], &[public(&ann)], &vouched, SENDER);
    assert_eq!(unsigned.confirmation, None);
}

#[test]
fn signatures_on_files_are_told_as_well() {
    let ann = secret(Kind::V4, "ann");
    let certificates = [Certificate::from_bytes(&public(&ann).0).unwrap()];
    for (vouched, expected) in [
        (vec![], Confirmation::Unconfirmed),
        (vec![confirmed(&ann, &[ANN])], Confirmation::Confirmed),
        (vec![own(&ann)], Confirmation::Own),
    ] {
        let signature = wrap(tag::SIGNATURE, &good(&ann, TEXT));
        let mut signatures = DetachedSignatures::read(&signature).unwrap();
        signatures.update(TEXT);
        let signers = Signers::new(&certificates, &vouched);
        let verdict = judge_detached(signatures, signers, None, now());
        assert_eq!(verdict.summary, Summary::SignedSenderUnknown);
        assert_eq!(verdict.confirmation, Some(expected));
        assert_eq!(verdict.signatures[0].certificate, Some(fingerprint(&ann)));
    }
}
