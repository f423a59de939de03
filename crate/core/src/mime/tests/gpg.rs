//! With GnuPG: PGP/MIME as other programs make it.

use pgp::composed::SignedSecretKey;

use super::kit::{Seen, bob, mail, multipart, text};
use crate::engine::Reader;
use crate::engine::tests::gpg::{Gpg, clock};
use crate::engine::tests::kit::{decipher, opener, rsa};
use crate::message::limits::CLOCK_SKEW;
use crate::mime::NoCharsets;
use crate::wire::Bytes;
use crate::wire::engine::{Opened, Summary};

fn read(source: &str, reader_is: &SignedSecretKey, known: &Bytes) -> Seen {
    let (mut reader, opened) = Reader::open_mail(source.as_bytes().to_vec());
    if let Opened::Encrypted { pkesks, .. } = &opened {
        let (algorithm, key) = decipher(reader_is, pkesks);
        let opened = reader.decrypt(algorithm, &key, opener(reader_is));
        assert!(matches!(opened, Opened::Readable { .. }), "{opened:?}");
    }
    let known = std::slice::from_ref(known);
    let finished = reader.read_mail(
        known,
        Some("Gina <gina@example.org>"),
        clock() + CLOCK_SKEW,
        &NoCharsets,
    );
    let view = finished.unwrap().view().clone();
    Seen { view, reader }
}

/// A mail of gina's around an entity.
fn of_gina(entity: &str) -> String {
    mail(entity).replace("Ann <ann@example.org>", "Gina <gina@example.org>")
}

fn payload() -> String {
    let file = "Content-Type: application/octet-stream; name=\"x.bin\"\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC/w==";
    multipart(
        "mixed",
        &[&text("Grüße  \r\n- a dash\r\nFrom here\r\n"), file],
    )
}

fn around(message: &str) -> String {
    let parts = [
        "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n",
        &format!("Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n\r\n{message}"),
    ];
    multipart("encrypted; protocol=\"application/pgp-encrypted\"", &parts)
}

fn beside(entity: &str, signature: &str) -> String {
    let signature = format!(
        "Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n\r\n{signature}"
    );
    multipart(
        "signed; micalg=pgp-sha512; protocol=\"application/pgp-signature\"",
        &[entity, &signature],
    )
}

const SHOWN: &str = "Grüße  \n- a dash\nFrom here\n";

#[test]
fn mails_of_gpg_are_read() {
    let gpg = Gpg::new();
    let gina = gpg.generate("gina");
    for reader in [bob(), rsa()] {
        gpg.import_public(&reader);
        let to = reader.details.users[0].id.as_str().unwrap().to_owned();
        let run = |args: &[&str], input: &str| {
            let args = [&["-a", "-u", "gina"], args].concat();
            String::from_utf8(gpg.run(&args, input.as_bytes()).0).unwrap()
        };
        // Signed and encrypted in one go (RFC 3156, 6.2), in both modes and forms.
        for options in [&[][..], &["--textmode"], &["--compress-algo", "none"]] {
            let args = [&["-s", "-e", "-r", to.as_str()], options].concat();
            let source = of_gina(&around(&run(&args, &payload())));
            let seen = read(&source, &reader, &gina);
            seen.expect(true, Summary::SignedBySender, &[], SHOWN);
            assert_eq!(seen.reader.file(0).as_deref(), Some(&[0, 1, 2, 0xff][..]));
            let seen = read(&source.replace("\r\n", "\n"), &reader, &gina);
            seen.expect(true, Summary::SignedBySender, &[], SHOWN);
        }
        // Signed, then encrypted (6.1).
        let signed = beside(&payload(), &run(&["-b"], &payload()));
        let source = of_gina(&around(&run(&["-e", "-r", &to], &signed)));
        read(&source, &reader, &gina).expect(true, Summary::SignedBySender, &[], SHOWN);
        // The text of a mail that is a whole entity.
        let block = run(&["-s", "-e", "-r", &to], &payload());
        read(&of_gina(&text(&block)), &reader, &gina).expect(
            true,
            Summary::SignedBySender,
            &[],
            SHOWN,
        );
    }
    for options in [&[][..], &["--textmode"], &["--digest-algo", "SHA256"]] {
        let args = [&["-a", "-b", "-u", "gina"], options].concat();
        let (signature, _) = gpg.run(&args, payload().as_bytes());
        let source = of_gina(&beside(&payload(), &String::from_utf8(signature).unwrap()));
        for source in [source.clone(), source.replace("\r\n", "\n")] {
            read(&source, &bob(), &gina).expect(false, Summary::SignedBySender, &[], SHOWN);
        }
        let changed = source.replace("a dash", "a cash");
        assert_eq!(
            read(&changed, &bob(), &gina).summary(),
            Summary::BadSignature
        );
    }
    let (clear, _) = gpg.run(&["--clearsign", "-u", "gina"], b"Hello\n- bob\n");
    let seen = read(
        &of_gina(&text(&String::from_utf8(clear).unwrap())),
        &bob(),
        &gina,
    );
    seen.expect(false, Summary::SignedBySender, &[], "Hello\n- bob");
}
