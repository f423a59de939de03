//! Content transfer encodings (RFC 2045, 6).

use std::borrow::Cow;

/// How the body of a part stands in the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// 7bit, 8bit, binary, and what nobody knows: as it is.
    Identity,
    Base64,
    QuotedPrintable,
}

impl Encoding {
    /// From the value of Content-Transfer-Encoding.
    pub fn of(value: Option<&[u8]>) -> Self {
        let value = value.unwrap_or_default().trim_ascii();
        let end = value
            .iter()
            .position(|byte| matches!(byte, b' ' | b'\t' | b';' | b'('));
        let word = value.get(..end.unwrap_or(value.len())).unwrap_or_default();
        if word.eq_ignore_ascii_case(b"base64") {
            Self::Base64
        } else if word.eq_ignore_ascii_case(b"quoted-printable") {
            Self::QuotedPrintable
        } else {
            Self::Identity
        }
    }

    /// The octets, and whether the encoding was damaged. What can be read is read.
    pub fn decode(self, body: &[u8]) -> (Cow<'_, [u8]>, bool) {
        if self == Self::Identity {
            return (Cow::Borrowed(body), false);
        }
        let mut out = Vec::with_capacity(match self {
            Self::Base64 => body.len() / 4 * 3 + 3,
            _ => body.len(),
        });
        let damaged = self.each(body, &mut |piece| out.extend_from_slice(piece));
        (Cow::Owned(out), damaged)
    }

    /// The same in pieces, of which one is held at a time; whether the encoding was damaged.
    pub fn each(self, body: &[u8], take: &mut dyn FnMut(&[u8])) -> bool {
        if self == Self::Identity {
            take(body);
            return false;
        }
        let mut decoder = Decoder::new(self);
        let mut out = Vec::with_capacity(PIECE.min(body.len()));
        let mut rest = body;
        while let Some((piece, after)) = rest.split_at_checked(decoder.next(rest))
            && !piece.is_empty()
        {
            decoder.push(piece, &mut out);
            take(&out);
            out.clear();
            rest = after;
        }
        let damaged = decoder.finish(&mut out);
        take(&out);
        damaged
    }

    /// Decodes over the body itself: no encoding makes it shorter.
    pub fn decode_in_place(self, body: &mut Vec<u8>) {
        if self == Self::Identity {
            return;
        }
        let mut decoder = Decoder::new(self);
        let (mut piece, mut out) = (Vec::new(), Vec::new());
        let (mut from, mut to) = (0, 0);
        let put = |body: &mut Vec<u8>, to: &mut usize, out: &mut Vec<u8>| {
            if let Some(place) = body.get_mut(*to..*to + out.len()) {
                place.copy_from_slice(out);
            }
            *to += out.len();
            out.clear();
        };
        while let Some(rest) = body.get(from..).filter(|rest| !rest.is_empty()) {
            piece.extend_from_slice(rest.get(..decoder.next(rest)).unwrap_or(rest));
            from += piece.len();
            decoder.push(&piece, &mut out);
            piece.clear();
            put(body, &mut to, &mut out);
        }
        decoder.finish(&mut out);
        put(body, &mut to, &mut out);
        body.truncate(to);
    }

    /// At least the first `most` octets, if there are so many, and not many more.
    pub fn head(self, body: &[u8], most: usize) -> Cow<'_, [u8]> {
        // No encoding needs more than three octets for one, but there may be line ends.
        let near = body.get(..most.saturating_mul(4)).unwrap_or(body);
        match self {
            Self::Identity => Cow::Borrowed(body.get(..most).unwrap_or(body)),
            _ => self.decode(near).0,
        }
    }

    /// How many octets there are, and whether the encoding was damaged.
    pub fn measure(self, body: &[u8]) -> (usize, bool) {
        let mut size = 0;
        let damaged = self.each(body, &mut |piece| size += piece.len());
        (size, damaged)
    }
}

/// Octets that are decoded at once.
const PIECE: usize = 64 << 10;

/// A body being decoded.
struct Decoder {
    encoding: Encoding,
    base64: Base64,
    damaged: bool,
}

impl Decoder {
    fn new(encoding: Encoding) -> Self {
        Self {
            encoding,
            base64: Base64::default(),
            damaged: false,
        }
    }

    /// How much of `rest` is to be pushed next: quoted-printable is read by whole lines.
    fn next(&self, rest: &[u8]) -> usize {
        let near = rest.get(..PIECE).unwrap_or(rest);
        if self.encoding != Encoding::QuotedPrintable || near.len() == rest.len() {
            return near.len();
        }
        let line = memchr::memrchr(b'\n', near).or_else(|| memchr::memchr(b'\n', rest));
        line.map_or(rest.len(), |end| end + 1)
    }

    fn push(&mut self, piece: &[u8], out: &mut Vec<u8>) {
        match self.encoding {
            Encoding::Identity => out.extend_from_slice(piece),
            Encoding::Base64 => self.base64.push(piece, out),
            Encoding::QuotedPrintable => self.damaged |= quoted_printable(piece, out),
        }
    }

    /// Whether the encoding was damaged.
    fn finish(&mut self, out: &mut Vec<u8>) -> bool {
        self.damaged | self.base64.finish(out)
    }
}

/// No base64.
const OTHER: u8 = 0x80;
/// White space, which lines end with.
const SPACE: u8 = 0x81;
/// `=`
const PADDING: u8 = 0x82;

static SEXTETS: [u8; 256] = sextets();

#[allow(
    clippy::indexing_slicing,
    reason = "computed by the compiler, which would stop"
)]
const fn sextets() -> [u8; 256] {
    let mut table = [OTHER; 256];
    let mut byte = 0;
    while byte < 256 {
        let letter = byte as u8;
        table[byte] = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => PADDING,
            b' ' | b'\t' | b'\r' | b'\n' => SPACE,
            _ => OTHER,
        };
        byte += 1;
    }
    table
}

/// Base64 being read. Other characters are skipped (RFC 2045, 6.8); text behind padding is read on, because some programs join
/// pieces.
#[derive(Default)]
struct Base64 {
    group: u32,
    count: u8,
    damaged: bool,
}

impl Base64 {
    fn push(&mut self, text: &[u8], out: &mut Vec<u8>) {
        // In variables of its own: what is behind a reference is written at each step.
        let (mut group, mut count) = (self.group, self.count);
        for &byte in text {
            let value = SEXTETS.get(usize::from(byte)).copied().unwrap_or(OTHER);
            match value {
                0..64 => {
                    group = group << 6 | u32::from(value);
                    count += 1;
                    if count == 4 {
                        let [_, a, b, c] = group.to_be_bytes();
                        out.extend_from_slice(&[a, b, c]);
                        (group, count) = (0, 0);
                    }
                }
                PADDING => {
                    self.damaged |= count == 1;
                    rest(out, group, count);
                    (group, count) = (0, 0);
                }
                SPACE => {}
                _ => self.damaged = true,
            }
        }
        (self.group, self.count) = (group, count);
    }

    /// Whether it was damaged.
    fn finish(&self, out: &mut Vec<u8>) -> bool {
        rest(out, self.group, self.count);
        self.damaged || self.count == 1
    }
}

/// Base64 of a word.
pub(super) fn base64(body: &[u8]) -> (Vec<u8>, bool) {
    let (octets, damaged) = Encoding::Base64.decode(body);
    (octets.into_owned(), damaged)
}

/// The octets of a group that is not full.
fn rest(out: &mut Vec<u8>, group: u32, count: u8) {
    let [_, a, b, _] = (group << (6 * u32::from(4 - count.min(4)))).to_be_bytes();
    match count {
        2 => out.push(a),
        3 => out.extend_from_slice(&[a, b]),
        _ => {}
    }
}

/// Line by line: soft breaks vanish, and so do spaces at the end of a line (RFC 2045, 6.7, rule 3).
fn quoted_printable(body: &[u8], out: &mut Vec<u8>) -> bool {
    let mut damaged = false;
    for line in body.split_inclusive(|&byte| byte == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let end = line.get(text.len()..).unwrap_or_default();
        let kept = text
            .iter()
            .rposition(|byte| !matches!(byte, b' ' | b'\t'))
            .map_or(0, |last| last + 1);
        let text = text.get(..kept).unwrap_or_default();
        let (text, end) = match text.strip_suffix(b"=") {
            Some(text) => (text, &b""[..]),
            None => (text, end),
        };
        let (octets, bad) = hexadecimal(text);
        out.extend_from_slice(&octets);
        out.extend_from_slice(end);
        damaged |= bad;
    }
    damaged
}

/// `=XX` becomes an octet; an `=` that is followed by anything else stays.
pub(super) fn hexadecimal(text: &[u8]) -> (Cow<'_, [u8]>, bool) {
    escaped(text, b'=')
}

/// `%XX` becomes an octet (RFC 2231, 4; RFC 3986, 2.1).
pub(super) fn percent(text: &[u8]) -> Cow<'_, [u8]> {
    escaped(text, b'%').0
}

fn escaped(text: &[u8], sign: u8) -> (Cow<'_, [u8]>, bool) {
    if !text.contains(&sign) {
        return (Cow::Borrowed(text), false);
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let mut out = Vec::with_capacity(text.len());
    let mut damaged = false;
    let mut rest = text;
    while let [first, after @ ..] = rest {
        rest = after;
        let octet = match after {
            [high, low, ..] if *first == sign => digit(*high)
                .zip(digit(*low))
                .and_then(|(high, low)| u8::try_from(high << 4 | low).ok()),
            _ => None,
        };
        match octet {
            Some(octet) => {
                out.push(octet);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                damaged |= *first == sign;
                out.push(*first);
            }
        }
    }
    (Cow::Owned(out), damaged)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mime::tests::kit;
    use proptest::prelude::*;

    #[test]
    fn names_of_encodings() {
        for (value, encoding) in [
            ("base64", Encoding::Base64),
            (" BASE64 (comment)", Encoding::Base64),
            ("Quoted-Printable;", Encoding::QuotedPrintable),
            ("8bit", Encoding::Identity),
            ("x-uuencode", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(Encoding::of(Some(value.as_bytes())), encoding, "{value}");
        }
    }

    #[test]
    fn damaged_base64_is_read_as_far_as_it_goes() {
        for (text, octets, damaged) in [
            ("YWJj", "abc", false),
            ("YWI=", "ab", false),
            ("YQ==", "a", false),
            ("YW\r\nJj\n", "abc", false),
            ("YWI", "ab", false),
            ("YQ==YWI=", "aab", false),
            ("YW!Jj", "abc", true),
            ("YWJjY", "abc", true),
            ("Y=", "", true),
            ("", "", false),
            ("====", "", false),
        ] {
            assert_eq!(base64(text.as_bytes()), (octets.into(), damaged), "{text}");
        }
    }

    #[test]
    fn quoted_printable_by_the_rules() {
        for (text, octets, damaged) in [
            ("a=3Db", "a=b", false),
            ("a=\r\nb=\nc", "abc", false),
            ("a \t\r\nb  ", "a\r\nb", false),
            ("a =  \nb", "a b", false),
            ("a=20\n", "a \n", false),
            ("=c3=BC", "ü", false),
            ("a=zb=", "a=zb", true),
            ("=4", "=4", true),
        ] {
            let (found, bad) = Encoding::QuotedPrintable.decode(text.as_bytes());
            assert_eq!((&*found, bad), (octets.as_bytes(), damaged), "{text:?}");
        }
    }

    #[test]
    fn a_head_is_long_enough() {
        let octets: Vec<u8> = (0..2_000).map(|at| at as u8).collect();
        for (encoding, text) in [
            (Encoding::Identity, octets.clone()),
            (Encoding::Base64, kit::base64(&octets).into_bytes()),
            (
                Encoding::QuotedPrintable,
                kit::quoted_printable(&octets).into_bytes(),
            ),
        ] {
            assert_eq!(encoding.head(&text, 100).get(..100), octets.get(..100));
            assert_eq!(encoding.head(&text, 9_000), octets);
        }
    }

    proptest! {
        #[test]
        fn octets_come_back(octets in proptest::collection::vec(any::<u8>(), 0..300)) {
            for (encoding, text) in [
                (Encoding::Base64, kit::base64(&octets)),
                (Encoding::QuotedPrintable, kit::quoted_printable(&octets)),
            ] {
                let (found, damaged) = encoding.decode(text.as_bytes());
                prop_assert_eq!(&*found, &octets[..]);
                prop_assert!(!damaged);
            }
        }

        #[test]
        fn any_octets_end_well(octets in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(base64(&octets).0.len() <= octets.len());
            prop_assert!(Encoding::QuotedPrintable.decode(&octets).0.len() <= octets.len());
        }

        /// Whichever way it is decoded, and wherever it is cut.
        #[test]
        fn every_way_gives_the_same(
            piece in "[a-zA-Z=\r\n!0-9 ]{1,40}",
            times in 1_usize..6_000,
            quoted in any::<bool>(),
        ) {
            let body = piece.repeat(times).into_bytes();
            let encoding = match quoted {
                true => Encoding::QuotedPrintable,
                false => Encoding::Base64,
            };
            let (whole, damaged) = encoding.decode(&body);
            prop_assert_eq!(encoding.measure(&body), (whole.len(), damaged));
            let mut same = body.clone();
            encoding.decode_in_place(&mut same);
            prop_assert_eq!(&same, &*whole);
        }
    }
}
