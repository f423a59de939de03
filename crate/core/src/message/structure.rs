//! The grammar of messages (RFC 9580, 10.3), strictly: exactly one literal packet, each one-pass signature with its
//! signature, nothing before, between or behind that would not be shown or verified.

use std::borrow::Cow;

use super::container::Container;
use super::digest::affordable;
use super::inflate::Allowance;
use super::limits::{self, Capacity};
use super::packet::{Input, Packet, Packets, tag};
use super::session::{Encrypted, SessionKeys};
use super::signature::FoundSignature;
use super::{Document, MessageError, OpenedBy, Protection};

/// A message whose packets are in order.
pub enum Parsed {
    /// A session key is needed.
    Encrypted(Encrypted),
    /// Nothing to decrypt.
    Plain(Document),
}

/// Reads a binary message as it came from the armor.
///
/// # Errors
/// See [`MessageError`].
pub fn parse(data: &[u8]) -> Result<Parsed, MessageError> {
    parse_with(data, Capacity::BROWSER)
}

/// The same on a machine that can bear more (or less).
///
/// # Errors
/// See [`MessageError`].
pub fn parse_with(data: &[u8], capacity: Capacity) -> Result<Parsed, MessageError> {
    if data.len() > limits::MAX_CIPHERTEXT {
        return Err(MessageError::Limit(limits::MAX_CIPHERTEXT));
    }
    let mut packets = Packets::new(data, limits::MAX_PACKETS);
    let layer = Layer::read(&mut packets)?;
    let budget = packets.budget();
    match layer.content {
        Content::Encrypted(body_tag, body) => {
            let container = Container::parse(body_tag, body)?;
            let keys = layer.session_keys;
            let encrypted = Encrypted::new(container, keys, budget, capacity);
            Ok(Parsed::Encrypted(encrypted))
        }
        content => descend(content, layer.signatures, budget, data.len(), None).map(Parsed::Plain),
    }
}

/// Reads what was inside of an encrypted packet.
pub(super) fn parse_decrypted(
    data: &[u8],
    budget: usize,
    encryption: (Protection, OpenedBy),
) -> Result<Document, MessageError> {
    let mut packets = Packets::new(data, budget);
    let layer = Layer::read(&mut packets)?;
    let size = data.len();
    descend(
        layer.content,
        layer.signatures,
        packets.budget(),
        size,
        Some(encryption),
    )
}

/// Goes down through compressed layers to the literal data.
fn descend(
    content: Content<'_>,
    mut signatures: Vec<Slot>,
    mut budget: usize,
    size: usize,
    encryption: Option<(Protection, OpenedBy)>,
) -> Result<Document, MessageError> {
    let mut allowance = Allowance::new(size);
    let mut compressed = match content {
        Content::Literal(body) => {
            return document(&body, signatures, encryption);
        }
        Content::Compressed(body) => body.into_owned(),
        Content::Encrypted(..) => return Err(MessageError::Unsupported),
    };
    // The encryption (or the outermost layer) and the first compressed one count already.
    for _ in 2..limits::MAX_DEPTH {
        let inner = allowance.inflate(&compressed)?;
        drop(compressed);
        let mut packets = Packets::new(&inner, budget);
        let layer = Layer::read(&mut packets)?;
        budget = packets.budget();
        signatures.extend(layer.signatures);
        match layer.content {
            Content::Literal(body) => return document(&body, signatures, encryption),
            Content::Compressed(body) => compressed = body.into_owned(),
            Content::Encrypted(..) => return Err(MessageError::Unsupported),
        }
    }
    Err(MessageError::Limit(limits::MAX_DEPTH))
}

/// The literal data packet (RFC 9580, 5.9). Its file name and date are not covered by signatures: the date is never shown, and the
/// name only names a file that has no other.
fn document(
    body: &[u8],
    slots: Vec<Slot>,
    encryption: Option<(Protection, OpenedBy)>,
) -> Result<Document, MessageError> {
    let mut input = Input(body);
    let _format = input.byte()?;
    let name = input.number(1)?;
    let name = input.take(name)?;
    let _date = input.take(4)?;
    if input.0.len() > limits::MAX_PLAINTEXT {
        return Err(MessageError::Limit(limits::MAX_PLAINTEXT));
    }
    let bytes = input.0.to_vec();
    let found = slots
        .iter()
        .map(|slot| FoundSignature::new(&slot.signature, slot.one_pass.as_deref()));
    let (signatures, more_signatures) = affordable(found, &bytes);
    // GnuPG calls so what must not be stored (RFC 4880, 5.9); RFC 9580 knows no such thing.
    let name = std::str::from_utf8(name).ok();
    let name = name.filter(|name| !name.is_empty() && *name != "_CONSOLE");
    Ok(Document {
        bytes,
        name: name.map(str::to_owned),
        respaced: None,
        signatures,
        more_signatures,
        encryption,
    })
}

/// What a layer is about.
enum Content<'a> {
    Literal(Cow<'a, [u8]>),
    Compressed(Cow<'a, [u8]>),
    /// Packet type and body.
    Encrypted(u8, Cow<'a, [u8]>),
}

/// A signature with its one-pass packet, when it has one.
struct Slot {
    one_pass: Option<Vec<u8>>,
    signature: Vec<u8>,
}

/// One layer of packets.
struct Layer<'a> {
    content: Content<'a>,
    signatures: Vec<Slot>,
    session_keys: SessionKeys,
}

impl<'a> Layer<'a> {
    fn read(packets: &mut Packets<'a>) -> Result<Self, MessageError> {
        let mut content = None;
        let mut slots: Vec<Slot> = Vec::new();
        // Places in `slots` that wait for their signature; the last one-pass packet is closed first.
        let mut open = Vec::new();
        let mut session_keys = SessionKeys::default();
        while let Some(packet) = packets.next()? {
            match packet.tag {
                tag::MARKER | tag::PADDING | tag::FIRST_IGNORABLE.. => {}
                tag::PKESK | tag::SKESK if content.is_none() && slots.is_empty() => {
                    session_keys.add(&packet)?;
                }
                tag::ONE_PASS if content.is_none() && session_keys.is_empty() => {
                    open.push(slots.len());
                    slots.push(Slot {
                        one_pass: Some(small(&packet)?),
                        signature: Vec::new(),
                    });
                }
                tag::SIGNATURE if content.is_none() && session_keys.is_empty() => {
                    slots.push(Slot {
                        one_pass: None,
                        signature: small(&packet)?,
                    });
                }
                tag::SIGNATURE if content.is_some() => {
                    let slot = open.pop().and_then(|index: usize| slots.get_mut(index));
                    slot.ok_or(MessageError::Malformed)?.signature = small(&packet)?;
                }
                tag::LITERAL if content.is_none() && session_keys.is_empty() => {
                    content = Some(Content::Literal(packet.body));
                }
                tag::COMPRESSED if content.is_none() && session_keys.is_empty() => {
                    content = Some(Content::Compressed(packet.body));
                }
                tag::ENCRYPTED if content.is_none() && slots.is_empty() => {
                    return Err(MessageError::Unprotected);
                }
                tag::PROTECTED | tag::GNUPG_OCB if content.is_none() && slots.is_empty() => {
                    content = Some(Content::Encrypted(packet.tag, packet.body));
                }
                22..tag::FIRST_IGNORABLE => return Err(MessageError::Unsupported),
                _ => return Err(MessageError::Malformed),
            }
        }
        match content {
            Some(content) if open.is_empty() => Ok(Self {
                content,
                signatures: slots,
                session_keys,
            }),
            // It began well; the rest is missing.
            _ => Err(MessageError::Truncated),
        }
    }
}

fn small(packet: &Packet<'_>) -> Result<Vec<u8>, MessageError> {
    if packet.body.len() > limits::MAX_SIGNATURE_BYTES {
        return Err(MessageError::Limit(limits::MAX_SIGNATURE_BYTES));
    }
    Ok(packet.body.to_vec())
}
