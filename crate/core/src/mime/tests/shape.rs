//! The shape of a mail as it crosses the wall.

use serde_json::{Value, json};

use super::kit::{ann, encrypted, eve, mail, multipart, read, signed, text};
use crate::wire::mail::{MailPart, MailView};
use crate::wire::packet::PacketInfo;

#[test]
fn a_mail_as_json() {
    let html = "Content-Type: text/html\r\n\r\n<p>Hello</p>";
    let alternative = multipart("alternative", &[&text("Hello"), html]);
    let file = "Content-Type: application/pdf; name=a.pdf\r\n\r\n%PDF-1";
    let payload = multipart("mixed; hp=\"cipher\"", &[&alternative, file]);
    let payload = format!("From: Ann <ann@example.org>\r\nSubject: inside\r\n{payload}");
    let seen = read(
        &mail(&encrypted(None, &signed(&ann(), &payload))),
        &[&ann()],
    );
    let mut found = serde_json::to_value(&seen.view).unwrap();
    // Sizes of what is random, the signer and what layers are made of are told elsewhere.
    found["structure"]["size"] = json!(0);
    found["structure"]["parts"][0]["size"] = json!(0);
    let levels = |part: &mut Value| part["packets"].as_array_mut().unwrap().drain(..).count();
    assert_eq!(levels(&mut found["structure"]), 2);
    assert_eq!(levels(&mut found["structure"]["parts"][0]), 1);
    let signatures = found["verdict"]["signatures"].as_array_mut().unwrap();
    assert_eq!(signatures.drain(..).count(), 1);
    let part = |media_type, name: Option<&str>, size, parts: Value| {
        json!({
            "media_type": media_type, "name": name, "size": size, "layer": null, "packets": [], "parts": parts,
        })
    };
    let texts = json!([
        part("text/plain", None, 5, json!([])),
        part("text/html", None, 12, json!([])),
    ]);
    let mixed = json!([
        part("multipart/alternative", None, 117, texts),
        part("application/pdf", Some("a.pdf"), 6, json!([])),
    ]);
    let expected = json!({
        "verdict": {
            "encrypted": true, "summary": "signed_by_sender", "confirmation": "unconfirmed", "signatures": [], "notes": [],
        },
        "headers": {
            "subject": "inside",
            "from": [{ "name": "Ann", "address": "ann@example.org" }],
            "to": [], "cc": [], "reply_to": [],
            "date": null,
            "protection": "encrypted",
            "secret_subject": true,
            "outside": [
                { "field": "subject", "value": "outside" },
                { "field": "to", "value": "bob@example.org" },
                { "field": "date", "value": "Sat, 28 Nov 2026 04:16:17 +0000" },
            ],
        },
        "brings": null,
        "gossip": [],
        "bodies": [{ "kind": "html", "html": "<p>Hello</p>", "plain": "Hello" }],
        "files": [{
            "id": 0, "name": "a.pdf", "media_type": "application/pdf", "size": 6, "content_id": null, "inline": false,
            "kind": "pdf", "shown_in": null, "signs": null,
        }],
        "structure": {
            "media_type": "multipart/encrypted", "name": null, "size": 0, "layer": "encrypted", "packets": [],
            "parts": [{
                "media_type": "multipart/signed", "name": null, "size": 0, "layer": "signed", "packets": [],
                "parts": [part("multipart/mixed", None, 257, mixed)],
            }],
        },
    });
    assert_eq!(found, expected);
    let back: MailView = serde_json::from_value(serde_json::to_value(&seen.view).unwrap()).unwrap();
    assert_eq!(back, seen.view);
}

/// Issuers and places in the verdict of the signatures that layers are made of, from the outside to the inside.
fn signatures(part: &MailPart) -> Vec<(&str, Option<u32>)> {
    let packets = part.packets.iter().flat_map(|level| &level.packets);
    let own = packets.filter_map(|packet| match packet {
        PacketInfo::Signature { issuer, judged, .. } => Some((issuer.as_str(), *judged)),
        _ => None,
    });
    own.chain(part.parts.iter().flat_map(signatures)).collect()
}

/// Whatever layers there are, a signature is told with the place that it has in the verdict, and one that the verdict does not
/// speak of with none.
#[test]
fn signatures_of_layers_have_their_places_in_the_verdict() {
    let hello = text("Hello");
    let broken = multipart(
        "signed; protocol=\"application/pgp-signature\"",
        &[
            &hello,
            "Content-Type: application/pgp-signature\r\n\r\nnone",
        ],
    );
    for (entity, counted) in [
        (
            encrypted(Some(&ann()), &signed(&eve(), &hello)),
            &[0, 1][..],
        ),
        (signed(&eve(), &signed(&ann(), &hello)), &[0, 1]),
        (encrypted(Some(&ann()), &hello), &[0]),
        // Who signed around an encryption is not spoken of.
        (
            signed(&eve(), &encrypted(None, &signed(&ann(), &hello))),
            &[0],
        ),
        (signed(&eve(), &encrypted(None, &hello)), &[]),
        // One that cannot be read has a place, too.
        (encrypted(Some(&ann()), &broken), &[0]),
        (signed(&ann(), &broken), &[0]),
        (encrypted(None, &broken), &[]),
    ] {
        let seen = read(&mail(&entity), &[&ann(), &eve()]);
        let told = signatures(&seen.view.structure);
        let places: Vec<_> = told.iter().filter_map(|(_, place)| *place).collect();
        assert_eq!(places, counted, "{entity}");
        for (issuer, place) in told {
            let verdict = place.map(|place| &seen.view.verdict.signatures[place as usize]);
            assert!(verdict.is_none_or(|one| one.issuer == issuer), "{entity}");
        }
    }
}
