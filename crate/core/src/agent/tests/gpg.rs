//! Real GnuPG as a witness: what we make it reads, what it makes we read. `cargo xtask test` installs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;
use crate::cert::{Certificate, packets};
use crate::policy;
use crate::testkit::*;
use crate::wire::{ExportForm, KeyKind};

/// A home of its own, removed at the end with its agent.
struct Gpg(PathBuf);

impl Gpg {
    fn new(name: &str) -> Self {
        // Short: the agent's socket has to fit into 108 bytes. A run that was killed leaves its own behind, and a process can
        // have its number again.
        let place =
            |n: u32| std::env::temp_dir().join(format!("wxs-{name}-{}-{n}", std::process::id()));
        let mut places = (0..1_000).map(place);
        let home = places.find(|home| std::fs::create_dir(home).is_ok());
        let home = home.expect("a new folder");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&home, std::fs::Permissions::from_mode(0o700)).unwrap();
        }
        Self(home)
    }

    fn run(&self, args: &[&str], input: &[u8]) -> (bool, Vec<u8>, String) {
        let mut child = Command::new("gpg")
            .args([
                "--batch",
                "--yes",
                "--no-tty",
                "--quiet",
                "--pinentry-mode",
                "loopback",
                "--trust-model",
                "always",
            ])
            .args(["--passphrase", passphrase().expose()])
            .args(args)
            .env("GNUPGHOME", &self.0)
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("gpg is installed");
        child.stdin.take().unwrap().write_all(input).unwrap();
        let out = child.wait_with_output().unwrap();
        (
            out.status.success(),
            out.stdout,
            String::from_utf8_lossy(&out.stderr).into_owned(),
        )
    }

    fn ok(&self, args: &[&str], input: &[u8]) -> Vec<u8> {
        let (good, out, error) = self.run(args, input);
        assert!(good, "gpg {args:?}: {error}");
        out
    }

    fn fingerprints(&self, list: &str) -> Vec<String> {
        let out = String::from_utf8(self.ok(&["--with-colons", list], b"")).unwrap();
        let lines = out.lines().filter_map(|l| l.strip_prefix("fpr:::::::::"));
        lines
            .map(|l| l.trim_end_matches(':').to_lowercase())
            .collect()
    }
}

impl Drop for Gpg {
    fn drop(&mut self) {
        let _ = Command::new("gpgconf")
            .args(["--kill", "all"])
            .env("GNUPGHOME", &self.0)
            .status();
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn each_home_is_new() {
    let homes = [Gpg::new("new"), Gpg::new("new")];
    assert_ne!(homes[0].0, homes[1].0);
}

/// Now, as GnuPG sees it: its clock cannot be set in all versions.
fn now() -> u32 {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    elapsed.unwrap().as_secs() as u32
}

#[test]
fn gnupg_imports_an_exported_key_and_uses_it() {
    let gpg = Gpg::new("exp");
    let made = now() - 60;
    let user_id = "Ann Bee <ann@example.org>".to_owned();
    let new = NewKey {
        user_ids: vec![user_id],
        encrypts: true,
        kind: KeyKind::Curve25519V4,
        lasts: Some(730 * DAY),
        made,
    };
    let MadeKey {
        certificate: cert,
        secret: stored,
        unlocked,
        ..
    } = generate(&new, Some(&passphrase()), Protection::FAST, &mut rng()).unwrap();
    let armored = export(
        &cert,
        &stored,
        &passphrase(),
        ExportForm::Compatible,
        Protection::FAST,
        &mut rng(),
    )
    .unwrap();
    gpg.ok(&["--import"], armored.expose().as_bytes());
    let expected: Vec<_> = policy::Component::all(&cert)
        .map(|c| c.fingerprint().to_string())
        .collect();
    assert_eq!(gpg.fingerprints("-K"), expected);
    // It signs with the secret key: the passphrase fits and the key works.
    let signed = gpg.ok(&["--sign", "-u", "ann@example.org"], b"text");
    assert_eq!(gpg.ok(&["--decrypt"], &signed), b"text");
    // It encrypts to us, and the agent opens what it made.
    let message = gpg.ok(&["--encrypt", "-r", "ann@example.org"], b"hello");
    let (packet, rest) = packets::next(&message).unwrap();
    assert_eq!(packet.tag, 1);
    let whole = &message[..message.len() - rest.len()];
    let found = decipher(&[whole], std::iter::once(&unlocked), &mut rng()).unwrap();
    assert_eq!((found.algorithm, found.key.len()), (Some(9), 32));
    // A new export of GnuPG's merges with ours and changes nothing of what counts.
    let back = Certificate::from_bytes(&gpg.ok(&["--export"], b"")).unwrap();
    let merged = cert.merge(&back).unwrap();
    assert_eq!(merged.to_bytes(), cert.to_bytes());
}

#[test]
fn keys_that_gnupg_made_are_read_unlocked_and_renewed() {
    for (name, algorithm, usage) in [
        ("ecc", "future-default", "default"),
        ("rsa", "rsa2048", "default"),
    ] {
        let gpg = Gpg::new(name);
        gpg.ok(
            &[
                "--quick-gen-key",
                "Ben <ben@example.org>",
                algorithm,
                usage,
                "2y",
            ],
            b"",
        );
        let public = Certificate::from_bytes(&gpg.ok(&["--export"], b"")).unwrap();
        let now = now() + 1;
        assert!(public.has_address("ben@example.org", now), "{name}");
        assert!(policy::signing_component(&public, now).is_ok(), "{name}");
        let exported = gpg.ok(&["--export-secret-keys", "--armor"], b"");
        let key = Certificate::read_many(&exported).keys.remove(0);
        assert_eq!(key.certificate.to_bytes(), public.to_bytes());
        let stored = key.secret.unwrap();
        let wrong = unlock(
            &public,
            &stored,
            &secret("wrong horse"),
            Protection::FAST,
            &mut rng(),
        );
        assert_eq!(wrong.err(), Some(AgentError::WrongPassphrase), "{name}");
        let opened = unlock(
            &public,
            &stored,
            &passphrase(),
            Protection::FAST,
            &mut rng(),
        )
        .unwrap();
        assert!(opened.renewed.is_some(), "{name}");
        assert!(opened.unlocked.has(&public.fingerprint()), "{name}");
        // Expired, when its time is over; and revoked, with GnuPG's own revocation certificate.
        assert!(
            policy::signing_component(&public, now + 731 * DAY).is_err(),
            "{name}"
        );
        let file = gpg.0.join("openpgp-revocs.d").join(format!(
            "{}.rev",
            public.fingerprint().as_str().to_uppercase()
        ));
        let text = std::fs::read_to_string(file)
            .unwrap()
            .replace(":-----BEGIN", "-----BEGIN");
        gpg.ok(&["--import"], text.as_bytes());
        let revoked = Certificate::from_bytes(&gpg.ok(&["--export"], b"")).unwrap();
        let merged = public.merge(&revoked).unwrap();
        let reasons = policy::signing_component(&merged, now).unwrap_err();
        assert!(
            reasons.contains(&crate::wire::Reason::RevokedHard),
            "{name}: {reasons:?}"
        );
    }
}

#[test]
fn an_offline_primary_key_is_tolerated() {
    let gpg = Gpg::new("off");
    gpg.ok(
        &[
            "--quick-gen-key",
            "Cia <cia@example.org>",
            "future-default",
            "default",
            "0",
        ],
        b"",
    );
    let fingerprint = gpg.fingerprints("-K").remove(0);
    let subkeys = gpg.ok(&["--export-secret-subkeys"], b"");
    let key = Certificate::read_many(&subkeys).keys.remove(0);
    assert_eq!(key.certificate.fingerprint().as_str(), fingerprint);
    let stored = key.secret.unwrap();
    assert_eq!(stored.check(), Ok(()));
    let opened = unlock(
        &key.certificate,
        &stored,
        &passphrase(),
        Protection::FAST,
        &mut rng(),
    )
    .unwrap();
    assert!(
        !opened.unlocked.has(&key.certificate.fingerprint()),
        "the primary key is a stub"
    );
    // Only the stub left: there is no secret key.
    let mut stub = SecretPackets::default();
    stub.replace(stored.iter().next().unwrap().clone());
    assert_eq!(stub.check(), Err(AgentError::NoSecret));
    let result = unlock(
        &key.certificate,
        &stub,
        &passphrase(),
        Protection::FAST,
        &mut rng(),
    );
    assert_eq!(result.err(), Some(AgentError::NoSecret));
    // The whole key arrives later: the stub gives way, and nothing is lost.
    let whole = Certificate::read_many(&gpg.ok(&["--export-secret-keys"], b""))
        .keys
        .remove(0)
        .secret
        .unwrap();
    assert!(whole.adds_to(Some(&stored)));
    let mut both = stored.clone();
    both.absorb(&whole);
    let opened = unlock(
        &key.certificate,
        &both,
        &passphrase(),
        Protection::FAST,
        &mut rng(),
    )
    .unwrap();
    assert!(opened.unlocked.has(&key.certificate.fingerprint()));
    assert!(!stored.adds_to(Some(&both)));
}
