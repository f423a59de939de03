//! The other programs, each brought to the same few operations.

mod gpg;
mod rnp;
mod script;
mod sop;

pub use gpg::Gpg;
pub use rnp::Rnp;
pub use script::Script;
pub use sop::Sop;

use super::cell::{Form, Kind};
use super::place::Place;
use crate::Outcome;

/// What is asked of a peer. Names are files in the place where it works; the data comes beside it.
pub enum Ask<'a> {
    /// A secret key without a password.
    Generate(Kind),
    Encrypt {
        cert: &'a str,
        form: Form,
    },
    EncryptPassword {
        password: &'a str,
        form: Form,
    },
    Decrypt {
        key: &'a str,
    },
    DecryptPassword {
        password: &'a str,
    },
    /// A detached signature.
    Sign {
        key: &'a str,
    },
    Verify {
        cert: &'a str,
        signature: &'a str,
    },
    /// A text in the cleartext signature framework.
    Clearsign {
        key: &'a str,
    },
    /// The text that was signed.
    VerifyClear {
        cert: &'a str,
    },
}

/// A program that speaks OpenPGP.
pub trait Peer {
    /// Name and version, for the head of the table.
    fn version(&self, at: &Place) -> Outcome<String>;

    /// Does what is asked; an error is what the program said, or that it has no such function.
    fn ask(&self, at: &Place, ask: &Ask<'_>, data: &[u8]) -> Outcome<Vec<u8>>;

    /// Ends what still runs.
    fn leave(&self, _: &Place) {}
}

/// For what a program has no words.
fn none() -> Outcome<Vec<u8>> {
    Err("the program has no such function".to_owned())
}

/// The first line of what a program says of itself.
fn first_line(said: &[u8]) -> String {
    let said = String::from_utf8_lossy(said);
    said.lines().next().unwrap_or_default().trim().to_owned()
}
