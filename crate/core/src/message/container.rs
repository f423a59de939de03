//! Encrypted data packets: SEIPD versions 1 and 2 (RFC 9580, 5.13) and GnuPG's OCB packet (LibrePGP, 5.16), which is
//! read but never written.

use std::borrow::Cow;
use std::io::Read;

use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::StreamDecryptor;
use pgp::types::Seipdv1ReadMode;

use super::limits::{self, Capacity};
use super::packet::{Input, tag};
use super::{MessageError, Protection};

/// Bytes of an authentication tag; the same for EAX, OCB and GCM.
const TAG: usize = 16;

/// An encrypted packet whose parameters are acceptable.
pub(super) struct Container {
    scheme: Scheme,
    data: Vec<u8>,
}

enum Scheme {
    /// CFB with a modification detection code.
    Mdc,
    /// SEIPD version 2.
    Aead {
        cipher: SymmetricKeyAlgorithm,
        mode: AeadAlgorithm,
        chunk: ChunkSize,
        salt: [u8; 32],
    },
    /// GnuPG's.
    Ocb {
        cipher: SymmetricKeyAlgorithm,
        chunk: ChunkSize,
        iv: Vec<u8>,
    },
}

impl Container {
    pub fn parse(
        packet: u8,
        body: Cow<'_, [u8]>,
        capacity: Capacity,
    ) -> Result<Self, MessageError> {
        let mut input = Input(&body);
        let version = input.byte()?;
        let scheme = match (packet, version) {
            (tag::PROTECTED, 1) => Scheme::Mdc,
            (tag::PROTECTED, 2) => {
                let (cipher, mode, chunk) = parameters(&mut input)?;
                let salt = input.take(32)?;
                let salt = salt.try_into().map_err(|_| MessageError::Truncated)?;
                Scheme::Aead {
                    cipher,
                    mode,
                    chunk,
                    salt,
                }
            }
            (tag::GNUPG_OCB, 1) => {
                let (cipher, mode, chunk) = parameters(&mut input)?;
                if mode != AeadAlgorithm::Ocb {
                    return Err(MessageError::Unsupported);
                }
                let iv = input.take(mode.iv_size())?.to_vec();
                Scheme::Ocb { cipher, chunk, iv }
            }
            _ => return Err(MessageError::Unsupported),
        };
        let data = input.0.to_vec();
        scheme.check_chunks(data.len(), capacity.ocb_chunk)?;
        Ok(Self { scheme, data })
    }

    /// The version of PKESK that may carry the session key (RFC 9580, 10.3.2.1).
    pub fn session_key_version(&self) -> u8 {
        match self.scheme {
            Scheme::Mdc | Scheme::Ocb { .. } => 3,
            Scheme::Aead { .. } => 6,
        }
    }

    /// Whether a SKESK of this version may carry the session key. GnuPG uses 4 and 5 with its own packet.
    pub fn takes_skesk(&self, version: u8) -> bool {
        match self.scheme {
            Scheme::Mdc => version == 4,
            Scheme::Ocb { .. } => matches!(version, 4 | 5),
            Scheme::Aead { .. } => version == 6,
        }
    }

    /// The cipher, where the packet itself names it.
    pub fn cipher(&self) -> Option<SymmetricKeyAlgorithm> {
        match self.scheme {
            Scheme::Mdc => None,
            Scheme::Aead { cipher, .. } | Scheme::Ocb { cipher, .. } => Some(cipher),
        }
    }

    /// SEIPD version 2: its session keys come without the name of the cipher.
    pub fn is_aead(&self) -> bool {
        matches!(self.scheme, Scheme::Aead { .. })
    }

    /// Call it after [`Container::decrypt`] succeeded.
    pub fn protection(&self, algorithm: Option<u8>) -> Protection {
        let old_cipher = match (&self.scheme, algorithm) {
            (Scheme::Mdc, Some(number)) => SymmetricKeyAlgorithm::from(number).block_size() < 16,
            _ => false,
        };
        Protection { old_cipher }
    }

    /// The content, after the integrity of all of it was checked.
    pub fn decrypt(&self, algorithm: Option<u8>, key: &[u8]) -> Result<Vec<u8>, MessageError> {
        let named = algorithm.map(SymmetricKeyAlgorithm::from);
        let cipher = match (&self.scheme, named) {
            (Scheme::Mdc, Some(named)) => named,
            (Scheme::Aead { cipher, .. }, None) => *cipher,
            (Scheme::Ocb { cipher, .. }, Some(named)) if *cipher == named => named,
            _ => return Err(MessageError::WrongSessionKey),
        };
        match cipher.key_size() {
            0 => return Err(MessageError::Unsupported),
            size if size != key.len() => return Err(MessageError::WrongSessionKey),
            _ => {}
        }
        let data = self.data.as_slice();
        let source = match &self.scheme {
            Scheme::Mdc => {
                let max_message_size = limits::MAX_CIPHERTEXT;
                let mode = Seipdv1ReadMode::CheckFirst { max_message_size };
                StreamDecryptor::v1(cipher, mode, key, data)
            }
            Scheme::Aead {
                mode, chunk, salt, ..
            } => StreamDecryptor::v2(cipher, *mode, *chunk, salt, key, data),
            Scheme::Ocb { chunk, iv, .. } => {
                StreamDecryptor::gnupg_aead(cipher, AeadAlgorithm::Ocb, *chunk, key, iv, data)
            }
        };
        let mut source = source.map_err(|_| MessageError::Unsupported)?;
        let mut plain = Vec::with_capacity(data.len());
        // `read_to_end` returns only after the last tag or the MDC was checked; on an error all of it is dropped.
        match source.read_to_end(&mut plain) {
            Ok(_) => Ok(plain),
            Err(_) => {
                zeroize::Zeroize::zeroize(&mut plain);
                Err(MessageError::Tampered)
            }
        }
    }
}

impl Scheme {
    /// Chunks that the OCB implementation cannot handle are refused before it sees them.
    fn check_chunks(&self, size: usize, most: usize) -> Result<(), MessageError> {
        let chunk = match self {
            Self::Mdc => return Ok(()),
            Self::Aead {
                mode: AeadAlgorithm::Eax | AeadAlgorithm::Gcm,
                ..
            } => return Ok(()),
            Self::Aead { chunk, .. } | Self::Ocb { chunk, .. } => chunk.as_byte_size() as usize,
        };
        let largest = chunk.min(size.saturating_sub(2 * TAG));
        match largest > most {
            true => Err(MessageError::Limit(most)),
            false => Ok(()),
        }
    }
}

/// Cipher, mode and chunk size octets.
fn parameters(
    input: &mut Input<'_>,
) -> Result<(SymmetricKeyAlgorithm, AeadAlgorithm, ChunkSize), MessageError> {
    let cipher = SymmetricKeyAlgorithm::from(input.byte()?);
    let mode = AeadAlgorithm::from(input.byte()?);
    let chunk = input.byte()?;
    match (cipher, mode) {
        (
            SymmetricKeyAlgorithm::AES128
            | SymmetricKeyAlgorithm::AES192
            | SymmetricKeyAlgorithm::AES256,
            AeadAlgorithm::Eax | AeadAlgorithm::Ocb | AeadAlgorithm::Gcm,
        ) => {}
        _ => return Err(MessageError::Unsupported),
    }
    // RFC 9580, 5.13.2: values over 16 are not allowed.
    let chunk = ChunkSize::try_from(chunk).map_err(|_| MessageError::Malformed)?;
    Ok((cipher, mode, chunk))
}
