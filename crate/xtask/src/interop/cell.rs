//! What the matrix asks: kinds of keys, operations, forms of encryption; and how an answer is written down.

/// A key, by the name under which the table of limits and the peers' drivers know it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub name: &'static str,
    pub says: &'static str,
    /// Whether Waxseal can make such a key. Where not, a peer's is used.
    pub profile: Option<&'static str>,
}

const fn kind(name: &'static str, says: &'static str, profile: Option<&'static str>) -> Kind {
    Kind {
        name,
        says,
        profile,
    }
}

/// All of them, in the order of the table.
pub const KINDS: [Kind; 7] = [
    kind("rsa", "RSA 3072, v4", Some("rfc4880")),
    kind("curve25519", "Ed25519/X25519, v4", Some("default")),
    kind("p256", "NIST P-256, v4", None),
    kind("v6", "Ed25519/X25519, v6", Some("rfc9580")),
    kind("pqc-v4", "Ed25519, ML-KEM-768+X25519, v4", Some("rfc9980")),
    kind("pqc-v6", "ML-DSA-65+Ed25519, ML-KEM-768+X25519, v6", None),
    kind("pqc-v6-high", "ML-DSA-87+Ed448, ML-KEM-1024+X448, v6", None),
];

/// How a message is encrypted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As the writing program likes it.
    Default,
    Seipd1,
    Ocb,
    Gcm,
    Eax,
    /// GnuPG's own packet, tag 20.
    GnupgOcb,
    /// SEIPDv1 under a password, iterated and salted.
    Password,
    /// SEIPDv2 under a password, by Argon2.
    Argon2,
}

impl Form {
    pub const ALL: [Self; 7] = [
        Self::Seipd1,
        Self::Ocb,
        Self::Gcm,
        Self::Eax,
        Self::GnupgOcb,
        Self::Password,
        Self::Argon2,
    ];

    /// By this name the drivers know it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Seipd1 => "seipd1",
            Self::Ocb => "ocb",
            Self::Gcm => "gcm",
            Self::Eax => "eax",
            Self::GnupgOcb => "gnupg-ocb",
            Self::Password => "password",
            Self::Argon2 => "argon2",
        }
    }

    pub fn says(self) -> &'static str {
        match self {
            Self::Default => "",
            Self::Seipd1 => "SEIPD v1, to a v4 key",
            Self::Ocb => "SEIPD v2 OCB, to a v6 key",
            Self::Gcm => "SEIPD v2 GCM, to a v6 key",
            Self::Eax => "SEIPD v2 EAX, to a v6 key",
            Self::GnupgOcb => "GnuPG's OCB packet, to a v4 key",
            Self::Password => "password, SEIPD v1, iterated S2K",
            Self::Argon2 => "password, SEIPD v2, Argon2",
        }
    }

    pub fn is_password(self) -> bool {
        matches!(self, Self::Password | Self::Argon2)
    }

    /// Waxseal reads all of them, and writes these.
    pub fn is_written(self) -> bool {
        matches!(
            self,
            Self::Seipd1 | Self::Ocb | Self::Password | Self::Argon2
        )
    }
}

/// Which way a cell goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The peer writes, Waxseal reads.
    In,
    /// Waxseal writes, the peer reads.
    Out,
}

impl Way {
    pub fn sign(self) -> &'static str {
        match self {
            Self::In => "<-",
            Self::Out => "->",
        }
    }
}

/// Whose step failed, and what was said.
pub enum Refusal {
    Ours(String),
    Theirs(String),
}

/// What was found out about one question, one way.
pub struct Cell {
    /// As in the table of limits: `rsa sign`, `form ocb`.
    pub row: String,
    pub says: String,
    pub way: Way,
    pub result: Result<(), Refusal>,
}
