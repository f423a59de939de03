//! Whether a signature is the owner's on one component of the certificate, and what finding out costs.

use std::io;

use pgp::packet::{Signature, SignatureType, SignatureVersionSpecific};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Tag, VerifyingKey};

use super::flood::cost_of_back;
use super::packets::tag;
use super::signature::Sig;
use super::work::{self, Work};
use super::{CertError, Opaque, Primary, Subkey, User};
use crate::policy::ComponentKey;

/// A component, asked about signatures on it.
#[derive(Clone, Copy)]
pub(super) struct Check<'a> {
    primary: &'a Primary,
    on: On<'a>,
}

#[derive(Clone, Copy)]
enum On<'a> {
    Key,
    User(&'a User),
    Subkey(&'a Subkey),
    Opaque(&'a Opaque),
}

impl<'a> Check<'a> {
    /// Direct-key signatures and revocations of the key.
    pub(super) fn direct(primary: &'a Primary) -> Self {
        let on = On::Key;
        Self { primary, on }
    }

    /// Certifications and their revocations.
    pub(super) fn user(primary: &'a Primary, user: &'a User) -> Self {
        let on = On::User(user);
        Self { primary, on }
    }

    /// Bindings and their revocations.
    pub(super) fn subkey(primary: &'a Primary, subkey: &'a Subkey) -> Self {
        let on = On::Subkey(subkey);
        Self { primary, on }
    }

    /// What binds a component that is only carried along.
    pub(super) fn opaque(primary: &'a Primary, other: &'a Opaque) -> Self {
        let on = On::Opaque(other);
        Self { primary, on }
    }

    /// Whose certificate it is in.
    pub(super) fn primary(&self) -> &'a Primary {
        self.primary
    }

    /// Microseconds that [`Self::genuine`] takes.
    pub(super) fn cost(&self, sig: &Sig) -> u32 {
        let on = match self.on {
            On::Key => 0,
            On::User(user) => user.id.id().len(),
            On::Subkey(subkey) => subkey.body.len(),
            On::Opaque(other) => other.body.len(),
        };
        let octets = self.primary.body.len() + on + sig.body().len();
        work::verifying(&self.primary.key, octets)
    }

    /// Whether the owner made it.
    pub(super) fn genuine(&self, signature: &Signature) -> bool {
        let key = &ComponentKey::Primary(&self.primary.key);
        match self.on {
            On::Key => signature.verify_key(key).is_ok(),
            On::User(user) => signature
                .verify_certification(key, Tag::UserId, &user.id)
                .is_ok(),
            On::Subkey(subkey) => signature.verify_subkey_binding(key, &subkey.key).is_ok(),
            On::Opaque(other) if other.tag == tag::USER_ATTRIBUTE => signature
                .verify_certification(key, Tag::UserAttribute, &Raw(&other.body))
                .is_ok(),
            On::Opaque(other) => binds_unknown(signature, self.primary, other).unwrap_or(false),
        }
    }

    /// The same, remembered in `sig`, which stands here.
    pub(super) fn ask(&self, sig: &Sig, work: &mut Work) -> Result<bool, CertError> {
        if sig.parsed().is_some() && sig.known().is_none() {
            work.spend(self.cost(sig))?;
        }
        Ok(sig.verified(|s| self.genuine(s)).is_some())
    }

    /// How many signatures in a binding are back-signatures of the subkey that it is on.
    pub(super) fn count_backs(&self, sig: &Sig, work: &mut Work) -> Result<usize, CertError> {
        let (On::Subkey(subkey), Some(binding)) = (self.on, sig.parsed()) else {
            return Ok(0);
        };
        if !sig.asked_backs() {
            work.spend(cost_of_back(subkey, sig))?;
        }
        let good = sig.backs(|| subkey.check_backs(binding, self.primary));
        Ok(good.iter().filter(|good| **good).count())
    }

    /// The same as [`Self::ask`] of a signature that stands elsewhere.
    pub(super) fn ask_elsewhere(&self, sig: &Sig, work: &mut Work) -> Result<bool, CertError> {
        work.spend(self.cost(sig))?;
        Ok(sig.parsed().is_some_and(|s| self.genuine(s)))
    }

    /// Whether the owner made any of those that say so.
    pub(super) fn any(&self, all: &[Sig], work: &mut Work) -> Result<bool, CertError> {
        for sig in all.iter().filter(|sig| sig.is_claimed()) {
            if self.ask(sig, work)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// The body of a packet that the engine does not read.
struct Raw<'a>(&'a [u8]);

impl Serialize for Raw<'_> {
    fn to_writer<W: io::Write>(&self, writer: &mut W) -> pgp::errors::Result<()> {
        Ok(writer.write_all(self.0)?)
    }

    fn write_len(&self) -> usize {
        self.0.len()
    }
}

/// A binding of a subkey that the engine cannot read (RFC 9580, 5.2.4).
fn binds_unknown(signature: &Signature, primary: &Primary, other: &Opaque) -> Option<bool> {
    let config = signature.config()?;
    let binds = matches!(
        config.typ,
        SignatureType::SubkeyBinding | SignatureType::SubkeyRevocation
    );
    let six = primary.key.version() == KeyVersion::V6;
    let mut hasher = config.hash_alg.new_hasher().ok()?;
    match &config.version_specific {
        _ if !binds => return None,
        SignatureVersionSpecific::V6 { salt } if six => hasher.update(salt),
        SignatureVersionSpecific::V4 if !six => {}
        _ => return None,
    }
    for body in [&primary.body, &other.body] {
        if six {
            hasher.update(&[0x9b]);
            hasher.update(&u32::try_from(body.len()).ok()?.to_be_bytes());
        } else {
            hasher.update(&[0x99]);
            hasher.update(&u16::try_from(body.len()).ok()?.to_be_bytes());
        }
        hasher.update(body);
    }
    let length = config.hash_signature_data(&mut hasher).ok()?;
    hasher.update(&config.trailer(length).ok()?);
    let digest = hasher.finalize();
    let key = &primary.key;
    Some(
        key.verify(config.hash_alg, &digest, signature.signature()?)
            .is_ok(),
    )
}
