//! Packets, armor and encryption by hand, so that each can be wrong in one place.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pgp::crypto::aead::{AeadAlgorithm, ChunkSize};
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::SymEncryptedProtectedData;
use pgp::ser::Serialize;
use waxseal_core::wire::{Bytes, Form};

use crate::keys::rng;
use crate::{Input, Own};

/// Packet types (RFC 9580, 5).
pub mod tag {
    #![expect(missing_docs, reason = "the names are the standard's")]
    pub const PKESK: u8 = 1;
    pub const SIGNATURE: u8 = 2;
    pub const SKESK: u8 = 3;
    pub const ONE_PASS: u8 = 4;
    pub const SECRET_KEY: u8 = 5;
    pub const PUBLIC_KEY: u8 = 6;
    pub const SECRET_SUBKEY: u8 = 7;
    pub const COMPRESSED: u8 = 8;
    pub const ENCRYPTED: u8 = 9;
    pub const MARKER: u8 = 10;
    pub const LITERAL: u8 = 11;
    pub const USER_ID: u8 = 13;
    pub const PUBLIC_SUBKEY: u8 = 14;
    pub const PROTECTED: u8 = 18;
    pub const GNUPG_OCB: u8 = 20;
}

/// The text of most messages.
pub const TEXT: &str = "pay 100 to Bob";

/// A packet in the new format with a length of five octets.
pub fn packet(tag: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("under 4 GiB");
    [&[0xc0 | tag, 255], &length.to_be_bytes()[..], body].concat()
}

/// A packet of the old format without a length: it reaches to the end of what holds it.
pub fn open_packet(tag: u8, body: &[u8]) -> Vec<u8> {
    [&[0x83 | (tag << 2)], body].concat()
}

/// A literal data packet.
pub fn literal(text: &[u8]) -> Vec<u8> {
    packet(tag::LITERAL, &[&[b'b', 0, 0, 0, 0, 0], text].concat())
}

/// A compressed data packet; 0 means not compressed, 1 ZIP, 2 ZLIB.
pub fn compressed(algorithm: u8, data: &[u8]) -> Vec<u8> {
    let body = match algorithm {
        1 => miniz_oxide::deflate::compress_to_vec(data, 9),
        2 => miniz_oxide::deflate::compress_to_vec_zlib(data, 9),
        _ => data.to_vec(),
    };
    open_packet(tag::COMPRESSED, &[&[algorithm], body.as_slice()].concat())
}

/// ASCII armor. `label` such as `MESSAGE`.
pub fn armor(label: &str, data: &[u8]) -> Vec<u8> {
    let mut out = format!("-----BEGIN PGP {label}-----\n\n");
    for line in STANDARD.encode(data).as_bytes().chunks(64) {
        out.push_str(std::str::from_utf8(line).expect("ASCII"));
        out.push('\n');
    }
    out.push_str(&format!("-----END PGP {label}-----\n"));
    out.into_bytes()
}

/// How a message is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// SEIPD version 1.
    Mdc,
    /// SEIPD version 2 in chunks of 64 bytes.
    Aead(AeadAlgorithm),
}

/// Each way to encrypt.
pub const SCHEMES: [Scheme; 4] = [
    Scheme::Mdc,
    Scheme::Aead(AeadAlgorithm::Eax),
    Scheme::Aead(AeadAlgorithm::Ocb),
    Scheme::Aead(AeadAlgorithm::Gcm),
];

/// The session key of all encrypted cases; AES-128.
pub const SESSION_KEY: [u8; 16] = [0x61; 16];

impl Scheme {
    /// A PKESK for a key that nobody has: the cases bring their session key along.
    pub fn pkesk(self) -> Vec<u8> {
        let named = match self {
            Self::Mdc => vec![3, 1, 2, 3, 4, 5, 6, 7, 8],
            Self::Aead(_) => [&[6, 33, 6], &[0xab; 32][..]].concat(),
        };
        packet(tag::PKESK, &[named, vec![25], vec![0; 40]].concat())
    }

    /// The body of the encrypted packet.
    pub fn body(self, plain: &[u8]) -> Vec<u8> {
        let cipher = Cipher::AES128;
        let sealed = match self {
            Self::Mdc => {
                SymEncryptedProtectedData::encrypt_seipdv1(rng(1), cipher, &SESSION_KEY, plain)
            }
            Self::Aead(mode) => SymEncryptedProtectedData::encrypt_seipdv2(
                rng(1),
                cipher,
                mode,
                ChunkSize::C64B,
                &SESSION_KEY,
                plain,
            ),
        };
        sealed.and_then(|p| p.to_bytes()).expect("it is encrypted")
    }

    /// The whole message.
    pub fn seal(self, plain: &[u8]) -> Vec<u8> {
        [self.pkesk(), packet(tag::PROTECTED, &self.body(plain))].concat()
    }

    /// A message with this body in the encrypted packet.
    pub fn with_body(self, body: &[u8]) -> Input {
        self.open([self.pkesk(), packet(tag::PROTECTED, body)].concat())
    }

    /// The message is given to the engine with the session key.
    pub fn open(self, message: Vec<u8>) -> Input {
        let algorithm = (self == Self::Mdc).then_some(u8::from(Cipher::AES128));
        Reading::message(&message)
            .key(algorithm, &SESSION_KEY)
            .input()
    }

    /// For names of cases.
    pub fn name(self) -> &'static str {
        match self {
            Self::Mdc => "mdc",
            Self::Aead(AeadAlgorithm::Eax) => "eax",
            Self::Aead(AeadAlgorithm::Ocb) => "ocb",
            Self::Aead(_) => "gcm",
        }
    }
}

/// An [`Input::Read`] that grows.
pub struct Reading {
    form: Form,
    armored: Vec<u8>,
    session_key: Option<(Option<u8>, Bytes)>,
    password: Option<String>,
    own: Option<Own>,
    certificates: Vec<Bytes>,
    text: Option<String>,
}

impl Reading {
    /// Text of a page.
    pub fn block(form: Form, armored: Vec<u8>) -> Self {
        Self {
            form,
            armored,
            session_key: None,
            password: None,
            own: None,
            certificates: Vec::new(),
            text: Some(TEXT.to_owned()),
        }
    }

    /// A message's packets.
    pub fn message(packets: &[u8]) -> Self {
        Self::block(Form::Message, armor("MESSAGE", packets))
    }

    /// The session key.
    pub fn key(mut self, algorithm: Option<u8>, key: &[u8]) -> Self {
        self.session_key = Some((algorithm, Bytes(key.to_vec())));
        self
    }

    /// The password.
    pub fn password(mut self, password: impl Into<String>) -> Self {
        self.password = Some(password.into());
        self
    }

    /// The own key that it is for.
    pub fn own(mut self, own: Own) -> Self {
        self.own = Some(own);
        self
    }

    /// A certificate that the vault knows.
    pub fn knows(mut self, certificate: Vec<u8>) -> Self {
        self.certificates.push(Bytes(certificate));
        self
    }

    /// The one text that may be shown, if not [`TEXT`].
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.text = Some(text.into());
        self
    }

    /// Done.
    pub fn input(self) -> Input {
        Input::Read {
            form: self.form,
            armored: Bytes(self.armored),
            session_key: self.session_key,
            password: self.password,
            own: self.own,
            certificates: self.certificates,
            text: self.text,
        }
    }
}
