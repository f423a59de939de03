//! GnuPG, with a home of its own.

use super::{Ask, Peer, first_line, none};
use crate::Outcome;
use crate::interop::cell::Form;
use crate::interop::place::Place;

const HOME: &str = "gnupg";

/// No questions, no windows, no password on secret keys, no web of trust.
const ALWAYS: [&str; 10] = [
    "gpg",
    "--homedir",
    HOME,
    "--batch",
    "--yes",
    "--quiet",
    "--trust-model",
    "always",
    "--pinentry-mode",
    "loopback",
];

/// The program.
pub struct Gpg {
    /// Whether it makes its own OCB packet when told to.
    pub makes_ocb: bool,
}

fn gpg(at: &Place, words: &[&str], data: &[u8]) -> Outcome<Vec<u8>> {
    at.run(&[&ALWAYS[..], words].concat(), data)
}

/// What GnuPG calls a kind of primary key and of its subkey.
fn names(kind: &str) -> Option<(&'static str, &'static str)> {
    match kind {
        "rsa" => Some(("rsa3072", "rsa3072")),
        "curve25519" => Some(("ed25519", "cv25519")),
        "p256" => Some(("nistp256", "nistp256")),
        _ => None,
    }
}

fn generate(at: &Place, kind: &str) -> Outcome<Vec<u8>> {
    let Some((primary, subkey)) = names(kind) else {
        return none();
    };
    let id = format!("{kind} <{kind}@example.org>");
    let quick = ["--passphrase", "", "--quick-generate-key"];
    gpg(
        at,
        &[&quick[..], &[&id, primary, "sign,cert", "never"]].concat(),
        b"",
    )?;
    let fingerprint = fingerprint(&gpg(at, &["--with-colons", "--list-keys", &id], b"")?)?;
    let add = ["--passphrase", "", "--quick-add-key"];
    gpg(
        at,
        &[&add[..], &[&fingerprint, subkey, "encr", "never"]].concat(),
        b"",
    )?;
    gpg(at, &["--armor", "--export-secret-keys", &fingerprint], b"")
}

/// The first one in a listing or a status.
fn fingerprint(said: &[u8]) -> Outcome<String> {
    let said = String::from_utf8_lossy(said);
    let line = said.lines().find_map(|line| line.strip_prefix("fpr:"));
    let found = line.and_then(|line| line.split(':').find(|part| part.len() >= 40));
    found.map(str::to_owned).ok_or("gpg has no key".to_owned())
}

/// Imports a key and gives its fingerprint.
fn import(at: &Place, name: &str) -> Outcome<String> {
    gpg(at, &["--import", name], b"")?;
    fingerprint(&gpg(
        at,
        &[
            "--with-colons",
            "--import-options",
            "show-only",
            "--import",
            name,
        ],
        b"",
    )?)
}

impl Peer for Gpg {
    fn version(&self, at: &Place) -> Outcome<String> {
        Ok(first_line(&at.run(&["gpg", "--version"], b"")?).replace("gpg (GnuPG)", "GnuPG"))
    }

    fn ask(&self, at: &Place, ask: &Ask<'_>, data: &[u8]) -> Outcome<Vec<u8>> {
        // GnuPG makes it itself otherwise, and complains of it every time.
        at.run(&["install", "-d", "-m", "700", HOME], b"")?;
        match ask {
            Ask::Generate(kind) => generate(at, kind.name),
            Ask::Encrypt { cert, form } => {
                let more: &[&str] = match form {
                    Form::Default | Form::Seipd1 => &[],
                    Form::GnupgOcb if self.makes_ocb => &["--force-ocb"],
                    _ => return none(),
                };
                let to = ["--armor", "--encrypt", "--recipient"];
                gpg(at, &[more, &to, &[&import(at, cert)?]].concat(), data)
            }
            Ask::EncryptPassword {
                password,
                form: Form::Password,
            } => gpg(
                at,
                &["--passphrase", password, "--armor", "--symmetric"],
                data,
            ),
            Ask::EncryptPassword { .. } => none(),
            Ask::Decrypt { key } => {
                import(at, key)?;
                gpg(at, &["--decrypt"], data)
            }
            Ask::DecryptPassword { password } => {
                gpg(at, &["--passphrase", password, "--decrypt"], data)
            }
            Ask::Sign { key } => {
                let by = import(at, key)?;
                gpg(at, &["--local-user", &by, "--armor", "--detach-sign"], data)
            }
            Ask::Verify { cert, signature } => {
                import(at, cert)?;
                gpg(at, &["--verify", signature, "-"], data)
            }
            Ask::Clearsign { key } => {
                let by = import(at, key)?;
                gpg(at, &["--local-user", &by, "--clear-sign"], data)
            }
            Ask::VerifyClear { cert } => {
                import(at, cert)?;
                gpg(at, &["--decrypt"], data)
            }
        }
    }

    /// Its helpers would stay in memory.
    fn leave(&self, at: &Place) {
        let _ = at.run(&["gpgconf", "--homedir", HOME, "--kill", "all"], b"");
    }
}
