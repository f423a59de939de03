//! The user's sign: who gets it, how it is made, kept and changed.

use std::collections::BTreeSet;

use super::*;
use crate::vault::caller::Caller;

#[track_caller]
fn shown(reply: UiReply) -> Emblem {
    match reply {
        UiReply::Emblem { emblem } => emblem,
        reply => panic!("{reply:?}"),
    }
}

fn own(text: &str) -> Emblem {
    Emblem {
        colour: EmblemColour::Teal,
        shape: EmblemShape::Bell,
        first: EmblemWord::River,
        second: EmblemWord::Amber,
        own: Some(text.into()),
    }
}

fn set(host: &mut Host, emblem: Emblem) -> UiReply {
    host.ui(&window("settings.html"), UiCall::SetEmblem { emblem })
}

impl Host {
    fn emblem(&mut self) -> Emblem {
        shown(self.ui(&popup(), UiCall::Emblem {}))
    }
}

#[test]
fn a_new_store_gets_one_at_random_and_keeps_it() {
    let mut host = Host::new();
    let first = host.emblem();
    assert_eq!(host.effects.len(), 1, "stored with the first answer");
    assert_eq!(host.emblem(), first);
    assert!(host.effects.is_empty(), "and only with that");
    host.die();
    assert_eq!(host.emblem(), first);
    host.close_browser();
    assert_eq!(host.emblem(), first);
    assert_eq!(host.damaged(), 0);
}

#[test]
fn a_store_from_before_there_were_signs_gets_one_too() {
    let settings = r#"{"v":1,"settings":{"auto_lock_minutes":5,"encrypt_to_self":true,"selection_button":true,"sign_by_default":true,"default_key":null}}"#;
    let mut host = Host::with(vec![("settings".into(), settings.into())]);
    let first = host.emblem();
    host.die();
    assert_eq!((host.emblem(), host.damaged()), (first, 0));
    assert_eq!(
        host.local["settings"], settings,
        "the settings stay as they are"
    );
}

#[test]
fn signs_differ_from_user_to_user() {
    let mut host = Host::new();
    let mut words = BTreeSet::new();
    let mut pictures = BTreeSet::new();
    for _ in 0..400 {
        host.local.clear();
        host.die();
        let emblem = host.emblem();
        pictures.insert(format!("{:?} {:?}", emblem.colour, emblem.shape));
        assert_ne!(emblem.first, emblem.second);
        words.insert(format!("{:?} {:?}", emblem.first, emblem.second));
    }
    // Of 128 pictures and 992 pairs of words.
    assert!(pictures.len() > 110, "{}", pictures.len());
    assert!(words.len() > 250, "{}", words.len());
}

#[test]
fn another_one_is_another_picture() {
    let mut host = Host::new();
    let mut last = host.emblem();
    for _ in 0..40 {
        let pulses = host.pulses;
        let next = shown(host.ui(&window("welcome.html"), UiCall::NewEmblem {}));
        assert_ne!(next.shape, last.shape);
        assert_eq!(host.pulses, pulses + 1, "every view is told");
        host.die();
        assert_eq!(host.emblem(), next);
        last = next;
    }
}

#[test]
fn what_the_user_chose_is_kept() {
    let mut host = Host::new();
    for (text, kept) in [
        ("Anna", "Anna"),
        ("  blue \t door ", "blue door"),
        ("שלום", "שלום"),
        ("12345678901234567890", "12345678901234567890"),
        ("\u{202e}evil\u{200b}\u{0}", "evil"),
        (
            "e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}",
            "e\u{301}\u{301}\u{301}\u{301}",
        ),
        ("👩‍🚀", "👩‍🚀"),
    ] {
        let pulses = host.pulses;
        assert_eq!(shown(set(&mut host, own(text))), own(kept), "{text:?}");
        assert_eq!(host.pulses, pulses + 1);
        host.die();
        assert_eq!(host.emblem(), own(kept));
    }
    // Nothing that can be seen: the words of the list come back.
    for text in ["", "  \n", "\u{200b}\u{202e}"] {
        let none = Emblem {
            own: None,
            ..own("")
        };
        assert_eq!(shown(set(&mut host, own(text))), none, "{text:?}");
    }
}

#[test]
fn what_cannot_be_known_again_is_refused() {
    let mut host = Host::new();
    let before = shown(set(&mut host, own("Anna")));
    let long = "123456789012345678901";
    let thousands = "x".repeat(100_000);
    for text in [long, &thousands] {
        assert_eq!(
            refused(set(&mut host, own(text))),
            ErrorCode::BadEmblem,
            "{text:?}"
        );
    }
    let twice = Emblem {
        second: EmblemWord::River,
        ..own("Anna")
    };
    assert_eq!(refused(set(&mut host, twice)), ErrorCode::BadEmblem);
    assert!(host.effects.is_empty());
    assert_eq!(host.emblem(), before);
}

#[test]
fn records_that_cannot_be_read_are_kept_and_nothing_is_shown() {
    for record in [
        r#"{"v":2,"anything":1}"#,
        "{",
        r#"{"v":1,"colour":"blue","shape":"key","first":"river","second":"amber","own":null}"#,
        r#"{"v":1,"colour":"blue","shape":"fish","first":"river","second":"amber","own":"\u202eAnna"}"#,
        r#"{"v":1,"colour":"blue","shape":"fish","first":"river","second":"amber","own":"More than is to be shown"}"#,
        r#"{"v":1,"colour":"blue","shape":"fish","first":"river","second":"amber","own":""}"#,
        r#"{"v":1,"colour":"blue","shape":"fish","first":"river","second":"river","own":null}"#,
        r#"{"v":1,"colour":"blue","shape":"fish","first":"river","second":"amber","own":null,"more":1}"#,
    ] {
        let mut host = Host::with(vec![("emblem".into(), record.into())]);
        assert_eq!(host.damaged(), 1, "{record}");
        for call in [UiCall::Emblem {}, UiCall::NewEmblem {}] {
            assert_eq!(refused(host.ui(&popup(), call)), ErrorCode::NewerRecord);
        }
        assert_eq!(refused(set(&mut host, own("Anna"))), ErrorCode::NewerRecord);
        assert_eq!(host.local["emblem"], record);
    }
}

#[test]
fn a_frame_gets_it_for_its_ticket_only() {
    let mut host = Host::new();
    let expected = shown(set(&mut host, own("Anna")));
    let ask = |host: &mut Host, who: &Sender| host.ui(who, UiCall::Emblem {});
    assert_eq!(
        refused(ask(&mut host, &reader(1, 3))),
        ErrorCode::NotAllowed
    );
    let claimed = host.view(1, 3);
    assert_eq!(shown(ask(&mut host, &claimed)), expected);
    host.die();
    assert_eq!(shown(ask(&mut host, &claimed)), expected);
    // Another frame of the same page, another document in the same frame, another tab.
    let later = Sender {
        document: Some("later".into()),
        ..claimed.clone()
    };
    for other in [reader(1, 4), later, reader(2, 3)] {
        assert_eq!(refused(ask(&mut host, &other)), ErrorCode::NotAllowed);
    }
    // No frame changes it, and no page can ask at all.
    for call in [
        UiCall::NewEmblem {},
        UiCall::SetEmblem { emblem: own("Eve") },
    ] {
        assert_eq!(refused(host.ui(&claimed, call)), ErrorCode::NotAllowed);
    }
    assert!(!Caller::Page(target()).may(&UiCall::Emblem {}));
    assert_eq!(refused(ask(&mut host, &content(1))), ErrorCode::NotAllowed);
    assert_eq!(host.emblem(), expected);
}

fn target() -> Target {
    Target {
        tab: 1,
        frame: 0,
        document: None,
        origin: SITE.into(),
    }
}

#[test]
fn no_answer_to_a_page_holds_it() {
    let mut host = Host::new();
    shown(set(&mut host, own("Juniper")));
    host.enable();
    for call in [
        PageCall::Hello {},
        PageCall::OpenView { form: Form::Mail },
        PageCall::OpenComposer {
            what: Composing::Mail,
        },
    ] {
        let reply = format!("{:?}", host.page(&content(1), call));
        assert!(
            !reply.contains("Juniper") && !reply.contains("Teal"),
            "{reply}"
        );
    }
    let session = format!("{:?}", host.session);
    assert!(!session.contains("Juniper"), "it is on disk only");
}
