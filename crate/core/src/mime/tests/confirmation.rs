//! Whether the user knows that the key is the signer's: for the sender of the mail, as the verdict finds them.

use super::kit::{ann, encrypted, eve, mail, multipart, read_vouched, signed, text};
use crate::engine::tests::kit::{confirmed, own};
use crate::wire::Confirmation::{Confirmed, Own, Unconfirmed};
use crate::wire::engine::Summary;

const ANN: &str = "ann <ann@example.org>";
const SITE: Option<&str> = Some("Ann <ann@example.org>");

#[test]
fn signed_and_encrypted_mails_tell_it() {
    let (ann, eve) = (ann(), eve());
    let entity = text("Hello\r\n");
    let within = encrypted(None, &signed(&ann, &entity));
    for source in [
        mail(&signed(&ann, &entity)),
        mail(&encrypted(Some(&ann), &entity)),
        mail(&within),
    ] {
        for (vouched, expected) in [
            (vec![], Unconfirmed),
            (vec![confirmed(&ann, &[ANN])], Confirmed),
            (vec![confirmed(&eve, &[ANN])], Unconfirmed),
            (vec![own(&ann)], Own),
        ] {
            for (site, summary) in [
                (SITE, Summary::SignedBySender),
                (Some("eve@example.org"), Summary::SignedSenderUnknown),
            ] {
                let seen = read_vouched(source.as_bytes(), &[&ann, &eve], &vouched, site).unwrap();
                let verdict = &seen.view.verdict;
                assert_eq!(
                    (verdict.summary, verdict.confirmation),
                    (summary, Some(expected)),
                    "{vouched:?}"
                );
            }
        }
    }
    // Somebody else signed it, whom the user knows.
    let other = mail(&signed(&eve, &entity));
    let vouched = [confirmed(&eve, &["eve <eve@example.org>"])];
    let seen = read_vouched(other.as_bytes(), &[&ann, &eve], &vouched, SITE).unwrap();
    let verdict = &seen.view.verdict;
    assert_eq!(
        (verdict.summary, verdict.confirmation),
        (Summary::SignedByOther, Some(Confirmed))
    );
}

#[test]
fn layers_of_two_signers_and_signed_parts_say_nothing_good() {
    let (ann, eve) = (ann(), eve());
    let vouched = [confirmed(&ann, &[ANN])];
    let inner = signed(&ann, &text("Hello\r\n"));
    let two = mail(&encrypted(Some(&eve), &inner));
    let part = mail(&multipart("mixed", &[&text("Before\r\n"), &inner]));
    for (source, summary) in [(two, Summary::Mixed), (part, Summary::NotSigned)] {
        let seen = read_vouched(source.as_bytes(), &[&ann, &eve], &vouched, SITE).unwrap();
        let verdict = &seen.view.verdict;
        assert_eq!((verdict.summary, verdict.confirmation), (summary, None));
    }
}
