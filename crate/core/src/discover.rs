//! Looking for keys: whom to ask, with which requests, and what of an answer is taken.
//!
//! Two kinds of places are known. A **Web Key Directory** (draft-koch-openpgp-webkey-service) is kept by whoever keeps the
//! domain of an address. **keys.openpgp.org** gives a user ID out only after its address was verified; of other keys it
//! gives the rest, which is good for updates.
//!
//! Nothing here asks anybody: requests go out and answers come in as values. Each is judged by itself, from what is wanted
//! and the number of the attempt, so that nothing has to be remembered in between. What is taken is still nobody's key
//! until the user has seen it and said so.

mod judge;
mod vks;
mod wkd;
mod zbase32;

use crate::cert::{Issuer, parse_address};
use crate::limits;
use crate::wire::{ErrorCode, KeyPlace, KeyRequest, Lookup, Wanted};

pub use self::judge::Judged;

/// An address whose local part is still in the case in which it was written: directories are told it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Address {
    local: String,
    /// In lower case.
    domain: String,
    /// All of it in lower case.
    whole: String,
}

impl Address {
    /// By the same grammar as everywhere: domains in other scripts are in their `xn--` form.
    fn parse(text: &str) -> Option<Self> {
        let whole = parse_address(text)?;
        let (lower, domain) = whole.split_once('@')?;
        // Lower case of ASCII moves nothing.
        let at = text.to_ascii_lowercase().rfind(&format!("{lower}@"))?;
        let local = text.get(at..at + lower.len())?;
        Some(Self {
            local: local.to_owned(),
            domain: domain.to_owned(),
            whole,
        })
    }
}

/// A [`Wanted`] that can be looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    address: Option<Address>,
    issuer: Option<Issuer>,
}

impl Search {
    /// What can be looked for of what is wanted. The address beside an issuer comes from a page or a mail: if it is none,
    /// the issuer is enough.
    ///
    /// # Errors
    /// [`ErrorCode::NotAnAddress`] when nothing is left, [`ErrorCode::BadCall`] for an issuer that is none.
    pub fn new(wanted: &Wanted) -> Result<Self, ErrorCode> {
        let issuer = wanted.issuer.as_deref().map(str::parse).transpose();
        let issuer = issuer.map_err(|_| ErrorCode::BadCall)?;
        let address = wanted.address.as_deref().and_then(Address::parse);
        match (&address, &issuer) {
            (None, None) => Err(ErrorCode::NotAnAddress),
            _ => Ok(Self { address, issuer }),
        }
    }

    /// The same as a value of the wire, the address without a name around it.
    pub fn wanted(&self) -> Wanted {
        let address = self.address.as_ref();
        Wanted {
            address: address.map(|a| format!("{}@{}", a.local, a.domain)),
            issuer: self.issuer.as_ref().map(Issuer::to_string),
        }
    }

    /// The places that may know, the directory first: it is the word of whoever keeps the domain.
    pub fn places(&self) -> Vec<Lookup> {
        let all = [KeyPlace::Directory, KeyPlace::KeyServer];
        all.into_iter().filter_map(|p| self.lookup(p)).collect()
    }

    fn lookup(&self, place: KeyPlace) -> Option<Lookup> {
        let (hosts, learns) = match place {
            KeyPlace::Directory => {
                let address = self.address.as_ref()?;
                let learns = Wanted {
                    issuer: None,
                    ..self.wanted()
                };
                (wkd::hosts(address), learns)
            }
            KeyPlace::KeyServer => {
                // By one of the two: it need not learn that they belong together.
                let address = self.wanted().address.filter(|_| self.issuer.is_none());
                let learns = Wanted {
                    address,
                    ..self.wanted()
                };
                (vec![vks::HOST.to_owned()], learns)
            }
        };
        Some(Lookup {
            place,
            hosts,
            learns,
            request: self.request(place, 0)?,
        })
    }

    /// The request of that number; `None` after the last.
    fn request(&self, place: KeyPlace, attempt: u8) -> Option<KeyRequest> {
        let urls = match place {
            KeyPlace::Directory => self.address.as_ref().map(wkd::urls).unwrap_or_default(),
            KeyPlace::KeyServer => vks::url(self).into_iter().collect(),
        };
        Some(KeyRequest {
            url: urls.into_iter().nth(attempt.into())?,
            attempt,
            most: limits::MAX_ANSWER as u32,
            seconds: limits::ANSWER_SECONDS,
        })
    }
}

/// As a part of a URL: everything but what never means anything in one (RFC 3986, 2.3) is encoded.
fn percent(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'-' | b'.' | b'_' | b'~' => out.push(byte.into()),
            _ if byte.is_ascii_alphanumeric() => out.push(byte.into()),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests;
