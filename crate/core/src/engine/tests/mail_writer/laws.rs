//! Laws over random mails.

use proptest::prelude::*;

use super::super::kit::{Kind, secret};
use super::*;
use crate::wire::engine::{Note, Summary};
use crate::wire::mail::MailBody;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is written is read: texts, names, files and headers.
    #[test]
    fn what_is_written_is_read(
        text in "([a-zA-Z=_. \u{e4}\u{444}\u{1f600}-]{0,120}\n){1,5}",
        html in proptest::option::of("[a-z<>/&;=_\u{e4}\n]{0,200}"),
        files in proptest::collection::vec(
            (".{0,60}", "[a-z]{0,5}/[a-z0-9.+-]{0,9}", proptest::collection::vec(any::<u8>(), 0..300), any::<bool>()), 0..4),
        subject in ".{0,120}",
        name in ".{0,80}",
        hidden in any::<bool>(),
    ) {
        let bob = secret(Kind::V4, "bob");
        let mut written = order(MailForm::Entity);
        written.text = text.clone();
        written.html = html.clone();
        written.headers.subject = subject.clone();
        written.headers.outer_subject = hidden.then(|| "...".to_owned());
        written.headers.to[0].name = name.clone();
        let files: Vec<_> = files.iter().enumerate().map(|(at, (name, typ, data, inline))| {
            let id = inline.then(|| format!("{at}@x"));
            (file(name, typ, id.as_deref()), data.as_slice())
        }).collect();
        prop_assume!(!text.trim().is_empty() || !files.is_empty());
        let mut reader = open(&message(written, &files), &bob);
        let (view, octets) = shown(&mut reader, SITE);
        let odd = |note: &Note| !matches!(note, Note::MisleadingCharacters | Note::NotText);
        prop_assert!(!view.verdict.notes.iter().any(odd), "{:?}", view.verdict);
        prop_assert_eq!(view.verdict.summary, Summary::SignedBySender);
        let plain = match view.bodies.as_slice() {
            [MailBody::Text { text }] => text.clone(),
            [MailBody::Html { html: shown, plain }] => {
                prop_assert!(shown.replace("\r\n", "\n").contains(&html.clone().unwrap()));
                plain.clone().unwrap()
            }
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(plain, text);
        let mut seen = octets;
        let mut meant: Vec<_> = files.iter().map(|(_, data)| data.to_vec()).collect();
        seen.sort();
        meant.sort();
        prop_assert_eq!(seen, meant);
        let line = |text: &str| {
            let shown: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            crate::cert::safe_line(shown.trim(), 1000)
        };
        prop_assert_eq!(view.headers.subject.unwrap(), line(&subject));
        let shown_name = &view.headers.to[0].name;
        let cleaned: String = name.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        prop_assert_eq!(shown_name, &crate::cert::safe_text(&cleaned.trim().chars().take(crate::limits::MAX_NAME).collect::<String>()));
        // Another program finds the same subject and as many files; and every line is one that servers take.
        let source = reader.source().unwrap();
        prop_assert!(source.is_ascii());
        prop_assert!(source.split(|&byte| byte == b'\n').all(|line| line.len() <= 999));
        let theirs = mail_parser::MessageParser::default().parse(source).unwrap();
        prop_assert_eq!(theirs.attachments().count(), files.len());
    }
}
