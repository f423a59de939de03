use proptest::prelude::*;

use super::*;
use crate::cert::Certificate;
use crate::testkit::{CERTIFY, DAY, MADE, Maker, NOW, SIGN, says, usual};
use crate::wire::{Bytes, Fingerprint, KeyAnswer, SkippedKey};

fn by(address: &str, issuer: Option<String>) -> Search {
    let address = (!address.is_empty()).then(|| address.to_owned());
    Search::new(&Wanted { address, issuer }).unwrap()
}

fn urls(search: &Search, place: KeyPlace) -> Vec<String> {
    (0..)
        .map_while(|n| search.request(place, n))
        .map(|r| r.url)
        .collect()
}

fn body(data: impl Into<Vec<u8>>) -> KeyAnswer {
    KeyAnswer::Body {
        status: 200,
        data: Bytes(data.into()),
    }
}

type Found = (Vec<Certificate>, Vec<SkippedKey>);

fn judged(
    search: &Search,
    place: KeyPlace,
    answer: &KeyAnswer,
    known: &[Fingerprint],
) -> Result<Found, ErrorCode> {
    match search.judge(place, 0, answer, |f| known.contains(f), NOW)? {
        Judged::Found {
            certificates,
            skipped,
        } => Ok((certificates, skipped)),
        Judged::Ask(request) => panic!("{request:?}"),
    }
}

fn directory(data: Vec<u8>) -> Result<Found, ErrorCode> {
    let search = by("ben@example.org", None);
    judged(&search, KeyPlace::Directory, &body(data), &[])
}

fn refusal(found: Result<Found, ErrorCode>) -> ErrorCode {
    found.err().unwrap()
}

#[test]
fn directories_are_asked_as_the_draft_says() {
    let joe = by("Joe.Doe@Example.ORG", None);
    assert_eq!(
        urls(&joe, KeyPlace::Directory),
        [
            "https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/\
             iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
            "https://example.org/.well-known/openpgpkey/hu/\
             iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe",
        ]
    );
    let places = joe.places();
    assert_eq!(places[0].hosts, ["example.org", "openpgpkey.example.org"]);
    assert_eq!(
        places[0].learns.address.as_deref(),
        Some("Joe.Doe@example.org")
    );
    assert_eq!(places[0].request.most, limits::MAX_ANSWER as u32);
}

#[test]
fn addresses_of_many_forms() {
    let last = |address: &str| urls(&by(address, None), KeyPlace::Directory).pop();
    let ends = |address: &str, end: &str| {
        let url = last(address).unwrap();
        assert!(url.ends_with(end), "{url} {end}");
    };
    // The case of the local part is told, and does not matter for the name.
    assert_eq!(
        last("Ann <ANN+lists@example.org>").map(|u| u.replace("?l=ANN", "?l=ann")),
        last("ann+lists@EXAMPLE.org")
    );
    ends("ann+lists@example.org", "?l=ann%2Blists");
    ends("a&b=c@example.org", "?l=a%26b%3Dc");
    ends("o'hara@example.org", "?l=o%27hara");
    ends("a/b?c#d@example.org", "?l=a%2Fb%3Fc%23d");
    // The name around the address holds another spelling of it.
    ends("ANN@example.org <Ann@example.org>", "?l=Ann");
    let idn = last("ann@xn--bcher-kva.example").unwrap();
    assert!(idn.starts_with("https://xn--bcher-kva.example/"));
    let typed = last("Ann <Ann@Bücher.example>").unwrap();
    assert_eq!(typed.replace("?l=Ann", "?l=ann"), idn);
    for text in [
        "ann@bü_cher.example",
        "änn@example.org",
        "\"ann bee\"@example.org",
        "\"ann\"@example.org",
        "ann@example.org, ben@example.org",
        "ann@[192.0.2.1]",
        "ann@example.org/x",
        "ann@example.org:444",
        "ann@user@example.org",
        "ann",
        "",
    ] {
        let wanted = Wanted {
            address: Some(text.into()),
            issuer: None,
        };
        assert_eq!(
            Search::new(&wanted).err(),
            Some(ErrorCode::NotAnAddress),
            "{text}"
        );
    }
}

#[test]
fn there_is_no_directory_in_local_networks() {
    for address in [
        "ann@localhost",
        "ann@router",
        "ann@192.168.1.1",
        "ann@1.1",
        "ann@192.168.0x1",
        "ann@1.0x",
    ] {
        let search = by(address, None);
        assert!(urls(&search, KeyPlace::Directory).is_empty(), "{address}");
        let places: Vec<_> = search.places().iter().map(|p| p.place).collect();
        assert_eq!(places, [KeyPlace::KeyServer], "{address}");
    }
}

#[test]
fn the_key_server_is_asked_by_one_thing_only() {
    let server = |search: &Search| urls(search, KeyPlace::KeyServer);
    let base = "https://keys.openpgp.org/vks/v1/";
    assert_eq!(
        server(&by("Ann+x@Example.org", None)),
        [format!("{base}by-email/ann%2Bx%40example.org")]
    );
    let id = Some("0123456789abcdef".to_owned());
    assert_eq!(
        server(&by("", id.clone())),
        [format!("{base}by-keyid/0123456789ABCDEF")]
    );
    let fingerprint = Some("ab".repeat(20));
    let both = by("ann@example.org", fingerprint);
    assert_eq!(
        server(&both),
        [format!("{base}by-fingerprint/{}", "AB".repeat(20))]
    );
    let learns: Vec<_> = both.places().into_iter().map(|p| p.learns).collect();
    assert!(learns[0].address.is_some() && learns[0].issuer.is_none());
    assert!(learns[1].address.is_none() && learns[1].issuer.is_some());
    let bad = Wanted {
        address: Some("ann@example.org".into()),
        issuer: Some("../../x".into()),
    };
    assert_eq!(Search::new(&bad).err(), Some(ErrorCode::BadCall));
    assert_eq!(
        Search::new(&Wanted::default()).err(),
        Some(ErrorCode::NotAnAddress)
    );
}

#[test]
fn only_silence_leads_to_the_direct_method() {
    let search = by("ben@example.org", None);
    let judge = |attempt, answer: KeyAnswer| {
        search.judge(KeyPlace::Directory, attempt, &answer, |_| false, NOW)
    };
    match judge(0, KeyAnswer::Silent {}) {
        Ok(Judged::Ask(request)) => {
            assert_eq!(request.attempt, 1);
            assert!(request.url.starts_with("https://example.org/"));
        }
        other => panic!("{other:?}"),
    }
    let error = |attempt, answer| judge(attempt, answer).err();
    assert_eq!(error(1, KeyAnswer::Silent {}), Some(ErrorCode::NoAnswer));
    assert_eq!(error(2, KeyAnswer::Silent {}), Some(ErrorCode::BadCall));
    assert_eq!(error(0, KeyAnswer::TimedOut {}), Some(ErrorCode::NoAnswer));
    assert_eq!(error(0, KeyAnswer::TooLarge {}), Some(ErrorCode::Limit));
    assert_eq!(error(0, KeyAnswer::Broken {}), Some(ErrorCode::NoAnswer));
    for (status, expected) in [
        (404, ErrorCode::NotFound),
        (410, ErrorCode::NotFound),
        (401, ErrorCode::NoAnswer),
        (302, ErrorCode::NoAnswer),
        (500, ErrorCode::NoAnswer),
        (0, ErrorCode::NoAnswer),
    ] {
        let data = Bytes(usual("Ben <ben@example.org>").bytes());
        let answer = KeyAnswer::Body { status, data };
        assert_eq!(error(0, answer), Some(expected), "{status}");
    }
    assert_eq!(error(0, body([])), Some(ErrorCode::NotFound));
    // A server that is no directory has one request.
    let answer = KeyAnswer::Silent {};
    let server = search.judge(KeyPlace::KeyServer, 0, &answer, |_| false, NOW);
    assert_eq!(server.err(), Some(ErrorCode::NoAnswer));
}

#[test]
fn a_directory_speaks_for_the_address_alone() {
    let ben = usual("Ben <BEN@example.org>").user("Boss <boss@example.net>", says(MADE));
    let eve = usual("Eve <eve@example.org>");
    let (found, skipped) = directory([eve.bytes(), ben.bytes()].concat()).unwrap();
    assert_eq!(found.len(), 1);
    let ids = found[0].info(NOW).user_ids;
    assert_eq!(ids.len(), 1);
    assert_eq!(ids[0].email.as_deref(), Some("ben@example.org"));
    assert_eq!(
        skipped,
        [SkippedKey {
            fingerprint: Some(eve.cert().fingerprint()),
            error: ErrorCode::OtherKey
        }]
    );
    assert_eq!(refusal(directory(eve.bytes())), ErrorCode::OtherKey);
    // Nobody signed this user ID.
    let forged = usual("Eve <eve@example.org>").packet(13, b"Ben <ben@example.org>".to_vec());
    assert_eq!(refusal(directory(forged.bytes())), ErrorCode::OtherKey);
    let gone = usual("Ben <ben@example.org>");
    let gone = Maker {
        packets: gone.packets[..3].to_vec(),
        ..gone
    }
    .revoke_user("Ben <ben@example.org>", says(NOW - DAY))
    .encrypts();
    assert_eq!(refusal(directory(gone.bytes())), ErrorCode::OtherKey);
}

#[test]
fn a_directory_gives_binary_keys_and_nothing_else() {
    let ben = usual("Ben <ben@example.org>");
    for (data, expected) in [
        (ben.cert().armored().into_bytes(), ErrorCode::BadAnswer),
        (
            b"<!doctype html><title>Log in</title>".to_vec(),
            ErrorCode::BadAnswer,
        ),
        (ben.secret_bytes(), ErrorCode::BadAnswer),
        (vec![0xff; 100], ErrorCode::NotAKey),
    ] {
        assert_eq!(refusal(directory(data)), expected);
    }
    let mut long = ben.bytes();
    long.resize(limits::MAX_ANSWER + 1, 0);
    assert_eq!(refusal(directory(long)), ErrorCode::Limit);
    let many: Vec<u8> = (0..=limits::MAX_FOUND)
        .flat_map(|_| usual("Ben <ben@example.org>").bytes())
        .collect();
    assert_eq!(refusal(directory(many)), ErrorCode::Limit);
}

#[test]
fn a_key_that_nobody_can_encrypt_to_is_of_no_use_to_write() {
    let signs = Maker::v4().user("Ben <ben@example.org>", says(MADE).flags(CERTIFY | SIGN));
    assert_eq!(refusal(directory(signs.bytes())), ErrorCode::UnusableKey);
    let revoked = Maker {
        packets: signs.packets[..1].to_vec(),
        ..signs.clone()
    };
    // Known, it is an update: that it can no longer be used is what must be heard of.
    let search = by("ben@example.org", None);
    let answer = body(revoked.revoke(says(NOW)).bytes());
    let known = [signs.cert().fingerprint()];
    assert!(judged(&search, KeyPlace::Directory, &answer, &known).is_ok());
    assert!(judged(&search, KeyPlace::Directory, &answer, &[]).is_err());
    // To check a signature it is what is needed.
    let fingerprint = signs.cert().fingerprint().to_string();
    let answer = body(signs.bytes());
    for (issuer, accepted) in [(fingerprint, true), ("00".repeat(8), false)] {
        let reading = by("ben@example.org", Some(issuer));
        let found = judged(&reading, KeyPlace::Directory, &answer, &[]);
        assert_eq!(found.is_ok(), accepted);
    }
}

#[test]
fn the_key_server_gives_the_key_that_was_asked_for() {
    let ben = usual("Ben <ben@example.org>").user("Ben <ben@example.net>", says(MADE));
    let ben = ben.signs();
    let subkey = ben.subkeys.last().unwrap().public_key();
    let subkey = Fingerprint::from_bytes(pgp::types::KeyDetails::fingerprint(&subkey).as_bytes());
    let search = by("", Some(subkey.to_string()));
    let server = |search: &Search, data: Vec<u8>, known: &[Fingerprint]| {
        judged(search, KeyPlace::KeyServer, &body(data), known)
    };
    let armored = |maker: &Maker| maker.cert().armored().into_bytes();
    let (found, _) = server(&search, armored(&ben), &[]).unwrap();
    assert_eq!(found[0].info(NOW).user_ids.len(), 2, "all that it verified");
    let eve = usual("Ben <ben@example.org>");
    let refused = |data| refusal(server(&search, data, &[]));
    assert_eq!(refused(armored(&eve)), ErrorCode::OtherKey);
    assert_eq!(refused(ben.bytes()), ErrorCode::BadAnswer, "binary");
    assert_eq!(refused(b"No key found".to_vec()), ErrorCode::BadAnswer);
    // With the subkey's packet added to it, but not bound.
    let added = Maker {
        packets: [&eve.packets[..], &ben.packets[7..8]].concat(),
        ..eve.clone()
    };
    assert_eq!(refused(armored(&added)), ErrorCode::OtherKey);
    // Bound, by who does not hold that key: as one for encryption nobody wants to see that it signs.
    let mut added = added;
    added.subkeys.push(ben.subkeys[1].clone());
    let binding = added.on_subkey(
        1,
        pgp::packet::SignatureType::SubkeyBinding,
        &says(MADE).flags(crate::testkit::ENCRYPT),
    );
    let added = added.signature(&binding);
    assert_eq!(refused(armored(&added)), ErrorCode::OtherKey);
    // What was not verified comes without user IDs: for a known key that is enough.
    let bare = Maker {
        packets: [&ben.packets[..1], &ben.packets[3..5], &ben.packets[7..]].concat(),
        ..ben.clone()
    };
    assert!(bare.cert().info(NOW).user_ids.is_empty());
    assert_eq!(refused(armored(&bare)), ErrorCode::NoUserId);
    let known = [ben.cert().fingerprint()];
    assert!(server(&search, armored(&bare), &known).is_ok());
    // By address it may not give more than the address.
    let by_address = by("ben@example.org", None);
    let (found, _) = server(&by_address, armored(&ben), &[]).unwrap();
    assert_eq!(found[0].info(NOW).user_ids.len(), 1);
}

proptest! {
    #[test]
    fn requests_go_to_hosts_that_were_named(text in "[aB@<>./:?#%&\\\\ \u{e4}\"+0-9-]{0,40}") {
        let wanted = Wanted { address: Some(text), issuer: None };
        if let Ok(search) = Search::new(&wanted) {
            prop_assert_eq!(Search::new(&search.wanted()), Ok(search.clone()));
            for lookup in search.places() {
                for url in urls(&search, lookup.place) {
                    let rest = url.strip_prefix("https://").unwrap();
                    let (host, path) = rest.split_once('/').unwrap();
                    prop_assert!(lookup.hosts.iter().any(|h| h == host), "{}", url);
                    prop_assert!(path.starts_with(".well-known/openpgpkey/") || path.starts_with("vks/v1/"));
                    prop_assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~/%?=".contains(&b)));
                    prop_assert!(path.matches('?').count() <= 1 && !path.contains("/../"));
                }
            }
        }
    }

    #[test]
    fn any_answer_is_judged(data in proptest::collection::vec(any::<u8>(), 0..200), status in 0_u16..600, attempt in 0_u8..4) {
        let search = by("ben@example.org", None);
        let answer = KeyAnswer::Body { status, data: Bytes(data) };
        for place in [KeyPlace::Directory, KeyPlace::KeyServer] {
            let _ = search.judge(place, attempt, &answer, |_| false, NOW);
        }
    }

    #[test]
    fn a_damaged_key_is_never_another_ones(at in 0_usize..400, to in any::<u8>()) {
        let mut data = usual("Ben <ben@example.org>").bytes();
        let at = at % data.len();
        data[at] = to;
        if let Ok((found, _)) = directory(data) {
            for certificate in found {
                prop_assert!(certificate.has_address("ben@example.org", NOW));
            }
        }
    }
}
