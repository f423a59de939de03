//! With GnuPG, in both directions.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use pgp::composed::{ArmorOptions, SignedSecretKey};
use pgp::types::Timestamp;

use super::kit::{self, Kind, public, rsa, secret};
use crate::cert::Certificate;
use crate::engine::{CleartextSigner, DetachedSignatures, Reader, Signer, Writer, judge_detached};
use crate::message::limits::CLOCK_SKEW;
use crate::verdict::ReadMessage;
use crate::wire::engine::{
    EncryptJob, EncryptStep, Opened, SignatureMode, SignatureState, Summary,
};
use crate::wire::{Bytes, ErrorCode, Form, Secret, Time};

/// A GnuPG home of its own, gone with its agent when dropped.
pub(crate) struct Gpg {
    pub(crate) home: PathBuf,
}

impl Gpg {
    pub(crate) fn new() -> Self {
        // Short, because it holds sockets. A run that was killed leaves its own behind, and a process can have its number
        // again.
        let place = |n: u32| std::env::temp_dir().join(format!("wx{}-{n}", std::process::id()));
        let mut places = (0..1_000).map(place);
        let home = places.find(|home| std::fs::create_dir(home).is_ok());
        let home = home.expect("a new folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&home, PermissionsExt::from_mode(0o700)).unwrap();
        }
        Self { home }
    }

    /// Runs gpg; standard output and error.
    fn try_run(&self, args: &[&str], input: &[u8]) -> Result<(Vec<u8>, String), String> {
        let mut child = Command::new("gpg")
            .env("GNUPGHOME", &self.home)
            .args([
                "--batch",
                "--no-tty",
                "--trust-model",
                "always",
                "--status-fd",
                "2",
            ])
            .args(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg must be installed (Debian package gpg)");
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let feeder = std::thread::spawn(move || {
            // gpg may stop reading early; its status tells.
            let _ = stdin.write_all(&input);
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        match output.status.success() {
            true => Ok((output.stdout, errors)),
            false => Err(errors),
        }
    }

    pub(crate) fn run(&self, args: &[&str], input: &[u8]) -> (Vec<u8>, String) {
        self.try_run(args, input)
            .unwrap_or_else(|errors| panic!("gpg {args:?}: {errors}"))
    }

    /// A new key in GnuPG; returns its certificate.
    pub(crate) fn generate(&self, name: &str) -> Bytes {
        let id = format!("{name} <{name}@example.org>");
        self.run(
            &[
                "--passphrase",
                "",
                "--quick-gen-key",
                &id,
                "default",
                "default",
                "1d",
            ],
            b"",
        );
        Bytes(self.run(&["--export", &id], b"").0)
    }

    pub(crate) fn import_public(&self, key: &SignedSecretKey) {
        self.run(&["--import"], &public(key).0);
    }

    pub(crate) fn import_secret(&self, key: &SignedSecretKey) {
        let armored = key.to_armored_string(ArmorOptions::default()).unwrap();
        self.run(&["--import"], armored.as_bytes());
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf")
            .env("GNUPGHOME", &self.home)
            .args(["--kill", "all"])
            .status();
        let _ = std::fs::remove_dir_all(&self.home);
    }
}

pub(crate) fn clock() -> Time {
    Timestamp::now().as_secs()
}

/// Opens a message of GnuPG with `reader`'s key.
fn read(
    armored: &[u8],
    form: Form,
    reader: &SignedSecretKey,
    known: &[Bytes],
    sender: &str,
) -> Result<ReadMessage, ErrorCode> {
    let (mut engine, mut opened) = Reader::open(armored, form);
    if let Opened::Encrypted { pkesks, .. } = &opened {
        let (algorithm, key) = kit::decipher(reader, pkesks);
        opened = engine.decrypt(algorithm, &key, kit::opener(reader));
    }
    if let Opened::Failed { error, .. } = opened {
        return Err(error);
    }
    let read = engine.finish(known, Some(sender), clock() + CLOCK_SKEW);
    read.map_err(|(error, _)| error)
}

const TEXT: &str = "Grüße,\n\n- a line with a dash\nFrom here  \n-- \nGina\n";

#[test]
fn messages_of_gpg_are_read() {
    let gpg = Gpg::new();
    let gina = gpg.generate("gina");
    let sender = "gina@example.org";
    for bob in [secret(Kind::V4, "bob"), secret(Kind::P256, "bob2"), rsa()] {
        gpg.import_public(&bob);
        let to = bob.details.users[0].id.as_str().unwrap().to_owned();
        for options in [
            &[][..],
            &["--compress-algo", "none"],
            &["--compress-algo", "zip"],
            &["--compress-algo", "zlib"],
            &["--compress-algo", "bzip2"],
            &["--textmode"],
            &["--cipher-algo", "AES128"],
            &["--cipher-algo", "CAMELLIA256"],
            &["--throw-keyids"],
            &["--set-filename", "letter.txt"],
            &["--comment", "a comment"],
        ] {
            let mut args = vec!["-a", "-s", "-e", "-u", "gina", "-r", &to, "-r", "gina"];
            args.extend(options);
            let (armored, _) = gpg.run(&args, TEXT.as_bytes());
            let message = read(
                &armored,
                Form::Message,
                &bob,
                std::slice::from_ref(&gina),
                sender,
            );
            let message = message.unwrap_or_else(|error| panic!("{options:?} {error:?}"));
            assert_eq!(message.text(), TEXT, "{options:?}");
            assert!(message.verdict().encrypted);
            assert_eq!(
                message.verdict().summary,
                Summary::SignedBySender,
                "{options:?} {message:?}"
            );
        }
    }
}

#[test]
fn other_forms_of_gpg_are_read() {
    let gpg = Gpg::new();
    let (gina, hugo) = (gpg.generate("gina"), gpg.generate("hugo"));
    let bob = secret(Kind::V4, "bob");
    gpg.import_public(&bob);
    let sender = "gina@example.org";
    let known = [gina.clone(), hugo];
    let run = |args: &[&str]| gpg.run(args, TEXT.as_bytes()).0;

    // signed only, and by two
    let one = run(&["-a", "-s", "-u", "gina"]);
    let message = read(&one, Form::Message, &bob, &known, sender).unwrap();
    assert_eq!((message.text(), message.verdict().encrypted), (TEXT, false));
    assert_eq!(message.verdict().summary, Summary::SignedBySender);
    let two = run(&["-a", "-s", "-u", "gina", "-u", "hugo"]);
    let message = read(&two, Form::Message, &bob, &known, sender).unwrap();
    assert_eq!(message.verdict().summary, Summary::Mixed);
    let states: Vec<_> = message
        .verdict()
        .signatures
        .iter()
        .map(|s| s.state)
        .collect();
    assert_eq!(states, [SignatureState::Good; 2]);

    // cleartext: spaces at line ends are not signed and not shown
    let clear = run(&["--clearsign", "-u", "gina"]);
    let message = read(&clear, Form::Signed, &bob, &known, sender).unwrap();
    assert_eq!(
        message.text(),
        TEXT.replace("  \n", "\n")
            .replace("-- \n", "--\n")
            .trim_end()
    );
    assert_eq!(message.verdict().summary, Summary::SignedBySender);
    let changed = String::from_utf8(clear)
        .unwrap()
        .replace("a dash", "a cash");
    let message = read(changed.as_bytes(), Form::Signed, &bob, &known, sender).unwrap();
    assert_eq!(message.verdict().summary, Summary::BadSignature);

    // not signed
    let sealed = run(&["-a", "-e", "-r", "bob"]);
    let message = read(&sealed, Form::Message, &bob, &known, sender).unwrap();
    assert_eq!(message.verdict().summary, Summary::NotSigned);

    // what is refused, each with its reason
    let no_mdc = run(&[
        "-a",
        "-e",
        "-r",
        "bob",
        "--rfc2440",
        "--cipher-algo",
        "CAST5",
    ]);
    let refused = read(&no_mdc, Form::Message, &bob, &known, sender);
    assert!(
        matches!(&refused, Err(ErrorCode::Unprotected))
            || refused.is_ok_and(|message| message.verdict().encrypted),
        "unprotected data is refused, or this gpg makes none any more"
    );
}

/// With every kind of S2K that GnuPG writes, alone and beside a key.
#[test]
fn passwords_of_gpg_are_read() {
    let gpg = Gpg::new();
    let bob = secret(Kind::V4, "bob");
    gpg.import_public(&bob);
    let symmetric = [
        "-a",
        "-c",
        "--passphrase",
        "Grüße 1",
        "--pinentry-mode",
        "loopback",
    ];
    for options in [
        &[][..],
        &["--s2k-mode", "0"],
        &["--s2k-mode", "1"],
        &["--s2k-digest-algo", "SHA512", "--s2k-count", "65011712"],
        &["--s2k-cipher-algo", "AES128", "--compress-algo", "bzip2"],
        &["--cipher-algo", "3DES"],
        &["-e", "-r", "bob"],
    ] {
        let args = [&symmetric[..], options].concat();
        let (armored, _) = gpg.run(&args, TEXT.as_bytes());
        let (mut reader, opened) = Reader::open(armored.as_slice(), Form::Message);
        let Opened::Encrypted {
            pkesks,
            password: true,
            ..
        } = opened
        else {
            panic!("{options:?} {opened:?}")
        };
        assert_eq!(pkesks.len(), usize::from(options.contains(&"-e")));
        let wrong = reader.decrypt_with_passwords(&[Secret::new("Grüße 2".into())]);
        let error = ErrorCode::WrongPassword;
        assert_eq!(
            wrong,
            Opened::Failed {
                error,
                detail: None
            },
            "{options:?}"
        );
        reader.decrypt_with_passwords(&[Secret::new("Grüße 1".into())]);
        let message = reader.finish(&[], None, clock()).unwrap();
        assert_eq!(message.text(), TEXT, "{options:?}");
        assert!(message.verdict().encrypted);
    }
}

/// One password: GnuPG 2.2 tries what is typed with the first packet only.
#[test]
fn our_passwords_are_read_by_gpg() {
    let ann = secret(Kind::V4, "ann");
    for recipients in [vec![], vec![public(&ann)]] {
        let password = "Grüße an alle";
        let job = EncryptJob {
            text: TEXT.into(),
            recipients,
            hidden: vec![],
            passwords: vec![Secret::new(password.into())],
            signer: None,
            now: clock(),
        };
        let (None, EncryptStep::Done { armored, aead }) = Writer::begin(job, &mut kit::rng(1))
        else {
            panic!()
        };
        assert!(!aead);
        // A home without the key, so that only the password opens it.
        let alone = Gpg::new();
        let args = [
            "-d",
            "--passphrase",
            password,
            "--pinentry-mode",
            "loopback",
        ];
        let (text, status) = alone.run(&args, armored.as_bytes());
        assert_eq!(String::from_utf8(text).unwrap(), TEXT);
        assert!(status.contains("GOODMDC"), "{status}");
    }
}

/// Detached signatures, both ways, over bytes and over lines.
#[test]
fn detached_signatures_with_gpg() {
    let gpg = Gpg::new();
    let gina = Certificate::from_bytes(&gpg.generate("gina").0).unwrap();
    let file = gpg.home.join("letter");
    std::fs::write(&file, TEXT).unwrap();
    let path = file.to_str().unwrap();
    for (options, mode) in [
        (&[][..], SignatureMode::Binary),
        (&["--textmode"], SignatureMode::Text),
    ] {
        let args = [&["-b", "-u", "gina", "-o", "-"][..], options, &[path]].concat();
        let (signature, _) = gpg.run(&args, b"");
        let mut read = DetachedSignatures::read(&signature).unwrap();
        read.update(TEXT.as_bytes());
        let known = std::slice::from_ref(&gina);
        let verdict = judge_detached(read, known, Some("gina@example.org"), clock());
        assert_eq!(verdict.summary, Summary::SignedBySender, "{verdict:?}");
        assert_eq!(verdict.signatures[0].mode, Some(mode));
        let mut read = DetachedSignatures::read(&signature).unwrap();
        read.update(TEXT.replace("dash", "cash").as_bytes());
        let verdict = judge_detached(read, known, None, clock());
        assert_eq!(verdict.summary, Summary::BadSignature);
    }
    let ann = secret(Kind::V4, "ann");
    gpg.import_public(&ann);
    let certificate = Certificate::from_bytes(&public(&ann).0).unwrap();
    for mode in [SignatureMode::Binary, SignatureMode::Text] {
        let signers = std::slice::from_ref(&certificate);
        let mut signer = Signer::new(signers, mode, &[], clock(), &mut kit::rng(4)).unwrap();
        signer.update(TEXT.as_bytes());
        let (waiting, requests) = signer.requests().unwrap();
        let signed = waiting.complete(&[kit::sign(&ann, &requests[0])]).unwrap();
        let signature = gpg.home.join("letter.asc");
        std::fs::write(&signature, signed.detached_armored()).unwrap();
        let (_, status) = gpg.run(&["--verify", signature.to_str().unwrap(), path], b"");
        assert!(status.contains("GOODSIG"), "{status}");
    }
    let (signer, requests) = CleartextSigner::new(
        TEXT,
        std::slice::from_ref(&certificate),
        clock(),
        &mut kit::rng(5),
    )
    .unwrap();
    let block = signer.complete(&[kit::sign(&ann, &requests[0])]).unwrap();
    let (_, status) = gpg.run(&["--verify"], block.as_bytes());
    assert!(status.contains("GOODSIG"), "{status}");
}

#[test]
fn our_messages_are_read_by_gpg() {
    let gpg = Gpg::new();
    let (ann, rsa) = (secret(Kind::V4, "ann"), rsa());
    let nist = secret(Kind::P256, "nist");
    for key in [&ann, &rsa, &nist] {
        gpg.import_secret(key);
    }
    let all = [public(&ann), public(&rsa), public(&nist)];
    for signer in [&ann, &rsa, &nist] {
        let (armored, aead) = kit::write_at(TEXT, all.to_vec(), Some(signer), clock());
        assert!(!aead);
        let (text, status) = gpg.run(&["--decrypt"], armored.as_bytes());
        assert_eq!(String::from_utf8(text).unwrap(), TEXT);
        for line in ["GOODSIG", "VALIDSIG", "GOODMDC", "DECRYPTION_OKAY"] {
            assert!(status.contains(line), "{line}: {status}");
        }
        let changed = armored.replacen(&armored[200..201], "", 1);
        assert!(gpg.try_run(&["--decrypt"], changed.as_bytes()).is_err());
    }
    // Every recipient can, without the others' keys; texts of many lengths, because armor ends in many ways.
    for (key, length) in [(&ann, 1), (&rsa, 2), (&nist, 3)] {
        let alone = Gpg::new();
        alone.import_secret(key);
        let text = "x".repeat(length);
        let (armored, _) = kit::write_at(&text, all.to_vec(), None, clock());
        let (read, status) = alone.run(&["--decrypt"], armored.as_bytes());
        assert_eq!(String::from_utf8(read).unwrap(), text);
        assert!(
            !status.contains("SIG") && !status.contains("radix64"),
            "{status}"
        );
    }
}

/// Armor without a checksum makes GnuPG 2.2 read its last line as data when the base64 has no padding.
#[test]
fn our_certificates_are_read_by_gpg() {
    for name in ["a", "bb", "ccc"] {
        let gpg = Gpg::new();
        let cert = Certificate::from_bytes(&public(&secret(Kind::V4, name)).0).unwrap();
        let (_, status) = gpg.run(&["--import"], cert.armored().as_bytes());
        assert!(status.contains("IMPORT_OK"), "{status}");
        assert!(!status.contains("radix64"), "{name}: {status}");
    }
}
