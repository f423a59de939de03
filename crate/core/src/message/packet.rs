//! Packet framing (RFC 9580, 4.2). Finds where packets begin and end and nothing else; no recursion, no allocation
//! that a length field alone can ask for.

use std::ops::Range;

use super::{MessageError, limits};

/// Packet type numbers (RFC 9580, 5).
pub(crate) mod tag {
    pub const PKESK: u8 = 1;
    pub const SIGNATURE: u8 = 2;
    pub const SKESK: u8 = 3;
    pub const ONE_PASS: u8 = 4;
    pub const COMPRESSED: u8 = 8;
    pub const ENCRYPTED: u8 = 9;
    pub const MARKER: u8 = 10;
    pub const LITERAL: u8 = 11;
    pub const PROTECTED: u8 = 18;
    /// GnuPG's own (LibrePGP, 5.16).
    pub const GNUPG_OCB: u8 = 20;
    pub const PADDING: u8 = 21;
    /// Types from here on may be ignored when unknown (RFC 9580, 4.3).
    pub const FIRST_IGNORABLE: u8 = 40;
}

/// One packet.
pub(crate) struct Packet<'a> {
    /// Its type.
    pub tag: u8,
    /// The body; when it came in parts, the first of them.
    pub body: &'a [u8],
    /// Where the whole body is.
    pub place: Place,
    /// Header and body as they stand in the message.
    pub raw: &'a [u8],
}

/// Where the body of a packet is in its layer.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    range: Range<usize>,
    /// The range holds parts, each behind its length.
    in_parts: bool,
}

impl Place {
    /// Leaves nothing of the layer but this body, its parts joined. It stays in the memory that it is in: a large message is
    /// not held twice.
    pub fn cut(self, layer: &mut Vec<u8>) {
        let Range { start, end } = self.range;
        layer.truncate(end);
        if !self.in_parts {
            layer.drain(..start.min(layer.len()));
            return;
        }
        let (mut from, mut to) = (start, 0);
        while let Some(rest) = layer.get(from..).filter(|rest| !rest.is_empty()) {
            let mut input = Input(rest);
            // The walk has read them all.
            let Ok(Length::Whole(size) | Length::Part(size)) = length(&mut input) else {
                break;
            };
            let begin = end - input.0.len();
            from = end.min(begin.saturating_add(size));
            layer.copy_within(begin..from, to);
            to += from - begin;
        }
        layer.truncate(to);
    }
}

/// Walks over the packets of one layer.
pub(crate) struct Packets<'a> {
    layer: &'a [u8],
    /// Where the next one begins.
    at: usize,
    /// How many more packets the message may have.
    budget: usize,
}

impl<'a> Packets<'a> {
    /// `budget` is what is left of [`limits::MAX_PACKETS`].
    pub fn new(layer: &'a [u8], budget: usize) -> Self {
        Self {
            layer,
            at: 0,
            budget,
        }
    }

    /// What is left of the budget.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// The type of the next packet; `None` where none begins.
    pub fn tag(&self) -> Option<u8> {
        let &first = self.layer.get(self.at)?;
        let tag = match first & 0xc0 {
            0xc0 => first & 0x3f,
            0x80 => (first >> 2) & 0x0f,
            _ => 0,
        };
        (tag != 0).then_some(tag)
    }

    /// The next packet, `None` at the end. After an error the walk must not go on.
    pub fn next(&mut self) -> Result<Option<Packet<'a>>, MessageError> {
        let whole = self.layer.get(self.at..).unwrap_or_default();
        let Some(&first) = whole.first() else {
            return Ok(None);
        };
        self.budget = self
            .budget
            .checked_sub(1)
            .ok_or(MessageError::Limit(limits::MAX_PACKETS))?;
        let mut input = Input(whole);
        input.take(1)?;
        let tag = self.tag().ok_or(MessageError::Malformed)?;
        let body = match first & 0x40 {
            0 => old_body(&mut input, tag, first & 3)?,
            _ => new_body(&mut input, tag)?,
        };
        let used = whole.len().saturating_sub(input.0.len());
        let end = self.at + used;
        self.at = end;
        Ok(Some(Packet {
            tag,
            body: body.first,
            place: Place {
                range: end.saturating_sub(body.size)..end,
                in_parts: body.in_parts,
            },
            raw: whole.get(..used).unwrap_or(whole),
        }))
    }
}

/// Packets that carry data may come in parts or without a length (RFC 9580, 4.2.1.4).
fn may_stream(tag: u8) -> Result<(), MessageError> {
    match tag {
        tag::LITERAL | tag::COMPRESSED | tag::ENCRYPTED | tag::PROTECTED | tag::GNUPG_OCB => Ok(()),
        _ => Err(MessageError::Malformed),
    }
}

/// A body that was walked over.
struct Body<'a> {
    /// All of it, or the first part.
    first: &'a [u8],
    /// Octets of all of it, or of all parts with their lengths.
    size: usize,
    in_parts: bool,
}

impl<'a> Body<'a> {
    fn whole(body: &'a [u8]) -> Self {
        Self {
            first: body,
            size: body.len(),
            in_parts: false,
        }
    }
}

fn old_body<'a>(input: &mut Input<'a>, tag: u8, length_type: u8) -> Result<Body<'a>, MessageError> {
    let length = match length_type {
        0 => input.number(1)?,
        1 => input.number(2)?,
        2 => input.number(4)?,
        _ => {
            may_stream(tag)?;
            input.0.len()
        }
    };
    input.take(length).map(Body::whole)
}

fn new_body<'a>(input: &mut Input<'a>, tag: u8) -> Result<Body<'a>, MessageError> {
    let before = input.0.len();
    let size = match length(input)? {
        Length::Whole(length) => return input.take(length).map(Body::whole),
        Length::Part(length) => length,
    };
    may_stream(tag)?;
    // "The first partial length MUST be at least 512 octets long."
    if size < 512 {
        return Err(MessageError::Malformed);
    }
    let first = input.take(size)?;
    loop {
        let (last, size) = match length(input)? {
            Length::Whole(size) => (true, size),
            Length::Part(size) => (false, size),
        };
        input.take(size)?;
        if last {
            return Ok(Body {
                first,
                size: before - input.0.len(),
                in_parts: true,
            });
        }
    }
}

enum Length {
    Whole(usize),
    Part(usize),
}

/// New-format length (RFC 9580, 4.2.1).
fn length(input: &mut Input<'_>) -> Result<Length, MessageError> {
    let first = input.number(1)?;
    Ok(match first {
        0..192 => Length::Whole(first),
        192..224 => Length::Whole(((first - 192) << 8) + input.number(1)? + 192),
        224..255 => Length::Part(1 << (first & 0x1f)),
        _ => Length::Whole(input.number(4)?),
    })
}

/// The bytes that are not read yet.
pub(crate) struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    /// The next `length` bytes.
    pub fn take(&mut self, length: usize) -> Result<&'a [u8], MessageError> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(MessageError::Truncated)?;
        self.0 = rest;
        Ok(taken)
    }

    /// The next `bytes` (at most 4) as a big-endian number.
    pub fn number(&mut self, bytes: usize) -> Result<usize, MessageError> {
        let taken = self.take(bytes)?;
        Ok(taken
            .iter()
            .fold(0, |number, &byte| (number << 8) | usize::from(byte)))
    }

    /// The next byte.
    pub fn byte(&mut self) -> Result<u8, MessageError> {
        let taken = self.take(1)?;
        taken.first().copied().ok_or(MessageError::Truncated)
    }
}

/// Writes a packet with a definite new-format length (RFC 9580, 4.2.1).
pub(crate) fn write(out: &mut Vec<u8>, tag: u8, body: &[u8]) {
    out.reserve(6 + body.len());
    begin(out, tag, body.len());
    out.extend_from_slice(body);
}

/// The header of such a packet, whose body of `size` bytes must follow.
pub(crate) fn begin(out: &mut Vec<u8>, tag: u8, size: usize) {
    out.push(0xc0 | tag);
    match size {
        length @ 0..192 => out.push(length as u8),
        length @ 192..8384 => {
            let length = length - 192;
            out.extend([(length >> 8) as u8 + 192, length as u8]);
        }
        length => {
            out.push(255);
            out.extend((length as u32).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(data: &[u8]) -> Result<Vec<(u8, Vec<u8>)>, MessageError> {
        let mut packets = Packets::new(data, limits::MAX_PACKETS);
        let mut found = Vec::new();
        while let Some(packet) = packets.next()? {
            let mut body = data.to_vec();
            packet.place.cut(&mut body);
            found.push((packet.tag, body));
        }
        Ok(found)
    }

    #[test]
    fn lengths_of_every_form() {
        for size in [0, 1, 191, 192, 8383, 8384, 70_000] {
            let body = vec![7; size];
            let mut data = Vec::new();
            write(&mut data, tag::LITERAL, &body);
            write(&mut data, tag::PADDING, &[1, 2]);
            assert_eq!(
                all(&data).unwrap(),
                [(11, body), (21, vec![1, 2])],
                "{size}"
            );
        }
        // old format: one, two, four octets, and to the end
        assert_eq!(all(&[0x88, 1, 9]).unwrap(), [(2, vec![9])]);
        assert_eq!(all(&[0x89, 0, 1, 9]).unwrap(), [(2, vec![9])]);
        assert_eq!(all(&[0x8a, 0, 0, 0, 1, 9]).unwrap(), [(2, vec![9])]);
        assert_eq!(all(&[0xa3, 1, 9]).unwrap(), [(8, vec![1, 9])]);
    }

    #[test]
    fn parts_are_joined_for_data_packets_only() {
        let mut data = vec![0xc0 | tag::LITERAL, 224 + 9];
        data.extend([5; 512]);
        data.extend([224, 6, 1, 7]);
        let mut body = vec![5; 512];
        body.extend([6, 7]);
        assert_eq!(all(&data).unwrap(), [(11, body)]);
        data[0] = 0xc0 | tag::SIGNATURE;
        assert_eq!(all(&data), Err(MessageError::Malformed));
        assert_eq!(all(&[0xcb, 224, 6, 1, 7]), Err(MessageError::Malformed));
        assert_eq!(all(&[0x8b, 1, 2]), Err(MessageError::Malformed));
    }

    #[test]
    fn a_huge_length_asks_for_nothing() {
        assert_eq!(
            all(&[0xcb, 255, 255, 255, 255, 255, 1]),
            Err(MessageError::Truncated)
        );
        assert_eq!(all(&[0xcb]), Err(MessageError::Truncated));
        assert_eq!(all(&[0x0b, 0]), Err(MessageError::Malformed));
        assert_eq!(all(&[0xc0, 0]), Err(MessageError::Malformed));
    }

    #[test]
    fn packets_are_counted() {
        let fits = [0xca, 0].repeat(limits::MAX_PACKETS);
        assert_eq!(all(&fits).unwrap().len(), limits::MAX_PACKETS);
        let over = [0xca, 0].repeat(limits::MAX_PACKETS + 1);
        assert_eq!(all(&over), Err(MessageError::Limit(limits::MAX_PACKETS)));
    }
}
