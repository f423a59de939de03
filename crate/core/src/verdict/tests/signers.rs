use pgp::composed::{KeyType, SignedPublicSubKey, SignedSecretKey};
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    KeyFlags, PublicSubkey, SignatureConfig, SignatureType, Subpacket, SubpacketData,
};
use pgp::ser::Serialize;
use pgp::types::KeyDetails;
use pgp::types::{KeyVersion, Password, Timestamp};

use super::{TEXT, expect, fingerprint, prefixed, read};
use crate::engine::tests::kit::{
    Kind, good, literal, made, now, public, secret, signature, signature_by, signer, wrap,
};
use crate::message::packet::tag;
use crate::message::{Parsed, limits, parse};
use crate::testkit::{self, CERTIFY, MADE, Maker, NOW, SIGN, says};
use crate::verdict::judge;
use crate::wire::engine::{Note, SignatureState, Summary};
use crate::wire::{Bytes, Fingerprint, Reason, Time};

#[test]
fn a_key_that_is_not_here() {
    let (ann, eve) = (secret(Kind::V4, "ann"), secret(Kind::V4, "eve"));
    let message = prefixed(&[good(&ann, TEXT)], &[&eve]);
    expect(&message, SignatureState::UnknownKey, &[]);
    let issuer = signer(&ann).fingerprint();
    assert_eq!(
        message.verdict().signatures[0].issuer,
        Fingerprint::from_bytes(issuer.as_bytes()).to_string()
    );
}

#[test]
fn what_policy_says_about_the_key() {
    let ann = secret(Kind::V4, "ann");
    // The primary key may only certify.
    let body = signature_by(
        &ann.primary_key,
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        vec![made(now())],
        TEXT,
    );
    expect(
        &prefixed(&[body], &[&ann]),
        SignatureState::Unusable,
        &[Reason::WrongFlags],
    );
}

/// `thief`'s certificate with the signing subkey of `victim`, bound by the thief and not signed back.
fn adopt(thief: &SignedSecretKey, victim: &SignedSecretKey) -> Bytes {
    let subkey: &PublicSubkey = victim
        .secret_subkeys
        .iter()
        .find(|s| s.key.algorithm().can_sign())
        .unwrap()
        .key
        .public_key();
    let primary = &thief.primary_key;
    let mut config = SignatureConfig::v4(
        SignatureType::SubkeyBinding,
        primary.algorithm(),
        HashAlgorithm::Sha512,
    );
    let mut flags = KeyFlags::default();
    flags.set_sign(true);
    config.hashed_subpackets = [
        SubpacketData::SignatureCreationTime(Timestamp::from_secs(now() - 10)),
        SubpacketData::KeyFlags(flags),
        SubpacketData::IssuerFingerprint(primary.fingerprint()),
    ]
    .into_iter()
    .map(|data| Subpacket::regular(data).unwrap())
    .collect();
    let binding = config
        .sign_subkey_binding(primary, primary.public_key(), &Password::empty(), subkey)
        .unwrap();
    let mut cert = pgp::composed::SignedPublicKey::from(thief.clone());
    cert.public_subkeys = vec![SignedPublicSubKey::new(subkey.clone(), vec![binding])];
    Bytes(cert.to_bytes().unwrap())
}

#[test]
fn somebody_elses_subkey_in_an_own_certificate() {
    let (ann, eve) = (secret(Kind::V4, "ann"), secret(Kind::V4, "eve"));
    let stolen = adopt(&eve, &ann);
    let packets = [wrap(tag::SIGNATURE, &good(&ann, TEXT)), literal(TEXT)];
    let alone = read(
        &packets,
        std::slice::from_ref(&stolen),
        Some("eve@example.org"),
    );
    expect(&alone, SignatureState::UnknownKey, &[]);
    let unknown = &alone.verdict().signatures[0];
    assert_eq!((&unknown.certificate, &unknown.signer), (&None, &None));
    // Nor does it say of anything that it is false.
    let other = [
        wrap(tag::SIGNATURE, &good(&ann, b"something else")),
        literal(TEXT),
    ];
    let other = read(&other, std::slice::from_ref(&stolen), None);
    expect(&other, SignatureState::UnknownKey, &[]);
    // Before the key was made (see `secret`): what is refused is refused for its owner's reasons.
    let early = signature(
        &ann,
        SignatureType::Binary,
        HashAlgorithm::Sha512,
        vec![made(1_735_689_600 - 1)],
        TEXT,
    );
    let early = [wrap(tag::SIGNATURE, &early), literal(TEXT)];
    for order in [[stolen.clone(), public(&ann)], [public(&ann), stolen]] {
        let message = read(&packets, &order, Some("eve@example.org"));
        assert_eq!(message.verdict().summary, Summary::SignedByOther);
        let named = &message.verdict().signatures[0].certificate;
        assert_eq!(*named, Some(fingerprint(&ann)));
        let message = read(&early, &order, None);
        assert_eq!(message.verdict().summary, Summary::UnusableSignature);
        let refused = &message.verdict().signatures[0];
        assert_eq!(refused.certificate, Some(fingerprint(&ann)));
        assert!(!refused.reasons.contains(&Reason::NoBackSignature));
    }
}

/// Key IDs can be forged: another key with the one that stands beside a fingerprint says nothing of a signature.
#[test]
fn a_signed_fingerprint_counts_more_than_key_ids() {
    let (ann, eve) = (secret(Kind::V4, "ann"), secret(Kind::V4, "eve"));
    let mut body = crate::message::signature::parse(&good(&ann, TEXT)).unwrap();
    let id = SubpacketData::IssuerKeyId(signer(&eve).legacy_key_id());
    let id = Subpacket::regular(id).unwrap();
    body.unhashed_subpacket_push(id).unwrap();
    let body = body.to_bytes().unwrap();
    let message = prefixed(std::slice::from_ref(&body), &[&eve]);
    expect(&message, SignatureState::UnknownKey, &[]);
    expect(&prefixed(&[body], &[&ann]), SignatureState::Good, &[]);
}

/// Signatures that name nobody are tried with all keys of their kind that are here, and those can be slow.
#[test]
fn verifying_has_an_end() {
    let ann = secret(Kind::V4, "ann");
    let slow = KeyType::ECDSA(ECCCurve::P384);
    let flags = testkit::says(testkit::MADE).flags(testkit::CERTIFY | testkit::SIGN);
    let maker =
        Maker::new(&slow, KeyVersion::V4, testkit::MADE).user("Eve <eve@example.org>", flags);
    let many = (0..6).fold(maker, |maker, _| maker.bare_subkey(&slow, testkit::MADE));
    // By a key that is not here.
    let stranger = testkit::secret_key(&slow, KeyVersion::V4, testkit::MADE);
    let mut config = SignatureConfig::v4(
        SignatureType::Binary,
        stranger.algorithm(),
        HashAlgorithm::Sha384,
    );
    config.hashed_subpackets = vec![made(now())];
    let nameless = config.sign(&stranger, &Password::empty(), TEXT).unwrap();
    let nameless = wrap(tag::SIGNATURE, &nameless.to_bytes().unwrap());
    let message = |count: usize| {
        let mut packets = vec![wrap(tag::SIGNATURE, &good(&ann, TEXT))];
        packets.resize(1 + count, nameless.clone());
        packets.push(literal(TEXT));
        let keys = [public(&ann), Bytes(many.bytes())];
        let read = read(&packets, &keys, Some("ann@example.org"));
        let verdict = read.verdict().clone();
        assert_eq!(verdict.summary, Summary::Mixed);
        assert_eq!(verdict.signatures[0].state, SignatureState::Good);
        (verdict.signatures.len(), verdict.notes)
    };
    // Seven keys of 15 milliseconds.
    assert_eq!(message(8), (9, vec![]));
    assert_eq!(message(12), (10, vec![Note::TooManySignatures]));
}

#[test]
fn several_signers_are_never_merged() {
    let (ann, eve) = (secret(Kind::V4, "ann"), secret(Kind::V6, "eve"));
    let bad = good(&ann, b"something else");
    let table = [
        (vec![good(&ann, TEXT), good(&eve, TEXT)], Summary::Mixed),
        (
            vec![good(&ann, TEXT), good(&ann, TEXT)],
            Summary::SignedBySender,
        ),
        (vec![good(&eve, TEXT), bad.clone()], Summary::BadSignature),
        (vec![good(&ann, TEXT), bad], Summary::BadSignature),
        (vec![good(&ann, TEXT), vec![5, 0, 1]], Summary::Mixed),
        (vec![vec![5, 0, 1]], Summary::UnusableSignature),
        (vec![vec![]], Summary::UnusableSignature),
        (
            vec![vec![4, 0, 22, 10, 255, 255]],
            Summary::UnusableSignature,
        ),
    ];
    for (mut bodies, summary) in table {
        for _ in 0..2 {
            let message = prefixed(&bodies, &[&ann, &eve]);
            assert_eq!(message.verdict().summary, summary);
            assert_eq!(message.verdict().signatures.len(), bodies.len());
            assert_eq!(message.text(), "pay 100 to Bob\n");
            bodies.reverse();
        }
    }
    let flood = vec![good(&ann, TEXT); limits::MAX_SIGNATURES + 1];
    let message = prefixed(&flood, &[&ann]);
    assert_eq!(message.verdict().summary, Summary::Mixed);
    assert_eq!(message.verdict().notes, [Note::TooManySignatures]);
}

#[test]
fn the_sender_is_matched_by_address_only() {
    let eve = secret(Kind::V4, "eve");
    let packets = [wrap(tag::SIGNATURE, &good(&eve, TEXT)), literal(TEXT)];
    let table = [
        (Some("eve@example.org"), Summary::SignedBySender),
        (Some("Eve <EVE@example.org>"), Summary::SignedBySender),
        (Some("ann@example.org"), Summary::SignedByOther),
        (Some("eve <ann@example.org>"), Summary::SignedByOther),
        (
            Some("eve@example.org <ann@example.org>"),
            Summary::SignedSenderUnknown,
        ),
        (
            Some("ann@example.org <eve@example.org>"),
            Summary::SignedSenderUnknown,
        ),
        (
            Some("ann@example.org, eve@example.org"),
            Summary::SignedSenderUnknown,
        ),
        (Some("eve"), Summary::SignedSenderUnknown),
        (Some(""), Summary::SignedSenderUnknown),
        (None, Summary::SignedSenderUnknown),
    ];
    for (sender, summary) in table {
        let message = read(&packets, &[public(&eve)], sender);
        assert_eq!(message.verdict().summary, summary, "{sender:?}");
        let signer = message.verdict().signatures[0].signer.as_ref().unwrap();
        assert_eq!(signer.email.as_deref(), Some("eve@example.org"));
    }
}

/// What is said of a text that was signed at some time, by the address of the sender.
fn signed_at(maker: &Maker, at: Time, sender: &str) -> (Summary, Option<String>) {
    let says = vec![made(at)];
    let (typ, hash) = (SignatureType::Binary, HashAlgorithm::Sha512);
    let body = signature_by(&maker.primary, typ, hash, says, TEXT);
    let packets = [wrap(tag::SIGNATURE, &body), literal(TEXT)].concat();
    let Parsed::Plain(document) = parse(&packets).unwrap() else {
        panic!()
    };
    let verdict = judge(document, &[maker.cert()], Some(sender), NOW)
        .verdict()
        .clone();
    let [signature] = &verdict.signatures[..] else {
        panic!("{verdict:?}")
    };
    assert_eq!(signature.state, SignatureState::Good, "{signature:?}");
    let name = signature.signer.clone().map(|signer| signer.text);
    (verdict.summary, name)
}

#[test]
fn an_address_that_was_given_up_is_the_senders_of_what_was_signed_before() {
    use Summary::{SignedByOther, SignedBySender};
    const OLD: &str = "Ann <ann@old.example>";
    const NEW: &str = "Ann <ann@new.example>";
    let (day, gone) = (testkit::DAY, NOW - 10 * testkit::DAY);
    let flags = |made| says(made).flags(CERTIFY | SIGN);
    let with = |old: fn(Maker, Time) -> Maker| {
        old(Maker::v4(), gone)
            .revoke_user(OLD, says(gone))
            .user(NEW, flags(MADE + day))
    };
    let usual = with(|maker, _| maker.user(OLD, says(MADE).flags(CERTIFY | SIGN)));
    // Renewed by a program that keeps only the last self-signature.
    let renewed = with(|maker, gone| {
        let made = gone - 5 * testkit::DAY;
        maker.user(OLD, says(made).flags(CERTIFY | SIGN))
    });
    let only = Maker::v4()
        .direct(SignatureType::Key, flags(MADE))
        .user(OLD, says(MADE))
        .revoke_user(OLD, says(gone));
    for (maker, at, sender, summary, name) in [
        (
            &usual,
            gone - day,
            "ann@old.example",
            SignedBySender,
            Some(OLD),
        ),
        (
            &usual,
            gone - day,
            "ann@new.example",
            SignedBySender,
            Some(NEW),
        ),
        (
            &usual,
            gone - day,
            "bob@new.example",
            SignedByOther,
            Some(NEW),
        ),
        (&usual, gone, "ann@old.example", SignedByOther, Some(NEW)),
        (&usual, NOW, "ann@old.example", SignedByOther, Some(NEW)),
        // A signature from before the address was there: nobody but the owner could have made it, either.
        (&usual, MADE, "ann@new.example", SignedBySender, Some(NEW)),
        (
            &renewed,
            MADE + day,
            "ann@old.example",
            SignedBySender,
            Some(OLD),
        ),
        (
            &renewed,
            gone + day,
            "ann@old.example",
            SignedByOther,
            Some(NEW),
        ),
        (
            &only,
            gone - day,
            "ann@old.example",
            SignedBySender,
            Some(OLD),
        ),
        (&only, gone + day, "ann@old.example", SignedByOther, None),
    ] {
        let expected = (summary, name.map(str::to_owned));
        assert_eq!(signed_at(maker, at, sender), expected, "{at} {sender}");
    }
}

#[test]
fn what_was_added_by_a_clock_that_is_ahead_names_the_sender_at_once() {
    const NEW: &str = "Ann <ann@new.example>";
    let flags = |made| says(made).flags(CERTIFY | SIGN);
    let maker = Maker::v4()
        .user("Ann <ann@old.example>", flags(MADE))
        .user(NEW, flags(NOW + 60));
    for at in [NOW + 60, NOW + 90] {
        let expected = (Summary::SignedBySender, Some(NEW.to_owned()));
        assert_eq!(signed_at(&maker, at, "ann@new.example"), expected);
    }
}

/// Whatever stands in a file name, a notation or in the text, the verdict has none of it.
#[test]
fn words_of_the_message_do_not_reach_the_verdict() {
    let words = "GOODSIG [GNUPG:] Signed by ann <ann@example.org>\n\u{202e}";
    let name = words.as_bytes();
    let body = [&[b'b', name.len() as u8], name, &[0; 4], name].concat();
    let message = read(&[wrap(tag::LITERAL, &body)], &[], Some("ann@example.org"));
    assert_eq!(message.text(), words);
    let verdict = format!("{:?}", message.verdict());
    assert!(
        !verdict.contains("ann") && !verdict.contains("GNUPG"),
        "{verdict}"
    );
    assert_eq!(message.verdict().summary, Summary::NotSigned);
    assert_eq!(message.verdict().notes, [Note::MisleadingCharacters]);
}
