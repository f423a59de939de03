//! Certificates to which somebody added too much.

use pgp::composed::KeyType;
use pgp::types::KeyVersion;

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
    // Each takes 200 microseconds.
    let many = limits::MAX_CERTIFICATE_WORK / 200 + 1;
    huge.packets.extend((0..many).map(forged));
    assert_eq!(
        Certificate::from_bytes(&huge.bytes()).err(),
        limit(limits::MAX_CERTIFICATE_WORK as usize)
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

/// Self-certifications of the user ID that do not verify, all different.
fn forged(maker: &Maker, count: u32) -> impl Iterator<Item = (u8, Vec<u8>)> {
    let typ = SignatureType::CertPositive;
    let one = maker.on_user(&maker.primary, ID, typ, &says(MADE));
    let body = one.to_bytes().unwrap();
    (0..count).map(move |i| {
        let mut body = body.clone();
        let last = body.len() - 4;
        body[last..].copy_from_slice(&i.to_be_bytes());
        (tag::SIGNATURE, body)
    })
}

/// So many user IDs of nobody's, each with so many forged self-certifications.
fn forged_names(maker: &Maker, names: u32, each: u32) -> Maker {
    let mut flooded = maker.clone();
    let mut all = forged(maker, names * each);
    for name in 0..names {
        flooded = flooded.packet(tag::USER_ID, format!("{name}").into_bytes());
        flooded.packets.extend(all.by_ref().take(each as usize));
    }
    flooded
}

#[test]
fn one_key_in_many_copies_is_one_key() {
    let maker = usual(ID).signs();
    let newer = maker.clone().revoke_subkey(1, says(NOW));
    let clean = maker.cert().merge(&newer.cert()).unwrap();
    let most = limits::MAX_IMPORT / newer.bytes().len() - 2;
    let copies = [maker.bytes().repeat(most), newer.bytes()].concat();
    let started = std::time::Instant::now();
    let read = Certificate::read_many(&copies);
    let took = started.elapsed();
    assert!(read.skipped.is_empty());
    assert_eq!(read.keys.len(), 1);
    assert_eq!(read.keys[0].certificate.to_bytes(), clean.to_bytes());
    // Unoptimised and on a busy machine; what counts is that it is not once for each.
    assert!(took.as_secs() < 5, "{took:?}");
    let secret = Certificate::read_many(&maker.secret_bytes().repeat(200));
    assert_eq!(secret.keys[0].secret.as_ref().unwrap().iter().count(), 3);
    // The packets of all blocks together are limited.
    let junk = [0xc0 | 60, 0].repeat(limits::MAX_PACKETS / 2);
    let block = [maker.bytes(), junk].concat();
    let block = armor::write(Kind::PublicKey, &block, Checksum::None);
    let (keys, skipped) = binary_many(block.repeat(2).as_bytes());
    assert_eq!((keys, skipped.as_slice()), (1, &[ErrorCode::Limit][..]));
    // One bad copy spoils no other.
    let bad = maker.clone().packet(30, b"?".to_vec());
    let some = [bad.bytes(), maker.bytes(), bad.bytes()].concat();
    assert_eq!(binary_many(&some), (1, vec![ErrorCode::Malformed; 2]));
}

#[test]
fn forged_signatures_go_when_verifying_them_takes_long() {
    let maker = usual(ID);
    let read = |maker: &Maker| Certificate::read_many(&maker.bytes());
    // A fifth of a second: they stay, for nobody has to look at them before they matter.
    let few = forged_names(&maker, 10, 90);
    let cert = &read(&few).keys[0].certificate;
    assert_eq!(cert.users[0].signatures.len(), 90);
    assert_eq!(cert.work_done(), 0);
    // A little more: all are looked at once, and never again.
    let more = forged_names(&maker, 10, 100);
    let cert = &read(&more).keys[0].certificate;
    assert!(cert.users.iter().all(|user| user.signatures.len() <= 1));
    assert_eq!(
        cert.info(NOW).user_ids.iter().filter(|u| u.valid).count(),
        1
    );
    assert!(cert.info(NOW).can_encrypt);
    let again = read(&more).keys.remove(0).certificate;
    assert_eq!(again.merge(cert).unwrap().to_bytes(), cert.to_bytes());
    // More than there is time for.
    let huge = forged_names(&maker, 100, 199);
    let many = read(&huge);
    assert!(many.keys.is_empty());
    assert_eq!(many.skipped[0].error, ErrorCode::Limit);
    assert_eq!(
        many.skipped[0].fingerprint,
        Some(maker.cert().fingerprint())
    );
    // Merging brings nothing back that was too much.
    let floods = [forged_names(&maker, 10, 90), forged_names(&maker, 11, 90)];
    let [a, b] = floods.map(|maker| maker.cert());
    let merged = a.merge(&b).unwrap();
    assert!(merged.cost_of_claims() <= limits::MAX_UNCHECKED_WORK);
    assert_eq!(merged.to_bytes(), b.merge(&a).unwrap().to_bytes());
}

#[test]
fn many_certificates_share_one_time() {
    let each = forged_names(&usual(ID), 10, 85).bytes().len();
    let count = limits::MAX_IMPORT / each;
    let data: Vec<u8> = (0..count)
        .flat_map(|_| forged_names(&usual(ID), 10, 85).bytes())
        .collect();
    let mut read = Certificate::read_many(&data);
    assert_eq!(read.keys.len(), count);
    let described = read.describe(NOW);
    assert_eq!(described.len(), read.keys.len());
    assert!(described.iter().all(|info| info.can_encrypt));
    let done: u32 = read.keys.iter().map(|k| k.certificate.work_done()).sum();
    assert!(
        done < limits::MAX_IMPORT_WORK + limits::MAX_UNCHECKED_WORK,
        "{done}"
    );
    let limited = |s: &crate::wire::SkippedKey| s.error == ErrorCode::Limit;
    assert_eq!(
        read.keys.len() + read.skipped.iter().filter(|s| limited(s)).count(),
        count
    );
    assert!(count < 20 || !read.skipped.is_empty(), "{count}");
}

#[test]
fn what_is_known_survives_a_merge() {
    let maker = usual(ID).signs().user("b@example.org", says(MADE));
    let cert = maker.cert();
    cert.info(NOW);
    let done = cert.work_done();
    assert!(done > 0);
    let newer = maker.revoke_subkey(0, says(NOW)).cert();
    let merged = cert.merge(&newer).unwrap();
    // The revocation was looked at to find its place.
    assert!(merged.work_done() >= done);
    assert_eq!(merged.to_bytes(), newer.to_bytes());
    merged.info(NOW);
    let all = merged.cost_of_claims();
    assert_eq!(merged.work_done(), all);
}

#[test]
fn reading_keys_is_counted_too() {
    // Reading a key of DSA takes an exponentiation.
    let maker = usual(ID);
    let other = Maker::new(
        &KeyType::Dsa(pgp::composed::DsaKeySize::B2048),
        KeyVersion::V4,
        MADE,
    );
    let subkey = |i: u32| {
        let mut body = other.packets[0].1.clone();
        body[1..5].copy_from_slice(&(MADE + i).to_be_bytes());
        (tag::PUBLIC_SUBKEY, body)
    };
    let mut few = maker.clone();
    few.packets.extend((0..10).map(subkey));
    assert_eq!(few.cert().subkeys.len(), 11);
    let mut many = maker;
    many.packets.extend((0..1_000).map(subkey));
    assert_eq!(
        Certificate::from_bytes(&many.bytes()).err(),
        limit(limits::MAX_CERTIFICATE_WORK as usize)
    );
    // Modulo an even number it would take many times as long.
    let mut even = other.packets[0].1.clone();
    let p = 6 + 2 + 256 - 1;
    assert_eq!(even[p] % 2, 1);
    even[p] ^= 1;
    let cert = usual(ID).packet(tag::PUBLIC_SUBKEY, even).cert();
    assert_eq!((cert.subkeys.len(), cert.opaque.len()), (1, 1));
}

#[test]
fn of_many_photos_those_that_the_owner_signed_stay() {
    let maker = usual(ID);
    let photo = |n: u8| vec![5, 100, n, 0, 0, 0];
    let attribute = photo(200);
    let id = pgp::packet::UserAttribute::try_from_reader(
        pgp::packet::PacketHeader::new_fixed(
            pgp::types::Tag::UserAttribute,
            attribute.len() as u32,
        ),
        attribute.as_slice(),
    )
    .unwrap();
    let signature = says(MADE)
        .config(SignatureType::CertPositive, &maker.primary)
        .sign_certification(
            &maker.primary,
            maker.primary.public_key(),
            &pgp::types::Password::empty(),
            pgp::types::Tag::UserAttribute,
            &id,
        )
        .unwrap();
    // A subkey of a kind that nobody knows yet, bound.
    let unknown = vec![7, 0, 0, 0, 255, 1];
    let hashed = |body: &[u8]| [&[0x99, 0, body.len() as u8], body].concat();
    let data = [hashed(&maker.packets[0].1), hashed(&unknown)].concat();
    let binding = bind_by_hand(&maker, &data);
    let junk = (0..100).map(|n| (tag::USER_ATTRIBUTE, photo(n)));
    let more = (0..100).map(|n| (tag::PUBLIC_SUBKEY, vec![7, 0, 0, 0, n, 1]));
    let mut flooded = maker.clone();
    flooded.packets.extend(junk.chain(more));
    let flooded = flooded
        .packet(tag::USER_ATTRIBUTE, attribute.clone())
        .signature(&signature)
        .packet(tag::PUBLIC_SUBKEY, unknown.clone())
        .signature(&binding);
    let cert = flooded.cert();
    assert_eq!(cert.opaque.len(), limits::MAX_OPAQUE);
    for kept in [&attribute, &unknown] {
        assert!(cert.opaque.iter().any(|o| o.body == *kept));
    }
    assert_eq!(
        Certificate::from_bytes(&cert.to_bytes())
            .unwrap()
            .to_bytes(),
        cert.to_bytes()
    );
}

/// A binding whose signed data is given: the engine cannot write a key that it cannot read.
fn bind_by_hand(maker: &Maker, data: &[u8]) -> Signature {
    use pgp::types::SigningKey;
    let config = says(MADE).config(SignatureType::SubkeyBinding, &maker.primary);
    let mut hasher = config.hash_alg.new_hasher().unwrap();
    hasher.update(data);
    let length = config.hash_signature_data(&mut hasher).unwrap();
    hasher.update(&config.trailer(length).unwrap());
    let digest = hasher.finalize();
    let none = pgp::types::Password::empty();
    let signed = maker.primary.sign(&none, config.hash_alg, &digest).unwrap();
    Signature::from_config(config, [digest[0], digest[1]], signed).unwrap()
}
