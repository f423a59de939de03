//! Keys of other recipients that mails bring under their encryption.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use pgp::composed::KeyType;
use pgp::crypto::ecc_curve::ECCCurve;
use pgp::types::KeyVersion;

use super::kit::{ann, encrypted, eve, mail, multipart, read, read_from, signed, text};
use crate::cert::Certificate;
use crate::mime::limits::{MAX_AUTOCRYPT, MAX_FIELDS, MAX_GOSSIP, MAX_HEADER};
use crate::testkit::{MADE, Maker, NOW, says, usual};
use crate::wire::ErrorCode;
use crate::wire::engine::Summary;
use crate::wire::mail::MailView;

fn carl() -> Maker {
    usual("Carl <carl@example.org>")
}

fn key(maker: &Maker) -> String {
    STANDARD.encode(maker.cert().to_bytes())
}

fn field(address: &str, key: &str) -> String {
    format!("Autocrypt-Gossip: addr={address}; keydata={key}")
}

fn of_carl() -> String {
    field("carl@example.org", &key(&carl()))
}

/// What ann encrypts for three people, with these fields in its header.
fn payload(to: &str, fields: &[String]) -> String {
    let lines: String = fields.iter().map(|one| format!("{one}\r\n")).collect();
    format!(
        "From: Ann <ann@example.org>\r\n{to}{lines}\
         Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\n\r\nHello\r\n"
    )
}

const TO: &str = "To: bob@example.org, Carl <carl@example.org>\r\nCc: DORA@example.org\r\n\
                  Reply-To: list@example.org\r\n";

fn entity(fields: &[String]) -> String {
    payload(TO, fields)
}

fn sealed(entity: &str) -> MailView {
    read(&mail(&encrypted(Some(&ann()), entity)), &[&ann()]).view
}

fn addresses(view: &MailView) -> Vec<&str> {
    view.gossip.iter().map(|one| one.address.as_str()).collect()
}

#[test]
fn keys_of_recipients_are_offered() {
    let both = carl().user("Boss <boss@example.net>", says(MADE));
    let folded: String = key(&both)
        .as_bytes()
        .chunks(70)
        .flat_map(|line| [b"\r\n ", line].concat())
        .map(char::from)
        .collect();
    let fields = [
        field(" Carl@Example.org ", &folded),
        field("dora@example.org", &key(&usual("dora@example.org"))),
        field("list@example.org", &key(&usual("list@example.org"))),
    ];
    let all = ["carl@example.org", "dora@example.org", "list@example.org"];
    for source in [
        encrypted(Some(&ann()), &entity(&fields)),
        encrypted(None, &signed(&ann(), &entity(&fields))),
    ] {
        let view = read(&mail(&source), &[&ann()]).view;
        assert_eq!(addresses(&view), all);
        assert_eq!(view.gossip[0].fingerprint, both.cert().fingerprint());
        let certificate = Certificate::from_bytes(&view.gossip[0].data.0).unwrap();
        assert_eq!(certificate.info(NOW).user_ids.len(), 1);
        assert_eq!(view.brings, None);
    }
}

#[test]
fn the_sender_vouches_or_nobody() {
    let with = entity(&[of_carl()]);
    let seal = |signer| encrypted(signer, &with);
    let (ann, eve) = (ann(), eve());
    for (summary, source, known) in [
        (Summary::SignedBySender, seal(Some(&ann)), vec![&ann]),
        (Summary::NotSigned, seal(None), vec![&ann]),
        (Summary::UnknownSigner, seal(Some(&ann)), vec![&eve]),
        (Summary::SignedByOther, seal(Some(&eve)), vec![&ann, &eve]),
        (
            Summary::Mixed,
            encrypted(Some(&eve), &signed(&ann, &with)),
            vec![&ann, &eve],
        ),
        (
            Summary::BadSignature,
            encrypted(None, &signed(&ann, &with).replace("Hello", "Howdy")),
            vec![&ann],
        ),
        // Around the encryption: who made it need not know what is in there.
        (Summary::NotSigned, signed(&ann, &seal(None)), vec![&ann]),
    ] {
        let view = read(&mail(&source), &known).view;
        assert_eq!(view.verdict.summary, summary);
        let offered = summary == Summary::SignedBySender;
        assert_eq!(view.gossip.len(), usize::from(offered), "{summary:?}");
    }
    // The site names somebody else.
    let source = mail(&seal(Some(&ann)));
    let seen = read_from(source.as_bytes(), &[&ann], Some("eve@example.org")).unwrap();
    assert_eq!(seen.view.gossip, []);
    // Not encrypted.
    let view = read(&mail(&signed(&ann, &with)), &[&ann]).view;
    assert_eq!(view.verdict.summary, Summary::SignedBySender);
    assert_eq!(view.gossip, []);
}

#[test]
fn it_stands_in_the_header_of_the_payload_and_nowhere_else() {
    let gossip = of_carl();
    let none = entity(&[]);
    let inner = format!("{gossip}\r\n{}", text("Hello\r\n"));
    let forwarded = format!(
        "Content-Type: message/rfc822\r\n\r\n{}",
        mail(&entity(std::slice::from_ref(&gossip)))
    );
    let of_parts = |parts: &[&str]| {
        let parts = multipart("mixed", parts);
        format!("From: Ann <ann@example.org>\r\n{TO}{parts}")
            .replace("multipart/mixed;", "multipart/mixed; hp=\"cipher\";")
    };
    let within = encrypted(None, &entity(std::slice::from_ref(&gossip)));
    for content in [
        // A part, a mail that is sent on, alone or beside a text, a text, another encryption.
        of_parts(&[&inner]),
        of_parts(&[&text("See below."), &forwarded]),
        format!("From: Ann <ann@example.org>\r\n{TO}{forwarded}"),
        format!("{none}{gossip}\r\n"),
        of_parts(&[&within]),
    ] {
        let view = sealed(&content);
        assert_eq!(view.verdict.summary, Summary::SignedBySender);
        assert_eq!(view.gossip, [], "{content}");
    }
    // The header of the mail, and one that the signature does not reach.
    let outside = format!("{gossip}\r\n{}", mail(&encrypted(Some(&ann()), &none)));
    assert_eq!(read(&outside, &[&ann()]).view.gossip, []);
    let around = encrypted(None, &format!("{gossip}\r\n{}", signed(&ann(), &none)));
    let view = read(&mail(&around), &[&ann()]).view;
    assert_eq!(view.verdict.summary, Summary::SignedBySender);
    assert_eq!(view.gossip, []);
}

#[test]
fn whom_the_mail_did_not_go_to_it_says_nothing_about() {
    let stranger = field("stranger@example.org", &key(&usual("stranger@example.org")));
    let sender = field("ann@example.org", &key(&usual("ann@example.org")));
    assert_eq!(sealed(&entity(&[stranger, sender])).gossip, []);
    // Under the protection the mail went to bob alone, whatever stands outside.
    let inside = payload("To: bob@example.org\r\n", &[of_carl()]);
    let source = format!(
        "Cc: carl@example.org\r\n{}",
        mail(&encrypted(Some(&ann()), &inside))
    );
    assert_eq!(read(&source, &[&ann()]).view.gossip, []);
    // Without headers under the protection, or with a subject alone, those outside are shown, and anybody could write them.
    let bare = format!("{}\r\n{}", of_carl(), text("Hello\r\n"));
    let subject = entity(&[of_carl()])
        .replace("From: Ann <ann@example.org>\r\n", "Subject: Ferry\r\n")
        .replace("hp=\"cipher\"", "protected-headers=\"v1\"");
    for content in [bare, subject] {
        let source = mail(&encrypted(Some(&ann()), &content));
        let view = read(&format!("Cc: carl@example.org\r\n{source}"), &[&ann()]).view;
        assert_eq!(view.verdict.summary, Summary::SignedBySender);
        assert_eq!(view.headers.cc[0].address, "carl@example.org");
        assert_eq!(view.gossip, []);
    }
    // The older protected headers, with all of them.
    let all = entity(&[of_carl()]).replace("hp=\"cipher\"", "protected-headers=\"v1\"");
    assert_eq!(addresses(&sealed(&all)), ["carl@example.org"]);
}

#[test]
fn what_is_no_key_of_the_address_is_left_out() {
    let good = key(&carl());
    let signs = Maker::v4().user("Carl <carl@example.org>", says(MADE));
    let both = STANDARD.encode([carl().bytes(), signs.bytes()].concat());
    let dora = field("dora@example.org", &key(&usual("dora@example.org")));
    for fields in [
        vec![of_carl(), of_carl()],
        vec![of_carl(), of_carl(), of_carl()],
        vec![of_carl(), field("CARL@example.org", &key(&signs))],
        vec![field("carl@example.org", &key(&usual("eve@example.org")))],
        vec![field("carl@example.org", &key(&signs))],
        vec![field(
            "carl@example.org",
            &STANDARD.encode(carl().secret_bytes()),
        )],
        vec![field("carl@example.org", &both)],
        vec![field("carl@example.org", "")],
        vec![field("carl@example.org", "*")],
        vec![field("carl@example.org; critical=1", &good)],
        vec![field(
            &format!("carl@example.org; _x={}", "x".repeat(MAX_AUTOCRYPT)),
            &good,
        )],
        vec![format!("Autocrypt-Gossip: keydata={good}")],
        vec![format!("Autocrypt: addr=carl@example.org; keydata={good}")],
    ] {
        // What is beside it stays.
        let fields = [fields, vec![dora.clone()]].concat();
        let view = sealed(&entity(&fields));
        assert_eq!(addresses(&view), ["dora@example.org"], "{fields:?}");
    }
}

#[test]
fn floods_offer_nothing() {
    let to = |count: usize| {
        let all: Vec<_> = (0..count).map(|n| format!("r{n}@example.org")).collect();
        (format!("To: {}\r\n", all.join(",\r\n ")), all)
    };
    let (header, all) = to(MAX_GOSSIP + 1);
    let fields: Vec<_> = all
        .iter()
        .map(|one| field(one, &key(&usual(one))))
        .collect();
    let view = sealed(&payload(&header, &fields));
    assert_eq!(addresses(&view), all[..MAX_GOSSIP]);

    // Each takes thirty milliseconds of wasm.
    let slow = Maker::new(&KeyType::ECDSA(ECCCurve::P384), KeyVersion::V4, MADE);
    let fields: Vec<_> = all[..60]
        .iter()
        .map(|one| field(one, &key(&slow.clone().user(one, says(MADE)).encrypts())))
        .collect();
    let view = sealed(&payload(&header, &fields));
    let offered = view.gossip.len();
    assert!((20..50).contains(&offered), "{offered}");
    assert_eq!(addresses(&view), all[..offered]);

    // Many about others keep nobody's out.
    let mut fields = vec![field("eve@example.org", "AAAA"); MAX_FIELDS - 10];
    fields.push(of_carl());
    assert_eq!(addresses(&sealed(&entity(&fields))), ["carl@example.org"]);

    let long = field("carl@example.org", &"A".repeat(5 << 20));
    for (fields, limit) in [
        (vec![of_carl(); 10_000], MAX_FIELDS),
        (vec![long], MAX_HEADER),
    ] {
        let source = mail(&encrypted(Some(&ann()), &entity(&fields)));
        let refused = read_from(source.as_bytes(), &[&ann()], None);
        assert_eq!(refused.err(), Some(ErrorCode::Limit), "{limit}");
    }
}
