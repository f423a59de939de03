//! What the octets of a mail tell, and what they do not.

use pgp::types::KeyDetails;

use super::super::kit::{Kind, fingerprint, now, public, rng, secret};
use super::*;
use crate::armor::{self, Kind as Block};
use crate::cert::Certificate;
use crate::limits::Capacity;
use crate::message::packet::{Packets, tag};
use crate::policy::encryption_components;
use crate::wire::Secret;
use crate::wire::engine::Summary;

/// All octets that the mail consists of: packets, and what is in them.
fn layers(armored: &str, reader_is: &SignedSecretKey) -> (Vec<u8>, Vec<u8>) {
    let packets = armor::decode(armored.as_bytes(), Block::Message).unwrap();
    let (mut reader, opened) = Reader::open_file(&packets, Capacity::BROWSER);
    unlock(&mut reader, opened, reader_is);
    let parts = reader.detach().unwrap();
    (packets, [parts.bytes, parts.signatures].concat())
}

fn has(octets: &[u8], part: &[u8]) -> bool {
    octets.windows(part.len()).any(|window| window == part)
}

#[test]
fn hidden_recipients_are_nowhere() {
    for kind in [Kind::V4, Kind::V6] {
        let [bob, carl, dora] = ["bob", "carl", "dora"].map(|name| secret(kind, name));
        let mut written = order(MailForm::Entity);
        written.recipients = vec![public(&bob), public(&carl)];
        written.hidden = vec![public(&dora), public(&bob)];
        written.headers.cc = vec![address("", "carl@example.org")];
        written.gossip = true;
        if kind == Kind::V6 {
            written.own = None;
        }
        let armored = message(written, &[]);
        let (packets, inside) = layers(&armored, &bob);
        let mut marks: Vec<Vec<u8>> = vec![b"dora".to_vec()];
        let subkeys = dora.secret_subkeys.iter();
        let ids = subkeys
            .clone()
            .map(|key| (key.fingerprint(), key.legacy_key_id()));
        for (fingerprint, id) in ids.chain([(dora.fingerprint(), dora.legacy_key_id())]) {
            marks.push(fingerprint.as_bytes().to_vec());
            marks.push(id.as_ref().to_vec());
            marks.push(fingerprint.to_string().into_bytes());
            marks.push(id.to_string().into_bytes());
        }
        for mark in &marks {
            assert!(
                !has(&packets, mark) && !has(&inside, mark),
                "{kind:?} {mark:x?}"
            );
        }
        // The same search finds those who may be named.
        let named = &carl.secret_subkeys[1];
        assert!(
            has(&packets, named.legacy_key_id().as_ref())
                || has(&packets, named.fingerprint().as_bytes())
        );
        assert!(has(&inside, b"carl@example.org"));
        // Bob is named already.
        let mut walk = Packets::new(&packets, 100);
        let mut pkesks = 0;
        while let Some(packet) = walk.next().unwrap() {
            pkesks += usize::from(packet.tag == tag::PKESK);
        }
        assert_eq!(pkesks, if kind == Kind::V6 { 3 } else { 4 });
        for reader_is in [&bob, &carl, &dora] {
            let (view, _) = shown(&mut open(&armored, reader_is), SITE);
            assert_eq!(view.verdict.summary, Summary::SignedBySender);
        }
    }
}

#[test]
fn session_keys_stand_in_no_order() {
    let all: Vec<_> = (0..6).map(|n| secret(Kind::V4, &format!("r{n}"))).collect();
    let mut orders = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let written = MailOrder {
            recipients: all.iter().map(public).collect(),
            signer: None,
            own: None,
            ..order(MailForm::Text)
        };
        let (mut writer, _) = MailWriter::begin(written);
        ready(writer.make_on(&Portable, &mut rng(seed))).unwrap();
        let mut armored = Vec::new();
        let output = writer.output(0).unwrap();
        (0..)
            .map_while(|number| output.part(number))
            .for_each(|part| armored.extend_from_slice(part.text().as_bytes()));
        let packets = armor::decode(&armored, Block::Message).unwrap();
        let mut walk = Packets::new(&packets, 100);
        let first = walk.next().unwrap().unwrap();
        orders.insert(first.body[1..9].to_vec());
    }
    assert!(orders.len() >= 4, "{}", orders.len());
}

#[test]
fn keys_of_the_others_go_along() {
    let [bob, carl] = ["bob", "carl"].map(|name| secret(Kind::V4, name));
    let mut written = order(MailForm::Entity);
    written.gossip = true;
    let (_, inside) = layers(&message(written.clone(), &[]), &bob);
    assert!(!has(&inside, b"Autocrypt-Gossip"), "there is nobody else");
    written.recipients.push(public(&carl));
    written.headers.cc = vec![
        address("", "Carl@example.org"),
        address("", "x@example.org"),
    ];
    let armored = message(written.clone(), &[]);
    let (_, inside) = layers(&armored, &bob);
    let text = String::from_utf8_lossy(&inside).replace("\r\n ", "");
    let mut fields = text
        .lines()
        .filter_map(|line| line.strip_prefix("Autocrypt-Gossip: "));
    for (name, key) in [("bob", &bob), ("carl", &carl)] {
        let field = fields.next().unwrap();
        let keydata = field
            .strip_prefix(&format!("addr={name}@example.org; keydata="))
            .unwrap();
        let octets = Secret::new(keydata.to_owned()).expose_bytes().unwrap();
        let cert = Certificate::from_bytes(&octets).unwrap();
        assert_eq!(cert.fingerprint(), fingerprint(key));
        // One user ID and the key that is encrypted to, and nothing else.
        assert_eq!((cert.users.len(), cert.subkeys.len()), (1, 1));
        assert!(encryption_components(&cert, now()).is_ok());
    }
    assert_eq!(fields.next(), None);
    // Who reads it is offered them.
    let (view, _) = shown(&mut open(&armored, &bob), SITE);
    let offered = view.gossip.iter().map(|one| one.fingerprint.clone());
    assert!(offered.eq([fingerprint(&bob), fingerprint(&carl)]));
    // Which of two keys is that of an address is not told here.
    let mut twice = written.clone();
    twice.recipients.push(public(&secret(Kind::V6, "carl")));
    let (_, inside) = layers(&message(twice, &[]), &bob);
    assert!(!has(&inside, b"Autocrypt-Gossip"));
    written.gossip = false;
    let (_, inside) = layers(&message(written, &[]), &bob);
    assert!(!has(&inside, b"Autocrypt-Gossip"));
}
