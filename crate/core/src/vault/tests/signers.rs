//! Whose certificates a signature is checked with.

use pgp::packet::SignatureType;
use pgp::ser::Serialize as _;
use pgp::types::KeyDetails as _;

use super::*;
use crate::testkit::{Maker, says, usual};

fn import(host: &mut Host, all: &[Maker]) {
    let call = UiCall::Import {
        data: Bytes(all.iter().flat_map(Maker::bytes).collect()),
        accept: all.iter().map(|maker| maker.cert().fingerprint()).collect(),
        passphrase: None,
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    let reply = host.ui(&window("keys.html"), call);
    assert!(matches!(reply, UiReply::Imported { .. }), "{reply:?}");
}

fn certificates(host: &mut Host, issuer: String) -> Vec<Bytes> {
    let issuers = vec![issuer];
    match host.ui(&popup(), UiCall::Certificates { issuers }) {
        UiReply::Certificates { certificates, .. } => certificates,
        reply => panic!("{reply:?}"),
    }
}

/// However many put somebody's signing key into their own, only that one is asked what it signed.
#[test]
fn a_signers_certificate_is_not_hidden_by_others_with_the_same_key() {
    let mut host = Host::new();
    let ben = usual("Ben <ben@example.org>").signs();
    let subkey = ben.subkeys[1].public_key();
    let print = Fingerprint::from_bytes(subkey.fingerprint().as_bytes());
    let thieves = (0..=crate::limits::MAX_ISSUERS).map(|n| {
        let mut eve = Maker::v4()
            .user(&format!("Eve <eve{n}@example.org>"), says(testkit::MADE))
            .packet(
                crate::cert::packets::tag::PUBLIC_SUBKEY,
                subkey.to_bytes().unwrap(),
            );
        eve.subkeys.push(ben.subkeys[1].clone());
        let flags = says(testkit::MADE).flags(testkit::SIGN);
        let binding = eve.on_subkey(0, SignatureType::SubkeyBinding, &flags);
        eve.signature(&binding)
    });
    let all: Vec<Maker> = thieves.chain([ben.clone()]).collect();
    import(&mut host, &all);
    let mut ask = |issuer| certificates(&mut host, issuer);
    let expected = [Bytes(ben.cert().to_bytes())];
    assert_eq!(ask(print.to_string()), expected);
    let id: String = subkey
        .legacy_key_id()
        .as_ref()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    assert_eq!(ask(id), expected);
    assert_eq!(ask(all[0].cert().fingerprint().to_string()).len(), 1);
}

/// Whoever signs or exports asks by the fingerprint of the whole key, and takes the first.
#[test]
fn who_asks_for_a_whole_key_gets_it_before_its_revokers() {
    let mut host = Host::new();
    let eve = usual("Eve <eve@example.org>");
    let direct = says(testkit::MADE).and(testkit::naming(&eve));
    let bens = (0..4).map(|_| {
        let ben = usual("Ben <ben@example.org>");
        let packets = ben.packets.clone();
        let mut ben = ben;
        ben.packets.truncate(1);
        let mut ben = ben.direct(SignatureType::Key, direct.clone());
        ben.packets.extend_from_slice(&packets[1..]);
        ben
    });
    let all: Vec<Maker> = bens.chain([eve.clone()]).collect();
    import(&mut host, &all);
    for ben in &all[..4] {
        let expected = [ben, &eve].map(|maker| Bytes(maker.cert().to_bytes()));
        let found = certificates(&mut host, ben.cert().fingerprint().to_string());
        assert_eq!(found, expected);
    }
}
