//! What is not made, and why.

use super::super::kit::{Kind, public, rng, secret};
use super::*;
use crate::engine::{Pieces, mail_limits};
use crate::limits::{
    MAX_HIDDEN, MAX_RECIPIENTS, MAX_WRITTEN_FILES, MAX_WRITTEN_SIZE, MAX_WRITTEN_TEXT,
};
use crate::wire::{Bytes, Secret};

#[test]
fn what_cannot_be_made_is_told() {
    let none: &[(WrittenFile, &[u8])] = &[];
    let bin: &[(WrittenFile, &[u8])] = &[(file("a", "", None), b"x")];
    let bad_id: &[(WrittenFile, &[u8])] = &[(file("a", "", Some("a>b")), b"x")];
    let blank = |order: &mut MailOrder| order.text = " \n".to_owned();
    type Change = Box<dyn Fn(&mut MailOrder)>;
    type Files<'a> = &'a [(WrittenFile, &'a [u8])];
    let table: Vec<(MailForm, Change, Files<'_>, ErrorCode)> = vec![
        (MailForm::Text, Box::new(blank), none, ErrorCode::Empty),
        (MailForm::Entity, Box::new(blank), none, ErrorCode::Empty),
        (MailForm::Signed, Box::new(blank), bin, ErrorCode::Empty),
        (MailForm::Text, Box::new(|_| ()), bin, ErrorCode::BadCall),
        (
            MailForm::Entity,
            Box::new(|_| ()),
            bad_id,
            ErrorCode::BadCall,
        ),
        (
            MailForm::Text,
            Box::new(|o| o.html = Some("<p>".to_owned())),
            none,
            ErrorCode::BadCall,
        ),
        (
            MailForm::Signed,
            Box::new(|o| o.enclosed_key = Some(public(&ann()))),
            none,
            ErrorCode::BadCall,
        ),
        (
            MailForm::Signed,
            Box::new(|o| o.signer = None),
            none,
            ErrorCode::NoSecret,
        ),
        (
            MailForm::Entity,
            Box::new(|o| (o.recipients, o.own) = (vec![], None)),
            none,
            ErrorCode::NoRecipient,
        ),
        (
            MailForm::Entity,
            Box::new(|o| o.recipients = vec![Bytes(vec![1])]),
            none,
            ErrorCode::Malformed,
        ),
        (
            MailForm::Entity,
            Box::new(|o| o.passwords = vec![Secret::new("short".to_owned())]),
            none,
            ErrorCode::WeakPassphrase,
        ),
        (
            MailForm::Entity,
            Box::new(|o| o.now = 0),
            none,
            ErrorCode::UnusableKey,
        ),
        (
            MailForm::Entity,
            Box::new(|o| o.headers.to[0].address = "a@b>\r\nBcc: x@y".to_owned()),
            none,
            ErrorCode::NotAnAddress,
        ),
        (
            MailForm::Entity,
            Box::new(|o| o.headers.from = Some(address("", "a"))),
            none,
            ErrorCode::NotAnAddress,
        ),
    ];
    for (at, (form, change, files, error)) in table.into_iter().enumerate() {
        let mut order = order(form);
        change(&mut order);
        assert_eq!(make(order, files).err(), Some(error), "{at}");
    }
}

#[test]
fn limits_are_met_before_memory() {
    let bob = public(&secret(Kind::V4, "bob"));
    type Change = Box<dyn Fn(&mut MailOrder, usize)>;
    let table: Vec<(usize, Change)> = vec![
        (
            MAX_RECIPIENTS,
            Box::new({
                let bob = bob.clone();
                move |o, n| o.recipients = vec![bob.clone(); n]
            }),
        ),
        (
            MAX_HIDDEN,
            Box::new(move |o, n| o.hidden = vec![bob.clone(); n]),
        ),
        (
            MAX_RECIPIENTS,
            Box::new(|o, n| o.headers.cc = vec![address("", "a@b"); n - 1]),
        ),
        (
            mail_limits::MAX_SUBJECT,
            Box::new(|o, n| o.headers.subject = "ä".repeat(n)),
        ),
        (
            mail_limits::MAX_SUBJECT,
            Box::new(|o, n| o.headers.outer_subject = Some("x".repeat(n))),
        ),
        (
            MAX_WRITTEN_TEXT,
            Box::new(|o, n| o.html = Some("x".repeat(n))),
        ),
    ];
    for (limit, change) in table {
        for (size, fits) in [(limit, true), (limit + 1, false)] {
            let mut order = order(MailForm::Entity);
            change(&mut order, size);
            let (_, step) = MailWriter::begin(order);
            match step {
                WriteStep::Ready {} => assert!(fits, "{limit}"),
                WriteStep::Failed { error, detail } => {
                    assert!(!fits, "{limit}: {error:?}");
                    assert_eq!(error, ErrorCode::Limit);
                    assert_eq!(detail.unwrap().limit, u32::try_from(limit).ok());
                }
                _ => panic!(),
            }
        }
    }
    let refused = |step: WriteStep, limit: usize| match step {
        WriteStep::Failed {
            error: ErrorCode::Limit,
            detail,
        } => {
            assert_eq!(detail.unwrap().limit, u32::try_from(limit).ok());
        }
        step => panic!("{step:?}"),
    };
    for form in [MailForm::Entity, MailForm::Signed] {
        let (mut writer, _) = MailWriter::begin(order(form));
        for _ in 0..MAX_WRITTEN_FILES {
            let step = writer.add_file(file("a", "", None), Pieces::default(), &mut rng(1));
            assert!(matches!(step, WriteStep::Ready {}), "{step:?}");
        }
        let step = writer.add_file(file("a", "", None), Pieces::default(), &mut rng(1));
        refused(step, MAX_WRITTEN_FILES);
        let (mut writer, _) = MailWriter::begin(order(form));
        let name = "x".repeat(mail_limits::MAX_FILE_NAME + 1);
        let step = writer.add_file(file(&name, "", None), Pieces::default(), &mut rng(1));
        refused(step, mail_limits::MAX_FILE_NAME);
    }
}

/// As large as it may be, it can be made and read; one octet more is refused.
#[test]
fn the_largest_mail() {
    let bob = secret(Kind::V4, "bob");
    let data: Vec<u8> = (0..MAX_WRITTEN_SIZE).map(|n| (n / 3) as u8).collect();
    let mut written = order(MailForm::Entity);
    // Line ends are what grows most.
    written.text = "ж\n\n\n".repeat(MAX_WRITTEN_TEXT / 5);
    written.html = Some(written.text.clone());
    let armored = message(written.clone(), &[(file("a.bin", "", None), &data)]);
    let (view, octets) = shown(&mut open(&armored, &bob), SITE);
    assert!(
        octets[0] == data && view.verdict.notes.is_empty(),
        "{:?}",
        view.verdict
    );
    let more = [
        (file("a", "", None), data.as_slice()),
        (file("b", "", None), &[1]),
    ];
    assert_eq!(make(written, &more).err(), Some(ErrorCode::Limit));
}
