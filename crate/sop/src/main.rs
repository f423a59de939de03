//! The Stateless OpenPGP interface (draft-dkg-openpgp-stateless-cli) on the core of Waxseal: `waxseal-sop help`.
//!
//! It drives the same functions as the extension, with the same split: the engine reads and writes messages and never
//! sees a private key, the agent opens session keys and signs digests. What is acceptable is decided by the core. What
//! is left here is the command line: arguments, files, exit codes.

mod args;
mod command;
mod date;
mod failure;
mod indirect;
mod keys;
mod password;
mod signing;
mod verifying;

use std::io::Write as _;
use std::process::ExitCode;

use failure::Failure;

fn main() -> ExitCode {
    let words = std::env::args_os().skip(1).map(|word| {
        word.into_string()
            .map_err(|_| Failure::BadData("an argument is not UTF-8".into()))
    });
    let outcome = words
        .collect::<Result<Vec<String>, Failure>>()
        .and_then(command::run);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nothing can be done about a closed standard error.
            let _ = writeln!(std::io::stderr(), "waxseal-sop: {failure}");
            ExitCode::from(failure.code())
        }
    }
}
