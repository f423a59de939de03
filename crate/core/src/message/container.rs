//! Encrypted data packets: SEIPD versions 1 and 2 (RFC 9580, 5.13) and GnuPG's OCB packet (LibrePGP, 5.16), which is
//! read but never written.

use std::io::Read;

use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use pgp::packet::StreamDecryptor;
use pgp::types::Seipdv1ReadMode;
use zeroize::Zeroizing;

use super::bulk::aead::{Chunks, Parameters};
use super::bulk::{Machine, NoSuchKey, cfb};
use super::limits;
use super::packet::{Input, tag};
use super::session::SessionKeys;
use super::{MessageError, Protection};
use crate::policy::algorithm::is_aes;
use crate::wire::packet::PacketInfo;

/// An encrypted packet whose parameters are acceptable.
pub(super) struct Container {
    scheme: Scheme,
    /// What is encrypted; nothing any more once it was decrypted.
    data: Option<Zeroizing<Vec<u8>>>,
}

enum Scheme {
    /// CFB with a modification detection code.
    Mdc,
    /// SEIPD version 2.
    Aead {
        parameters: Parameters,
        salt: [u8; 32],
    },
    /// GnuPG's.
    Ocb { parameters: Parameters, iv: Vec<u8> },
}

impl Container {
    pub fn parse(packet: u8, mut body: Vec<u8>) -> Result<Self, MessageError> {
        let mut input = Input(&body);
        let version = input.byte()?;
        let scheme = match (packet, version) {
            (tag::PROTECTED, 1) => Scheme::Mdc,
            (tag::PROTECTED, 2) => {
                let parameters = parameters(&mut input)?;
                let salt = input.take(32)?;
                let salt = salt.try_into().map_err(|_| MessageError::Truncated)?;
                Scheme::Aead { parameters, salt }
            }
            (tag::GNUPG_OCB, 1) => {
                let parameters = parameters(&mut input)?;
                if parameters.mode != AeadAlgorithm::Ocb {
                    return Err(MessageError::Unsupported);
                }
                let iv = input.take(parameters.mode.iv_size())?.to_vec();
                Scheme::Ocb { parameters, iv }
            }
            _ => return Err(MessageError::Unsupported),
        };
        let head = body.len() - input.0.len();
        body.drain(..head);
        Ok(Self {
            scheme,
            data: Some(Zeroizing::new(body)),
        })
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
            Scheme::Aead { parameters, .. } | Scheme::Ocb { parameters, .. } => {
                Some(parameters.cipher)
            }
        }
    }

    /// What is told of it.
    pub fn told(&self, session_keys: &SessionKeys) -> PacketInfo {
        let (version, gnupg, parameters) = match self.scheme {
            Scheme::Mdc => (1, false, None),
            Scheme::Aead { parameters, .. } => (2, false, Some(parameters)),
            Scheme::Ocb { parameters, .. } => (1, true, Some(parameters)),
        };
        let (keys, passwords) = session_keys.seen();
        PacketInfo::Encrypted {
            version,
            gnupg,
            cipher: self.cipher().map(u8::from),
            mode: parameters.map(|parameters| parameters.mode.into()),
            chunk: parameters.map(|parameters| parameters.chunk.as_byte_size()),
            keys,
            passwords,
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

    /// The content, after the integrity of all of it was checked. It is decrypted in the memory that it came in, and can be had
    /// once; after an error another key may be tried.
    pub async fn decrypt(
        &mut self,
        machine: &impl Machine,
        algorithm: Option<u8>,
        key: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, MessageError> {
        let named = algorithm.map(SymmetricKeyAlgorithm::from);
        let cipher = match (self.cipher(), named) {
            (None, Some(named)) => named,
            (Some(own), None) if self.is_aead() => own,
            (Some(own), Some(named)) if !self.is_aead() && own == named => own,
            _ => return Err(MessageError::WrongSessionKey),
        };
        match cipher.key_size() {
            0 => return Err(MessageError::Unsupported),
            size if size != key.len() => return Err(MessageError::WrongSessionKey),
            _ => {}
        }
        // Where it is gone, a key opened the first chunk and a later one is not as it was.
        let mut data = self.data.take().ok_or(MessageError::Tampered)?;
        let opened = match &self.scheme {
            Scheme::Mdc if is_aes(cipher) => cfb::decrypt(machine, key, &mut data).await,
            Scheme::Mdc => old_cipher(cipher, key, &mut data),
            Scheme::Aead { parameters, salt } => match Chunks::derived(*parameters, salt, key) {
                Ok(chunks) => chunks.decrypt(machine, &mut data).await,
                Err(NoSuchKey) => Err(NoSuchKey),
            },
            Scheme::Ocb { parameters, iv } => {
                let chunks = Chunks::of_gnupg(*parameters, iv, key);
                chunks.decrypt(machine, &mut data).await
            }
        };
        if opened == Ok(true) {
            return Ok(data);
        }
        self.data = (!data.is_empty()).then_some(data);
        Err(match opened {
            Ok(_) => MessageError::Tampered,
            Err(NoSuchKey) => MessageError::Unsupported,
        })
    }
}

/// CFB with the ciphers that RFC 9580 lets only be read: rpgp has them.
fn old_cipher(
    cipher: SymmetricKeyAlgorithm,
    key: &[u8],
    data: &mut Zeroizing<Vec<u8>>,
) -> Result<bool, NoSuchKey> {
    let max_message_size = limits::MAX_CIPHERTEXT;
    let mode = Seipdv1ReadMode::CheckFirst { max_message_size };
    let mut plain = Zeroizing::new(Vec::with_capacity(data.len()));
    let mut source =
        StreamDecryptor::v1(cipher, mode, key, data.as_slice()).map_err(|_| NoSuchKey)?;
    // Returns only after the code was checked; on an error all of it is dropped.
    if source.read_to_end(&mut plain).is_err() {
        return Ok(false);
    }
    drop(source);
    *data = plain;
    Ok(true)
}

/// Cipher, mode and chunk size octets.
fn parameters(input: &mut Input<'_>) -> Result<Parameters, MessageError> {
    let cipher = SymmetricKeyAlgorithm::from(input.byte()?);
    let mode = AeadAlgorithm::from(input.byte()?);
    let chunk = input.byte()?;
    match mode {
        AeadAlgorithm::Eax | AeadAlgorithm::Ocb | AeadAlgorithm::Gcm if is_aes(cipher) => {}
        _ => return Err(MessageError::Unsupported),
    }
    // RFC 9580, 5.13.2: values over 16 are not allowed.
    let chunk = ChunkSize::try_from(chunk).map_err(|_| MessageError::Malformed)?;
    Ok(Parameters {
        cipher,
        mode,
        chunk,
    })
}
