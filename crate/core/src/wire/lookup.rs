//! Looking for keys elsewhere: what is wanted, who is asked, and what they answered.

use serde::{Deserialize, Serialize};
#[cfg(feature = "typescript")]
use tsify::Tsify;

use super::Bytes;
use crate::tree::tagged;

/// What is looked for; one of the two at least.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Wanted {
    /// Whose key, as typed or as a page shows it.
    #[serde(default)]
    pub address: Option<String>,
    /// The fingerprint or key ID of the key that made a signature.
    #[serde(default)]
    pub issuer: Option<String>,
}

/// Where keys can be looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub enum KeyPlace {
    /// The Web Key Directory of the address's domain.
    Directory,
    /// keys.openpgp.org.
    KeyServer,
}

/// One place that can be asked, and what it would learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct Lookup {
    /// Which.
    pub place: KeyPlace,
    /// Every host that may be asked, the best known first.
    pub hosts: Vec<String>,
    /// What they learn is wanted: an address, or a fingerprint or key ID.
    pub learns: Wanted,
    /// The first request.
    pub request: KeyRequest,
}

/// One `GET`: without cookies, referrer and redirections.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "typescript", derive(Tsify))]
pub struct KeyRequest {
    /// `https:` always.
    pub url: String,
    /// Which of the place's requests this is, for `UiCall::JudgeAnswer`.
    pub attempt: u8,
    /// Octets of the body that are read at most.
    pub most: u32,
    /// After that many seconds it is given up.
    pub seconds: u32,
}

tagged! {
    "kind"
    /// What came of a [`KeyRequest`].
    #[derive(Clone, Debug, PartialEq, Eq, Serialize)]
    #[cfg_attr(feature = "typescript", derive(Tsify))]
    pub enum KeyAnswer {
        /// An answer.
        Body {
            /// HTTP status.
            status: u16,
            /// The whole body.
            data: Bytes,
        },
        /// An answer that was longer than it may be; nothing of it was kept.
        TooLarge {},
        /// None in time.
        TimedOut {},
        /// One that broke off.
        Broken {},
        /// None that the browser lets an extension see: no such host, no connection, a redirection, or a server that does not
        /// speak with other origins. Browsers do not say which.
        Silent {},
    }
}
