//! Revocations: hard, soft, misplaced, forged.

use super::*;

#[test]
fn hard_revocations_hold_for_all_times() {
    for revocation in [
        says(NOW),
        says(NOW).because(RevocationCode::KeyCompromised),
        says(NOW).because(RevocationCode::Other(77)),
    ] {
        let maker = usual(ID).revoke(revocation);
        assert_eq!(encrypt(&maker), [Reason::RevokedHard]);
        let cert = maker.cert();
        assert_eq!(cert.info(NOW).state, KeyState::Revoked);
        let judged = judge_signer(&cert, &issuer_of(&maker.primary), MADE + DAY, NOW);
        assert_eq!(judged.unwrap_err(), [Reason::RevokedHard]);
    }
    // A newer self-signature does not take it back, nor does a date in the future postpone it.
    let maker = usual(ID)
        .user(ID, says(NOW - 1).flags(SIGN))
        .revoke(says(NOW - DAY));
    assert_eq!(encrypt(&maker), [Reason::RevokedHard]);
    assert_eq!(
        encrypt(&usual(ID).revoke(says(NOW + 900 * DAY))),
        [Reason::RevokedHard]
    );
}

#[test]
fn soft_revocations_hold_from_their_date_until_taken_back() {
    let soft = |at| says(at).because(RevocationCode::KeyRetired);
    let maker = usual(ID).revoke(soft(NOW - 10 * DAY));
    assert_eq!(encrypt(&maker), [Reason::RevokedSoft]);
    let cert = maker.cert();
    assert!(encryption_components(&cert, NOW - 11 * DAY).is_ok());
    assert!(judge_signer(&cert, &issuer_of(&maker.primary), NOW - 11 * DAY, NOW).is_ok());
    assert_eq!(
        judge_signer(&cert, &issuer_of(&maker.primary), NOW - 9 * DAY, NOW).unwrap_err(),
        [Reason::RevokedSoft]
    );
    // Not by a self-signature of the same second.
    let tie = usual(ID)
        .revoke(soft(NOW - 10 * DAY))
        .user(ID, says(NOW - 10 * DAY).flags(SIGN | CERTIFY));
    assert_eq!(encrypt(&tie), [Reason::RevokedSoft]);
    let back = usual(ID)
        .revoke(soft(NOW - 10 * DAY))
        .user(ID, says(NOW - 5 * DAY).flags(SIGN | CERTIFY));
    assert!(encrypt(&back).is_empty());
    assert!(encryption_components(&back.cert(), NOW - 7 * DAY).is_err());
    // A revocation that was only for a time.
    assert!(encrypt(&usual(ID).revoke(soft(NOW - 10 * DAY).lasts(DAY))).is_empty());
}

#[test]
fn a_revoked_key_over_time() {
    // Which key signs, which is revoked, and how the revoked one comes back.
    let (revoked, back) = (MADE + 30 * DAY, MADE + 60 * DAY);
    let base = || {
        Maker::v4()
            .user(ID, says(MADE).flags(CERTIFY | SIGN))
            .signs()
    };
    let rebound = |maker: Maker| {
        let embedded = maker.back_signature(0, &says(back));
        let binding = maker.on_subkey(
            0,
            SignatureType::SubkeyBinding,
            &says(back).flags(SIGN).and(embedded),
        );
        maker.signature(&binding)
    };
    let primary = |says| {
        let maker = base().revoke(says);
        maker.user(ID, self::says(back).flags(CERTIFY | SIGN))
    };
    let subkey = |says| rebound(base().revoke_subkey(0, says));
    let all = |says: Says| {
        let of_primary = primary(says.clone());
        let (first, second) = (
            issuer_of(&of_primary.primary),
            issuer_of(&of_primary.subkeys[0]),
        );
        let of_subkey = subkey(says);
        let third = issuer_of(&of_subkey.subkeys[0]);
        [
            (of_primary.cert(), first),
            (of_primary.cert(), second),
            (of_subkey.cert(), third),
        ]
    };
    let times = [revoked - DAY, revoked + DAY, back + DAY];
    for code in [
        RevocationCode::KeySuperseded,
        RevocationCode::KeyRetired,
        RevocationCode::CertUserIdInvalid,
    ] {
        for (cert, issuer) in all(says(revoked).because(code)) {
            let judged = times.map(|at| judge_signer(&cert, &issuer, at, NOW).err());
            assert_eq!(
                judged,
                [None, Some(vec![Reason::RevokedSoft]), None],
                "{code:?}"
            );
        }
    }
    for code in [
        None,
        Some(RevocationCode::NoReason),
        Some(RevocationCode::KeyCompromised),
        Some(RevocationCode::Private110),
        Some(RevocationCode::Other(66)),
    ] {
        let says = match code {
            Some(code) => says(revoked).because(code),
            None => says(revoked),
        };
        for (cert, issuer) in all(says) {
            for at in times {
                let judged = judge_signer(&cert, &issuer, at, NOW).err();
                assert_eq!(judged, Some(vec![Reason::RevokedHard]), "{code:?} {at}");
            }
        }
    }
}

#[test]
fn a_revocation_without_a_time_counts_for_all_times() {
    let maker = usual(ID);
    let mut config = pgp::packet::SignatureConfig::v4(
        SignatureType::KeyRevocation,
        maker.primary.algorithm(),
        HashAlgorithm::Sha512,
    );
    let why = SubpacketData::RevocationReason(RevocationCode::KeyRetired, Default::default());
    config.hashed_subpackets = vec![pgp::packet::Subpacket::regular(why).unwrap()];
    let signature = config
        .sign_key(
            &maker.primary,
            &pgp::types::Password::empty(),
            maker.primary.public_key(),
        )
        .unwrap();
    assert_eq!(encrypt(&maker.signature(&signature)), [Reason::RevokedHard]);
}

#[test]
fn revocations_count_whatever_hash_or_critical_part_they_have() {
    let rsa = Maker::new(&KeyType::Rsa(2048), KeyVersion::V4, MADE)
        .user(ID, says(MADE).flags(CERTIFY | SIGN | ENCRYPT));
    assert!(encrypt(&rsa).is_empty());
    assert_eq!(
        encrypt(&rsa.clone().revoke(says(NOW).over(HashAlgorithm::Sha1))),
        [Reason::RevokedHard]
    );
    // Types for experiments and types without meaning, which the engine by itself refuses to verify.
    for typ in [77, 101] {
        let odd = SubpacketData::Experimental(typ, vec![1].into());
        let maker = rsa.clone().revoke(says(NOW).critical(odd));
        assert_eq!(encrypt(&maker), [Reason::RevokedHard], "{typ}");
    }
}

#[test]
fn revocations_by_others_do_not_count() {
    let other = Maker::v4();
    let mut maker = usual(ID);
    let forged = other.clone().revoke(says(NOW));
    maker
        .packets
        .insert(1, forged.packets.last().unwrap().clone());
    assert!(encrypt(&maker).is_empty());
    assert_eq!(maker.cert().to_bytes(), {
        // Kept in the bytes all the same.
        let body = &forged.packets.last().unwrap().1;
        let bytes = maker.cert().to_bytes();
        assert!(bytes.windows(body.len()).any(|w| w == body.as_slice()));
        bytes
    });
}

#[test]
fn a_misplaced_revocation_is_found() {
    // At the very end, behind the subkey; behind the user ID; and a subkey's revocation behind the user ID.
    assert_eq!(encrypt(&usual(ID).revoke(says(NOW))), [Reason::RevokedHard]);
    let behind_user = Maker::v4()
        .user(ID, says(MADE).flags(SIGN))
        .revoke(says(NOW))
        .encrypts();
    assert_eq!(encrypt(&behind_user), [Reason::RevokedHard]);
    let mut maker = usual(ID);
    let signature = maker.on_subkey(0, SignatureType::SubkeyRevocation, &says(NOW));
    let user = maker.packets.iter().position(|(t, _)| *t == 13).unwrap();
    maker = maker.signature(&signature);
    let packet = maker.packets.pop().unwrap();
    maker.packets.insert(user + 1, packet);
    assert_eq!(encrypt(&maker), [Reason::RevokedHard]);
}

#[test]
fn revoked_subkeys() {
    assert_eq!(
        encrypt(&usual(ID).revoke_subkey(0, says(NOW))),
        [Reason::RevokedHard]
    );
    let soft = usual(ID).revoke_subkey(0, says(NOW - DAY).because(RevocationCode::KeySuperseded));
    assert_eq!(encrypt(&soft), [Reason::RevokedSoft]);
    assert!(sign(&soft).is_empty());
    // Of two, the other is used.
    let two = usual(ID).revoke_subkey(0, says(NOW)).encrypts();
    assert!(encrypt(&two).is_empty());
}

#[test]
fn revoked_user_ids_can_come_back() {
    let gone = usual(ID).revoke_user(ID, says(NOW - DAY));
    let cert = gone.cert();
    assert!(!cert.has_address("ann@example.org", NOW));
    assert!(cert.has_address("ann@example.org", NOW - 2 * DAY));
    assert!(cert.info(NOW).user_ids[0].revoked);
    assert_eq!(encrypt(&gone), [Reason::NoUserId]);
    let back = gone.user(ID, says(NOW - DAY + 1).flags(SIGN));
    assert!(back.cert().has_address("ann@example.org", NOW));
    // One of two revoked: the key stays.
    let two = usual(ID)
        .user("Ann <other@example.org>", says(MADE).flags(SIGN))
        .revoke_user(ID, says(NOW - DAY));
    assert!(encrypt(&two).is_empty());
    assert!(!two.cert().has_address("ann@example.org", NOW));
    assert!(two.cert().has_address("other@example.org", NOW));
}
