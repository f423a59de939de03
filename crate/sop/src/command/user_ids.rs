//! `certify-userid` and `validate-userid`.

use rand::rngs::OsRng;
use waxseal_core::agent::{AgentError, Certification, Edit};
use waxseal_core::cert::Certificate;
use waxseal_core::policy;

use crate::args::Args;
use crate::failure::Failure;
use crate::keys::{self, Bad};
use crate::{date, indirect, password};

/// Others may see it; how well it was checked is not said.
const PUBLIC: Certification = Certification {
    level: 0,
    exportable: true,
};

pub fn certify(args: &Args) -> Result<(), Failure> {
    let names = args.required("KEYS")?;
    let ids: Vec<&str> = args.values("userid").collect();
    if ids.is_empty() {
        return Err(Failure::MissingArg("--userid".into()));
    }
    let passwords = password::to_open(args.values("with-key-password"))?;
    let mut all = keys::from_bytes("standard input", &indirect::stdin()?, Bad::Refuse)?;
    for name in names {
        for key in keys::secret_keys(name, &indirect::read(name)?)? {
            let key = keys::open(key, &passwords)?;
            let edit = Edit::new(&key.certificate, &key.unlocked, date::now());
            let edit = edit.map_err(|error| Failure::KeyCannotCertify(error.to_string()))?;
            for cert in &mut all {
                for id in &ids {
                    *cert = one(&edit, cert, id, args.flag("no-require-self-sig"))?;
                }
            }
        }
    }
    indirect::stdout(&keys::write_certificates(&all, !args.flag("no-armor")))
}

fn one(edit: &Edit<'_>, cert: &Certificate, id: &str, any: bool) -> Result<Certificate, Failure> {
    let certified = match any {
        true => edit.certify_name(cert, id, PUBLIC, &mut OsRng),
        false => edit.certify(cert, id.as_bytes(), PUBLIC, &mut OsRng),
    };
    certified.map_err(|error| match error {
        AgentError::NotThere => Failure::CertUserIdNoMatch(cert.fingerprint().to_string()),
        error => Failure::KeyCannotCertify(error.to_string()),
    })
}

pub fn validate(args: &Args) -> Result<(), Failure> {
    let (id, authorities) = match args.positional() {
        [] => return Err(Failure::MissingArg("USERID".into())),
        [_] => return Err(Failure::MissingArg("CERTS".into())),
        [id, authorities @ ..] => (id, authorities),
    };
    let now = date::now();
    let at = date::bound(args.value("validate-at"), now, now)?;
    let mut trusted = Vec::new();
    for name in authorities {
        trusted.extend(keys::certificates(name, Bad::Skip)?);
    }
    let address_only = args.flag("addr-spec-only");
    let mut certs = keys::from_bytes("standard input", &indirect::stdin()?, Bad::Refuse)?;
    // Each may be named in another as a key that may revoke it.
    for cert in &mut certs {
        cert.learn(&trusted);
    }
    Certificate::learn_all(&mut certs);
    Certificate::learn_all(&mut trusted);
    for authority in &mut trusted {
        authority.learn(&certs);
    }
    for cert in certs {
        let vouched = trusted.iter().any(|authority| match address_only {
            true => policy::certified_address(&cert, id, authority, at),
            false => policy::certified(&cert, id.as_bytes(), authority, at),
        });
        if !vouched {
            return Err(Failure::CertUserIdNoMatch(cert.fingerprint().to_string()));
        }
    }
    Ok(())
}
