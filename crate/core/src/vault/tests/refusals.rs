//! Every caller with every call.

use super::*;

fn all_calls() -> Vec<UiCall> {
    let key = Fingerprint::from_bytes(&[1; 20]);
    let secret = || Secret::new(PASSPHRASE.into());
    let wanted = || Wanted {
        address: Some("a@example.org".into()),
        issuer: None,
    };
    let request = SignRequest {
        certificate: key.clone(),
        component: key.clone(),
        hash: 8,
        digest: Bytes(vec![0; 32]),
    };
    vec![
        UiCall::Status {},
        UiCall::ClaimView { ticket: "x".into() },
        UiCall::Decipher { pkesks: vec![] },
        UiCall::Certificates { issuers: vec![] },
        UiCall::RequestUnlock { keys: vec![] },
        UiCall::StageImport {
            data: Bytes(vec![]),
        },
        UiCall::Staged { id: "x".into() },
        UiCall::UnlockRequest { id: "x".into() },
        UiCall::ListKeys {},
        generate("a@example.org", KeyKind::Curve25519V4),
        UiCall::PreviewImport {
            data: Bytes(vec![]),
        },
        UiCall::Import {
            data: Bytes(vec![]),
            accept: vec![],
            passphrase: None,
            replace: false,
            stored: None,
            apart: false,
            added: None,
        },
        UiCall::PublicKey {
            key: key.clone(),
            form: PublicForm::Shared,
        },
        UiCall::Edit {
            key: key.clone(),
            passphrase: secret(),
            change: KeyChange::RotateEncryption {},
        },
        UiCall::RevocationCertificate {
            key: key.clone(),
            passphrase: None,
        },
        UiCall::ExportSecret {
            key: key.clone(),
            passphrase: secret(),
            form: ExportForm::Compatible,
        },
        UiCall::Delete {
            key: key.clone(),
            secret: true,
        },
        UiCall::Unlock {
            key,
            passphrase: secret(),
        },
        UiCall::Lock {},
        UiCall::SetSettings {
            change: SettingsChange::default(),
        },
        UiCall::SetSite {
            origin: SITE.into(),
            enabled: true,
        },
        UiCall::Recipients { addresses: vec![] },
        UiCall::Sign { request },
        UiCall::StageLookup { wanted: wanted() },
        UiCall::StagedLookup { id: "x".into() },
        UiCall::PlanLookup { wanted: wanted() },
        UiCall::JudgeAnswer {
            wanted: wanted(),
            place: KeyPlace::Directory,
            attempt: 0,
            answer: KeyAnswer::Silent {},
        },
        UiCall::Emblem {},
        UiCall::NewEmblem {},
        UiCall::SetEmblem {
            emblem: Emblem {
                colour: EmblemColour::Teal,
                shape: EmblemShape::Bell,
                first: EmblemWord::River,
                second: EmblemWord::Amber,
                own: None,
            },
        },
        UiCall::ShowKey {
            key: Fingerprint::from_bytes(&[1; 20]),
        },
        UiCall::Offers { keys: vec![] },
    ]
}

/// The calls that this caller is refused as nobody who may ask them.
fn not_allowed(prepare: impl Fn(&mut Host) -> Sender) -> Vec<usize> {
    let refused = |call: UiCall| {
        let mut host = Host::new();
        let sender = prepare(&mut host);
        let stored = (host.local.clone(), host.session.clone());
        let reply = host.ui(&sender, call);
        let no = matches!(
            reply,
            UiReply::Refused {
                error: ErrorCode::NotAllowed,
                ..
            }
        );
        if no {
            assert_eq!(
                (host.local, host.session),
                stored,
                "a refused call changes nothing"
            );
        }
        no
    };
    all_calls()
        .into_iter()
        .enumerate()
        .filter_map(|(i, call)| refused(call).then_some(i))
        .collect()
}

#[test]
fn each_caller_gets_what_is_meant_for_it() {
    let everything: Vec<usize> = (0..all_calls().len()).collect();
    assert_eq!(not_allowed(|_| content(1)), everything);
    assert_eq!(
        not_allowed(|_| Sender {
            tab: None,
            ..reader(1, 3)
        }),
        everything
    );
    assert_eq!(not_allowed(|_| popup()), [0; 0]);
    assert_eq!(not_allowed(|_| window("keys.html")), [0; 0]);
    // Frames: nothing marked as a window's; without a view not what needs one.
    const LOCK: usize = 18;
    const STAGE_LOOKUP: usize = 23;
    const EMBLEM: usize = 27;
    const SHOW_KEY: usize = 30;
    const OFFERS: usize = 31;
    let windows: Vec<usize> = (6..=29)
        .filter(|i| ![LOCK, STAGE_LOOKUP, EMBLEM].contains(i))
        .collect();
    assert_eq!(not_allowed(|host| host.view(1, 3)), windows);
    let mut without = [
        windows,
        vec![2, 3, 4, 5, STAGE_LOOKUP, EMBLEM, SHOW_KEY, OFFERS],
    ]
    .concat();
    without.sort_unstable();
    assert_eq!(not_allowed(|_| reader(1, 3)), without);
    // A view belongs to its tab, frame and document.
    for other in [
        reader(2, 3),
        reader(1, 4),
        Sender {
            document: Some("other".into()),
            ..reader(1, 3)
        },
        Sender {
            document: None,
            ..reader(1, 3)
        },
    ] {
        let with_view = |host: &mut Host| {
            host.view(1, 3);
            other.clone()
        };
        assert_eq!(not_allowed(with_view), without, "{other:?}");
    }
}

#[test]
fn pages_of_the_extension_are_no_content_scripts() {
    let mut host = Host::new();
    for sender in [popup(), window("compose.html"), reader(1, 3)] {
        for call in [
            PageCall::Hello {},
            PageCall::OpenView { form: Form::Key },
            PageCall::OpenComposer {
                what: Composing::Selection,
            },
        ] {
            let reply = host.page(&sender, call);
            assert_eq!(
                reply,
                PageReply::Refused {
                    error: ErrorCode::NotAllowed
                }
            );
        }
    }
}
