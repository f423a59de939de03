//! What a word of the user's on a key still says when that key, or its user ID, has come to its end.

use pgp::packet::{RevocationCode, SignatureType};

use super::confirming::{BEN, ME, WORK, add, recipient, verdict, verdict_at, with_own};
use super::importing::{import, outcomes};
use super::*;
use crate::testkit::{CERTIFY, DAY, MADE, Maker, SIGN, Says, says, usual};
use crate::wire::engine::Summary;

#[test]
fn a_word_counts_for_what_was_signed_before_the_key_or_the_user_id_ended() {
    let (me, end) = (usual(ME), NOW - 5 * DAY);
    let flags = || says(MADE).flags(CERTIFY | SIGN);
    let ben = |how: Says| Maker::v4().user(BEN, how);
    let said = |maker: Maker| {
        let says = says(NOW - 200 * DAY);
        let word = maker.on_user(&me.primary, BEN, SignatureType::CertGeneric, &says);
        maker.signature(&word)
    };
    let superseded = || says(end).because(RevocationCode::KeySuperseded);
    let gone = |maker: Maker| maker.revoke_user(BEN, says(end));
    let bound = || Maker::v4().direct(SignatureType::Key, flags());
    let by_ben = Some("ben@example.org");
    let good = |confirmation| (Summary::SignedBySender, Some(confirmation));
    for (name, signer, holds) in [
        ("expired", said(ben(flags().key_lasts(end - MADE))), true),
        ("withdrawn", said(ben(flags())).revoke(superseded()), true),
        (
            "address",
            gone(said(ben(flags()))).user(WORK, flags()),
            true,
        ),
        (
            "only address",
            gone(said(bound().user(BEN, says(MADE)))),
            true,
        ),
        ("no word", ben(flags().key_lasts(end - MADE)), false),
        ("compromised", said(ben(flags())).revoke(says(end)), false),
    ] {
        let mut host = with_own(&me);
        if name == "only address" {
            // As it came first: without a valid user ID no key is taken.
            let mut earlier = signer.clone();
            earlier.packets.pop();
            add(&mut host, &earlier.cert());
        }
        let cert = signer.cert();
        outcomes(import(&mut host, &cert.to_bytes(), &[&cert], None));
        let before = verdict_at(&mut host, &signer, end - DAY, by_ben);
        match name {
            "compromised" => assert_eq!(before, (Summary::UnusableSignature, None)),
            _ if holds => assert_eq!(before, good(Confirmation::Confirmed), "{name}"),
            _ => assert_eq!(before, good(Confirmation::Unconfirmed), "{name}"),
        }
        // What was signed later is not his, or does not count, as ever.
        let (summary, confirmation) = verdict(&mut host, &signer, by_ben);
        assert_ne!(summary, Summary::SignedBySender, "{name}");
        assert_ne!(confirmation, Some(Confirmation::Confirmed), "{name}");
        // The page of the key says it, too: there it can be taken back.
        let UiReply::Keys { contacts, .. } = host.ui(&window("keys.html"), UiCall::ListKeys {})
        else {
            panic!()
        };
        let mut ids = contacts[0].user_ids.iter();
        let id = ids.find(|id| id.text == BEN).unwrap();
        assert_eq!(!id.certified.is_empty(), holds, "{name}");
        // Nothing is written to it for that.
        let state = recipient(&mut host, "ben@example.org").state;
        assert_ne!(state, RecipientState::Ready, "{name}");
    }
}
