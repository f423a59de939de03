//! SEIPD version 1 (RFC 9580, 5.13.1): CFB over AES with a modification detection code.

use ::aes::{Aes128, Aes192, Aes256};
use cfb_mode::cipher::KeyIvInit;
use cfb_mode::{Decryptor, Encryptor};
use rand::{CryptoRng, RngCore};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{BLOCK, Machine, Mode, NoSuchKey};

/// Random bytes in front, the last two of them twice.
const PREFIX: usize = BLOCK + 2;

/// Header of the packet with the code.
const HEADER: [u8; 2] = [0xd3, 0x14];

/// Header and body of that packet.
const MDC: usize = HEADER.len() + 20;

/// Bytes that the container has on top of its content.
pub(crate) const OVERHEAD: usize = PREFIX + MDC;

/// Bytes that a machine gets at once: large enough that asking costs little, small enough for its caches.
const SLICE: usize = 128 << 10;

/// Appends the encrypted content to `out`.
pub(crate) async fn encrypt<R: RngCore + CryptoRng>(
    machine: &impl Machine,
    key: &[u8],
    plain: &[u8],
    out: &mut Vec<u8>,
    rng: &mut R,
) -> Result<(), NoSuchKey> {
    let mut random = [0; BLOCK];
    rng.fill_bytes(&mut random);
    let start = out.len();
    out.reserve(plain.len() + OVERHEAD);
    out.extend_from_slice(&random);
    out.extend_from_within(out.len() - 2..);
    out.extend_from_slice(plain);
    out.extend_from_slice(&HEADER);
    let data = out.get_mut(start..).unwrap_or_default();
    let code = Sha1::digest(&*data);
    out.extend_from_slice(&code);
    let data = out.get_mut(start..).unwrap_or_default();
    encrypt_in_place(machine, key, data).await
}

/// The content, if the code holds.
pub(crate) fn decrypt(key: &[u8], data: &[u8]) -> Result<Option<Zeroizing<Vec<u8>>>, NoSuchKey> {
    let mut plain = Zeroizing::new(data.to_vec());
    let iv = [0; BLOCK];
    match key.len() {
        16 => Decryptor::<Aes128>::new_from_slices(key, &iv).map(|d| d.decrypt(&mut plain)),
        24 => Decryptor::<Aes192>::new_from_slices(key, &iv).map(|d| d.decrypt(&mut plain)),
        _ => Decryptor::<Aes256>::new_from_slices(key, &iv).map(|d| d.decrypt(&mut plain)),
    }
    .map_err(|_| NoSuchKey)?;
    let Some(end) = data.len().checked_sub(MDC).filter(|end| *end >= PREFIX) else {
        return Ok(None);
    };
    let (hashed, code) = plain.split_at(end + HEADER.len());
    // The repeated bytes of the prefix are not looked at: who tells of them is an oracle, and the code covers them.
    let holds = Sha1::digest(hashed).as_slice().ct_eq(code);
    let marked = hashed.ends_with(&HEADER);
    if !(bool::from(holds) & marked) {
        return Ok(None);
    }
    plain.truncate(end);
    plain.drain(..PREFIX);
    Ok(Some(plain))
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
    let iv = *ready.last_chunk::<BLOCK>().unwrap_or(&[0; BLOCK]);
    match key.len() {
        16 => Encryptor::<Aes128>::new_from_slices(key, &iv).map(|e| e.encrypt(rest)),
        24 => Encryptor::<Aes192>::new_from_slices(key, &iv).map(|e| e.encrypt(rest)),
        _ => Encryptor::<Aes256>::new_from_slices(key, &iv).map(|e| e.encrypt(rest)),
    }
    .map_err(|_| NoSuchKey)
}

/// What the machine can do of it, from the front; how many bytes that are: whole blocks, or all.
async fn by_cbc(machine: &impl Machine, key: &[u8], data: &mut [u8]) -> usize {
    let mut done = 0;
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
