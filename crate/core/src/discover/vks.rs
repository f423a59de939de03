//! Requests to keys.openpgp.org, by its interface VKS.

use super::{Search, percent};
use crate::cert::Issuer;

/// The one server that verifies addresses before it gives them out.
pub(super) const HOST: &str = "keys.openpgp.org";

/// By the key that made a signature, if one is wanted, else by address.
pub(super) fn url(search: &Search) -> Option<String> {
    let what = match (&search.issuer, &search.address) {
        (Some(Issuer::Fingerprint(fingerprint)), _) => {
            format!("by-fingerprint/{}", fingerprint.as_str().to_uppercase())
        }
        (Some(id @ Issuer::KeyId(_)), _) => format!("by-keyid/{}", id.to_string().to_uppercase()),
        (None, Some(address)) => format!("by-email/{}", percent(&address.whole)),
        (None, None) => return None,
    };
    Some(format!("https://{HOST}/vks/v1/{what}"))
}
