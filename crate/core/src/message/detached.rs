//! Detached signatures (RFC 9580, 10.4): the signatures first, then the data in pieces of any size; all signatures are
//! computed in one pass and nothing of the data is kept.

use super::cleartext::signatures;
use super::digest::{Passes, affordable};
use super::signature::FoundSignature;
use super::{CleartextError, MessageError, issuers, limits, told};
use crate::armor::{self, Kind};
use crate::wire::packet::PacketLevel;

/// Endings that programs give to the file of a signature.
const ENDINGS: [&str; 5] = ["asc", "sig", "sign", "gpg", "pgp"];

/// The place in `names` of the file that a signature of this name is on: `report.pdf.sig` is on `report.pdf`. Exactly so, or
/// else but for the case.
pub(crate) fn signed_file<'a>(
    signature: &str,
    names: impl Iterator<Item = &'a str> + Clone,
) -> Option<usize> {
    let (stem, ending) = signature.rsplit_once('.')?;
    let known = ENDINGS
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known));
    if !known || stem.is_empty() {
        return None;
    }
    let mut exact = names.clone();
    let found = exact.position(|name| name == stem);
    found.or_else(|| {
        let mut names = names;
        names.position(|name| name.to_lowercase() == stem.to_lowercase())
    })
}

/// A signature with the digest of its document, if it can be computed.
pub(crate) type Digested = (FoundSignature, Option<Vec<u8>>);

/// Signatures whose document is on its way. [`crate::verdict::judge_detached`] ends it.
pub struct DetachedSignatures {
    all: Vec<FoundSignature>,
    passes: Passes,
    /// How many there are besides.
    more: usize,
}

impl DetachedSignatures {
    /// Reads signatures: packets, or a `PGP SIGNATURE` block with whatever text is around it.
    ///
    /// # Errors
    /// See [`CleartextError`]; a signature that cannot be understood is no error, its verdict says so.
    pub fn read(data: &[u8]) -> Result<Self, CleartextError> {
        if data.len() > limits::MAX_DETACHED {
            return Err(MessageError::Limit(limits::MAX_DETACHED).into());
        }
        let data = armor::without_mark(data);
        // Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
        let (all, more) = match data.first() {
            Some(0x80..) => signatures(data, FoundSignature::detached)?,
            _ => {
                let packets = armor::decode(data, Kind::Signature)?;
                signatures(&packets, FoundSignature::detached)?
            }
        };
        Ok(Self::of(all, more))
    }

    fn of(all: Vec<FoundSignature>, more: usize) -> Self {
        let mut passes = Passes::default();
        for found in &all {
            passes.add(found);
        }
        Self { all, passes, more }
    }

    /// Who signed, as the signatures say: what to look for in the keyring.
    pub fn issuers(&self) -> Vec<String> {
        issuers(self.all.iter())
    }

    /// Keeps those that may be checked on a document of so many octets, which is still to come: each may be a line end.
    pub(crate) fn afford(&mut self, size: usize) {
        let before = self.all.len();
        let (all, _) = affordable(std::mem::take(&mut self.all), size, size);
        let more = self.more + before.saturating_sub(all.len());
        *self = Self::of(all, more);
    }

    /// What they are, without what is said of them.
    pub(crate) fn told(&self) -> Vec<PacketLevel> {
        told::signatures(self.all.iter(), self.more)
    }

    /// The next bytes of the document.
    pub fn update(&mut self, data: &[u8]) {
        self.passes.update(data);
    }

    /// Each signature with its digest, and whether there are more than are checked.
    pub(crate) fn finish(self) -> (Vec<Digested>, bool) {
        let digested = self.all.into_iter().map(|found| {
            let digest = self.passes.digest(&found);
            (found, digest)
        });
        (digested.collect(), self.more > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_signatures_and_of_what_they_are_on() {
        let names = ["Report.pdf", "report.pdf", "data.tar.gz", "data.tar", ""];
        for (signature, found) in [
            ("report.pdf.sig", Some(1)),
            ("Report.pdf.ASC", Some(0)),
            ("REPORT.PDF.asc", Some(0)),
            ("data.tar.gz.sign", Some(2)),
            ("data.tar.gpg", Some(3)),
            ("report.pdf.txt", None),
            ("report.sig", None),
            ("other.sig", None),
            (".sig", None),
            ("sig", None),
        ] {
            assert_eq!(
                signed_file(signature, names.iter().copied()),
                found,
                "{signature}"
            );
        }
    }
}
