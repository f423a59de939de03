//! What protects stored keys, and what is refused.

use super::*;

#[test]
fn older_protection_is_read_once_and_then_renewed() {
    let (cert, stored) = protected(&usual(ID).signs(), cfb);
    assert!(matches!(
        open(&cert, &stored, &secret("wrong horse")),
        Err(AgentError::WrongPassphrase)
    ));
    let opened = open(&cert, &stored, &passphrase()).unwrap();
    let renewed = opened.renewed.expect("renewed");
    assert!(renewed.iter().all(|p| p.usage() == Some(253)));
    assert_eq!(renewed.iter().count(), 3);
    assert!(
        open(&cert, &renewed, &passphrase())
            .unwrap()
            .renewed
            .is_none()
    );
    assert!(matches!(
        open(&cert, &renewed, &secret("wrong horse")),
        Err(AgentError::WrongPassphrase)
    ));
}

#[test]
fn protection_that_hides_manipulation_is_refused() {
    let (cert, stored) = protected(&usual(ID), cfb);
    // Usage 255: the same with a plain checksum; usage 9: the algorithm's number in its place.
    for usage in [255, 9] {
        let mut changed = SecretPackets::default();
        for packet in stored.iter() {
            let mut packet = packet.clone();
            packet.body[packet.public] = usage;
            changed.replace(packet);
        }
        assert_eq!(changed.check(), Err(AgentError::WeakProtection), "{usage}");
        assert!(
            matches!(
                open(&cert, &changed, &passphrase()),
                Err(AgentError::WeakProtection)
            ),
            "{usage}"
        );
    }
}

#[test]
fn costly_protection_is_refused_before_it_costs() {
    let costly = |t, p, m_enc| {
        let (cert, stored, _) = made(KeyKind::Curve25519V4);
        let mut changed = SecretPackets::default();
        for packet in stored.iter() {
            let mut packet = packet.clone();
            // usage, cipher, mode, type, salt (16), t, p, m
            let at = packet.public + 4 + 16;
            packet.body[at..at + 3].copy_from_slice(&[t, p, m_enc]);
            changed.replace(packet);
        }
        open(&cert, &changed, &passphrase()).err()
    };
    let browser = limits::Capacity::BROWSER;
    let memory = Some(AgentError::Limit(1 << browser.argon2_m_enc));
    assert_eq!(costly(1, 1, browser.argon2_m_enc + 1), memory);
    assert_eq!(costly(1, 1, 31), memory);
    let time = Some(AgentError::Limit(limits::MAX_ARGON2_T.into()));
    assert_eq!(costly(limits::MAX_ARGON2_T + 1, 1, 3), time);
    assert_eq!(costly(1, limits::MAX_ARGON2_P + 1, 8), time);
    // Two components, each within what one may cost.
    let total = Some(AgentError::Limit(browser.argon2_keys as u32));
    let passes = (browser.argon2_keys >> browser.argon2_m_enc) as u8 / 2 + 1;
    assert!(passes <= limits::MAX_ARGON2_T);
    assert_eq!(costly(passes, 1, browser.argon2_m_enc), total);
    let long = secret(&"x".repeat(limits::MAX_PASSPHRASE + 1));
    let (cert, stored, _) = made(KeyKind::Curve25519V4);
    assert_eq!(
        open(&cert, &stored, &long).err(),
        Some(AgentError::Limit(limits::MAX_PASSPHRASE as u32))
    );
}

#[test]
fn so_many_secret_components_and_no_more() {
    let with = |count| (0..count).fold(Maker::v4(), |maker, _| maker.encrypts());
    let check = |maker: Maker| read_secret(&maker.secret_bytes()).1.check();
    assert_eq!(check(with(limits::MAX_SECRET_COMPONENTS - 1)), Ok(()));
    let limit = Err(AgentError::Limit(limits::MAX_SECRET_COMPONENTS as u32));
    assert_eq!(check(with(limits::MAX_SECRET_COMPONENTS)), limit);
}

#[test]
fn protection_never_makes_a_key_too_costly_to_open() {
    let limit = Some(AgentError::Limit(
        limits::Capacity::BROWSER.argon2_keys as u32,
    ));
    let fits = limits::Capacity::BROWSER.argon2_keys / Protection::DEFAULT.cost();
    let maker = (0..fits).fold(Maker::v4(), |maker, _| maker.encrypts());
    let rng = &mut rng();

    // Given in clear: refused before any time is spent, and nothing is changed.
    let (cert, clear) = read_secret(&maker.secret_bytes());
    let made = protect_new(&cert, &clear, &passphrase(), Protection::DEFAULT, rng);
    assert_eq!(made.err(), limit);

    // Under an older protection: opened, and left under it.
    let (cert, stored) = protected(&maker, cfb);
    let opened = unlock(&cert, &stored, &passphrase(), Protection::DEFAULT, rng).unwrap();
    assert!(opened.renewed.is_none());
    let new = secret("another passphrase");
    let changed = protect(
        &stored,
        &opened.unlocked,
        Some(&new),
        Protection::DEFAULT,
        rng,
    );
    assert_eq!(changed.err(), limit);
}

#[test]
fn packets_of_a_key_that_is_not_in_the_certificate_are_noticed() {
    let cert = usual(ID).cert();
    let (_, others) = protected(&usual(ID), cfb);
    assert_eq!(
        open(&cert, &others, &passphrase()).err(),
        Some(AgentError::Mismatched)
    );
}

#[test]
fn manipulated_protected_parts_are_noticed() {
    // K3: bytes of the encrypted part; K2: the algorithm's number (which changes the fingerprint).
    let (cert, stored, _) = made(KeyKind::Curve25519V4);
    for (position, expected) in [
        (usize::MAX, AgentError::WrongPassphrase),
        (5, AgentError::Mismatched),
    ] {
        let mut changed = SecretPackets::default();
        for packet in stored.iter() {
            let mut packet = packet.clone();
            let at = position.min(packet.body.len() - 1);
            packet.body[at] ^= 4;
            if position == 5 {
                packet.fingerprint = Fingerprint::from_bytes(&[1; 20]);
            }
            changed.replace(packet);
        }
        assert_eq!(open(&cert, &changed, &passphrase()).err(), Some(expected));
    }
}

#[test]
fn keys_in_clear_must_get_a_passphrase() {
    let (cert, stored) = read_secret(&usual(ID).secret_bytes());
    assert!(stored.has_unprotected());
    assert_eq!(
        open(&cert, &stored, &passphrase()).err(),
        Some(AgentError::Unprotected)
    );
    let protected =
        protect_new(&cert, &stored, &passphrase(), Protection::FAST, &mut rng()).unwrap();
    assert!(!protected.has_unprotected());
    assert!(open(&cert, &protected, &passphrase()).is_ok());
}

/// The packet's secret part replaced, under the passphrase as another program would protect it (usage 254).
fn protected_by_hand(
    packet: &crate::agent::packets::SecretPacket,
    secret: &[u8],
) -> crate::agent::packets::SecretPacket {
    let s2k = StringToKey::new_iterated(rng(), HashAlgorithm::Sha256, 96);
    let cipher = SymmetricKeyAlgorithm::AES256;
    let key = s2k.derive_key(b"correct horse", cipher.key_size()).unwrap();
    let mut data = secret.to_vec();
    let sum = pgp::crypto::checksum::calculate_sha1([secret]).unwrap();
    data.extend_from_slice(&sum);
    cipher
        .encrypt_with_iv_regular(key.as_ref(), &[3; 16], &mut data)
        .unwrap();
    let mut protected = packet.clone();
    protected.body.truncate(packet.public);
    protected.body.extend([254, cipher.into()]);
    protected.body.extend(s2k.to_bytes().unwrap());
    protected.body.extend([3; 16]);
    protected.body.extend(data);
    protected
}

/// A modulus that is a square: the engine accepts the key and stops when it shall write it.
#[test]
fn a_protected_rsa_key_whose_primes_share_a_factor_is_refused() {
    let maker = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN));
    let (_, stored) = read_secret(&maker.secret_bytes());
    let good = stored.iter().next().unwrap().clone();
    let numbers = {
        let mut rest = &good.body[good.public + 1..];
        let mut out = Vec::new();
        for _ in 0..4 {
            let end = 2 + crate::policy::algorithm::mpi_bits(rest).div_ceil(8);
            out.push(rsa::BigUint::from_bytes_be(&rest[2..end]));
            rest = &rest[end..];
        }
        out
    };
    let p = &numbers[1];
    let one = rsa::BigUint::from(1u32);
    let (n, e) = (p * p, rsa::BigUint::from(65_537u32));
    let d = {
        use rsa::traits::PrivateKeyParts;
        // Good modulo p - 1, which is all that is asked of it.
        let key = rsa_key(rsa_jwk("2048"));
        let prime = key.primes().iter().find(|prime| *prime == p).unwrap();
        key.d() % (prime - &one)
    };
    let mpi = |n: &rsa::BigUint| {
        let mut out = (n.bits() as u16).to_be_bytes().to_vec();
        out.extend(n.to_bytes_be());
        out
    };
    let mut public = good.body[..6].to_vec();
    public.extend([mpi(&n), mpi(&e)].concat());
    let mut cert = Vec::new();
    packets::write(&mut cert, 6, &public);
    let cert = Certificate::from_bytes(&cert).unwrap();
    let forged = crate::agent::packets::SecretPacket {
        tag: good.tag,
        public: public.len(),
        body: public.into(),
        fingerprint: cert.fingerprint(),
    };
    let secret = [mpi(&d), mpi(p), mpi(p), mpi(&one)].concat();
    let mut stored = SecretPackets::default();
    stored.replace(protected_by_hand(&forged, &secret));
    let result = open(&cert, &stored, &passphrase());
    assert_eq!(result.err(), Some(AgentError::Mismatched));
    let opened = open_given(&cert, &stored, &[passphrase()]);
    assert_eq!(opened.err(), Some(AgentError::Mismatched));
}

#[test]
fn an_rsa_key_with_equal_primes_does_not_stop_us() {
    let maker = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE);
    let (cert, stored) = read_secret(&maker.secret_bytes());
    let packet = stored.iter().next().unwrap().clone();
    let secret = packet.body[packet.public + 1..].to_vec();
    let mpi =
        |at: usize| 2 + usize::from(u16::from_be_bytes([secret[at], secret[at + 1]])).div_ceil(8);
    let p_at = mpi(0);
    let q_at = p_at + mpi(p_at);
    let u_at = q_at + mpi(q_at);
    let mut forged = packet.clone();
    forged.body.truncate(packet.public + 1);
    forged.body.extend_from_slice(&secret[..q_at]);
    forged.body.extend_from_slice(&secret[p_at..q_at]);
    forged.body.extend_from_slice(&secret[u_at..]);
    let mut stored = SecretPackets::default();
    stored.replace(forged);
    let result = protect_new(&cert, &stored, &passphrase(), Protection::FAST, &mut rng());
    assert_eq!(result.err(), Some(AgentError::Mismatched));
}

#[test]
fn an_export_of_many_parts_can_be_read_again() {
    // Each as cheap as programs made them once: together they open.
    let maker = (0..14).fold(usual(ID), |maker, _| maker.encrypts());
    let (cert, stored) = protected(&maker, cfb);
    let export = |stored: &SecretPackets, form| {
        let exported = export(
            &cert,
            stored,
            &passphrase(),
            form,
            Protection::DEFAULT,
            &mut rng(),
        );
        exported.map(|armored| read_secret(armored.expose().as_bytes()).1)
    };
    let again = export(&stored, ExportForm::Compatible).unwrap();
    assert_eq!((again.iter().count(), again.check()), (16, Ok(())));
    // What each of them costs is the most that leaves room for all.
    let count = |packets: &SecretPackets| {
        let mut counts = packets.iter().map(|p| p.body[p.public + 12]);
        let first = counts.next().unwrap();
        assert!(counts.all(|count| count == first));
        first
    };
    let each = limits::MAX_HASHED_TOTAL / 16;
    let hashed = crate::agent::protect::hashed(count(&again));
    assert!(hashed <= each && hashed > each * 9 / 10);
    let few = protected(&usual(ID), cfb);
    let form = ExportForm::Compatible;
    let few = crate::agent::export(
        &few.0,
        &few.1,
        &passphrase(),
        form,
        Protection::FAST,
        &mut rng(),
    );
    assert_eq!(count(&read_secret(few.unwrap().expose().as_bytes()).1), 255);
    // With Argon2 there is no room: no file is made rather than one that nobody opens.
    let limit = limits::Capacity::BROWSER.argon2_keys as u32;
    let refused = export(&stored, ExportForm::Argon2).err();
    assert_eq!(refused, Some(AgentError::Limit(limit)));
}
