//! A file and its signature beside it, in a file of its own (RFC 9580, 10.4).

use super::reader::Failure;
use crate::armor::Kind;
use crate::cert::Certificate;
use crate::limits::{MAX_OPENED_FILES, MAX_SIGNATURE_FILE, MAX_SIGNED_FILE};
use crate::message::detached::{DetachedSignatures, signed_file};
use crate::message::{CleartextError, MessageError};
use crate::mime::block;
use crate::verdict::{Signers, judge_detached};
use crate::wire::engine::{OfferedFile, OfferedRole, Opened, Verdict};
use crate::wire::{Bytes, ErrorCode, Refusal, Time, Vouched};

const OUT_OF_ORDER: Failure = (ErrorCode::BadCall, None);

/// What each of these files is, by its name and, for the small ones, by what is in it.
///
/// # Errors
/// When they are too many.
pub fn sort_files(files: &[OfferedFile]) -> Result<Vec<OfferedRole>, Failure> {
    if files.len() > MAX_OPENED_FILES {
        return Err(limit(MAX_OPENED_FILES));
    }
    let is_signature = |file: &OfferedFile| {
        let data = &file.data.0;
        data.len() <= MAX_SIGNATURE_FILE && block(data) == Some(Kind::Signature)
    };
    let are: Vec<_> = files.iter().map(is_signature).collect();
    let others: Vec<_> = (0_u32..)
        .zip(files.iter().zip(&are))
        .filter(|(_, (_, is_signature))| !**is_signature)
        .map(|(at, (file, _))| (at, file.name.as_str()))
        .collect();
    let alone = are.iter().filter(|is_signature| **is_signature).count() == 1;
    let role = |(file, is_signature): (&OfferedFile, &bool)| match (is_signature, &*others) {
        (false, _) => OfferedRole::Other,
        // Whatever they are called, there is nothing else that was meant.
        (true, [(only, _)]) if alone => OfferedRole::Signature { of: Some(*only) },
        (true, _) => {
            let names = others.iter().map(|(_, name)| *name);
            let found = signed_file(&file.name, names).and_then(|at| others.get(at));
            OfferedRole::Signature {
                of: found.map(|(at, _)| *at),
            }
        }
    };
    Ok(files.iter().zip(&are).map(role).collect())
}

/// Signatures, and the file that they are on, on its way. Nothing of the file is kept.
pub struct SignatureCheck {
    state: Result<DetachedSignatures, Failure>,
    /// Octets of the file that have not come yet.
    missing: u64,
}

impl SignatureCheck {
    /// Reads the signatures. `size` is how many octets the file has.
    pub fn open(signatures: &[u8], size: u64) -> (Self, Opened) {
        let state = match size > MAX_SIGNED_FILE {
            true => Err((ErrorCode::Limit, None)),
            false => DetachedSignatures::read(signatures).map_err(|error| match error {
                CleartextError::Armor(error) => (error.code(), error.detail()),
                CleartextError::Message(error) => (error.code(), error.detail()),
            }),
        };
        let mut check = Self {
            state,
            missing: size,
        };
        let opened = match &mut check.state {
            Ok(signatures) => {
                signatures.afford(usize::try_from(size).unwrap_or(usize::MAX));
                Opened::Readable {
                    issuers: signatures.issuers(),
                }
            }
            Err((error, detail)) => Opened::Failed {
                error: *error,
                detail: detail.clone(),
            },
        };
        (check, opened)
    }

    /// The next octets of the file.
    pub fn update(&mut self, piece: &[u8]) {
        let Ok(signatures) = &mut self.state else {
            return;
        };
        match self.missing.checked_sub(piece.len() as u64) {
            Some(missing) => {
                self.missing = missing;
                signatures.update(piece);
            }
            None => self.state = Err(OUT_OF_ORDER),
        }
    }

    /// The verdict. `certificates` are what the vault has for the issuers; those that cannot be read count as missing.
    /// `vouched` is what the user says of them.
    ///
    /// # Errors
    /// The error that was told before; `Truncated` when the file became shorter meanwhile, `BadCall` when it became longer.
    pub fn finish(
        self,
        certificates: &[Bytes],
        vouched: &[Vouched],
        now: Time,
    ) -> Result<Verdict, Failure> {
        let signatures = self.state?;
        if self.missing > 0 {
            return Err((MessageError::Truncated.code(), None));
        }
        let certificates: Vec<Certificate> = super::reader::signers(certificates);
        let signers = Signers::new(&certificates, vouched);
        // Nobody tells from whom a file is.
        Ok(judge_detached(signatures, signers, None, now))
    }
}

fn limit(limit: usize) -> Failure {
    let limit = u32::try_from(limit).ok();
    let detail = Refusal {
        limit,
        ..Refusal::default()
    };
    (ErrorCode::Limit, Some(detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::kit::{self, good, now, public, secret, wrap};
    use crate::message::packet::tag;
    use crate::wire::engine::Summary;

    fn offered(name: &str, data: &[u8]) -> OfferedFile {
        OfferedFile {
            name: name.to_owned(),
            data: Bytes(data.to_vec()),
        }
    }

    const SIGNATURE: &[u8] = &[0xc2, 1, 4];
    const ARMORED: &[u8] =
        b"\n-----BEGIN PGP SIGNATURE-----\n\nwgEE\n-----END PGP SIGNATURE-----\n";

    #[test]
    fn files_find_their_signatures() {
        let of = |of| OfferedRole::Signature { of };
        type Offer<'a> = &'a [(&'a str, &'a [u8])];
        let table: [(Offer<'_>, Vec<OfferedRole>); 7] = [
            (&[("a.sig", SIGNATURE)], vec![of(None)]),
            (&[("a.sig", b"text")], vec![OfferedRole::Other]),
            (
                &[("b.sig", ARMORED), ("a", b"")],
                vec![of(Some(1)), OfferedRole::Other],
            ),
            (
                &[("b", b""), ("a", SIGNATURE), ("b.asc", ARMORED), ("c", b"")],
                vec![
                    OfferedRole::Other,
                    of(None),
                    of(Some(0)),
                    OfferedRole::Other,
                ],
            ),
            (
                &[("a.sig", SIGNATURE), ("a", b""), ("b.sig", SIGNATURE)],
                vec![of(Some(1)), OfferedRole::Other, of(None)],
            ),
            (
                &[("a.sig", SIGNATURE), ("b.sig", SIGNATURE)],
                vec![of(None), of(None)],
            ),
            (
                &[
                    ("a", b""),
                    ("a.asc", ARMORED),
                    ("b.asc", b"-----BEGIN PGP MESSAGE-----"),
                ],
                vec![OfferedRole::Other, of(Some(0)), OfferedRole::Other],
            ),
        ];
        for (files, roles) in table {
            let files: Vec<_> = files
                .iter()
                .map(|(name, data)| offered(name, data))
                .collect();
            assert_eq!(sort_files(&files), Ok(roles));
        }
        let many = vec![offered("a", b""); MAX_OPENED_FILES + 1];
        assert_eq!(sort_files(&many), Err(limit(MAX_OPENED_FILES)));
    }

    /// What is said when this much of the file comes, which has as many octets as `size`.
    fn check(file: &[u8], size: u64) -> Result<Summary, Failure> {
        let ann = secret(kit::Kind::V4, "ann");
        let signature = wrap(tag::SIGNATURE, &good(&ann, b"the file"));
        let (mut check, opened) = SignatureCheck::open(&signature, size);
        assert!(
            matches!(opened, Opened::Readable { issuers } if issuers.len() == 1),
            "{size}"
        );
        for piece in file.chunks(3) {
            check.update(piece);
        }
        let verdict = check.finish(&[public(&ann)], &[], now());
        verdict.map(|verdict| verdict.summary)
    }

    #[test]
    fn a_file_is_checked_whole_or_not_at_all() {
        assert_eq!(check(b"the file", 8), Ok(Summary::SignedSenderUnknown));
        assert_eq!(check(b"the fire", 8), Ok(Summary::BadSignature));
        assert_eq!(check(b"", 0), Ok(Summary::BadSignature));
        assert_eq!(check(b"the fil", 8), Err((ErrorCode::Truncated, None)));
        assert_eq!(check(b"the file", 7), Err(OUT_OF_ORDER));
    }

    #[test]
    fn what_cannot_be_checked_says_why() {
        let failed = |signatures: &[u8], size| match SignatureCheck::open(signatures, size) {
            (check, Opened::Failed { error, .. }) => {
                assert_eq!(
                    check.finish(&[], &[], now()).map_err(|(error, _)| error),
                    Err(error)
                );
                error
            }
            (_, opened) => panic!("{opened:?}"),
        };
        assert_eq!(failed(SIGNATURE, MAX_SIGNED_FILE + 1), ErrorCode::Limit);
        assert_eq!(
            failed(b"-----BEGIN PGP SIGNATURE-----", 1),
            ErrorCode::BrokenArmor
        );
        assert_eq!(failed(&[0xc2, 9, 4], 1), ErrorCode::Truncated);
    }
}
