//! Describing a certificate to people.

use pgp::types::KeyDetails;

use super::text::safe_text;
use super::{Certificate, parse_user_id};
use crate::policy::{self, PrimaryStatus, SubkeyStatus, UserStatus, algorithm, uses};
use crate::wire::{Bytes, ComponentInfo, Fingerprint, KeyInfo, KeyState, Reason, Time, UserIdInfo};

pub(super) fn info(cert: &Certificate, now: Time) -> KeyInfo {
    let primary = PrimaryStatus::at(cert, now, now);
    let state = state(&primary.reasons);
    let (encrypt, sign) = (
        policy::encryption_components(cert, now),
        policy::signing_component(cert, now),
    );
    let (can_encrypt, can_sign) = (encrypt.is_ok(), sign.is_ok());
    let reasons = if state == KeyState::Valid {
        let both = [encrypt.err(), sign.err()];
        policy::distinct(both.into_iter().flatten().flatten().collect())
    } else {
        primary.reasons.clone()
    };
    KeyInfo {
        fingerprint: cert.fingerprint(),
        version: cert.version(),
        user_ids: user_ids(cert, now),
        components: components(cert, &primary, now),
        created: cert.created(),
        expires: primary.expires,
        state,
        reasons,
        can_encrypt,
        can_sign,
        secret: false,
        unlocked: false,
        partly_unlocked: false,
        has_revocation: false,
        classic_form: cert.classic().is_some(),
        added: None,
    }
}

/// What to call it: its primary user ID, or the first.
pub(super) fn name(cert: &Certificate, now: Time) -> Option<String> {
    let first = user_ids(cert, now).into_iter().next();
    first.map(|id| id.text)
}

fn state(reasons: &[Reason]) -> KeyState {
    let has = |wanted: &[Reason]| reasons.iter().any(|r| wanted.contains(r));
    if has(&[Reason::RevokedHard, Reason::RevokedSoft]) {
        KeyState::Revoked
    } else if has(&[
        Reason::NotBound,
        Reason::WeakKey,
        Reason::WeakAlgorithm,
        Reason::WeakHash,
        Reason::UnknownCritical,
        Reason::Unsupported,
        Reason::NoUserId,
    ]) {
        KeyState::Unusable
    } else if has(&[Reason::NotYetValid]) {
        KeyState::NotYetValid
    } else if has(&[Reason::Expired]) {
        KeyState::Expired
    } else if reasons.is_empty() {
        KeyState::Valid
    } else {
        KeyState::Unusable
    }
}

/// Valid ones first, the primary one before all; those that nobody signed are left out of everything but this list.
fn user_ids(cert: &Certificate, now: Time) -> Vec<UserIdInfo> {
    let mut found: Vec<_> = cert
        .users
        .iter()
        .map(|user| {
            let status = UserStatus::at(cert, user, now, now);
            let (marked, made) = status.binding.as_ref().map_or((false, 0), |s| {
                (policy::is_primary(s), policy::claimed_time(s).unwrap_or(0))
            });
            let text = user.text();
            let parsed = parse_user_id(&text);
            let info = UserIdInfo {
                id: Bytes(user.id.id().to_vec()),
                text: safe_text(&text),
                name: parsed.name,
                email: parsed.email,
                valid: status.is_valid(),
                revoked: status.revoked,
                certified: Vec::new(),
            };
            ((info.valid, marked, made), info)
        })
        .collect();
    found.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    found.into_iter().map(|(_, info)| info).collect()
}

fn components(cert: &Certificate, primary: &PrimaryStatus<'_>, now: Time) -> Vec<ComponentInfo> {
    let mut all = vec![ComponentInfo {
        fingerprint: cert.fingerprint(),
        algorithm: algorithm::name(&cert.primary.key),
        created: cert.created(),
        expires: primary.expires,
        post_quantum: algorithm::is_post_quantum(cert.primary.key.algorithm()),
        uses: uses(primary.flags().as_ref()),
        reasons: primary.reasons.clone(),
    }];
    for subkey in &cert.subkeys {
        let status = SubkeyStatus::at(cert, subkey, now, now);
        let uses = uses(status.flags.or_else(|| primary.flags_of_subkeys()).as_ref());
        let mut reasons = status.reasons;
        if uses.contains(&crate::wire::KeyUse::Sign) && status.back.is_none() {
            reasons.push(Reason::NoBackSignature);
        }
        all.push(ComponentInfo {
            fingerprint: Fingerprint::from_bytes(subkey.key.fingerprint().as_bytes()),
            algorithm: algorithm::name(&subkey.key),
            created: subkey.key.created_at().as_secs(),
            expires: status.expires,
            post_quantum: algorithm::is_post_quantum(subkey.key.algorithm()),
            uses,
            reasons,
        });
    }
    all
}
