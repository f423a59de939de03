//! Looking for keys: the vault says whom to ask and judges what they answer; the asking is the window's, on a click.

use rand::{CryptoRng, RngCore};

use super::caller::Caller;
use super::session::{Entry, Item, random_name};
use super::views::window;
use super::{Answered, Vault};
use crate::discover::{Judged, Search};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{Bytes, ErrorCode, KeyAnswer, KeyPlace, Time, UiReply, Wanted};

/// Who can be asked; needs nothing that is stored.
pub(super) fn plan_lookup(wanted: &Wanted) -> Answered {
    let search = Search::new(wanted)?;
    Ok(UiReply::Lookups {
        wanted: search.wanted(),
        places: search.places(),
    })
}

impl Vault {
    pub(super) fn stage_lookup<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        wanted: &Wanted,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.needs_view(caller, now)?;
        // What is kept has the length of an address and a fingerprint, whatever a page said.
        let wanted = Search::new(wanted)?.wanted();
        let id = random_name(rng);
        self.session
            .make_room("lookup/", limits::MAX_STAGED_COUNT, now, effects);
        let item = Item::Lookup { wanted };
        self.session
            .put(&format!("lookup/{id}"), Entry { at: now, item }, effects);
        effects.push(window("lookup.html", &id, 680, 720));
        Ok(UiReply::Done {})
    }

    pub(super) fn staged_lookup(&self, id: &str, now: Time) -> Answered {
        let entry = self.session.get(&format!("lookup/{id}"), now);
        match entry.map(|e| &e.item) {
            Some(Item::Lookup { wanted }) => Ok(UiReply::Wanted {
                wanted: wanted.clone(),
            }),
            _ => Err(ErrorCode::BadTicket.into()),
        }
    }

    pub(super) fn judge_answer(
        &self,
        wanted: &Wanted,
        place: KeyPlace,
        attempt: u8,
        answer: &KeyAnswer,
        now: Time,
    ) -> Answered {
        let search = Search::new(wanted)?;
        let known = |fingerprint: &_| self.keyring.get(fingerprint).is_some();
        match search.judge(place, attempt, answer, known, now)? {
            Judged::Ask(request) => Ok(UiReply::AskNext { request }),
            Judged::Found {
                certificates,
                skipped,
            } => Ok(UiReply::Found {
                data: Bytes(certificates.iter().flat_map(|c| c.to_bytes()).collect()),
                keys: certificates.iter().map(|c| c.fingerprint()).collect(),
                skipped,
            }),
        }
    }
}
