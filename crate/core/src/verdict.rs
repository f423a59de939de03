//! One truthful verdict for one message (RFC 9787, 3 and 6).
//!
//! [`judge`] consumes a [`Document`] and is the only thing that makes a [`ReadMessage`]: the text that is shown is
//! decoded from the very bytes that the signatures were checked against. Every signature is judged by itself, the
//! worst one decides, and who signed is told by the certificate, never by the message. [`judge_mail`] does the same with
//! the [`Envelope`](crate::mime::Envelope) of a mail.

mod mail;
mod read;
mod sender;
mod signer;
mod summary;

#[cfg(test)]
mod tests;

pub use self::mail::{ReadMail, judge_mail};
pub use self::read::ReadMessage;
pub use self::signer::Signers;

use std::cell::RefCell;

use pgp::types::{KeyDetails, VerifyingKey};

use crate::cert::{self, Certificate, Issuer, Work};
use crate::limits::{MAX_ISSUERS, MAX_VERIFYING_WORK};
use crate::message::detached::DetachedSignatures;
use crate::message::digest::Digests;
use crate::message::signature::FoundSignature;
use crate::message::{Document, OpenedBy};
use crate::policy::{self, Component};
use crate::wire::engine::{Note, SignatureState, SignatureVerdict, Verdict};
use crate::wire::{Reason, Time};

/// Checks every signature of `document` with the certificates of `signers` and decodes its text.
///
/// `sender` is the `From` of the message as the site shows it; anything but exactly one address counts as unknown.
pub fn judge<'a>(
    document: Document,
    signers: impl Into<Signers<'a>>,
    sender: Option<&str>,
    now: Time,
) -> ReadMessage {
    let sender = sender.and_then(sender::address);
    let judge = Judge::new(signers.into(), sender, document.opened_by(), now);
    let signatures = judge.all(&document, document.bytes());
    let bad = |all: &[SignatureVerdict]| all.iter().any(|s| s.state == SignatureState::Bad);
    // Spaces that a page replaced: only what a signature confirms may stand in for the text as it came, and none may speak
    // against it.
    let mut respaced = None;
    if let Some(bytes) = document.respaced()
        && bad(&signatures)
    {
        let again = judge.all(&document, bytes);
        if !bad(&again) && !judge.is_over() {
            respaced = Some(again);
        }
    }
    ReadMessage::new(document, signatures, respaced, judge.is_over())
}

/// The verdict on detached signatures, whose data was given to [`DetachedSignatures::update`] whole.
///
/// Whether they were meant for this reader is not looked at: only who has the message that they came with knows.
pub fn judge_detached<'a>(
    signatures: DetachedSignatures,
    signers: impl Into<Signers<'a>>,
    sender: Option<&str>,
    now: Time,
) -> Verdict {
    let sender = sender.and_then(sender::address);
    let judge = Judge {
        reader: Reader::Unknown,
        ..Judge::new(signers.into(), sender, None, now)
    };
    let (all, more) = signatures.finish();
    let mut signatures = Vec::new();
    for (found, digest) in &all {
        judge.add(&mut signatures, found, &mut || digest.clone());
    }
    let more = more || judge.is_over();
    let (summary, confirmation) = summary::of(&signatures, more);
    Verdict {
        encrypted: false,
        summary,
        confirmation,
        signatures,
        notes: match more {
            true => vec![Note::TooManySignatures],
            false => Vec::new(),
        },
    }
}

/// To whom the message was encrypted, as far as it matters for whom a signature is meant.
enum Reader {
    /// Not encrypted.
    Anybody,
    /// To the certificate with this fingerprint.
    Owner(String),
    /// It cannot be told.
    Unknown,
}

impl Reader {
    fn of(opened_by: Option<&OpenedBy>) -> Self {
        match opened_by {
            None => Self::Anybody,
            Some(OpenedBy::Key(opener)) => Self::Owner(opener.certificate.to_string()),
            Some(OpenedBy::Password | OpenedBy::SessionKey) => Self::Unknown,
        }
    }
}

struct Judge<'a> {
    signers: Signers<'a>,
    /// Lower case.
    sender: Option<String>,
    reader: Reader,
    now: Time,
    /// What verifying may still take. What comes behind its end is as if it were more than is checked.
    work: RefCell<Work>,
}

impl<'a> Judge<'a> {
    /// `sender` in lower case.
    fn new(
        signers: Signers<'a>,
        sender: Option<String>,
        opened_by: Option<&OpenedBy>,
        now: Time,
    ) -> Self {
        Self {
            signers,
            sender,
            reader: Reader::of(opened_by),
            now,
            work: RefCell::new(Work::new(MAX_VERIFYING_WORK)),
        }
    }
}

impl Judge<'_> {
    fn all(&self, document: &Document, bytes: &[u8]) -> Vec<SignatureVerdict> {
        let mut digests = Digests::new(bytes);
        let mut all = Vec::new();
        for found in document.signatures() {
            self.add(&mut all, found, &mut || digests.of(found));
        }
        all
    }

    /// Adds the verdict on one, unless there was no time for it.
    fn add(
        &self,
        all: &mut Vec<SignatureVerdict>,
        found: &FoundSignature,
        digest: &mut dyn FnMut() -> Option<Vec<u8>>,
    ) {
        let verdict = self.one(found, digest);
        if !self.is_over() {
            all.push(verdict);
        }
    }

    /// Whether something was left unchecked.
    fn is_over(&self) -> bool {
        self.work.borrow().is_over()
    }

    fn verifies(&self, found: &FoundSignature, key: &impl VerifyingKey, digest: &[u8]) -> bool {
        let cost = cert::verifying(key, 0);
        self.work.borrow_mut().spend(cost).is_ok() && found.verifies(key, digest)
    }

    /// RFC 9580, 5.2.3.36: valid only where it was encrypted to one of those that it names.
    fn is_meant(&self, found: &FoundSignature) -> bool {
        let intended = found.intended();
        match &self.reader {
            _ if intended.is_empty() => true,
            Reader::Unknown => true,
            Reader::Anybody => false,
            Reader::Owner(owner) => intended.iter().any(|named| named.as_str() == owner),
        }
    }

    /// `digest` is what the document gives; it is asked for only when there is a key to check it with.
    fn one(
        &self,
        found: &FoundSignature,
        digest: &mut dyn FnMut() -> Option<Vec<u8>>,
    ) -> SignatureVerdict {
        let issuers = found.issuers();
        let mut verdict = SignatureVerdict {
            state: SignatureState::UnknownKey,
            reasons: Vec::new(),
            issuer: issuers.first().map(Issuer::to_string).unwrap_or_default(),
            certificate: None,
            component: None,
            mode: found.mode(),
            signer: None,
            made: found.made(),
            sender_matches: None,
            confirmation: None,
        };
        let mut reasons = match found.faults(self.now) {
            Ok(reasons) => reasons,
            Err(reason) => {
                verdict.state = SignatureState::Unusable;
                verdict.reasons = vec![reason];
                return verdict;
            }
        };
        if !found.fits() {
            verdict.state = SignatureState::Bad;
            return verdict;
        }
        let known = self.candidates(found, &issuers);
        let digest = match known.is_empty() {
            true => None,
            false => digest(),
        };
        let correct: Vec<_> = known
            .iter()
            .filter(|(_, component)| {
                let verifies = |digest: &Vec<u8>| self.verifies(found, &component.key(), digest);
                digest.as_ref().is_some_and(verifies) && component.is_proven()
            })
            .collect();
        if correct.is_empty() {
            // Without a name there is nobody whose signature it could be and is not.
            if !known.is_empty() && !issuers.is_empty() {
                verdict.state = SignatureState::Bad;
            }
            return verdict;
        }
        // One key can be in several certificates of its owner: the first one that policy accepts is the signer.
        let mut chosen: Option<(&Certificate, &Component<'_>, Vec<Reason>)> = None;
        for (cert, component) in correct {
            let against = self.against(found, cert, component);
            let accepted = against.is_empty();
            if accepted || chosen.is_none() {
                chosen = Some((cert, component, against));
            }
            if accepted {
                break;
            }
        }
        let Some((cert, component, against)) = chosen else {
            return verdict;
        };
        reasons.extend(against);
        if !self.is_meant(found) {
            reasons.push(Reason::MeantForOthers);
        }
        verdict.reasons = policy::distinct(reasons);
        verdict.state = match verdict.reasons.is_empty() {
            true => SignatureState::Good,
            false => SignatureState::Unusable,
        };
        verdict.certificate = Some(cert.fingerprint());
        verdict.component = Some(component.fingerprint());
        let at = found.made().map_or(self.now, |made| made.min(self.now));
        let (signer, confirmation) = self.signer(cert, at);
        // One with the sender's address comes before all others.
        let address = signer.as_ref().and_then(|signer| signer.email.as_ref());
        verdict.sender_matches = self.sender.as_ref().map(|sender| address == Some(sender));
        verdict.signer = signer;
        let good = verdict.state == SignatureState::Good;
        verdict.confirmation = good.then_some(confirmation);
        verdict
    }

    /// The keys that may have made it: those it names, or where it names none, all of its kind. One that somebody put into
    /// a certificate says nothing of it, neither that it is good nor that it is bad.
    fn candidates(
        &self,
        found: &FoundSignature,
        issuers: &[Issuer],
    ) -> Vec<(&Certificate, Component<'_>)> {
        let of_kind = |c: &Component<'_>| {
            let algorithm = c.key().algorithm();
            found
                .config()
                .is_some_and(|config| config.pub_alg == algorithm)
        };
        let may = |c: &Component<'_>| match issuers {
            [] => of_kind(c),
            named => named.iter().any(|i| i.matches(&c.key())) && c.is_proven(),
        };
        let mut known = Vec::new();
        for cert in self.signers.certificates {
            for component in Component::all(cert) {
                if known.len() < MAX_ISSUERS && may(&component) {
                    known.push((cert, component));
                }
            }
        }
        known
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
}
