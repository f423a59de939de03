//! `verify`, `inline-verify`, `inline-detach`.

use waxseal_core::engine::{Capacity, DetachedSignatures, Reader, judge_detached};
use waxseal_core::wire::ErrorCode;
use waxseal_core::wire::engine::Opened;

use crate::args::Args;
use crate::command::armoring::armored;
use crate::failure::Failure;
use crate::indirect::{self, Output};
use crate::verifying::Signed;

const BOUNDS: [&str; 2] = ["not-before", "not-after"];

pub fn verify(args: &Args) -> Result<(), Failure> {
    let (signatures, certs) = match args.positional() {
        [] => return Err(Failure::MissingArg("SIGNATURES".into())),
        [_] => return Err(Failure::MissingArg("CERTS".into())),
        [signatures, certs @ ..] => (signatures, certs),
    };
    let certs = Signed::read(certs.iter().map(String::as_str), args, BOUNDS)?;
    let mut signatures = DetachedSignatures::read(&indirect::read(signatures)?)
        .map_err(|error| Failure::BadData(format!("{signatures}: {error}")))?;
    signatures.update(&indirect::stdin()?);
    let verdict = judge_detached(signatures, certs.certificates(), None, certs.now);
    match certs.lines(&verdict) {
        none if none.is_empty() => Err(Failure::NoSignature),
        lines => indirect::stdout(lines.concat().as_bytes()),
    }
}

pub fn inline_verify(args: &Args) -> Result<(), Failure> {
    let names = args.required("CERTS")?;
    let out = Output::new(args.value("verifications-out"))?;
    let certs = Signed::read(names.iter().map(String::as_str), args, BOUNDS)?;
    let message = open(&indirect::stdin()?)?.judge(certs.certificates(), None, certs.now);
    let message = message.map_err(|(error, _)| failure(error))?;
    let lines = certs.lines(message.verdict());
    if lines.is_empty() {
        return Err(Failure::NoSignature);
    }
    if let Some(out) = out {
        out.write(lines.concat().as_bytes())?;
    }
    indirect::stdout(message.bytes())
}

pub fn inline_detach(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let out = Output::new(args.value("signatures-out"))?;
    let out = out.ok_or_else(|| Failure::MissingArg("--signatures-out".into()))?;
    let apart = open(&indirect::stdin()?)?.detach();
    let apart = apart.map_err(|(error, _)| failure(error))?;
    if apart.signatures.is_empty() {
        return Err(Failure::BadData("the message is not signed".into()));
    }
    match args.flag("no-armor") {
        true => out.write(&apart.signatures)?,
        false => out.write(armored(&apart.signatures)?.as_bytes())?,
    }
    indirect::stdout(&apart.bytes)
}

/// A message that is signed and not encrypted.
fn open(data: &[u8]) -> Result<Reader, Failure> {
    match Reader::open_file(data, Capacity::NATIVE) {
        (reader, Opened::Readable { .. }) => Ok(reader),
        (_, Opened::Encrypted { .. }) => Err(Failure::BadData("the message is encrypted".into())),
        (_, Opened::Failed { error, .. }) => Err(failure(error)),
    }
}

fn failure(error: ErrorCode) -> Failure {
    Failure::BadData(format!("message: {error:?}"))
}
