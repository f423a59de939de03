//! The way of a message's password: from its window to the frame that asked, and nowhere else.

use super::{Host, content, done, popup, reader, refused, window};
use crate::limits;
use crate::wire::{ErrorCode, Secret, UiCall, UiReply};

fn give(id: &str, password: &str) -> UiCall {
    UiCall::GivePassword {
        id: id.to_owned(),
        password: Secret::new(password.to_owned()),
    }
}

#[track_caller]
fn taken(reply: UiReply) -> Option<String> {
    match reply {
        UiReply::Password { password } => password.map(|p| p.expose().to_owned()),
        reply => panic!("{reply:?}"),
    }
}

#[test]
fn a_password_reaches_the_frame_that_asked_once() {
    let mut host = Host::new();
    let (mine, other) = (host.view(1, 2), host.view(1, 3));
    done(host.ui(&mine, UiCall::RequestPassword {}));
    let (page, id) = host.windows.last().unwrap().clone();
    assert_eq!(page, "password.html");
    // Asked again, also after the background stopped: the same window.
    host.die();
    done(host.ui(&mine, UiCall::RequestPassword {}));
    assert_eq!(host.windows.last().unwrap().1, id);
    done(host.ui(&other, UiCall::RequestPassword {}));
    assert_ne!(host.windows.last().unwrap().1, id);

    let here = window("password.html");
    done(host.ui(&here, UiCall::PasswordRequest { id: id.clone() }));
    assert_eq!(taken(host.ui(&mine, UiCall::TakePassword {})), None);
    done(host.ui(&here, give(&id, "the word")));
    assert_eq!(taken(host.ui(&other, UiCall::TakePassword {})), None);
    let found = taken(host.ui(&mine, UiCall::TakePassword {}));
    assert_eq!(found.as_deref(), Some("the word"));
    // It is gone, and so is the request.
    assert_eq!(taken(host.ui(&mine, UiCall::TakePassword {})), None);
    let late = host.ui(&here, UiCall::PasswordRequest { id: id.clone() });
    assert_eq!(refused(late), ErrorCode::BadTicket);
    assert_eq!(
        refused(host.ui(&here, give(&id, "x"))),
        ErrorCode::BadTicket
    );
}

#[test]
fn a_password_is_never_stored() {
    let mut host = Host::new();
    let mine = host.view(1, 2);
    done(host.ui(&mine, UiCall::RequestPassword {}));
    let id = host.windows.last().unwrap().1.clone();
    done(host.ui(&window("password.html"), give(&id, "unmistakable")));
    let stored = format!("{:?}{:?}", host.local, host.session);
    assert!(!stored.contains("unmistakable"));
    host.die();
    assert_eq!(taken(host.ui(&mine, UiCall::TakePassword {})), None);
    // Nor is it kept when all is locked.
    done(host.ui(&window("password.html"), give(&id, "unmistakable")));
    done(host.ui(&popup(), UiCall::Lock {}));
    assert_eq!(taken(host.ui(&mine, UiCall::TakePassword {})), None);
    // The request is still there: the user is asked again.
    done(host.ui(&window("password.html"), give(&id, "unmistakable")));
    assert!(taken(host.ui(&mine, UiCall::TakePassword {})).is_some());
}

#[test]
fn who_may_give_and_take() {
    let mut host = Host::new();
    let mine = host.view(1, 2);
    done(host.ui(&mine, UiCall::RequestPassword {}));
    let id = host.windows.last().unwrap().1.clone();
    let nobody = ErrorCode::NotAllowed;
    // Only the window that says what it is for.
    for sender in [popup(), window("unlock.html"), mine.clone(), content(1)] {
        assert_eq!(refused(host.ui(&sender, give(&id, "x"))), nobody);
        let ask = UiCall::PasswordRequest { id: id.clone() };
        assert_eq!(refused(host.ui(&sender, ask)), nobody);
    }
    // Only a frame with a claimed view.
    for sender in [popup(), window("password.html"), reader(1, 9), content(1)] {
        assert_eq!(refused(host.ui(&sender, UiCall::TakePassword {})), nobody);
        assert_eq!(
            refused(host.ui(&sender, UiCall::RequestPassword {})),
            nobody
        );
    }
    let long = "x".repeat(limits::MAX_PASSPHRASE + 1);
    let reply = host.ui(&window("password.html"), give(&id, &long));
    assert_eq!(super::limit_of(&reply), Some(limits::MAX_PASSPHRASE as u32));
    // Another document in the same frame.
    done(host.ui(&window("password.html"), give(&id, "x")));
    let mut later = mine.clone();
    later.document = Some("another".into());
    assert_eq!(refused(host.ui(&later, UiCall::TakePassword {})), nobody);
    assert!(taken(host.ui(&mine, UiCall::TakePassword {})).is_some());
}
