//! The user's sign: made at random when it is first asked for, so that users' signs differ, and kept.

use rand::{CryptoRng, RngCore};

use super::caller::Caller;
use super::{Answered, Vault, store};
use crate::cert::{clean_text, safe_line};
use crate::keyring::{decode, encode};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{Emblem, EmblemColour, EmblemShape, EmblemWord, ErrorCode, Time, UiReply};

/// A record of its own: the settings go to frames that have shown no ticket.
const EMBLEM: &str = "emblem";

/// What is known of it.
pub(super) enum Stored {
    /// A new profile, or one from before there were signs.
    Not,
    /// As it is shown.
    This(Emblem),
    /// A record that cannot be read and is therefore not written over.
    Damaged,
}

impl Stored {
    pub(super) fn load<'a>(mut entries: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let Some((_, text)) = entries.find(|(name, _)| *name == EMBLEM) else {
            return Self::Not;
        };
        match decode::<Emblem>(text) {
            // A record that somebody else wrote shows nothing that this program would not.
            Ok(emblem) if is_good(&emblem) => Self::This(emblem),
            _ => Self::Damaged,
        }
    }

    pub(super) fn damaged(&self) -> u32 {
        u32::from(matches!(self, Self::Damaged))
    }
}

impl Vault {
    /// What is shown. Frames get it only for a ticket that was accepted: a page that frames the reader by itself would
    /// borrow it.
    pub(super) fn emblem<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.needs_view(caller, now)?;
        let emblem = match &self.emblem {
            Stored::Damaged => return Err(ErrorCode::NewerRecord.into()),
            Stored::This(emblem) => emblem.clone(),
            Stored::Not => {
                let emblem = random(None, rng).ok_or(ErrorCode::Crashed)?;
                self.keep_emblem(emblem.clone(), effects);
                emblem
            }
        };
        Ok(UiReply::Emblem { emblem })
    }

    /// Another one, at random.
    pub(super) fn new_emblem<R: RngCore + CryptoRng>(
        &mut self,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let old = match &self.emblem {
            Stored::Damaged => return Err(ErrorCode::NewerRecord.into()),
            Stored::This(old) => Some(old.shape),
            Stored::Not => None,
        };
        let emblem = random(old, rng).ok_or(ErrorCode::Crashed)?;
        self.keep_emblem(emblem.clone(), effects);
        effects.push(Effect::Pulse {});
        Ok(UiReply::Emblem { emblem })
    }

    /// The one that the user chose.
    pub(super) fn set_emblem(&mut self, mut emblem: Emblem, effects: &mut Vec<Effect>) -> Answered {
        if matches!(self.emblem, Stored::Damaged) {
            return Err(ErrorCode::NewerRecord.into());
        }
        // Without own words it shows those of the list.
        let own = emblem.own.as_deref().map(clean_text);
        emblem.own = own.filter(|text| !text.is_empty());
        if !is_good(&emblem) {
            return Err(ErrorCode::BadEmblem.into());
        }
        self.keep_emblem(emblem.clone(), effects);
        effects.push(Effect::Pulse {});
        Ok(UiReply::Emblem { emblem })
    }

    fn keep_emblem(&mut self, emblem: Emblem, effects: &mut Vec<Effect>) {
        effects.push(store(vec![(EMBLEM.to_owned(), encode(&emblem))]));
        self.emblem = Stored::This(emblem);
    }
}

/// Whether it can be shown as it is, and known again.
fn is_good(emblem: &Emblem) -> bool {
    let most = limits::MAX_EMBLEM_TEXT;
    let own = emblem.own.as_ref();
    let shown = own.is_none_or(|text| !text.is_empty() && safe_line(text, most) == *text);
    shown && emblem.first != emblem.second
}

/// One of 8 × 16 × 32 × 31. The picture is never `old`'s: who asks for another one shall see one. `None` would mean that
/// there is nothing to choose from.
fn random<R: RngCore + CryptoRng>(old: Option<EmblemShape>, rng: &mut R) -> Option<Emblem> {
    let first = choose(EmblemWord::ALL, None, rng)?;
    Some(Emblem {
        colour: choose(EmblemColour::ALL, None, rng)?,
        shape: choose(EmblemShape::ALL, old, rng)?,
        first,
        second: choose(EmblemWord::ALL, Some(first), rng)?,
        own: None,
    })
}

/// Any of `all` but one. That 2^32 is no multiple of their number makes no difference that anybody could see.
fn choose<T: Copy + PartialEq, R: RngCore>(all: &[T], but: Option<T>, rng: &mut R) -> Option<T> {
    let others = || all.iter().filter(|one| Some(**one) != but);
    let count = u32::try_from(others().count()).ok()?;
    let at = rng.next_u32().checked_rem(count)?;
    others().nth(at as usize).copied()
}
