//! What is acceptable, and why not. The engine below computes; it leaves every judgement to this module.
//!
//! All questions are asked *at a time*: `at` is when something was or will be done (a signature made, a message
//! encrypted), `now` is the present, which decides what algorithms are still believed.
//!
//! The rules:
//! - A component key is usable at a time if the primary key and it were made by then, are bound by a self-signature
//!   valid then (the newest counts), not expired, not revoked, of an accepted algorithm, and flagged for the use. If
//!   no self-signature of the primary key is as old as that, the oldest one counts: GnuPG replaces them when it renews
//!   a key. A subkey counts from its oldest binding on.
//! - Revocations by the key itself. *Hard* ones (compromised, no reason, unknown reasons) count for all times, whatever
//!   their own date and hash. *Soft* ones (superseded, retired) count from their date, unless a newer self-signature
//!   takes them back. For user IDs all are soft, because an address can come back (as in RFC 9580, 5.2.3.31); what was
//!   signed before stays its owner's.
//! - A revocation by a key that the owner named as a revoker counts as one by the key itself, once that key is known.
//!   Where more of those are in its name than can be kept or verified, nothing can be used: one of them could be genuine.
//! - A signing subkey needs a back-signature (RFC 9580, 10.1.5). Of a subkey that never made one nobody knows whose it is:
//!   what it signed is by an unknown key, whatever else the certificate says of it.
//! - A subkey without key flags has those of the direct-key signature; without any, it may do nothing. Of several
//!   subpackets of one kind the last counts (RFC 9580, 5.2.3.9).
//! - Key expiry and flags: in version 6 from the direct-key signature, without which there is no key (RFC 9580, 10.1.1); in
//!   version 4 from the newer of the direct-key signature and the primary user ID's.
//! - A signature with a critical subpacket or notation that is not understood has no effect (RFC 9580, 5.2.3.7); a
//!   revocation keeps its effect even then.
//! - Clocks differ: asked about the present, what was made up to [`limits::CLOCK_SKEW`] ahead is there already, if it is a key,
//!   a self-signature or a certification. An end and a revocation count from their date.
//! - Hashes and algorithms: tables in the modules `hash` and `algorithm`.

pub(crate) mod algorithm;
mod certification;
mod component;
mod hash;
mod rsa;
mod secp256k1;
mod selfsig;
mod status;

use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::Signature;
use pgp::types::KeyDetails;

pub(crate) use self::certification::by as certifications_by;
pub use self::certification::{
    certified, certified_address, once_certified, once_certified_address,
};
pub(crate) use self::component::bound_keys;
pub use self::component::{Component, ComponentKey};
pub(crate) use self::hash::fits as hash_fits;
pub(crate) use self::rsa::{padding as rsa_padding, whole as rsa_whole};
pub(crate) use self::selfsig::{claimed_time, ends, key_lasts};
pub(crate) use self::status::{PrimaryStatus, SubkeyStatus, UserStatus, is_primary, uses};
use crate::cert::{Certificate, Issuer, parse_user_id};
use crate::limits;
use crate::wire::{KeyUse, Reason, Time};

/// Whether a key that was not withdrawn is so with what was added to it, or may be: now, or from a later date on.
pub(crate) fn withdraws(before: &Certificate, after: &Certificate, now: Time) -> bool {
    let withdrawn = |cert, at| {
        let reasons = PrimaryStatus::at(cert, at, now).reasons;
        reasons.iter().any(Reason::is_withdrawn)
    };
    let times = [now, Time::MAX];
    times
        .iter()
        .any(|at| withdrawn(after, *at) && !withdrawn(before, *at))
}

/// What is encrypted for: owners can keep a key for each (RFC 9580, 5.2.3.29).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Any key that is for one of the others.
    Any,
    /// What is sent.
    Communications,
    /// What is kept.
    Storage,
}

/// All component keys that can be encrypted to at `now` for a purpose, the newest first.
///
/// # Errors
/// Every reason why there is none; [`Reason::WrongFlags`] when there are some, for other purposes.
pub fn encryption_components_for(
    cert: &Certificate,
    purpose: Purpose,
    now: Time,
) -> Result<Vec<Component<'_>>, Vec<Reason>> {
    let mut all = encryption_components(cert, now)?;
    all.retain(|component| component.serves(purpose, now));
    match all.is_empty() {
        true => Err(vec![Reason::WrongFlags]),
        false => Ok(all),
    }
}

/// All component keys that can be encrypted to at `now`, the newest first.
///
/// # Errors
/// Every reason why there is none.
pub fn encryption_components(
    cert: &Certificate,
    now: Time,
) -> Result<Vec<Component<'_>>, Vec<Reason>> {
    usable(cert, KeyUse::Encrypt, now)
}

/// All component keys whose document signatures of `now` are accepted: subkeys before the primary key, newer first.
///
/// # Errors
/// Every reason why there is none.
pub fn signing_components(
    cert: &Certificate,
    now: Time,
) -> Result<Vec<Component<'_>>, Vec<Reason>> {
    usable(cert, KeyUse::Sign, now)
}

/// The component key that signs documents at `now`: the newest usable subkey, else the primary key.
///
/// # Errors
/// Every reason why there is none.
pub fn signing_component(cert: &Certificate, now: Time) -> Result<Component<'_>, Vec<Reason>> {
    let all = signing_components(cert, now)?;
    all.first()
        .copied()
        .ok_or_else(|| vec![Reason::NoSuchComponent])
}

/// The component key that `issuer` names, without any judgement: for checking a signature whose verdict will be
/// "correct, but not acceptable".
///
/// Key IDs can be forged: of several keys with the same one, one that the owner bound comes before one that was added.
pub fn find_component<'a>(cert: &'a Certificate, issuer: &Issuer) -> Option<Component<'a>> {
    let mut found = Component::all(cert).filter(|c| issuer.matches(&c.key()));
    let first = found.next()?;
    Some(match first.is_bound() {
        true => first,
        false => found.find(Component::is_bound).unwrap_or(first),
    })
}

/// Whether the owner of `cert` may be who made a signature of this issuer.
pub(crate) fn may_be_by(cert: &Certificate, issuer: &Issuer) -> bool {
    Component::all(cert).any(|c| issuer.matches(&c.key()) && c.is_proven())
}

/// Whether the component key that `issuer` names may have signed a document at `made`.
///
/// # Errors
/// Every reason why not.
pub fn judge_signer<'a>(
    cert: &'a Certificate,
    issuer: &Issuer,
    made: Time,
    now: Time,
) -> Result<Component<'a>, Vec<Reason>> {
    if made > now.saturating_add(limits::CLOCK_SKEW) {
        return Err(vec![Reason::NotYetValid]);
    }
    let component = find_component(cert, issuer).ok_or_else(|| vec![Reason::NoSuchComponent])?;
    match component.reasons(KeyUse::Sign, made, now) {
        reasons if reasons.is_empty() => Ok(component),
        reasons => Err(reasons),
    }
}

/// Whether signatures on documents are accepted with this hash, whenever they say they were made.
///
/// # Errors
/// [`Reason::WeakHash`] for MD5, SHA-1 and RIPEMD-160; [`Reason::Unsupported`] for unknown ones.
pub fn accept_data_hash(hash: HashAlgorithm) -> Result<(), Reason> {
    hash::accept_for_data(hash)
}

/// Whether a signature has a critical subpacket or notation that is not understood (RFC 9580, 5.2.3.7).
pub fn has_unknown_critical(signature: &Signature) -> bool {
    selfsig::has_unknown_critical(signature)
}

/// Whether the owner's programs read SEIPDv2 messages: the features subpacket (RFC 9580, 5.2.3.32) of the valid
/// self-signature.
pub fn supports_seipd2(cert: &Certificate, now: Time) -> bool {
    PrimaryStatus::at(cert, now, now)
        .features()
        .is_some_and(|f| f.seipd_v2())
}

/// Whether the owner's programs read AES-256 in SEIPDv1, so that AES-128, which all must read, is not needed
/// (RFC 9580, 5.2.3.14).
pub fn reads_aes256(cert: &Certificate, now: Time) -> bool {
    let ciphers = PrimaryStatus::at(cert, now, now).ciphers();
    ciphers.contains(&SymmetricKeyAlgorithm::AES256)
}

/// Whether the owner's programs read AES-256 with OCB in SEIPDv2; AES-128 with OCB is what all must read
/// (RFC 9580, 5.2.3.15).
pub fn reads_aes256_ocb(cert: &Certificate, now: Time) -> bool {
    let suites = PrimaryStatus::at(cert, now, now).ciphersuites();
    suites.contains(&(SymmetricKeyAlgorithm::AES256, AeadAlgorithm::Ocb))
}

/// Whether any user ID is valid at `now`.
pub(crate) fn has_valid_user_id(cert: &Certificate, now: Time) -> bool {
    cert.users
        .iter()
        .any(|user| UserStatus::at(cert, user, now, now).is_valid())
}

/// Addresses of the user IDs that are valid at `now`, in lower case.
pub(crate) fn addresses(cert: &Certificate, now: Time) -> impl Iterator<Item = String> {
    cert.users.iter().filter_map(move |user| {
        let valid = UserStatus::at(cert, user, now, now).is_valid();
        valid.then(|| parse_user_id(&user.text()).email).flatten()
    })
}

fn usable(
    cert: &Certificate,
    wanted: KeyUse,
    now: Time,
) -> Result<Vec<Component<'_>>, Vec<Reason>> {
    let mut good = Vec::new();
    let mut reasons: Vec<Reason> = Vec::new();
    // What is signed now is judged by its date ever after, and then a key from a clock that is ahead was not there yet.
    let judged = match wanted {
        KeyUse::Sign => now.saturating_add(1),
        _ => now,
    };
    let primary = PrimaryStatus::at(cert, now, judged);
    for component in Component::all(cert) {
        let why = component.reasons_under(&primary, wanted, now, judged);
        if why.is_empty() {
            good.push(component);
        } else if !why.contains(&Reason::WrongFlags) {
            // A component that is not meant for this use says nothing about why there is none.
            reasons.extend(why);
        }
    }
    // A message to both kinds would be no safer than the classic one: post-quantum ones come first (RFC 9980, 4.2).
    let classic = |c: &Component<'_>| !algorithm::is_post_quantum(c.key().algorithm());
    good.sort_by_key(|c| (classic(c), c.is_primary(), std::cmp::Reverse(c.created())));
    if !good.is_empty() {
        return Ok(good);
    }
    if reasons.is_empty() {
        reasons = primary.reasons;
    }
    if reasons.is_empty() {
        reasons.push(Reason::NoSuchComponent);
    }
    Err(distinct(reasons))
}

/// The same reasons, each once, in their order.
pub(crate) fn distinct(reasons: Vec<Reason>) -> Vec<Reason> {
    let mut out = Vec::new();
    for reason in reasons {
        if !out.contains(&reason) {
            out.push(reason);
        }
    }
    out
}

#[cfg(test)]
mod tests;
