//! One truthful verdict for one message (RFC 9787, 3 and 6).
//!
//! [`judge`] consumes a [`Document`] and is the only thing that makes a [`ReadMessage`]: the text that is shown is
//! decoded from the very bytes that the signatures were checked against. Every signature is judged by itself, the
//! worst one decides, and who signed is told by the certificate, never by the message.

mod sender;
mod summary;

#[cfg(test)]
mod tests;

use crate::cert::{Certificate, Issuer};
use crate::message::signature::FoundSignature;
use crate::message::{Document, text};
use crate::policy::{self, Component};
use crate::wire::engine::{Note, ReadMessage, SignatureState, SignatureVerdict, Verdict};
use crate::wire::{Reason, Time, UserIdInfo};

/// Checks every signature of `document` with `certificates` and decodes its text.
///
/// `sender` is the `From` of the message as the site shows it; anything but exactly one address counts as unknown.
pub fn judge(
    document: Document,
    certificates: &[Certificate],
    sender: Option<&str>,
    now: Time,
) -> ReadMessage {
    let judge = Judge {
        certificates,
        sender: sender.and_then(sender::address),
        now,
    };
    let mut bytes = document.bytes();
    let mut signatures = judge.all(&document, bytes);
    // Spaces that a page replaced: only what a signature confirms may stand in for the text as it came.
    if let Some(respaced) = document.respaced()
        && signatures.iter().all(|s| s.state == SignatureState::Bad)
    {
        let again = judge.all(&document, respaced);
        if again.iter().any(|s| s.state != SignatureState::Bad) {
            (bytes, signatures) = (respaced, again);
        }
    }
    let shown = text::show(bytes);
    let mut notes = shown.notes;
    if document.protection().is_some_and(|p| p.old_cipher) {
        notes.push(Note::OldCipher);
    }
    if document.more_signatures() {
        notes.push(Note::TooManySignatures);
    }
    ReadMessage {
        text: shown.text,
        verdict: Verdict {
            encrypted: document.protection().is_some(),
            summary: summary::of(&signatures, document.more_signatures()),
            signatures,
            notes,
        },
    }
}

struct Judge<'a> {
    certificates: &'a [Certificate],
    /// Lower case.
    sender: Option<String>,
    now: Time,
}

impl Judge<'_> {
    fn all(&self, document: &Document, bytes: &[u8]) -> Vec<SignatureVerdict> {
        let signatures = document.signatures().iter();
        signatures.map(|found| self.one(found, bytes)).collect()
    }

    fn one(&self, found: &FoundSignature, bytes: &[u8]) -> SignatureVerdict {
        let issuers = found.issuers();
        let mut verdict = SignatureVerdict {
            state: SignatureState::UnknownKey,
            reasons: Vec::new(),
            issuer: issuers.first().map(Issuer::to_string).unwrap_or_default(),
            certificate: None,
            signer: None,
            made: found.made(),
            sender_matches: None,
        };
        if !found.fits() {
            verdict.state = SignatureState::Bad;
            return verdict;
        }
        let mut reasons = match found.faults(self.now) {
            Ok(reasons) => reasons,
            Err(reason) => {
                verdict.state = SignatureState::Unusable;
                verdict.reasons = vec![reason];
                return verdict;
            }
        };
        // Each key once, although a signature may name it twice: every check hashes the whole text.
        let mut known: Vec<(&Certificate, Component<'_>)> = Vec::new();
        for cert in self.certificates {
            for component in issuers
                .iter()
                .filter_map(|i| policy::find_component(cert, i))
            {
                let same = |(other, found): &(&Certificate, Component<'_>)| {
                    std::ptr::eq(*other, cert) && found.fingerprint() == component.fingerprint()
                };
                if !known.iter().any(same) {
                    known.push((cert, component));
                }
            }
        }
        let correct: Vec<_> = known
            .iter()
            .filter(|(_, component)| found.verifies(&component.key(), bytes))
            .collect();
        if correct.is_empty() {
            if !known.is_empty() {
                verdict.state = SignatureState::Bad;
            }
            return verdict;
        }
        // One key can be in several certificates (somebody can bind a stranger's key to an own one, but cannot make
        // it sign back): the first one that policy accepts is the signer.
        let mut chosen: Option<(&Certificate, Vec<Reason>)> = None;
        for (cert, component) in correct {
            let against = self.against(found, cert, component);
            let accepted = against.is_empty();
            if accepted || chosen.is_none() {
                chosen = Some((cert, against));
            }
            if accepted {
                break;
            }
        }
        let Some((cert, against)) = chosen else {
            return verdict;
        };
        reasons.extend(against);
        verdict.reasons = policy::distinct(reasons);
        verdict.state = match verdict.reasons.is_empty() {
            true => SignatureState::Good,
            false => SignatureState::Unusable,
        };
        verdict.certificate = Some(cert.fingerprint());
        verdict.signer = self.signer(cert);
        verdict.sender_matches = self
            .sender
            .as_deref()
            .map(|sender| cert.has_address(sender, self.now));
        verdict
    }

    /// What policy has against this key as the signer.
    fn against(
        &self,
        found: &FoundSignature,
        cert: &Certificate,
        component: &Component<'_>,
    ) -> Vec<Reason> {
        let issuer = Issuer::Fingerprint(component.fingerprint());
        // Without a time there is nothing to judge by; `faults` has said so already.
        let Some(made) = found.made() else {
            return vec![Reason::Unsupported];
        };
        policy::judge_signer(cert, &issuer, made, self.now)
            .err()
            .unwrap_or_default()
    }

    /// The user ID with the sender's address, otherwise the primary one.
    fn signer(&self, cert: &Certificate) -> Option<UserIdInfo> {
        let ids = cert.info(self.now).user_ids;
        let mut valid = ids.into_iter().filter(|id| id.valid && !id.revoked);
        let first = valid.next()?;
        let is_sender = |id: &UserIdInfo| self.sender.is_some() && id.email == self.sender;
        match is_sender(&first) {
            true => Some(first),
            false => valid.find(is_sender).or(Some(first)),
        }
    }
}
