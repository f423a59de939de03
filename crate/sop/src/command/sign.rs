//! `sign` and `inline-sign`.

use rand::rngs::OsRng;
use waxseal_core::engine::{CleartextSigner, Format, Signatures, Signer};
use waxseal_core::wire::engine::SignatureMode;

use crate::args::Args;
use crate::command::armoring::armored;
use crate::failure::Failure;
use crate::indirect::Output;
use crate::signing::{self, Signers};
use crate::{date, indirect};

pub fn sign(args: &Args) -> Result<(), Failure> {
    let mode = mode(args.value("as"))?;
    let micalg = Output::new(args.value("micalg-out"))?;
    let signatures = document(args, mode, &indirect::stdin()?)?;
    if let Some(out) = micalg {
        // Different hashes have no common name: an empty line says so.
        let name = signatures.micalg().unwrap_or_default();
        out.write(format!("{name}\n").as_bytes())?;
    }
    match args.flag("no-armor") {
        true => indirect::stdout(&signatures.detached()),
        false => indirect::stdout(signatures.detached_armored().as_bytes()),
    }
}

pub fn inline_sign(args: &Args) -> Result<(), Failure> {
    if args.value("as") == Some("clearsigned") {
        return clearsign(args);
    }
    let mode = mode(args.value("as"))?;
    let data = indirect::stdin()?;
    let signatures = document(args, mode, &data)?;
    let message = signatures.inline(format(mode), &data);
    match args.flag("no-armor") {
        true => indirect::stdout(&message),
        false => indirect::stdout(armored(&message)?.as_bytes()),
    }
}

fn clearsign(args: &Args) -> Result<(), Failure> {
    if args.flag("no-armor") {
        let both = "--as=clearsigned and --no-armor";
        return Err(Failure::IncompatibleOptions(both.into()));
    }
    let signers = signers(args)?;
    let data = indirect::stdin()?;
    let (text, now) = (text(&data)?, date::now());
    let (signer, requests) = CleartextSigner::new(text, &signers.certificates(), now, &mut OsRng)
        .map_err(signing::failure)?;
    let block = signer.complete(&signers.answer(&requests, now)?);
    indirect::stdout(block.map_err(signing::failure)?.as_bytes())
}

/// The signatures of all keys on a document.
fn document(args: &Args, mode: SignatureMode, data: &[u8]) -> Result<Signatures, Failure> {
    if mode == SignatureMode::Text {
        text(data)?;
    }
    let (signers, now) = (signers(args)?, date::now());
    let mut signer = Signer::new(&signers.certificates(), mode, &[], now, &mut OsRng)
        .map_err(signing::failure)?;
    signer.update(data);
    let (waiting, requests) = signer.requests().map_err(signing::failure)?;
    let answers = signers.answer(&requests, now)?;
    waiting.complete(&answers).map_err(signing::failure)
}

fn signers(args: &Args) -> Result<Signers, Failure> {
    let names = args.required("KEYS")?;
    let passwords = args.values("with-key-password");
    Signers::read(names.iter().map(String::as_str), passwords)
}

/// What `--as` asks for.
pub fn mode(asked: Option<&str>) -> Result<SignatureMode, Failure> {
    match asked {
        None | Some("binary") => Ok(SignatureMode::Binary),
        Some("text") => Ok(SignatureMode::Text),
        Some(other) => Err(Failure::UnsupportedOption(format!("--as={other}"))),
    }
}

/// How the literal data is marked.
pub fn format(mode: SignatureMode) -> Format {
    match mode {
        SignatureMode::Binary => Format::Binary,
        SignatureMode::Text => Format::Text,
    }
}

/// The input as text, if it is.
pub fn text(data: &[u8]) -> Result<&str, Failure> {
    std::str::from_utf8(data).map_err(|_| Failure::ExpectedText)
}
