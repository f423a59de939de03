//! The one verdict for a whole mail.

use super::{Judge, Signers, sender, summary};
use crate::cert::Work;
use crate::limits::MAX_VERIFYING_WORK;
use crate::message::layer::Layer;
use crate::mime::{self, Charsets, Envelope, Files, MailError};
use crate::wire::engine::{Note, SignatureState, SignatureVerdict, Summary, Verdict};
use crate::wire::mail::MailView;
use crate::wire::{Reason, Time};

/// A mail with the verdict on it: the verdict speaks of everything that is in it, and of nothing else.
///
/// Only [`judge_mail`] makes one, out of an [`Envelope`] whose layers were taken off around the octets that are shown;
/// nobody else can, neither from parts
///
/// ```compile_fail,E0451
/// fn forge(view: waxseal_core::wire::mail::MailView) -> waxseal_core::verdict::ReadMail {
///     waxseal_core::verdict::ReadMail { view, files: todo!() }
/// }
/// ```
///
/// nor by changing one
///
/// ```compile_fail,E0616
/// fn change(mail: &mut waxseal_core::verdict::ReadMail) {
///     mail.view.bodies.clear();
/// }
/// ```
///
/// nor out of a message from elsewhere.
///
/// ```compile_fail,E0277
/// fn parse(json: &str) -> waxseal_core::verdict::ReadMail {
///     serde_json::from_str(json).unwrap()
/// }
/// ```
#[derive(Debug)]
pub struct ReadMail {
    view: MailView,
    files: Files,
}

impl ReadMail {
    /// What is shown, and what is said of it.
    pub fn view(&self) -> &MailView {
        &self.view
    }

    /// The octets of its files.
    pub fn files(&self) -> &Files {
        &self.files
    }
}

/// Checks the signatures of all layers of `envelope` with the certificates of `signers` and shows its payload.
///
/// `site` is the `From` that the site shows. The sender is the From that is shown here, if there is exactly one, the site
/// does not say something else, and somebody can be asked for it: an address that stands in an encrypted mail which nobody
/// signed is anybody's.
///
/// # Errors
/// [`MailError::Limit`] when the payload cannot be shown within the limits.
pub fn judge_mail(
    envelope: Envelope,
    signers: Signers<'_>,
    site: Option<&str>,
    now: Time,
    charsets: &dyn Charsets,
) -> Result<ReadMail, MailError> {
    let mut judge = Judge::new(signers, None, envelope.opened_by(), now);
    let signatures = judge.layers(&envelope);
    let good = |signature: &SignatureVerdict| signature.state == SignatureState::Good;
    let believed = signatures.iter().any(good);
    let told = mime::headers(&envelope, believed, charsets);
    let only = |from: &mime::From| {
        from.only()
            .and_then(|(name, address)| sender::mailbox(name, address))
    };
    // Without a mail around it, all that the outside says is what the site shows.
    let (outside, differs) = match (envelope.has_outside(), site) {
        (true, _) => (only(&told.outside), !told.from.agrees(&told.outside)),
        (false, None) => (None, false),
        (false, Some(site)) => {
            let outside = sender::address(site);
            let differs = !told.from.is_empty() && only(&told.from) != outside;
            (outside, differs)
        }
    };
    // A part that is opened by itself has an outside that names nobody.
    let names_another = differs && !(envelope.has_outside() && told.outside.is_empty());
    let shown = match told.from.is_empty() {
        true => outside.clone(),
        false => only(&told.from),
    };
    let agrees = site.is_none_or(|site| outside.is_some() && sender::address(site) == outside);
    judge.sender = shown.filter(|_| agrees && (believed || !differs));
    let signatures = match judge.sender {
        Some(_) => judge.layers(&envelope),
        None => signatures,
    };
    let more = envelope.layers().any(Layer::more_signatures) || judge.is_over();
    let encrypted = envelope.opened_by().is_some();
    let sender = judge.sender.as_deref();
    let brings = sender.and_then(|sender| mime::brought(&envelope, sender, now));
    let (summary, confirmation) = summary::of(&signatures, more);
    let gossip = match encrypted && summary == Summary::SignedBySender {
        true => mime::gossip(&envelope, &told.headers, now),
        false => Vec::new(),
    };
    let shown = mime::view(envelope, believed, charsets)?;
    let mut notes = shown.notes;
    for (is, note) in [
        (more, Note::TooManySignatures),
        (names_another, Note::FromDiffers),
    ] {
        if is {
            notes.push(note);
        }
    }
    Ok(ReadMail {
        view: MailView {
            verdict: Verdict {
                encrypted,
                summary,
                confirmation,
                signatures,
                notes,
            },
            headers: shown.told.headers,
            bodies: shown.bodies,
            files: shown.files,
            structure: shown.structure,
            brings,
            gossip,
        },
        files: shown.octets,
    })
}

impl Judge<'_> {
    /// All signatures of all layers, outermost first.
    fn layers(&self, envelope: &Envelope) -> Vec<SignatureVerdict> {
        self.work.replace(Work::new(MAX_VERIFYING_WORK));
        let mut all = Vec::new();
        for layer in envelope.layers() {
            if layer.is_unreadable() {
                all.push(unreadable());
            }
            for (found, digest) in layer.signatures() {
                self.add(&mut all, found, &mut || digest.clone());
            }
        }
        all
    }
}

/// The mail says that it is signed, and the signature is no signature.
fn unreadable() -> SignatureVerdict {
    SignatureVerdict {
        state: SignatureState::Unusable,
        reasons: vec![Reason::Unsupported],
        issuer: String::new(),
        certificate: None,
        component: None,
        mode: None,
        signer: None,
        made: None,
        sender_matches: None,
        confirmation: None,
    }
}
