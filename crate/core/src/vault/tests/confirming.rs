//! Whom the user knows: what the desk is told of it, what the verdict makes of that, and to which key is written.

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{RevocationCode, SignatureType};

use super::importing::{import, outcomes};
use super::*;
use crate::cert::Certificate;
use crate::engine::tests::kit::{literal, made, signature_by, wrap};
use crate::engine::{Capacity, NoCharsets, Read, Reader};
use crate::message::packet::tag;
use crate::testkit::{CERTIFY, DAY, MADE, Maker, SIGN, Says, says, usual};
use crate::wire::engine::{Opened, Summary};

pub(super) const ME: &str = "Me <me@example.org>";
pub(super) const BEN: &str = "Ben <ben@example.org>";
pub(super) const WORK: &str = "Ben <ben@work.example>";

/// What a key says of another: whose word, of which kind.
type Word<'a> = (&'a Maker, SignatureType, Says);

/// A vault with this own key.
pub(super) fn with_own(me: &Maker) -> Host {
    let mut host = Host::new();
    let reply = import(
        &mut host,
        &me.secret_bytes(),
        &[&me.cert()],
        Some(PASSPHRASE),
    );
    assert_eq!(outcomes(reply), [(true, false)]);
    host
}

pub(super) fn add(host: &mut Host, cert: &Certificate) {
    assert_eq!(
        outcomes(import(host, &cert.to_bytes(), &[cert], None)),
        [(true, false)]
    );
}

/// A key of Ben's, made at some time, with what others say of his first user ID.
pub(super) fn ben(created: Time, words: &[Word<'_>]) -> Maker {
    let (typ, version) = (
        pgp::composed::KeyType::Ed25519Legacy,
        pgp::types::KeyVersion::V4,
    );
    let flags = || says(created).flags(CERTIFY | SIGN);
    let mut maker = Maker::new(&typ, version, created).user(BEN, flags());
    for (by, typ, says) in words {
        let word = maker.on_user(&by.primary, BEN, *typ, says);
        maker = maker.signature(&word);
    }
    maker.user(WORK, flags()).encrypts()
}

/// What the desk is told of a certificate.
pub(super) fn told(host: &mut Host, cert: &Certificate) -> (Vec<Bytes>, Vec<Vouched>) {
    let view = host.view(1, 3);
    let issuers = vec![cert.fingerprint().to_string()];
    match host.ui(&view, UiCall::Certificates { issuers }) {
        UiReply::Certificates {
            certificates,
            vouched,
        } => (certificates, vouched),
        reply => panic!("{reply:?}"),
    }
}

/// The user IDs of somebody else's certificate that are told to be confirmed.
fn confirmed(host: &mut Host, cert: &Certificate) -> Vec<String> {
    match &told(host, cert).1[..] {
        [] => Vec::new(),
        [vouched] => {
            assert_eq!(
                (&vouched.certificate, vouched.own),
                (&cert.fingerprint(), false)
            );
            let ids = vouched.user_ids.iter();
            ids.map(|id| String::from_utf8(id.0.clone()).unwrap())
                .collect()
        }
        more => panic!("{more:?}"),
    }
}

/// The verdict on a message that this key signed, as the desk makes it with what the vault says.
pub(super) fn verdict(
    host: &mut Host,
    signer: &Maker,
    sender: Option<&str>,
) -> (Summary, Option<Confirmation>) {
    verdict_at(host, signer, NOW, sender)
}

/// The same on one that was signed at another time.
pub(super) fn verdict_at(
    host: &mut Host,
    signer: &Maker,
    at: Time,
    sender: Option<&str>,
) -> (Summary, Option<Confirmation>) {
    let text = b"Hello";
    let body = signature_by(
        &signer.primary,
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        vec![made(at)],
        text,
    );
    let message = [wrap(tag::SIGNATURE, &body), literal(text)].concat();
    let (mut reader, opened) = Reader::open_file(&message, Capacity::BROWSER);
    assert!(matches!(opened, Opened::Readable { .. }), "{opened:?}");
    let (certificates, vouched) = told(host, &signer.cert());
    match reader.read(&certificates, &vouched, sender, NOW, &NoCharsets) {
        Ok(Read::Message(message)) => {
            let verdict = message.verdict();
            (verdict.summary, verdict.confirmation)
        }
        _ => panic!("no message"),
    }
}

pub(super) fn recipient(host: &mut Host, address: &str) -> RecipientInfo {
    let addresses = vec![address.to_owned()];
    match host.ui(&window("write.html"), UiCall::Recipients { addresses }) {
        UiReply::Recipients { mut recipients, .. } => recipients.remove(0),
        reply => panic!("{reply:?}"),
    }
}

/// To which key is written, whether it is the only one, and whether it is known.
pub(super) fn chosen(host: &mut Host, address: &str) -> (Fingerprint, bool, Confirmation) {
    let found = recipient(host, address);
    let key = found.key.unwrap();
    let certificate = Certificate::from_bytes(&found.certificate.unwrap().0).unwrap();
    assert_eq!(certificate.fingerprint(), key.fingerprint);
    (key.fingerprint, found.several, found.confirmation.unwrap())
}

#[test]
fn only_a_word_of_an_own_key_that_is_in_force_confirms() {
    use SignatureType::{CertGeneric, CertRevocation};
    let (me, stranger) = (usual(ME), usual("Eve <eve@example.org>"));
    let good = || (&me, CertGeneric, says(NOW - 9));
    let table: [(&str, Vec<Word<'_>>, bool); 8] = [
        ("none", vec![], false),
        ("good", vec![good()], true),
        (
            "expired",
            vec![(&me, CertGeneric, says(NOW - 9).lasts(5))],
            false,
        ),
        ("not yet", vec![(&me, CertGeneric, says(NOW + DAY))], false),
        // By another clock.
        ("ahead", vec![(&me, CertGeneric, says(NOW + 60))], true),
        (
            "withdrawn",
            vec![good(), (&me, CertRevocation, says(NOW - 5))],
            false,
        ),
        (
            "withdrawn and given again",
            vec![
                good(),
                (&me, CertRevocation, says(NOW - 5)),
                (&me, CertGeneric, says(NOW - 3)),
            ],
            true,
        ),
        (
            "a stranger's",
            vec![(&stranger, CertGeneric, says(NOW - 9))],
            false,
        ),
    ];
    for (name, words, holds) in table {
        let mut host = with_own(&me);
        add(&mut host, &stranger.cert());
        let ben = ben(MADE, &words);
        add(&mut host, &ben.cert());
        let ids: &[&str] = if holds { &[BEN] } else { &[] };
        let state = match holds {
            true => Confirmation::Confirmed,
            false => Confirmation::Unconfirmed,
        };
        for _ in 0..2 {
            assert_eq!(confirmed(&mut host, &ben.cert()), ids, "{name}");
            let by_sender = verdict(&mut host, &ben, Some("Ben <ben@example.org>"));
            assert_eq!(by_sender, (Summary::SignedBySender, Some(state)), "{name}");
            // The word on one user ID is none on another of the same key.
            let at_work = verdict(&mut host, &ben, Some("ben@work.example"));
            let unconfirmed = Some(Confirmation::Unconfirmed);
            assert_eq!(at_work, (Summary::SignedBySender, unconfirmed), "{name}");
            assert_eq!(chosen(&mut host, "ben@example.org").2, state, "{name}");
            assert_eq!(
                chosen(&mut host, "ben@work.example").2,
                Confirmation::Unconfirmed
            );
            host.die();
        }
    }
}

#[test]
fn a_word_ends_with_the_own_key_that_gave_it() {
    let flags = || says(MADE).flags(CERTIFY | SIGN);
    let made =
        |how: fn(Maker) -> Maker| how(Maker::v4().user(ME, says(MADE).flags(CERTIFY | SIGN)));
    let table = [
        (made(|me| me), true),
        (made(|me| me.revoke(says(NOW - 1))), false),
        (
            made(|me| me.revoke(says(NOW - 1).because(RevocationCode::KeySuperseded))),
            false,
        ),
        (
            Maker::v4().user(ME, flags().key_lasts(NOW - 5 - MADE)),
            false,
        ),
    ];
    for (number, (me, holds)) in table.into_iter().enumerate() {
        let ben = ben(MADE, &[(&me, SignatureType::CertGeneric, says(NOW - 9))]);
        let mut host = with_own(&me);
        add(&mut host, &ben.cert());
        let found = !confirmed(&mut host, &ben.cert()).is_empty();
        assert_eq!(found, holds, "{number}");
    }
}

#[test]
fn an_own_key_needs_nobodys_word() {
    let me = usual(ME);
    let mut host = with_own(&me);
    let (_, vouched) = told(&mut host, &me.cert());
    let key = me.cert().fingerprint();
    assert_eq!(
        vouched,
        [Vouched {
            certificate: key.clone(),
            own: true,
            user_ids: vec![],
        }]
    );
    let own = Some(Confirmation::Own);
    for (sender, summary) in [
        (Some("me@example.org"), Summary::SignedBySender),
        (Some("ben@example.org"), Summary::SignedByOther),
        (None, Summary::SignedSenderUnknown),
    ] {
        assert_eq!(verdict(&mut host, &me, sender), (summary, own));
    }
    // A newer key with the same address that somebody else has made is not written to.
    let typ = pgp::composed::KeyType::Ed25519Legacy;
    let other = Maker::new(&typ, pgp::types::KeyVersion::V4, NOW - DAY)
        .user(ME, says(NOW - DAY).flags(CERTIFY | SIGN))
        .encrypts();
    add(&mut host, &other.cert());
    assert_eq!(
        chosen(&mut host, "me@example.org"),
        (key, true, Confirmation::Own)
    );
    assert!(told(&mut host, &other.cert()).1.is_empty());
}

#[test]
fn what_is_written_goes_to_the_key_that_was_confirmed_for_the_address() {
    use Confirmation::{Confirmed, Unconfirmed};
    let me = usual(ME);
    let mut host = with_own(&me);
    let word = || (&me, SignatureType::CertGeneric, says(NOW - 9));
    let old = ben(MADE, &[word()]).cert();
    let newer = ben(NOW - 2 * DAY, &[]).cert();
    let newest = ben(NOW - DAY, &[word()]).cert();
    add(&mut host, &newer);
    assert_eq!(
        chosen(&mut host, "ben@example.org"),
        (newer.fingerprint(), false, Unconfirmed)
    );
    add(&mut host, &old);
    assert_eq!(
        chosen(&mut host, "ben@example.org"),
        (old.fingerprint(), true, Confirmed)
    );
    // Only this address was confirmed.
    assert_eq!(
        chosen(&mut host, "ben@work.example"),
        (newer.fingerprint(), true, Unconfirmed)
    );
    add(&mut host, &newest);
    assert_eq!(
        chosen(&mut host, "ben@example.org"),
        (newest.fingerprint(), true, Confirmed)
    );
    host.die();
    assert_eq!(
        chosen(&mut host, "ben@example.org"),
        (newest.fingerprint(), true, Confirmed)
    );
    let nobody = recipient(&mut host, "eve@example.org");
    assert_eq!((nobody.key, nobody.confirmation), (None, None));
}

#[test]
fn when_a_confirmed_key_has_ended_nothing_goes_to_another_that_was_not_confirmed() {
    let me = usual(ME);
    let flags = || says(MADE).flags(CERTIFY | SIGN);
    let confirmed = |maker: Maker, by: &Maker| {
        let word = says(NOW - 9);
        let said = maker.on_user(&by.primary, BEN, SignatureType::CertGeneric, &word);
        maker.signature(&said).encrypts()
    };
    let lapsed = || Maker::v4().user(BEN, flags().key_lasts(DAY));
    let newer = ben(NOW - 2 * DAY, &[]).cert();
    let confirmed_newer = ben(
        NOW - DAY,
        &[(&me, SignatureType::CertGeneric, says(NOW - 9))],
    );
    let revoked = Maker::v4().user(BEN, flags());
    let revoked = confirmed(revoked, &me).revoke(says(NOW - 5));
    for (over, reason) in [
        (confirmed(lapsed(), &me), Reason::Expired),
        (revoked, Reason::RevokedHard),
    ] {
        let over = over.cert();
        let mut host = with_own(&me);
        add(&mut host, &over);
        add(&mut host, &newer);
        let found = recipient(&mut host, "ben@example.org");
        assert_eq!(found.state, RecipientState::Unusable);
        assert_eq!(found.key.unwrap().fingerprint, over.fingerprint());
        assert_eq!(found.reasons, [reason, Reason::OthersUnconfirmed]);
        assert!(found.certificate.is_none());
        // At another address, which was not confirmed, it is the key that there is.
        let at_work = chosen(&mut host, "ben@work.example");
        assert_eq!(
            at_work,
            (newer.fingerprint(), false, Confirmation::Unconfirmed)
        );
        add(&mut host, &confirmed_newer.cert());
        assert_eq!(
            chosen(&mut host, "ben@example.org"),
            (
                confirmed_newer.cert().fingerprint(),
                true,
                Confirmation::Confirmed
            )
        );
    }
    // One that nobody confirmed, or only somebody else, keeps nothing back.
    let stranger = usual("Eve <eve@example.org>");
    for over in [lapsed().encrypts(), confirmed(lapsed(), &stranger)] {
        let mut host = with_own(&me);
        add(&mut host, &over.cert());
        add(&mut host, &newer);
        assert_eq!(
            chosen(&mut host, "ben@example.org"),
            (newer.fingerprint(), false, Confirmation::Unconfirmed)
        );
    }
}

#[test]
fn a_secret_part_that_came_later_counts_when_it_confirms() {
    let mut first = Host::new();
    let me = first
        .generate("me@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let armored = |host: &mut Host, call| match host.ui(&popup(), call) {
        UiReply::Armored { armored, .. } => armored.expose().as_bytes().to_vec(),
        reply => panic!("{reply:?}"),
    };
    let public = UiCall::PublicKey {
        key: me.clone(),
        form: PublicForm::Whole,
    };
    let secret = UiCall::ExportSecret {
        key: me.clone(),
        passphrase: Secret::new(PASSPHRASE.into()),
        form: ExportForm::Compatible,
    };
    let mut host = Host::new();
    let mut mine = Vec::new();
    for call in [public, secret] {
        let data = armored(&mut first, call);
        mine = vec![Certificate::read_many(&data).keys.remove(0).certificate];
        let reply = import(&mut host, &data, &[&mine[0]], None);
        assert_eq!(outcomes(reply).len(), 1);
    }
    let ben = ben(MADE, &[]);
    add(&mut host, &ben.cert());
    let call = UiCall::Edit {
        key: mine[0].fingerprint(),
        passphrase: Secret::new(PASSPHRASE.into()),
        change: certify(&ben.cert()),
    };
    let reply = host.ui(&window("keys.html"), call);
    assert!(matches!(reply, UiReply::Edited { .. }), "{reply:?}");
    assert_eq!(confirmed(&mut host, &ben.cert()), [BEN]);
    host.die();
    assert_eq!(confirmed(&mut host, &ben.cert()), [BEN]);
}

fn certify(cert: &Certificate) -> KeyChange {
    KeyChange::Certify {
        certificate: cert.fingerprint(),
        user_id: Bytes(BEN.as_bytes().to_vec()),
        level: CertifyLevel::Careful,
        exportable: false,
    }
}

#[test]
fn a_word_that_the_user_gives_and_takes_back_is_told_at_once() {
    let mut host = Host::new();
    let me = host
        .generate("me@example.org", KeyKind::Curve25519V4)
        .fingerprint;
    let ben = ben(MADE, &[]);
    add(&mut host, &ben.cert());
    let change = |host: &mut Host, change: KeyChange| {
        host.now += 2;
        let call = UiCall::Edit {
            key: me.clone(),
            passphrase: Secret::new(PASSPHRASE.into()),
            change,
        };
        let pulses = host.pulses;
        let reply = host.ui(&window("keys.html"), call);
        assert!(matches!(reply, UiReply::Edited { .. }), "{reply:?}");
        // By this open readers hear of it.
        assert_eq!(host.pulses, pulses + 1);
    };
    let (certificate, user_id) = (ben.cert().fingerprint(), Bytes(BEN.as_bytes().to_vec()));
    assert!(confirmed(&mut host, &ben.cert()).is_empty());
    change(&mut host, certify(&ben.cert()));
    assert_eq!(confirmed(&mut host, &ben.cert()), [BEN]);
    let back = KeyChange::RevokeCertification {
        certificate,
        user_id,
    };
    change(&mut host, back);
    assert!(confirmed(&mut host, &ben.cert()).is_empty());
}

#[test]
fn the_page_of_a_key_opens_for_a_key_that_is_here() {
    let mut host = Host::new();
    let ben = ben(MADE, &[]).cert();
    add(&mut host, &ben);
    let view = host.view(1, 3);
    let show = |key: &Fingerprint| UiCall::ShowKey { key: key.clone() };
    let windows = host.windows.len();
    let unknown = Fingerprint::from_bytes(&[1; 20]);
    assert_eq!(
        refused(host.ui(&view, show(&unknown))),
        ErrorCode::UnknownKey
    );
    assert_eq!(
        refused(host.ui(&reader(1, 4), show(&ben.fingerprint()))),
        ErrorCode::NotAllowed
    );
    assert_eq!(host.windows.len(), windows);
    for caller in [view, window("files.html")] {
        done(host.ui(&caller, show(&ben.fingerprint())));
        let place = format!("details={}", ben.fingerprint());
        assert_eq!(
            host.windows.last().unwrap(),
            &("keys.html".to_owned(), place)
        );
        assert_eq!(host.most_windows, limits::MAX_WINDOWS);
    }
}
