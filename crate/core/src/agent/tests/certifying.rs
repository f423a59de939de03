//! Certifying other people's user IDs.

use super::edits::{LATER, Own};
use super::*;

#[test]
fn others_are_certified_locally_or_for_all() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Curve25519V6] {
        let own = Own::made(kind);
        let name = "Ben <ben@example.org>";
        let ben = usual(name)
            .user("Ben <ben@work.example>", says(MADE).flags(CERTIFY))
            .cert();
        for exportable in [false, true] {
            let says = Certification {
                level: 3,
                exportable,
            };
            let known = own
                .edit(LATER)
                .certify(&ben, name.as_bytes(), says, &mut rng())
                .unwrap();
            assert!(!policy::certified(&ben, name.as_bytes(), &own.cert, LATER));
            assert!(policy::certified(&known, name.as_bytes(), &own.cert, LATER));
            assert!(!policy::certified(
                &known,
                b"Ben <ben@work.example>",
                &own.cert,
                LATER
            ));
            assert!(!policy::certified(
                &known,
                name.as_bytes(),
                &usual(ID).cert(),
                LATER
            ));
            // Before it was made by any clock, and after the certifier's key has ended.
            assert!(!policy::certified(
                &known,
                name.as_bytes(),
                &own.cert,
                LATER - crate::limits::CLOCK_SKEW - 1
            ));
            assert!(!policy::certified(
                &known,
                name.as_bytes(),
                &own.cert,
                NOW + 731 * DAY
            ));
            let shared = known.for_others();
            assert_eq!(shared.to_bytes() == known.to_bytes(), exportable);
            assert_eq!(shared.to_bytes() == ben.to_bytes(), !exportable);
        }
        let says = Certification {
            level: 0,
            exportable: true,
        };
        let nobody = own
            .edit(LATER)
            .certify(&ben, b"Eve <eve@example.org>", says, &mut rng());
        assert_eq!(nobody.err(), Some(AgentError::NotThere));
    }
}

#[test]
fn a_certification_that_was_taken_back_or_is_weak_counts_no_more() {
    let name = "Ben <ben@example.org>";
    let (maker, ben) = (usual(ID), usual(name));
    let by_ann = |says: &Says, typ| ben.on_user(&maker.primary, name, typ, says);
    let cert = |signature: &pgp::packet::Signature| {
        let mut maker = Maker::new(&KeyType::Ed25519Legacy, KeyVersion::V4, MADE);
        maker.primary = ben.primary.clone();
        maker.packets = ben.packets[..3].to_vec();
        maker.signature(signature).cert()
    };
    let authority = maker.cert();
    use pgp::packet::SignatureType::{
        CertCasual, CertGeneric, CertPersona, CertPositive, CertRevocation,
    };
    // A persona certification says that nothing was looked at.
    for (typ, counts) in [
        (CertGeneric, true),
        (CertPersona, false),
        (CertCasual, true),
        (CertPositive, true),
    ] {
        let vouched = cert(&by_ann(&says(NOW - 9), typ));
        let found = policy::certified(&vouched, name.as_bytes(), &authority, NOW);
        assert_eq!(found, counts, "{typ:?}");
    }
    let good = cert(&by_ann(&says(NOW - 9), CertGeneric));
    assert!(policy::certified(&good, name.as_bytes(), &authority, NOW));
    let back = cert(&by_ann(&says(NOW - 5), CertRevocation));
    let both = good.merge(&back).unwrap();
    assert!(!policy::certified(&both, name.as_bytes(), &authority, NOW));
    let again = both
        .merge(&cert(&by_ann(&says(NOW - 3), CertGeneric)))
        .unwrap();
    assert!(policy::certified(&again, name.as_bytes(), &authority, NOW));
    let short = cert(&by_ann(&says(NOW - 9).lasts(5), CertGeneric));
    assert!(!policy::certified(&short, name.as_bytes(), &authority, NOW));
}

#[test]
fn a_primary_key_without_flags_certifies() {
    let name = "Ben <ben@example.org>";
    let ben = usual(name);
    let maker = Maker::v4().user(ID, says(MADE)).encrypts();
    let by_ann = |says: &Says, typ| ben.on_user(&maker.primary, name, typ, says);
    let vouched = by_ann(&says(NOW - 9), pgp::packet::SignatureType::CertGeneric);
    let at = Maker {
        packets: ben.packets[..3].to_vec(),
        ..ben.clone()
    };
    let vouched = at.signature(&vouched).cert();
    assert!(policy::certified(
        &vouched,
        name.as_bytes(),
        &maker.cert(),
        NOW
    ));
    // It does nothing else.
    assert!(policy::signing_component(&maker.cert(), NOW).is_err());
    let signs = Maker::v4().user(ID, says(MADE).flags(SIGN));
    let other = ben.on_user(
        &signs.primary,
        name,
        pgp::packet::SignatureType::CertGeneric,
        &says(NOW - 9),
    );
    let at = Maker {
        packets: ben.packets[..3].to_vec(),
        ..ben.clone()
    };
    let other = at.signature(&other).cert();
    assert!(!policy::certified(
        &other,
        name.as_bytes(),
        &signs.cert(),
        NOW
    ));
}

#[test]
fn a_certification_is_made_again_and_taken_back() {
    for kind in [KeyKind::Curve25519V4, KeyKind::Curve25519V6] {
        let own = Own::made(kind);
        let name = b"Ben <ben@example.org>";
        let ben = usual("Ben <ben@example.org>").cert();
        // The clock stands still: each still counts for more than the one before.
        let certify = |known: &Certificate, exportable| {
            let says = Certification {
                level: 2,
                exportable,
            };
            own.edit(LATER).certify(known, name, says, &mut rng())
        };
        let revoke = |known: &Certificate| {
            own.edit(LATER)
                .revoke_certification(known, name, &mut rng())
        };
        let counts = |known: &Certificate| policy::certified(known, name, &own.cert, LATER + 9);
        assert_eq!(revoke(&ben).err(), Some(AgentError::NotThere));
        let local = certify(&ben, false).unwrap();
        let back = revoke(&local).unwrap();
        assert!(counts(&local) && !counts(&back));
        // Nobody else learns of it.
        assert_eq!(back.for_others().to_bytes(), ben.to_bytes());
        assert_eq!(revoke(&back).err(), Some(AgentError::NotThere));
        let public = certify(&back, true).unwrap();
        assert!(counts(&public) && counts(&public.for_others()));
        let gone = revoke(&public).unwrap();
        assert!(!counts(&gone) && !counts(&gone.for_others()));
        // Another's certification is not ours to take back.
        let eve = Own::made(kind);
        let nothing = eve
            .edit(LATER)
            .revoke_certification(&public, name, &mut rng());
        assert_eq!(nothing.err(), Some(AgentError::NotThere));
    }
}
