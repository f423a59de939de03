//! The headers that people look at, and whose word they are: from outside, or from under the protection (RFC 9788, and
//! the older `protected-headers="v1"`).

use super::address::{self, Mailbox};
use super::charset::{self, Charsets};
use super::envelope::{Envelope, Form};
use super::fields::Fields;
use super::limits::{MAX_ADDRESSES, MAX_SHOWN_FIELD};
use super::part::Part;
use super::{date, words};
use crate::cert::{ascii_domain, safe_line, safe_text};
use crate::wire::mail::{HeaderField, HeaderProtection, MailAddress, MailHeaders, OutsideField};

/// Headers, and what is needed to tell who sent the mail.
pub(crate) struct Told {
    /// What is shown.
    pub headers: MailHeaders,
    /// Whose mail it is, as is shown.
    pub from: From,
    /// As the outside says.
    pub outside: From,
}

/// The From fields of one header.
#[derive(Clone, Debug, Default)]
pub(crate) struct From {
    all: Vec<Mailbox>,
    /// How many fields there are.
    fields: usize,
    group: bool,
    /// Others may read another header.
    doubtful: bool,
}

impl From {
    fn read(fields: &Fields<'_>, charsets: &dyn Charsets) -> Self {
        let mut found = Self::default();
        for field in fields.all("from") {
            let read = address::read(&field, MAX_ADDRESSES, charsets);
            found.fields += 1;
            found.group |= read.group;
            found.all.extend(read.all);
        }
        found
    }

    /// Name and address, where there is exactly one of them and no doubt about it.
    pub fn only(&self) -> Option<(&str, &str)> {
        match self.all.as_slice() {
            [one] if self.fields == 1 && !self.group && !one.odd && !self.doubtful => {
                Some((&one.name, &one.address))
            }
            _ => None,
        }
    }

    /// Nobody is named.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether both name the same addresses.
    pub fn agrees(&self, other: &Self) -> bool {
        let addresses = |from: &Self| -> Vec<String> {
            let all = from.all.iter();
            all.map(|one| ascii_domain(&one.address).to_ascii_lowercase())
                .collect()
        };
        addresses(self) == addresses(other)
    }
}

/// How the payload's own headers are meant.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    /// RFC 9788: all of them, and nothing from outside.
    Hp,
    /// `protected-headers="v1"`: all of them as well, but some programs write the subject only.
    V1,
}

/// The headers of a mail. `believed` means that a signature on the payload is good; without one, and without encryption,
/// what is inside is worth no more than what is outside, which servers on the way at least have looked at.
pub(super) fn told(
    envelope: &Envelope,
    root: Option<&Part<'_>>,
    believed: bool,
    charsets: &dyn Charsets,
) -> Told {
    let outer = Fields::cut(envelope.outside())
        .map(|cut| cut.fields)
        .unwrap_or_default();
    let mut outside = From::read(&outer, charsets);
    outside.doubtful = envelope.is_mended();
    let mut headers = shown(&outer, charsets);
    let encrypted = envelope.opened_by().is_some();
    let inner = root.filter(|_| encrypted || believed);
    let has_outside = envelope.has_outside();
    let scheme = |root: &Part<'_>| {
        // A mail that came without an outside has no other headers than these.
        let alone = !has_outside && root.fields.has("from");
        scheme(root).or(alone.then_some(Scheme::Hp))
    };
    let Some((scheme, inner)) = inner.and_then(|root| Some((scheme(root)?, &root.fields))) else {
        return Told {
            headers,
            from: outside.clone(),
            outside,
        };
    };
    let mut inside = shown(inner, charsets);
    inside.secret_subject = encrypted
        && inside.subject.is_some()
        && (!has_outside || inside.subject != headers.subject);
    let mut differences = match has_outside {
        true => differences(&inside, &headers, &outer),
        false => Vec::new(),
    };
    if scheme == Scheme::V1 && !inner.has("from") {
        if inner.has("subject") {
            let differs = |field: &OutsideField| field.field == HeaderField::Subject;
            differences.retain(differs);
            headers.outside = differences;
            headers.secret_subject = inside.secret_subject;
            headers.subject = inside.subject;
        }
        return Told {
            headers,
            from: outside.clone(),
            outside,
        };
    }
    Told {
        headers: MailHeaders {
            protection: match encrypted {
                true => HeaderProtection::Encrypted,
                false => HeaderProtection::Signed,
            },
            outside: differences,
            ..inside
        },
        from: From::read(inner, charsets),
        outside,
    }
}

fn scheme(root: &Part<'_>) -> Option<Scheme> {
    let params = &root.content_type;
    if params.is("hp", "cipher") || params.is("hp", "clear") {
        return Some(Scheme::Hp);
    }
    params.is("protected-headers", "v1").then_some(Scheme::V1)
}

fn shown(fields: &Fields<'_>, charsets: &dyn Charsets) -> MailHeaders {
    let list = |name: &str| {
        let mut all = Vec::new();
        for field in fields.all(name) {
            let left = MAX_ADDRESSES.saturating_sub(all.len());
            all.extend(
                address::read(&field, left, charsets)
                    .all
                    .iter()
                    .map(address_shown),
            );
            if all.len() >= MAX_ADDRESSES {
                break;
            }
        }
        all
    };
    let subject = fields.first("subject").map(|field| {
        let text = words::decode(&charset::field(&field), charsets);
        safe_line(&text, MAX_SHOWN_FIELD)
    });
    MailHeaders {
        subject,
        from: list("from"),
        to: list("to"),
        cc: list("cc"),
        reply_to: list("reply-to"),
        date: fields.first("date").and_then(|field| date::read(&field)),
        protection: HeaderProtection::Outside,
        secret_subject: false,
        outside: Vec::new(),
    }
}

fn address_shown(one: &Mailbox) -> MailAddress {
    MailAddress {
        name: safe_text(&one.name),
        address: safe_text(&one.address),
    }
}

/// The fields of which `outer` says something else than `inside`.
fn differences(
    inside: &MailHeaders,
    outside: &MailHeaders,
    outer: &Fields<'_>,
) -> Vec<OutsideField> {
    let mut found = Vec::new();
    let mut add = |field, differs: bool, value: String| {
        if differs {
            found.push(OutsideField { field, value });
        }
    };
    let subject = outside.subject.clone().unwrap_or_default();
    add(
        HeaderField::Subject,
        inside.subject != outside.subject,
        subject,
    );
    for (field, inside, outside) in [
        (HeaderField::From, &inside.from, &outside.from),
        (HeaderField::To, &inside.to, &outside.to),
        (HeaderField::Cc, &inside.cc, &outside.cc),
        (HeaderField::ReplyTo, &inside.reply_to, &outside.reply_to),
    ] {
        add(field, inside != outside, listed(outside));
    }
    let date = outer.first("date").unwrap_or_default();
    let date = safe_line(&charset::field(&date), MAX_SHOWN_FIELD);
    add(HeaderField::Date, inside.date != outside.date, date);
    found
}

fn listed(all: &[MailAddress]) -> String {
    let mut text = String::new();
    for one in all {
        if !text.is_empty() {
            text.push_str(", ");
        }
        text.push_str(&one.name);
        match (one.name.is_empty(), one.address.is_empty()) {
            (true, _) => text.push_str(&one.address),
            (false, true) => {}
            (false, false) => {
                text.push_str(" <");
                text.push_str(&one.address);
                text.push('>');
            }
        }
    }
    safe_line(&text, MAX_SHOWN_FIELD)
}

/// Whether copies of the headers in the payload are left out: only where the headers that they copy are shown.
pub(super) fn hides_copies(envelope: &Envelope, root: &Part<'_>) -> Copies {
    if envelope.opened_by().is_none() || envelope.payload().1 != &Form::Entity {
        return Copies::default();
    }
    Copies {
        marked: root.content_type.is("hp", "cipher"),
        first: root.content_type.is("protected-headers", "v1"),
    }
}

/// What may be a copy of headers for older programs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Copies {
    /// The beginning of texts that say so (`hp-legacy-display="1"`).
    pub marked: bool,
    /// The first part, if it says so (`protected-headers="v1"`).
    pub first: bool,
}
