//! What holds for every certificate, however it was damaged.

use proptest::prelude::*;

use super::*;
use crate::cert::packets::tag;

fn rich() -> &'static Maker {
    static RICH: std::sync::OnceLock<Maker> = std::sync::OnceLock::new();
    RICH.get_or_init(|| {
        usual(ID)
            .signs()
            .direct(SignatureType::Key, says(MADE + DAY).flags(CERTIFY | SIGN))
            .user("Bea <bea@example.org>", says(MADE).key_lasts(500 * DAY))
            .revoke_subkey(0, says(NOW - DAY).because(RevocationCode::KeySuperseded))
            .revoke_user(ID, says(NOW - DAY))
    })
}

/// One thing that may happen to a certificate on its way.
#[derive(Clone, Debug)]
enum Damage {
    Drop(prop::sample::Index),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
    Retype(prop::sample::Index, u8),
    Byte(prop::sample::Index, prop::sample::Index, u8),
    Cut(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    let types = prop::sample::select(vec![tag::SIGNATURE, tag::USER_ID, 14, 17, 21, 60]);
    prop_oneof![
        at().prop_map(Damage::Drop),
        at().prop_map(Damage::Double),
        (at(), at()).prop_map(|(a, b)| Damage::Swap(a, b)),
        (at(), types).prop_map(|(a, t)| Damage::Retype(a, t)),
        (at(), at(), any::<u8>()).prop_map(|(a, b, to)| Damage::Byte(a, b, to)),
        (at(), at()).prop_map(|(a, b)| Damage::Cut(a, b)),
    ]
}

/// The primary key stays, so that there is something to ask about.
fn damaged(all: &[Damage]) -> Maker {
    let mut maker = rich().clone();
    for one in all {
        let packets = &mut maker.packets;
        let count = packets.len() - 1;
        if count == 0 {
            break;
        }
        let place = |at: &prop::sample::Index| 1 + at.index(count);
        match one {
            Damage::Drop(at) => {
                packets.remove(place(at));
            }
            Damage::Double(at) => packets.push(packets[place(at)].clone()),
            Damage::Swap(a, b) => packets.swap(place(a), place(b)),
            Damage::Retype(at, typ) => packets[place(at)].0 = *typ,
            Damage::Byte(at, byte, to) => {
                let body = &mut packets[place(at)].1;
                if !body.is_empty() {
                    let byte = byte.index(body.len());
                    body[byte] = *to;
                }
            }
            Damage::Cut(at, to) => {
                let body = &mut packets[place(at)].1;
                body.truncate(to.index(body.len() + 1));
            }
        }
    }
    maker
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn a_damaged_certificate_gives_answers_and_no_more_than_the_whole(
        all in proptest::collection::vec(damage(), 1..8),
        at in MADE - DAY..NOW + DAY,
    ) {
        let maker = damaged(&all);
        let Ok(cert) = Certificate::from_bytes(&maker.bytes()) else {
            return Ok(());
        };
        let whole = rich().cert();
        let _ = cert.info(at);
        for component in Component::all(&cert) {
            let issuer = Issuer::Fingerprint(component.fingerprint());
            for wanted in [KeyUse::Encrypt, KeyUse::Sign, KeyUse::Certify] {
                let reasons = component.reasons(wanted, at, NOW);
                // Whatever is usable was bound by the owner: damage adds no key.
                if reasons.is_empty() {
                    prop_assert!(find_component(&whole, &issuer).is_some());
                }
            }
            let _ = judge_signer(&cert, &issuer, at, NOW);
        }
        for address in addresses(&cert, at) {
            prop_assert!(["ann@example.org", "bea@example.org"].contains(&address.as_str()));
        }
        // Merged with the whole, everything of the whole is there again.
        let merged = whole.merge(&cert).unwrap();
        prop_assert_eq!(merged.to_bytes(), cert.merge(&whole).unwrap().to_bytes());
        prop_assert_eq!(merged.merge(&whole).unwrap().to_bytes(), merged.to_bytes());
        let merged = merged.info(NOW);
        let info = whole.info(NOW);
        prop_assert_eq!(merged.state, info.state);
        prop_assert_eq!(merged.expires, info.expires);
        prop_assert_eq!(merged.can_encrypt, info.can_encrypt);
    }
}
