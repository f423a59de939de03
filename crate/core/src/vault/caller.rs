//! Who is calling, and what they may ask.
//!
//! | caller | is | may |
//! |---|---|---|
//! | page | a content script in an `http(s)` document of a tab | `PageCall` |
//! | frame | an extension page inside a document of a tab (the reader) | the `UiCall`s of [`Caller::may`] |
//! | window | a top-level extension page: window, tab or popup | every `UiCall` |
//!
//! A missing or contradictory identity is nobody.

use crate::wire::{Sender, Target, UiCall};

/// The page that is drawn inside other documents; it is a frame even if somebody opens it by itself.
const READER: &str = "/reader.html";

/// Who is calling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// A content script.
    Page(Target),
    /// An extension page inside a web page. The origin is the extension's.
    Frame(Target),
    /// A top-level extension page.
    Window {
        /// Such as `/unlock.html`.
        path: String,
    },
}

/// Identifies a caller by what the browser says of it.
pub(super) fn identify(sender: &Sender, extension_origin: &str) -> Option<Caller> {
    let origin = origin_of(&sender.url)?;
    if sender.origin.as_deref().is_some_and(|o| o != origin) {
        return None;
    }
    let target = |tab, frame| Target {
        tab,
        frame,
        document: sender.document.clone(),
        origin: origin.to_owned(),
    };
    if origin != extension_origin {
        let web = origin.starts_with("https://") || origin.starts_with("http://");
        let (tab, frame) = (sender.tab?, sender.frame?);
        return web.then(|| Caller::Page(target(tab, frame)));
    }
    let path = sender.url.get(origin.len()..)?.split(['?', '#']).next()?;
    match (sender.tab, sender.frame) {
        (Some(tab), Some(frame)) if frame != 0 || path == READER => {
            Some(Caller::Frame(target(tab, frame)))
        }
        (Some(_), None) => None,
        _ if path == READER => None,
        // The popup and pages without a tab; a top-level document of a tab.
        (None, None | Some(0)) | (Some(_), Some(0)) => Some(Caller::Window {
            path: path.to_owned(),
        }),
        _ => None,
    }
}

/// `scheme://host[:port]` at the start of a URL.
fn origin_of(url: &str) -> Option<&str> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest
        .split(['/', '?', '#'])
        .next()
        .filter(|h| !h.is_empty() && !h.contains('@'))?;
    url.get(..scheme.len() + 3 + host.len())
}

impl Caller {
    /// Whether this caller may ask this at all. Frames have to show a claimed view besides where it matters.
    pub(super) fn may(&self, call: &UiCall) -> bool {
        match self {
            Self::Page(_) => false,
            Self::Window { .. } => true,
            Self::Frame(_) => match call {
                UiCall::Status {}
                | UiCall::ClaimView { .. }
                | UiCall::Decipher { .. }
                | UiCall::Certificates { .. }
                | UiCall::RequestUnlock { .. }
                | UiCall::RequestPassword {}
                | UiCall::TakePassword {}
                | UiCall::StageImport { .. }
                | UiCall::Offers { .. }
                | UiCall::StageLookup { .. }
                | UiCall::ShowKey { .. }
                | UiCall::Lock {}
                | UiCall::Emblem {} => true,
                UiCall::Staged { .. }
                | UiCall::StagedLookup { .. }
                | UiCall::PlanLookup { .. }
                | UiCall::JudgeAnswer { .. }
                | UiCall::UnlockRequest { .. }
                | UiCall::PasswordRequest { .. }
                | UiCall::GivePassword { .. }
                | UiCall::ListKeys {}
                | UiCall::Generate { .. }
                | UiCall::PreviewImport { .. }
                | UiCall::Import { .. }
                | UiCall::PublicKey { .. }
                | UiCall::Edit { .. }
                | UiCall::RevocationCertificate { .. }
                | UiCall::ExportSecret { .. }
                | UiCall::Delete { .. }
                | UiCall::Unlock { .. }
                | UiCall::SetSettings { .. }
                | UiCall::SetSite { .. }
                | UiCall::Recipients { .. }
                | UiCall::Sign { .. }
                | UiCall::NewEmblem {}
                | UiCall::SetEmblem { .. } => false,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENSION: &str = "chrome-extension://abc";

    fn sender(url: &str, origin: Option<&str>, tab: Option<i32>, frame: Option<i64>) -> Sender {
        Sender {
            url: url.into(),
            origin: origin.map(Into::into),
            tab,
            frame,
            document: Some("d".into()),
        }
    }

    fn who(url: &str, origin: Option<&str>, tab: Option<i32>, frame: Option<i64>) -> &'static str {
        match identify(&sender(url, origin, tab, frame), EXTENSION) {
            None => "nobody",
            Some(Caller::Page(_)) => "page",
            Some(Caller::Frame(_)) => "frame",
            Some(Caller::Window { .. }) => "window",
        }
    }

    #[test]
    fn the_browser_tells_who_it_is() {
        assert_eq!(
            who(
                "https://mail.example.org/inbox",
                Some("https://mail.example.org"),
                Some(1),
                Some(0)
            ),
            "page"
        );
        assert_eq!(
            who("https://mail.example.org", None, Some(1), Some(4)),
            "page"
        );
        assert_eq!(
            who(
                "chrome-extension://abc/reader.html#t",
                Some(EXTENSION),
                Some(1),
                Some(3)
            ),
            "frame"
        );
        assert_eq!(
            who("chrome-extension://abc/reader.html", None, Some(1), Some(0)),
            "frame"
        );
        assert_eq!(
            who(
                "chrome-extension://abc/unlock.html#1",
                Some(EXTENSION),
                Some(1),
                Some(0)
            ),
            "window"
        );
        assert_eq!(
            who("chrome-extension://abc/popup.html", None, None, None),
            "window"
        );
        assert_eq!(
            who("chrome-extension://abc/popup.html", None, None, Some(0)),
            "window"
        );
    }

    #[test]
    fn missing_or_contradictory_identities_are_nobody() {
        for (url, origin, tab, frame) in [
            ("https://mail.example.org/", None, None, None),
            ("https://mail.example.org/", None, Some(1), None),
            ("https://mail.example.org/", Some("null"), Some(1), Some(0)),
            (
                "https://mail.example.org/",
                Some("https://evil.example"),
                Some(1),
                Some(0),
            ),
            (
                "chrome-extension://abc/popup.html",
                Some("https://evil.example"),
                None,
                None,
            ),
            ("chrome-extension://abc/popup.html", None, Some(1), None),
            ("chrome-extension://abc/popup.html", None, None, Some(2)),
            ("chrome-extension://abc/reader.html", None, None, None),
            ("chrome-extension://abcd/popup.html", None, None, None),
            (
                "https://chrome-extension://abc/popup.html",
                None,
                None,
                None,
            ),
            ("https://a@mail.example.org/", None, Some(1), Some(0)),
            ("file:///etc/passwd", None, Some(1), Some(0)),
            ("about:blank", None, Some(1), Some(0)),
            ("", None, Some(1), Some(0)),
        ] {
            assert_eq!(
                who(url, origin, tab, frame),
                "nobody",
                "{url} {origin:?} {tab:?} {frame:?}"
            );
        }
    }
}
