//! Deciphering and signing.

use super::*;

#[test]
fn session_keys_are_deciphered() {
    for (kind, version) in [
        (KeyKind::Curve25519V4, 3),
        (KeyKind::Curve25519V6, 6),
        (KeyKind::Curve25519V6, 3),
    ] {
        let (cert, _, unlocked) = made(kind);
        let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
        let (packet, session_key) = pkesk(&key, version);
        let other = usual(ID).cert();
        let (foreign, _) = pkesk(
            &policy::encryption_components(&other, NOW).unwrap()[0].key(),
            3,
        );
        let found = decipher(&[&foreign, &packet], std::iter::once(&unlocked), &mut rng()).unwrap();
        assert_eq!(*found.key, session_key);
        assert_eq!(found.algorithm, (version == 3).then_some(9));
        assert_eq!(found.opened_by.certificate, cert.fingerprint());
        assert!(!found.opened_by.weak);
        let none = decipher(&[&foreign], std::iter::once(&unlocked), &mut rng());
        assert_eq!(none.err(), Some(AgentError::NoKey));
        assert_eq!(
            wanted_keys(&[&packet], [(&cert, None), (&other, None)].into_iter()).unwrap(),
            [cert.fingerprint()]
        );
    }
}

/// Hides the recipient of a version 3 packet.
fn hide(packet: &mut [u8]) {
    // Header (2 or 3 bytes), version, key ID.
    let start = packet.iter().position(|b| *b == 3).unwrap() + 1;
    packet[start..start + 8].fill(0);
}

#[test]
fn hidden_recipients_are_tried_but_not_for_ever() {
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
    let (mut packet, session_key) = pkesk(&key, 3);
    hide(&mut packet);
    let found = decipher(&[&packet], std::iter::once(&unlocked), &mut rng()).unwrap();
    assert_eq!(*found.key, session_key);
    let other = usual(ID).cert();
    let (mut foreign, _) = pkesk(
        &policy::encryption_components(&other, NOW).unwrap()[0].key(),
        3,
    );
    hide(&mut foreign);
    let mut many = vec![foreign.as_slice(); limits::MAX_ANONYMOUS_TRIALS];
    assert_eq!(
        decipher(&many, std::iter::once(&unlocked), &mut rng()).err(),
        Some(AgentError::NoKey)
    );
    many.push(&packet);
    let result = decipher(&many, std::iter::once(&unlocked), &mut rng());
    assert_eq!(
        result.err(),
        Some(AgentError::Limit(limits::MAX_ANONYMOUS_TRIALS as u32))
    );
}

/// An own key that was given `count` encryption subkeys one after the other, the oldest first as everywhere.
fn renewed(count: u32, typ: &KeyType) -> Maker {
    let primary = match typ {
        KeyType::Rsa(_) => KeyType::Rsa(2048),
        _ => KeyType::Ed25519Legacy,
    };
    let maker =
        Maker::new(&primary, KeyVersion::V4, MADE).user(ID, says(MADE).flags(CERTIFY | SIGN));
    (0..count).fold(maker, |maker, n| {
        let made = MADE + n * DAY;
        maker.subkey(typ, made, says(made).flags(ENCRYPT))
    })
}

fn opened(maker: &Maker) -> (Certificate, Unlocked) {
    let (cert, stored) = read_secret(&maker.secret_bytes());
    let unlocked = open_given(&cert, &stored, &[]).unwrap();
    (cert, unlocked)
}

/// A hidden packet for the subkey of this number, as it was made.
fn hidden_for(maker: &Maker, number: usize) -> Vec<u8> {
    let (mut packet, _) = pkesk(&ComponentKey::Subkey(maker.subkeys[number].public_key()), 3);
    hide(&mut packet);
    packet
}

#[test]
fn a_hidden_recipient_is_found_with_the_key_that_is_in_use() {
    let curve = KeyType::ECDH(pgp::crypto::ecc_curve::ECCCurve::Curve25519Legacy);
    let maker = renewed(4, &curve);
    let (cert, unlocked) = opened(&maker);
    let run = |packets: &[Vec<u8>], all: &[&Unlocked]| {
        let (found, count) = decipher_within(packets, all.iter().copied(), 100, &mut rng());
        (found.unwrap().opened_by.certificate, count as usize)
    };
    // The newest comes first, whatever of the packets is the own one.
    for (number, count) in [(3, 1), (2, 2), (0, 4)] {
        let found = run(&[hidden_for(&maker, number)], &[&unlocked]);
        assert_eq!(found, (cert.fingerprint(), count));
    }
    let full =
        |own: &Vec<u8>| [vec![broken(own); limits::MAX_HIDDEN - 1], vec![own.clone()]].concat();
    let (_, second) = opened(&renewed(3, &curve));
    let packets = full(&hidden_for(&maker, 3));
    for all in [[&second, &unlocked], [&unlocked, &second]] {
        assert_eq!(run(&packets, &all), (cert.fingerprint(), 10));
    }
    // What was withdrawn comes later.
    let maker = maker.revoke_subkey(3, says(NOW));
    let (_, unlocked) = opened(&maker);
    assert_eq!(run(&[hidden_for(&maker, 2)], &[&unlocked]).1, 1);
    assert_eq!(run(&[hidden_for(&maker, 3)], &[&unlocked]).1, 4);
    // Keys of RSA can do everything, and few of them are for messages.
    let (maker, other) = (
        renewed(1, &KeyType::Rsa(3072)),
        renewed(1, &KeyType::Rsa(1024)),
    );
    let (cert, unlocked) = opened(&maker);
    let (_, second) = opened(&other);
    let packets = full(&hidden_for(&maker, 0));
    let (found, count) = run(&packets, &[&second, &unlocked]);
    assert_eq!(found, cert.fingerprint());
    assert!(count <= limits::MAX_ANONYMOUS_TRIALS);
}

#[test]
fn nobody_is_asked_for_a_key_that_was_put_into_an_own_one() {
    let (own, other) = (usual(ID), usual("Ben <ben@example.org>"));
    let subkey = other.subkeys[0].public_key();
    let (packet, _) = pkesk(&ComponentKey::Subkey(subkey), 3);
    let filled = own.packet(packets::tag::PUBLIC_SUBKEY, subkey.to_bytes().unwrap());
    let certs = [filled.cert(), other.cert()];
    let wanted = wanted_keys(&[&packet], certs.iter().map(|cert| (cert, None))).unwrap();
    assert_eq!(wanted, [other.cert().fingerprint()]);
}

/// The same packet with something else inside.
fn broken(packet: &[u8]) -> Vec<u8> {
    let mut packet = packet.to_vec();
    *packet.last_mut().unwrap() ^= 1;
    packet
}

#[test]
fn one_key_is_tried_a_few_times_for_one_message() {
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let (_, _, second) = made(KeyKind::Curve25519V4);
    let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
    let (packet, session_key) = pkesk(&key, 3);
    let most = limits::MAX_NAMED_TRIALS;
    let after = |count| [vec![broken(&packet); count], vec![packet.clone()]].concat();
    let run = |packets: &[Vec<u8>], most| {
        let all = [&second, &unlocked];
        decipher_within(packets, all.into_iter(), most, &mut rng())
    };
    let (found, count) = run(&after(most - 1), 20);
    assert_eq!(*found.unwrap().key, session_key);
    assert_eq!(count as usize, most);
    let (found, count) = run(&after(200 - 1), 20);
    assert_eq!(found.err(), Some(AgentError::Limit(most as u32)));
    assert_eq!(count as usize, most);
    // No more than are left, and none before the first.
    let (found, count) = run(&after(most - 1), 2);
    assert_eq!((found.err(), count), (Some(AgentError::Busy), 2));
    let (found, count) = run(&[], 20);
    assert_eq!((found.err(), count), (Some(AgentError::NoKey), 0));
    // Another key may be meant as well.
    let (other, _, third) = made(KeyKind::Curve25519V4);
    let key = policy::encryption_components(&other, NOW).unwrap()[0].key();
    let packets = [vec![broken(&packet); 100], vec![pkesk(&key, 3).0]].concat();
    let found = decipher(&packets, [&unlocked, &third].into_iter(), &mut rng()).unwrap();
    assert_eq!(found.opened_by.certificate, other.fingerprint());
}

#[test]
fn anonymous_packets_are_counted_one_by_one() {
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let key = policy::encryption_components(&cert, NOW).unwrap()[0].key();
    let (mut packet, _) = pkesk(&key, 3);
    hide(&mut packet);
    let many = vec![broken(&packet); 7];
    let one = || std::iter::once(&unlocked);
    let (found, count) = decipher_within(&many, one(), 20, &mut rng());
    assert_eq!((found.err(), count), (Some(AgentError::NoKey), 7));
    let (found, count) = decipher_within(&many, one(), 5, &mut rng());
    assert_eq!((found.err(), count), (Some(AgentError::Busy), 5));
}

#[test]
fn numbers_and_sizes_of_packets_are_limited() {
    let (_, _, unlocked) = made(KeyKind::Curve25519V4);
    let run = |packets: &[Vec<u8>]| decipher(packets, std::iter::once(&unlocked), &mut rng()).err();
    let many = vec![vec![0xc1, 0]; limits::MAX_PKESKS + 1];
    assert_eq!(
        run(&many),
        Some(AgentError::Limit(limits::MAX_PKESKS as u32))
    );
    let mut large = Vec::new();
    packets::write(&mut large, 1, &vec![3; limits::MAX_PKESK]);
    assert_eq!(
        run(&[large]),
        Some(AgentError::Limit(limits::MAX_PKESK as u32))
    );
    assert_eq!(run(&[vec![0xc2, 0]]), Some(AgentError::Malformed));
    assert_eq!(run(&[vec![]]), Some(AgentError::Malformed));
    assert_eq!(run(&[vec![0xc1, 1, 99]]), Some(AgentError::NoKey));
    assert_eq!(run(&[]), Some(AgentError::NoKey));
}

#[test]
fn every_fault_inside_a_packet_is_the_same_fault() {
    let rsa = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT));
    let (cert, stored) = read_secret(&rsa.secret_bytes());
    let stored = protect_new(&cert, &stored, &passphrase(), Protection::FAST, &mut rng()).unwrap();
    let unlocked = open(&cert, &stored, &passphrase()).unwrap().unlocked;
    let run = |packet: &[u8]| decipher(&[packet], std::iter::once(&unlocked), &mut rng());
    let key = ComponentKey::Primary(&cert.primary.key);
    let (good, session_key) = pkesk(&key, 3);
    assert_eq!(*run(&good).unwrap().key, session_key);
    let mut damaged = good.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    assert_eq!(run(&damaged).err(), Some(AgentError::Undecipherable));
    // Well padded, but empty, without checksum, with an impossible algorithm, with a wrong checksum.
    let encrypt = |plain: &[u8]| {
        let pgp::types::PublicParams::RSA(params) = key.public_params() else {
            panic!("RSA")
        };
        let pgp::types::PkeskBytes::Rsa { mpi } =
            pgp::crypto::rsa::encrypt(rng(), &params.key, plain).unwrap()
        else {
            panic!("RSA")
        };
        let mut body = vec![3];
        body.extend(key.legacy_key_id().as_ref());
        body.push(1);
        body.extend(mpi.to_bytes().unwrap());
        let mut out = Vec::new();
        packets::write(&mut out, 1, &body);
        out
    };
    let mut good_plain = vec![9];
    good_plain.extend([1; 32]);
    good_plain.extend([0, 32]);
    assert!(run(&encrypt(&good_plain)).is_ok());
    for plain in [
        vec![],
        vec![9],
        vec![9, 0],
        vec![9, 0, 0],
        vec![0; 35],
        vec![99; 35],
        {
            let mut wrong = good_plain.clone();
            wrong[34] = 33;
            wrong
        },
        {
            let mut short = good_plain.clone();
            short.remove(1);
            short[33] = 31;
            short
        },
    ] {
        assert_eq!(
            run(&encrypt(&plain)).err(),
            Some(AgentError::Undecipherable),
            "{plain:?}"
        );
    }
}

#[test]
fn digests_are_signed_and_the_signature_verifies() {
    let rsa = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN));
    let (cert, stored) = read_secret(&rsa.secret_bytes());
    let stored = protect_new(&cert, &stored, &passphrase(), Protection::FAST, &mut rng()).unwrap();
    let unlocked = open(&cert, &stored, &passphrase()).unwrap().unlocked;
    let (v4, _, v4_open) = made(KeyKind::Curve25519V4);
    let (v6, _, v6_open) = made(KeyKind::Curve25519V6);
    for (cert, unlocked) in [(&cert, &unlocked), (&v4, &v4_open), (&v6, &v6_open)] {
        for (hash, size) in [
            (HashAlgorithm::Sha256, 32),
            (HashAlgorithm::Sha384, 48),
            (HashAlgorithm::Sha512, 64),
            (HashAlgorithm::Sha3_256, 32),
            (HashAlgorithm::Sha3_512, 64),
        ] {
            let request = request(cert, &cert.fingerprint(), hash, size);
            let fields = sign(cert, unlocked, &request, NOW, &mut rng()).unwrap();
            let mut body = vec![
                cert.version(),
                0,
                cert.primary.key.algorithm().into(),
                hash.into(),
            ];
            if cert.version() == 6 {
                body.extend([0; 8]);
                body.extend([0, 0]);
                let salt = hash.salt_len().unwrap();
                body.push(salt as u8);
                body.extend(vec![0; salt]);
            } else {
                body.extend([0, 0, 0, 0, 0, 0]);
            }
            body.extend(fields);
            let header =
                pgp::packet::PacketHeader::new_fixed(pgp::types::Tag::Signature, body.len() as u32);
            let packet = pgp::packet::Signature::try_from_reader(header, body.as_slice()).unwrap();
            cert.primary
                .key
                .verify(hash, &request.digest.0, packet.signature().unwrap())
                .unwrap();
        }
    }
}

#[test]
fn signatures_whose_numbers_are_short_verify_too() {
    // One signature in 128 has a number with a leading zero byte, which its packet leaves out.
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let mut short = 0;
    for i in 0..2000u16 {
        let mut request = request(&cert, &cert.fingerprint(), HashAlgorithm::Sha256, 32);
        request.digest.0[..2].copy_from_slice(&i.to_be_bytes());
        let fields = sign(&cert, &unlocked, &request, NOW, &mut rng()).unwrap();
        short += usize::from(fields.len() < 68);
        let mut body = vec![4, 0, 22, 8, 0, 0, 0, 0, 0, 0];
        body.extend(fields);
        let header =
            pgp::packet::PacketHeader::new_fixed(pgp::types::Tag::Signature, body.len() as u32);
        let packet = pgp::packet::Signature::try_from_reader(header, body.as_slice()).unwrap();
        let signature = packet.signature().unwrap();
        cert.primary
            .key
            .verify(HashAlgorithm::Sha256, &request.digest.0, signature)
            .unwrap();
    }
    assert!(short > 0);
}

#[test]
fn only_what_policy_allows_is_signed() {
    let (cert, _, unlocked) = made(KeyKind::Curve25519V4);
    let run = |request: &SignRequest, now| sign(&cert, &unlocked, request, now, &mut rng()).err();
    let primary = cert.fingerprint();
    let subkey = Fingerprint::from_bytes(cert.subkeys[0].key.fingerprint().as_bytes());
    assert_eq!(
        run(&request(&cert, &primary, HashAlgorithm::Sha1, 20), NOW),
        Some(AgentError::Unusable)
    );
    assert_eq!(
        run(&request(&cert, &primary, HashAlgorithm::Md5, 16), NOW),
        Some(AgentError::Unusable)
    );
    assert_eq!(
        run(&request(&cert, &primary, HashAlgorithm::Other(77), 16), NOW),
        Some(AgentError::Unusable)
    );
    assert_eq!(
        run(&request(&cert, &primary, HashAlgorithm::Sha256, 31), NOW),
        Some(AgentError::Malformed)
    );
    assert_eq!(
        run(&request(&cert, &subkey, HashAlgorithm::Sha256, 32), NOW),
        Some(AgentError::Unusable)
    );
    let later = NOW + 731 * DAY;
    assert_eq!(
        run(&request(&cert, &primary, HashAlgorithm::Sha256, 32), later),
        Some(AgentError::Unusable)
    );
    let (_, _, other) = made(KeyKind::Curve25519V4);
    let foreign = sign(
        &cert,
        &other,
        &request(&cert, &primary, HashAlgorithm::Sha256, 32),
        NOW,
        &mut rng(),
    );
    assert_eq!(foreign.err(), Some(AgentError::NoKey));
}
