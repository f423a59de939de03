//! What a message may cost. Everything that a stranger can choose the size of meets one of these before it meets
//! memory or time; going over is [`MessageError::Limit`](super::MessageError::Limit), never a crash.

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

/// Layers of packets inside packets. Programs in use make three (encrypted, compressed, signed).
pub const MAX_DEPTH: usize = 8;

/// Packets in one message, over all layers. Marker and padding packets count too.
pub const MAX_PACKETS: usize = 1024;

/// Public-key encrypted session keys: recipients of one message. The vault does a scalar multiplication for each
/// that names none of its keys.
pub const MAX_PKESKS: usize = 200;

/// Bytes of one session key packet; ML-KEM-1024 needs 1.7 kB, RSA 16384 needs 2 kB.
pub const MAX_ESK_BYTES: usize = 8 << 10;

/// Password-encrypted session keys in one message.
pub const MAX_SKESKS: usize = 8;

/// Signatures that are checked. Each hashes the whole text again.
pub const MAX_SIGNATURES: usize = 16;

/// Bytes of one signature packet. The largest standard one (SLH-DSA-SHAKE-256s) has 30 kB; subpackets may hold 64 kB
/// in version 4.
pub const MAX_SIGNATURE_BYTES: usize = 160 << 10;

/// Bytes of a cleartext signed text.
pub const MAX_CLEARTEXT: usize = 8 << 20;

/// Bytes of one line of a cleartext signed text. GnuPG cuts lines at 20,000 bytes, so that two programs would see
/// different texts.
pub const MAX_CLEARTEXT_LINE: usize = 19_995;

/// Bytes of plaintext in one OCB chunk. The OCB implementation has a table for 2^16 blocks on 32-bit machines and
/// stops the module beyond it; refused everywhere, so that all builds agree.
pub const MAX_OCB_CHUNK: usize = (1 << 20) - 1;

/// Seconds that a signature's time may lie ahead of our clock.
pub const CLOCK_SKEW: u32 = 300;
