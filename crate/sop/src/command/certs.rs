//! Certificates: `extract-cert`, `merge-certs`.

use waxseal_core::cert::{CertError, Certificate};

use crate::args::Args;
use crate::failure::Failure;
use crate::indirect;
use crate::keys::{self, Bad};

pub fn extract_cert(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let keys = keys::secret_keys("standard input", &indirect::stdin()?)?;
    let all: Vec<Certificate> = keys.into_iter().map(|key| key.certificate).collect();
    indirect::stdout(&keys::write_certificates(&all, !args.flag("no-armor")))
}

/// Only certificates of standard input come out, each with what the others add to it.
pub fn merge_certs(args: &Args) -> Result<(), Failure> {
    let mut all = keys::from_bytes("standard input", &indirect::stdin()?, Bad::Refuse)?;
    for name in args.positional() {
        for more in keys::certificates(name, Bad::Refuse)? {
            merge_into(&mut all, &more)?;
        }
    }
    indirect::stdout(&keys::write_certificates(&all, !args.flag("no-armor")))
}

/// Adds what is new in `more` to the certificate of the same key, if there is one.
pub fn merge_into(all: &mut [Certificate], more: &Certificate) -> Result<(), Failure> {
    let same = |one: &&mut Certificate| one.fingerprint() == more.fingerprint();
    if let Some(one) = all.iter_mut().find(same) {
        *one = one.merge(more).map_err(|error: CertError| {
            Failure::BadData(format!("{}: {error}", more.fingerprint()))
        })?;
    }
    Ok(())
}
