//! Why a command ends, as the draft's exit codes (section "Failure Modes").

use std::fmt;

use waxseal_core::wire::ErrorCode;

/// A failure with a text for the person at the terminal.
#[derive(Debug)]
pub enum Failure {
    /// 1: anything else.
    Unspecific(String),
    /// 3: no acceptable signature.
    NoSignature,
    /// 13: an algorithm that is not supported.
    UnsupportedAlgorithm(String),
    /// 17: a certificate that cannot be encrypted to.
    CertCannotEncrypt(String),
    /// 19: an argument is missing.
    MissingArg(String),
    /// 23: `--verify-with` and `--verifications-out` belong together.
    IncompleteVerification,
    /// 29: nothing given opens the message.
    CannotDecrypt(String),
    /// 31: a password that is not text.
    PasswordNotHumanReadable,
    /// 37: an option that this command does not have.
    UnsupportedOption(String),
    /// 41: data of another kind, or damaged.
    BadData(String),
    /// 53: not text where text must be.
    ExpectedText,
    /// 59: an output file is already there.
    OutputExists(String),
    /// 61: an input file is not there.
    MissingInput(String),
    /// 67: no given password opens the key.
    KeyIsProtected,
    /// 69: no such command.
    UnsupportedSubcommand(String),
    /// 71: a designator (`@…`) that is not known.
    UnsupportedSpecialPrefix(String),
    /// 73: a designator with which a file is named.
    AmbiguousInput(String),
    /// 79: a key that cannot sign.
    KeyCannotSign(String),
    /// 83: options that contradict each other.
    IncompatibleOptions(String),
    /// 89: no such profile.
    UnsupportedProfile(String),
    /// 103: the primary key is revoked or too weak.
    PrimaryKeyBad(String),
    /// 107: no such user ID in the certificate.
    CertUserIdNoMatch(String),
    /// 109: a key that cannot certify.
    KeyCannotCertify(String),
}

impl Failure {
    /// The exit code.
    pub fn code(&self) -> u8 {
        match self {
            Self::Unspecific(_) => 1,
            Self::NoSignature => 3,
            Self::UnsupportedAlgorithm(_) => 13,
            Self::CertCannotEncrypt(_) => 17,
            Self::MissingArg(_) => 19,
            Self::IncompleteVerification => 23,
            Self::CannotDecrypt(_) => 29,
            Self::PasswordNotHumanReadable => 31,
            Self::UnsupportedOption(_) => 37,
            Self::BadData(_) => 41,
            Self::ExpectedText => 53,
            Self::OutputExists(_) => 59,
            Self::MissingInput(_) => 61,
            Self::KeyIsProtected => 67,
            Self::UnsupportedSubcommand(_) => 69,
            Self::UnsupportedSpecialPrefix(_) => 71,
            Self::AmbiguousInput(_) => 73,
            Self::KeyCannotSign(_) => 79,
            Self::IncompatibleOptions(_) => 83,
            Self::UnsupportedProfile(_) => 89,
            Self::PrimaryKeyBad(_) => 103,
            Self::CertUserIdNoMatch(_) => 107,
            Self::KeyCannotCertify(_) => 109,
        }
    }

    /// Data that the core refuses.
    pub fn data(what: &str, error: ErrorCode) -> Self {
        match error {
            ErrorCode::Unsupported => Self::UnsupportedAlgorithm(format!("{what}: not supported")),
            other => Self::BadData(format!("{what}: {other:?}")),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSignature => f.write_str("no acceptable signature"),
            Self::IncompleteVerification => {
                f.write_str("--verify-with and --verifications-out belong together")
            }
            Self::PasswordNotHumanReadable => f.write_str("a password must be UTF-8 text"),
            Self::ExpectedText => f.write_str("the input is not UTF-8 text"),
            Self::KeyIsProtected => f.write_str("no given password opens the key"),
            Self::UnsupportedSubcommand(what) => write!(f, "no such command: {what}"),
            Self::UnsupportedOption(what) => write!(f, "no such option: {what}"),
            Self::UnsupportedProfile(what) => write!(f, "no such profile: {what}"),
            Self::UnsupportedSpecialPrefix(what) => write!(f, "no such designator: {what}"),
            Self::AmbiguousInput(what) => {
                write!(f, "a designator, and a file of that name: {what}")
            }
            Self::OutputExists(what) => write!(f, "already there: {what}"),
            Self::MissingInput(what) => write!(f, "cannot be read: {what}"),
            Self::MissingArg(what) => write!(f, "missing: {what}"),
            Self::CertUserIdNoMatch(what) => write!(f, "no such user ID in {what}"),
            Self::Unspecific(what)
            | Self::UnsupportedAlgorithm(what)
            | Self::CertCannotEncrypt(what)
            | Self::CannotDecrypt(what)
            | Self::BadData(what)
            | Self::KeyCannotSign(what)
            | Self::IncompatibleOptions(what)
            | Self::PrimaryKeyBad(what)
            | Self::KeyCannotCertify(what) => f.write_str(what),
        }
    }
}
