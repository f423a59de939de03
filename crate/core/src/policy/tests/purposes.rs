//! Keys for what is sent and keys for what is kept.

use super::*;

const COMMUNICATIONS: u8 = 0x04;
const STORAGE: u8 = 0x08;

fn chosen(maker: &Maker, purpose: Purpose) -> Result<usize, Vec<Reason>> {
    encryption_components_for(&maker.cert(), purpose, NOW).map(|all| all.len())
}

#[test]
fn a_key_is_taken_for_what_its_owner_made_it_for() {
    let primary = || Maker::v4().user(ID, says(MADE).flags(CERTIFY | SIGN));
    let sent = primary().subkey(&ECDH, MADE, says(MADE).flags(COMMUNICATIONS));
    assert_eq!(chosen(&sent, Purpose::Any), Ok(1));
    assert_eq!(chosen(&sent, Purpose::Communications), Ok(1));
    assert_eq!(
        chosen(&sent, Purpose::Storage),
        Err(vec![Reason::WrongFlags])
    );
    let both = sent.subkey(&ECDH, MADE + 1, says(MADE + 1).flags(STORAGE));
    assert_eq!(chosen(&both, Purpose::Any), Ok(2));
    let cert = both.cert();
    let newest = |purpose| {
        let all = encryption_components_for(&cert, purpose, NOW).unwrap();
        (all.len(), all[0].created())
    };
    assert_eq!(newest(Purpose::Communications), (1, MADE));
    assert_eq!(newest(Purpose::Storage), (1, MADE + 1));
    assert_eq!(chosen(&primary().encrypts(), Purpose::Storage), Ok(1));
    assert_eq!(
        chosen(&primary(), Purpose::Any),
        Err(vec![Reason::NoSuchComponent])
    );
}
