//! Armor that is broken in every way that text can be.

use waxseal_core::wire::{Bytes, Form};

use crate::keys::usual;
use crate::message::{Reading, TEXT, armor, literal};
use crate::{Case, Input};

fn whole() -> String {
    String::from_utf8(armor("MESSAGE", &literal(TEXT.as_bytes()))).expect("ASCII")
}

fn message(name: &'static str, make: fn() -> String) -> Case {
    Case::new(format!("armor/{name}"), move || {
        Reading::block(Form::Message, make().into_bytes()).input()
    })
}

fn keys(name: &'static str, make: fn() -> Vec<u8>) -> Case {
    Case::new(format!("armor/keys-{name}"), move || Input::Preview {
        data: Bytes(make()),
    })
}

/// The armored text with its lines changed.
fn lines(change: fn(&mut Vec<String>)) -> String {
    let mut lines: Vec<String> = whole().lines().map(str::to_owned).collect();
    change(&mut lines);
    lines.join("\n")
}

pub fn cases() -> Vec<Case> {
    vec![
        message("good", whole),
        message("empty", String::new),
        message("only-a-beginning", || {
            "-----BEGIN PGP MESSAGE-----\n\n".to_owned()
        }),
        message("nothing-inside", || {
            "-----BEGIN PGP MESSAGE-----\n\n-----END PGP MESSAGE-----\n".to_owned()
        }),
        message("without-end", || {
            whole().replace("-----END PGP MESSAGE-----", "")
        }),
        message("end-of-another-kind", || {
            whole().replace("END PGP MESSAGE", "END PGP SIGNATURE")
        }),
        message("beginning-inside", || {
            lines(|lines| lines.insert(2, "-----BEGIN PGP MESSAGE-----".into()))
        }),
        message("20000-beginnings", || {
            "-----BEGIN PGP MESSAGE-----\n\n".repeat(20_000)
        }),
        message("20000-beginnings-and-an-end", || {
            format!(
                "{}-----END PGP MESSAGE-----",
                "-----BEGIN PGP MESSAGE-----\n\n".repeat(20_000)
            )
        }),
        message("wrong-checksum", || {
            lines(|lines| lines.insert(3, "=AAAA".into()))
        }),
        message("octets-that-are-no-base64", || {
            lines(|lines| lines.insert(2, "!!!!§§§§".into()))
        }),
        message("nul-inside", || {
            lines(|lines| lines.insert(2, "\0\0".into()))
        }),
        message("padding-in-the-middle", || {
            lines(|lines| lines.insert(2, "AA==".into()))
        }),
        message("one-character-missing", || {
            lines(|lines| {
                lines[2].remove(5);
            })
        }),
        message("header-of-1-mb", || {
            lines(|lines| lines.insert(1, format!("Comment: {}", "x".repeat(1 << 20))))
        }),
        message("10000-headers", || {
            lines(|lines| lines.insert(1, "Comment: x\n".repeat(10_000).trim_end().into()))
        }),
        message("header-with-markup", || {
            lines(|lines| lines.insert(1, "Comment: <img src=x>\u{202e}".into()))
        }),
        message("blank-line-missing", || {
            lines(|lines| drop(lines.remove(1)))
        }),
        message("form-feed-for-blank-line", || {
            lines(|lines| lines[1] = "\u{c}".into())
        }),
        message("quoted", || {
            whole().lines().map(|line| format!("> {line}\n")).collect()
        }),
        message("no-break-spaces", || {
            lines(|lines| lines[1] = "\u{a0}".into())
        }),
        message("cr-line-ends", || whole().replace('\n', "\r")),
        message("crlf-line-ends", || whole().replace('\n', "\r\n")),
        message("spaces-everywhere", || whole().replace('\n', " \t \n ")),
        message("one-line", || whole().replace('\n', " ")),
        Case::new("armor/line-of-4-mb", || {
            let text = vec![b'a'; 3 << 20];
            let block = armor("MESSAGE", &literal(&text));
            let block = String::from_utf8(block).expect("ASCII");
            let (data, end) = block[29..].split_once("-----END").expect("an end");
            let block = format!("{}{}\n-----END{end}", &block[..29], data.replace('\n', ""));
            let shown = String::from_utf8(text).expect("ASCII");
            Reading::block(Form::Message, block.into_bytes())
                .text(shown)
                .input()
        }),
        message("message-in-parts", || {
            whole().replace("PGP MESSAGE", "PGP MESSAGE, PART 01/02")
        }),
        message("private-key-as-a-message", || {
            String::from_utf8(armor("MESSAGE", &usual(1).secret_bytes())).expect("ASCII")
        }),
        message("two-messages", || {
            format!("{}\n{}", whole(), whole().replace("cGF5", "cGF6"))
        }),
        message("latin-1-around", || {
            format!("\u{ff}\u{fe}{}\u{ff}", whole())
        }),
        keys("empty", Vec::new),
        keys("text-without-any", || b"no key here".to_vec()),
        keys("noise", || {
            (0..60_000_u32)
                .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
                .collect()
        }),
        keys("without-end", || {
            armor("PUBLIC KEY BLOCK", &usual(1).bytes())[..400].to_vec()
        }),
        keys("label-of-a-message", || armor("MESSAGE", &usual(1).bytes())),
        keys("public-label-on-a-secret-key", || {
            armor("PUBLIC KEY BLOCK", &usual(1).secret_bytes())
        }),
        keys("secret-label-on-a-public-key", || {
            armor("PRIVATE KEY BLOCK", &usual(1).bytes())
        }),
        keys("20000-beginnings", || {
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n".repeat(20_000)
        }),
        keys("2000-blocks-of-nothing", || {
            b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n-----END PGP PUBLIC KEY BLOCK-----\n"
                .repeat(2000)
        }),
        keys("three-mb-of-letters", || vec![b'a'; 3 << 20]),
    ]
}
