//! One flipped bit in what is signed, in each of the ways to sign: a signature that is good stands for the text as it was.

use pgp::composed::SignedSecretKey;
use proptest::prelude::*;

use super::kit::{Kind, now, public, rng, secret, sign};
use crate::cert::Certificate;
use crate::engine::{
    Capacity, CleartextSigner, DetachedSignatures, Format, Reader, Signer, judge_detached,
};
use crate::wire::SignRequest;
use crate::wire::engine::{SignatureMode, SignatureState, Verdict};

fn signers() -> impl Strategy<Value = SignedSecretKey> {
    prop::sample::select(vec![
        (Kind::V4, "ann"),
        (Kind::V6, "bob"),
        (Kind::P256, "nist"),
    ])
    .prop_map(|(kind, name)| secret(kind, name))
}

fn certificate(key: &SignedSecretKey) -> Certificate {
    Certificate::from_bytes(&public(key).0).unwrap()
}

fn answers(requests: &[SignRequest], key: &SignedSecretKey) -> Vec<Vec<u8>> {
    requests.iter().map(|request| sign(key, request)).collect()
}

fn signed(key: &SignedSecretKey, mode: SignatureMode, data: &[u8]) -> crate::engine::Signatures {
    let mut signer = Signer::new(&[certificate(key)], mode, &[], now(), &mut rng(3)).unwrap();
    signer.update(data);
    let (waiting, requests) = signer.requests().unwrap();
    waiting.complete(&answers(&requests, key)).unwrap()
}

fn is_good(verdict: &Verdict) -> bool {
    let mut signatures = verdict.signatures.iter();
    signatures.any(|one| one.state == SignatureState::Good)
}

/// What is shown of a message or text with a good signature.
fn vouched(data: &[u8], key: &SignedSecretKey) -> Option<Vec<u8>> {
    let (reader, _) = Reader::open_file(data, Capacity::BROWSER);
    let message = reader.judge(&[certificate(key)], None, now()).ok()?;
    is_good(message.verdict()).then(|| message.bytes().to_vec())
}

fn flipped(data: &[u8], at: &prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut data = data.to_vec();
    let at = at.index(data.len());
    data[at] ^= 1 << bit;
    data
}

/// With all that ends lines.
const TEXT: &str = r"[a-c \t\n-]{1,60}(\r\n[a-c]{0,9}){0,3}";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// A detached signature on lines of text: no bit of the text can be changed, its line ends included.
    #[test]
    fn no_bit_of_a_text_can_be_changed(
        key in signers(),
        text in TEXT,
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let signatures = signed(&key, SignatureMode::Text, text.as_bytes()).detached();
        let good = |text: &[u8]| {
            let mut read = DetachedSignatures::read(&signatures).unwrap();
            read.update(text);
            is_good(&judge_detached(read, &[certificate(&key)], None, now()))
        };
        prop_assert!(good(text.as_bytes()));
        prop_assert!(!good(&flipped(text.as_bytes(), &at, bit)));
    }

    /// A one-pass signed message, any bit of it: what is not signed (how the literal calls itself, what the one-pass packet
    /// announces) may change, what is shown under a good signature may not.
    #[test]
    fn no_bit_of_a_signed_message_changes_its_text(
        key in signers(),
        text in TEXT,
        lines in any::<bool>(),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (mode, format) = match lines {
            true => (SignatureMode::Text, Format::Text),
            false => (SignatureMode::Binary, Format::Binary),
        };
        let message = signed(&key, mode, text.as_bytes()).inline(format, text.as_bytes());
        prop_assert_eq!(vouched(&message, &key).unwrap(), text.as_bytes());
        if let Some(shown) = vouched(&flipped(&message, &at, bit), &key) {
            prop_assert_eq!(shown, text.as_bytes());
        }
    }

    /// Cleartext signed text, any bit of the block.
    #[test]
    fn no_bit_of_a_cleartext_block_changes_its_text(
        key in signers(),
        text in TEXT,
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (signer, requests) =
            CleartextSigner::new(&text, &[certificate(&key)], now(), &mut rng(1)).unwrap();
        let block = signer.complete(&answers(&requests, &key)).unwrap();
        let whole = vouched(block.as_bytes(), &key).unwrap();
        if let Some(shown) = vouched(&flipped(block.as_bytes(), &at, bit), &key) {
            prop_assert_eq!(shown, whole);
        }
    }
}
