mod confirmation;
mod signatures;
mod signers;

use pgp::composed::SignedSecretKey;
use pgp::types::KeyDetails;

use crate::cert::Certificate;
use crate::engine::tests::kit::{literal, now, public, wrap};
use crate::message::packet::tag;
use crate::message::{Parsed, parse};
use crate::verdict::ReadMessage;
use crate::verdict::judge;
use crate::wire::engine::{SignatureState, Summary};
use crate::wire::{Bytes, Fingerprint, Reason};

const TEXT: &[u8] = b"pay 100 to Bob\r\n";

/// Reads `packets` with these certificates.
fn read(packets: &[Vec<u8>], certificates: &[Bytes], sender: Option<&str>) -> ReadMessage {
    let Parsed::Plain(document) = parse(&packets.concat()).unwrap() else {
        panic!()
    };
    let certificates: Vec<_> = certificates
        .iter()
        .map(|bytes| Certificate::from_bytes(&bytes.0).unwrap())
        .collect();
    judge(document, &certificates, sender, now())
}

/// With these signature bodies in front of the text.
fn prefixed(bodies: &[Vec<u8>], keys: &[&SignedSecretKey]) -> ReadMessage {
    let mut packets: Vec<_> = bodies
        .iter()
        .map(|body| wrap(tag::SIGNATURE, body))
        .collect();
    packets.push(literal(TEXT));
    let certificates: Vec<_> = keys.iter().map(|key| public(key)).collect();
    read(&packets, &certificates, Some("Ann <ann@example.org>"))
}

fn fingerprint(key: &SignedSecretKey) -> Fingerprint {
    Fingerprint::from_bytes(key.fingerprint().as_bytes())
}

#[track_caller]
fn expect(message: &ReadMessage, state: SignatureState, reasons: &[Reason]) {
    let [signature] = message.verdict().signatures.as_slice() else {
        panic!("{message:?}")
    };
    assert_eq!(
        (signature.state, signature.reasons.as_slice()),
        (state, reasons)
    );
    let alone = match state {
        SignatureState::Good => Summary::SignedBySender,
        SignatureState::Bad => Summary::BadSignature,
        SignatureState::UnknownKey => Summary::UnknownSigner,
        SignatureState::Unusable if reasons == [Reason::Expired] => Summary::ExpiredSignature,
        SignatureState::Unusable => Summary::UnusableSignature,
    };
    assert_eq!(message.verdict().summary, alone);
}
