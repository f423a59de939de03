//! Decompression with a cap (RFC 9580, 5.6). rpgp has none.

use std::io::Read;

use pgp::{packet::Decompressor, types::CompressionAlgorithm};

use super::{MessageError, limits};

/// Octets of the first piece of decompressed data; each that follows is as large as what there is.
const FIRST: usize = 4 << 10;

/// Octets of the largest piece.
const PIECE: usize = 1 << 20;

/// How much decompressed data a message may still produce.
pub(crate) struct Allowance {
    whole: usize,
    left: usize,
    /// How much of it by bzip2.
    bzip2: usize,
}

impl Allowance {
    /// For a message of `size` bytes.
    pub fn new(size: usize) -> Self {
        let by_ratio = size
            .saturating_mul(limits::MAX_EXPANSION)
            .saturating_add(limits::FREE_EXPANSION);
        let whole = by_ratio.min(limits::MAX_PLAINTEXT);
        Self {
            whole,
            left: whole,
            bzip2: limits::MAX_BZIP2,
        }
    }

    /// The content of a compressed data packet, in the memory of that packet where it has room for it.
    pub fn inflate(&mut self, mut body: Vec<u8>) -> Result<Vec<u8>, MessageError> {
        let pieces = self.pieces(&body)?;
        let size = pieces.iter().map(Vec::len).sum();
        body.clear();
        if body.capacity() < size {
            // Let go first.
            body = Vec::new();
            body.reserve_exact(size);
        }
        for piece in pieces {
            body.extend_from_slice(&piece);
        }
        Ok(body)
    }

    /// In pieces: memory that grows is held twice while it moves.
    fn pieces(&mut self, body: &[u8]) -> Result<Vec<Vec<u8>>, MessageError> {
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
            CompressionAlgorithm::BZip2 if self.left > self.bzip2 => {
                (self.bzip2, limits::MAX_BZIP2)
            }
            _ => (self.left, self.whole),
        };
        // One byte more than allowed, to tell "exactly full" from "over".
        let mut source = source.take(most as u64 + 1);
        let (mut pieces, mut size) = (Vec::new(), 0);
        loop {
            let mut piece = vec![0; PIECE.min(FIRST.max(size))];
            let length = fill(&mut source, &mut piece).map_err(|error| match error.kind() {
                std::io::ErrorKind::UnexpectedEof => MessageError::Truncated,
                _ => MessageError::Malformed,
            })?;
            let full = length == piece.len();
            piece.truncate(length);
            size += length;
            pieces.push(piece);
            if !full {
                break;
            }
        }
        if size > most {
            return Err(MessageError::Limit(whole));
        }
        self.left = self.left.saturating_sub(size);
        if algorithm == CompressionAlgorithm::BZip2 {
            self.bzip2 = self.bzip2.saturating_sub(size);
        }
        // What is behind the end of the stream is dropped and never read as a second stream, whatever it is: Sequoia hides
        // the length of a message in there.
        Ok(pieces)
    }
}

/// Reads until the piece is full or nothing more comes; how much that was.
fn fill(source: &mut impl Read, piece: &mut [u8]) -> std::io::Result<usize> {
    let mut length = 0;
    while let Some(rest) = piece.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match source.read(rest)? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}
