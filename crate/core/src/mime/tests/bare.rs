//! Files that are encrypted as a whole, in a mail and without one.

use super::envelopes::{HELLO, hello};
use super::kit::{ann, armored, mail, read, read_from, read_named};
use crate::engine::tests::kit;
use crate::wire::ErrorCode;
use crate::wire::engine::Summary;
use crate::wire::mail::{FileKind, MailHeaders};

#[test]
fn files_that_are_encrypted() {
    let file = |name: &str, content: &str| {
        let armored = armored(Some(&ann()), content);
        mail(&format!(
            "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename={name}\r\n\r\n{armored}"
        ))
    };
    let seen = read(&file("report.pdf.pgp", "%PDF-1.7"), &[&ann()]);
    seen.expect(true, Summary::SignedBySender, &[], "");
    assert_eq!(seen.kinds(), [(FileKind::Pdf, "report.pdf")]);
    assert_eq!(seen.reader.file(0).as_deref(), Some(&b"%PDF-1.7"[..]));
    read(&file("message.asc", "Hello"), &[&ann()]).expect(
        true,
        Summary::SignedBySender,
        &[],
        "Hello",
    );
    read(&file("encrypted.asc", &hello()), &[&ann()]).expect(
        true,
        Summary::SignedBySender,
        &[],
        HELLO,
    );
}

/// What stands in files: blocks and packets without any mail around them.
#[test]
fn openpgp_data_without_a_mail() {
    let bare = |data: &[u8]| read_from(data, &[&ann()], None);
    let binary = |text: &str| {
        let block = armored(Some(&ann()), text);
        crate::armor::decode(block.as_bytes(), crate::armor::Kind::Message).unwrap()
    };
    for content in [hello(), "Hello bob\n".to_owned()] {
        for data in [
            binary(&content),
            armored(Some(&ann()), &content).into_bytes(),
        ] {
            let seen = bare(&data).unwrap();
            seen.expect(true, Summary::SignedSenderUnknown, &[], HELLO);
            assert_eq!(seen.view.headers, MailHeaders::default());
        }
    }
    // A letter is a page around one; which of two is meant, nobody knows.
    let page =
        |inner: &str| format!("<!doctype html>\n<p>\u{e9}</p>\n<script>\n{inner}\n</script>\n");
    let block = armored(Some(&ann()), &hello());
    let seen = bare(page(&block).as_bytes()).unwrap();
    seen.expect(true, Summary::SignedSenderUnknown, &[], HELLO);
    for other in [
        page(&format!("{block}\n{block}")),
        page("x"),
        page(&block.replace("-----B", " -----B")),
    ] {
        assert_eq!(bare(other.as_bytes()).err(), Some(ErrorCode::NotAMail));
    }
    let seen = bare(&binary("a\0b")).unwrap();
    assert_eq!(seen.kinds(), [(FileKind::Other, "file.bin")]);
    assert_eq!(seen.reader.file(0).as_deref(), Some(&b"a\0b"[..]));
    // What the packet says is better than nothing; it is as hostile as every name.
    for (said, name) in [
        (&b"photo.png"[..], "photo.png"),
        (b"../../a.pdf", "a.pdf"),
        (b"_CONSOLE", "file.bin"),
        (b"\xff", "file.bin"),
    ] {
        let body = [&[b'b', said.len() as u8], said, &[0; 4], b"a\0b"].concat();
        let seen = bare(&kit::wrap(crate::message::packet::tag::LITERAL, &body)).unwrap();
        assert_eq!(seen.view.files[0].name, name);
    }

    // A text is shown, and is a file besides; whatever does something when it is opened is asked about.
    for (file, files) in [
        ("table.csv.gpg", vec![(FileKind::Other, "table.csv")]),
        ("run.bat.ASC", vec![(FileKind::Dangerous, "run.bat")]),
        ("message.asc", vec![]),
        ("encrypted-message.html", vec![]),
    ] {
        let seen = read_named(&binary("a,b\r\n"), file);
        assert_eq!((seen.text().as_str(), seen.kinds()), ("a,b\n", files));
        if let Some(octets) = seen.reader.file(0) {
            assert_eq!(&*octets, b"a,b\r\n");
        }
    }
    let seen = read_named(&binary("a\0b"), "picture.raw.pgp");
    assert_eq!(seen.kinds(), [(FileKind::Other, "picture.raw")]);

    let key = kit::public(&ann()).0;
    let block = crate::armor::write(
        crate::armor::Kind::PublicKey,
        &key,
        crate::armor::Checksum::None,
    );
    for data in [key.clone(), block.into_bytes()] {
        let seen = bare(&data).unwrap();
        assert_eq!(seen.kinds(), [(FileKind::Keys, "keys.asc")]);
        assert_eq!(
            (seen.text().as_str(), seen.summary()),
            ("", Summary::NotSigned)
        );
        assert_eq!(seen.reader.file(0).as_deref(), Some(data.as_slice()));
    }
    let cut = armored(None, "x").replace("-----END", "");
    assert_eq!(bare(cut.as_bytes()).err(), Some(ErrorCode::BrokenArmor));
    let cut = "-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n";
    assert_eq!(bare(cut.as_bytes()).err(), Some(ErrorCode::BrokenArmor));
    assert_eq!(bare(&[0xff, 1, 2]).err(), Some(ErrorCode::NotAMail));
}
