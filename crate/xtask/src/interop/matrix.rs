//! Every question to one peer, both ways.

use super::cell::{Cell, Form, KINDS, Kind, Refusal, Way};
use super::limits::{Limit, Limits, Standing, stands};
use super::packets;
use super::peer::{Ask, Peer, Script, Sop};
use super::place::Place;
use super::suite::Named;
use crate::Outcome;

/// What is written: with letters beyond ASCII, a line that begins with a dash, and one that begins like a mail's header.
const TEXT: &str = "Grüße,\n- the harbour at nine.\n-- \nFrom Ann\n";
const PASSWORD: &str = "correct horse";

/// What was found out about one peer.
pub struct Judged {
    pub name: &'static str,
    pub version: String,
    pub cells: Vec<(Cell, Standing)>,
    /// The lines about this peer, in the order of the file.
    pub limits: Vec<Limit>,
    /// Those of them that are about nothing.
    pub unused: Vec<String>,
}

/// Asks a peer everything.
pub fn run(ours: &str, foreign: &[Script], peer: &Named, limits: &Limits) -> Outcome<Judged> {
    let place = Place::new(peer.name, peer.root.as_deref())?;
    // Ours works outside of any other system.
    let home = Place::new(&format!("{}-ours", peer.name), None)?;
    let table = Table {
        ours: Sop {
            program: ours.to_owned(),
            generates: KINDS
                .iter()
                .filter_map(|kind| Some((kind.name, kind.profile?)))
                .collect(),
            encrypts: vec![
                ("seipd1", "rfc4880"),
                ("ocb", "rfc9580"),
                ("password", "rfc4880"),
                ("argon2", "rfc9580"),
            ],
        },
        home: &home,
        peer: &*peer.peer,
        place: &place,
    };
    let version = peer.peer.version(&place)?;
    println!("{version}");
    let mut cells = Vec::new();
    for kind in KINDS {
        let name = format!("{}.key", kind.name);
        let key = table.key(kind, foreign)?;
        table
            .keep(&name, &format!("{}.cert", kind.name), &key)
            .map_err(text)?;
        cells.extend(table.kind(kind));
    }
    for form in Form::ALL {
        cells.extend(table.form(form));
    }
    peer.peer.leave(&place);
    let limits = limits.of(peer.name);
    let cells: Vec<(Cell, Standing)> = cells
        .into_iter()
        .map(|cell| {
            let standing = stands(&cell, &limits);
            (cell, standing)
        })
        .collect();
    let used = |at: usize| {
        let is = |standing: &Standing| matches!(standing, Standing::Limit(of) if *of == at);
        cells.iter().any(|(_, standing)| is(standing))
    };
    let unused = limits.iter().enumerate().filter(|(at, _)| !used(*at));
    Ok(Judged {
        name: peer.name,
        version,
        unused: unused.map(|(_, limit)| limit.shown()).collect(),
        cells,
        limits,
    })
}

fn text(refusal: Refusal) -> String {
    match refusal {
        Refusal::Ours(text) | Refusal::Theirs(text) => text,
    }
}

type Step<T = Vec<u8>> = Result<T, Refusal>;

/// The two at the table.
struct Table<'a> {
    ours: Sop,
    home: &'a Place,
    peer: &'a dyn Peer,
    place: &'a Place,
}

impl Table<'_> {
    fn ours(&self, ask: &Ask<'_>, data: &[u8]) -> Step {
        self.ours.ask(self.home, ask, data).map_err(Refusal::Ours)
    }

    fn theirs(&self, ask: &Ask<'_>, data: &[u8]) -> Step {
        self.peer
            .ask(self.place, ask, data)
            .map_err(Refusal::Theirs)
    }

    /// Other things that ours does, besides what all peers are asked.
    fn sop(&self, command: &str, data: &[u8]) -> Step {
        let words = [self.ours.program.as_str(), command];
        self.home.run(&words, data).map_err(Refusal::Ours)
    }

    /// Puts a secret key and its certificate, armored, before both.
    fn keep(&self, key_name: &str, cert_name: &str, key: &[u8]) -> Step<()> {
        let key = self.sop("armor", key)?;
        let cert = self.sop("extract-cert", &key)?;
        for place in [self.home, self.place] {
            let files = [(key_name, &key), (cert_name, &cert)];
            for (name, data) in files {
                place.write(name, data).map_err(Refusal::Ours)?;
            }
        }
        Ok(())
    }

    /// A key that is neither's own where Waxseal makes none of the kind.
    fn key(&self, kind: Kind, foreign: &[Script]) -> Outcome<Vec<u8>> {
        let ask = Ask::Generate(kind);
        if kind.profile.is_some() {
            return self.ours.ask(self.home, &ask, b"");
        }
        let mut made = foreign.iter().map(|one| one.ask(self.home, &ask, b""));
        made.find(Result::is_ok)
            .unwrap_or_else(|| Err(format!("nobody makes a key of the kind {}", kind.name)))
    }

    fn kind(&self, kind: Kind) -> Vec<Cell> {
        let name = kind.name;
        let (key, cert) = (format!("{name}.key"), format!("{name}.cert"));
        let cell = |op: &str, way, result| Cell {
            row: format!("{name} {op}"),
            says: format!("{}: {op}", kind.says),
            way,
            result,
        };
        let form = Form::Default;
        vec![
            cell("generate", Way::In, self.generated(kind)),
            cell("encrypt", Way::In, self.encrypted(&key, &cert, form)),
            cell("encrypt", Way::Out, self.decrypted(&key, &cert, form)),
            cell("sign", Way::In, self.signed(&key, &cert)),
            cell("sign", Way::Out, self.verified(&key, &cert)),
            cell("cleartext", Way::In, self.clearsigned(&key, &cert)),
            cell("cleartext", Way::Out, self.clear_verified(&key, &cert)),
        ]
    }

    fn form(&self, form: Form) -> Vec<Cell> {
        let kind = match form {
            Form::Ocb | Form::Gcm | Form::Eax => "v6",
            _ => "curve25519",
        };
        let (key, cert) = (format!("{kind}.key"), format!("{kind}.cert"));
        let cell = |way, result| Cell {
            row: format!("form {}", form.name()),
            says: form.says().to_owned(),
            way,
            result,
        };
        let mut cells = vec![cell(
            Way::In,
            match form.is_password() {
                true => self.password_encrypted(form),
                false => self.encrypted(&key, &cert, form),
            },
        )];
        if form.is_written() {
            let out = match form.is_password() {
                true => self.password_decrypted(form),
                false => self.decrypted(&key, &cert, form),
            };
            cells.push(cell(Way::Out, out));
        }
        cells
    }

    /// A key that the peer makes, used by both in every way.
    fn generated(&self, kind: Kind) -> Step<()> {
        let key = self.theirs(&Ask::Generate(kind), b"")?;
        let (key_name, cert) = ("their.key", "their.cert");
        self.keep(key_name, cert, &key)?;
        self.signed(key_name, cert)?;
        self.verified(key_name, cert)?;
        self.encrypted(key_name, cert, Form::Default)?;
        self.decrypted(key_name, cert, Form::Default)
    }

    fn encrypted(&self, key: &str, cert: &str, form: Form) -> Step<()> {
        let message = self.theirs(&Ask::Encrypt { cert, form }, TEXT.as_bytes())?;
        self.of_form(form, &message, Refusal::Theirs)?;
        let read = self.ours(&Ask::Decrypt { key }, &message)?;
        same(&read, Refusal::Ours)
    }

    fn decrypted(&self, key: &str, cert: &str, form: Form) -> Step<()> {
        let message = self.ours(&Ask::Encrypt { cert, form }, TEXT.as_bytes())?;
        self.of_form(form, &message, Refusal::Ours)?;
        let read = self.theirs(&Ask::Decrypt { key }, &message)?;
        same(&read, Refusal::Theirs)
    }

    fn password_encrypted(&self, form: Form) -> Step<()> {
        let password = PASSWORD;
        let ask = Ask::EncryptPassword { password, form };
        let message = self.theirs(&ask, TEXT.as_bytes())?;
        self.of_form(form, &message, Refusal::Theirs)?;
        let read = self.ours(&Ask::DecryptPassword { password }, &message)?;
        same(&read, Refusal::Ours)
    }

    fn password_decrypted(&self, form: Form) -> Step<()> {
        let password = PASSWORD;
        let ask = Ask::EncryptPassword { password, form };
        let message = self.ours(&ask, TEXT.as_bytes())?;
        self.of_form(form, &message, Refusal::Ours)?;
        let read = self.theirs(&Ask::DecryptPassword { password }, &message)?;
        same(&read, Refusal::Theirs)
    }

    /// The writer's fault if it is not: a peer that has no option for a form makes another one.
    fn of_form(&self, form: Form, message: &[u8], by: fn(String) -> Refusal) -> Step<()> {
        match packets::is(form, &self.sop("dearmor", message)?) {
            true => Ok(()),
            false => Err(by(format!("wrote a message that is not {}", form.name()))),
        }
    }

    fn signed(&self, key: &str, cert: &str) -> Step<()> {
        let made = self.theirs(&Ask::Sign { key }, TEXT.as_bytes())?;
        let signature = "their.sig";
        self.home.write(signature, &made).map_err(Refusal::Ours)?;
        self.ours(&Ask::Verify { cert, signature }, TEXT.as_bytes())?;
        // One that verifies everything verifies nothing.
        match self.ours(&Ask::Verify { cert, signature }, b"another text") {
            Ok(_) => Err(Refusal::Ours("verifies another text".into())),
            Err(_) => Ok(()),
        }
    }

    fn verified(&self, key: &str, cert: &str) -> Step<()> {
        let made = self.ours(&Ask::Sign { key }, TEXT.as_bytes())?;
        let signature = "our.sig";
        self.place.write(signature, &made).map_err(Refusal::Ours)?;
        self.theirs(&Ask::Verify { cert, signature }, TEXT.as_bytes())?;
        match self.theirs(&Ask::Verify { cert, signature }, b"another text") {
            Ok(_) => Err(Refusal::Theirs("verifies another text".into())),
            Err(_) => Ok(()),
        }
    }

    fn clearsigned(&self, key: &str, cert: &str) -> Step<()> {
        let block = self.theirs(&Ask::Clearsign { key }, TEXT.as_bytes())?;
        let read = self.ours(&Ask::VerifyClear { cert }, &block)?;
        same_lines(&read, Refusal::Ours)
    }

    fn clear_verified(&self, key: &str, cert: &str) -> Step<()> {
        let block = self.ours(&Ask::Clearsign { key }, TEXT.as_bytes())?;
        let read = self.theirs(&Ask::VerifyClear { cert }, &block)?;
        same_lines(&read, Refusal::Theirs)
    }
}

fn same(read: &[u8], by: fn(String) -> Refusal) -> Step<()> {
    match read == TEXT.as_bytes() {
        true => Ok(()),
        false => Err(by(format!("read {:?}", String::from_utf8_lossy(read)))),
    }
}

/// In the cleartext framework neither line ends, nor spaces before them, nor the last line end are signed.
fn same_lines(read: &[u8], by: fn(String) -> Refusal) -> Step<()> {
    let read = String::from_utf8_lossy(read);
    let lines = |text: &str| -> Vec<String> {
        let lines = text.trim_end().lines();
        lines.map(|line| line.trim_end().to_owned()).collect()
    };
    match lines(&read) == lines(TEXT) {
        true => Ok(()),
        false => Err(by(format!("read {read:?}"))),
    }
}
