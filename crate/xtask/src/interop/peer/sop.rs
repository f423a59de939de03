//! Programs with the Stateless OpenPGP interface: ours among them.

use super::{Ask, Peer, first_line, none};
use crate::Outcome;
use crate::interop::cell::Form;
use crate::interop::place::Place;

/// The file that passwords are passed in.
const PASSWORD: &str = ".password";

/// A program, and what its profiles are called.
pub struct Sop {
    pub program: String,
    /// Names of kinds and what makes them; an empty profile is what the program does by itself.
    pub generates: Vec<(&'static str, &'static str)>,
    /// Names of forms and what makes them.
    pub encrypts: Vec<(&'static str, &'static str)>,
}

impl Sop {
    fn run(&self, at: &Place, words: &[&str], data: &[u8]) -> Outcome<Vec<u8>> {
        let words: Vec<&str> = words.iter().copied().filter(|w| !w.is_empty()).collect();
        at.run(&[&[self.program.as_str()], &words[..]].concat(), data)
    }
}

/// The option for a profile; nothing for the program's own choice.
fn profile(among: &[(&str, &str)], name: &str) -> Option<String> {
    let (_, profile) = among.iter().find(|(of, _)| *of == name)?;
    Some(match *profile {
        "" => String::new(),
        profile => format!("--profile={profile}"),
    })
}

impl Peer for Sop {
    fn version(&self, at: &Place) -> Outcome<String> {
        Ok(first_line(&self.run(at, &["version"], b"")?))
    }

    fn ask(&self, at: &Place, ask: &Ask<'_>, data: &[u8]) -> Outcome<Vec<u8>> {
        let with_password = format!("--with-password={PASSWORD}");
        match ask {
            Ask::Generate(kind) => match profile(&self.generates, kind.name) {
                Some(profile) => {
                    let id = "Peer <peer@example.org>";
                    self.run(at, &["generate-key", &profile, id], data)
                }
                None => none(),
            },
            Ask::Encrypt {
                cert,
                form: Form::Default,
            } => self.run(at, &["encrypt", cert], data),
            Ask::Encrypt { cert, form } => match profile(&self.encrypts, form.name()) {
                Some(profile) => self.run(at, &["encrypt", &profile, cert], data),
                None => none(),
            },
            Ask::EncryptPassword { password, form } => {
                at.write(PASSWORD, password.as_bytes())?;
                match profile(&self.encrypts, form.name()) {
                    Some(profile) => self.run(at, &["encrypt", &profile, &with_password], data),
                    None => none(),
                }
            }
            Ask::Decrypt { key } => self.run(at, &["decrypt", key], data),
            Ask::DecryptPassword { password } => {
                at.write(PASSWORD, password.as_bytes())?;
                self.run(at, &["decrypt", &with_password], data)
            }
            Ask::Sign { key } => self.run(at, &["sign", key], data),
            Ask::Verify { cert, signature } => self.run(at, &["verify", signature, cert], data),
            Ask::Clearsign { key } => self.run(at, &["inline-sign", "--as=clearsigned", key], data),
            Ask::VerifyClear { cert } => self.run(at, &["inline-verify", cert], data),
        }
    }
}
