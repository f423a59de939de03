//! Laws over random mails.

use proptest::prelude::*;

use super::kit::{base64, mail, multipart, quoted_printable, read_from, text};
use crate::engine::Reader;
use crate::mime::NoCharsets;
use crate::wire::mail::MailFile;

/// Pieces that mails are made of, in any order.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 26] = [
        b"Content-Type: multipart/mixed; boundary=b\r\n",
        b"Content-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\n",
        b"Content-Type: multipart/encrypted; boundary=b; protocol=\"application/pgp-encrypted\"\n",
        b"Content-Type: multipart/alternative; boundary=\"b c\"\n",
        b"Content-Type: multipart/related; boundary=b; hp=cipher\n",
        b"Content-Type: application/pgp-signature; name*=utf-8''a%\n",
        b"Content-Type: application/pgp-encrypted\n",
        b"Content-Type: message/rfc822\n",
        b"Content-Type: text/html; charset=x; format=flowed\n",
        b"Content-Transfer-Encoding: base64\n",
        b"Content-Transfer-Encoding: quoted-printable\n",
        b"Content-Disposition: attachment; filename=\"=?utf-8?q?=2E?=\"\n",
        b"From: a@b, \"c\" (d) <e@f>;\n",
        b"Subject: =?utf-8?b?=?=\n =",
        b"Date: 1 Jan 1970 00:00 +0000\n",
        b"-----BEGIN PGP MESSAGE-----\n",
        b"-----END PGP MESSAGE-----\n",
        b"-----BEGIN PGP SIGNED MESSAGE-----\n",
        b"-----BEGIN PGP SIGNATURE-----\n\n=\n-----END PGP SIGNATURE-----\n",
        b"--b\n",
        b"--b--\n",
        b"--b c\r\n",
        b"\n",
        b"\r\n",
        b"\xc2\x03\xff=4",
        b"x",
    ];
    let piece = proptest::sample::select(&PIECES[..]);
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn ends_well(source: Vec<u8>) {
    let length = source.len();
    let (mut reader, _) = Reader::open_mail(source);
    let Ok(mail) = reader.read_mail(&[], Some("a@b"), 0, &NoCharsets) else {
        return;
    };
    let view = mail.view().clone();
    assert!(serde_json::to_string(&view).is_ok());
    for file in &view.files {
        let octets = reader.file(file.id).unwrap();
        assert!(octets.len() <= length && usize::try_from(file.size) == Ok(octets.len()));
        assert!(!file.name.is_empty() && !file.name.contains(['/', '\\']));
    }
}

proptest! {
    #[test]
    fn any_octets_end_well(source in proptest::collection::vec(any::<u8>(), 0..400)) {
        ends_well(source.clone());
        ends_well([b"Subject: x\n".to_vec(), source].concat());
    }

    #[test]
    fn any_soup_ends_well(source in soup()) {
        ends_well([b"Subject: x\n".to_vec(), source].concat());
    }

    /// Whatever a file holds and however it is encoded, the same octets come out.
    #[test]
    fn files_are_exact(
        files in proptest::collection::vec((proptest::collection::vec(any::<u8>(), 0..200), 0_u8..3), 1..5),
    ) {
        let mut parts = vec![text("hi").into_bytes()];
        for (octets, encoding) in &files {
            let (name, body) = match encoding {
                0 => ("base64", base64(octets).into_bytes()),
                1 => ("quoted-printable", quoted_printable(octets).into_bytes()),
                _ => ("binary", octets.clone()),
            };
            let head = format!("Content-Type: a/b\r\nContent-Transfer-Encoding: {name}\r\n\r\n");
            parts.push([head.as_bytes(), &body].concat());
        }
        let mut source = mail("Content-Type: multipart/mixed; boundary=\"=_\u{1}unlikely\"\r\n\r\n").into_bytes();
        for part in &parts {
            source.extend_from_slice("--=_\u{1}unlikely\r\n".as_bytes());
            source.extend_from_slice(part);
            source.extend_from_slice(b"\r\n");
        }
        source.extend_from_slice("--=_\u{1}unlikely--\r\n".as_bytes());
        let seen = read_from(&source, &[], None).unwrap();
        prop_assert_eq!(seen.view.files.len(), files.len());
        for (file, (octets, _)) in seen.view.files.iter().zip(&files) {
            let found = seen.reader.file(file.id);
            prop_assert_eq!(found.as_deref(), Some(octets.as_slice()));
        }
    }

    /// An independent program finds the same parts, names and octets in mails that are built by the rules.
    #[test]
    fn another_program_agrees(
        words in proptest::collection::vec("[a-zA-Z0-9 .,!?-]{1,40}", 1..6),
        file in proptest::collection::vec(any::<u8>(), 1..200),
        name in "[a-z][a-z0-9-]{0,20}\\.[a-z]{3}",
        nested in any::<bool>(),
    ) {
        let file_part = format!(
            "Content-Type: application/octet-stream; name=\"{name}\"\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\n\r\n{}", base64(&file)
        );
        let texts: Vec<_> = words.iter().map(|words| text(words)).collect();
        let mut parts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let inner;
        match nested {
            true => {
                inner = multipart("mixed", &[&file_part]);
                parts.push(&inner);
            }
            false => parts.push(&file_part),
        }
        let source = mail(&multipart("mixed", &parts));
        let seen = read_from(source.as_bytes(), &[], None).unwrap();
        let theirs = mail_parser::MessageParser::default().parse(source.as_bytes()).unwrap();
        let their_texts: Vec<_> = theirs.text_bodies().filter_map(|part| part.text_contents()).collect();
        let our_text = seen.text();
        let our_texts: Vec<_> = our_text.split('|').collect();
        prop_assert_eq!(our_texts, their_texts);
        let [ours] = seen.view.files.as_slice() else { panic!() };
        let their_file = theirs.attachments().next().unwrap();
        let MailFile { name: our_name, .. } = ours;
        prop_assert_eq!(Some(our_name.as_str()), mail_parser::MimeHeaders::attachment_name(their_file));
        let found = seen.reader.file(0);
        prop_assert_eq!(found.as_deref(), Some(their_file.contents()));
        prop_assert_eq!(seen.view.headers.subject.as_deref(), theirs.subject());
        prop_assert_eq!(seen.view.headers.date, theirs.date().map(|date| date.to_timestamp()));
        let address = theirs.from().and_then(|from| from.first()).and_then(|one| one.address());
        prop_assert_eq!(Some(seen.view.headers.from[0].address.as_str()), address);
    }
}
