//! The grammar of messages (RFC 9580, 10.3), strictly: exactly one literal packet, each one-pass signature with its
//! signature, nothing before, between or behind that would not be shown or verified.

use super::container::Container;
use super::digest::affordable;
use super::inflate::Allowance;
use super::limits::{self, Capacity};
use super::packet::{Input, Packet, Packets, Place, tag};
use super::session::{Encrypted, SessionKeys};
use super::signature::FoundSignature;
use super::told::{Level, octets};
use super::{Document, MessageError, OpenedBy, Protection};
use crate::wire::packet::{PacketInfo, PacketLevel};

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
    parse_with(data.to_vec(), Capacity::BROWSER)
}

/// The same on a machine that can bear more (or less). What is in the message is read in the memory that it came in.
///
/// # Errors
/// See [`MessageError`].
pub fn parse_with(mut data: Vec<u8>, capacity: Capacity) -> Result<Parsed, MessageError> {
    if data.len() > limits::MAX_CIPHERTEXT {
        return Err(MessageError::Limit(limits::MAX_CIPHERTEXT));
    }
    let mut packets = Packets::new(&data, limits::MAX_PACKETS);
    let layer = Layer::read(&mut packets, 0)?;
    let budget = packets.budget();
    match layer.content {
        Content::Encrypted(body_tag, body) => {
            body.cut(&mut data);
            let container = Container::parse(body_tag, data)?;
            let keys = layer.session_keys;
            let told = layer.level.told(&container.told(&keys), &[]);
            let encrypted = Encrypted::new(container, keys, told, budget, capacity);
            Ok(Parsed::Encrypted(encrypted))
        }
        _ => descend(layer, data, budget, None, Vec::new()).map(Parsed::Plain),
    }
}

/// Reads what was inside of an encrypted packet.
pub(super) fn parse_decrypted(
    data: Vec<u8>,
    budget: usize,
    encryption: (Protection, OpenedBy),
    around: PacketLevel,
) -> Result<Document, MessageError> {
    let mut packets = Packets::new(&data, budget);
    let layer = Layer::read(&mut packets, 0)?;
    let budget = packets.budget();
    descend(layer, data, budget, Some(encryption), vec![around])
}

/// Goes down through compressed layers to the literal data.
fn descend(
    mut layer: Layer,
    mut data: Vec<u8>,
    mut budget: usize,
    encryption: Option<(Protection, OpenedBy)>,
    mut told: Vec<PacketLevel>,
) -> Result<Document, MessageError> {
    let mut allowance = Allowance::new(data.len());
    let mut signatures = Vec::new();
    let mut levels = Vec::new();
    // The encryption (or the outermost layer) counts already.
    for _ in 1..limits::MAX_DEPTH {
        signatures.append(&mut layer.signatures);
        match layer.content {
            Content::Literal(body) => {
                body.cut(&mut data);
                let format = data.first().copied().unwrap_or_default();
                let mut document = document(data, signatures, encryption)?;
                let size = octets(document.bytes.len());
                levels.push((layer.level, PacketInfo::Literal { format, size }));
                let found = &document.signatures;
                told.extend(
                    levels
                        .into_iter()
                        .map(|(level, content)| level.told(&content, found)),
                );
                document.packets = told;
                return Ok(document);
            }
            Content::Compressed(body) => body.cut(&mut data),
            Content::Encrypted(..) => return Err(MessageError::Unsupported),
        }
        let algorithm = data.first().copied().unwrap_or_default();
        levels.push((layer.level, PacketInfo::Compressed { algorithm }));
        data = allowance.inflate(data)?;
        let mut packets = Packets::new(&data, budget);
        layer = Layer::read(&mut packets, signatures.len())?;
        budget = packets.budget();
    }
    Err(MessageError::Limit(limits::MAX_DEPTH))
}

/// The literal data packet (RFC 9580, 5.9). Its file name and date are not covered by signatures: the date is never shown, and the
/// name only names a file that has no other.
fn document(
    mut body: Vec<u8>,
    slots: Vec<Slot>,
    encryption: Option<(Protection, OpenedBy)>,
) -> Result<Document, MessageError> {
    let mut input = Input(&body);
    let _format = input.byte()?;
    let name = input.number(1)?;
    let name = input.take(name)?;
    let _date = input.take(4)?;
    if input.0.len() > limits::MAX_PLAINTEXT {
        return Err(MessageError::Limit(limits::MAX_PLAINTEXT));
    }
    // GnuPG calls so what must not be stored (RFC 4880, 5.9); RFC 9580 knows no such thing.
    let name = std::str::from_utf8(name).ok();
    let name = name.filter(|name| !name.is_empty() && *name != "_CONSOLE");
    let name = name.map(str::to_owned);
    let head = body.len() - input.0.len();
    body.drain(..head);
    let found = slots
        .iter()
        .map(|slot| FoundSignature::new(&slot.signature, slot.one_pass.as_deref()));
    let lines = body.iter().filter(|&&byte| byte == b'\n').count();
    let (signatures, more_signatures) = affordable(found, body.len(), lines);
    Ok(Document {
        bytes: body,
        name,
        respaced: None,
        signatures,
        more_signatures,
        encryption,
        packets: Vec::new(),
    })
}

/// What a layer is about.
enum Content {
    Literal(Place),
    Compressed(Place),
    /// Packet type and body.
    Encrypted(u8, Place),
}

/// A signature with its one-pass packet, when it has one.
struct Slot {
    one_pass: Option<Vec<u8>>,
    signature: Vec<u8>,
}

/// One layer of packets.
struct Layer {
    content: Content,
    signatures: Vec<Slot>,
    session_keys: SessionKeys,
    level: Level,
}

impl Layer {
    /// `before` are the signatures of the layers around it.
    fn read(packets: &mut Packets<'_>, before: usize) -> Result<Self, MessageError> {
        let mut content = None;
        let mut level = Level::default();
        let mut slots: Vec<Slot> = Vec::new();
        // Places in `slots` that wait for their signature; the last one-pass packet is closed first.
        let mut open = Vec::new();
        let mut session_keys = SessionKeys::default();
        while let Some(packet) = packets.next()? {
            match packet.tag {
                tag::PKESK | tag::SKESK => {}
                tag::SIGNATURE => {
                    let place = match content {
                        None => Some(slots.len()),
                        Some(_) => open.last().copied(),
                    };
                    level.signature(before + place.unwrap_or_default());
                }
                _ => level.other(&packet),
            }
            match packet.tag {
                tag::MARKER | tag::PADDING | tag::FIRST_IGNORABLE.. => {}
                tag::PKESK | tag::SKESK if content.is_none() && slots.is_empty() => {
                    let told = session_keys.add(&packet, level.next())?;
                    level.session_key(told);
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
                    content = Some(Content::Literal(packet.place));
                }
                tag::COMPRESSED if content.is_none() && session_keys.is_empty() => {
                    content = Some(Content::Compressed(packet.place));
                }
                tag::ENCRYPTED if content.is_none() && slots.is_empty() => {
                    return Err(MessageError::Unprotected);
                }
                tag::PROTECTED | tag::GNUPG_OCB if content.is_none() && slots.is_empty() => {
                    content = Some(Content::Encrypted(packet.tag, packet.place));
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
                level,
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
