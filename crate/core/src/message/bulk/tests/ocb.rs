use pgp::bytes::BytesMut;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use proptest::prelude::*;

use crate::message::bulk::ocb::Ocb;

fn hex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

fn seal(ocb: &Ocb, nonce: &[u8], associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let mut data = plain.to_vec();
    let tag = ocb.encrypt(nonce, associated, &mut data);
    let mut opened = data.clone();
    assert!(ocb.decrypt(nonce, associated, &mut opened, &tag));
    assert_eq!(opened, plain);
    [data, tag.to_vec()].concat()
}

/// RFC 7253, Appendix A: the samples whose tags have 128 bits.
#[test]
fn samples_of_rfc7253() {
    let ocb = Ocb::new(&hex("000102030405060708090A0B0C0D0E0F")).unwrap();
    for (number, associated, plain, expected) in [
        (0x00, 0, 0, "785407BFFFC8AD9EDCC5520AC9111EE6"),
        (
            0x01,
            8,
            8,
            "6820B3657B6F615A5725BDA0D3B4EB3A257C9AF1F8F03009",
        ),
        (0x02, 8, 0, "81017F8203F081277152FADE694A0A00"),
        (
            0x03,
            0,
            8,
            "45DD69F8F5AAE72414054CD1F35D82760B2CD00D2F99BFA9",
        ),
        (
            0x0d,
            40,
            40,
            "D5CA91748410C1751FF8A2F618255B68A0A12E093FF454606E59F9C1D0DDC54B65E8628E568BAD7AED07BA06A4A69483A7035490C5769E60",
        ),
    ] {
        let mut nonce = hex("BBAA99887766554433221100");
        nonce[11] = number;
        let count: Vec<u8> = (0..40).collect();
        let sealed = seal(&ocb, &nonce, &count[..associated], &count[..plain]);
        assert_eq!(sealed, hex(expected), "{number}");
    }
}

/// RFC 7253, Appendix A: the iterated test, which goes over all sizes up to eight blocks.
#[test]
fn the_iterated_test_of_rfc7253() {
    for (size, expected) in [
        (16, "67E944D23256C5E0B6C61FA22FDF1EA2"),
        (24, "F673F2C3E7174AAE7BAE986CA9F29E17"),
        (32, "D90EB8E9C977C88B79DD793D7FFA161C"),
    ] {
        let mut key = vec![0; size];
        key[size - 1] = 128;
        let ocb = Ocb::new(&key).unwrap();
        let nonce = |number: u32| [vec![0; 8], number.to_be_bytes().to_vec()].concat();
        let mut all = Vec::new();
        for i in 0..128 {
            let zeros = vec![0; i as usize];
            all.extend(seal(&ocb, &nonce(3 * i + 1), &zeros, &zeros));
            all.extend(seal(&ocb, &nonce(3 * i + 2), &[], &zeros));
            all.extend(seal(&ocb, &nonce(3 * i + 3), &zeros, &[]));
        }
        assert_eq!(seal(&ocb, &nonce(385), &all, &[]), hex(expected));
    }
}

#[test]
fn keys_of_other_sizes_are_none() {
    for size in [0, 15, 17, 31, 33] {
        assert!(Ocb::new(&vec![0; size]).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The crate `ocb3`, under rpgp, makes the same; and no bit may change.
    #[test]
    fn as_the_other_implementation(
        cipher in prop_oneof![Just(Cipher::AES128), Just(Cipher::AES192), Just(Cipher::AES256)],
        nonce in any::<[u8; 15]>(),
        associated in proptest::collection::vec(any::<u8>(), 0..40),
        plain in proptest::collection::vec(any::<u8>(), 0..5_000),
        seed in any::<u8>(),
        flip in any::<proptest::sample::Index>(),
    ) {
        let key: Vec<u8> = (0..cipher.key_size() as u8).map(|n| n ^ seed).collect();
        let ocb = Ocb::new(&key).unwrap();
        let mut sealed = seal(&ocb, &nonce, &associated, &plain);
        let mut other = BytesMut::from(plain.as_slice());
        AeadAlgorithm::Ocb
            .encrypt_in_place(&cipher, &key, &nonce, &associated, &mut other)
            .unwrap();
        prop_assert_eq!(&sealed, &other);
        let bit = flip.index(sealed.len() * 8);
        sealed[bit / 8] ^= 1 << (bit % 8);
        let (data, tag) = sealed.split_at_mut(plain.len());
        prop_assert!(!ocb.decrypt(&nonce, &associated, data, tag));
    }
}
