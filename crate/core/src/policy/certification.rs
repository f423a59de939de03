//! Who vouches for a user ID.

use pgp::packet::{Signature, SignatureType};

use super::selfsig::{has_unknown_critical, is, latest, made};
use super::{Component, PrimaryStatus, UserStatus, accept_data_hash};
use crate::cert::{Certificate, User, parse_address, parse_user_id};
use crate::limits;
use crate::wire::{KeyUse, Reason, Time};

/// Certifications that vouch. A persona certification says that nothing was verified at all (RFC 9580, 5.2.1.5).
const VOUCHING: &[SignatureType] = &[
    SignatureType::CertGeneric,
    SignatureType::CertCasual,
    SignatureType::CertPositive,
];

/// Whether `authority` vouches at `now` for the user ID `id` of `cert`: the user ID and both keys are valid, and the
/// newest certification by the authority's primary key is in force and not taken back.
///
/// Others than the owner choose what is certified, so that the hash must withstand collisions, whatever the date.
pub fn certified(cert: &Certificate, id: &[u8], authority: &Certificate, now: Time) -> bool {
    vouched(cert, id, authority, now, Over::Nothing)
}

/// What may have come to its end since: expired, or withdrawn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    Nothing,
    /// The key that is vouched for, and its user ID.
    Theirs,
    /// These, and the authority after it had certified; only what says that it was never to be believed counts then as well.
    Both,
}

/// Whether it would, had the key and the user ID not come to their end: what the user knew then holds for what was signed
/// then.
pub fn once_certified(cert: &Certificate, id: &[u8], authority: &Certificate, now: Time) -> bool {
    vouched(cert, id, authority, now, Over::Theirs)
}

fn vouched(cert: &Certificate, id: &[u8], authority: &Certificate, now: Time, over: Over) -> bool {
    let ended = over != Over::Nothing;
    let candidate =
        |u: &&User| u.id.id() == id && u.signatures.iter().any(|s| s.may_be_by(&authority.primary));
    let Some(user) = cert.users.iter().find(candidate) else {
        return false;
    };
    let mut faults = PrimaryStatus::at(cert, now, now).reasons;
    let end = |fault: &Reason| {
        fault.is_withdrawn() || matches!(fault, Reason::Expired | Reason::NoUserId)
    };
    faults.retain(|fault| !ended || !end(fault));
    if !faults.is_empty() || !(ended || UserStatus::at(cert, user, now, now).is_valid()) {
        return false;
    }
    let of = |types: &'static [SignatureType]| {
        by(cert, user, authority)
            .filter(move |s| is(s, types) && made(s) <= latest(now, now))
            .max_by_key(|s| made(s))
    };
    let revoked = of(&[SignatureType::CertRevocation]).map(made);
    of(VOUCHING).is_some_and(|signature| {
        let ends = super::selfsig::ends(signature, made(signature));
        ends.is_none_or(|end| end > now)
            && revoked.is_none_or(|revoked| revoked < made(signature))
            && signature
                .hash_alg()
                .is_some_and(|hash| accept_data_hash(hash).is_ok())
            && !has_unknown_critical(signature)
            && may_certify(authority, made(signature), now, over == Over::Both)
    })
}

/// Whether `authority` vouches at `now` for any user ID of `cert` with this address, as [`certified`] says.
pub fn certified_address(
    cert: &Certificate,
    address: &str,
    authority: &Certificate,
    now: Time,
) -> bool {
    vouched_address(cert, address, authority, now, Over::Nothing)
}

/// Whether it would, had neither the key nor its user ID nor the authority come to its end.
pub fn once_certified_address(
    cert: &Certificate,
    address: &str,
    authority: &Certificate,
    now: Time,
) -> bool {
    vouched_address(cert, address, authority, now, Over::Both)
}

fn vouched_address(
    cert: &Certificate,
    address: &str,
    authority: &Certificate,
    now: Time,
    over: Over,
) -> bool {
    let Some(wanted) = parse_address(address) else {
        return false;
    };
    cert.users.iter().any(|user| {
        parse_user_id(&user.text()).email.as_ref() == Some(&wanted)
            && vouched(cert, user.id.id(), authority, now, over)
    })
}

/// Signatures on a user ID by the authority's primary key that verify. None of a certificate that has more in its name
/// than anybody makes: verifying them would take too long.
pub(crate) fn by<'a>(
    cert: &'a Certificate,
    user: &'a User,
    authority: &'a Certificate,
) -> impl Iterator<Item = &'a Signature> {
    let primary = &authority.primary;
    let all = cert.users.iter().flat_map(|u| &u.signatures);
    let few = all.filter(|s| s.may_be_by(primary)).count() <= limits::MAX_CERTIFICATIONS_BY_ONE;
    let candidates = user.signatures.iter().filter(move |_| few);
    let candidates = candidates.filter(|s| s.may_be_by(primary));
    candidates.filter_map(|sig| sig.on_user_by(&cert.primary, user, primary))
}

fn may_certify(authority: &Certificate, made: Time, now: Time, over: bool) -> bool {
    let primary = Component::all(authority).find(Component::is_primary);
    primary.is_some_and(|key| {
        key.reasons(KeyUse::Certify, made, now).is_empty()
            && (over || key.reasons(KeyUse::Certify, now, now).is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::*;
    use pgp::ser::Serialize;

    const ID: &str = "Ann <ann@example.org>";

    #[test]
    fn a_flood_in_an_own_name_is_not_believed_nor_looked_through() {
        let (maker, own) = (usual(ID), usual("Me <me@example.org>"));
        let genuine = maker.on_user(&own.primary, ID, SignatureType::CertGeneric, &says(MADE));
        let body = genuine.to_bytes().unwrap();
        let at = maker.packets.len() - 2;
        let with = |forged: u32| {
            let mut maker = maker.clone();
            for number in 0..forged {
                let mut body = body.clone();
                let last = body.len() - 4;
                body[last..].copy_from_slice(&number.to_be_bytes());
                maker
                    .packets
                    .insert(at, (crate::cert::packets::tag::SIGNATURE, body));
            }
            let own = (crate::cert::packets::tag::SIGNATURE, body.clone());
            maker.packets.insert(at, own);
            maker.cert()
        };
        let own = own.cert();
        let most = limits::MAX_CERTIFICATIONS_BY_ONE as u32;
        let few = with(most - 1);
        assert!(certified(&few, ID.as_bytes(), &own, NOW));
        assert!(certified(&few, ID.as_bytes(), &own, NOW));
        assert!(!certified(&with(most), ID.as_bytes(), &own, NOW));
        // What is known of one authority says nothing of another.
        let other = usual("Else <else@example.org>").cert();
        assert!(!certified(&few, ID.as_bytes(), &other, NOW));
    }

    #[test]
    fn an_answer_is_remembered_for_the_maker_it_is_about() {
        let (maker, own) = (usual(ID), usual("Me <me@example.org>"));
        let other = usual("Else <else@example.org>").cert();
        let genuine = maker.on_user(&own.primary, ID, SignatureType::CertGeneric, &says(MADE));
        let own = own.cert();
        let mut asked = 0;
        let sig = crate::cert::signature::Sig::new(&genuine.to_bytes().unwrap(), &other.primary);
        let counted = std::cell::Cell::new(0);
        let check = |answer: bool| {
            counted.set(counted.get() + 1);
            answer
        };
        for _ in 0..3 {
            asked += usize::from(sig.verified_by(&own.primary, |_| check(true)).is_some());
        }
        assert_eq!((asked, counted.get()), (3, 1));
        assert!(sig.verified_by(&other.primary, |_| check(false)).is_none());
        assert_eq!(counted.get(), 2);
        assert!(sig.verified_by(&own.primary, |_| check(false)).is_some());
    }
}
