//! SEIPD version 1 (RFC 9580, 5.13.1): CFB over AES with a modification detection code.

use rand::{CryptoRng, RngCore};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use waxseal_aes::{Aes, Block};
use zeroize::Zeroizing;

use super::{BLOCK, Hash, Machine, Mode, NoSuchKey};
use crate::message::content::{Content, Pieces};

/// Random bytes in front, the last two of them twice.
const PREFIX: usize = BLOCK + 2;

/// Header of the packet with the code.
const HEADER: [u8; 2] = [0xd3, 0x14];

/// Header and body of that packet.
const MDC: usize = HEADER.len() + 20;

/// Bytes that the container has on top of its content.
pub(crate) const OVERHEAD: usize = PREFIX + MDC;

/// Blocks that are enciphered together: some work for each call, because browsers make a function fast only for its
/// next call.
const BATCH: usize = 256;

/// Bytes that a machine gets at once: large enough that asking costs little, small enough for its caches.
const SLICE: usize = 128 << 10;

/// Bytes from which on a machine encrypts: it has to be given the key and to be waited for.
pub(super) const LEAST_ENCRYPTED: usize = 8 << 10;

/// Bytes from which on a machine computes the code.
const LEAST_HASHED: usize = 64 << 10;

/// Bytes up to which it does: it gets a copy of the whole, and of a large message that is a third of all memory.
pub(super) const MOST_HASHED: usize = 16 << 20;

/// Appends the encrypted content to `out`, slice by slice, so that what was encrypted is freed meanwhile.
pub(crate) async fn encrypt<R: RngCore + CryptoRng>(
    machine: &impl Machine,
    key: &[u8],
    mut plain: Content,
    out: &mut Pieces,
    rng: &mut R,
) -> Result<(), NoSuchKey> {
    let mut random = [0; BLOCK];
    rng.fill_bytes(&mut random);
    let [.., repeated, last] = random;
    let size = plain.size() + OVERHEAD;
    let mut cipher = Encryptor::new(machine, key, size).await?;
    let mut hasher = Sha1::new();
    let mut slice = Zeroizing::new(Vec::with_capacity(size.min(SLICE + MDC)));
    slice.extend_from_slice(&random);
    slice.extend_from_slice(&[repeated, last]);
    loop {
        let room = SLICE.saturating_sub(slice.len());
        plain.take(&mut slice, room);
        let ends = plain.size() == 0;
        if ends {
            slice.extend_from_slice(&HEADER);
        }
        hash(&mut hasher, &slice);
        if ends {
            slice.extend_from_slice(&hasher.finalize_reset());
        }
        cipher.encrypt(&mut slice).await;
        out.push(&slice);
        if ends {
            return Ok(());
        }
        slice.clear();
    }
}

/// Decrypts in place: `true` when the code holds and `data` is the content. Otherwise `data` is again what it was, for another
/// key.
pub(crate) async fn decrypt(
    machine: &impl Machine,
    key: &[u8],
    data: &mut Vec<u8>,
) -> Result<bool, NoSuchKey> {
    let aes = Aes::new(key)?;
    let Some(end) = data.len().checked_sub(MDC).filter(|end| *end >= PREFIX) else {
        return Ok(false);
    };
    decrypt_in_place(&aes, data);
    let (hashed, code) = data.split_at(end + HEADER.len());
    // The repeated bytes of the prefix are not looked at: who tells of them is an oracle, and the code covers them.
    let holds = self::code(machine, hashed).await.ct_eq(code);
    let marked = hashed.ends_with(&HEADER);
    if !(bool::from(holds) & marked) {
        encrypt_in_place(machine, key, data).await?;
        return Ok(false);
    }
    data.truncate(end);
    data.drain(..PREFIX);
    Ok(true)
}

/// The modification detection code.
pub(super) async fn code<M: Machine>(machine: &M, data: &[u8]) -> [u8; 20] {
    if M::HASHES && (LEAST_HASHED..=MOST_HASHED).contains(&data.len()) {
        let lent = machine.digest(Hash::Sha1, data).await;
        if let Some(code) = lent.and_then(|lent| lent.try_into().ok()) {
            return code;
        }
    }
    let mut hasher = Sha1::new();
    hash(&mut hasher, data);
    hasher.finalize().into()
}

/// Some work for each call, for the same reason as [`BATCH`].
fn hash(hasher: &mut Sha1, data: &[u8]) {
    data.chunks(BATCH * BLOCK)
        .for_each(|slice| hasher.update(slice));
}

async fn encrypt_in_place(
    machine: &impl Machine,
    key: &[u8],
    data: &mut [u8],
) -> Result<(), NoSuchKey> {
    let mut cipher = Encryptor::new(machine, key, data.len()).await?;
    for slice in data.chunks_mut(SLICE) {
        cipher.encrypt(slice).await;
    }
    Ok(())
}

/// CFB with an initial vector of zeros.
///
/// The keystream is X₀ = E(0), Xᵢ = E(Cᵢ) = E(Pᵢ ⊕ Xᵢ₋₁): that is CBC encryption of the plaintext behind a block of
/// zeros. So a machine that has CBC and no CFB computes it nevertheless.
struct Encryptor<'a, M: Machine> {
    aes: Aes,
    /// The machine with its key, as long as it does what it is asked.
    lent: Option<(&'a M, M::Key)>,
    /// The block of the keystream for the next block.
    next: [u8; BLOCK],
}

impl<'a, M: Machine> Encryptor<'a, M> {
    /// For so many octets.
    async fn new(machine: &'a M, key: &[u8], size: usize) -> Result<Self, NoSuchKey> {
        let aes = Aes::new(key)?;
        let next = aes.encrypt_one(0).to_ne_bytes();
        let lent = match size {
            LEAST_ENCRYPTED.. => machine.key(Mode::Cbc, key).await,
            _ => None,
        };
        Ok(Self {
            aes,
            lent: lent.map(|key| (machine, key)),
            next,
        })
    }

    /// The next octets: whole blocks, unless they are the last.
    async fn encrypt(&mut self, data: &mut [u8]) {
        let (blocks, tail) = data.as_chunks_mut::<BLOCK>();
        if !self.encrypt_lent(blocks).await {
            self.lent = None;
            for block in blocks {
                let cipher = u128::from_ne_bytes(*block) ^ u128::from_ne_bytes(self.next);
                *block = cipher.to_ne_bytes();
                self.next = self.aes.encrypt_one(cipher).to_ne_bytes();
            }
        }
        for (byte, key) in tail.iter_mut().zip(self.next) {
            *byte ^= key;
        }
    }

    /// What the machine does of it: all, or nothing.
    async fn encrypt_lent(&mut self, blocks: &mut [[u8; BLOCK]]) -> bool {
        let Some((machine, key)) = &self.lent else {
            return false;
        };
        if blocks.is_empty() {
            return true;
        }
        let made = machine.cbc_encrypt(key, &self.next, blocks.as_flattened());
        let Some(stream) = made.await.map(Zeroizing::new) else {
            return false;
        };
        let (stream, _) = stream.as_chunks::<BLOCK>();
        let Some(last) = stream.last().filter(|_| stream.len() == blocks.len()) else {
            return false;
        };
        for (block, key) in blocks
            .iter_mut()
            .zip(std::iter::once(&self.next).chain(stream))
        {
            *block = (u128::from_ne_bytes(*block) ^ u128::from_ne_bytes(*key)).to_ne_bytes();
        }
        self.next = *last;
        true
    }
}

/// The same backwards, of all octets. Each block of the keystream is E of the ciphertext before: all of them at once, if there were
/// room.
fn decrypt_in_place(aes: &Aes, data: &mut [u8]) {
    let mut before = [0; BLOCK];
    let mut work = [Block::default(); BATCH];
    for batch in data.chunks_mut(BATCH * BLOCK) {
        let (blocks, tail) = batch.as_chunks_mut::<BLOCK>();
        let last = usize::from(!tail.is_empty());
        let stream = work.get_mut(..blocks.len() + last).unwrap_or_default();
        for (to, from) in stream
            .iter_mut()
            .zip(std::iter::once(&before).chain(&*blocks))
        {
            to.0 = *from;
        }
        before = *blocks.last().unwrap_or(&before);
        aes.encrypt(stream);
        for (block, key) in blocks.iter_mut().zip(&*stream) {
            *block = (u128::from_ne_bytes(*block) ^ u128::from_ne_bytes(key.0)).to_ne_bytes();
        }
        for (byte, key) in tail
            .iter_mut()
            .zip(stream.last().copied().unwrap_or_default())
        {
            *byte ^= key;
        }
    }
}
