//! What is read: which parts, in which order, in which charset.

use super::kit::{base64, mail, multipart, quoted_printable, read, read_from, text};
use crate::armor::{Checksum, Kind, write};
use crate::engine::tests::kit::{now, wrap};
use crate::engine::{Read, Reader};
use crate::message::packet::tag;
use crate::mime::NoCharsets;
use crate::wire::Form;
use crate::wire::engine::Note;
use crate::wire::mail::{FileKind, MailBody, MailView};

const PNG: &str = "Content-Type: image/png\r\nContent-ID: <logo@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=";

fn html(html: &str) -> String {
    format!("Content-Type: text/html; charset=utf-8\r\n\r\n{html}")
}

#[test]
fn alternatives_and_what_belongs_to_them() {
    let plain = text("plain");
    let calendar = "Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR";
    let related = multipart("related", &[&html("<img src='cid:logo@x'>"), PNG]);
    let attached = "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1";
    for (entity, shown, files) in [
        (
            multipart("alternative", &[&plain, &html("<p>")]),
            "<p>[plain]",
            0,
        ),
        (
            multipart("alternative", &[&html("<p>"), &plain]),
            "<p>[plain]",
            0,
        ),
        (multipart("alternative", &[&html("<p>")]), "<p>", 0),
        (multipart("alternative", &[&plain]), "plain", 0),
        (
            multipart("alternative", &[&plain, &text("second")]),
            "second",
            1,
        ),
        (
            multipart("alternative", &[&plain, &html("<p>"), calendar]),
            "<p>[plain]",
            1,
        ),
        (
            multipart("alternative", &[&plain, &related]),
            "<img src='cid:logo@x'>[plain]",
            1,
        ),
        (multipart("alternative", &[calendar]), "", 1),
        // Apple Mail: text, HTML, file and HTML in the last alternative.
        (
            multipart(
                "alternative",
                &[
                    &plain,
                    &multipart("mixed", &[&html("<p>"), attached, &html("<b>")]),
                ],
            ),
            "<p>[plain]|<b>",
            1,
        ),
        // An alternative in another one keeps its own text; that of the outer one is a file.
        (
            multipart(
                "alternative",
                &[
                    &plain,
                    &multipart(
                        "mixed",
                        &[
                            &multipart("alternative", &[&text("inner"), &html("<p>")]),
                            attached,
                        ],
                    ),
                ],
            ),
            "<p>[inner]",
            2,
        ),
        // A text that is not alone in its alternative is shown once.
        (
            multipart(
                "alternative",
                &[&multipart("mixed", &[&plain, attached]), &html("<p>")],
            ),
            "<p>[plain]",
            1,
        ),
        (
            multipart("mixed", &[&plain, &html("<p>"), &text("end")]),
            "plain|<p>|end",
            0,
        ),
    ] {
        let seen = read(&mail(&entity), &[]);
        assert_eq!(
            (seen.text().as_str(), seen.view.files.len()),
            (shown, files),
            "{entity}"
        );
        assert!(seen.notes().is_empty(), "{entity}");
    }
}

#[test]
fn pictures_of_html_are_inline() {
    for (html_text, inline) in [
        ("<img src=\"cid:logo@x\">", true),
        ("<img src=CID:logo%40x>", true),
        ("<b style=\"background:url(cid:logo@x)\">", true),
        ("<img src=\"cid:logo@x.y\">", false),
        ("<img src=\"https://x/logo@x\">", false),
    ] {
        let entity = multipart("related; type=\"text/html\"", &[&html(html_text), PNG]);
        let file = read(&mail(&entity), &[]).view.files.remove(0);
        assert_eq!(
            (file.inline, file.content_id.as_deref()),
            (inline, Some("logo@x")),
            "{html_text}"
        );
        assert_eq!(
            (file.kind, file.name.as_str()),
            (FileKind::Image, "image.png")
        );
    }
    // An identifier that was copied as it stands.
    let escaped = PNG.replace("<logo@x>", "<logo%40x>");
    let entity = multipart("related", &[&html("<img src=\"cid:logo%40x\">"), &escaped]);
    assert!(read(&mail(&entity), &[]).view.files[0].inline);
    // Two documents, each with a picture of this name.
    let related = multipart("related", &[&html("<img src=\"cid:logo@x\">"), PNG]);
    let inner = multipart("alternative", &[&text("plain"), &related]);
    let entity = multipart("mixed", &[&text("hi"), &related, &inner, PNG]);
    let files = read(&mail(&entity), &[]).view.files;
    let places: Vec<_> = files.iter().map(|file| file.shown_in).collect();
    assert_eq!(places, [Some(1), Some(2), None]);
    // Beside the document, not within it.
    let entity = multipart("mixed", &[&html("<img src=\"cid:logo@x\">"), PNG]);
    assert!(!read(&mail(&entity), &[]).view.files[0].inline);
    // The document is not the first one, and a second document is a file.
    let root = format!("Content-ID: <root>\r\n{}", html("<p>"));
    let entity = multipart("related; start=\"<root>\"", &[&html("<b>"), &root]);
    let seen = read(&mail(&entity), &[]);
    assert_eq!(
        (seen.text().as_str(), seen.kinds()),
        ("<p>", vec![(FileKind::Dangerous, "file.html")])
    );
}

#[test]
fn charsets_of_bodies() {
    for (typ, octets, shown, notes) in [
        (
            "text/plain; charset=utf-8",
            "grün".as_bytes(),
            "grün",
            &[][..],
        ),
        (
            "text/plain; charset=\"ISO-8859-15\"",
            b"gr\xfcn",
            "grün",
            &[Note::OtherCharset],
        ),
        (
            "text/plain; charset=windows-1252",
            b"gr\xfcn \x80",
            "grün €",
            &[],
        ),
        ("text/plain; charset=koi8-r", b"\xf0\xd2\xc9", "При", &[]),
        ("text/plain", "grün".as_bytes(), "grün", &[]),
        ("text/plain", b"gr\xfcn", "grün", &[Note::OtherCharset]),
        (
            "text/plain; charset=utf-8",
            b"gr\xfcn",
            "gr\u{fffd}n",
            &[Note::OtherCharset],
        ),
        (
            "text/plain; charset=iso-2022-jp",
            b"\x1b$B%O",
            "\u{1b}$B%O",
            &[Note::MisleadingCharacters, Note::OtherCharset],
        ),
        (
            "text/html",
            b"<meta charset=koi8-r>\xf0",
            "<meta charset=koi8-r>П",
            &[],
        ),
        ("text/html; charset=utf-8", b"\xef\xbb\xbf<p>", "<p>", &[]),
        (
            "text/html; charset=utf-8",
            "a\u{202e}b".as_bytes(),
            "a\u{202e}b",
            &[Note::MisleadingCharacters],
        ),
        (
            "text/html",
            b"<p>a&#x202E;b</p>",
            "<p>a&#x202E;b</p>",
            &[Note::MisleadingCharacters],
        ),
        (
            "text/plain",
            "a\u{202e}b".as_bytes(),
            "a\u{202e}b",
            &[Note::MisleadingCharacters],
        ),
        (
            "text/plain",
            b"a\0b",
            "a\0b",
            &[Note::NotText, Note::MisleadingCharacters],
        ),
    ] {
        for (encoding, body) in [
            ("8bit", octets.to_vec()),
            ("base64", base64(octets).into_bytes()),
            ("quoted-printable", quoted_printable(octets).into_bytes()),
        ] {
            let head =
                format!("Content-Type: {typ}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n");
            let seen = read_from(&[head.as_bytes(), &body].concat(), &[], None).unwrap();
            let mut told = seen.notes().to_vec();
            told.sort_by_key(|note| notes.iter().position(|other| other == note));
            assert_eq!(
                (seen.text().as_str(), told.as_slice()),
                (shown, notes),
                "{typ} {encoding}"
            );
        }
    }
}

#[test]
fn flowing_text_is_joined() {
    let entity = "Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\nlong \r\nword\r\n> quo \r\n> ted\r\n-- \r\nAnn";
    assert_eq!(
        read(&mail(entity), &[]).text(),
        "longword\n> quoted\n-- \nAnn"
    );
    let entity = entity.replace("; delsp=yes", "");
    assert_eq!(
        read(&mail(&entity), &[]).text(),
        "long word\n> quo ted\n-- \nAnn"
    );
    let entity = entity.replace("; format=flowed", "");
    assert!(read(&mail(&entity), &[]).text().starts_with("long \nword"));
}

#[test]
fn texts_with_a_name_are_files_unless_alone() {
    let named = "Content-Type: text/plain; name=notes.txt\r\n\r\nnotes";
    assert_eq!(read(&mail(named), &[]).text(), "notes");
    let seen = read(&mail(&multipart("mixed", &[&text("hi"), named])), &[]);
    assert_eq!(
        (seen.text().as_str(), seen.kinds()),
        ("hi", vec![(FileKind::Other, "notes.txt")])
    );
    let attached = "Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nnotes";
    let seen = read(&mail(attached), &[]);
    assert_eq!(
        (seen.view.bodies.len(), seen.kinds()),
        (0, vec![(FileKind::Other, "file.txt")])
    );
}

#[test]
fn broken_structures_show_what_they_have() {
    for (entity, shown, notes) in [
        (
            "Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhi",
            "--x\n\nhi",
            &[Note::BrokenMail][..],
        ),
        (
            "Content-Type: multipart/mixed; boundary=y\r\n\r\n--x\r\n\r\nhi",
            "--x\n\nhi",
            &[Note::BrokenMail],
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhi",
            "hi",
            &[Note::BrokenMail],
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nhi\r\n--x--",
            "hi",
            &[Note::BrokenMail],
        ),
        (
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x--\r\n",
            "--x--\n",
            &[],
        ),
        (
            "Content-Transfer-Encoding: base64\r\n\r\naGk=\r\n!",
            "hi",
            &[Note::BrokenMail],
        ),
        ("Content-Type: text/plain; charset\r\n\r\nhi", "hi", &[]),
        ("Content-Type: ; ; =\r\n\r\nhi", "", &[]),
    ] {
        let seen = read(&mail(entity), &[]);
        assert_eq!(
            (seen.text().as_str(), seen.notes()),
            (shown, notes),
            "{entity}"
        );
    }
}

/// RFC 2045, 6.4 forbids it, and programs do it all the same: what they wrote is there, as a text or as a file.
#[test]
fn a_multipart_that_is_encoded_as_a_whole_is_not_lost() {
    for kind in ["mixed", "alternative", "related", "signed", "digest"] {
        for encoding in ["quoted-printable", "base64"] {
            let inner = "--x\r\n\r\nThe ferry leaves at dawn.\r\n--x--\r\n";
            let inner = match encoding {
                "base64" => base64(inner.as_bytes()),
                _ => inner.to_owned(),
            };
            let entity = format!(
                "Content-Type: multipart/{kind}; boundary=x\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{inner}"
            );
            let seen = read(&mail(&entity), &[]);
            assert!(seen.text().contains("at dawn."), "{entity}");
            assert_eq!(seen.notes(), [Note::BrokenMail], "{entity}");
            let seen = read(&mail(&multipart("mixed", &[&text("hi"), &entity])), &[]);
            assert_eq!((seen.text().as_str(), seen.view.files.len()), ("hi", 1));
            assert_eq!(seen.notes(), [Note::BrokenMail], "{entity}");
        }
    }
}

/// Texts that do not fit are files.
#[test]
fn long_texts_are_files() {
    let limit = crate::mime::limits::MAX_SHOWN_TEXT;
    let half = text(&"x".repeat(limit / 2 + 1));
    let seen = read(
        &mail(&multipart("mixed", &[&half, &half, &text("end")])),
        &[],
    );
    let lengths: Vec<_> = seen
        .view
        .bodies
        .iter()
        .map(|body| match body {
            MailBody::Text { text } => text.len(),
            MailBody::Html { html, .. } => html.len(),
        })
        .collect();
    assert_eq!(lengths, [limit / 2 + 1, 3]);
    assert_eq!(
        (seen.kinds(), seen.notes()),
        (
            vec![(FileKind::Other, "file.txt")],
            &[Note::TooManyParts][..]
        )
    );
    assert_eq!(seen.reader.file(0).unwrap().len(), limit / 2 + 1);
}

/// A whole message that is a text is one too when it is too long, as a mail and as a block.
#[test]
fn a_long_text_by_itself_is_a_file() {
    let limit = crate::mime::limits::MAX_SHOWN_TEXT;
    for (length, files) in [(limit, 0), (limit + 1, 1)] {
        let long = "x".repeat(length);
        let packet = wrap(tag::LITERAL, format!("b\0\0\0\0\0{long}").as_bytes());
        let block = write(Kind::Message, &packet, Checksum::None);
        let seen = read(&mail(&text(&block)), &[]);
        let (mut reader, _) = Reader::open(block, Form::Message);
        let of_block = match reader.read(&[], &[], None, now(), &NoCharsets).unwrap() {
            Read::Message(message) => (message.text().len(), vec![], vec![]),
            Read::Mail(mail) => {
                let MailView { files, verdict, .. } = mail.view().clone();
                (0, files, verdict.notes)
            }
        };
        assert_eq!(of_block.1, seen.view.files);
        assert_eq!(of_block.2, seen.notes());
        let shown = (seen.text().len(), of_block.0, seen.kinds().len());
        match files {
            0 => assert_eq!(shown, (length, length, 0)),
            _ => {
                assert_eq!(shown, (0, 0, 1));
                assert_eq!(seen.kinds(), [(FileKind::Other, "message.txt")]);
                assert_eq!(seen.notes(), [Note::TooManyParts]);
                for reader in [&seen.reader, &reader] {
                    assert!(reader.file(0).as_deref() == Some(long.as_bytes()));
                }
            }
        }
    }
}
