//! Decompression with a cap (RFC 9580, 5.6). rpgp has none.

use std::io::Read;

use pgp::{packet::Decompressor, types::CompressionAlgorithm};

use super::{MessageError, limits};

/// How much decompressed data a message may still produce.
pub(crate) struct Allowance {
    whole: usize,
    left: usize,
}

impl Allowance {
    /// For a message of `size` bytes.
    pub fn new(size: usize) -> Self {
        let by_ratio = size
            .saturating_mul(limits::MAX_EXPANSION)
            .saturating_add(limits::FREE_EXPANSION);
        let whole = by_ratio.min(limits::MAX_PLAINTEXT);
        Self { whole, left: whole }
    }

    /// The content of a compressed data packet.
    pub fn inflate(&mut self, body: &[u8]) -> Result<Vec<u8>, MessageError> {
        let (&algorithm, data) = body.split_first().ok_or(MessageError::Truncated)?;
        let algorithm = CompressionAlgorithm::from(algorithm);
        match algorithm {
            CompressionAlgorithm::Uncompressed
            | CompressionAlgorithm::ZIP
            | CompressionAlgorithm::ZLIB
            | CompressionAlgorithm::BZip2 => {}
            _ => return Err(MessageError::Unsupported),
        }
        let source =
            Decompressor::from_algorithm(algorithm, data).map_err(|_| MessageError::Unsupported)?;
        let (most, whole) = match algorithm {
            CompressionAlgorithm::BZip2 if self.left > limits::MAX_BZIP2 => {
                (limits::MAX_BZIP2, limits::MAX_BZIP2)
            }
            _ => (self.left, self.whole),
        };
        let mut out = Vec::new();
        // One byte more than allowed, to tell "exactly full" from "over".
        source
            .take(most as u64 + 1)
            .read_to_end(&mut out)
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => MessageError::Truncated,
                _ => MessageError::Malformed,
            })?;
        if out.len() > most {
            return Err(MessageError::Limit(whole));
        }
        self.left = self.left.saturating_sub(out.len());
        // What is behind the end of the stream is dropped and never read as a second stream, whatever it is: Sequoia hides
        // the length of a message in there.
        Ok(out)
    }
}
