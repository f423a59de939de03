//! What desk pages need for a message: session keys, signatures, certificates, recipients.

use rand::{CryptoRng, RngCore};

use super::caller::Caller;
use super::{Answered, Denied, Vault};
use crate::agent::{self, AgentError};
use crate::cert::{Issuer, parse_address, safe_text};
use crate::keyring::{Choice, StoredKey};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{
    Bytes, ErrorCode, RecipientInfo, RecipientState, Refusal, Secret, SignRequest, Time, UiReply,
};

impl Vault {
    pub(super) fn decipher<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        pkesks: &[Bytes],
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        if pkesks.len() > limits::MAX_PKESKS {
            return Err(Denied::limit(limits::MAX_PKESKS as u32));
        }
        let packets: Vec<&[u8]> = pkesks.iter().map(|p| p.0.as_slice()).collect();
        let left = self.operations_left(caller, now)?;
        let (found, made) = agent::decipher_within(&packets, self.lock.open(), left, rng);
        // A call without any counts too: what is locked can be asked for in no other way.
        self.count_operations(caller, made.max(1), now, effects)?;
        let error = match found {
            Ok(mut found) => {
                self.deciphered(now, effects);
                let key = self.keyring.get(&found.opened_by.certificate);
                let name = key.and_then(|key| key.certificate.name(now));
                found.opened_by.name = name.unwrap_or_default();
                return Ok(UiReply::SessionKey {
                    algorithm: found.algorithm,
                    key: Secret::from_bytes(&found.key),
                    opened_by: found.opened_by,
                });
            }
            Err(error) => error,
        };
        // From here on nothing is denied: the operations have been counted.
        // A limit for hidden recipients says nothing of the keys that were not tried.
        let untried = matches!(
            error,
            AgentError::NoKey | AgentError::Undecipherable | AgentError::Limit(_)
        );
        if untried {
            // Of a key that stands open a part may have another passphrase.
            let locked = self.keyring.own().map(|key| {
                let open = self.lock.get(&key.certificate.fingerprint());
                (&key.certificate, open.map(|_| self.closed(key)))
            });
            let wanted = agent::wanted_keys(&packets, locked).unwrap_or_default();
            let mut keys: Vec<_> = wanted.iter().filter_map(|f| self.keyring.get(f)).collect();
            let first = self.default_own(now).map(|k| k.certificate.fingerprint());
            keys.sort_by_key(|k| Some(k.certificate.fingerprint()) != first);
            if !keys.is_empty() {
                return Ok(UiReply::Locked {
                    keys: keys.into_iter().map(|k| self.describe(k, now)).collect(),
                });
            }
        }
        let Denied { error, detail } = error.into();
        Ok(UiReply::Refused { error, detail })
    }

    pub(super) fn certificates(&self, caller: &Caller, issuers: &[String], now: Time) -> Answered {
        self.needs_view(caller, now)?;
        if issuers.len() > limits::MAX_ISSUERS {
            return Err(Denied::limit(limits::MAX_ISSUERS as u32));
        }
        let mut found: Vec<&StoredKey> = Vec::new();
        for issuer in issuers {
            let issuer: Issuer = issuer.parse().map_err(|_| ErrorCode::BadCall)?;
            // Who asks for a whole key gets it first.
            let whole = match &issuer {
                Issuer::Fingerprint(fingerprint) => self.keyring.get(fingerprint),
                Issuer::KeyId(_) => None,
            };
            for key in whole.into_iter().chain(self.keyring.signers(&issuer)) {
                let mut more = vec![key];
                let revokers = key.certificate.revokers();
                more.extend(revokers.iter().filter_map(|r| self.keyring.get(r)));
                more.retain(|key| !found.iter().any(|other| std::ptr::eq(*other, *key)));
                // Without those who may revoke it the desk could not tell that it is revoked, and it looks at no more.
                if found.len() + more.len() <= limits::MAX_ISSUERS {
                    found.append(&mut more);
                }
            }
        }
        let (certificates, vouched): (Vec<_>, Vec<_>) = found
            .into_iter()
            .map(|key| {
                let bytes = Bytes(key.certificate.to_bytes());
                (bytes, self.keyring.vouched(key, now))
            })
            .unzip();
        Ok(UiReply::Certificates {
            certificates,
            vouched: vouched.into_iter().flatten().collect(),
        })
    }

    pub(super) fn recipients(&self, addresses: &[String], now: Time) -> Answered {
        if addresses.len() > limits::MAX_RECIPIENTS {
            return Err(Denied::limit(limits::MAX_RECIPIENTS as u32));
        }
        let own = self.default_own(now);
        Ok(UiReply::Recipients {
            recipients: addresses.iter().map(|a| self.recipient(a, now)).collect(),
            own: own.map(|k| self.describe(k, now)),
            own_certificate: own.map(|k| Bytes(k.certificate.to_bytes())),
        })
    }

    fn recipient(&self, typed: &str, now: Time) -> RecipientInfo {
        let mut info = RecipientInfo {
            address: String::new(),
            state: RecipientState::NotAnAddress,
            key: None,
            reasons: Vec::new(),
            several: false,
            confirmation: None,
            once_confirmed: false,
            certificate: None,
        };
        let Some(address) = parse_address(typed) else {
            info.address = safe_text(typed);
            return info;
        };
        match self.keyring.choose(&address, now) {
            Choice::NoKey => info.state = RecipientState::NoKey,
            Choice::Unusable { key, reasons } => {
                info.state = RecipientState::Unusable;
                info.key = Some(self.describe(key, now));
                info.reasons = reasons;
            }
            Choice::Ready {
                key,
                several,
                confirmation,
                once,
            } => {
                info.state = RecipientState::Ready;
                info.key = Some(self.describe(key, now));
                info.several = several;
                info.confirmation = Some(confirmation);
                info.once_confirmed = once;
                info.certificate = Some(Bytes(key.certificate.to_bytes()));
            }
        }
        info.address = address;
        info
    }

    pub(super) fn sign<R: RngCore + CryptoRng>(
        &mut self,
        request: &SignRequest,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let (key, _) = self.keyring.get_own(&request.certificate)?;
        let Some(open) = self.lock.get(&request.certificate) else {
            return Ok(UiReply::Locked {
                keys: vec![self.describe(key, now)],
            });
        };
        match agent::sign(&key.certificate, open, request, now, rng) {
            Ok(signature) => {
                self.signed(now, effects);
                Ok(UiReply::Signature {
                    signature: Bytes(signature),
                })
            }
            Err(AgentError::NoKey) if self.closed(key).contains(&request.component) => {
                Ok(UiReply::Locked {
                    keys: vec![self.describe(key, now)],
                })
            }
            Err(AgentError::NoKey) => Err(ErrorCode::NoSecret.into()),
            Err(AgentError::Unusable) => {
                let reasons = crate::policy::signing_component(&key.certificate, now).err();
                let detail = Refusal {
                    reasons: reasons.unwrap_or_default(),
                    ..Refusal::default()
                };
                Err(Denied {
                    error: ErrorCode::UnusableKey,
                    detail: Some(detail),
                })
            }
            Err(error) => Err(error.into()),
        }
    }
}
