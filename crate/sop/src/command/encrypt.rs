//! `encrypt`.

use rand::rngs::OsRng;
use waxseal_core::cert::Certificate;
use waxseal_core::engine::{Order, PasswordCost, Profile, WriteError, Writer};
use waxseal_core::policy::Purpose;

use crate::args::Args;
use crate::command::sign;
use crate::failure::Failure;
use crate::indirect::{self, Output};
use crate::keys::{self, Bad};
use crate::signing::{self, Signers};
use crate::{date, password};

/// Names, what they mean, and what the person is told of them. The first is what is taken when none is named.
pub const PROFILES: &[(&str, &str, Profile)] = &[
    (
        "default",
        "what every recipient's certificate says it reads",
        Profile::Recipients,
    ),
    ("rfc4880", "SEIPD version 1", Profile::Rfc4880),
    (
        "rfc9580",
        "SEIPD version 2 and Argon2, unless a recipient cannot read it",
        Profile::Rfc9580,
    ),
];

pub fn encrypt(args: &Args) -> Result<(), Failure> {
    let profile = args.value("profile").unwrap_or("default");
    let profile = PROFILES.iter().find(|(name, ..)| *name == profile);
    let (.., profile) = profile.ok_or_else(|| {
        Failure::UnsupportedProfile(args.value("profile").unwrap_or_default().into())
    })?;
    let mode = sign::mode(args.value("as"))?;
    let purpose = purpose(args.value("for"))?;
    let out = Output::new(args.value("session-key-out"))?;
    let passwords = args.values("with-password").map(password::to_lock);
    let passwords = passwords.collect::<Result<Vec<_>, _>>()?;
    if passwords.is_empty() {
        args.required("CERTS or --with-password")?;
    }
    let mut recipients = Vec::new();
    for name in args.positional() {
        recipients.extend(keys::certificates(name, Bad::Refuse)?);
    }
    Certificate::learn_all(&mut recipients);
    let signers = Signers::read(args.values("sign-with"), args.values("with-key-password"))?;
    let data = indirect::stdin()?;
    if mode == waxseal_core::wire::engine::SignatureMode::Text {
        sign::text(&data)?;
    }
    let now = date::now();
    let order = Order {
        data: data.to_vec().into(),
        format: sign::format(mode),
        recipients,
        hidden: Vec::new(),
        own: None,
        passwords,
        cost: PasswordCost::STANDARD,
        signers: signers.certificates(),
        mode,
        profile: *profile,
        purpose,
        now,
    };
    let (writer, requests) = Writer::new(order, &mut OsRng).map_err(failure)?;
    let sealed = writer.seal(&signers.answer(&requests, now)?, &mut OsRng);
    let sealed = sealed.map_err(failure)?;
    if let Some(out) = out {
        out.write(super::decrypt::session_key(&sealed.session_key).as_bytes())?;
    }
    match args.flag("no-armor") {
        true => indirect::stdout(&sealed.data.to_vec()),
        false => indirect::stdout(sealed.armored().as_bytes()),
    }
}

/// What `--for` asks for.
fn purpose(asked: Option<&str>) -> Result<Purpose, Failure> {
    match asked {
        None | Some("any") => Ok(Purpose::Any),
        Some("communications") => Ok(Purpose::Communications),
        Some("storage") => Ok(Purpose::Storage),
        Some(other) => Err(Failure::UnsupportedOption(format!("--for={other}"))),
    }
}

fn failure(error: WriteError) -> Failure {
    match error {
        WriteError::Unusable(reasons) => {
            Failure::CertCannotEncrypt(format!("a certificate cannot be encrypted to: {reasons:?}"))
        }
        error => signing::failure(error),
    }
}
