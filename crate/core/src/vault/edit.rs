//! Changes to own keys. Everything is computed first; then one record is written, whole.

use rand::{CryptoRng, RngCore};

use super::keys::{check_passphrase, file_name, seconds, uncopied_entry, user_id};
use super::{Answered, Denied, Vault, store};
use crate::agent::{self, Certification, Edit, Expiring, NewSubkey, SecretPackets, Unlocked, Why};
use crate::cert::Certificate;
use crate::keyring::StoredKey;
use crate::policy::PrimaryStatus;
use crate::wire::host::Effect;
use crate::wire::{
    CertifyLevel, ErrorCode, Fingerprint, KeyChange, RevocationReason, Secret, SubkeyKind, Time,
    UiReply,
};

/// What a change makes of an own key.
enum Changed {
    Certificate(Certificate),
    Subkey(NewSubkey),
    Passphrase(SecretPackets),
    /// Another key, certified.
    Other(StoredKey),
}

impl Vault {
    pub(super) fn edit<R: RngCore + CryptoRng>(
        &mut self,
        fingerprint: &Fingerprint,
        passphrase: &Secret,
        change: KeyChange,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let (key, secret) = self.keyring.get_own(fingerprint)?;
        if let KeyChange::Passphrase { new } = &change {
            check_passphrase(new)?;
        }
        let opened = agent::unlock(&key.certificate, secret, passphrase, self.protection, rng)?;
        let (mut unlocked, renewed) = (opened.unlocked, opened.renewed);
        let closed = unlocked.closed(&key.certificate, secret);
        if closed.contains(fingerprint) && !matches!(change, KeyChange::Passphrase { .. }) {
            return Err(ErrorCode::OtherPassphrase.into());
        }
        let proven = renewed.is_some();
        let mut result = StoredKey {
            secret: Some(renewed.unwrap_or_else(|| secret.clone())),
            ..key.clone()
        };
        let mut also = None;
        let changed = self.changed(key, &unlocked, passphrase, change, now, rng)?;
        let grows = matches!(changed, Changed::Subkey(_));
        match changed {
            Changed::Certificate(certificate) => result.certificate = certificate,
            Changed::Passphrase(secret) => result.secret = Some(secret),
            Changed::Other(other) => {
                let own = std::mem::replace(&mut result, other);
                // Only what a passphrase has opened has a say.
                also = proven.then_some(own);
            }
            Changed::Subkey(new) => {
                result.certificate = new.certificate;
                unlocked.extend(&result.certificate, &new.secret)?;
                let mut all = result.secret.take().unwrap_or_default();
                // Each of them, whatever else is there: what others encrypt to from now on must open.
                for packet in new.secret.iter() {
                    all.replace(packet.clone());
                }
                let (certificate, protection) = (&result.certificate, self.protection);
                let all = agent::protect_new(certificate, &all, passphrase, protection, rng)?;
                result.secret = Some(all);
            }
        }
        let mut entries = self.keyring.entries(&result)?;
        if let Some(own) = &also {
            entries.extend(self.keyring.entries(own)?);
        }
        self.keyring.keep(result.clone());
        if let Some(own) = also {
            self.keyring.keep(own);
        }
        if grows {
            // Files from before do not have the new subkey. With the key, as when it is made.
            entries.push(uncopied_entry(&result));
        }
        effects.push(store(entries));
        if result.certificate.fingerprint() == *fingerprint && self.lock.get(fingerprint).is_some()
        {
            // What stands open knows the new subkeys.
            self.opened(unlocked, now, effects);
        }
        effects.push(Effect::Pulse {});
        Ok(UiReply::Edited {
            key: self.describe(&result, now),
        })
    }

    fn changed<R: RngCore + CryptoRng>(
        &self,
        key: &StoredKey,
        unlocked: &Unlocked,
        passphrase: &Secret,
        change: KeyChange,
        now: Time,
        rng: &mut R,
    ) -> Result<Changed, Denied> {
        let own = self.keyring.own_certificates();
        let edit = || Edit::new(&key.certificate, unlocked, now).map(|edit| edit.beside(&own));
        let revoking = |why: Why| match why.is_hard() {
            true => Edit::withdrawing(&key.certificate, unlocked, now).map(|e| e.beside(&own)),
            false => edit(),
        };
        let until = |days| seconds(days).map(|s| s.map(|s| now.saturating_add(s)));
        Ok(match change {
            KeyChange::AddUserId {
                name,
                email,
                primary,
            } => {
                let id = user_id(&name, &email)?;
                Changed::Certificate(edit()?.add_user_id(id.as_bytes(), primary, rng)?)
            }
            KeyChange::RevokeUserId { user_id } => {
                Changed::Certificate(edit()?.revoke_user_id(&user_id.0, rng)?)
            }
            KeyChange::PrimaryUserId { user_id } => {
                Changed::Certificate(edit()?.make_primary(&user_id.0, rng)?)
            }
            KeyChange::Expiry { component, days } => {
                let which = component.map_or(Expiring::All, Expiring::Component);
                Changed::Certificate(edit()?.set_expiry(&which, until(days)?, rng)?)
            }
            KeyChange::Passphrase { new } => {
                let secret = key.secret.as_ref().ok_or(ErrorCode::NoSecret)?;
                Changed::Passphrase(agent::change_passphrase(
                    &key.certificate,
                    secret,
                    passphrase,
                    &new,
                    self.lock.get(&key.certificate.fingerprint()),
                    self.protection,
                    rng,
                )?)
            }
            KeyChange::AddSubkey { subkey_kind, days } => {
                let kind = match subkey_kind {
                    SubkeyKind::Curve25519 => agent::SubkeyKind::Curve25519,
                    SubkeyKind::PostQuantum => agent::SubkeyKind::PostQuantum,
                };
                let until = match until(days)? {
                    None => ends(&key.certificate, now),
                    until => until,
                };
                Changed::Subkey(edit()?.add_subkey(kind, until, rng)?)
            }
            KeyChange::RevokeSubkey { component, reason } => {
                let why = why(reason);
                Changed::Certificate(revoking(why)?.revoke_subkey(&component, why, "", rng)?)
            }
            KeyChange::RotateEncryption {} => {
                let until = ends(&key.certificate, now);
                Changed::Subkey(edit()?.rotate_encryption(until, rng)?)
            }
            KeyChange::Revoke { reason, text } => {
                let why = why(reason);
                Changed::Certificate(revoking(why)?.revoke(why, &text, rng)?)
            }
            KeyChange::Certify {
                certificate,
                user_id,
                level,
                exportable,
            } => {
                let other = self.other(&certificate)?;
                let level = match level {
                    CertifyLevel::NotSaid => 0,
                    CertifyLevel::Casual => 2,
                    CertifyLevel::Careful => 3,
                };
                let says = Certification { level, exportable };
                let certificate = edit()?.certify(&other.certificate, &user_id.0, says, rng)?;
                Changed::Other(StoredKey {
                    certificate,
                    ..other.clone()
                })
            }
            KeyChange::RevokeCertification {
                certificate,
                user_id,
            } => {
                let other = self.other(&certificate)?;
                let certificate =
                    edit()?.revoke_certification(&other.certificate, &user_id.0, rng)?;
                Changed::Other(StoredKey {
                    certificate,
                    ..other.clone()
                })
            }
        })
    }

    /// A key of somebody else.
    fn other(&self, fingerprint: &Fingerprint) -> Result<&StoredKey, Denied> {
        let key = self.keyring.get(fingerprint).ok_or(ErrorCode::UnknownKey)?;
        match key.secret {
            Some(_) => Err(ErrorCode::BadCall.into()),
            None => Ok(key),
        }
    }

    /// The stored revocation certificate; for a key that has none, a new one, which is stored with it.
    pub(super) fn revocation_certificate<R: RngCore + CryptoRng>(
        &mut self,
        fingerprint: &Fingerprint,
        passphrase: Option<&Secret>,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let (key, secret) = self.keyring.get_own(fingerprint)?;
        let mut key = key.clone();
        let revocation = match key.revocation.clone() {
            Some(revocation) => revocation,
            None => {
                let passphrase = passphrase.ok_or(ErrorCode::NeedsPassphrase)?;
                let opened =
                    agent::unlock(&key.certificate, secret, passphrase, self.protection, rng)?;
                let edit = Edit::withdrawing(&key.certificate, &opened.unlocked, now)?;
                let made = edit.revocation(Why::NotSaid, "", rng)?;
                key.secret = opened.renewed.or(key.secret);
                key.revocation = Some(made.clone());
                effects.push(store(self.keyring.put(key.clone())?));
                effects.push(Effect::Pulse {});
                made
            }
        };
        Ok(UiReply::Armored {
            armored: Secret::new(agent::revocation_block(&key.certificate, &revocation)),
            file_name: file_name(&key, "REVOCATION", now),
        })
    }
}

/// When a key ends that has not ended yet.
fn ends(certificate: &Certificate, now: Time) -> Option<Time> {
    let expires = PrimaryStatus::at(certificate, now, now).expires;
    expires.filter(|end| *end > now)
}

fn why(reason: RevocationReason) -> Why {
    match reason {
        RevocationReason::NotSaid => Why::NotSaid,
        RevocationReason::Compromised => Why::Compromised,
        RevocationReason::Superseded => Why::Superseded,
        RevocationReason::Retired => Why::Retired,
    }
}
