//! Tickets, views, composers, and what a page can cause.

use super::*;

#[test]
fn a_page_learns_whether_it_is_switched_on() {
    let mut host = Host::new();
    let hello = |host: &mut Host| host.page(&content(1), PageCall::Hello {});
    assert_eq!(
        hello(&mut host),
        PageReply::Site {
            enabled: false,
            selection_button: false
        }
    );
    let view = host.page(
        &content(1),
        PageCall::OpenView {
            form: Form::Message,
        },
    );
    assert_eq!(
        view,
        PageReply::Refused {
            error: ErrorCode::SiteOff
        }
    );
    host.enable();
    assert_eq!(host.sites, Some(vec![SITE.to_owned()]));
    assert_eq!(
        hello(&mut host),
        PageReply::Site {
            enabled: true,
            selection_button: true
        }
    );
    let other = Sender {
        url: "https://mail.example.com/".into(),
        origin: None,
        ..content(1)
    };
    assert_eq!(
        host.page(&other, PageCall::Hello {}),
        PageReply::Site {
            enabled: false,
            selection_button: false
        }
    );
    done(host.ui(
        &popup(),
        UiCall::SetSite {
            origin: SITE.into(),
            enabled: false,
        },
    ));
    assert_eq!(host.sites, Some(vec![]));
    assert_eq!(
        hello(&mut host),
        PageReply::Site {
            enabled: false,
            selection_button: false
        }
    );
}

#[test]
fn sites_are_checked() {
    let mut host = Host::new();
    for origin in [
        "http://mail.example.org",
        "https://*.example.org",
        "",
        "https://mail.example.org/",
    ] {
        let call = UiCall::SetSite {
            origin: origin.into(),
            enabled: true,
        };
        assert_eq!(refused(host.ui(&popup(), call)), ErrorCode::BadCall);
    }
    for i in 0..limits::MAX_SITES {
        let origin = format!("https://mail{i}.example.org");
        done(host.ui(
            &popup(),
            UiCall::SetSite {
                origin,
                enabled: true,
            },
        ));
    }
    let reply = host.ui(
        &popup(),
        UiCall::SetSite {
            origin: SITE.into(),
            enabled: true,
        },
    );
    assert_eq!(limit_of(&reply), Some(limits::MAX_SITES as u32));
}

#[test]
fn a_ticket_is_for_one_claim_in_its_tab() {
    let mut host = Host::new();
    host.enable();
    let open = |host: &mut Host| {
        ticket(host.page(&content(1), PageCall::OpenView { form: Form::Signed })).0
    };
    let claim = |host: &mut Host, sender: &Sender, ticket: &str| {
        host.ui(
            sender,
            UiCall::ClaimView {
                ticket: ticket.into(),
            },
        )
    };
    let first = open(&mut host);
    assert_eq!(first.len(), 32);
    // The background may die between issue and claim.
    host.die();
    assert_eq!(
        refused(claim(&mut host, &reader(2, 3), &first)),
        ErrorCode::BadTicket
    );
    assert_eq!(
        refused(claim(&mut host, &popup(), &first)),
        ErrorCode::BadTicket
    );
    assert_eq!(
        refused(claim(&mut host, &window("compose.html"), &first)),
        ErrorCode::BadTicket
    );
    assert!(matches!(
        claim(&mut host, &reader(1, 3), &first),
        UiReply::View {
            form: Some(Form::Signed),
            ..
        }
    ));
    assert_eq!(
        refused(claim(&mut host, &reader(1, 3), &first)),
        ErrorCode::BadTicket
    );
    assert_eq!(
        refused(claim(&mut host, &reader(1, 3), "")),
        ErrorCode::BadTicket
    );
    assert_eq!(
        refused(claim(&mut host, &reader(1, 3), "../started")),
        ErrorCode::BadTicket
    );
    let second = open(&mut host);
    assert_ne!(first, second);
    host.wait(limits::TICKET_AGE);
    assert_eq!(
        refused(claim(&mut host, &reader(1, 3), &second)),
        ErrorCode::BadTicket
    );
    // A clock put back does not bring a ticket back either.
    let third = open(&mut host);
    host.now -= limits::CLOCK_SKEW + 1;
    assert_eq!(
        refused(claim(&mut host, &reader(1, 3), &third)),
        ErrorCode::BadTicket
    );
}

#[test]
fn tickets_are_limited_for_each_tab() {
    let mut host = Host::new();
    host.enable();
    let mut open = |tab| {
        host.page(
            &content(tab),
            PageCall::OpenView {
                form: Form::Message,
            },
        )
    };
    for _ in 0..limits::MAX_VIEWS_PER_TAB {
        ticket(open(1));
    }
    assert_eq!(
        open(1),
        PageReply::Refused {
            error: ErrorCode::Busy
        }
    );
    ticket(open(2));
    host.wait(limits::TICKET_AGE);
    ticket(host.page(
        &content(1),
        PageCall::OpenView {
            form: Form::Message,
        },
    ));
    // What is over is removed from storage when the background starts.
    host.wait(limits::TICKET_AGE);
    host.die();
    assert_eq!(
        host.session.keys().filter(|k| k.contains("ticket")).count(),
        0
    );
}

#[test]
fn tickets_and_views_are_limited_altogether() {
    let mut host = Host::new();
    host.enable();
    let tabs = limits::MAX_VIEWS as i32 / 50;
    for i in 0..limits::MAX_VIEWS as i32 {
        ticket(host.page(
            &content(i % tabs),
            PageCall::OpenView {
                form: Form::Message,
            },
        ));
    }
    let reply = host.page(
        &content(tabs + 1),
        PageCall::OpenView {
            form: Form::Message,
        },
    );
    assert_eq!(
        reply,
        PageReply::Refused {
            error: ErrorCode::Busy
        }
    );
    host.wait(limits::TICKET_AGE);
    for i in 0..limits::MAX_VIEWS as i64 + 5 {
        host.view((i % 50) as i32, i);
    }
    let views = host.session.keys().filter(|k| k.contains("view/")).count();
    assert_eq!(views, limits::MAX_VIEWS);
}

#[test]
fn an_unused_view_ends() {
    let mut host = Host::new();
    let view = host.view(1, 3);
    let call = || UiCall::Certificates { issuers: vec![] };
    host.wait(limits::VIEW_AGE - 1);
    assert!(matches!(
        host.ui(&view, call()),
        UiReply::Certificates { .. }
    ));
    host.wait(1);
    assert_eq!(refused(host.ui(&view, call())), ErrorCode::NotAllowed);
}

#[test]
fn a_view_is_unlocked_after_a_holiday() {
    let mut host = Host::new();
    let keys = vec![
        host.generate("ann@example.org", KeyKind::Curve25519V4)
            .fingerprint,
    ];
    let view = host.view(1, 3);
    host.wait(3 * 7 * 24 * 60 * 60);
    done(host.ui(&view, UiCall::RequestUnlock { keys }));
}

#[test]
fn unlock_requests_are_few_and_end() {
    let mut host = Host::new();
    let mut keys = Vec::new();
    for _ in 0..6 {
        keys.push(
            host.generate("ann@example.org", KeyKind::Curve25519V4)
                .fingerprint,
        );
        host.wait(1);
    }
    // Every pair of keys is another request.
    let mut ids = Vec::new();
    for a in &keys {
        for b in keys.iter().filter(|b| *b != a) {
            done(host.ui(
                &popup(),
                UiCall::RequestUnlock {
                    keys: vec![a.clone(), b.clone()],
                },
            ));
            ids.push(host.windows.last().unwrap().1.clone());
            host.wait(1);
        }
    }
    assert_eq!(ids.len(), 30);
    let mut ask = |id: &String| {
        host.ui(
            &window("unlock.html"),
            UiCall::UnlockRequest { id: id.clone() },
        )
    };
    let alive = ids
        .iter()
        .filter(|id| matches!(ask(id), UiReply::UnlockRequest { .. }))
        .count();
    assert_eq!(alive, limits::MAX_UNLOCK_REQUESTS);
    host.wait(limits::UNLOCK_REQUEST_AGE);
    let reply = host.ui(
        &window("unlock.html"),
        UiCall::UnlockRequest {
            id: ids[29].clone(),
        },
    );
    assert_eq!(refused(reply), ErrorCode::BadTicket);
}

#[test]
fn old_views_give_way() {
    let mut host = Host::new();
    let first = host.view(1, 1);
    for frame in 2..=limits::MAX_VIEWS_PER_TAB as i64 + 1 {
        host.wait(1);
        host.view(1, frame);
    }
    let call = || UiCall::Certificates { issuers: vec![] };
    assert_eq!(refused(host.ui(&first, call())), ErrorCode::NotAllowed);
    assert!(matches!(
        host.ui(&reader(1, 2), call()),
        UiReply::Certificates { .. }
    ));
    let views = host.session.keys().filter(|k| k.contains("view/")).count();
    assert_eq!(views, limits::MAX_VIEWS_PER_TAB);
}

#[test]
fn a_composer_belongs_to_the_document_that_asked() {
    let mut host = Host::new();
    // activeTab: the site need not be switched on.
    let (issued, proof) = ticket(host.page(
        &content(5),
        PageCall::OpenComposer {
            what: Composing::Selection,
        },
    ));
    assert_eq!(host.windows, [("compose.html".to_owned(), issued.clone())]);
    let claim = |host: &mut Host, sender: &Sender| {
        host.ui(
            sender,
            UiCall::ClaimView {
                ticket: issued.clone(),
            },
        )
    };
    assert_eq!(
        refused(claim(&mut host, &reader(5, 3))),
        ErrorCode::BadTicket
    );
    assert_eq!(
        refused(claim(&mut host, &window("keys.html"))),
        ErrorCode::BadTicket
    );
    host.die();
    match claim(&mut host, &window("compose.html")) {
        UiReply::View {
            form: None,
            proof: shown,
            target,
        } => {
            let expected = Target {
                tab: 5,
                frame: 0,
                document: Some("doc-5".into()),
                origin: SITE.into(),
            };
            assert_eq!((shown, target), (proof, expected));
        }
        reply => panic!("{reply:?}"),
    }
    // The host counts those that are open; those that do not come yet are counted here.
    assert_eq!(host.most_windows, limits::MAX_WINDOWS);
    for _ in 0..limits::MAX_COMPOSERS_PER_TAB {
        ticket(host.page(
            &content(5),
            PageCall::OpenComposer {
                what: Composing::Selection,
            },
        ));
    }
    let reply = host.page(
        &content(5),
        PageCall::OpenComposer {
            what: Composing::Selection,
        },
    );
    assert_eq!(
        reply,
        PageReply::Refused {
            error: ErrorCode::Busy
        }
    );
}

#[test]
fn a_view_cannot_ask_for_ever() {
    let mut host = Host::new();
    host.generate("ann@example.org", KeyKind::Curve25519V4);
    let view = host.view(1, 3);
    let ask = |host: &mut Host, view: &Sender| {
        refused(host.ui(view, UiCall::Decipher { pkesks: vec![] }))
    };
    for i in 0..limits::MAX_VIEW_OPERATIONS_PER_MINUTE {
        assert_eq!(ask(&mut host, &view), ErrorCode::NoKey);
        if i % 7 == 0 {
            // Counting survives the background.
            host.die();
        }
    }
    assert_eq!(ask(&mut host, &view), ErrorCode::Busy);
    host.wait(59);
    assert_eq!(ask(&mut host, &view), ErrorCode::Busy);
    host.wait(1);
    assert_eq!(ask(&mut host, &view), ErrorCode::NoKey);
    // Nor can a page by opening many views.
    host.wait(60);
    let mut answered = 0;
    for frame in 10..40 {
        let view = host.view(1, frame);
        for _ in 0..10 {
            answered += u32::from(ask(&mut host, &view) == ErrorCode::NoKey);
        }
    }
    assert_eq!(answered, limits::MAX_TAB_OPERATIONS_PER_MINUTE);
    // Nor by opening the same one again.
    host.wait(60);
    let mut answered = 0;
    for _ in 0..=limits::MAX_TAB_OPERATIONS_PER_MINUTE / 10 {
        let view = host.view(1, 3);
        for _ in 0..10 {
            answered += u32::from(ask(&mut host, &view) == ErrorCode::NoKey);
        }
    }
    assert_eq!(answered, limits::MAX_TAB_OPERATIONS_PER_MINUTE);
    // Windows are opened by the user alone.
    for _ in 0..=limits::MAX_VIEW_OPERATIONS_PER_MINUTE {
        assert_eq!(
            ask(&mut host, &window("reader-of-files.html")),
            ErrorCode::NoKey
        );
    }
}

#[test]
fn the_first_start_sets_the_sites_up_once() {
    let mut host = Host::new();
    host.enable();
    host.sites = None;
    host.die();
    assert_eq!(host.sites, None);
    host.close_browser();
    assert_eq!(host.sites, Some(vec![SITE.to_owned()]));
}
