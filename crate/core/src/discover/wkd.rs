//! Requests to a Web Key Directory (draft-koch-openpgp-webkey-service, 3.1).

use sha1::{Digest, Sha1};

use super::{Address, percent, zbase32};

/// Hosts that are asked, the domain itself first. None where no directory can be: a name that is only known in a local
/// network, or an IP address.
pub(super) fn hosts(address: &Address) -> Vec<String> {
    match may_have_one(&address.domain) {
        true => vec![
            address.domain.clone(),
            format!("openpgpkey.{}", address.domain),
        ],
        false => Vec::new(),
    }
}

/// The advanced method, then the direct one, which is for domains that have no such host.
pub(super) fn urls(address: &Address) -> Vec<String> {
    let Address { local, domain, .. } = address;
    if !may_have_one(domain) {
        return Vec::new();
    }
    let hash = zbase32::encode(&Sha1::digest(local.to_ascii_lowercase()));
    let end = format!("hu/{hash}?l={}", percent(local));
    vec![
        format!("https://openpgpkey.{domain}/.well-known/openpgpkey/{domain}/{end}"),
        format!("https://{domain}/.well-known/openpgpkey/{end}"),
    ]
}

fn may_have_one(domain: &str) -> bool {
    // Whoever parses URLs takes these for a part of an IP address.
    let number = |label: &str| match label.strip_prefix("0x") {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_hexdigit()),
        None => label.bytes().all(|b| b.is_ascii_digit()),
    };
    domain
        .rsplit_once('.')
        .is_some_and(|(_, last)| !number(last))
}
