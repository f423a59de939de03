//! Subkeys that are replaced.

use super::*;

#[test]
fn what_is_replaced_on_a_key_that_has_ended_does_not_come_back_with_it() {
    for kind in [
        KeyKind::Curve25519V4,
        KeyKind::Curve25519V6,
        KeyKind::PostQuantumV4,
    ] {
        let (cert, _, mut open) = made(kind);
        let old = policy::encryption_components(&cert, NOW).unwrap();
        let old: Vec<_> = old.iter().map(|c| c.fingerprint()).collect();
        let after = NOW + 800 * DAY;
        let edit = Edit::new(&cert, &open, after).unwrap();
        let new = edit.rotate_encryption(None, &mut rng()).unwrap();
        open.extend(&new.certificate, &new.secret).unwrap();
        assert_eq!(new.secret.iter().count(), old.len());
        let edit = Edit::new(&new.certificate, &open, after + 2).unwrap();
        let cert = edit.set_expiry(&Expiring::All, None, &mut rng()).unwrap();
        let all = policy::encryption_components(&cert, after + 3).unwrap();
        let used: Vec<_> = all.iter().map(|c| c.fingerprint()).collect();
        assert_eq!(used.len(), old.len(), "{kind:?}");
        assert!(used.iter().all(|one| !old.contains(one)), "{kind:?}");
        assert!(used.iter().all(|one| open.has(one)));
    }
}
