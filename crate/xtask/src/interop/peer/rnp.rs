//! RNP, the library of Thunderbird, with a home of its own for each call.

use super::{Ask, Peer, first_line, none};
use crate::Outcome;
use crate::interop::cell::Form;
use crate::interop::place::Place;

const HOME: &str = "rnp";

/// The program. Newer ones know the padding and the unknown better, but take the same words.
pub struct Rnp;

/// Output goes to standard output; nothing is asked.
fn rnp(at: &Place, password: &str, words: &[&str], data: &[u8]) -> Outcome<Vec<u8>> {
    let always = ["rnp", "--homedir", HOME, "--notty", "--password", password];
    at.run(&[&always[..], words, &["--output", "-"]].concat(), data)
}

fn keys(at: &Place, words: &[&str]) -> Outcome<Vec<u8>> {
    let always = ["rnpkeys", "--homedir", HOME, "--notty", "--password", ""];
    at.run(&[&always[..], words].concat(), b"")
}

/// A home with nothing but this key, so that it needs no name.
fn only(at: &Place, key: &str) -> Outcome {
    at.run(&["rm", "-rf", HOME], b"")?;
    at.run(&["install", "-d", "-m", "700", HOME], b"")?;
    keys(at, &["--import", key]).map(drop)
}

/// The user ID of a key that is alone.
fn user_id(at: &Place) -> Outcome<String> {
    let listed = String::from_utf8_lossy(&keys(at, &["--list-keys"])?).into_owned();
    // `uid           Ann <ann@example.org>`
    let line = listed
        .lines()
        .find_map(|line| line.trim().strip_prefix("uid"));
    let id = line.map(|line| line.trim().trim_end_matches("[INVALID]").trim());
    id.map(str::to_owned).ok_or("rnp lists no key".to_owned())
}

impl Peer for Rnp {
    fn version(&self, at: &Place) -> Outcome<String> {
        Ok(first_line(&at.run(&["rnp", "--version"], b"")?).replace("rnp ", "RNP "))
    }

    fn ask(&self, at: &Place, ask: &Ask<'_>, data: &[u8]) -> Outcome<Vec<u8>> {
        match ask {
            Ask::Generate(kind) => {
                at.run(&["rm", "-rf", HOME], b"")?;
                at.run(&["install", "-d", "-m", "700", HOME], b"")?;
                // `--expert` asks for a number on standard input: RSA without it, curves with it.
                let always = ["rnpkeys", "--homedir", HOME, "--notty", "--password", ""];
                let id = ["--userid", "Peer <peer@example.org>", "--generate-key"];
                let (more, answers): (&[&str], &[u8]) = match kind.name {
                    "rsa" => (&["--numbits", "3072"], b""),
                    // The menu of algorithms, then that of curves.
                    "p256" => (&["--expert"], b"19\n1\n"),
                    "curve25519" => (&["--expert"], b"22\n"),
                    _ => return none(),
                };
                at.run(&[&always[..], &id, more].concat(), answers)?;
                keys(at, &["--export-key", "--secret", "peer@example.org"])
            }
            Ask::Encrypt { cert, form } => {
                let more: &[&str] = match form {
                    Form::Default | Form::Seipd1 => &[],
                    Form::GnupgOcb => &["--aead=OCB"],
                    _ => return none(),
                };
                only(at, cert)?;
                let id = user_id(at)?;
                let to = ["--encrypt", "--armor", "--recipient", &id];
                rnp(at, "", &[&to[..], more].concat(), data)
            }
            Ask::EncryptPassword {
                password,
                form: Form::Password,
            } => rnp(at, password, &["--symmetric", "--armor"], data),
            Ask::EncryptPassword { .. } => none(),
            Ask::Decrypt { key } => {
                only(at, key)?;
                rnp(at, "", &["--decrypt"], data)
            }
            Ask::DecryptPassword { password } => rnp(at, password, &["--decrypt"], data),
            Ask::Sign { key } => {
                only(at, key)?;
                rnp(at, "", &["--sign", "--detach", "--armor"], data)
            }
            Ask::Verify { cert, signature } => {
                only(at, cert)?;
                at.write(".signed", data)?;
                let words = ["rnp", "--homedir", HOME, "--notty", "--verify"];
                at.run(
                    &[&words[..], &["--source", ".signed", signature]].concat(),
                    b"",
                )
            }
            Ask::Clearsign { key } => {
                only(at, key)?;
                rnp(at, "", &["--clearsign"], data)
            }
            Ask::VerifyClear { cert } => {
                only(at, cert)?;
                rnp(at, "", &["--decrypt"], data)
            }
        }
    }
}
