//! The state of a primary key, a user ID, a subkey at a time.

use pgp::crypto::{aead::AeadAlgorithm, sym::SymmetricKeyAlgorithm};
use pgp::packet::{
    CERTIFICATION_SIGNATURE_TYPES, Features, KeyFlags, Signature, SignatureType, SubpacketData,
};
use pgp::types::KeyDetails;

use super::selfsig::{
    self, Revoked, end, is, key_flags, key_lasts, latest, made, newest, oldest_later, revoked, says,
};
use super::{accept_data_hash, algorithm, distinct};
use crate::cert::{Certificate, Subkey, User};
use crate::wire::{KeyUse, Reason, Time};

/// A user ID at a time.
pub(crate) struct UserStatus<'a> {
    /// The self-certification that counts.
    pub(crate) binding: Result<&'a Signature, Vec<Reason>>,
    pub(crate) revoked: bool,
}

impl<'a> UserStatus<'a> {
    pub(crate) fn at(cert: &'a Certificate, user: &'a User, at: Time, now: Time) -> Self {
        let own = || user.own(&cert.primary);
        let certifications = own().filter(|s| is(s, CERTIFICATION_SIGNATURE_TYPES));
        let binding = newest(certifications, cert.created(), at, now);
        let revocations = own().filter(|s| is(s, &[SignatureType::CertRevocation]));
        let bound = binding.as_ref().ok().map(|s| made(s));
        let revoked = revoked(revocations, bound, at, now, true) != Revoked::No;
        Self { binding, revoked }
    }

    pub(crate) fn is_valid(&self) -> bool {
        self.binding.is_ok() && !self.revoked
    }

    /// Whether a user ID was valid at `at`, when something was signed. Where all of its self-certifications are later, the one
    /// that counts now stands for them: it may have been renewed since.
    pub(crate) fn was_valid(cert: &'a Certificate, user: &'a User, at: Time, now: Time) -> bool {
        let then = Self::at(cert, user, at, now);
        !then.revoked
            && match then.binding {
                Ok(_) => true,
                Err(why) => {
                    why == [Reason::NotYetValid] && Self::at(cert, user, now, now).binding.is_ok()
                }
            }
    }
}

/// The primary key at a time.
pub(crate) struct PrimaryStatus<'a> {
    direct: Option<&'a Signature>,
    certification: Option<&'a Signature>,
    version: u8,
    /// Why nothing of the certificate can be used; empty when it can.
    pub(crate) reasons: Vec<Reason>,
    pub(crate) expires: Option<Time>,
}

impl<'a> PrimaryStatus<'a> {
    pub(crate) fn at(cert: &'a Certificate, at: Time, now: Time) -> Self {
        let primary = &cert.primary;
        let created = cert.created();
        let of_type = |typ| primary.own().filter(move |s| is(s, &[typ]));
        let mut direct = newest(of_type(SignatureType::Key), created, at, now);
        let mut certification = primary_user(cert, at, now);
        // RFC 9580, 10.1.1: nothing but a direct-key signature binds a key of version 6.
        let six = cert.version() >= 6;
        if direct.is_err() && (six || certification.is_err()) {
            // One that was withdrawn then speaks neither for that time nor against it.
            let withdrawn = |user| UserStatus::at(cert, user, at, now).revoked;
            let users = cert.users.iter().filter(|user| !six && !withdrawn(user));
            let users = users.flat_map(|user| user.own(primary));
            let users = users.filter(|s| is(s, CERTIFICATION_SIGNATURE_TYPES));
            match oldest_later(of_type(SignatureType::Key).chain(users), created, at, now) {
                Some(later) if is(later, &[SignatureType::Key]) => direct = Ok(later),
                Some(later) => certification = Ok(later),
                None => {}
            }
        }

        let mut reasons = Vec::new();
        if created > latest(at, now) {
            reasons.push(Reason::NotYetValid);
        }
        reasons.extend(algorithm::accept(&primary.key).err());
        let bound = [
            direct.as_ref().ok(),
            certification.as_ref().ok().filter(|_| !six),
        ];
        let bound = bound.into_iter().flatten().map(|s| made(s)).max();
        let revocation = revoked(primary.revocations(), bound, at, now, false);
        reasons.extend(revocation.reason());
        if primary.may_be_revoked() && revocation != Revoked::Hard {
            reasons.push(Reason::MaybeRevoked);
        }

        let mut status = Self {
            direct: direct.as_ref().ok().copied(),
            certification: certification.as_ref().ok().copied(),
            version: cert.version(),
            reasons: Vec::new(),
            expires: None,
        };
        if bound.is_none() {
            let why = [direct.err(), certification.err()]
                .into_iter()
                .flatten()
                .flatten();
            let why: Vec<_> = why.filter(|r| *r != Reason::NotBound).collect();
            reasons.extend(if why.is_empty() {
                vec![Reason::NotBound]
            } else {
                why
            });
        }
        let lasts = status.governing(|s| key_lasts(s).is_some());
        status.expires = end(created, lasts.and_then(key_lasts));
        if status.expires.is_some_and(|end| end <= at) {
            reasons.push(Reason::Expired);
        }
        status.reasons = distinct(reasons);
        status
    }

    /// The self-signature that decides about the key as a whole. In version 6 it is the direct-key signature
    /// (RFC 9580, 5.2.3.10); in version 4 the newer one, because programs renew only one of the two; the other helps
    /// out when that one says nothing.
    fn governing(&self, says: impl Fn(&'a Signature) -> bool) -> Option<&'a Signature> {
        let order = match (self.direct, self.certification) {
            (Some(d), Some(_)) if self.version >= 6 => [Some(d), None],
            (Some(d), Some(c)) if made(d) > made(c) => [Some(d), Some(c)],
            (d, c) => [c, d],
        };
        order.into_iter().flatten().find(|s| says(s))
    }

    /// The direct-key signature that is in force.
    pub(crate) fn direct_key(&self) -> Option<&'a Signature> {
        self.direct
    }

    /// The self-signature that is asked first about the key as a whole.
    pub(crate) fn about_key(&self) -> Option<&'a Signature> {
        self.governing(|_| true)
    }

    /// Whether any self-signature is in force.
    pub(crate) fn is_bound(&self) -> bool {
        self.direct.is_some() || (self.version < 6 && self.certification.is_some())
    }

    pub(crate) fn flags(&self) -> Option<KeyFlags> {
        self.governing(|s| key_flags(s).is_some())
            .and_then(key_flags)
    }

    /// What the key as a whole says of its subkeys, where their own bindings say nothing (RFC 9580, 5.2.3.10).
    pub(crate) fn flags_of_subkeys(&self) -> Option<KeyFlags> {
        self.direct.and_then(key_flags)
    }

    /// What the last subpacket that `pick` takes says, of the signature that decides.
    fn prefers<T>(&self, pick: impl Fn(&'a SubpacketData) -> Option<T>) -> Option<T> {
        let signature = self.governing(|s| says(s, &pick).is_some())?;
        says(signature, &pick)
    }

    /// Ciphers that the owner's programs read in SEIPDv1 (RFC 9580, 5.2.3.14); empty when nothing is said.
    pub(crate) fn ciphers(&self) -> &'a [SymmetricKeyAlgorithm] {
        self.prefers(|data| match data {
            SubpacketData::PreferredSymmetricAlgorithms(all) => Some(all.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
    }

    /// Ciphers and modes that the owner's programs read in SEIPDv2 (RFC 9580, 5.2.3.15); empty when nothing is said.
    pub(crate) fn ciphersuites(&self) -> &'a [(SymmetricKeyAlgorithm, AeadAlgorithm)] {
        self.prefers(|data| match data {
            SubpacketData::PreferredAeadAlgorithms(all) => Some(all.as_slice()),
            _ => None,
        })
        .unwrap_or_default()
    }

    pub(crate) fn features(&self) -> Option<&'a Features> {
        self.prefers(|data| match data {
            SubpacketData::Features(features) => Some(features),
            _ => None,
        })
    }
}

/// The certification of the primary user ID: marked as such, else the newest (RFC 9580, 5.2.3.27).
fn primary_user(cert: &Certificate, at: Time, now: Time) -> Result<&Signature, Vec<Reason>> {
    let mut best: Option<&Signature> = None;
    let mut reasons = Vec::new();
    for user in &cert.users {
        match UserStatus::at(cert, user, at, now) {
            UserStatus {
                binding: Ok(binding),
                revoked: false,
            } => {
                let rank = |s: &Signature| (is_primary(s), made(s));
                if best.is_none_or(|b| rank(b) < rank(binding)) {
                    best = Some(binding);
                }
            }
            UserStatus { binding: Ok(_), .. } => reasons.push(Reason::NoUserId),
            UserStatus {
                binding: Err(why), ..
            } => reasons.extend(why),
        }
    }
    best.ok_or_else(|| {
        if reasons.is_empty() {
            vec![Reason::NoUserId]
        } else {
            distinct(reasons)
        }
    })
}

/// Whether a certification marks its user ID as the primary one (RFC 9580, 5.2.3.27).
pub(crate) fn is_primary(signature: &Signature) -> bool {
    let marked = says(signature, |data| match data {
        SubpacketData::IsPrimary(marked) => Some(*marked),
        _ => None,
    });
    marked.unwrap_or(false)
}

/// A subkey at a time, by itself: the primary key's state comes on top.
pub(crate) struct SubkeyStatus<'a> {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) flags: Option<KeyFlags>,
    pub(crate) expires: Option<Time>,
    pub(crate) bound: bool,
    /// The binding that counts.
    pub(crate) binding: Option<&'a Signature>,
    /// The back-signature that is in force.
    pub(crate) back: Option<&'a Signature>,
}

impl<'a> SubkeyStatus<'a> {
    pub(crate) fn at(cert: &'a Certificate, subkey: &'a Subkey, at: Time, now: Time) -> Self {
        let created = subkey.key.created_at().as_secs();
        let of_type = |typ| subkey.own(&cert.primary).filter(move |s| is(s, &[typ]));
        let mut reasons = Vec::new();
        if created > latest(at, now) {
            reasons.push(Reason::NotYetValid);
        }
        reasons.extend(algorithm::accept(&subkey.key).err());
        let since = created.max(cert.created());
        // RFC 9980, 7.2: no binding of a post-quantum subkey over a weak hash is valid, whatever its date.
        let quantum = algorithm::is_post_quantum(subkey.key.algorithm());
        let strong = move |s: &&Signature| {
            !quantum
                || s.hash_alg()
                    .is_some_and(|hash| accept_data_hash(hash).is_ok())
        };
        let bindings = of_type(SignatureType::SubkeyBinding).filter(strong);
        let binding = newest(bindings, since, at, now);
        let counts = binding.as_ref().ok().copied();
        let bound = counts.map(made);
        let revocation = revoked(
            of_type(SignatureType::SubkeyRevocation),
            bound,
            at,
            now,
            false,
        );
        reasons.extend(revocation.reason());
        let (mut flags, mut expires, mut back) = (None, None, None);
        match binding {
            Ok(binding) => {
                flags = key_flags(binding);
                expires = end(created, key_lasts(binding));
                back = subkey
                    .back_signatures(binding, &cert.primary)
                    .find(|back| selfsig::in_force(back, created, at, now).is_ok());
            }
            // It exists already, but nobody had confirmed it yet.
            Err(why) if created <= latest(at, now) && why == [Reason::NotYetValid] => {
                reasons.push(Reason::BoundLater);
            }
            Err(why) => reasons.extend(why),
        }
        if expires.is_some_and(|end| end <= at) {
            reasons.push(Reason::Expired);
        }
        Self {
            reasons: distinct(reasons),
            flags,
            expires,
            bound: bound.is_some(),
            binding: counts,
            back,
        }
    }
}

/// The uses that flags allow, of those that matter.
pub(crate) fn uses(flags: Option<&KeyFlags>) -> Vec<KeyUse> {
    let Some(flags) = flags else {
        return Vec::new();
    };
    [
        (flags.certify(), KeyUse::Certify),
        (flags.sign(), KeyUse::Sign),
        (
            flags.encrypt_comms() || flags.encrypt_storage(),
            KeyUse::Encrypt,
        ),
        (flags.authentication(), KeyUse::Authenticate),
    ]
    .into_iter()
    .filter_map(|(set, one)| set.then_some(one))
    .collect()
}
