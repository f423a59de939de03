//! Who vouches for a user ID.

use pgp::packet::{CERTIFICATION_SIGNATURE_TYPES, Signature, SignatureType};
use pgp::types::Tag;

use super::selfsig::{has_unknown_critical, is, made};
use super::{Component, PrimaryStatus, UserStatus, accept_data_hash};
use crate::cert::{Certificate, User, parse_address, parse_user_id};
use crate::wire::{KeyUse, Time};

/// Whether `authority` vouches at `now` for the user ID `id` of `cert`: the user ID and both keys are valid, and the
/// newest certification by the authority's primary key is in force and not taken back.
///
/// Others than the owner choose what is certified, so that the hash must withstand collisions, whatever the date.
pub fn certified(cert: &Certificate, id: &[u8], authority: &Certificate, now: Time) -> bool {
    let candidate =
        |u: &&User| u.id.id() == id && u.signatures.iter().any(|s| s.may_be_by(&authority.primary));
    let Some(user) = cert.users.iter().find(candidate) else {
        return false;
    };
    if !PrimaryStatus::at(cert, now, now).reasons.is_empty()
        || !UserStatus::at(cert, user, now, now).is_valid()
    {
        return false;
    }
    let of = |types: &'static [SignatureType]| {
        by(cert, user, authority)
            .filter(move |s| is(s, types) && made(s) <= now)
            .max_by_key(|s| made(s))
    };
    let revoked = of(&[SignatureType::CertRevocation]).map(made);
    of(CERTIFICATION_SIGNATURE_TYPES).is_some_and(|signature| {
        let over = super::selfsig::ends(signature, made(signature));
        over.is_none_or(|end| end > now)
            && revoked.is_none_or(|revoked| revoked < made(signature))
            && signature
                .hash_alg()
                .is_some_and(|hash| accept_data_hash(hash).is_ok())
            && !has_unknown_critical(signature)
            && may_certify(authority, made(signature), now)
    })
}

/// Whether `authority` vouches at `now` for any user ID of `cert` with this address, as [`certified`] says.
pub fn certified_address(
    cert: &Certificate,
    address: &str,
    authority: &Certificate,
    now: Time,
) -> bool {
    let Some(wanted) = parse_address(address) else {
        return false;
    };
    cert.users.iter().any(|user| {
        parse_user_id(&user.text()).email.as_ref() == Some(&wanted)
            && certified(cert, user.id.id(), authority, now)
    })
}

/// Signatures on a user ID by the authority's primary key that verify.
fn by<'a>(
    cert: &'a Certificate,
    user: &'a User,
    authority: &'a Certificate,
) -> impl Iterator<Item = &'a Signature> {
    let candidates = user
        .signatures
        .iter()
        .filter(|s| s.may_be_by(&authority.primary));
    candidates.filter_map(|s| s.parsed()).filter(|s| {
        s.verify_third_party_certification(
            &cert.primary.key,
            &authority.primary.key,
            Tag::UserId,
            &user.id,
        )
        .is_ok()
    })
}

fn may_certify(authority: &Certificate, made: Time, now: Time) -> bool {
    let primary = Component::all(authority).find(Component::is_primary);
    primary.is_some_and(|key| {
        key.reasons(KeyUse::Certify, made, now).is_empty()
            && key.reasons(KeyUse::Certify, now, now).is_empty()
    })
}
