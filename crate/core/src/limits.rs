//! Every cap on what comes from outside, each with its reason. Sizes are bytes unless the name says otherwise.
//!
//! A limit is met *before* memory or time is spent: callers compare sizes first and parse afterwards.

/// Data pasted or dropped for an import: 200 certificates of usual size are 1 MB; a 20 MB paste is refused at once.
/// As many valid user IDs as fit into it are verified in a few seconds.
pub const MAX_IMPORT: usize = 4 * 1024 * 1024;
/// One certificate after floods are cut down. Real ones with photos and hundreds of certifications stay under 1 MB.
pub const MAX_CERTIFICATE: usize = 2 * 1024 * 1024;
/// Packets in one import: a bound on the work of splitting tiny packets.
pub const MAX_PACKETS: usize = 100_000;
/// Certificates in one import; a whole keyring of an active person is smaller.
pub const MAX_CERTIFICATES: usize = 2_000;
/// Revocation certificates that stand before or without keys in one import; the rest is left out.
pub const MAX_LONE_REVOCATIONS: usize = 64;
/// User IDs of one certificate; if there are more, those that the owner did not sign are dropped.
pub const MAX_USER_IDS: usize = 200;
/// Subkeys of one certificate; if there are more, those that the owner did not bind are dropped.
pub const MAX_SUBKEYS: usize = 100;
/// Components that are only carried along (photos, subkeys of unknown kinds); more are dropped.
pub const MAX_OPAQUE: usize = 20;
/// Signatures on one component that claim to be the owner's; if there are more, those that do not verify are dropped.
pub const MAX_SELF_SIGNATURES: usize = 200;
/// Work of one whole import in microseconds of wasm (see `cert::work`): reading all keys, verifying what claims to be
/// their owners', describing them. Some 150 usual keys of RSA 4096 are within it, or thousands of Ed25519; the rest is left
/// out and can be imported by itself.
pub const MAX_IMPORT_WORK: u32 = 3_000_000;
/// The same for one certificate: 400 self-signatures of RSA 4096. A real one has some dozens; a forged flood that needs
/// more is refused rather than believed.
pub const MAX_CERTIFICATE_WORK: u32 = 2_000_000;
/// The same for one that is stored here and over that limit: twice as much, so that nothing that was within it is lost when
/// the costs of `cert::work` are measured anew.
pub const MAX_STORED_WORK: u32 = 2 * MAX_CERTIFICATE_WORK;
/// Work that finding the own keys' certifications in another's certificate may take, of that for the certificate: a hundred
/// of RSA 4096. Honest ones have a few on each user ID; what is left unasked counts as a stranger's.
pub const MAX_OWN_WORK: u32 = 500_000;
/// Work that may be left for later, in each certificate. If all that claims to be the owner's takes longer, it is verified
/// at once and what is forged goes: it would cost the same again after each start of the background.
pub const MAX_UNCHECKED_WORK: u32 = 200_000;
/// Revocations in the name of designated revokers; they can be verified only when the revoker's key is known, so that
/// none may be dropped: with more the certificate is not used. Honest certificates have one.
pub const MAX_DESIGNATED: usize = 50;
/// Work that verifying these may take in one certificate: a hundred of RSA 4096. It comes again with each start of the
/// background. While any is left for which there was no time, the certificate is not used.
pub const MAX_DESIGNATED_WORK: u32 = 500_000;
/// Signatures of others in one certificate of up to `MAX_SMALL_SIGNATURE`; more are dropped: they decide nothing. People
/// who were at many key signing parties have several hundred.
pub const MAX_SMALL_THIRD_PARTY: usize = 1_500;
/// Signatures in the name of one own key in another's certificate; nothing is believed of more: half a second for RSA 4096,
/// for each start of the background. Honest ones have a few on each user ID.
pub const MAX_CERTIFICATIONS_BY_ONE: usize = 100;
/// A signature of RSA 4096 with some notes.
pub const MAX_SMALL_SIGNATURE: usize = 700;
/// Larger signatures of others in one certificate, up to `MAX_LARGE_SIGNATURE`.
pub const MAX_LARGE_THIRD_PARTY: usize = 64;
/// A post-quantum signature (ML-DSA-87 with Ed448 takes 5 KB).
pub const MAX_LARGE_SIGNATURE: usize = 8 * 1024;
/// Work of verifying the signatures of one message with the keys that they name, or with all that are here where they name none:
/// twice as much as for sixteen of the slowest kind. A mail is judged in two passes, each of which may take so long.
pub const MAX_VERIFYING_WORK: u32 = 1_000_000;
/// Signatures in the subpackets of one signature that are looked at; one is enough.
pub const MAX_EMBEDDED: usize = 4;
/// One signature packet; those with an embedded signature and notations stay far below.
pub const MAX_SIGNATURE: usize = 64 * 1024;
/// Subpackets of a signature that the engine cannot read as a whole, so that each is read by itself; with more it counts as one
/// that cannot be read. RFC 9580 has some thirty types.
pub const MAX_SUBPACKETS: usize = 1_000;
/// One user ID packet; RFC 5322 allows addresses of 998 octets at most.
pub const MAX_USER_ID: usize = 2 * 1024;
/// Characters of a user ID that are shown.
pub const MAX_SHOWN_USER_ID: usize = 200;
/// Characters of the user's own sign: what is longer does not fit beside its picture, and is no longer known at a glance.
pub const MAX_EMBLEM_TEXT: usize = 20;
/// Marks on one character that are shown; Hebrew and Vietnamese need three.
pub const MAX_MARKS: usize = 4;
/// One public or secret key packet: RSA 16384 takes 2 KB public, 9 KB secret.
pub const MAX_KEY_PACKET: usize = 32 * 1024;
/// Issuers in one `certificates` call; a message with more signatures is not checked further.
pub const MAX_ISSUERS: usize = 64;
/// PKESK packets in one `decipher` call: mailing lists encrypt to some dozens.
pub const MAX_PKESKS: usize = 200;
/// One PKESK packet: RSA 16384 and post-quantum ones are about 2 KB.
pub const MAX_PKESK: usize = 8 * 1024;
/// Operations of private keys for the anonymous PKESKs of one message: each is tried with every unlocked key.
pub const MAX_ANONYMOUS_TRIALS: usize = 20;
/// Operations of one component key for the PKESKs of one message that name it. Honest messages have one such; some
/// programs add a second when the sender is among the recipients.
pub const MAX_NAMED_TRIALS: usize = 3;
/// Recipients of one message.
pub const MAX_RECIPIENTS: usize = 100;
/// Recipients of one message that nobody may see: who reads tries each with each own key, and stops after
/// [`MAX_ANONYMOUS_TRIALS`]. With two keys all of these can be tried, also where older ones of them are kept.
pub const MAX_HIDDEN: usize = MAX_ANONYMOUS_TRIALS / 2;
/// Files of a mail that is written. Each of one that is only signed costs an operation of a private key; and what has more is
/// better put into an archive.
pub const MAX_WRITTEN_FILES: usize = 100;
/// Octets of all of them together: in base64, beside text and formatting that are as long as they may be, they stay within
/// what a message may have (`message::limits::MAX_PLAINTEXT`). Most sites take 25 MB.
pub const MAX_WRITTEN_SIZE: usize = 40 * 1024 * 1024;
/// Octets of the text of such a mail, and of the same with its formatting. What is longer is a file.
pub const MAX_WRITTEN_TEXT: usize = 1024 * 1024;
/// Octets of a file whose detached signature is checked: the image of a full DVD. It passes by in pieces and costs time, half a
/// minute of it.
pub const MAX_SIGNED_FILE: u64 = 9 << 30;
/// Octets of a file that is looked at as a signature when several files are opened together. One signature has some hundred,
/// the largest post-quantum one 40 KB in armor.
pub const MAX_SIGNATURE_FILE: usize = 128 * 1024;
/// Files that are opened together: some downloads with their signatures.
pub const MAX_OPENED_FILES: usize = 50;
/// Text of one address.
pub const MAX_ADDRESS: usize = 254;
/// Characters that a new passphrase must have at least (the page shows its strength besides).
pub const MIN_PASSPHRASE: usize = 8;
/// Bytes of a passphrase: longer is a mistake (a pasted file), and each byte is hashed many times by older S2Ks.
pub const MAX_PASSPHRASE: usize = 1024;
/// Characters of the name of a new key.
pub const MAX_NAME: usize = 120;
/// Bytes of the owner's words in a revocation.
pub const MAX_REVOCATION_TEXT: usize = 500;
/// Days until a new key expires at most: a hundred years, far inside 32 bits of seconds.
pub const MAX_EXPIRES_DAYS: u32 = 36_500;
/// Minutes of the auto-lock time at most: one week.
pub const MAX_AUTO_LOCK_MINUTES: u32 = 7 * 24 * 60;
/// Seconds for which reading alone keeps keys unlocked, counted from the last time that their owner unlocked or signed (a
/// longer lock time counts instead): a day at work has room in it, and a page that shows messages by itself gets no more.
pub const MAX_READING_TIME: u32 = 12 * 60 * 60;
/// Stored keys; each start of the background reads them all.
pub const MAX_STORED_KEYS: usize = 5_000;
/// Sites switched on.
pub const MAX_SITES: usize = 200;

/// Argon2 passes when unlocking keys made elsewhere. RFC 9106 recommends 1 or 3.
pub const MAX_ARGON2_T: u8 = 6;
/// Argon2 lanes when unlocking keys made elsewhere; wasm computes them one after the other.
pub const MAX_ARGON2_P: u8 = 16;
/// Secret components that one passphrase opens: each costs the time of its own S2K.
pub const MAX_SECRET_COMPONENTS: usize = 20;
/// Octets that the older S2K hashes for all components together: nine of GnuPG's largest count. Eleven of them took seven
/// seconds in Firefox, on a slow machine and before it had compiled the module a second time.
pub const MAX_HASHED_TOTAL: u64 = (9 * 62) << 20;
/// RSA modulus in bits: the engine computes with no more, and a private operation of that size takes seconds in wasm.
pub const MAX_RSA_BITS: usize = 8192;
/// Bits of an RSA exponent below which no key is used: 17 and 41, which PGP and early GnuPG took, are in; 3 is out, as
/// most published attacks need it.
pub const MIN_RSA_EXPONENT_BITS: usize = 5;
/// Keys that the owner of one certificate lets revoke it; honest ones name one or two.
pub const MAX_REVOKERS: usize = 10;
/// RSA modulus in bits below which no key is used.
pub const MIN_RSA_BITS: usize = 2048;

/// One staged import.
pub const MAX_STAGED: usize = 1024 * 1024;
/// Staged imports kept at once. Browsers keep 10 MB for a session, in which these are in base64, beside unlocked keys.
pub const MAX_STAGED_COUNT: usize = 5;
/// Octets of what a server answers when it is asked for a key. Keys with photos and hundreds of certifications stay below.
pub const MAX_ANSWER: usize = 1024 * 1024;
/// Seconds until such an answer must be there: slow servers need three or four.
pub const ANSWER_SECONDS: u32 = 15;
/// Keys of one answer. An address has one, or a second while its owner changes from one to the other.
pub const MAX_FOUND: usize = 10;
/// Seconds that a staged import or search waits.
pub const STAGED_AGE: u32 = 15 * 60;
/// Seconds between a ticket's issue and its claim: a frame loads in well under a second, a window in a few.
pub const TICKET_AGE: u32 = 60;
/// Unclaimed tickets and claimed views of one tab.
pub const MAX_VIEWS_PER_TAB: usize = 100;
/// Unclaimed tickets and claimed views altogether.
pub const MAX_VIEWS: usize = 1_000;
/// Seconds that a claimed view stays good without being used. A page with a locked message may stand open over a holiday, and
/// its reader is to be unlocked then; how many views there are is limited above.
pub const VIEW_AGE: u32 = 30 * 24 * 60 * 60;
/// Composer windows of one tab that are on their way.
pub const MAX_COMPOSERS_PER_TAB: usize = 5;
/// Windows of one kind that are open when another one may open: a page that took its content script over asks for one after
/// the other, and a person has a few.
pub const MAX_WINDOWS: u32 = 20;
/// Unlock requests kept at once.
pub const MAX_UNLOCK_REQUESTS: usize = 20;
/// Seconds that an unlock request waits.
pub const UNLOCK_REQUEST_AGE: u32 = 60 * 60;
/// Operations of private keys that one view inside a page may cause per minute, each single one counted: a person opens a
/// few messages, an oracle attack needs thousands.
pub const MAX_VIEW_OPERATIONS_PER_MINUTE: u32 = 20;
/// The same for all views of one tab: a thread with dozens of messages opens them all at once.
pub const MAX_TAB_OPERATIONS_PER_MINUTE: u32 = 200;
/// Calls waiting for the host's answer.
pub const MAX_WAITING: usize = 4;
/// Clock difference in seconds that is tolerated for times "in the future".
pub const CLOCK_SKEW: u32 = 5 * 60;

/// What depends on the machine that reads: a browser's wasm has 32-bit addresses and traps where it runs out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// Argon2 memory as `m_enc` (2^n KiB).
    pub argon2_m_enc: u8,
    /// Argon2 memory in KiB times passes, for one message, all passwords together.
    pub argon2_total: u64,
    /// The same for one secret key, all of its components together: twelve of those that we protect.
    pub argon2_keys: u64,
}

impl Capacity {
    /// The extension. 256 MiB for Argon2, half of what one message may take (more would trap in wasm), and 2 GiB worth
    /// of passes, which take some three seconds; a little more for a key, which is opened once.
    pub const BROWSER: Self = Self {
        argon2_m_enc: 18,
        argon2_total: 2 << 20,
        argon2_keys: 9 << 18,
    };

    /// The command line on 64-bit machines: RFC 9106's first choice (2 GiB, as in RFC 9580, A.5 and A.12), a few times
    /// over.
    pub const NATIVE: Self = Self {
        argon2_m_enc: 21,
        argon2_total: 16 << 20,
        argon2_keys: 16 << 20,
    };
}
