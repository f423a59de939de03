//! Reading signature packets that the engine refuses as a whole because of one odd subpacket.
//!
//! RFC 9580, 5.2.3.7: a subpacket that is not understood is ignored, unless it is critical. The engine gives up instead,
//! or reads something that it then hashes differently; so a new kind of fingerprint, an address that is not UTF-8 or a
//! note with a strange flag would unbind a key. Here each subpacket is read by itself. What cannot be read stays as
//! bytes, so that the hash is right, and policy sees whether it was critical.

use pgp::packet::{
    PacketHeader, Signature, SignatureType, SignatureVersion, Subpacket, SubpacketData,
    SubpacketLength,
};
use pgp::ser::Serialize;
use pgp::types::Tag;

use crate::limits;

/// Type of a subpacket that holds a signature (RFC 9580, 5.2.3.34).
const EMBEDDED: u8 = 32;

/// Reads the body of a signature packet of version 3, 4 or 6.
///
/// Subpackets that cannot be read, and critical ones of unknown types, become [`SubpacketData::Experimental`] with
/// their type: the engine hashes those as they are. In the unhashed area, which says nothing reliable, they are left out.
pub(crate) fn read_signature(body: &[u8]) -> Option<Signature> {
    read(body, true)
}

/// What is signed of such a body itself, without what the signature is on: all in front of the unhashed area, in version 3
/// all in front of the numbers.
pub(super) fn signed_part(body: &[u8]) -> Option<&[u8]> {
    if body.first() == Some(&3) {
        return body.get(..19);
    }
    let parts = Parts::of(body)?;
    body.get(..parts.head.len() + parts.count + parts.hashed.len())
}

fn read(body: &[u8], may_embed: bool) -> Option<Signature> {
    if body.len() > limits::MAX_SIGNATURE {
        return None;
    }
    if body.first() == Some(&3) {
        return engine(body);
    }
    let parts = Parts::of(body)?;
    let read = engine(body).filter(|signature| {
        let config = signature.config();
        config.is_some_and(|config| is_faithful(&config.hashed_subpackets, parts.hashed))
    });
    read.or_else(|| parts.signature(may_embed))
        .filter(|signature| {
            matches!(
                signature.version(),
                SignatureVersion::V4 | SignatureVersion::V6
            )
        })
}

/// The whole body, by the engine.
fn engine(body: &[u8]) -> Option<Signature> {
    let length = u32::try_from(body.len()).ok()?;
    let mut rest = body;
    let header = PacketHeader::new_fixed(Tag::Signature, length);
    let signature = Signature::try_from_reader(header, &mut rest).ok()?;
    (rest.is_empty() && signature.config().is_some()).then_some(signature)
}

/// Whether the engine will hash what was in the packet, and nothing is critical that it refuses to hash.
fn is_faithful(read: &[Subpacket], area: &[u8]) -> bool {
    let refused = |s: &Subpacket| s.is_critical && matches!(s.data, SubpacketData::Other(..));
    let mut written = Vec::with_capacity(area.len());
    let complete = read.iter().all(|s| s.to_writer(&mut written).is_ok());
    complete && written == area && !read.iter().any(refused)
}

/// A signature packet of version 4 or 6, taken apart.
struct Parts<'a> {
    /// Version, type, public-key algorithm, hash algorithm.
    head: &'a [u8],
    hashed: &'a [u8],
    unhashed: &'a [u8],
    /// All that follows the subpackets.
    tail: &'a [u8],
    /// Octets of the length of an area.
    count: usize,
}

impl<'a> Parts<'a> {
    fn of(body: &'a [u8]) -> Option<Self> {
        let count = match body.first()? {
            4 => 2,
            6 => 4,
            _ => return None,
        };
        let (head, rest) = body.split_at_checked(4)?;
        let (hashed, rest) = area(rest, count)?;
        let (unhashed, tail) = area(rest, count)?;
        Some(Self {
            head,
            hashed,
            unhashed,
            tail,
            count,
        })
    }

    fn signature(&self, may_embed: bool) -> Option<Signature> {
        let (hashed, unhashed) = (split(self.hashed)?, split(self.unhashed));
        let unhashed = unhashed.unwrap_or_default();
        if hashed.len() + unhashed.len() > limits::MAX_SUBPACKETS {
            return None;
        }
        let empty = [0; 8];
        let bare = [self.head, empty.get(..2 * self.count)?, self.tail].concat();
        let bare = engine(&bare)?;
        let mut config = bare.config()?.clone();
        for raw in hashed {
            let mut kept = self.subpacket(&raw).unwrap_or_else(|| raw.opaque());
            // It proves itself, so that it may stand where nothing is signed.
            if may_embed
                && let SubpacketData::Experimental(EMBEDDED, _) = kept.data
                && let Some(back) = raw.embedded()
            {
                config.unhashed_subpackets.push(back);
                kept = raw.understood();
            }
            config.hashed_subpackets.push(kept);
        }
        for raw in unhashed {
            let kept = self.subpacket(&raw);
            // Asked before looking: signatures inside of signatures have no end.
            let kept = kept.or_else(|| may_embed.then(|| raw.embedded())?);
            config.unhashed_subpackets.extend(kept);
        }
        Signature::from_config(config, bare.signed_hash_value()?, bare.signature()?.clone()).ok()
    }

    /// One subpacket by the engine: in a signature that has nothing else. `None` when it is not understood.
    fn subpacket(&self, raw: &Raw<'_>) -> Option<Subpacket> {
        /// A public-key algorithm that does not exist: what follows the subpackets is not looked at.
        const NONE: u8 = 99;
        let [typ, hash] = [*self.head.get(1)?, *self.head.get(3)?];
        let length = u16::try_from(raw.whole.len()).ok()?.to_be_bytes();
        let one = [&[4, typ, NONE, hash], &length[..], raw.whole, &[0; 4]].concat();
        let signature = engine(&one)?;
        let [read] = signature.config()?.hashed_subpackets.as_slice() else {
            return None;
        };
        is_faithful(std::slice::from_ref(read), raw.whole).then(|| read.clone())
    }
}

/// An area of subpackets and what follows it.
fn area(data: &[u8], count: usize) -> Option<(&[u8], &[u8])> {
    let (number, rest) = data.split_at_checked(count)?;
    let length = number.iter().fold(0u32, |n, b| (n << 8) | u32::from(*b));
    rest.split_at_checked(usize::try_from(length).ok()?)
}

/// A subpacket without any interpretation.
struct Raw<'a> {
    whole: &'a [u8],
    length: SubpacketLength,
    critical: bool,
    typ: u8,
    data: &'a [u8],
}

impl Raw<'_> {
    fn opaque(&self) -> Subpacket {
        let data = self.data.to_vec().into();
        Subpacket {
            is_critical: self.critical,
            data: SubpacketData::Experimental(self.typ, data),
            len: self.length,
        }
    }

    /// The same bytes for the hash, with the critical bit in the type, where policy does not ask for it: what is in it
    /// has been read.
    fn understood(&self) -> Subpacket {
        let bit = u8::from(self.critical) << 7;
        let data = SubpacketData::Experimental(self.typ | bit, self.data.to_vec().into());
        Subpacket {
            is_critical: false,
            data,
            len: self.length,
        }
    }

    fn embedded(&self) -> Option<Subpacket> {
        let signature = (self.typ == EMBEDDED).then(|| read(self.data, false))??;
        let back = signature.typ() == Some(SignatureType::KeyBinding);
        let data = back.then(|| SubpacketData::EmbeddedSignature(Box::new(signature)))?;
        Subpacket::regular(data).ok()
    }
}

/// Splits an area (RFC 9580, 5.2.3.7); `None` when lengths do not fit.
fn split(area: &[u8]) -> Option<Vec<Raw<'_>>> {
    let (mut all, mut rest) = (Vec::new(), area);
    while let Some((&first, after)) = rest.split_first() {
        let (length, after) = match first {
            0..=191 => (SubpacketLength::One(first), after),
            192..=254 => {
                let (&second, after) = after.split_first()?;
                let length = (u16::from(first - 192) << 8) + 192 + u16::from(second);
                (SubpacketLength::Two(length), after)
            }
            255 => {
                let (number, after) = after.split_first_chunk()?;
                (SubpacketLength::Five(u32::from_be_bytes(*number)), after)
            }
        };
        let (content, after) = after.split_at_checked(length.len())?;
        let (&typ, data) = content.split_first()?;
        all.push(Raw {
            whole: rest.get(..rest.len() - after.len())?,
            length,
            critical: typ & 0x80 != 0,
            typ: typ & 0x7f,
            data,
        });
        rest = after;
    }
    Some(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testkit::*;
    use pgp::types::Fingerprint;
    use proptest::prelude::*;

    /// A binding of the first subkey with `bytes` in its hashed area, made as a program would that knows them.
    fn with(bytes: &[u8]) -> (Maker, Vec<u8>) {
        let maker = usual("Ann <ann@example.org>");
        let data = SubpacketData::Experimental(bytes[0] & 0x7f, bytes[1..].to_vec().into());
        let says = match bytes[0] & 0x80 {
            0 => says(MADE).flags(ENCRYPT).and(data),
            _ => says(MADE).flags(ENCRYPT).critical(data),
        };
        let binding = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
        let body = binding.to_bytes().unwrap();
        (maker, body)
    }

    #[test]
    fn what_the_engine_cannot_read_is_hashed_as_it_is() {
        let fictitious = [&[33, 6][..], &[0xaa; 34]].concat();
        for odd in [
            // A fingerprint of a length that does not exist; text that is not UTF-8; a note with another flag.
            &fictitious[..],
            &[26, 0xff, 0xfe],
            &[20, 0x40, 0, 0, 0, 0, 1, 0, 1, b'a', b'b'],
            // A truth value of 2; a time of three octets; a critical type without meaning; an empty one.
            &[25, 2],
            &[9, 1, 2, 3],
            &[0x80 | 77, 1],
            &[60],
        ] {
            let (maker, body) = with(odd);
            let cert = maker.cert();
            let read = read_signature(&body).unwrap();
            let (primary, subkey) = (&cert.primary.key, &cert.subkeys[0].key);
            assert!(
                read.verify_subkey_binding(primary, subkey).is_ok(),
                "{odd:?}"
            );
            assert!(read.key_flags().encrypt_comms(), "{odd:?}");
            let critical = crate::policy::has_unknown_critical(&read);
            assert_eq!(critical, odd[0] & 0x80 != 0, "{odd:?}");
        }
    }

    #[test]
    fn a_changed_byte_is_still_noticed() {
        let (maker, body) = with(&[33, 6, 1, 2, 3]);
        let cert = maker.cert();
        for at in 6..40 {
            let mut body = body.clone();
            body[at] ^= 1;
            let verifies = read_signature(&body).is_some_and(|s| {
                s.verify_subkey_binding(&cert.primary.key, &cert.subkeys[0].key)
                    .is_ok()
            });
            assert!(!verifies, "{at}");
        }
    }

    #[test]
    fn an_odd_back_signature_is_read_too() {
        let maker = Maker::v4().bare_subkey(&pgp::composed::KeyType::Ed25519Legacy, MADE);
        let SubpacketData::EmbeddedSignature(back) = maker.back_signature(0, &says(MADE)) else {
            panic!("a back-signature");
        };
        let mut back = *back;
        let other = Fingerprint::V6([7; 32]);
        back.unhashed_subpacket_push(
            Subpacket::regular(SubpacketData::IssuerFingerprint(other)).unwrap(),
        )
        .unwrap();
        let inner = back.to_bytes().unwrap();
        let at = inner.windows(2).position(|w| w == [33, 6]).unwrap();
        // A fingerprint of a version that does not exist; one of version 6 that is two octets too long.
        let mut of_version_9 = inner.clone();
        of_version_9[at + 1] = 9;
        let mut too_long = inner.clone();
        too_long.splice(at + 34..at + 34, [7, 7]);
        too_long[at - 1] += 2;
        let unhashed_length = 6 + usize::from(inner[5]) + 1;
        too_long[unhashed_length] += 2;
        for odd in [of_version_9, too_long] {
            let raw = SubpacketData::Experimental(EMBEDDED, odd.into());
            // In either area of the outer signature; critical or not, for it is understood.
            let hashed = says(MADE).flags(SIGN).and(raw.clone());
            let critical = says(MADE).flags(SIGN).critical(raw.clone());
            let [hashed, critical, mut unhashed] = [hashed, critical, plain()]
                .map(|says| maker.on_subkey(0, SignatureType::SubkeyBinding, &says));
            unhashed
                .unhashed_subpacket_push(Subpacket::regular(raw).unwrap())
                .unwrap();
            for outer in [hashed, critical, unhashed] {
                let cert = maker.clone().signature(&outer).cert();
                let binding = cert.subkeys[0].own(&cert.primary).next().unwrap();
                let backs = cert.subkeys[0].back_signatures(binding, &cert.primary);
                assert_eq!(backs.count(), 1);
                assert!(!crate::policy::has_unknown_critical(binding));
            }
        }
        // What cannot be read even so stays a reason to refuse the signature, if its maker wants that.
        let none = SubpacketData::Experimental(EMBEDDED, vec![4, 0x19].into());
        let says = says(MADE).flags(SIGN).critical(none);
        let outer = maker.on_subkey(0, SignatureType::SubkeyBinding, &says);
        let cert = maker.clone().signature(&outer).cert();
        let binding = cert.subkeys[0].own(&cert.primary).next().unwrap();
        assert!(crate::policy::has_unknown_critical(binding));
    }

    #[test]
    fn signatures_inside_of_signatures_are_followed_once() {
        // Each holds the one before in its unhashed area, beside something that the engine cannot read.
        let mut inner = vec![4, 0x19, 22, 10, 0, 0, 0, 0, 1, 2, 0, 1, 1, 0, 1, 1];
        while inner.len() < 60_000 {
            let mut area = vec![2, 26, 0xff, 255];
            area.extend((1 + inner.len() as u32).to_be_bytes());
            area.push(EMBEDDED);
            area.extend(&inner);
            let mut outer = vec![4, 0x19, 22, 10, 0, 0];
            outer.extend((area.len() as u16).to_be_bytes());
            outer.extend(area);
            outer.extend([1, 2, 0, 1, 1, 0, 1, 1]);
            inner = outer;
        }
        let read = read_signature(&inner).unwrap();
        let embedded = |s: &Signature| s.embedded_signature().cloned();
        let depth = std::iter::successors(Some(read), embedded).count();
        assert!(depth <= 3, "{depth}");
    }

    fn plain() -> Says {
        says(MADE).flags(SIGN)
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(mut data in proptest::collection::vec(any::<u8>(), 0..200), four in any::<bool>()) {
            if let Some(first) = data.first_mut() {
                *first = if four { 4 } else { 6 };
            }
            let _ = read_signature(&data);
        }
    }
}
