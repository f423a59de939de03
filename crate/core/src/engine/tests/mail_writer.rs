//! Whole mails: what is written is read again, by others too, and tells nobody what it must not.

mod hidden;
mod laws;
mod reading;
mod refusals;

use pgp::composed::SignedSecretKey;

use super::kit::{Kind, decipher, now, opener, public, rng, secret, sign};
use crate::engine::{MailWriter, NoCharsets, Portable, Read, Reader};
use crate::message::bulk::ready;
use crate::wire::compose::{
    MailForm, MailOrder, MailOutput, WriteStep, WrittenFile, WrittenHeaders,
};
use crate::wire::engine::Opened;
use crate::wire::mail::{MailAddress, MailView};
use crate::wire::{ErrorCode, Form};

pub(crate) fn address(name: &str, address: &str) -> MailAddress {
    MailAddress {
        name: name.to_owned(),
        address: address.to_owned(),
    }
}

/// A mail of ann's to bob with nothing but a text.
pub(crate) fn order(form: MailForm) -> MailOrder {
    MailOrder {
        form,
        headers: WrittenHeaders {
            from: Some(address("Ann", "ann@example.org")),
            to: vec![address("Bob Bär", "bob@example.org")],
            cc: vec![],
            subject: "Pläne".to_owned(),
            outer_subject: Some("[...]".to_owned()),
        },
        text: "Hello Bob,\nGrüße\n".to_owned(),
        html: None,
        recipients: vec![public(&secret(Kind::V4, "bob"))],
        hidden: vec![],
        own: Some(public(&ann())),
        signer: Some(public(&ann())),
        passwords: vec![],
        for_waxseal: false,
        gossip: false,
        enclosed_key: None,
        now: now(),
        utc_offset: 60,
    }
}

pub(crate) fn ann() -> SignedSecretKey {
    secret(Kind::V4, "ann")
}

pub(crate) fn file(name: &str, media_type: &str, content_id: Option<&str>) -> WrittenFile {
    WrittenFile {
        name: name.to_owned(),
        media_type: media_type.to_owned(),
        content_id: content_id.map(str::to_owned),
    }
}

/// Makes a mail as desk and vault do together.
pub(crate) fn make(
    order: MailOrder,
    files: &[(WrittenFile, &[u8])],
) -> Result<(Vec<(MailOutput, String)>, bool), ErrorCode> {
    let (mut writer, mut step) = MailWriter::begin(order);
    let mut rng = rng(5);
    for (file, data) in files {
        if let WriteStep::Ready {} = step {
            step = writer.add_file(file.clone(), (*data).into(), &mut rng);
        }
    }
    if let WriteStep::Ready {} = step {
        step = ready(writer.make_on(&Portable, &mut rng)).unwrap();
    }
    if let WriteStep::Sign { requests } = &step {
        let signatures: Vec<_> = requests.iter().map(|one| sign(&ann(), one)).collect();
        step = ready(writer.finish_on(&Portable, &signatures, &mut rng)).unwrap();
    }
    match step {
        WriteStep::Done { outputs, aead } => {
            let made = outputs.into_iter().enumerate().map(|(at, about)| {
                let output = writer.output(at as u32).unwrap();
                let mut octets = Vec::new();
                (0..)
                    .map_while(|number| output.part(number))
                    .for_each(|part| octets.extend_from_slice(part.text().as_bytes()));
                assert_eq!(
                    (octets.len(), output.size()),
                    (about.size as usize, octets.len())
                );
                (about, String::from_utf8(octets).unwrap())
            });
            Ok((made.collect(), aead))
        }
        WriteStep::Failed { error, .. } => Err(error),
        WriteStep::Ready {} | WriteStep::Sign { .. } => panic!("{step:?}"),
    }
}

/// The one message that came of it.
pub(crate) fn message(order: MailOrder, files: &[(WrittenFile, &[u8])]) -> String {
    let (mut outputs, _) = make(order, files).unwrap();
    let (about, armored) = outputs.pop().unwrap();
    assert!(outputs.is_empty() && armored.is_ascii());
    assert_eq!(about.name, "encrypted.asc");
    armored
}

/// The same as the text of a webmail's page shows it.
fn open(armored: &str, reader_is: &SignedSecretKey) -> Reader {
    let (mut reader, opened) = Reader::open(armored.as_bytes(), Form::Message);
    unlock(&mut reader, opened, reader_is);
    reader
}

fn unlock(reader: &mut Reader, opened: Opened, reader_is: &SignedSecretKey) {
    let Opened::Encrypted { pkesks, .. } = &opened else {
        panic!("{opened:?}");
    };
    let (algorithm, key) = decipher(reader_is, pkesks);
    let opened = reader.decrypt(algorithm, &key, opener(reader_is));
    assert!(matches!(opened, Opened::Readable { .. }), "{opened:?}");
}

/// A mail with the octets of its files.
fn shown(reader: &mut Reader, site: Option<&str>) -> (MailView, Vec<Vec<u8>>) {
    let known = [public(&ann())];
    let view = match reader.read(&known, &[], site, now(), &NoCharsets).unwrap() {
        Read::Mail(mail) => mail.view().clone(),
        Read::Message(message) => panic!("{message:?}"),
    };
    let octets = view
        .files
        .iter()
        .map(|file| reader.file(file.id).unwrap().into_owned());
    let octets = octets.collect();
    (view, octets)
}

const SITE: Option<&str> = Some("Ann <ann@example.org>");
