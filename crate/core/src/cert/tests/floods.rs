//! Certificates to which somebody added too much.

use super::*;

fn limit(n: usize) -> Option<CertError> {
    Some(CertError::Limit(n as u32))
}

fn with(packets: impl IntoIterator<Item = (u8, Vec<u8>)>) -> Result<Certificate, CertError> {
    let mut maker = usual(ID);
    maker.packets.extend(packets);
    Certificate::from_bytes(&maker.bytes())
}

/// Certifications of the user ID by one stranger. Only the time differs, the signatures are not correct: nobody looks.
fn certifications(maker: &Maker, count: u32) -> Vec<(u8, Vec<u8>)> {
    let mallory = Maker::v4();
    let one = maker.on_user(
        &mallory.primary,
        ID,
        SignatureType::CertGeneric,
        &says(MADE),
    );
    let body = one.to_bytes().unwrap();
    let time = MADE.to_be_bytes();
    let at = body.windows(4).position(|w| w == time).unwrap();
    let numbered = |i: u32| {
        let mut body = body.clone();
        body[at..at + 4].copy_from_slice(&(MADE + i).to_be_bytes());
        (tag::SIGNATURE, body)
    };
    (0..count).map(numbered).collect()
}

fn flooded(maker: &Maker, count: u32) -> Maker {
    let mut flooded = maker.clone();
    let user = flooded
        .packets
        .iter()
        .position(|(t, _)| *t == tag::USER_ID)
        .unwrap();
    let many = certifications(maker, count);
    flooded.packets.splice(user + 1..user + 1, many);
    flooded
}

#[test]
fn ten_thousand_certifications_leave_a_certificate_usable() {
    let maker = usual(ID).revoke_subkey(0, says(NOW)).encrypts();
    let clean = maker.cert();
    let flooded = flooded(&maker, 10_000);
    let started = std::time::Instant::now();
    let cert = flooded.cert();
    let info = cert.info(NOW);
    let took = started.elapsed();
    assert_eq!(info, clean.info(NOW));
    assert!(info.can_encrypt);
    assert_eq!(
        cert.users[0].signatures.len(),
        limits::MAX_SMALL_THIRD_PARTY + 1
    );
    // Unoptimised and on a busy machine; what counts is that nothing grows with the square of the number.
    assert!(took.as_secs() < 5, "{took:?}");
    // What was cut down stays the same however often and in whatever order it is merged.
    let bytes = cert.to_bytes();
    assert!(bytes.len() < limits::MAX_CERTIFICATE);
    assert_eq!(Certificate::from_bytes(&bytes).unwrap().to_bytes(), bytes);
    assert_eq!(cert.merge(&clean).unwrap().to_bytes(), bytes);
    assert_eq!(clean.merge(&cert).unwrap().to_bytes(), bytes);
}

#[test]
fn a_flood_in_the_name_of_the_owner_does_not_hide_a_revocation() {
    let maker = usual(ID);
    let real = maker.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE));
    let forged = |i: u32| {
        let mut body = real.to_bytes().unwrap();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&i.to_be_bytes());
        (tag::SIGNATURE, body)
    };
    let count = limits::MAX_SELF_SIGNATURES as u32 + 100;
    let mut flooded = maker.clone();
    flooded.packets.extend((0..count).map(forged));
    let flooded = flooded.revoke_subkey(0, says(NOW));
    let cert = flooded.cert();
    // The forged ones are gone; the binding and the revocation are not.
    assert_eq!(cert.subkeys[0].signatures.len(), 2);
    assert_eq!(
        cert.info(NOW).components[1].reasons,
        [Reason::RevokedHard],
        "behind {count} forgeries"
    );
    // So many that it would take too long: refused, not believed.
    let mut huge = maker.clone();
    let many = limits::MAX_TRIALS as u32 + 1;
    huge.packets.extend((0..many).map(forged));
    assert_eq!(
        Certificate::from_bytes(&huge.bytes()).err(),
        limit(limits::MAX_TRIALS)
    );
    // More genuine ones than anybody makes.
    let mut own = maker.clone();
    own.packets
        .extend((0..=limits::MAX_SELF_SIGNATURES as u32).map(|i| {
            let signature = maker.on_subkey(0, SignatureType::SubkeyBinding, &says(MADE + i));
            (tag::SIGNATURE, signature.to_bytes().unwrap())
        }));
    assert_eq!(
        Certificate::from_bytes(&own.bytes()).err(),
        limit(limits::MAX_SELF_SIGNATURES)
    );
}

#[test]
fn a_misplaced_revocation_is_found_behind_any_number_of_others() {
    let maker = usual(ID);
    let stranger = Maker {
        subkeys: usual(ID).subkeys,
        ..maker.clone()
    };
    let at = maker
        .packets
        .iter()
        .position(|(t, _)| *t == tag::USER_ID)
        .unwrap()
        + 1;
    let mut flooded = maker.clone();
    let real = maker.on_subkey(0, SignatureType::SubkeyRevocation, &says(NOW));
    flooded
        .packets
        .insert(at, (tag::SIGNATURE, real.to_bytes().unwrap()));
    // Revocations of a subkey that is not there, by the same primary key: they fit nowhere, and stay where they are.
    for i in 0..50 {
        let other = stranger.on_subkey(0, SignatureType::SubkeyRevocation, &says(NOW - i));
        flooded
            .packets
            .insert(at, (tag::SIGNATURE, other.to_bytes().unwrap()));
    }
    let cert = flooded.cert();
    assert_eq!(cert.subkeys[0].signatures.len(), 2);
    assert_eq!(cert.users[0].signatures.len(), 51);
    assert_eq!(cert.info(NOW).components[1].reasons, [Reason::RevokedHard]);
    assert!(cert.to_bytes().len() >= flooded.bytes().len());
}

#[test]
fn components_that_the_owner_did_not_sign_go_when_there_are_too_many() {
    let ids = |n| (0..n).map(|i| (tag::USER_ID, format!("u{i}").into_bytes()));
    let few = with(ids(limits::MAX_USER_IDS - 1)).unwrap();
    assert_eq!(few.users.len(), limits::MAX_USER_IDS);
    let many = with(ids(1_000)).unwrap();
    assert_eq!(many.users.len(), 1);
    assert!(many.info(NOW).can_encrypt);
    let packets = usual(ID).packets;
    let key = packets
        .iter()
        .find(|(t, _)| *t == tag::PUBLIC_SUBKEY)
        .unwrap();
    let subkeys = |n| {
        (0..n).map(|i: u32| {
            let mut body = key.1.clone();
            body[1..5].copy_from_slice(&i.to_be_bytes());
            (tag::PUBLIC_SUBKEY, body)
        })
    };
    let few = with(subkeys(limits::MAX_SUBKEYS as u32 - 1)).unwrap();
    assert_eq!(few.subkeys.len(), limits::MAX_SUBKEYS);
    let many = with(subkeys(300)).unwrap();
    assert_eq!(many.subkeys.len(), 1);
    assert!(many.info(NOW).can_encrypt);
    // What nobody can read.
    let opaque = |n| (0..n).map(|i| (tag::PUBLIC_SUBKEY, vec![7, 0, 0, 0, i, 1]));
    assert_eq!(with(opaque(200)).unwrap().opaque.len(), limits::MAX_OPAQUE);
    // More signed user IDs than anybody has.
    let owned = (0..=limits::MAX_USER_IDS).fold(Maker::v4(), |maker, i| {
        maker.user(&format!("u{i}"), says(MADE))
    });
    assert_eq!(
        Certificate::from_bytes(&owned.bytes()).err(),
        limit(limits::MAX_USER_IDS)
    );
}

#[test]
fn sizes_are_limited() {
    let long = with([(tag::USER_ID, vec![b'x'; limits::MAX_USER_ID + 1])]).unwrap();
    assert_eq!(long.users.len(), 1);
    assert!(long.info(NOW).can_encrypt);
    assert_eq!(
        Certificate::from_bytes(&vec![0; limits::MAX_IMPORT + 1]).err(),
        limit(limits::MAX_IMPORT)
    );
    let large = vec![b'-'; 20 * 1024 * 1024];
    assert_eq!(binary_many(&large), (0, vec![ErrorCode::Limit]));
    // Signatures of strangers by their size.
    let junk = |n: usize, size| (0..n).map(move |i| (tag::SIGNATURE, vec![i as u8; size]));
    let large = with(junk(100, limits::MAX_LARGE_SIGNATURE)).unwrap();
    assert_eq!(
        large.subkeys[0].signatures.len(),
        limits::MAX_LARGE_THIRD_PARTY + 1
    );
    let huge = with(junk(3, limits::MAX_LARGE_SIGNATURE + 1)).unwrap();
    assert_eq!(huge.subkeys[0].signatures.len(), 1);
    // Genuine parts alone that are too large together.
    let photo = |i| (tag::USER_ATTRIBUTE, vec![i; 200 * 1024]);
    assert_eq!(
        with((0..15).map(photo)).err(),
        limit(limits::MAX_CERTIFICATE)
    );
    let huge = Maker::v4()
        .packet(tag::PUBLIC_SUBKEY, vec![4; limits::MAX_KEY_PACKET + 1])
        .cert();
    assert_eq!((huge.subkeys.len(), huge.opaque.len()), (0, 1));
    let mut primary = Maker::v4();
    primary.packets[0].1.resize(limits::MAX_KEY_PACKET + 1, 0);
    assert_eq!(
        Certificate::from_bytes(&primary.bytes()).err(),
        limit(limits::MAX_KEY_PACKET)
    );
}
