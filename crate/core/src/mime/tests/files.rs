//! What is listed as files.

use super::kit::{
    ann, armored, base64, encrypted, mail, multipart, quoted_printable, read, read_from, signed,
    text,
};
use crate::armor;
use crate::wire::engine::Summary;
use crate::wire::mail::FileKind;

fn attached(disposition: &str, typ: &str, body: &str) -> String {
    format!("Content-Type: {typ}\r\nContent-Disposition: attachment; {disposition}\r\n\r\n{body}")
}

#[test]
fn names_types_and_kinds() {
    for (part, kind, name, typ) in [
        (
            attached("filename=\"../../a.pdf\"", "application/pdf", "%PDF-1"),
            FileKind::Pdf,
            "a.pdf",
            "application/pdf",
        ),
        (
            attached("filename=\"a.pdf.exe\"", "application/pdf", "x"),
            FileKind::Dangerous,
            "a.pdf.exe",
            "application/pdf",
        ),
        (
            attached("filename=\"a\u{202e}fdp.exe\"", "a/b", "x"),
            FileKind::Dangerous,
            "afdp.exe",
            "a/b",
        ),
        (
            attached("filename*=utf-8''gr%C3%BCn.txt", "Text/Plain", "x"),
            FileKind::Other,
            "grün.txt",
            "text/plain",
        ),
        (
            attached("x=y", "image/png", "no picture"),
            FileKind::Other,
            "file.png",
            "image/png",
        ),
        (
            attached("filename=CON", "x", "x"),
            FileKind::Other,
            "_CON",
            "application/octet-stream",
        ),
        (
            attached("filename=\"\"", "application/pgp-keys", "x"),
            FileKind::Keys,
            "keys.asc",
            "application/pgp-keys",
        ),
        (
            attached("filename=a.sig", "application/pgp-signature", "x"),
            FileKind::Signature,
            "a.sig",
            "application/pgp-signature",
        ),
        (
            attached("filename=a.html", "text/html", "x"),
            FileKind::Dangerous,
            "a.html",
            "text/html",
        ),
        (
            attached("x=y", "text/html", "x"),
            FileKind::Dangerous,
            "file.html",
            "text/html",
        ),
    ] {
        let seen = read(&mail(&multipart("mixed", &[&text("hi"), &part])), &[]);
        let [file] = seen.view.files.as_slice() else {
            panic!("{part}")
        };
        assert_eq!(
            (file.kind, file.name.as_str(), file.media_type.as_str()),
            (kind, name, typ)
        );
        assert_eq!(
            (seen.text().as_str(), file.id, file.inline),
            ("hi", 0, false)
        );
    }
}

#[test]
fn what_does_something_when_it_is_opened_is_told_by_its_ending() {
    let endings = "inetloc fileloc mailloc tool mobileconfig prefpane saver kext cab msu vsto xbap bas job grp wbk xnk ins isp \
        ps eps ksh fish php lua service ahk au3 WebLoc URL";
    for ending in endings.split_whitespace() {
        let part = attached(&format!("filename=\"a.{ending}\""), "a/b", "x");
        let seen = read(&mail(&multipart("mixed", &[&text("hi"), &part])), &[]);
        let kinds: Vec<_> = seen.view.files.iter().map(|file| file.kind).collect();
        assert_eq!(kinds, [FileKind::Dangerous], "{ending}");
    }
}

#[test]
fn equal_names_do_not_overwrite_each_other() {
    let part = |name: &str| attached(&format!("filename={name}"), "a/b", name);
    let entity = multipart("mixed", &[&part("a.txt"), &part("A.TXT"), &part("a.txt")]);
    let seen = read(&mail(&entity), &[]);
    let names: Vec<_> = seen
        .view
        .files
        .iter()
        .map(|file| file.name.as_str())
        .collect();
    assert_eq!(names, ["a.txt", "A (2).TXT", "a (3).txt"]);
    assert_eq!(seen.reader.file(1).as_deref(), Some(&b"A.TXT"[..]));
}

/// An encrypted file is saved as it was attached, whatever its encoding; opened it is the part, whose header names it.
#[test]
fn encrypted_files_are_saved_as_they_are() {
    let armored = armored(Some(&ann()), "%PDF-1.7");
    let binary = armor::decode(armored.as_bytes(), armor::Kind::Message).unwrap();
    for (encoding, body, octets) in [
        ("base64", base64(&binary), binary.as_slice()),
        ("7bit", armored.clone(), armored.as_bytes()),
        (
            "quoted-printable",
            quoted_printable(armored.as_bytes()),
            armored.as_bytes(),
        ),
    ] {
        let part = format!(
            "Content-Type: application/octet-stream; name=a.pdf.pgp\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        let beside = attached("filename=a.pdf.pgp.sig", "application/pgp-signature", "x");
        let seen = read(
            &mail(&multipart("mixed", &[&text("hi"), &part, &beside])),
            &[],
        );
        let file = &seen.view.files[0];
        assert_eq!(
            (file.kind, file.name.as_str()),
            (FileKind::Encrypted, "a.pdf.pgp")
        );
        assert_eq!(&*seen.reader.file(0).unwrap(), octets, "{encoding}");
        assert_eq!(usize::try_from(file.size), Ok(octets.len()));
        // A signature beside it is on those octets.
        assert_eq!(seen.view.files[1].signs, Some(0));
        assert_eq!(seen.reader.part(1), None);
        let alone = read_from(&seen.opened(0), &[&ann()], None).unwrap();
        assert_eq!(alone.kinds(), [(FileKind::Pdf, "a.pdf")]);
    }
    // What is protected by its structure is nothing without its header.
    let whole = encrypted(None, &text("inner"));
    let seen = read(&mail(&multipart("mixed", &[&text("hi"), &whole])), &[]);
    assert_eq!(&*seen.reader.file(0).unwrap(), whole.as_bytes());
    assert_eq!(
        (seen.reader.part(0), seen.view.files[0].kind),
        (None, FileKind::Encrypted)
    );
}

/// A mail within a mail is a file: its own structure, headers and protection stay its own.
#[test]
fn forwarded_mails() {
    let inner = mail(&text("inner"));
    for (encoding, body) in [
        ("7bit", inner.clone()),
        ("base64", base64(inner.as_bytes())),
    ] {
        let part = format!(
            "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        let seen = read(
            &mail(&multipart("mixed", &[&text("see below"), &part])),
            &[],
        );
        assert_eq!(
            (seen.text().as_str(), seen.kinds()),
            ("see below", vec![(FileKind::Mail, "outside.eml")])
        );
        let file = seen.reader.file(0).unwrap();
        assert_eq!(&*file, inner.as_bytes());
        assert_eq!(usize::try_from(seen.view.files[0].size), Ok(inner.len()));
        assert_eq!(read_from(&file, &[], None).unwrap().text(), "inner");
    }
    // As programs send it that may not encode a mail as one.
    let part = format!(
        "Content-Type: application/octet-stream; name=x.eml\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
        base64(mail(&signed(&ann(), &text("inner"))).as_bytes())
    );
    let seen = read(
        &mail(&multipart("mixed", &[&text("see below"), &part])),
        &[],
    );
    assert_eq!(seen.kinds(), [(FileKind::Mail, "x.eml")]);
    let inner = read_from(&seen.opened(0), &[&ann()], None).unwrap();
    inner.expect(false, Summary::SignedBySender, &[], "inner");
    let digest = multipart(
        "digest",
        &["\r\nSubject: a/b: c\r\n\r\nx", "\r\nSubject:\r\n\r\ny"],
    );
    let seen = read(&mail(&digest), &[]);
    assert_eq!(
        seen.kinds(),
        [(FileKind::Mail, "a b_ c.eml"), (FileKind::Mail, "mail.eml")]
    );
}

/// Whatever the sender calls it: it is saved without a question, and would be started under the name of a program.
#[test]
fn mails_and_whole_parts_are_saved_as_mails() {
    let inner = mail(&text("inner"));
    let program = base64(b"MZ\x90\0 a program");
    let named = |typ: &str, name: &str, body: &str| {
        let typ = format!("{typ}; name=\"{name}\"");
        mail(&multipart(
            "mixed",
            &[&text("hi"), &format!("Content-Type: {typ}{body}")],
        ))
    };
    let encoded = format!("\r\nContent-Transfer-Encoding: base64\r\n\r\n{program}");
    let plain = format!("\r\n\r\n{inner}");
    for (name, saved) in [
        ("Invoice.exe", "Invoice.exe.eml"),
        ("Invoice", "Invoice.eml"),
        ("Invoice.EML", "Invoice.EML"),
    ] {
        for body in [&encoded, &plain] {
            for typ in ["message/rfc822", "message/global"] {
                let seen = read(&named(typ, name, body), &[]);
                assert_eq!(seen.kinds(), [(FileKind::Mail, saved)], "{typ}");
            }
        }
        for (whole, kind) in [
            (signed(&ann(), &text("hi")), FileKind::Signed),
            (encrypted(None, &text("hi")), FileKind::Encrypted),
        ] {
            let body = whole.strip_prefix("Content-Type: ").unwrap();
            let (typ, body) = body.split_once(';').unwrap();
            let seen = read(&named(typ, name, &format!(";{body}")), &[]);
            assert_eq!(seen.kinds(), [(kind, saved)], "{typ}");
        }
    }
}

#[test]
fn content_ids_are_plain_words() {
    for (id, expected) in [
        ("<a@b>", Some("a@b")),
        ("a@b", Some("a@b")),
        ("<>", None),
        ("<a b>", None),
        ("<\u{fc}>", None),
    ] {
        let part = format!("Content-ID: {id}\r\n{}", attached("filename=x", "a/b", "x"));
        let seen = read(&mail(&part), &[]);
        assert_eq!(seen.view.files[0].content_id.as_deref(), expected, "{id}");
    }
}
