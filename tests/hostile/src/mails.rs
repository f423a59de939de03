//! Mails of every form, small and well built: what fuzzing of mails starts from. What must become of bad ones stands in
//! the core's own tests (`mime/tests`), because a mail has more to look at than one line of the manifest.

use crate::keys::{good, usual};
use crate::message::{Scheme, armor, literal, packet, tag};

const TEXT: &str = "Content-Type: text/plain; charset=utf-8\r\n\r\npay 100 to Bob\r\n";
const CONTROL: &str = "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n";

/// Names and mails.
pub fn all() -> Vec<(&'static str, Vec<u8>)> {
    let html = "Content-Type: text/html\r\n\r\n<img src=\"cid:a@b\">\r\n";
    let picture = "Content-Type: image/png; name*0*=utf-8''gr%C3; name*1*=%BCn.png\r\nContent-ID: <a@b>\r\n\
                   Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n";
    let flowed = "Content-Type: text/plain; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
                  long =\r\nline \r\n> quoted =C3=BC\r\n-- \r\nAnn\r\n";
    let forwarded = format!("Content-Type: message/rfc822\r\n\r\n{}", mail(TEXT));
    let inside =
        "From: Alice <alice@example.org>\r\nSubject: inside\r\nHP-Outer: Subject: [...]\r\n";
    let hp = TEXT.replace("utf-8", "utf-8; hp=\"cipher\"; hp-legacy-display=1");
    let protected = format!("{inside}{hp}");
    let old = multipart(
        "mixed; protected-headers=\"v1\"",
        &[&TEXT.replace("utf-8", "utf-8; protected-headers=v1"), TEXT],
    );
    let block = text(&sealed(TEXT));
    let mails = [
        ("text", mail(TEXT)),
        ("flowed", mail(flowed)),
        (
            "alternative",
            mail(&multipart("alternative", &[TEXT, html])),
        ),
        ("related", mail(&multipart("related", &[html, picture]))),
        (
            "mixed",
            mail(&multipart("mixed", &[TEXT, picture, &forwarded])),
        ),
        (
            "digest",
            mail(&multipart("digest", &["\r\nSubject: a\r\n\r\nb"])),
        ),
        ("signed", mail(&signed(TEXT))),
        ("signed-twice", mail(&signed(&signed(TEXT)))),
        ("encrypted", mail(&encrypted(TEXT))),
        ("signed-encrypted", mail(&encrypted(&signed(TEXT)))),
        ("encrypted-signed", mail(&signed(&encrypted(TEXT)))),
        ("protected-headers", mail(&encrypted(&protected))),
        (
            "protected-headers-old",
            mail(&encrypted(&format!("{inside}{old}"))),
        ),
        (
            "mangled",
            mail(&multipart("mixed", &[CONTROL, &file(&sealed(TEXT))])),
        ),
        ("list", mail(&multipart("mixed", &[&signed(TEXT), TEXT]))),
        ("block", mail(&block)),
        (
            "words",
            format!(
                "Subject: =?utf-8?q?gr=C3?= =?utf-8?b?vG4=?=\r\n{}",
                mail(TEXT)
            ),
        ),
        (
            "addresses",
            format!("Cc: \"B, C\" <b@c> (d), Team: e@f;\r\n{}", mail(TEXT)),
        ),
    ];
    mails.map(|(name, mail)| (name, mail.into_bytes())).to_vec()
}

fn mail(entity: &str) -> String {
    format!(
        "From: Alice <alice@example.org>\r\nTo: bob@example.org\r\nSubject: outside\r\n\
         Date: Sat, 28 Nov 2026 04:16:17 +0000\r\n{entity}"
    )
}

fn text(block: &str) -> String {
    format!("Content-Type: text/plain\r\n\r\n{block}")
}

fn file(block: &str) -> String {
    format!("Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n{block}")
}

fn multipart(typ: &str, parts: &[&str]) -> String {
    // Tells apart what is within each other.
    let boundary = format!(
        "b{}",
        parts.iter().map(|part| part.len() + 1).sum::<usize>()
    );
    let mut body = format!("Content-Type: multipart/{typ}; boundary={boundary}\r\n\r\n");
    for part in parts {
        body += &format!("--{boundary}\r\n{part}\r\n");
    }
    body + &format!("--{boundary}--\r\n")
}

fn signed(entity: &str) -> String {
    let signature = packet(tag::SIGNATURE, &good(&usual(1).primary, entity.as_bytes()));
    let signature = String::from_utf8_lossy(&armor("SIGNATURE", &signature)).into_owned();
    let signature = format!("Content-Type: application/pgp-signature\r\n\r\n{signature}");
    multipart(
        "signed; protocol=\"application/pgp-signature\"",
        &[entity, &signature],
    )
}

fn encrypted(entity: &str) -> String {
    multipart(
        "encrypted; protocol=\"application/pgp-encrypted\"",
        &[CONTROL, &file(&sealed(entity))],
    )
}

fn sealed(entity: &str) -> String {
    let message = Scheme::Mdc.seal(&literal(entity.as_bytes()));
    String::from_utf8_lossy(&armor("MESSAGE", &message)).into_owned()
}
