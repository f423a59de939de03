//! Chunks of authenticated encryption: SEIPD version 2 (RFC 9580, 5.13.2) and GnuPG's packet (LibrePGP, 5.16).

use hkdf::Hkdf;
use pgp::bytes::BytesMut;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::ocb::Ocb;
use super::{Machine, Mode, NoSuchKey};
use crate::message::content::{Content, Pieces};

/// Bytes of an authentication tag; the same for EAX, OCB and GCM.
pub(crate) const TAG: usize = 16;

/// Cipher, mode and size of the chunks, as the packet names them.
#[derive(Clone, Copy)]
pub(crate) struct Parameters {
    pub cipher: SymmetricKeyAlgorithm,
    pub mode: AeadAlgorithm,
    pub chunk: ChunkSize,
}

impl Parameters {
    /// As they stand in the packet.
    pub fn octets(self) -> [u8; 3] {
        [self.cipher.into(), self.mode.into(), self.chunk.into()]
    }

    fn chunk_size(self) -> usize {
        self.chunk.as_byte_size() as usize
    }
}

/// The key of one message and what its chunks are bound to.
pub(crate) struct Chunks {
    parameters: Parameters,
    key: Zeroizing<Vec<u8>>,
    /// What the number of the chunk is added to, in its last eight bytes.
    nonce: Vec<u8>,
    associated: Vec<u8>,
    /// GnuPG's have the number in the associated data too.
    numbered: bool,
}

impl Chunks {
    /// SEIPD version 2: message key and nonce are derived from session key and salt.
    pub fn derived(parameters: Parameters, salt: &[u8; 32], key: &[u8]) -> Result<Self, NoSuchKey> {
        let [cipher, mode, chunk] = parameters.octets();
        let associated = vec![0xd2, 2, cipher, mode, chunk];
        let mut made = Zeroizing::new([0; 48]);
        let size = parameters.cipher.key_size();
        let nonce_size = parameters.mode.nonce_size();
        let fixed = nonce_size.checked_sub(8).ok_or(NoSuchKey)?;
        let made = made.get_mut(..size + fixed).ok_or(NoSuchKey)?;
        Hkdf::<Sha256>::new(Some(salt), key)
            .expand(&associated, made)
            .map_err(|_| NoSuchKey)?;
        let (key, nonce) = made.split_at(size);
        let mut nonce = nonce.to_vec();
        nonce.resize(nonce_size, 0);
        Ok(Self {
            parameters,
            key: Zeroizing::new(key.to_vec()),
            nonce,
            associated,
            numbered: false,
        })
    }

    /// GnuPG's packet: the session key itself, and a nonce from the packet.
    pub fn of_gnupg(parameters: Parameters, iv: &[u8], key: &[u8]) -> Self {
        let [cipher, mode, chunk] = parameters.octets();
        Self {
            parameters,
            key: Zeroizing::new(key.to_vec()),
            nonce: iv.to_vec(),
            associated: vec![0xd4, 1, cipher, mode, chunk],
            numbered: true,
        }
    }

    /// Bytes that the encrypted content has on top.
    pub fn overhead(&self, size: usize) -> usize {
        (size.div_ceil(self.parameters.chunk_size()) + 1) * TAG
    }

    /// Appends the encrypted content to `out`. OCB is what we write.
    pub fn encrypt(&self, mut plain: Content, out: &mut Pieces) -> Result<(), NoSuchKey> {
        let ocb = Ocb::new(&self.key)?;
        let whole = plain.size();
        let size = self.parameters.chunk_size();
        let mut chunk = Zeroizing::new(Vec::with_capacity(whole.min(size)));
        let mut number = 0;
        while plain.size() > 0 {
            plain.take(&mut chunk, size);
            let tag = ocb.encrypt(&self.nonce(number), &self.bound(number, None), &mut chunk);
            out.push(&chunk);
            out.push(&tag);
            chunk.clear();
            number += 1;
        }
        let bound = self.bound(number, Some(whole));
        let tag = ocb.encrypt(&self.nonce(number), &bound, &mut []);
        out.push(&tag);
        Ok(())
    }

    /// Decrypts in place: `true` when every tag fits, nothing is missing at the end and `data` is the content. Otherwise `data` is
    /// what it was, for another key, or nothing: who opened the first chunk had the key.
    pub async fn decrypt<M: Machine>(
        &self,
        machine: &M,
        data: &mut Vec<u8>,
    ) -> Result<bool, NoSuchKey> {
        let Some((chunks, &last)) = data.split_last_chunk::<TAG>() else {
            return Ok(false);
        };
        let end = chunks.len();
        let opener = self.opener(machine).await?;
        let mut plain = Zeroizing::new(Vec::new());
        let (mut from, mut to, mut number) = (0, 0, 0);
        while let Some(rest) = data.get(from..end).filter(|rest| !rest.is_empty()) {
            let chunk = rest.get(..self.parameters.chunk_size() + TAG);
            let chunk = chunk.unwrap_or(rest);
            from += chunk.len();
            let bound = self.bound(number, None);
            plain.clear();
            if !self.open(&opener, number, &bound, chunk, &mut plain).await {
                if number > 0 {
                    data.clear();
                }
                return Ok(false);
            }
            // It is shorter than the chunk that it was in.
            if let Some(place) = data.get_mut(to..to + plain.len()) {
                place.copy_from_slice(&plain);
            }
            to += plain.len();
            number += 1;
        }
        plain.clear();
        let bound = self.bound(number, Some(to));
        let whole = self.open(&opener, number, &bound, &last, &mut plain).await;
        match whole {
            true => data.truncate(to),
            false if number > 0 => data.clear(),
            false => {}
        }
        Ok(whole)
    }

    async fn opener<'a, M: Machine>(&self, machine: &'a M) -> Result<Opener<'a, M>, NoSuchKey> {
        Ok(match self.parameters.mode {
            AeadAlgorithm::Ocb => Opener::Ocb(Box::new(Ocb::new(&self.key)?)),
            AeadAlgorithm::Gcm => match machine.key(Mode::Gcm, &self.key).await {
                Some(key) => Opener::Gcm(machine, key),
                None => Opener::Rpgp,
            },
            _ => Opener::Rpgp,
        })
    }

    /// Appends what is in a chunk; `false` when its tag does not fit.
    async fn open<M: Machine>(
        &self,
        opener: &Opener<'_, M>,
        number: u64,
        bound: &[u8],
        chunk: &[u8],
        plain: &mut Vec<u8>,
    ) -> bool {
        let nonce = self.nonce(number);
        match opener {
            Opener::Ocb(ocb) => {
                let Some((data, tag)) = chunk.split_last_chunk::<TAG>() else {
                    return false;
                };
                let start = plain.len();
                plain.extend_from_slice(data);
                let data = plain.get_mut(start..).unwrap_or_default();
                ocb.decrypt(&nonce, bound, data, tag)
            }
            Opener::Gcm(machine, key) => {
                let Some(data) = machine.gcm_decrypt(key, &nonce, bound, chunk).await else {
                    return false;
                };
                plain.extend_from_slice(&Zeroizing::new(data));
                true
            }
            Opener::Rpgp => {
                let mut buffer = BytesMut::from(chunk);
                let Parameters { cipher, mode, .. } = self.parameters;
                let fits = mode
                    .decrypt_in_place(&cipher, &self.key, &nonce, bound, &mut buffer)
                    .is_ok();
                if fits {
                    plain.extend_from_slice(&buffer);
                }
                zeroize::Zeroize::zeroize(buffer.as_mut());
                fits
            }
        }
    }

    fn nonce(&self, number: u64) -> Vec<u8> {
        let mut nonce = self.nonce.clone();
        let places = nonce.iter_mut().rev();
        for (byte, number) in places.zip(number.to_le_bytes()) {
            *byte ^= number;
        }
        nonce
    }

    /// The associated data of a chunk; for the tag at the end with the size of all content.
    fn bound(&self, number: u64, whole: Option<usize>) -> Vec<u8> {
        let mut bound = self.associated.clone();
        if self.numbered {
            bound.extend(number.to_be_bytes());
        }
        if let Some(whole) = whole {
            bound.extend((whole as u64).to_be_bytes());
        }
        bound
    }
}

/// What opens the chunks of one message.
enum Opener<'a, M: Machine> {
    Ocb(Box<Ocb>),
    Gcm(&'a M, M::Key),
    /// EAX, and GCM without a machine.
    Rpgp,
}
