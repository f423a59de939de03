//! Before, after, and until when.

use pgp::packet::Signature;

use super::*;

#[test]
fn expired_keys() {
    let maker = primary_signs(says(MADE).key_lasts(100 * DAY));
    assert_eq!(encrypt(&maker), [Reason::Expired]);
    assert_eq!(sign(&maker), [Reason::Expired]);
    let cert = maker.cert();
    assert_eq!(cert.info(NOW).state, KeyState::Expired);
    assert_eq!(cert.info(NOW).expires, Some(MADE + 100 * DAY));
    // It was usable before, to the second.
    assert!(encryption_components(&cert, MADE + 100 * DAY - 1).is_ok());
    assert!(encryption_components(&cert, MADE + 100 * DAY).is_err());
    assert!(judge_signer(&cert, &issuer_of(&maker.primary), MADE + DAY, NOW).is_ok());
    assert_eq!(
        judge_signer(&cert, &issuer_of(&maker.primary), NOW, NOW).unwrap_err(),
        [Reason::Expired]
    );

    let subkey = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY | SIGN))
        .subkey(&ECDH, MADE, says(MADE).flags(ENCRYPT).key_lasts(DAY));
    assert_eq!(encrypt(&subkey), [Reason::Expired]);
    assert!(sign(&subkey).is_empty());
}

#[test]
fn expiry_follows_the_newest_self_signature() {
    let old = says(MADE).key_lasts(100 * DAY);
    let longer = primary_signs(old.clone()).user(
        ID,
        says(MADE + DAY).flags(CERTIFY | SIGN).key_lasts(900 * DAY),
    );
    assert!(sign(&longer).is_empty());
    // At a time when the longer one was not made yet the old one holds, and the other way round.
    assert_eq!(longer.cert().info(NOW).expires, Some(MADE + 900 * DAY));
    let shorter =
        primary_signs(says(MADE)).user(ID, says(NOW - DAY).flags(CERTIFY | SIGN).key_lasts(DAY));
    assert_eq!(sign(&shorter), [Reason::Expired]);
    assert!(signing_component(&shorter.cert(), NOW - 2 * DAY).is_ok());
    // A direct-key signature that is newer than the user ID's decides in version 4.
    let direct =
        primary_signs(old).direct(SignatureType::Key, says(MADE + DAY).key_lasts(800 * DAY));
    assert!(sign(&direct).is_empty());
}

#[test]
fn of_two_self_signatures_of_one_second_the_same_counts_in_every_order() {
    let maker = Maker::v4();
    let signed = |lasts| {
        let says = says(NOW - DAY).flags(CERTIFY | SIGN).key_lasts(lasts);
        maker.on_user(&maker.primary, ID, SignatureType::CertPositive, &says)
    };
    let (one, two) = (
        (500 * DAY, signed(500 * DAY)),
        (600 * DAY, signed(600 * DAY)),
    );
    let of = |signatures: &[&Signature]| {
        let id = crate::cert::packets::tag::USER_ID;
        let bare = maker.clone().packet(id, ID.as_bytes().to_vec());
        let all = signatures
            .iter()
            .fold(bare, |made, sig| made.signature(sig));
        all.cert()
    };
    let bytes = |signature: &Signature| pgp::ser::Serialize::to_bytes(signature).unwrap();
    let (lasts, _) = std::cmp::max_by_key(&one, &two, |(_, signature)| bytes(signature));
    let merged = of(&[&two.1]).merge(&of(&[&one.1])).unwrap();
    for cert in [of(&[&one.1, &two.1]), of(&[&two.1, &one.1]), merged] {
        assert_eq!(cert.info(NOW).expires, Some(MADE + lasts));
    }
}

#[test]
fn a_replaced_self_signature_speaks_for_the_time_before_it() {
    // GnuPG keeps only the newest: of user ID and subkey.
    let renewed = Maker::v4().user(
        ID,
        says(NOW - DAY).flags(CERTIFY | SIGN).key_lasts(900 * DAY),
    );
    let cert = renewed.cert();
    let issuer = issuer_of(&renewed.primary);
    assert!(judge_signer(&cert, &issuer, MADE + DAY, NOW).is_ok());
    assert_eq!(
        judge_signer(&cert, &issuer, MADE - 1, NOW).unwrap_err(),
        [Reason::NotYetValid]
    );
    // Not one that is not made yet, nor one that is over or weak.
    assert_eq!(
        signing_component(&cert, NOW - 2 * DAY).err(),
        Some(vec![Reason::NotYetValid])
    );
    let over = Maker::v4().user(ID, says(NOW - DAY).flags(SIGN).lasts(60));
    assert!(judge_signer(&over.cert(), &issuer_of(&over.primary), MADE + DAY, NOW).is_err());
    // Where an older one is left, it counts: this one did not allow signing.
    let both = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY))
        .user(ID, says(NOW - DAY).flags(SIGN));
    let cert = both.cert();
    let judged = judge_signer(&cert, &issuer_of(&both.primary), MADE + DAY, NOW);
    assert_eq!(judged.unwrap_err(), [Reason::WrongFlags]);
    // What was revoked for a time stays so for that time.
    let soft = says(MADE + 10 * DAY).because(RevocationCode::KeyRetired);
    let gap = Maker::v4()
        .user(ID, says(NOW - DAY).flags(SIGN))
        .revoke(soft);
    let judge = |at| judge_signer(&gap.cert(), &issuer_of(&gap.primary), at, NOW).err();
    assert_eq!(judge(MADE + 20 * DAY), Some(vec![Reason::RevokedSoft]));
    assert_eq!(judge(MADE + DAY), None);
    assert_eq!(judge(NOW), None);
}

#[test]
fn a_user_id_that_was_withdrawn_says_nothing_of_the_time_of_another() {
    let (old, new) = ("Ann <ann@old.example>", "Ann <ann@new.example>");
    let (gone, later) = (MADE + 20 * DAY, NOW - DAY);
    // GnuPG has kept only the newest of the second one.
    let maker = Maker::v4()
        .user(old, says(MADE).flags(CERTIFY | SIGN))
        .revoke_user(old, says(gone))
        .user(new, says(later).flags(CERTIFY | SIGN));
    let issuer = issuer_of(&maker.primary);
    let judge = |maker: &Maker, at| judge_signer(&maker.cert(), &issuer, at, NOW).err();
    for at in [MADE + DAY, gone + DAY, NOW] {
        assert_eq!(judge(&maker, at), None);
    }
    // The withdrawn one itself speaks for its own gap not even when it comes back.
    let back = Maker {
        packets: maker.packets[..4].to_vec(),
        ..maker.clone()
    };
    let back = back.user(old, says(later).flags(CERTIFY | SIGN));
    assert_eq!(judge(&back, gone + DAY), Some(vec![Reason::NoUserId]));
    assert_eq!(judge(&back, NOW), None);
}

#[test]
fn a_subkey_counts_from_its_binding_on() {
    let maker = Maker::v4()
        .user(ID, says(MADE).flags(CERTIFY))
        .bare_subkey(&KeyType::Ed25519Legacy, MADE);
    let bind = |maker: Maker, at| {
        let back = maker.back_signature(0, &says(at));
        let binding = maker.on_subkey(
            0,
            SignatureType::SubkeyBinding,
            &says(at).flags(SIGN).and(back),
        );
        maker.signature(&binding)
    };
    let once = bind(maker, MADE + 10 * DAY);
    let issuer = issuer_of(&once.subkeys[0]);
    let judge = |maker: &Maker, at| judge_signer(&maker.cert(), &issuer, at, NOW).err();
    assert_eq!(judge(&once, MADE + DAY), Some(vec![Reason::BoundLater]));
    assert_eq!(judge(&once, MADE + 11 * DAY), None);
    // A later binding, as of a renewal, does not shorten the time of the earlier one.
    let twice = bind(once, NOW - DAY);
    assert_eq!(judge(&twice, MADE + 11 * DAY), None);
    assert_eq!(judge(&twice, NOW), None);
    assert_eq!(judge(&twice, MADE - DAY).unwrap()[0], Reason::NotYetValid);
}

#[test]
fn validity_with_a_gap() {
    let (start, end) = (MADE + 30 * DAY, MADE + 60 * DAY);
    let user = |says: Says| Maker::v4().user(ID, says.flags(SIGN));
    let bindings = user(says(MADE).lasts(30 * DAY)).user(ID, says(end).flags(SIGN));
    let person = user(says(MADE)).revoke_user(
        ID,
        says(start)
            .lasts(30 * DAY)
            .because(RevocationCode::CertUserIdInvalid),
    );
    let key = user(says(MADE)).revoke(
        says(start)
            .lasts(30 * DAY)
            .because(RevocationCode::KeyRetired),
    );
    for (maker, gap) in [
        (bindings, Reason::Expired),
        (person, Reason::NoUserId),
        (key, Reason::RevokedSoft),
    ] {
        let (cert, issuer) = (maker.cert(), issuer_of(&maker.primary));
        let judge = |at| judge_signer(&cert, &issuer, at, NOW).err();
        assert_eq!(judge(MADE - DAY).unwrap()[0], Reason::NotYetValid);
        assert_eq!(judge(start - DAY), None, "{gap:?}");
        assert_eq!(judge(start + DAY), Some(vec![gap]));
        assert_eq!(judge(end + DAY), None, "{gap:?}");
    }
}

#[test]
fn durations_beyond_32_bits_do_not_wrap() {
    let maker = primary_signs(says(MADE).key_lasts(u32::MAX));
    assert!(encrypt(&maker).is_empty());
    assert_eq!(maker.cert().info(NOW).expires, Some(u32::MAX));
}

#[test]
fn keys_from_the_future() {
    let maker = Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, NOW + DAY)
        .user(ID, says(NOW + DAY).flags(SIGN))
        .encrypts();
    assert!(encrypt(&maker).contains(&Reason::NotYetValid));
    assert_eq!(maker.cert().info(NOW).state, KeyState::NotYetValid);
    let subkey = Maker::v4().user(ID, says(MADE).flags(SIGN)).subkey(
        &ECDH,
        NOW + DAY,
        says(NOW + DAY).flags(ENCRYPT),
    );
    assert_eq!(encrypt(&subkey), [Reason::NotYetValid]);
    // A document from before the key was made, and one from the future.
    let usual = usual(ID);
    let issuer = issuer_of(&usual.primary);
    assert!(
        judge_signer(&usual.cert(), &issuer, MADE - 1, NOW)
            .unwrap_err()
            .contains(&Reason::NotYetValid)
    );
    assert_eq!(
        judge_signer(&usual.cert(), &issuer, NOW + limits::CLOCK_SKEW + 1, NOW).unwrap_err(),
        [Reason::NotYetValid]
    );
    assert!(judge_signer(&usual.cert(), &issuer, NOW + limits::CLOCK_SKEW, NOW).is_ok());
}

#[test]
fn what_a_clock_that_is_ahead_has_made_counts_now() {
    let made = |ahead: u32| {
        Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, NOW + ahead)
            .user(ID, says(NOW + ahead).flags(CERTIFY | SIGN))
            .encrypts()
            .signs()
    };
    let skew = limits::CLOCK_SKEW;
    let cert = made(skew).cert();
    let info = cert.info(NOW);
    assert_eq!((info.state, info.can_encrypt), (KeyState::Valid, true));
    assert!(info.user_ids[0].valid && cert.has_address("ann@example.org", NOW));
    assert!(has_valid_user_id(&cert, NOW));
    // A signature of now would be older than the key, for everybody who reads it later.
    assert_eq!(sign(&made(skew)), [Reason::NotYetValid]);
    assert!(signing_component(&cert, NOW + skew).is_ok());
    let too_far = made(skew + 1).cert();
    assert_eq!(too_far.info(NOW).state, KeyState::NotYetValid);
    assert!(!has_valid_user_id(&too_far, NOW));
    // Of the past nothing is forgiven: neither a key nor a subkey that was made after the signature.
    let ahead = made(60);
    let issuer = issuer_of(&ahead.primary);
    assert!(judge_signer(&ahead.cert(), &issuer, NOW - 1, NOW).is_err());
    assert!(judge_signer(&ahead.cert(), &issuer, NOW + 60, NOW).is_ok());
    let young = Maker::v4().user(ID, says(MADE).flags(CERTIFY | SIGN));
    let young = young.subkey(&ECDH, NOW + 60, says(NOW + 60).flags(ENCRYPT));
    assert!(encrypt(&young).is_empty());
}

#[test]
fn a_revocation_of_a_clock_that_is_ahead_counts_now_as_well() {
    let skew = limits::CLOCK_SKEW;
    let retired = |at| says(at).because(RevocationCode::KeyRetired);
    // One of the same second as a change before it is dated a second later.
    for at in [NOW + 1, NOW + skew] {
        assert_eq!(
            encrypt(&usual(ID).revoke(retired(at))),
            [Reason::RevokedSoft]
        );
        let subkey = usual(ID).revoke_subkey(0, retired(at));
        assert_eq!(encrypt(&subkey), [Reason::RevokedSoft]);
        let user = usual(ID).revoke_user(ID, says(at)).cert();
        assert!(user.info(NOW).user_ids[0].revoked);
    }
    let too_far = NOW + skew + 1;
    assert!(encrypt(&usual(ID).revoke(retired(too_far))).is_empty());
    assert!(encrypt(&usual(ID).revoke_subkey(0, retired(too_far))).is_empty());
    let user = usual(ID).revoke_user(ID, says(too_far)).cert();
    assert!(!user.info(NOW).user_ids[0].revoked);
    // Of the past nothing is brought forward.
    let revoked = usual(ID).revoke(retired(NOW - 60));
    let issuer = issuer_of(&revoked.primary);
    assert!(judge_signer(&revoked.cert(), &issuer, NOW - 61, NOW).is_ok());
    assert!(judge_signer(&revoked.cert(), &issuer, NOW - 60, NOW).is_err());
    // What takes one back is there as soon as it counts, and only when it is the newer of the two.
    let back = |revoked, bound| {
        let maker = usual(ID)
            .revoke(retired(revoked))
            .direct(SignatureType::Key, says(NOW - 30).flags(CERTIFY | SIGN));
        encrypt(&maker.direct(SignatureType::Key, says(bound).flags(CERTIFY | SIGN)))
    };
    assert!(back(NOW - 60, NOW + 30).is_empty());
    assert!(back(NOW + 29, NOW + 30).is_empty());
    assert_eq!(back(NOW + 30, NOW + 30), [Reason::RevokedSoft]);
}
