//! Mails with GnuPG on the other side, and a third program that takes them apart.

use std::io::Write;
use std::process::{Command, Stdio};

use super::gpg::{Gpg, clock};
use super::kit::{Kind, public, rsa, secret};
use super::mail_writer::{address, ann, file, make, message, order};
use crate::wire::Secret;
use crate::wire::compose::{MailForm, MailOrder};

const NAME: &str =
    "Übersicht \"2026\" – ein langer Name, der in kein Feld einer Zeile passt.tar.gz";
const DATA: &[u8] = &[0, 255, 13, 10, 61, 95];

/// What Python's own library reads in an entity.
fn python(entity: &[u8]) -> String {
    const PROGRAM: &str = "
import sys, email, email.policy
mail = email.message_from_binary_file(sys.stdin.buffer, policy=email.policy.default)
assert not mail.defects, mail.defects
out = [mail['Subject'], str(mail['To']), mail['Date'].datetime.isoformat(), str(mail.get_all('HP-Outer'))]
for part in mail.walk():
    assert not part.defects, part.defects
    if part.is_multipart():
        out.append(part.get_content_type())
    elif part.get_content_maintype() == 'text':
        out.append(part.get_content_type() + ' ' + repr(part.get_content()))
    else:
        octets = part.get_payload(decode=True)
        out.append(f'{part.get_content_type()} {part.get_content_disposition()} {part.get_filename()} {octets.hex()[:24]}')
sys.stdout.buffer.write('\\n'.join(out).encode())
";
    let mut child = Command::new("python3")
        .args(["-I", "-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 must be installed");
    child.stdin.take().unwrap().write_all(entity).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn written() -> MailOrder {
    let mut written = order(MailForm::Entity);
    written.now = clock();
    written.headers.subject =
        "Pläne für die Übergabe, mit einem Betreff, der länger ist als eine Zeile".to_owned();
    written.headers.cc = vec![
        address("Carl \"C\" O'Neil", "carl@example.org"),
        address("山田", "d@example.org"),
    ];
    written.html = Some("<p>Hello <img src=\"cid:a@b\"></p>".to_owned());
    written.enclosed_key = Some(public(&ann()));
    written
}

#[test]
fn gpg_decrypts_our_mails_and_others_take_them_apart() {
    let (rsa, nist) = (rsa(), secret(Kind::P256, "nist"));
    let written = MailOrder {
        recipients: vec![public(&rsa)],
        hidden: vec![public(&nist)],
        ..written()
    };
    let files = [
        (
            file("a.png", "image/png", Some("a@b")),
            &b"\x89PNG\r\n\x1a\n"[..],
        ),
        (file(NAME, "application/gzip", None), DATA),
    ];
    let armored = message(written, &files);
    for (key, hidden) in [(&rsa, false), (&nist, true)] {
        let gpg = Gpg::new();
        gpg.import_public(&ann());
        gpg.import_secret(key);
        let (entity, status) = gpg.run(&["--decrypt"], armored.as_bytes());
        for line in ["GOODSIG", "VALIDSIG", "GOODMDC", "DECRYPTION_OKAY"] {
            assert!(status.contains(line), "{line}: {status}");
        }
        assert_eq!(
            status.matches("ENC_TO 0000000000000000").count(),
            1,
            "{hidden}: {status}"
        );
        let read = python(&entity);
        let lines: Vec<&str> = read.lines().collect();
        assert_eq!(
            lines[0],
            "Pläne für die Übergabe, mit einem Betreff, der länger ist als eine Zeile"
        );
        assert_eq!(lines[1], "Bob Bär <bob@example.org>");
        assert!(lines[2].ends_with("+01:00"), "{read}");
        let legacy =
            "Subject: Pläne für die Übergabe, mit einem Betreff, der länger ist als eine Zeile";
        assert_eq!(
            lines[4..7],
            [
                "multipart/mixed",
                "multipart/alternative",
                &format!("text/plain '{legacy}\\n\\nHello Bob,\\nGrüße\\n'"),
            ]
        );
        assert_eq!(lines[7], "multipart/related");
        assert!(lines[8].starts_with("text/html '<!DOCTYPE html>") && lines[8].contains(legacy));
        assert_eq!(lines[9], "image/png inline a.png 89504e470d0a1a0a");
        let name = NAME.replace('"', "_");
        assert_eq!(
            lines[10],
            format!("application/gzip attachment {name} 00ff0d0a3d5f")
        );
        assert!(
            lines[11].starts_with("application/pgp-keys attachment OpenPGP_0x"),
            "{read}"
        );
    }
}

#[test]
fn gpg_reads_what_we_write_for_people_without_keys() {
    let written = MailOrder {
        recipients: vec![],
        own: None,
        passwords: vec![Secret::new("correct horse battery".to_owned())],
        signer: None,
        ..written()
    };
    let armored = message(written, &[]);
    let gpg = Gpg::new();
    let args = [
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "correct horse battery",
        "--decrypt",
    ];
    let (entity, status) = gpg.run(&args, armored.as_bytes());
    assert!(status.contains("DECRYPTION_OKAY"), "{status}");
    assert!(python(&entity).contains("Hello Bob,\\nGrüße"));
}

#[test]
fn gpg_verifies_what_we_only_sign() {
    let gpg = Gpg::new();
    gpg.import_public(&ann());
    let written = MailOrder {
        text: "Hello  \n- all\nFrom here\n\n".to_owned(),
        html: None,
        enclosed_key: None,
        form: MailForm::Signed,
        ..written()
    };
    let (outputs, _) = make(written, &[(file("a.bin", "", None), DATA)]).unwrap();
    let (text, status) = gpg.run(&["--decrypt"], outputs[0].1.as_bytes());
    assert!(status.contains("GOODSIG"), "{status}");
    assert_eq!(
        String::from_utf8(text).unwrap().trim_end(),
        "Hello\n- all\nFrom here"
    );
    let place = gpg.home.join("a.bin.asc");
    std::fs::write(&place, &outputs[1].1).unwrap();
    let (_, status) = gpg.run(&["--verify", place.to_str().unwrap(), "-"], DATA);
    assert!(status.contains("GOODSIG"), "{status}");
}
