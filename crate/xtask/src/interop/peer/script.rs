//! Libraries, through the drivers in `tests/interop`.

use super::{Ask, Peer, first_line};
use crate::Outcome;
use crate::interop::place::Place;

/// An interpreter and a driver.
pub struct Script {
    pub name: &'static str,
    pub interpreter: String,
    pub driver: String,
}

impl Peer for Script {
    fn version(&self, at: &Place) -> Outcome<String> {
        let said = at.run(&[&self.interpreter, &self.driver, "version"], b"")?;
        let said = first_line(&said);
        Ok(match said.contains(self.name) {
            true => said,
            false => format!("{} {said}", self.name),
        })
    }

    fn ask(&self, at: &Place, ask: &Ask<'_>, data: &[u8]) -> Outcome<Vec<u8>> {
        let words: &[&str] = match ask {
            Ask::Generate(kind) => &["generate", kind.name],
            Ask::Encrypt { cert, form } => &["encrypt", form.name(), cert],
            Ask::EncryptPassword { password, form } => &["encrypt-password", form.name(), password],
            Ask::Decrypt { key } => &["decrypt", key],
            Ask::DecryptPassword { password } => &["decrypt-password", password],
            Ask::Sign { key } => &["sign", key],
            Ask::Verify { cert, signature } => &["verify", cert, signature],
            Ask::Clearsign { key } => &["clearsign", key],
            Ask::VerifyClear { cert } => &["verify-clear", cert],
        };
        let all = [&[self.interpreter.as_str(), self.driver.as_str()], words].concat();
        at.run(&all, data)
    }
}
