//! What a mail may cost. Going over either refuses the mail ([`MailError::Limit`](super::MailError::Limit)) or shows less
//! of it and says so ([`Note::TooManyParts`](crate::wire::engine::Note::TooManyParts)); it is never a crash.

use crate::armor::MAX_ARMORED;

/// Octets of a mail as the site serves it: the largest message in armor, with its headers.
pub const MAX_MAIL: usize = MAX_ARMORED + (1 << 20);

/// Octets of the header of a mail or a part. Mails that went over many lists and filters reach 50 kB; one to a thousand
/// people needs as much again.
pub const MAX_HEADER: usize = 512 << 10;

/// Fields of one header; long ways with a signature of each host on them reach 150.
pub const MAX_FIELDS: usize = 2_000;

/// Octets of one field that are read. A thousand recipients with their names fit; it bounds what is searched for encoded
/// words.
pub const MAX_FIELD: usize = 128 << 10;

/// Octets of an Autocrypt field: Autocrypt 1.1 lets programs ignore what is longer.
pub const MAX_AUTOCRYPT: usize = 10 << 10;

/// Keys of other recipients in one mail that are looked into: as many as can be written to here.
pub const MAX_GOSSIP: usize = crate::limits::MAX_RECIPIENTS;

/// Work of looking into all of them, in microseconds of wasm (see `cert::work`): the mail is shown after it. A hundred usual
/// keys of RSA 4096 are within it; the rest is not offered.
pub const MAX_GOSSIP_WORK: u32 = 1_000_000;

/// Parameters of one field, pieces (RFC 2231, 3) counted one by one.
pub const MAX_PARAMETERS: usize = 200;

/// Octets of a boundary: RFC 2046 allows 70, some programs take more.
pub const MAX_BOUNDARY: usize = 200;

/// Octets from `=?` to `?=`. RFC 2047 allows 75; some programs write a whole field into one word.
pub const MAX_WORD: usize = 4 << 10;

/// Parts of one mail, over all levels. A mail with hundreds of photos stays below.
pub const MAX_PARTS: usize = 1_000;

/// Levels of parts within parts below the payload. Programs in use make four; what is deeper is a file.
pub const MAX_DEPTH: usize = 16;

/// Octets of bodies that are cut into parts, each counted again on each level that it lies on: the largest payload four times.
/// Programs in use have their files on the first two levels.
pub const MAX_CUT: usize = 4 * crate::message::limits::MAX_PLAINTEXT;

/// Layers of protection around the payload. Programs in use make two (signed, then encrypted), lists one more.
pub const MAX_LAYERS: usize = 4;

/// Addresses of one field that are shown. More than a hundred are read by nobody; a thousand still make a page.
pub const MAX_ADDRESSES: usize = 1_000;

/// Characters of a subject or of another single field that are shown.
pub const MAX_SHOWN_FIELD: usize = 1_000;

/// Octets of text that is shown, all bodies together. Texts that do not fit are files: pages with more of it do not move
/// any more.
pub const MAX_SHOWN_TEXT: usize = 8 << 20;

/// Octets of the name of a file: most file systems allow 255, and programs add ` (2)` or `.part`.
pub const MAX_NAME: usize = 200;

/// Octets of a media type (RFC 6838, 4.2 allows 127 for each half).
pub const MAX_MEDIA_TYPE: usize = 127;

/// Octets of a Content-ID that is told.
pub const MAX_CONTENT_ID: usize = 500;
