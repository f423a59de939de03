//! `decrypt`.

use rand::rngs::OsRng;
use waxseal_core::agent;
use waxseal_core::cert::ReadKey;
use waxseal_core::engine::{Capacity, Reader};
use waxseal_core::message::SessionKey;
use waxseal_core::wire::engine::Opened;
use waxseal_core::wire::{Bytes, ErrorCode, Secret};
use zeroize::Zeroizing;

use crate::args::Args;
use crate::failure::Failure;
use crate::indirect::{self, Output};
use crate::verifying::Signed;
use crate::{keys, password};

pub fn decrypt(args: &Args) -> Result<(), Failure> {
    // The older name of the option is still in use.
    let verifications = args
        .value("verifications-out")
        .or_else(|| args.value("verify-out"));
    let verify_with: Vec<&str> = args.values("verify-with").collect();
    if verifications.is_none() != verify_with.is_empty() {
        return Err(Failure::IncompleteVerification);
    }
    let verifications = Output::new(verifications)?;
    let key_out = Output::new(args.value("session-key-out"))?;
    let certs = Signed::read(verify_with, args, ["verify-not-before", "verify-not-after"])?;
    let given = Given::read(args)?;
    let reader = given.open(&indirect::stdin()?)?;
    let key = reader.session_key().cloned();
    let message = reader
        .judge(certs.certificates(), None, certs.now)
        .map_err(|(error, _)| failure(error))?;
    if let (Some(out), Some(key)) = (key_out, key) {
        out.write(session_key(&key).as_bytes())?;
    }
    if let Some(out) = verifications {
        out.write(certs.lines(message.verdict()).concat().as_bytes())?;
    }
    indirect::stdout(message.bytes())
}

/// What may open the message.
struct Given {
    session_keys: Vec<(u8, Zeroizing<Vec<u8>>)>,
    passwords: Vec<Secret>,
    keys: Vec<ReadKey>,
    key_passwords: Vec<Secret>,
}

impl Given {
    fn read(args: &Args) -> Result<Self, Failure> {
        let session_keys = args.values("with-session-key").map(|name| {
            let text = indirect::read(name)?;
            parse(&text).ok_or_else(|| Failure::BadData(format!("{name}: no session key")))
        });
        let mut given = Self {
            session_keys: session_keys.collect::<Result<_, _>>()?,
            passwords: password::to_open(args.values("with-password"))?,
            keys: Vec::new(),
            key_passwords: password::to_open(args.values("with-key-password"))?,
        };
        for name in args.positional() {
            given
                .keys
                .extend(keys::secret_keys(name, &indirect::read(name)?)?);
        }
        match given.session_keys.is_empty() && given.passwords.is_empty() && given.keys.is_empty() {
            true => Err(Failure::MissingArg(
                "KEYS, --with-password or --with-session-key".into(),
            )),
            false => Ok(given),
        }
    }

    /// Tries session keys, then secret keys, then passwords.
    fn open(self, data: &[u8]) -> Result<Reader, Failure> {
        let (mut reader, opened) = Reader::open_file(data, Capacity::NATIVE);
        let pkesks = match opened {
            Opened::Encrypted { pkesks, .. } => pkesks,
            Opened::Readable { .. } => {
                return Err(Failure::BadData("the message is not encrypted".into()));
            }
            Opened::Failed { error, .. } => return Err(failure(error)),
        };
        let mut why = Failure::CannotDecrypt("nothing given opens the message".into());
        for (algorithm, key) in &self.session_keys {
            let (mut attempt, _) = Reader::open_file(data, Capacity::NATIVE);
            match attempt.decrypt_given(*algorithm, key) {
                Opened::Failed { error, .. } => why = failure(error),
                _ => return Ok(attempt),
            }
        }
        match decipher(self.keys, &self.key_passwords, &pkesks) {
            Ok(Some(key)) => match reader.decrypt(key.algorithm, &key.key, key.opened_by) {
                Opened::Failed { error, .. } => return Err(failure(error)),
                _ => return Ok(reader),
            },
            Ok(None) => {}
            Err(error) => why = error,
        }
        for some in self
            .passwords
            .chunks(waxseal_core::message::limits::MAX_PASSWORDS)
        {
            match reader.decrypt_with_passwords(some) {
                Opened::Failed {
                    error: ErrorCode::WrongPassword,
                    ..
                } => {}
                Opened::Failed { error, .. } => return Err(failure(error)),
                _ => return Ok(reader),
            }
        }
        Err(why)
    }
}

/// The session key, from the first secret key that has it. Only those that the message names are opened.
fn decipher(
    keys: Vec<ReadKey>,
    passwords: &[Secret],
    pkesks: &[Bytes],
) -> Result<Option<agent::SessionKey>, Failure> {
    let pkesks: Vec<&[u8]> = pkesks.iter().map(|packet| packet.0.as_slice()).collect();
    let refused = |error: agent::AgentError| Failure::CannotDecrypt(error.to_string());
    let certificates = keys.iter().map(|key| &key.certificate);
    let wanted =
        agent::wanted_keys(&pkesks, certificates.map(|cert| (cert, None))).map_err(refused)?;
    let mut why = None;
    for key in keys {
        if !wanted.contains(&key.certificate.fingerprint()) {
            continue;
        }
        let attempt = keys::open(key, passwords).and_then(|key| {
            agent::decipher(&pkesks, std::iter::once(&key.unlocked), &mut OsRng).map_err(refused)
        });
        match attempt {
            Ok(key) => return Ok(Some(key)),
            Err(error) => why = Some(error),
        }
    }
    why.map_or(Ok(None), Err)
}

/// `9:ABCD…`: cipher and key (draft, section "SESSIONKEY").
pub fn session_key(key: &SessionKey) -> Zeroizing<String> {
    use std::fmt::Write as _;
    let mut text = Zeroizing::new(String::with_capacity(key.key.len() * 2 + 8));
    // Writing into a string does not fail.
    let _ = write!(text, "{}:", key.algorithm.unwrap_or_default());
    for byte in key.key.iter() {
        let _ = write!(text, "{byte:02X}");
    }
    text.push('\n');
    text
}

fn parse(text: &[u8]) -> Option<(u8, Zeroizing<Vec<u8>>)> {
    let (cipher, digits) = std::str::from_utf8(text).ok()?.trim_end().split_once(':')?;
    if digits.len() % 2 != 0 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let key: Option<Vec<u8>> = digits.as_bytes().chunks(2).map(byte).collect();
    Some((cipher.parse().ok()?, Zeroizing::new(key?)))
}

fn failure(error: ErrorCode) -> Failure {
    match error {
        ErrorCode::Tampered | ErrorCode::NoKey | ErrorCode::WrongPassword => {
            Failure::CannotDecrypt(format!("message: {error:?}"))
        }
        error => Failure::BadData(format!("message: {error:?}")),
    }
}
