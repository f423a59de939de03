//! `revoke-key` and `update-key`.

use rand::rngs::OsRng;
use waxseal_core::agent::{AgentError, Edit, Expiring, SubkeyKind, Why};
use waxseal_core::wire::{ComponentInfo, KeyUse, Reason, Time};

use crate::args::Args;
use crate::command::{certs, secret};
use crate::failure::Failure;
use crate::keys::{self, Bad, OpenKey};
use crate::{date, indirect, password};

/// The certificates, withdrawn without a reason: what is kept for the day when a key is lost.
pub fn revoke_key(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let now = date::now();
    let mut all = Vec::new();
    for key in open_all(args)? {
        let edit = Edit::new(&key.certificate, &key.unlocked, now).map_err(failure)?;
        all.push(edit.revoke(Why::NotSaid, "", &mut OsRng).map_err(failure)?);
    }
    indirect::stdout(&keys::write_certificates(&all, !args.flag("no-armor")))
}

/// New self-signatures, a subkey for encryption where none can be used, what is lacking of what keys say today that their
/// owner's programs can do, and what other copies of the certificate have.
pub fn update_key(args: &Args) -> Result<(), Failure> {
    args.none()?;
    let now = date::now();
    let mut all = open_all(args)?;
    for name in args.values("merge-certs") {
        for more in keys::certificates(name, Bad::Refuse)? {
            for key in &mut all {
                certs::merge_into(std::slice::from_mut(&mut key.certificate), &more)?;
            }
        }
    }
    let may_add = !args.flag("no-added-capabilities");
    for key in &mut all {
        renew(key, may_add, now)?;
        if args.flag("revoke-deprecated-keys") {
            revoke_weak(key, now)?;
        }
        if !args.flag("signing-only") && !key.certificate.info(now).can_encrypt {
            add_encryption(key, may_add, now)?;
        }
    }
    // Under the password that it came with, if it came with one.
    let mut names = args.values("with-key-password");
    let password = names.next().map(password::to_lock).transpose()?;
    let password = password.filter(|_| all.iter().any(|key| key.protected));
    secret::write(&all, password.as_ref(), !args.flag("no-armor"))
}

fn open_all(args: &Args) -> Result<Vec<OpenKey>, Failure> {
    let passwords = password::to_open(args.values("with-key-password"))?;
    let keys = keys::secret_keys("standard input", &indirect::stdin()?)?;
    let open = keys.into_iter().map(|key| keys::open(key, &passwords));
    open.collect()
}

/// Signs everything anew. The end stays where it is; a key that has ended gets none.
fn renew(key: &mut OpenKey, may_add: bool, now: Time) -> Result<(), Failure> {
    let until = key.certificate.info(now).expires.filter(|end| *end > now);
    let edit = Edit::new(&key.certificate, &key.unlocked, now).map_err(failure)?;
    let renewed = match may_add {
        true => edit.modernise(until, &mut OsRng),
        false => edit.set_expiry(&Expiring::All, until, &mut OsRng),
    };
    key.certificate = renewed.map_err(failure)?;
    Ok(())
}

/// Withdraws subkeys that policy no longer accepts.
fn revoke_weak(key: &mut OpenKey, now: Time) -> Result<(), Failure> {
    let weak = |reasons: &[Reason]| {
        let weak = [Reason::WeakKey, Reason::WeakAlgorithm];
        reasons.iter().any(|reason| weak.contains(reason))
            && !reasons.contains(&Reason::RevokedHard)
    };
    let components = key.certificate.info(now).components;
    for subkey in components.iter().skip(1).filter(|one| weak(&one.reasons)) {
        let edit = Edit::new(&key.certificate, &key.unlocked, now).map_err(failure)?;
        let revoked = edit.revoke_subkey(&subkey.fingerprint, Why::Retired, "", &mut OsRng);
        key.certificate = revoked.map_err(failure)?;
    }
    Ok(())
}

/// In the place of one that can no longer be used; or the first one, if capabilities may be added.
fn add_encryption(key: &mut OpenKey, may_add: bool, now: Time) -> Result<(), Failure> {
    let components = key.certificate.info(now).components;
    let had = |one: &ComponentInfo| one.uses.contains(&KeyUse::Encrypt);
    if !may_add && !components.iter().any(had) {
        return Ok(());
    }
    let edit = Edit::new(&key.certificate, &key.unlocked, now).map_err(failure)?;
    let until = key.certificate.info(now).expires;
    let added = edit.add_subkey(SubkeyKind::Curve25519, until, &mut OsRng);
    let added = added.map_err(failure)?;
    key.add(added.certificate, &added.secret)
}

fn failure(error: AgentError) -> Failure {
    match error {
        AgentError::NoSecret | AgentError::Unusable => {
            Failure::PrimaryKeyBad(format!("the primary key cannot be used: {error}"))
        }
        error => keys::refused(error),
    }
}
