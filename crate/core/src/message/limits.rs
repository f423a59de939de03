//! What a message may cost. Everything that a stranger can choose the size of meets one of these before it meets
//! memory or time; going over is [`MessageError::Limit`](super::MessageError::Limit), never a crash.

pub use crate::limits::Capacity;

/// Bytes of plaintext that one message may have, over all of its layers together.
///
/// All of it is held in memory, because nothing is released before the whole has been checked. wasm32 has 4 GiB at
/// most, and the text is copied a few times on its way to the screen.
pub const MAX_PLAINTEXT: usize = 64 << 20;

/// Bytes of a binary message before decryption: the plaintext, its AEAD tags and the packets around it.
pub const MAX_CIPHERTEXT: usize = MAX_PLAINTEXT + (8 << 20);

/// Output of decompression that is always allowed, in bytes (then [`MAX_EXPANSION`] applies).
pub const FREE_EXPANSION: usize = 4 << 20;

/// Bytes of decompressed data per byte of the message. Deflate alone can reach 1032; text seldom goes over 20.
/// It is measured against the message as it came, so that nested layers do not multiply it.
pub const MAX_EXPANSION: usize = 250;

/// Bytes that bzip2 may produce in one message, over all of its layers: it decompresses at a tenth of the speed of
/// deflate, so that this much takes a second or two in wasm. GnuPG writes it only for who asks for it.
pub const MAX_BZIP2: usize = 16 << 20;

/// Layers of packets inside packets. Programs in use make three (encrypted, compressed, signed).
pub const MAX_DEPTH: usize = 8;

/// Packets in one message, over all layers. Marker and padding packets count too.
pub const MAX_PACKETS: usize = 1024;

/// Public-key encrypted session keys: recipients of one message. The vault does a scalar multiplication for each
/// that names none of its keys.
pub const MAX_PKESKS: usize = 200;

/// Bytes of one session key packet; ML-KEM-1024 needs 1.7 kB, RSA 16384 needs 2 kB.
pub const MAX_ESK_BYTES: usize = 8 << 10;

/// Password-encrypted session keys in one message. Each is computed anew for each password that is tried.
pub const MAX_SKESKS: usize = 8;

/// Passwords that are tried at once: a person types one, a command line may have some.
pub const MAX_PASSWORDS: usize = 8;

/// Bytes of a password. Longer is a mistake (a pasted file).
pub const MAX_PASSWORD_BYTES: usize = 1024;

/// Bytes that iterated S2Ks (RFC 9580, 3.7.1.3) may hash for one message, all passwords together: eight times the most
/// that one can ask for (65,011,712). That is three seconds in wasm.
pub const MAX_S2K_BYTES: u64 = 8 * 65_011_712;

/// Argon2 passes (RFC 9580, 3.7.1.4). RFC 9106 recommends 1 or 3.
pub const MAX_ARGON2_T: u8 = 8;

/// Argon2 lanes; wasm computes them one after the other.
pub const MAX_ARGON2_P: u8 = 16;

/// Signatures that are checked.
pub const MAX_SIGNATURES: usize = 16;

/// Bytes that the signatures of one message may hash together; those with the same hash share a pass. It is two passes over
/// the largest text: with SHA3-512 two to three seconds in wasm. At least one is checked.
pub const MAX_HASHED: usize = 2 * MAX_PLAINTEXT;

/// Packets of one level that are told of besides the one that holds the rest; of more it is told how many there are. People
/// read them.
pub const MAX_TOLD_PACKETS: usize = 32;

/// Bytes of one signature packet. The largest standard one (SLH-DSA-SHAKE-256s) has 30 kB; subpackets may hold 64 kB
/// in version 4.
pub const MAX_SIGNATURE_BYTES: usize = 160 << 10;

/// Bytes of a file or block of detached signatures: as many of the largest as are checked, in armor.
pub const MAX_DETACHED: usize = MAX_SIGNATURES * MAX_SIGNATURE_BYTES * 3 / 2;

/// Bytes of a cleartext signed text.
pub const MAX_CLEARTEXT: usize = 8 << 20;

/// Bytes of one line of a cleartext signed text. GnuPG cuts lines at 20,000 bytes, so that two programs would see
/// different texts.
pub const MAX_CLEARTEXT_LINE: usize = 19_995;

/// Seconds that a signature's time may lie ahead of our clock.
pub const CLOCK_SKEW: u32 = 300;
