//! What the fuzz targets do with their bytes (`fuzz/`), and what every run of the tests does again with the stored
//! ones (`tests/regressions.rs`). A target ends well or panics; what takes long or much is the fuzzer's to notice.

use std::sync::OnceLock;

use waxseal_core::agent::{Protection, protect_new, unlock};
use waxseal_core::armor::{self, Checksum, Kind};
use waxseal_core::cert::Certificate;
use waxseal_core::engine::{NoCharsets, Reader, Writer, preview_keys};
use waxseal_core::message::{Document, Parsed, parse, read_cleartext};
use waxseal_core::vault::Vault;
use waxseal_core::verdict;
use waxseal_core::wire::engine::{EncryptJob, EncryptStep, Opened};
use waxseal_core::wire::host::{Answer, Snapshot, Step};
use waxseal_core::wire::mail::FileKind;
use waxseal_core::wire::{
    Bytes, Fingerprint, Form, Opener, PageCall, PageReply, Secret, Sender, UiCall, UiReply,
};

use crate::keys::{rng, usual};
use crate::message::{SCHEMES, SESSION_KEY, Scheme, literal, packet, tag};
use crate::{NOW, native};

/// A target: a name and a function of bytes.
pub type Target = (&'static str, fn(&[u8]));

/// All targets. Each starts from the seeds of its name (`seeds.rs`: the small cases of this package, and what others made);
/// what a fuzzer found besides stays in `target/fuzz/corpus`, and what was a finding in `fuzz/regressions`.
pub const TARGETS: [Target; 9] = [
    ("armor", armor),
    ("certificate", certificate),
    ("message", message),
    ("cleartext", cleartext),
    ("wire", wire),
    ("secret", secret),
    ("dearmor", dearmor),
    ("bulk", bulk),
    ("mime", mime),
];

/// Text of a page: every kind of block is looked for, and what is found survives being written again.
pub fn armor(data: &[u8]) {
    for kind in [
        Kind::Message,
        Kind::Signature,
        Kind::PublicKey,
        Kind::PrivateKey,
    ] {
        if let Ok(found) = armor::decode(data, kind) {
            let written = armor::write(kind, &found, Checksum::Crc24);
            assert_eq!(armor::decode(written.as_bytes(), kind), Ok(found));
        }
    }
    for form in [Form::Message, Form::Signed, Form::Key] {
        drop(Reader::open(data, form));
    }
}

/// Something to import: described, merged, written and read again.
pub fn certificate(data: &[u8]) {
    drop(preview_keys(data, NOW));
    let Ok(certificate) = Certificate::from_bytes(data) else {
        return;
    };
    let written = certificate.to_bytes();
    let again = Certificate::from_bytes(&written).expect("what was written can be read");
    assert_eq!(again.to_bytes(), written, "there is one form");
    let merged = certificate.merge(&again).expect("one key");
    assert_eq!(
        merged.to_bytes(),
        written,
        "a merge with itself adds nothing"
    );
}

fn judged(document: Document) {
    static ALICE: OnceLock<Certificate> = OnceLock::new();
    let alice =
        ALICE.get_or_init(|| Certificate::from_bytes(&usual(1).bytes()).expect("a certificate"));
    assert!(document.issuers().len() < 1000);
    let sender = Some("alice@example.org");
    drop(verdict::judge(
        document,
        std::slice::from_ref(alice),
        sender,
        NOW,
    ));
}

/// Packets of a message: as they came, and as the content of an encrypted one.
pub fn message(data: &[u8]) {
    match parse(data) {
        Ok(Parsed::Plain(document)) => judged(document),
        Ok(Parsed::Encrypted(mut encrypted)) => {
            for (algorithm, key) in [(7, &SESSION_KEY[..]), (9, &[0x61; 32])] {
                if let Ok(document) = encrypted.decrypt_given(algorithm, key) {
                    judged(document);
                }
            }
            drop(encrypted.decrypt_with_passwords(&[b"password"]));
        }
        Err(_) => {}
    }
    if let Ok(Parsed::Encrypted(mut encrypted)) = parse(&Scheme::Mdc.seal(data))
        && let Ok(document) = encrypted.decrypt_given(7, &SESSION_KEY)
    {
        judged(document);
    }
}

/// Cleartext signed text.
pub fn cleartext(data: &[u8]) {
    if let Ok(document) = read_cleartext(data) {
        judged(document);
    }
}

/// A mail: opened, shown, and each of its files taken out; parts that are opened by themselves too.
pub fn mime(data: &[u8]) {
    let mut sources = vec![data.to_vec()];
    // A part within a part within a part: each is smaller than what it was in.
    for _ in 0..3 {
        let inner = sources.iter().flat_map(|source| mail(source)).take(16);
        sources = inner.collect();
    }
}

/// The octets of what can be opened as a mail of its own.
fn mail(source: &[u8]) -> Vec<Vec<u8>> {
    let alice = Bytes(usual(1).bytes());
    let (mut reader, opened) = Reader::open_mail(source.to_vec());
    if let Opened::Encrypted { .. } = opened {
        let opener = Opener {
            certificate: Fingerprint::from_bytes(&[0; 20]),
            weak: false,
            packet: 0,
            name: String::new(),
        };
        reader.decrypt(Some(7), &SESSION_KEY, opener);
    }
    let known = std::slice::from_ref(&alice);
    let Ok(mail) = reader.read_mail(known, Some("alice@example.org"), NOW, &NoCharsets) else {
        return Vec::new();
    };
    let view = mail.view().clone();
    serde_json::to_string(&view).expect("a mail is JSON");
    let mut inner = Vec::new();
    for file in view.files {
        let octets = reader.file(file.id).expect("what is listed is there");
        assert!(file.size as usize == octets.len());
        assert!(!file.name.is_empty() && !file.name.contains(['/', '\\']));
        if matches!(
            file.kind,
            FileKind::Mail | FileKind::Encrypted | FileKind::Signed
        ) {
            inner.push(octets.into_owned());
        }
    }
    inner
}

fn window() -> Sender {
    Sender {
        url: "chrome-extension://abc/keys.html".to_owned(),
        origin: Some("chrome-extension://abc".to_owned()),
        tab: Some(1),
        frame: Some(0),
        document: Some("d".to_owned()),
    }
}

fn site() -> Sender {
    Sender {
        url: "https://mail.example.org/".to_owned(),
        origin: Some("https://mail.example.org".to_owned()),
        tab: Some(1),
        frame: Some(0),
        document: Some("d".to_owned()),
    }
}

/// Lines of JSON: whatever they are a call of, it is made; the vault boots from what is a snapshot.
pub fn wire(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let mut vault = native::vault();
    // Each line may cost a second (a key is made).
    for line in text.lines().take(4) {
        if let Ok(snapshot) = serde_json::from_str::<Snapshot>(line) {
            vault = Vault::boot(snapshot, NOW).0;
        }
        if let Ok(call) = serde_json::from_str::<UiCall>(line) {
            for sender in [window(), site()] {
                let step: Step<UiReply> = vault.ui(&sender, call.clone(), NOW, &mut rng(1));
                serde_json::to_string(&step).expect("an answer is JSON");
            }
        }
        if let Ok(call) = serde_json::from_str::<PageCall>(line) {
            for sender in [site(), window()] {
                let step: Step<PageReply> = vault.page(&sender, call.clone(), NOW, &mut rng(1));
                serde_json::to_string(&step).expect("an answer is JSON");
            }
        }
        if let Ok(answer) = serde_json::from_str::<Answer>(line) {
            drop(vault.resume(1, answer, NOW, &mut rng(1)));
        }
        if let Ok(sender) = serde_json::from_str::<Sender>(line) {
            drop(vault.ui(&sender, UiCall::Status {}, NOW, &mut rng(1)));
            drop(vault.page(&sender, PageCall::Hello {}, NOW, &mut rng(1)));
        }
        if let Ok(job) = serde_json::from_str::<EncryptJob>(line)
            && let (Some(writer), EncryptStep::Sign { request }) = Writer::begin(job, &mut rng(1))
        {
            drop(writer.finish(&request.digest.0, &mut rng(1)));
        }
        drop(vault.tick(NOW + 60));
    }
}

/// A secret key: imported, protected where it is not, opened with a passphrase.
pub fn secret(data: &[u8]) {
    const CHEAP: Protection = Protection {
        t: 1,
        p: 1,
        m_enc: 3,
    };
    let passphrase = Secret::new("correct horse".to_owned());
    for key in Certificate::read_many(data).keys {
        let Some(secret) = key.secret else {
            continue;
        };
        let own = protect_new(&key.certificate, &secret, &passphrase, CHEAP, &mut rng(1));
        for stored in own.iter().chain([&secret]) {
            drop(unlock(
                &key.certificate,
                stored,
                &passphrase,
                CHEAP,
                &mut rng(1),
            ));
        }
    }
}

/// Octets, armored and then mangled as the first of them says: what comes out is what went in.
pub fn dearmor(data: &[u8]) {
    let Some((how, data)) = data.split_first() else {
        return;
    };
    let kind = match how & 3 {
        0 => Kind::Message,
        1 => Kind::Signature,
        2 => Kind::PublicKey,
        _ => Kind::PrivateKey,
    };
    let checksum = match how & 4 {
        0 => Checksum::Crc24,
        _ => Checksum::None,
    };
    let block = armor::write(kind, data, checksum);
    let each = |line: fn(&str) -> String| block.lines().map(line).collect::<String>();
    let mangled = match how >> 3 {
        0 => block.clone(),
        1 => each(|line| format!("{line}\r\n")),
        2 => each(|line| format!("{line} \t\n")),
        3 => each(|line| format!("> {line}\n")),
        4 => each(|line| format!(">> > {line}\n")),
        5 => each(|line| format!("\u{a0}{line}\u{a0}\n")),
        6 => each(|line| format!("{line}\n\n")),
        7 => each(|line| format!("{line}<br>")),
        8 => format!("before\n{block}behind\n"),
        9 => block.replacen("\n\n", "\nComment: a\nVersion: b\n\n", 1),
        _ => return,
    };
    let found = armor::decode(mangled.as_bytes(), kind);
    match data.is_empty() {
        true => assert!(found.is_err(), "nothing is no block"),
        false => assert_eq!(found.as_deref(), Ok(data), "{mangled}"),
    }
}

/// The body of an encrypted packet in each scheme, which must be refused; and a text that is encrypted by the engine and
/// decrypted by us.
pub fn bulk(data: &[u8]) {
    let opened = |message: &[u8]| match parse(message) {
        Ok(Parsed::Encrypted(mut encrypted)) => encrypted.decrypt_given(7, &SESSION_KEY).ok(),
        _ => None,
    };
    for scheme in SCHEMES {
        let forged = [scheme.pkesk(), packet(tag::PROTECTED, data)].concat();
        assert!(opened(&forged).is_none(), "{scheme:?} was forged");
        let document = opened(&scheme.seal(&literal(data)));
        let document = document.expect("what was encrypted can be read");
        let message = verdict::judge(document, &[], None, NOW);
        assert_eq!(message.bytes(), data, "{scheme:?}");
    }
}
