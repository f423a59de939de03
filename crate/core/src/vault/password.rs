//! Passwords of messages, on their way from the window in which they are typed to the frame that reads the message.
//!
//! They never touch storage: a frame asks for the window, the window gives the password, and the vault holds it until
//! that frame takes it, or until all is locked. If the background dies in between, the user is asked again.

use rand::{CryptoRng, RngCore};

use super::caller::Caller;
use super::session::{Entry, Item, random_name};
use super::views::window;
use super::{Answered, Denied, Vault};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{ErrorCode, Secret, Target, Time, UiReply};

/// The page in which passwords are typed, and the only one that may give them.
const PAGE: &str = "password.html";

/// A frame with a claimed view; windows read no messages.
fn frame(caller: &Caller) -> Result<&Target, Denied> {
    match caller {
        Caller::Frame(frame) => Ok(frame),
        Caller::Page(_) | Caller::Window { .. } => Err(ErrorCode::NotAllowed.into()),
    }
}

fn name(id: &str) -> String {
    format!("password/{id}")
}

impl Vault {
    /// Opens the window for the message of this frame.
    pub(super) fn request_password<R: RngCore + CryptoRng>(
        &mut self,
        caller: &Caller,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let frame = frame(caller)?;
        self.needs_view(caller, now)?;
        let id = match self.password_of(frame, now) {
            Some(id) => id,
            None => {
                let most = limits::MAX_UNLOCK_REQUESTS;
                self.session.make_room("password/", most, now, effects);
                let id = random_name(rng);
                let item = Item::Password {
                    frame: frame.clone(),
                };
                self.session
                    .put(&name(&id), Entry { at: now, item }, effects);
                id
            }
        };
        effects.push(window(PAGE, &id, 460, 380));
        Ok(UiReply::Done {})
    }

    /// Whether the window still has something to ask for.
    pub(super) fn password_request(&self, caller: &Caller, id: &str, now: Time) -> Answered {
        self.is_wanted(caller, id, now)?;
        Ok(UiReply::Done {})
    }

    /// The user typed it.
    pub(super) fn give_password(
        &mut self,
        caller: &Caller,
        id: &str,
        password: Secret,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        self.is_wanted(caller, id, now)?;
        if password.expose().len() > limits::MAX_PASSPHRASE {
            return Err(Denied::limit(limits::MAX_PASSPHRASE as u32));
        }
        // What nobody took, because its frame is gone, goes with its request.
        let session = &self.session;
        self.passwords
            .retain(|id, _| session.get(&name(id), now).is_some());
        self.passwords.insert(id.to_owned(), password);
        effects.push(Effect::Pulse {});
        Ok(UiReply::Done {})
    }

    /// The frame takes what was typed for it, once.
    pub(super) fn take_password(
        &mut self,
        caller: &Caller,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let frame = frame(caller)?;
        self.needs_view(caller, now)?;
        let id = self.password_of(frame, now);
        let password = id.as_ref().and_then(|id| self.passwords.remove(id));
        if let (Some(id), true) = (id, password.is_some()) {
            self.session.remove(vec![name(&id)], effects);
        }
        Ok(UiReply::Password { password })
    }

    fn is_wanted(&self, caller: &Caller, id: &str, now: Time) -> Result<(), Denied> {
        if !matches!(caller, Caller::Window { path } if path.strip_prefix('/') == Some(PAGE)) {
            return Err(ErrorCode::NotAllowed.into());
        }
        match self.session.get(&name(id), now).map(|e| &e.item) {
            Some(Item::Password { .. }) => Ok(()),
            _ => Err(ErrorCode::BadTicket.into()),
        }
    }

    /// The request of this document.
    fn password_of(&self, frame: &Target, now: Time) -> Option<String> {
        let mut all = self.session.with("password/", now);
        let (name, _) = all
            .find(|(_, e)| matches!(&e.item, Item::Password { frame: asked } if asked == frame))?;
        name.strip_prefix("password/").map(str::to_owned)
    }
}
