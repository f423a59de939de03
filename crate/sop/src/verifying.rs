//! What is said of signatures that are acceptable (draft, section "VERIFICATIONS").

use waxseal_core::cert::Certificate;
use waxseal_core::wire::engine::{SignatureMode, SignatureState, Verdict};
use waxseal_core::wire::{Fingerprint, Time};

use crate::args::Args;
use crate::date;
use crate::failure::Failure;
use crate::keys::{self, Bad};

/// Certificates, each with the inputs in which it stands.
pub struct Signed {
    certificates: Vec<Certificate>,
    inputs: Vec<(Fingerprint, String)>,
    not_before: Time,
    not_after: Time,
    /// The present.
    pub now: Time,
}

impl Signed {
    /// Reads certificates and the bounds of time, which two options name.
    pub fn read<'a>(
        names: impl IntoIterator<Item = &'a str>,
        args: &Args,
        [not_before, not_after]: [&str; 2],
    ) -> Result<Self, Failure> {
        let now = date::now();
        let mut signed = Self {
            certificates: Vec::new(),
            inputs: Vec::new(),
            not_before: date::bound(args.value(not_before), 0, now)?,
            not_after: date::bound(args.value(not_after), Time::MAX, now)?,
            now,
        };
        for name in names {
            for cert in keys::certificates(name, Bad::Skip)? {
                signed.inputs.push((cert.fingerprint(), name.to_owned()));
                signed.certificates.push(cert);
            }
        }
        // One may be named in another as a key that may revoke it.
        Certificate::learn_all(&mut signed.certificates);
        Ok(signed)
    }

    /// All of them.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// One line for each signature that is good and made within the bounds.
    pub fn lines(&self, verdict: &Verdict) -> Vec<String> {
        let lines = verdict.signatures.iter().filter_map(|one| {
            if one.state != SignatureState::Good {
                return None;
            }
            let (made, cert, key) = (
                one.made?,
                one.certificate.as_ref()?,
                one.component.as_ref()?,
            );
            if made < self.not_before || made > self.not_after {
                return None;
            }
            let mode = match one.mode? {
                SignatureMode::Binary => "binary",
                SignatureMode::Text => "text",
            };
            let inputs = self.inputs.iter().filter(|(of, _)| of == cert);
            let inputs: Vec<&str> = inputs.map(|(_, name)| name.as_str()).collect();
            let more = serde_json::json!({ "signers": inputs });
            let upper = |fingerprint: &Fingerprint| fingerprint.as_str().to_ascii_uppercase();
            let (made, key, cert) = (date::format(made), upper(key), upper(cert));
            Some(format!("{made} {key} {cert} mode:{mode} {more}\n"))
        });
        lines.collect()
    }
}
