//! The digest that a signature on a document signs (RFC 9580, 5.2.4), computed while the data passes by. Signatures that
//! hash a document in the same way share one pass over it.

use digest::{DynDigest, InvalidBufferSize};
use pgp::packet::{SignatureConfig, SignatureType, SignatureVersionSpecific};

use super::limits;
use super::signature::FoundSignature;

/// Octets of text whose line ends are converted at a time.
const PIECE: usize = 16 * 1024;

/// One signature's digest on its way.
pub(crate) struct Hashing {
    hasher: Box<dyn DynDigest + Send>,
    config: SignatureConfig,
    /// Line ends become CRLF (RFC 9580, 5.2.1.2).
    text: bool,
    /// For text: what came last was a CR.
    after_cr: bool,
}

impl Hashing {
    /// `None` for what is no signature on a document, or cannot be computed: an unknown hash, a salt of the wrong size
    /// (RFC 9580, 5.2.3).
    pub fn new(config: &SignatureConfig) -> Option<Self> {
        let text = match config.typ {
            SignatureType::Binary => false,
            SignatureType::Text => true,
            _ => return None,
        };
        let mut hasher = config.hash_alg.new_hasher().ok()?;
        if let SignatureVersionSpecific::V6 { salt } = &config.version_specific {
            if config.hash_alg.salt_len() != Some(salt.len()) {
                return None;
            }
            hasher.update(salt);
        }
        Some(Self {
            hasher,
            config: config.clone(),
            text,
            after_cr: false,
        })
    }

    /// The next bytes of the document.
    pub fn update(&mut self, data: &[u8]) {
        if !self.text {
            return self.hasher.update(data);
        }
        // Many lines at once: a call of the hasher for each would take longer than hashing it.
        let mut converted = Vec::with_capacity(2 * PIECE.min(data.len()));
        for piece in data.chunks(PIECE) {
            converted.clear();
            for &byte in piece {
                if byte == b'\n' && !self.after_cr {
                    converted.push(b'\r');
                }
                converted.push(byte);
                self.after_cr = byte == b'\r';
            }
            self.hasher.update(&converted);
        }
    }

    /// The digest over document, signature fields and trailer.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.digest(&self.config)
    }

    /// The same for a signature that hashes the document as this does.
    fn digest(&self, config: &SignatureConfig) -> Option<Vec<u8>> {
        let mut fields: Box<dyn DynDigest + Send> = Box::new(Collected::default());
        let length = config.hash_signature_data(&mut fields).ok()?;
        let mut hasher = self.hasher.box_clone();
        hasher.update(&fields.finalize());
        hasher.update(&config.trailer(length).ok()?);
        Some(hasher.finalize().into_vec())
    }

    /// Whether a signature of this kind hashes the document as this does.
    fn serves(&self, config: &SignatureConfig) -> bool {
        self.config.hash_alg == config.hash_alg
            && self.config.typ == config.typ
            && salt(&self.config) == salt(config)
    }
}

/// What a signature adds to the digest: rpgp writes it into a hasher only, and a copy of one that has hashed the document is
/// not of the type that it takes.
#[derive(Clone, Default)]
struct Collected(Vec<u8>);

impl DynDigest for Collected {
    fn update(&mut self, data: &[u8]) {
        self.0.extend_from_slice(data);
    }

    fn finalize_into(mut self, out: &mut [u8]) -> Result<(), InvalidBufferSize> {
        self.finalize_into_reset(out)
    }

    fn finalize_into_reset(&mut self, out: &mut [u8]) -> Result<(), InvalidBufferSize> {
        if out.len() != self.0.len() {
            return Err(InvalidBufferSize);
        }
        out.copy_from_slice(&self.0);
        self.reset();
        Ok(())
    }

    fn reset(&mut self) {
        self.0.clear();
    }

    fn output_size(&self) -> usize {
        self.0.len()
    }

    fn box_clone(&self) -> Box<dyn DynDigest> {
        Box::new(self.clone())
    }
}

/// What a signature of version 6 hashes in front of the document (RFC 9580, 5.2.4); others have none.
fn salt(config: &SignatureConfig) -> Option<&[u8]> {
    match &config.version_specific {
        SignatureVersionSpecific::V6 { salt } => Some(salt),
        _ => None,
    }
}

/// The passes over one document that its signatures need.
#[derive(Default)]
pub(crate) struct Passes(Vec<Hashing>);

impl Passes {
    /// Makes room for what this signature hashes, before the document comes by.
    pub fn add(&mut self, found: &FoundSignature) {
        if let Some(config) = found.config()
            && !self.0.iter().any(|pass| pass.serves(config))
            && let Some(pass) = Hashing::new(config)
        {
            self.0.push(pass);
        }
    }

    /// The next bytes of the document.
    pub fn update(&mut self, data: &[u8]) {
        for pass in &mut self.0 {
            pass.update(data);
        }
    }

    /// What this signature signs, if it was added and can be computed.
    pub fn digest(&self, found: &FoundSignature) -> Option<Vec<u8>> {
        let config = found.config()?;
        let pass = self.0.iter().find(|pass| pass.serves(config))?;
        pass.digest(config)
    }

    /// Octets that all passes hash, of a document of `octets` with `lines` line ends: each of these may become two.
    fn cost(&self, octets: usize, lines: usize) -> usize {
        let of = |pass: &Hashing| octets.saturating_add(if pass.text { lines } else { 0 });
        self.0.iter().map(of).fold(0, usize::saturating_add)
    }
}

/// The digests of one document that is there as a whole. A pass is made when the first signature asks for it.
pub(crate) struct Digests<'a> {
    document: &'a [u8],
    made: Passes,
}

impl<'a> Digests<'a> {
    /// Of this document.
    pub fn new(document: &'a [u8]) -> Self {
        Self {
            document,
            made: Passes::default(),
        }
    }

    /// What this signature signs, if it can be computed.
    pub fn of(&mut self, found: &FoundSignature) -> Option<Vec<u8>> {
        if let digest @ Some(_) = self.made.digest(found) {
            return digest;
        }
        let mut pass = Passes::default();
        pass.add(found);
        pass.update(self.document);
        let digest = pass.digest(found);
        self.made.0.append(&mut pass.0);
        digest
    }
}

/// Those of the signatures on a document of so many octets and line ends that are checked, and whether there are more. At
/// least one is.
pub(crate) fn affordable(
    found: impl IntoIterator<Item = FoundSignature>,
    octets: usize,
    lines: usize,
) -> (Vec<FoundSignature>, bool) {
    let mut passes = Passes::default();
    let mut kept = Vec::new();
    let mut cost = 0;
    for signature in found {
        passes.add(&signature);
        // One that shares the pass of another costs nothing.
        let before = std::mem::replace(&mut cost, passes.cost(octets, lines));
        let too_much = cost > before && cost > limits::MAX_HASHED && !kept.is_empty();
        if too_much || kept.len() >= limits::MAX_SIGNATURES {
            return (kept, true);
        }
        kept.push(signature);
    }
    (kept, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::kit::{Kind, secret};
    use pgp::crypto::hash::HashAlgorithm;
    use pgp::packet::Signature;
    use pgp::ser::Serialize;
    use pgp::types::{KeyDetails, Password, SigningKey};
    use proptest::prelude::*;

    #[test]
    fn signatures_that_hash_a_large_file_alike_are_all_checked() {
        let ann = secret(Kind::V4, "ann");
        let key = &ann.primary_key;
        let with = |hash| {
            let config = SignatureConfig::v4(SignatureType::Binary, key.algorithm(), hash);
            let signature = config.sign(key, &Password::empty(), &b"x"[..]).unwrap();
            FoundSignature::detached(&signature.to_bytes().unwrap())
        };
        let alike = || with(HashAlgorithm::Sha256);
        let octets = limits::MAX_HASHED + 1;
        let all: Vec<_> = (0..limits::MAX_SIGNATURES).map(|_| alike()).collect();
        let (kept, more) = affordable(all, octets, 0);
        assert_eq!((kept.len(), more), (limits::MAX_SIGNATURES, false));
        let (kept, more) = affordable([alike(), with(HashAlgorithm::Sha512)], octets, 0);
        assert_eq!((kept.len(), more), (1, true));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// However the data is cut, the digest is the one that rpgp verifies.
        #[test]
        fn pieces_make_no_difference(
            data in proptest::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), Just(b'x')], 0..40),
            cuts in proptest::collection::vec(0_usize..40, 0..4),
            text in any::<bool>(),
        ) {
            let ann = secret(Kind::V4, "ann");
            let key = &ann.primary_key;
            let typ = if text { SignatureType::Text } else { SignatureType::Binary };
            let config = SignatureConfig::v4(typ, key.algorithm(), HashAlgorithm::Sha256);
            let mut hashing = Hashing::new(&config).unwrap();
            let mut rest = data.as_slice();
            for cut in cuts {
                let (now, later) = rest.split_at(cut.min(rest.len()));
                hashing.update(now);
                rest = later;
            }
            hashing.update(rest);
            let digest = hashing.finish().unwrap();
            let fields = key.sign(&Password::empty(), HashAlgorithm::Sha256, &digest).unwrap();
            let made = Signature::from_config(config, [digest[0], digest[1]], fields).unwrap();
            prop_assert!(made.verify(key.public_key(), &data[..]).is_ok());
        }
    }
}
