//! The digest that a signature on a document signs (RFC 9580, 5.2.4), computed while the data passes by.

use digest::DynDigest;
use pgp::packet::{SignatureConfig, SignatureType, SignatureVersionSpecific};

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
    pub fn finish(mut self) -> Option<Vec<u8>> {
        let length = self.config.hash_signature_data(&mut self.hasher).ok()?;
        self.hasher.update(&self.config.trailer(length).ok()?);
        Some(self.hasher.finalize().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::tests::kit::{Kind, secret};
    use pgp::crypto::hash::HashAlgorithm;
    use pgp::packet::Signature;
    use pgp::types::{KeyDetails, Password, SigningKey};
    use proptest::prelude::*;

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
