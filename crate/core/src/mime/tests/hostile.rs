//! Bad input of every size ends well.

use super::kit::{ann, encrypted, mail, multipart, read, read_from, signed, text};
use crate::mime::limits::{MAX_DEPTH, MAX_FIELDS, MAX_HEADER, MAX_MAIL, MAX_PARTS};
use crate::wire::ErrorCode;
use crate::wire::engine::{Note, Summary};
use crate::wire::mail::{FileKind, MailPart};

/// What sites give instead of a mail.
#[test]
fn what_is_no_mail() {
    for source in [
        "",
        "\r\n\r\n",
        "<!DOCTYPE html>\n<html><head><title>Login</title></head><body>From: nobody</body></html>",
        "\n<html>\n<body>",
        "<?xml version=\"1.0\"?>\n<error>x</error>",
        "{\"error\": \"session expired\"}",
        "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>",
        "Session expired: please log in",
        "\u{feff}<html>",
        "<pre>-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----",
        "Dear Ann,\n-----BEGIN PGP MESSAGE-----\n\nx\n-----END PGP MESSAGE-----",
    ] {
        let error = read_from(source.as_bytes(), &[], None).err();
        assert_eq!(error, Some(ErrorCode::NotAMail), "{source}");
    }
    // Blank lines in front, and what mailboxes in files write there, are in the way of nothing.
    for source in [
        "\r\n\r\nSubject: a\r\n\r\nhi",
        "From me Sat Nov 28\r\nSubject: a\r\n\r\nhi",
    ] {
        assert_eq!(
            read_from(source.as_bytes(), &[], None).unwrap().text(),
            "hi"
        );
    }
}

/// Filters write lines into the header around all that other programs pass over. The sender is doubtful then: somebody else
/// may read another From.
#[test]
fn bad_lines_around_a_mail_are_passed_over() {
    let bad = "X-Spam-Report: a\r\n* 0.0 RCVD_IN\r\n b\r\nX-Virus Scanned: c\r\n";
    let inside = format!("Content-Type: text/plain\r\n{bad}\r\nHi\r\n");
    for (entity, encrypted, notes, shown) in [
        (encrypted(Some(&ann()), &text("Hi\r\n")), true, 1, "Hi\n"),
        (signed(&ann(), &text("Hi\r\n")), false, 1, "Hi\n"),
        // Under a protection nothing is made good.
        (
            encrypted(Some(&ann()), &inside),
            true,
            1,
            "* 0.0 RCVD_IN\n b\nX-Virus Scanned: c\n\nHi\n",
        ),
    ] {
        for source in [
            format!("{bad}{}", mail(&entity)),
            mail(&format!("{bad}{entity}")),
        ] {
            let seen = read(&source, &[&ann()]);
            assert_eq!(
                (
                    seen.view.verdict.encrypted,
                    seen.summary(),
                    seen.notes().len()
                ),
                (encrypted, Summary::SignedSenderUnknown, notes),
                "{source}"
            );
            assert_eq!(seen.notes()[0], Note::BrokenMail);
            assert_eq!(seen.text().replace('\r', ""), shown);
        }
    }
    let seen = read(&mail(&format!("{bad}{}", text("Hi"))), &[]);
    seen.expect(false, Summary::NotSigned, &[Note::BrokenMail], "Hi");
    assert_eq!(seen.view.headers.from[0].address, "ann@example.org");
}

#[test]
fn floods_of_fields_are_refused() {
    for source in [
        mail(&format!("{}\r\nx", "X: y\r\n".repeat(MAX_FIELDS))),
        mail(&format!("X: {}\r\n\r\nx", "y".repeat(MAX_HEADER))),
        mail(&format!("X: y{}\r\n\r\nx", "\r\n z".repeat(MAX_HEADER / 4))),
        mail(&"y".repeat(MAX_HEADER + 1)),
    ] {
        assert_eq!(
            read_from(source.as_bytes(), &[], None).err(),
            Some(ErrorCode::Limit)
        );
    }
    // Inside of a layer too.
    let flood = format!(
        "{}Content-Type: text/plain\r\n\r\nx",
        "X: y\r\n".repeat(MAX_FIELDS)
    );
    for entity in [signed(&ann(), &flood), encrypted(None, &flood)] {
        assert_eq!(
            read_from(mail(&entity).as_bytes(), &[], None).err(),
            Some(ErrorCode::Limit)
        );
    }
}

#[test]
fn too_much_is_refused_before_it_is_read() {
    let mut source = vec![b'x'; MAX_MAIL + 1];
    source[..16].copy_from_slice(b"Subject: a\n\nhi\n\n");
    assert_eq!(read_from(&source, &[], None).err(), Some(ErrorCode::Limit));
}

#[test]
fn ten_thousand_parts() {
    let part = text("x");
    let many = vec![part.as_str(); 10_000];
    let entity = multipart("mixed", &many);
    let seen = read(&mail(&entity), &[]);
    assert_eq!(
        (seen.view.bodies.len(), seen.notes()),
        (MAX_PARTS, &[Note::TooManyParts][..])
    );
    // They are all signed, and all there is of them is said.
    let seen = read(&mail(&signed(&ann(), &entity)), &[&ann()]);
    assert_eq!(
        (seen.summary(), seen.notes()),
        (Summary::SignedBySender, &[Note::TooManyParts][..])
    );
}

#[test]
fn a_thousand_levels() {
    let mut deep = text("the innermost");
    for _ in 0..1000 {
        deep = multipart("mixed", &[&deep]);
    }
    let seen = read(&mail(&deep), &[]);
    assert_eq!(seen.notes(), [Note::TooManyParts]);
    // What is not looked into can be saved.
    assert_eq!(seen.kinds(), [(FileKind::Other, "file.eml")]);
    let mut depth = 0;
    let mut part: &MailPart = &seen.view.structure;
    while let Some(inner) = part.parts.first() {
        depth += 1;
        part = inner;
    }
    assert_eq!(depth, crate::mime::limits::MAX_DEPTH);

    let mut mails = mail(&text("the innermost"));
    for _ in 0..1000 {
        mails = mail(&format!("Content-Type: message/rfc822\r\n\r\n{mails}"));
    }
    let seen = read(&mails, &[]);
    assert_eq!(
        (seen.kinds(), seen.notes()),
        (vec![(FileKind::Mail, "outside.eml")], &[][..])
    );
}

#[test]
fn long_lists_of_everything() {
    // Encoded words, parameters, comments, addresses: as many as fit into a header.
    let words = "=?utf-8?q?a?= =?".repeat(10_000);
    let pieces: String = (0..10_000)
        .map(|piece| format!(";a*{piece}*=%41"))
        .collect();
    let source = format!(
        "Subject: {words}\r\nFrom: {}\r\nTo: {}\r\nContent-Type: text/plain{pieces}\r\n\r\nhi",
        "(".repeat(50_000),
        "<a@b>,".repeat(10_000),
    );
    assert_eq!(read(&source, &[]).text(), "hi");
    // Delimiters that are none, of every length.
    let lines: String = (0..2_000)
        .map(|length| format!("--{}\r\n", "b".repeat(length % 300)))
        .collect();
    let boundary = "b".repeat(150);
    let entity = format!("Content-Type: multipart/mixed; boundary={boundary}\r\n\r\n{lines}");
    assert!(!read(&mail(&entity), &[]).notes().is_empty());
}

/// Every beginning of a mail is a mail of its own, or is refused.
#[test]
fn every_cut_ends_well() {
    let whole = mail(&signed(
        &ann(),
        &multipart("mixed", &[&text("hi"), "Content-Type: a/b\r\n\r\nfile"]),
    ));
    for end in 0..whole.len() {
        match read_from(&whole.as_bytes()[..end], &[&ann()], None) {
            Ok(seen) => assert_ne!(seen.summary(), Summary::SignedBySender, "{end}"),
            Err(error) => assert_eq!(error, ErrorCode::NotAMail, "{end}"),
        }
        // The signature is whole before the last delimiter ends.
        if whole.as_bytes()[end..].starts_with(b"\r\n-----END PGP SIGNATURE") {
            break;
        }
    }
}

/// Each level of parts is looked through once, whatever is asked of it.
#[test]
fn levels_of_parts_around_many_lines() {
    use crate::mime::split::LOOKED_AT;
    let lines = "\r\n".repeat(50_000);
    let mut entity = text(&lines);
    for _ in 0..MAX_DEPTH / 2 {
        entity = multipart("alternative", &[&multipart("mixed", &[&entity])]);
    }
    let before = LOOKED_AT.get();
    let seen = read(&mail(&entity), &[]);
    let looked_at = LOOKED_AT.get() - before;
    assert_eq!((seen.view.bodies.len(), seen.notes()), (1, &[][..]));
    // The root is asked once more, before it is known that there is no layer of protection.
    let passes = looked_at / lines.len();
    assert!(passes <= MAX_DEPTH + 1, "{passes}");
}

/// Each of these took time, or memory, that grew with the square of its size or faster.
#[test]
fn short_mails_that_are_long_to_read() {
    let html = format!(
        "Content-Type: text/html\r\n\r\n{}\r\n",
        "cid:".repeat(1 << 18)
    );
    let picture = "Content-Type: image/png\r\nContent-ID: <a>\r\n\r\nx\r\n";
    let used = format!(
        "Content-Type: text/html\r\n\r\n<img src=\"CID:%61&amp;\">{}\r\n",
        "cid:".repeat(10)
    );
    let named = "Content-Type: image/png\r\nContent-ID: <a&>\r\n\r\nx\r\n";
    for (parts, inline) in [([html.as_str(), picture], false), ([&used, named], true)] {
        let seen = read(&mail(&multipart("related", &parts)), &[]);
        assert_eq!(seen.view.files.last().map(|file| file.inline), Some(inline));
    }

    let file = format!(
        "Content-Disposition: attachment; filename={}.pdf\r\n\r\nx",
        "a".repeat(150)
    );
    let many = vec![file.as_str(); MAX_PARTS - 2];
    let seen = read(&mail(&multipart("mixed", &many)), &[]);
    let mut names: Vec<_> = seen.view.files.iter().map(|file| &file.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), MAX_PARTS - 2);

    // Signs that begin no tag, in front of the one end of a tag; colons behind an address.
    let started = std::time::Instant::now();
    let signs = format!("{}&>", "<".repeat(300_000));
    let seen = read(
        &mail(&format!("Content-Type: text/html\r\n\r\n{signs}")),
        &[],
    );
    assert_eq!((seen.text(), seen.notes()), (signs, &[][..]));
    let odd = format!("{}@{}", "a".repeat(64_000), ":".repeat(64_000));
    let fields = format!("To: {odd}\r\nCc: {odd}\r\nReply-To: {odd}\r\n");
    let seen = read(&format!("{fields}{}", mail(&text("hi"))), &[]);
    assert_eq!(seen.view.headers.cc.len(), 1);
    let took = started.elapsed();
    // Unoptimised and on a busy machine.
    assert!(took.as_secs() < 10, "{took:?}");

    let words = "=?x".repeat(40_000);
    let part = format!("Content-Disposition: attachment; filename=\"{words}\"\r\n\r\nx");
    let seen = read(&mail(&multipart("mixed", &[part.as_str(); 10])), &[]);
    assert_eq!(seen.view.files.len(), 10);
}
