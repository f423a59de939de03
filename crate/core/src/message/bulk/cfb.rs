//! SEIPD version 1 (RFC 9580, 5.13.1): CFB over AES with a modification detection code.

use rand::{CryptoRng, RngCore};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use waxseal_aes::{Aes, Block};
use zeroize::Zeroizing;

use super::{BLOCK, Hash, Machine, Mode, NoSuchKey};
use crate::message::content::Content;

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

/// Appends the encrypted content to `out`.
pub(crate) async fn encrypt<R: RngCore + CryptoRng>(
    machine: &impl Machine,
    key: &[u8],
    mut plain: Content,
    out: &mut Vec<u8>,
    rng: &mut R,
) -> Result<(), NoSuchKey> {
    let mut random = [0; BLOCK];
    rng.fill_bytes(&mut random);
    let start = out.len();
    let size = plain.size();
    out.reserve(size + OVERHEAD);
    out.extend_from_slice(&random);
    out.extend_from_within(out.len() - 2..);
    plain.take(out, size);
    out.extend_from_slice(&HEADER);
    let data = out.get_mut(start..).unwrap_or_default();
    let code = code(machine, data).await;
    out.extend_from_slice(&code);
    let data = out.get_mut(start..).unwrap_or_default();
    encrypt_in_place(machine, key, data).await
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

/// The modification detection code; without a machine slice by slice for the same reason as [`BATCH`].
async fn code<M: Machine>(machine: &M, data: &[u8]) -> [u8; 20] {
    if M::HASHES && data.len() >= LEAST_HASHED {
        let lent = machine.digest(Hash::Sha1, data).await;
        if let Some(code) = lent.and_then(|lent| lent.try_into().ok()) {
            return code;
        }
    }
    let mut hasher = Sha1::new();
    data.chunks(BATCH * BLOCK)
        .for_each(|slice| hasher.update(slice));
    hasher.finalize().into()
}

/// CFB with an initial vector of zeros.
///
/// The keystream is X₀ = E(0), Xᵢ = E(Cᵢ) = E(Pᵢ ⊕ Xᵢ₋₁): that is CBC encryption of the plaintext behind a block of
/// zeros. So a machine that has CBC and no CFB computes it nevertheless.
pub(super) async fn encrypt_in_place(
    machine: &impl Machine,
    key: &[u8],
    data: &mut [u8],
) -> Result<(), NoSuchKey> {
    let done = by_cbc(machine, key, data).await;
    let (ready, rest) = data.split_at_mut(done.min(data.len()));
    let mut before = *ready.last_chunk().unwrap_or(&[0; BLOCK]);
    let aes = Aes::new(key)?;
    for block in rest.chunks_mut(BLOCK) {
        let stream = aes.encrypt_one(u128::from_ne_bytes(before)).to_ne_bytes();
        block
            .iter_mut()
            .zip(stream)
            .for_each(|(byte, key)| *byte ^= key);
        before = block.try_into().unwrap_or_default();
    }
    Ok(())
}

/// The same backwards. Each block of the keystream is E of the ciphertext before: all of them at once, if there were
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

/// What the machine can do of it, from the front; how many bytes that are: whole blocks, or all.
async fn by_cbc(machine: &impl Machine, key: &[u8], data: &mut [u8]) -> usize {
    let mut done = 0;
    if data.len() < LEAST_ENCRYPTED {
        return done;
    }
    let Some(handle) = machine.key(Mode::Cbc, key).await else {
        return done;
    };
    let zeros = [0; BLOCK];
    let first = machine.cbc_encrypt(&handle, &zeros, &zeros).await;
    let Some(mut before) = first.and_then(|first| <[u8; BLOCK]>::try_from(first).ok()) else {
        return done;
    };
    for slice in data.chunks_mut(SLICE) {
        let (blocks, tail) = slice.as_chunks_mut::<BLOCK>();
        if !blocks.is_empty() {
            let made = machine.cbc_encrypt(&handle, &before, blocks.as_flattened());
            let Some(stream) = made.await.map(Zeroizing::new) else {
                return done;
            };
            let (stream, _) = stream.as_chunks::<BLOCK>();
            let Some(last) = stream.last().filter(|_| stream.len() == blocks.len()) else {
                return done;
            };
            for (block, key) in blocks
                .iter_mut()
                .zip(std::iter::once(&before).chain(stream))
            {
                *block = (u128::from_ne_bytes(*block) ^ u128::from_ne_bytes(*key)).to_ne_bytes();
            }
            before = *last;
        }
        for (byte, key) in tail.iter_mut().zip(before) {
            *byte ^= key;
        }
        done += slice.len();
    }
    done
}
