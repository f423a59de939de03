//! The cases, class by class.

mod armor;
mod bombs;
mod certificates;
mod cleartext;
mod costs;
mod floods;
mod integrity;
mod passwords;
mod recipients;
mod secrets;
mod signatures;
mod signers;
mod structure;
mod user_ids;

use crate::Case;

/// All of them.
pub fn all() -> Vec<Case> {
    [
        armor::cases(),
        bombs::cases(),
        certificates::cases(),
        cleartext::cases(),
        costs::cases(),
        floods::cases(),
        integrity::cases(),
        passwords::cases(),
        recipients::cases(),
        secrets::cases(),
        signatures::cases(),
        signers::cases(),
        structure::cases(),
        user_ids::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
