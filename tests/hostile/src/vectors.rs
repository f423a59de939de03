//! What others made: the examples of the standards, and files from the tests of other programs, with what must become
//! of each. `tests/vectors/manifest.txt` says it; where the files come from stands in `tests/vectors/NOTICE.md`.

use std::path::{Path, PathBuf};

use waxseal_core::agent::{self, Edit};
use waxseal_core::armor::{self, Kind};
use waxseal_core::cert::{Certificate, ReadKey};
use waxseal_core::engine::Capacity;
use waxseal_core::wire::{Bytes, Form, Secret, UiCall};

use crate::keys::rng;
use crate::message::{Reading, armor, literal};
use crate::{Input, NOW, Own};

/// The manifest as it is stored: `file | what is done | what becomes of it`, and lines of `#`.
pub const TEXT: &str = include_str!("../../vectors/manifest.txt");

/// Given to secret keys that lie there in clear.
const PASSPHRASE: &str = "correct horse";

/// One line of the manifest.
pub struct Vector {
    /// `class/file`, with a number where a file has several lines.
    pub name: String,
    /// What must become of it.
    pub outcome: &'static str,
    /// The files that it takes, the one that it is about first.
    pub files: Vec<&'static str>,
    what: What,
}

enum What {
    /// Keys are described.
    Keys,
    /// Keys are described by the vault, which looks at secret parts too. The same in clear may lie in another file.
    Import(Option<&'static str>),
    /// A secret key is imported and opened with its passphrase, if it has one.
    Secret(Option<&'static str>),
    /// A message is read.
    Read(Read),
}

#[derive(Default)]
struct Read {
    by: Vec<&'static str>,
    /// A secret key and its passphrase.
    key: Option<(&'static str, Option<&'static str>)>,
    password: Option<&'static str>,
    /// What a detached signature is over.
    over: Option<Text>,
    /// What may be shown.
    text: Option<Text>,
}

enum Text {
    Here(String),
    File(&'static str),
}

/// Where a file of the manifest lies.
pub fn path(file: &str) -> PathBuf {
    let standard = file.starts_with("rfc");
    let folder = if standard {
        "../../crate/core/testdata"
    } else {
        "../vectors"
    };
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .join(file)
}

fn bytes(file: &str) -> Vec<u8> {
    std::fs::read(path(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn keys(file: &str) -> Vec<ReadKey> {
    Certificate::read_many(&bytes(file)).keys
}

/// All lines, in their order.
///
/// # Panics
/// When a line is neither a comment nor an entry.
pub fn all() -> Vec<Vector> {
    let lines = TEXT.lines().map(str::trim);
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let mut all: Vec<Vector> = Vec::new();
    for line in lines {
        let vector = parse(line).unwrap_or_else(|| panic!("not an entry: {line}"));
        let before = all.iter().filter(|other| other.files[0] == vector.files[0]);
        let name = match before.count() {
            0 => vector.name,
            several => format!("{}-{}", vector.name, several + 1),
        };
        all.push(Vector { name, ..vector });
    }
    all
}

fn parse(line: &'static str) -> Option<Vector> {
    let mut columns = line.split(" | ");
    let (file, what, outcome) = (columns.next()?, columns.next()?, columns.next()?);
    if columns.next().is_some() {
        return None;
    }
    let mut files = vec![file];
    let (verb, rest) = what.split_once(' ').unwrap_or((what, ""));
    let what = match verb {
        "keys" if rest.is_empty() => What::Keys,
        "import" => {
            let clear = rest.strip_prefix("by=");
            files.extend(clear);
            What::Import(clear)
        }
        "secret" => What::Secret((!rest.is_empty()).then_some(rest)),
        "read" => What::Read(read(rest, &mut files)?),
        _ => return None,
    };
    let (class, name) = file.split_once('/')?;
    Some(Vector {
        name: format!("{class}/{}", name.replace('/', "-")),
        outcome,
        files,
        what,
    })
}

/// `by=FILE`, `key=FILE` or `key=FILE:PASSPHRASE`, `password=WORD`, `over=TEXT`, `text=TEXT`; the texts come last. A text
/// is a JSON string without quotation marks inside, or `@FILE`.
fn read(words: &'static str, files: &mut Vec<&'static str>) -> Option<Read> {
    let mut read = Read::default();
    let mut rest = words.trim();
    while let Some((name, behind)) = rest.split_once('=') {
        let end = match behind.starts_with('"') {
            true => behind.get(1..)?.find('"')? + 2,
            false => behind.find(' ').unwrap_or(behind.len()),
        };
        let (value, after) = behind.split_at(end);
        rest = after.trim_start();
        match name {
            "by" => read.by.push(value),
            "key" => {
                read.key = Some(
                    value
                        .split_once(':')
                        .map_or((value, None), |(f, p)| (f, Some(p))),
                )
            }
            "password" => read.password = Some(value),
            "over" => read.over = Some(text(value)?),
            "text" => read.text = Some(text(value)?),
            _ => return None,
        }
    }
    files.extend(&read.by);
    files.extend(read.key.map(|(file, _)| file));
    for text in [&read.over, &read.text] {
        if let Some(Text::File(file)) = text {
            files.push(file);
        }
    }
    rest.is_empty().then_some(read)
}

fn text(value: &'static str) -> Option<Text> {
    match value.strip_prefix('@') {
        Some(file) => Some(Text::File(file)),
        None => serde_json::from_str(value).ok().map(Text::Here),
    }
}

impl Text {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Here(text) => text.as_bytes().to_vec(),
            Self::File(file) => bytes(file),
        }
    }
}

impl Vector {
    /// Makes its input.
    pub fn input(&self) -> Input {
        let file = self.files[0];
        match &self.what {
            What::Keys => Input::Preview {
                data: Bytes(bytes(file)),
            },
            What::Import(clear) => {
                let mut own = own(file, None, clear.unwrap_or(file));
                let data = Bytes(bytes(file));
                own.calls.truncate(own.calls.len() - 2);
                own.calls.push(UiCall::PreviewImport { data });
                Input::Vault {
                    calls: own.calls,
                    keys: vec![own.key],
                }
            }
            What::Secret(passphrase) => {
                let own = own(file, *passphrase, file);
                Input::Vault {
                    calls: own.calls,
                    keys: vec![own.key],
                }
            }
            What::Read(read) => read.input(file),
        }
    }
}

/// The first key of a file, imported and unlocked. `clear` is where its secret lies in clear, if anywhere.
fn own(file: &str, passphrase: Option<&str>, clear: &str) -> Own {
    let found = keys(file);
    let first = found.first().unwrap_or_else(|| panic!("{file}: no key"));
    let key = first.certificate.fingerprint();
    let secret = |text: &str| Secret::new(text.to_owned());
    let import = |data: Vec<u8>| UiCall::Import {
        data: Bytes(data),
        accept: vec![key.clone()],
        passphrase: passphrase.is_none().then(|| secret(PASSPHRASE)),
        replace: false,
        stored: None,
        apart: false,
        added: None,
    };
    let mut calls = Vec::new();
    if first.certificate.info(NOW).user_ids.is_empty() {
        calls.push(import(named(clear)));
    }
    calls.push(import(bytes(file)));
    calls.push(UiCall::Unlock {
        key: key.clone(),
        passphrase: secret(passphrase.unwrap_or(PASSPHRASE)),
    });
    Own { calls, key }
}

/// The certificate with a user ID: version 6 needs none, but the vault takes only keys that have one.
fn named(file: &str) -> Vec<u8> {
    let key = keys(file).remove(0);
    let secret = key.secret.expect("a secret key");
    let open = agent::open(
        &key.certificate,
        &secret,
        &[],
        Capacity::NATIVE,
        &mut rng(1),
    );
    let open = open.unwrap_or_else(|error| panic!("{file}: {error}"));
    let edit = Edit::new(&key.certificate, &open, NOW).expect("a key that can be changed");
    let named = edit.add_user_id(b"Nobody <nobody@example.org>", true, &mut rng(1));
    named.expect("a user ID").to_bytes()
}

impl Read {
    fn input(&self, file: &str) -> Input {
        let mut reading = match &self.over {
            Some(over) => detached(&bytes(file), &over.bytes()),
            None => block(bytes(file)),
        };
        for certificate in self.by.iter().flat_map(|file| keys(file)) {
            reading = reading.knows(certificate.certificate.to_bytes());
        }
        if let Some((file, passphrase)) = self.key {
            reading = reading.own(own(file, passphrase, file));
        }
        if let Some(password) = self.password {
            reading = reading.password(password);
        }
        match &self.text {
            Some(text) => reading.text(String::from_utf8_lossy(&text.bytes())).input(),
            None => reading.input(),
        }
    }
}

/// As a page would show it.
fn block(data: Vec<u8>) -> Reading {
    match data.first() {
        // Packets begin with a byte that is no ASCII (RFC 9580, 4.2).
        Some(0x80..) => Reading::message(&data),
        _ => {
            let signed =
                String::from_utf8_lossy(&data).contains("-----BEGIN PGP SIGNED MESSAGE-----");
            let form = if signed { Form::Signed } else { Form::Message };
            Reading::block(form, data)
        }
    }
}

/// The extension knows no files yet: a detached signature goes before what it is over, in one message. What is hashed is
/// the same (RFC 9580, 5.2.4).
fn detached(signature: &[u8], over: &[u8]) -> Reading {
    let packets = match signature.first() {
        Some(0x80..) => signature.to_vec(),
        _ => armor::decode(signature, Kind::Signature).expect("a signature"),
    };
    let message = [packets, literal(over)].concat();
    Reading::block(Form::Message, armor("MESSAGE", &message))
}
