//! The shape of a mail as it crosses the wall.

use serde_json::json;

use super::kit::{ann, encrypted, mail, multipart, read, signed, text};
use crate::wire::mail::MailView;

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
    // Sizes of what is random, and the signer, are told elsewhere.
    found["structure"]["size"] = json!(0);
    found["structure"]["parts"][0]["size"] = json!(0);
    let signatures = found["verdict"]["signatures"].as_array_mut().unwrap();
    assert_eq!(signatures.drain(..).count(), 1);
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
            "kind": "pdf", "signs": null,
        }],
        "structure": {
            "media_type": "multipart/encrypted", "name": null, "size": 0, "layer": "encrypted",
            "parts": [{
                "media_type": "multipart/signed", "name": null, "size": 0, "layer": "signed",
                "parts": [{
                    "media_type": "multipart/mixed", "name": null, "size": 257, "layer": null,
                    "parts": [
                        {
                            "media_type": "multipart/alternative", "name": null, "size": 117, "layer": null,
                            "parts": [
                                { "media_type": "text/plain", "name": null, "size": 5, "layer": null, "parts": [] },
                                { "media_type": "text/html", "name": null, "size": 12, "layer": null, "parts": [] },
                            ],
                        },
                        { "media_type": "application/pdf", "name": "a.pdf", "size": 6, "layer": null, "parts": [] },
                    ],
                }],
            }],
        },
    });
    assert_eq!(found, expected);
    let back: MailView = serde_json::from_value(serde_json::to_value(&seen.view).unwrap()).unwrap();
    assert_eq!(back, seen.view);
}
