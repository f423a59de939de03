//! Which self-signature counts at a time, and what revocations say.

use pgp::packet::{KeyFlags, RevocationCode, Signature, SignatureType, SubpacketData};
use pgp::types::Duration;

use super::hash;
use crate::limits;
use crate::wire::{Reason, Time};

/// Whether a signature has a critical subpacket or notation that is not understood.
pub(super) fn has_unknown_critical(signature: &Signature) -> bool {
    signature.config().is_some_and(|config| {
        config
            .hashed_subpackets()
            .filter(|s| s.is_critical)
            .any(|s| {
                matches!(
                    s.data,
                    SubpacketData::Experimental(..)
                    | SubpacketData::Other(..)
                    // We know no notation by name.
                    | SubpacketData::Notation(_)
                    // Only third parties make these; in a self-signature or on a document they mean nothing.
                    | SubpacketData::TrustSignature(..)
                    | SubpacketData::RegularExpression(_)
                )
            })
    })
}

/// What the last of the signed subpackets says that `pick` takes: of several, the last counts (RFC 9580, 5.2.3.9).
pub(super) fn says<'a, T>(
    signature: &'a Signature,
    pick: impl FnMut(&'a SubpacketData) -> Option<T>,
) -> Option<T> {
    let config = signature.config()?;
    let hashed = config.hashed_subpackets.iter().rev();
    hashed.map(|s| &s.data).find_map(pick)
}

/// When a signature was made; 0 for one that does not say.
pub(super) fn made(signature: &Signature) -> Time {
    claimed_time(signature).unwrap_or(0)
}

/// When a signature was made, as it says; version 3 has a field for it.
pub(crate) fn claimed_time(signature: &Signature) -> Option<Time> {
    let subpacket = says(signature, |data| match data {
        SubpacketData::SignatureCreationTime(time) => Some(*time),
        _ => None,
    });
    Some(subpacket.or_else(|| signature.created())?.as_secs())
}

/// How long the key is valid, as the signature says.
pub(crate) fn key_lasts(signature: &Signature) -> Option<Duration> {
    says(signature, |data| match data {
        SubpacketData::KeyExpirationTime(duration) => Some(*duration),
        _ => None,
    })
}

/// Until when the signature itself is valid.
pub(crate) fn ends(signature: &Signature, made: Time) -> Option<Time> {
    let duration = says(signature, |data| match data {
        SubpacketData::SignatureExpirationTime(duration) => Some(*duration),
        _ => None,
    });
    end(made, duration)
}

/// The end of something that starts at `start`; durations of zero mean "never" (RFC 9580, 5.2.3.13, 5.2.3.18).
pub(super) fn end(start: Time, duration: Option<Duration>) -> Option<Time> {
    duration
        .map(|d| d.as_secs())
        .filter(|d| *d != 0)
        // The end of 32-bit time is later than any question asked.
        .map(|d| start.saturating_add(d))
}

/// When something may have been made that counts at `at`. Clocks differ: what is signed now may be dated a little ahead, and so
/// may be what it stands on. Of the past nothing is forgiven: there all dates are by the clock of who signed.
pub(super) fn latest(at: Time, now: Time) -> Time {
    match at == now {
        true => now.saturating_add(limits::CLOCK_SKEW),
        false => at,
    }
}

/// Whether `signature`, which verifies, is in force at `at`. `key_made` is the age of the key that it is on.
pub(super) fn in_force(
    signature: &Signature,
    key_made: Time,
    at: Time,
    now: Time,
) -> Result<(), Reason> {
    let created = claimed_time(signature).ok_or(Reason::NotBound)?;
    if created < key_made {
        return Err(Reason::NotBound);
    }
    if created > latest(at, now) {
        return Err(Reason::NotYetValid);
    }
    if ends(signature, created).is_some_and(|end| end <= at) {
        return Err(Reason::Expired);
    }
    hash::accept_for_self(signature.hash_alg().ok_or(Reason::NotBound)?, created, now)?;
    if has_unknown_critical(signature) {
        return Err(Reason::UnknownCritical);
    }
    Ok(())
}

/// The newest of `signatures` that is in force.
///
/// # Errors
/// Why each of them is not; `NotBound` when there is none.
pub(super) fn newest<'a>(
    signatures: impl Iterator<Item = &'a Signature>,
    key_made: Time,
    at: Time,
    now: Time,
) -> Result<&'a Signature, Vec<Reason>> {
    let mut best: Option<&Signature> = None;
    let mut reasons = Vec::new();
    for signature in signatures {
        match in_force(signature, key_made, at, now) {
            // Of two made in the same second the later in canonical order counts, for everybody the same.
            Ok(()) if best.is_none_or(|b| made(b) <= made(signature)) => best = Some(signature),
            Ok(()) => {}
            Err(reason) => reasons.push(reason),
        }
    }
    best.ok_or_else(|| {
        let mut reasons = super::distinct(reasons);
        // That there is a later one too says nothing about the earlier ones.
        if reasons.len() > 1 {
            reasons.retain(|r| *r != Reason::NotYetValid);
        }
        if reasons.is_empty() {
            reasons.push(Reason::NotBound);
        }
        reasons
    })
}

/// The oldest of `signatures` that was made after `at` and is in force today, if none of them is as old as `at`.
/// Programs such as GnuPG replace a self-signature when they renew a key, so that the one of the time asked for is
/// lost: what is left speaks for the time before it too. Where an old one is left, it alone speaks, also when it was
/// over at the time.
pub(super) fn oldest_later<'a>(
    signatures: impl Iterator<Item = &'a Signature>,
    key_made: Time,
    at: Time,
    now: Time,
) -> Option<&'a Signature> {
    let mut oldest: Option<&Signature> = None;
    for signature in signatures {
        if made(signature) <= at {
            match in_force(signature, key_made, at, now) {
                Ok(()) | Err(Reason::Expired) => return None,
                Err(_) => continue,
            }
        }
        let older = oldest.is_none_or(|o| made(signature) < made(o));
        if older && in_force(signature, key_made, now, now).is_ok() {
            oldest = Some(signature);
        }
    }
    oldest
}

/// What revocations say of something at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Revoked {
    No,
    Soft,
    Hard,
}

impl Revoked {
    pub(super) fn reason(self) -> Option<Reason> {
        match self {
            Self::No => None,
            Self::Soft => Some(Reason::RevokedSoft),
            Self::Hard => Some(Reason::RevokedHard),
        }
    }
}

/// Judges `revocations`, which verify, against the self-signature of `bound` (when there is one).
pub(super) fn revoked<'a>(
    revocations: impl Iterator<Item = &'a Signature>,
    bound: Option<Time>,
    at: Time,
    now: Time,
    all_soft: bool,
) -> Revoked {
    let mut worst = Revoked::No;
    for revocation in revocations {
        let code = says(revocation, |data| match data {
            SubpacketData::RevocationReason(code, _) => Some(code),
            _ => None,
        });
        let soft = all_soft
            || matches!(
                code,
                Some(
                    RevocationCode::KeySuperseded
                        | RevocationCode::KeyRetired
                        | RevocationCode::CertUserIdInvalid
                )
            );
        // One that does not say when it was made cannot be held against any time: it counts for all.
        let (true, Some(created)) = (soft, claimed_time(revocation)) else {
            return Revoked::Hard;
        };
        let over = ends(revocation, created).is_some_and(|end| end <= at);
        let taken_back = bound.is_some_and(|bound| bound > created && bound <= latest(at, now));
        if created <= latest(at, now) && !over && !taken_back {
            worst = Revoked::Soft;
        }
    }
    worst
}

/// The key flags of a signature; `None` when it has none (which is not the same as none set).
pub(super) fn key_flags(signature: &Signature) -> Option<KeyFlags> {
    says(signature, |data| match data {
        SubpacketData::KeyFlags(flags) => Some(flags.clone()),
        _ => None,
    })
}

/// Whether a signature is of one of these types.
pub(super) fn is(signature: &Signature, types: &[SignatureType]) -> bool {
    signature.typ().is_some_and(|t| types.contains(&t))
}
