//! What is signed and encrypted, in pieces. Files are held once and as they are: base64 is made of them when they are hashed
//! and again when they are encrypted, and a piece that was encrypted is freed. So a mail with 25 MB of files does not need
//! twice that.

use std::collections::VecDeque;

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Octets that stand in one line of base64 (RFC 2045, 6.8: 76 characters).
const LINE: usize = 57;

/// Characters of that line, without its end.
const CHARACTERS: usize = LINE / 3 * 4;

/// Lines that are encoded at once, so that they stay in the processor's cache.
const LINES: usize = 64;

/// Octets that are held, and freed, together: about a megabyte, whole lines of base64, and whole parts.
const PIECE: usize = LINE * LINES * 288;

/// Octets of one [`Pieces::part`]: whole lines of armor.
pub(crate) const PART: usize = PIECE / 12;

/// Octets in pieces: what is taken out of one place can be freed while it goes to another.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    pieces: VecDeque<Vec<u8>>,
    size: usize,
}

impl Pieces {
    /// Adds octets. They are held in pieces, so that no more than one of these is ever moved.
    pub fn push(&mut self, mut octets: &[u8]) {
        self.size += octets.len();
        while !octets.is_empty() {
            let room = match self.pieces.back() {
                Some(last) if last.len() < PIECE => PIECE - last.len(),
                // After the first one more will come; but most files are small.
                Some(_) => self.begin(PIECE),
                None => self.begin(octets.len().min(PIECE)),
            };
            let (now, later) = octets.split_at(room.min(octets.len()));
            if let Some(last) = self.pieces.back_mut() {
                last.extend_from_slice(now);
            }
            octets = later;
        }
    }

    /// Begins a piece with room for so many octets, and tells how many it may hold.
    fn begin(&mut self, room: usize) -> usize {
        self.pieces.push_back(Vec::with_capacity(room));
        PIECE
    }

    /// How many there are.
    pub fn size(&self) -> usize {
        self.size
    }

    /// So many octets as one, counted from 0; all but the last have [`PART`].
    pub(crate) fn part(&self, number: usize) -> Option<&[u8]> {
        const PARTS: usize = PIECE / PART;
        let piece = self.pieces.get(number / PARTS)?;
        piece.chunks(PART).nth(number % PARTS)
    }

    /// How many of these there are.
    pub(crate) fn parts(&self) -> usize {
        self.size.div_ceil(PART)
    }

    /// All of them as one.
    pub fn to_vec(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.size);
        self.pieces().for_each(|piece| all.extend_from_slice(piece));
        all
    }

    /// Piece by piece.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.pieces.iter().map(Vec::as_slice)
    }

    /// Octets of it in base64, the ends of lines counted.
    fn encoded(&self) -> usize {
        self.size.div_ceil(3) * 4 + self.size.div_ceil(LINE) * 2
    }
}

impl From<&[u8]> for Pieces {
    fn from(octets: &[u8]) -> Self {
        let mut data = Self::default();
        data.push(octets);
        data
    }
}

/// Octets that are on their way into a message: their number is known, and they can be gone through before they are taken.
#[derive(Debug, Default)]
pub struct Content {
    pieces: VecDeque<Piece>,
    /// Octets that were made and not taken yet.
    ready: Vec<u8>,
    /// How many of them were.
    taken: usize,
    size: usize,
}

#[derive(Debug)]
enum Piece {
    Octets(Vec<u8>),
    Base64(Pieces),
}

impl From<Vec<u8>> for Content {
    fn from(octets: Vec<u8>) -> Self {
        let mut content = Self::default();
        content.push(octets);
        content
    }
}

impl Content {
    /// Adds octets.
    pub(crate) fn push(&mut self, octets: Vec<u8>) {
        self.size += octets.len();
        self.pieces.push_back(Piece::Octets(octets));
    }

    /// Puts octets in front of all others.
    pub(crate) fn push_front(&mut self, octets: Vec<u8>) {
        self.size += octets.len();
        self.pieces.push_front(Piece::Octets(octets));
    }

    /// Adds a file as it is.
    pub(crate) fn push_file(&mut self, data: Pieces) {
        data.pieces.into_iter().for_each(|piece| self.push(piece));
    }

    /// Adds a file in lines of base64.
    pub(crate) fn push_base64(&mut self, data: Pieces) {
        self.size += data.encoded();
        self.pieces.push_back(Piece::Base64(data));
    }

    /// How many octets it has left.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Goes through all that was not taken yet.
    pub(crate) fn each(&self, mut look: impl FnMut(&[u8])) {
        look(self.ready.get(self.taken..).unwrap_or_default());
        for piece in &self.pieces {
            match piece {
                Piece::Octets(octets) => look(octets),
                Piece::Base64(data) => {
                    let lines = data.pieces().flat_map(|piece| piece.chunks(LINE * LINES));
                    let mut text = Vec::with_capacity((CHARACTERS + 2) * LINES);
                    for lines in lines {
                        text.clear();
                        encode(lines, &mut text);
                        look(&text);
                    }
                }
            }
        }
    }

    /// Appends the next octets to `out`, as many as `most` unless there are no more.
    pub(crate) fn take(&mut self, out: &mut Vec<u8>, most: usize) {
        let mut left = most;
        while left > 0 {
            let ready = self.ready.get(self.taken..).unwrap_or_default();
            if ready.is_empty() {
                match self.next() {
                    true => continue,
                    false => return,
                }
            }
            let now = ready.get(..left).unwrap_or(ready);
            out.extend_from_slice(now);
            left -= now.len();
            self.taken += now.len();
            self.size -= now.len();
        }
    }

    /// Makes the next piece ready; `false` at the end.
    fn next(&mut self) -> bool {
        self.taken = 0;
        self.ready.clear();
        match self.pieces.pop_front() {
            Some(Piece::Octets(octets)) => self.ready = octets,
            Some(Piece::Base64(mut data)) => {
                if let Some(piece) = data.pieces.pop_front() {
                    encode(&piece, &mut self.ready);
                    self.pieces.push_front(Piece::Base64(data));
                }
            }
            None => {
                self.ready = Vec::new();
                return false;
            }
        }
        true
    }
}

/// Appends lines of base64, each with its end.
fn encode(octets: &[u8], out: &mut Vec<u8>) {
    let mut text = String::with_capacity(CHARACTERS * LINES);
    out.reserve(octets.len().div_ceil(LINE) * (CHARACTERS + 2));
    for lines in octets.chunks(LINE * LINES) {
        text.clear();
        STANDARD.encode_string(lines, &mut text);
        for line in text.as_bytes().chunks(CHARACTERS) {
            out.extend_from_slice(line);
            out.extend_from_slice(b"\r\n");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn taken(mut content: Content, most: usize) -> Vec<u8> {
        let mut all = Vec::new();
        loop {
            let before = (all.len(), content.size());
            content.take(&mut all, most);
            let now = all.len() - before.0;
            assert_eq!(content.size(), before.1 - now);
            if now < most {
                assert_eq!(content.size(), 0);
                return all;
            }
        }
    }

    proptest! {
        /// What is gone through, what is taken in steps of any size and what is counted are the same.
        #[test]
        fn one_content(
            pieces in proptest::collection::vec((any::<bool>(), proptest::collection::vec(any::<u8>(), 0..200)), 0..5),
            most in 1_usize..300,
        ) {
            let mut content = Content::default();
            for (file, octets) in &pieces {
                match file {
                    true => content.push_base64(octets.as_slice().into()),
                    false => content.push(octets.clone()),
                }
            }
            let mut seen = Vec::new();
            content.each(|octets| seen.extend_from_slice(octets));
            prop_assert_eq!(seen.len(), content.size());
            prop_assert_eq!(taken(content, most), seen);
        }
    }

    #[test]
    fn large_files_are_encoded_as_one() {
        for size in [
            0,
            1,
            LINE,
            LINE + 1,
            PIECE - 1,
            PIECE,
            PIECE + 1,
            3 * PIECE + 5,
        ] {
            let octets: Vec<u8> = (0..size).map(|n| (n / 7) as u8).collect();
            let mut content = Content::default();
            content.push_base64(octets.as_slice().into());
            let expected = content.size();
            let text = String::from_utf8(taken(content, 1000)).unwrap();
            assert_eq!(text.len(), expected);
            assert!(
                text.lines()
                    .rev()
                    .skip(1)
                    .all(|line| line.len() == CHARACTERS)
            );
            assert!(text.is_empty() || text.ends_with("\r\n"));
            assert_eq!(STANDARD.decode(text.replace("\r\n", "")).unwrap(), octets);
        }
    }

    /// However they come, parts are the same.
    #[test]
    fn pieces_and_parts() {
        for step in [1000, PART, PIECE - 1, PIECE, 3 * PIECE] {
            for size in [0, 1, PART, PART + 1, PIECE, 2 * PIECE + 5] {
                let octets: Vec<u8> = (0..size).map(|n| (n / 7) as u8).collect();
                let mut pieces = Pieces::default();
                octets.chunks(step).for_each(|some| pieces.push(some));
                assert_eq!((pieces.size(), pieces.to_vec() == octets), (size, true));
                let parts = (0..pieces.parts()).map_while(|number| pieces.part(number));
                assert!(parts.eq(octets.chunks(PART)), "{step} {size}");
                assert_eq!(pieces.part(pieces.parts()), None);
            }
        }
    }
}
