//! Calls from pages, and the pairing of a page's document with a reader frame or a composer window.

use rand::{CryptoRng, RngCore};

use super::caller::Caller;
use super::session::{Entry, Item, MINUTE, random_name};
use super::{Answered, Denied, Vault};
use crate::limits;
use crate::wire::host::Effect;
use crate::wire::{Composing, ErrorCode, Form, PageCall, PageReply, Target, Time, UiReply};

/// The windows in which something is written.
const COMPOSERS: [&str; 2] = ["/compose.html", "/write.html"];

/// What a ticket is for.
#[derive(Clone, Copy)]
enum For {
    Reader(Form),
    Composer(Composing),
}

impl Vault {
    pub(super) fn page_call<R: RngCore + CryptoRng>(
        &mut self,
        target: Target,
        call: PageCall,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Result<PageReply, Denied> {
        let enabled = self.config.sites.contains(&target.origin);
        match call {
            PageCall::Hello {} => Ok(PageReply::Site {
                enabled,
                selection_button: enabled && self.config.settings.selection_button,
            }),
            PageCall::OpenView { .. } if !enabled => Err(ErrorCode::SiteOff.into()),
            PageCall::OpenView { form } => self.issue(For::Reader(form), target, now, rng, effects),
            // Needs no site: the browser's activeTab permission is what let the content script in.
            PageCall::OpenComposer { what } => {
                self.issue(For::Composer(what), target, now, rng, effects)
            }
        }
    }

    fn issue<R: RngCore + CryptoRng>(
        &mut self,
        view: For,
        target: Target,
        now: Time,
        rng: &mut R,
        effects: &mut Vec<Effect>,
    ) -> Result<PageReply, Denied> {
        let form = match view {
            For::Reader(form) => Some(form),
            For::Composer(_) => None,
        };
        let (mut all, mut tab, mut composers) = (0, 0, 0);
        for (_, entry) in self.session.with("ticket/", now) {
            if let Item::Ticket {
                form,
                target: other,
                ..
            } = &entry.item
            {
                all += 1;
                tab += usize::from(other.tab == target.tab);
                composers += usize::from(other.tab == target.tab && form.is_none());
            }
        }
        let busy = all >= limits::MAX_VIEWS
            || tab >= limits::MAX_VIEWS_PER_TAB
            || (form.is_none() && composers >= limits::MAX_COMPOSERS_PER_TAB);
        if busy {
            return Err(ErrorCode::Busy.into());
        }
        let (ticket, proof) = (random_name(rng), random_name(rng));
        let item = Item::Ticket {
            form,
            proof: proof.clone(),
            target,
        };
        // Before the ticket: of a window that the host refuses nothing is left. What it asks comes after this step.
        match view {
            For::Reader(_) => {}
            For::Composer(Composing::Selection) => {
                effects.push(window("compose.html", &ticket, 640, 720));
            }
            For::Composer(Composing::Mail) => {
                effects.push(window("write.html", &ticket, 820, 860));
            }
        }
        self.session.put(
            &format!("ticket/{ticket}"),
            Entry { at: now, item },
            effects,
        );
        Ok(PageReply::Ticket { ticket, proof })
    }

    /// Redeems a ticket: a reader's from a frame of the same tab, a composer's from its window.
    pub(super) fn claim_view(
        &mut self,
        caller: &Caller,
        ticket: &str,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Answered {
        let name = format!("ticket/{ticket}");
        let entry = self.session.get(&name, now).ok_or(ErrorCode::BadTicket)?;
        let Item::Ticket {
            form,
            proof,
            target,
        } = entry.item.clone()
        else {
            return Err(ErrorCode::BadTicket.into());
        };
        match (caller, form) {
            (Caller::Frame(frame), Some(_)) if frame.tab == target.tab => {
                let place = place(frame.tab, frame.frame);
                let per_tab = format!("view/{}/", frame.tab);
                self.session
                    .make_room("view/", limits::MAX_VIEWS, now, effects);
                self.session
                    .make_room(&per_tab, limits::MAX_VIEWS_PER_TAB, now, effects);
                let item = Item::View {
                    document: frame.document.clone(),
                    minute: now,
                    operations: 0,
                };
                self.session.put(&place, Entry { at: now, item }, effects);
            }
            (Caller::Window { path }, None) if COMPOSERS.contains(&path.as_str()) => {}
            _ => return Err(ErrorCode::BadTicket.into()),
        }
        self.session.remove(vec![name], effects);
        Ok(UiReply::View {
            form,
            proof,
            target,
        })
    }

    /// Whether the caller is a window or a frame with a claimed view.
    pub(super) fn needs_view(&self, caller: &Caller, now: Time) -> Result<(), Denied> {
        match caller {
            Caller::Window { .. } => Ok(()),
            Caller::Frame(frame) => self.view(frame, now).map(|_| ()),
            Caller::Page(_) => Err(ErrorCode::NotAllowed.into()),
        }
    }

    fn view(&self, frame: &Target, now: Time) -> Result<&Entry, Denied> {
        let entry = self.session.get(&place(frame.tab, frame.frame), now);
        entry
            .filter(
                |e| matches!(&e.item, Item::View { document, .. } if *document == frame.document),
            )
            .ok_or_else(|| ErrorCode::NotAllowed.into())
    }

    /// How many operations of private keys the caller may cause now: the page around a frame decides what it is asked to
    /// open, so that their number is limited.
    ///
    /// # Errors
    /// [`ErrorCode::Busy`] when there are none.
    pub(super) fn operations_left(&self, caller: &Caller, now: Time) -> Result<u32, Denied> {
        let Caller::Frame(frame) = caller else {
            self.needs_view(caller, now)?;
            return Ok(u32::MAX);
        };
        let of_view = recent(&self.view(frame, now)?.item, now);
        let (_, of_tab) = self.operations_of_tab(frame.tab, now);
        let view = limits::MAX_VIEW_OPERATIONS_PER_MINUTE.saturating_sub(of_view);
        let tab = limits::MAX_TAB_OPERATIONS_PER_MINUTE.saturating_sub(of_tab);
        match view.min(tab) {
            0 => Err(ErrorCode::Busy.into()),
            left => Ok(left),
        }
    }

    /// Counts operations of private keys that the caller caused.
    pub(super) fn count_operations(
        &mut self,
        caller: &Caller,
        made: u32,
        now: Time,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Denied> {
        let Caller::Frame(frame) = caller else {
            return self.needs_view(caller, now);
        };
        let item = self.view(frame, now)?.item.clone();
        let so_far = recent(&item, now);
        let Item::View {
            document, minute, ..
        } = item
        else {
            return Err(ErrorCode::NotAllowed.into());
        };
        let item = Item::View {
            document,
            minute: if so_far > 0 { minute } else { now },
            operations: so_far.saturating_add(made),
        };
        let of_view = Entry { at: now, item };
        let (at, count) = self.operations_of_tab(frame.tab, now);
        let count = count.saturating_add(made);
        let item = Item::Operations { count };
        let of_tab = Entry { at, item };
        self.session
            .put(&place(frame.tab, frame.frame), of_view, effects);
        self.session.put(&operations(frame.tab), of_tab, effects);
        Ok(())
    }

    /// What all views of a tab caused, and since when.
    fn operations_of_tab(&self, tab: i32, now: Time) -> (Time, u32) {
        match self.session.get(&operations(tab), now) {
            Some(Entry {
                at,
                item: Item::Operations { count },
            }) => (*at, *count),
            _ => (now, 0),
        }
    }
}

/// Operations that a view caused in the minute that it counts now.
fn recent(item: &Item, now: Time) -> u32 {
    match *item {
        Item::View {
            minute, operations, ..
        } if now < minute.saturating_add(MINUTE) && minute <= now => operations,
        _ => 0,
    }
}

fn place(tab: i32, frame: i64) -> String {
    format!("view/{tab}/{frame}")
}

fn operations(tab: i32) -> String {
    format!("operations/{tab}")
}

/// Opens a page of the extension as a small window.
pub(super) fn window(page: &str, hash: &str, width: u32, height: u32) -> Effect {
    Effect::OpenWindow {
        page: page.to_owned(),
        hash: hash.to_owned(),
        width,
        height,
        most: limits::MAX_WINDOWS,
    }
}
