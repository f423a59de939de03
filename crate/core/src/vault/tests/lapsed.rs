//! What is written when the own key has ended with which somebody was confirmed.

use pgp::packet::{RevocationCode, SignatureType};

use super::confirming::{BEN, ME, add, ben, chosen, recipient, with_own};
use super::importing::{import, outcomes};
use super::*;
use crate::testkit::{CERTIFY, DAY, MADE, Maker, SIGN, says, usual};

#[test]
fn a_word_of_an_own_key_that_has_ended_still_keeps_what_is_written_from_another() {
    use Confirmation::{Confirmed, Unconfirmed};
    let flags = || says(MADE).flags(CERTIFY | SIGN);
    let made =
        |how: fn(Maker) -> Maker| how(Maker::v4().user(ME, says(MADE).flags(CERTIFY | SIGN)));
    let superseded = |me: Maker| me.revoke(says(NOW - 1).because(RevocationCode::KeySuperseded));
    let lapsed = Maker::v4().user(ME, flags().key_lasts(NOW - 5 - MADE));
    let newer = ben(NOW - 2 * DAY, &[]).cert();
    for (me, holds) in [
        (made(|me| me), true),
        (lapsed, true),
        (made(superseded), true),
        // Anybody may have given its word.
        (made(|me| me.revoke(says(NOW - 1))), false),
    ] {
        let word = (&me, SignatureType::CertGeneric, says(NOW - 9));
        let known = ben(MADE, &[word]).cert();
        let mut host = with_own(&me);
        add(&mut host, &known);
        add(&mut host, &newer);
        let valid = host.info(&me.cert().fingerprint()).state == KeyState::Valid;
        let (expected, state) = match (holds, valid) {
            (true, true) => (&known, Confirmed),
            (true, false) => (&known, Unconfirmed),
            _ => (&newer, Unconfirmed),
        };
        assert_eq!(
            chosen(&mut host, "ben@example.org"),
            (expected.fingerprint(), true, state)
        );
        let found = recipient(&mut host, "ben@example.org");
        assert_eq!(found.once_confirmed, holds && !valid);
        // At another address nothing was confirmed.
        let at_work = chosen(&mut host, "ben@work.example");
        assert_eq!(at_work, (newer.fingerprint(), true, Unconfirmed));
        // One that is confirmed with the key that is in use now comes before.
        let mine = usual("Me <new@example.org>");
        let reply = import(
            &mut host,
            &mine.secret_bytes(),
            &[&mine.cert()],
            Some(PASSPHRASE),
        );
        assert_eq!(outcomes(reply), [(true, false)]);
        let word = (&mine, SignatureType::CertGeneric, says(NOW - 9));
        let now = ben(MADE - DAY, &[word]).cert();
        add(&mut host, &now);
        if !valid {
            let expected = (now.fingerprint(), true, Confirmed);
            assert_eq!(chosen(&mut host, "ben@example.org"), expected);
        }
    }
    // Where the contact's key has ended as well, nothing goes to another one.
    let me = Maker::v4().user(ME, flags().key_lasts(NOW - 5 - MADE));
    let over = Maker::v4().user(BEN, flags().key_lasts(DAY));
    let word = over.on_user(
        &me.primary,
        BEN,
        SignatureType::CertGeneric,
        &says(MADE + 9),
    );
    let mut host = with_own(&me);
    add(&mut host, &over.signature(&word).encrypts().cert());
    add(&mut host, &newer);
    let found = recipient(&mut host, "ben@example.org");
    assert_eq!(found.reasons, [Reason::Expired, Reason::OthersUnconfirmed]);
}
