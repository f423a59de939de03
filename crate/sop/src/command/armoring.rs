//! `armor` and `dearmor`.

use waxseal_core::armor::{self, Kind};

use crate::args::Args;
use crate::failure::Failure;
use crate::indirect;

/// What begins a cleartext signed text (RFC 9580, 7).
const CLEARTEXT: &str = "-----BEGIN PGP SIGNED MESSAGE-----";

pub fn armor(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let data = indirect::stdin()?;
    // Already armored: as it is. Packets may quote a block.
    let text = !is_binary(&data);
    if text && (data.starts_with(CLEARTEXT.as_bytes()) || Kind::of_text(&data).is_some()) {
        return indirect::stdout(&data);
    }
    let text = armored(&data)?;
    indirect::stdout(text.as_bytes())
}

pub fn dearmor(args: &Args) -> Result<(), Failure> {
    args.none()?;
    indirect::stdout(&binary(&indirect::stdin()?)?)
}

/// Armor around packets.
pub fn armored(data: &[u8]) -> Result<String, Failure> {
    let (kind, checksum) =
        Kind::of_packets(data).ok_or_else(|| Failure::BadData("no OpenPGP data".into()))?;
    Ok(armor::write(kind, data, checksum))
}

/// Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
fn is_binary(data: &[u8]) -> bool {
    data.first().is_some_and(|first| first & 0x80 != 0)
}

/// The packets of an armored block, or of what is not armored.
pub fn binary(data: &[u8]) -> Result<Vec<u8>, Failure> {
    if is_binary(data) && Kind::of_packets(data).is_some() {
        return Ok(data.to_vec());
    }
    let kind = Kind::of_text(data).ok_or_else(|| Failure::BadData("no OpenPGP block".into()))?;
    armor::decode(data, kind).map_err(|error| Failure::BadData(error.to_string()))
}
