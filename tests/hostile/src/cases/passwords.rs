//! Messages under a password: what it costs to try one is chosen by the sender, and so is what proves that it fits.

use pgp::composed::RawSessionKey;
use pgp::crypto::aead::AeadAlgorithm;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::sym::SymmetricKeyAlgorithm as Cipher;
use pgp::packet::SymKeyEncryptedSessionKey;
use pgp::types::{Password, StringToKey};

use crate::keys::{body, rng};
use crate::message::{Reading, SCHEMES, SESSION_KEY, Scheme, TEXT, literal, packet, tag};
use crate::{Case, Input};

const RIGHT: &str = "correct horse";

/// SHA-256, few rounds: most cases are not about the cost.
fn iterated() -> StringToKey {
    StringToKey::new_iterated(rng(1), HashAlgorithm::Sha256, 96)
}

fn argon2() -> StringToKey {
    StringToKey::new_argon2(rng(1), 1, 1, 8)
}

/// The body of a packet of the version that goes with the scheme.
fn skesk(scheme: Scheme, s2k: StringToKey) -> Vec<u8> {
    let key = RawSessionKey::from(&SESSION_KEY[..]);
    let (password, cipher) = (Password::from(RIGHT), Cipher::AES128);
    let made = match scheme {
        Scheme::Mdc => SymKeyEncryptedSessionKey::encrypt_v4(&password, &key, s2k, cipher),
        Scheme::Aead(mode) => {
            SymKeyEncryptedSessionKey::encrypt_v6(rng(2), &password, &key, s2k, cipher, mode)
        }
    };
    body(&made.expect("it is encrypted"))
}

fn sealed(scheme: Scheme) -> Vec<u8> {
    packet(tag::PROTECTED, &scheme.body(&literal(TEXT.as_bytes())))
}

/// These session key packets before a message.
fn before(skesks: &[Vec<u8>], message: &[u8]) -> Reading {
    let skesks = skesks.iter().flat_map(|body| packet(tag::SKESK, body));
    Reading::message(&skesks.chain(message.iter().copied()).collect::<Vec<_>>())
}

fn tried(skesks: &[Vec<u8>], scheme: Scheme) -> Input {
    before(skesks, &sealed(scheme)).password(RIGHT).input()
}

/// The same for one packet that is made by hand: AES-256, this S2K specifier, and no session key: what is derived is it.
fn by_hand(specifier: &[u8]) -> Input {
    tried(&[[&[4, 9], specifier].concat()], Scheme::Mdc)
}

const OCB: Scheme = Scheme::Aead(AeadAlgorithm::Ocb);

fn good_and_wrong() -> Vec<Case> {
    let mut all = Vec::new();
    for scheme in SCHEMES {
        for (kind, s2k) in [
            ("iterated", iterated as fn() -> StringToKey),
            ("argon2", argon2),
        ] {
            let name = format!("{}-{kind}", scheme.name());
            all.push(Case::new(format!("passwords/good-{name}"), move || {
                tried(&[skesk(scheme, s2k())], scheme)
            }));
            all.push(Case::many(format!("passwords/wrong-{name}"), move || {
                let wrong = ["", " ", "Correct horse", "correct horse ", "correct\0horse"];
                let reading = || before(&[skesk(scheme, s2k())], &sealed(scheme));
                wrong
                    .map(|password| reading().password(password).input())
                    .to_vec()
            }));
        }
        all.push(Case::many(
            format!("passwords/packet-changed-{}", scheme.name()),
            move || {
                let good = skesk(scheme, iterated());
                // The end of the salt, and what is behind it.
                let changed = (good.len() - 22..good.len()).step_by(4).map(|at| {
                    let mut body = good.clone();
                    body[at] ^= 1;
                    tried(&[body], scheme)
                });
                changed.collect()
            },
        ));
        all.push(Case::many(
            format!("passwords/message-changed-{}", scheme.name()),
            move || {
                let good = sealed(scheme);
                let changed = [good.len() / 2, good.len() - 1].map(|at| {
                    let mut message = good.clone();
                    message[at] ^= 1;
                    let reading = before(&[skesk(scheme, iterated())], &message);
                    reading.password(RIGHT).input()
                });
                changed.to_vec()
            },
        ));
    }
    all
}

fn several() -> Vec<Case> {
    let other = |scheme: Scheme| {
        let mut body = skesk(scheme, iterated());
        *body.last_mut().expect("octets") ^= 1;
        body
    };
    vec![
        Case::many("passwords/the-last-of-8", move || {
            let skesks =
                |scheme| [vec![other(scheme); 7], vec![skesk(scheme, iterated())]].concat();
            SCHEMES
                .map(|scheme| tried(&skesks(scheme), scheme))
                .to_vec()
        }),
        Case::many("passwords/the-last-of-9", move || {
            let skesks =
                |scheme| [vec![other(scheme); 8], vec![skesk(scheme, iterated())]].concat();
            SCHEMES
                .map(|scheme| tried(&skesks(scheme), scheme))
                .to_vec()
        }),
        Case::many("passwords/beside-keys", || {
            let mixed = |scheme: Scheme| {
                let message = [scheme.pkesk(), sealed(scheme)].concat();
                let keys = [vec![scheme.pkesk(); 20].concat(), sealed(scheme)].concat();
                [message, keys].map(|message| {
                    before(&[skesk(scheme, iterated())], &message)
                        .password(RIGHT)
                        .input()
                })
            };
            SCHEMES.iter().flat_map(|scheme| mixed(*scheme)).collect()
        }),
        Case::new("passwords/beside-a-costly-one", || {
            let costly = [&[4, 9, 4][..], &[5; 16], &[1, 1, 31], &[6; 33]].concat();
            tried(&[costly, skesk(Scheme::Mdc, iterated())], Scheme::Mdc)
        }),
        Case::new("passwords/beside-unknown-ones", || {
            let unknown = [
                vec![7, 1, 2, 3],
                vec![4, 99, 3, 8],
                vec![4, 9, 99],
                Vec::new(),
            ];
            let skesks = [&unknown[..], &[skesk(Scheme::Mdc, iterated())]].concat();
            tried(&skesks, Scheme::Mdc)
        }),
        // RFC 9580, 10.3.2.1: the versions must go together.
        Case::new("passwords/version-6-before-version-1", || {
            tried(&[skesk(OCB, iterated())], Scheme::Mdc)
        }),
        Case::new("passwords/version-4-before-version-2", || {
            tried(&[skesk(Scheme::Mdc, iterated())], OCB)
        }),
        Case::new("passwords/of-1025-octets", || {
            let reading = before(&[skesk(OCB, iterated())], &sealed(OCB));
            reading.password("x".repeat(1025)).input()
        }),
        Case::new("passwords/without-integrity-protection", || {
            let message = packet(tag::ENCRYPTED, &[1; 60]);
            let reading = before(&[skesk(Scheme::Mdc, iterated())], &message);
            reading.password(RIGHT).input()
        }),
        Case::new("passwords/without-a-message", || {
            let reading = before(&[skesk(Scheme::Mdc, iterated())], &[]);
            reading.password(RIGHT).input()
        }),
    ]
}

/// Specifiers of RFC 9580, 3.7.1, and others.
fn kinds() -> Vec<Case> {
    let case = |name: &str, specifier: Vec<u8>| {
        Case::new(format!("passwords/{name}"), move || by_hand(&specifier))
    };
    let argon2 =
        |passes: u8, lanes: u8, memory: u8| [&[4][..], &[5; 16], &[passes, lanes, memory]].concat();
    let iterated = |hash: u8, count: u8| [&[3, hash][..], &[5; 8], &[count]].concat();
    vec![
        case("s2k-simple", vec![0, 8]),
        case("s2k-salted", [&[1, 8][..], &[5; 8]].concat()),
        case("s2k-reserved", vec![2, 8]),
        case("s2k-of-gnupg", [&[101, 0][..], b"GNU", &[1]].concat()),
        case("s2k-unknown", vec![99, 8]),
        case("s2k-cut-short", vec![3, 8, 5, 5]),
        case("s2k-over-md5", iterated(1, 96)),
        case("s2k-over-sha1", iterated(2, 96)),
        case("s2k-over-an-unknown-hash", iterated(99, 96)),
        case("s2k-iterated-most", iterated(8, 255)),
        case("argon2-no-pass", argon2(0, 1, 16)),
        case("argon2-no-lane", argon2(1, 0, 16)),
        case("argon2-memory-under-the-lanes", argon2(1, 16, 3)),
        case("argon2-255-passes", argon2(255, 1, 16)),
        case("argon2-255-lanes", argon2(1, 255, 16)),
        case("argon2-512-mib", argon2(1, 1, 19)),
        case("argon2-2-gib", argon2(1, 4, 21)),
        case("argon2-2-tib", argon2(1, 1, 31)),
        case("argon2-more-than-there-is", argon2(1, 1, 255)),
        case("argon2-as-much-as-is-allowed", argon2(8, 1, 18)),
        Case::new("passwords/argon2-over-all-of-them", move || {
            let one = [&[4, 9][..], &argon2(3, 1, 18)].concat();
            tried(&vec![one; 8], Scheme::Mdc)
        }),
        Case::new("passwords/s2k-iterated-most-8-times", move || {
            let one = [&[4, 9][..], &iterated(8, 255)].concat();
            tried(&vec![one; 8], Scheme::Mdc)
        }),
        Case::new("passwords/version-6-over-md5", || {
            let mut body = skesk(OCB, super::passwords::iterated());
            // Version, length, cipher, mode, length, specifier, hash.
            body[6] = 1;
            tried(&[body], OCB)
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    [good_and_wrong(), several(), kinds()]
        .into_iter()
        .flatten()
        .collect()
}
