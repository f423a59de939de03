//! Certificates for others.

use pgp::composed::KeyType;
use pgp::types::KeyDetails;

use super::*;
use crate::policy::algorithm::is_post_quantum;

#[test]
fn who_is_sent_a_key_gets_one_that_every_program_can_encrypt_to() {
    let quantum = |maker: Maker| {
        let typ = KeyType::MlKem768X25519;
        maker.subkey(&typ, MADE + DAY, says(MADE + DAY).flags(ENCRYPT))
    };
    let sent = |maker: &Maker| {
        let cert = maker.cert().for_address("ann@example.org", NOW).unwrap();
        assert!(cert.info(NOW).can_encrypt);
        let kinds = cert
            .subkeys
            .iter()
            .map(|s| is_post_quantum(s.key.algorithm()));
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(sent(&quantum(usual(ID))), [false]);
    assert_eq!(sent(&usual(ID)), [false]);
    let alone = Maker::v4().user(ID, says(MADE).flags(CERTIFY | SIGN));
    assert_eq!(sent(&quantum(alone)), [true]);
}
