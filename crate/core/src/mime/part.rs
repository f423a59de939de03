//! The tree of parts (RFC 2046), cut out by ranges of the octets that it is made from.

use std::borrow::Cow;
use std::ops::Range;

use super::MailError;
use super::fields::Fields;
use super::kind::HEAD;
use super::limits::{MAX_CUT, MAX_DEPTH, MAX_PARTS};
use super::params::{Params, media_type};
use super::pgp::Protected;
use super::split::split;
use super::transfer::Encoding;

/// A mail, or a part of one.
pub(super) struct Part<'a> {
    /// Where it is in the source, header included.
    pub entity: Range<usize>,
    /// Where its body is in the source.
    pub body: Range<usize>,
    /// Its header.
    pub fields: Fields<'a>,
    /// Its type, in lower case.
    pub media_type: String,
    /// The parameters of Content-Type.
    pub content_type: Params,
    /// Content-Disposition.
    pub disposition: Params,
    /// How the body is encoded.
    pub encoding: Encoding,
    /// What it is made of, for multipart types.
    pub parts: Vec<Part<'a>>,
    /// How it is protected by itself, where it was cut: found once, for its body may be long.
    pub protected: Option<Protected>,
    /// The octets that all ranges are in.
    source: &'a [u8],
}

/// What may still be looked into, over all levels.
struct Left {
    parts: usize,
    octets: usize,
}

/// What the mail is made of is only a remark as long as something can be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flaws {
    /// It is not built by the rules.
    pub broken: bool,
    /// There are more parts, or deeper ones, than are looked at.
    pub more: bool,
}

impl<'a> Part<'a> {
    /// One part by itself: header and type, nothing within.
    ///
    /// # Errors
    /// [`MailError::Limit`] when the header is over a limit.
    pub fn read(
        source: &'a [u8],
        entity: Range<usize>,
        default: &str,
    ) -> Result<(Self, Flaws), MailError> {
        let octets = source.get(entity.clone()).unwrap_or_default();
        let cut = Fields::cut(octets)?;
        let field = |name: &str| cut.fields.first(name);
        let content_type = field("content-type").map(|field| Params::read(&field));
        let media_type = match &content_type {
            Some(params) => media_type(&params.value),
            None => default.to_owned(),
        };
        let disposition = field("content-disposition").map(|field| Params::read(&field));
        let encoding = Encoding::of(field("content-transfer-encoding").as_deref());
        let several = cut.fields.all("content-type").count() > 1;
        let encoded = media_type.starts_with("multipart/") && encoding != Encoding::Identity;
        let flaws = Flaws {
            broken: cut.broken || several || encoded,
            more: false,
        };
        let part = Self {
            body: entity.start + cut.head..entity.end,
            entity,
            fields: cut.fields,
            media_type,
            content_type: content_type.unwrap_or_default(),
            disposition: disposition.unwrap_or_default(),
            // Neither may be encoded as a whole (RFC 2045, 6.4); what does so anyway is not looked into.
            encoding,
            parts: Vec::new(),
            protected: None,
            source,
        };
        Ok((part, flaws))
    }

    /// The whole tree of `source`.
    ///
    /// # Errors
    /// [`MailError::Limit`] when the header of the root is over a limit. Parts that are over one are not looked into.
    pub fn tree(source: &'a [u8]) -> Result<(Self, Flaws), MailError> {
        let (mut root, mut flaws) = Self::read(source, 0..source.len(), TEXT)?;
        let mut left = Left {
            parts: MAX_PARTS,
            octets: MAX_CUT,
        };
        root.expand(0, &mut left, &mut flaws);
        Ok((root, flaws))
    }

    /// The parts of a multipart body, at most `most`, not looked into.
    pub fn children(&self, most: usize) -> (Vec<Range<usize>>, Flaws) {
        let boundary = self.content_type.word("boundary").unwrap_or_default();
        let split = split(self.octets(), boundary.trim_end().as_bytes(), most);
        let from = self.body.start;
        let parts = split
            .parts
            .into_iter()
            .map(|part| from + part.start..from + part.end);
        let flaws = Flaws {
            broken: !split.closed && !split.more,
            more: split.more,
        };
        (parts.collect(), flaws)
    }

    /// A child by itself.
    ///
    /// # Errors
    /// As for [`Part::read`].
    pub fn child(&self, entity: Range<usize>) -> Result<(Self, Flaws), MailError> {
        let default = match self.media_type.as_str() {
            "multipart/digest" => MESSAGE,
            _ => TEXT,
        };
        Self::read(self.source, entity, default)
    }

    /// Goes down. The depth is limited, and so is the recursion.
    fn expand(&mut self, depth: usize, left: &mut Left, flaws: &mut Flaws) {
        if !self.is_multipart() {
            return;
        }
        let Some(octets) = left.octets.checked_sub(self.body.len()) else {
            flaws.more = true;
            return;
        };
        left.octets = octets;
        // One pass tells both.
        let (mut parts, mut own) = self.children(left.parts.max(Protected::PARTS));
        self.protected = Protected::among(self, &parts, own);
        if depth >= MAX_DEPTH || left.parts == 0 {
            flaws.more = true;
            return;
        }
        if parts.len() > left.parts {
            parts.truncate(left.parts);
            own = Flaws {
                broken: false,
                more: true,
            };
        }
        flaws.broken |= own.broken;
        flaws.more |= own.more;
        left.parts -= parts.len();
        for entity in parts {
            match self.child(entity.clone()) {
                Ok((mut part, own)) => {
                    flaws.broken |= own.broken;
                    part.expand(depth + 1, left, flaws);
                    self.parts.push(part);
                }
                Err(_) => {
                    flaws.more = true;
                    self.parts.push(self.opaque(entity));
                }
            }
        }
    }

    /// A part whose header cannot be read.
    fn opaque(&self, entity: Range<usize>) -> Self {
        Self {
            body: entity.clone(),
            entity,
            fields: Fields::default(),
            media_type: "application/octet-stream".to_owned(),
            content_type: Params::default(),
            disposition: Params::default(),
            encoding: Encoding::Identity,
            parts: Vec::new(),
            protected: None,
            source: self.source,
        }
    }

    /// A multipart type whose body can be cut.
    pub fn is_multipart(&self) -> bool {
        self.media_type.starts_with("multipart/") && self.encoding == Encoding::Identity
    }

    /// The body as it stands in the mail.
    pub fn octets(&self) -> &'a [u8] {
        self.source.get(self.body.clone()).unwrap_or_default()
    }

    /// The first octets of the content: what it is, they tell.
    pub fn head(&self) -> Cow<'a, [u8]> {
        self.encoding.head(self.octets(), HEAD)
    }

    /// It says that it is a file.
    pub fn is_attachment(&self) -> bool {
        self.disposition.value == "attachment"
    }
}

const TEXT: &str = "text/plain";
const MESSAGE: &str = "message/rfc822";

#[cfg(test)]
mod tests {
    use super::*;

    /// The types of all parts, in brackets by level.
    fn types(part: &Part<'_>) -> String {
        let inner: Vec<_> = part.parts.iter().map(types).collect();
        match inner.is_empty() {
            true => part.media_type.clone(),
            false => format!("{}({})", part.media_type, inner.join(" ")),
        }
    }

    fn tree(text: &str) -> (String, Flaws) {
        let (root, flaws) = Part::tree(text.as_bytes()).unwrap();
        (types(&root), flaws)
    }

    const FINE: Flaws = Flaws {
        broken: false,
        more: false,
    };
    const BROKEN: Flaws = Flaws {
        broken: true,
        more: false,
    };

    #[test]
    fn trees_of_every_form() {
        for (text, expected, flaws) in [
            ("Subject: a\n\nhi", "text/plain", FINE),
            (
                "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a\nContent-Type: multipart/alternative; \
                 boundary=b\n\n--b\nContent-Type: text/html\n\n<p>\n--b--\n--a--\n",
                "multipart/mixed(text/plain multipart/alternative(text/html))",
                FINE,
            ),
            // The outer delimiter ends what is within, closed or not.
            (
                "Content-Type: multipart/mixed; boundary=a\n\n--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n\
                 --a\n\ny\n--a--",
                "multipart/mixed(multipart/mixed(text/plain) text/plain)",
                BROKEN,
            ),
            (
                "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx",
                "multipart/mixed(text/plain)",
                BROKEN,
            ),
            (
                "Content-Type: multipart/mixed\n\n--\n\nx",
                "multipart/mixed",
                BROKEN,
            ),
            (
                "Content-Type: multipart/mixed; boundary=a\n\nnothing",
                "multipart/mixed",
                BROKEN,
            ),
            (
                "Content-Type: multipart/digest; boundary=a\n\n--a\n\nSubject: x\n\n--a--",
                "multipart/digest(message/rfc822)",
                FINE,
            ),
            (
                "Content-Type: text/html\nContent-Type: text/plain\n\n",
                "text/html",
                BROKEN,
            ),
            // A part without any header, and without the blank line that would end it.
            (
                "Content-Type: multipart/mixed; boundary=a\n\n--a\nhello\n--a--",
                "multipart/mixed(text/plain)",
                BROKEN,
            ),
            (
                "Content-Type: multipart/mixed; boundary=a\nContent-Transfer-Encoding: base64\n\n--a\n\n--a--",
                "multipart/mixed",
                BROKEN,
            ),
        ] {
            assert_eq!(tree(text), (expected.to_owned(), flaws), "{text}");
        }
    }

    #[test]
    fn bodies_are_exact() {
        let text = "A: b\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n\r\none\r\n\r\n--a\r\nhello\r\n--a--";
        let (root, _) = Part::tree(text.as_bytes()).unwrap();
        let [one, two] = root.parts.as_slice() else {
            panic!()
        };
        let whole = |part: &Part<'_>| &text[part.entity.clone()];
        assert_eq!((one.octets(), whole(one)), (&b"one\r\n"[..], "\r\none\r\n"));
        assert_eq!((two.octets(), whole(two)), (&b"hello"[..], "hello"));
        assert_eq!(whole(&root), text);
    }

    #[test]
    fn floods_and_depths_end() {
        let many = "--a\n\nx\n".repeat(10_000);
        let text = format!("Content-Type: multipart/mixed; boundary=a\n\n{many}--a--");
        let (root, flaws) = Part::tree(text.as_bytes()).unwrap();
        assert_eq!((root.parts.len(), flaws.more), (MAX_PARTS, true));

        let mut deep = String::new();
        for level in 0..1000 {
            deep += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        }
        let (root, flaws) = Part::tree(deep.as_bytes()).unwrap();
        assert!(flaws.more);
        let mut depth = 0;
        let mut part = &root;
        while let Some(inner) = part.parts.first() {
            depth += 1;
            part = inner;
        }
        assert_eq!(depth, MAX_DEPTH);

        // The header of a part is over a limit: the part is there, and nothing of it is believed.
        let flood = "X: y\n".repeat(super::super::limits::MAX_FIELDS + 1);
        let text = format!("Content-Type: multipart/mixed; boundary=a\n\n--a\n{flood}\n\nx\n--a--");
        assert_eq!(
            tree(&text),
            (
                "multipart/mixed(application/octet-stream)".to_owned(),
                Flaws {
                    broken: false,
                    more: true
                }
            )
        );
    }

    #[test]
    fn a_large_body_is_cut_on_few_levels() {
        let mut text = String::new();
        for level in 0..8 {
            text += &format!("Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n");
        }
        text += "\n";
        text += &"x".repeat(MAX_CUT / 5 - 1_000);
        let (root, flaws) = Part::tree(text.as_bytes()).unwrap();
        assert!(flaws.more);
        let depth = std::iter::successors(Some(&root), |part| part.parts.first()).count();
        assert_eq!(depth, 1 + 5);
    }

    #[test]
    fn many_levels_of_many_parts_cost_no_more() {
        // Each of the parts has parts: the limit is for all together.
        let inner = "--b\n\nx\n".repeat(100);
        let part = format!("--a\nContent-Type: multipart/mixed; boundary=b\n\n{inner}--b--\n");
        let text = format!(
            "Content-Type: multipart/mixed; boundary=a\n\n{}--a--",
            part.repeat(100)
        );
        let (root, flaws) = Part::tree(text.as_bytes()).unwrap();
        let all: usize = root.parts.iter().map(|part| 1 + part.parts.len()).sum();
        assert!(all <= MAX_PARTS && flaws.more, "{all}");
    }
}
