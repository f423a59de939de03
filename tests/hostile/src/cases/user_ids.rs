//! User IDs are text by strangers that is drawn beside "good signature".

use waxseal_core::wire::Bytes;

use crate::keys::{CERTIFY, Maker, SIGN, says};
use crate::message::tag;
use crate::{Case, Input, MADE};

fn named(id: &[u8]) -> Input {
    let maker = Maker::v4(1)
        .user(id, says(MADE).flags(CERTIFY | SIGN))
        .encrypts();
    Input::Preview {
        data: Bytes(maker.bytes()),
    }
}

pub fn cases() -> Vec<Case> {
    let case =
        |name: &str, id: &'static [u8]| Case::new(format!("user-ids/{name}"), move || named(id));
    vec![
        case("good", b"Alice <alice@example.org>"),
        case("empty", b""),
        case("spaces", b"     "),
        case(
            "right-to-left",
            "Alice \u{202e}gro.elpmaxe@ecila\u{202c} <a@example.org>".as_bytes(),
        ),
        case(
            "isolates",
            "\u{2066}Alice\u{2069} <\u{2067}a@example.org\u{2069}>".as_bytes(),
        ),
        case(
            "zero-width",
            "Al\u{200b}ice <ali\u{200d}ce@exam\u{feff}ple.org>".as_bytes(),
        ),
        case("nul", b"Alice\0 <alice@example.org>\0<eve@example.org>"),
        case("control", b"Alice\x1b[2J\x07\x7f <alice@example.org>"),
        case(
            "line-breaks",
            b"Alice\r\n\r\nGood signature by Bob\n<alice@example.org>",
        ),
        case(
            "line-separator",
            "Alice\u{2028}Good signature\u{2029}<alice@example.org>".as_bytes(),
        ),
        case(
            "markup",
            b"<img src=x onerror=alert(1)> <alice@example.org>",
        ),
        case(
            "invalid-utf-8",
            b"Al\xff\xfeice \xc3\x28 <alice@example.org>",
        ),
        case(
            "overlong-utf-8",
            b"Alice \xc0\xbc\xe0\x80\xbc <alice@example.org>",
        ),
        case("two-addresses", b"<manager@example.org> <eve@example.org>"),
        case(
            "address-in-the-name",
            b"\"manager@example.org\" <eve@example.org>",
        ),
        case(
            "combining",
            "A\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301}\u{0301} <a@example.org>"
                .as_bytes(),
        ),
        Case::new("user-ids/of-2000-octets", || named(&[b'a'; 2000])),
        Case::new("user-ids/of-3000-octets", || named(&[b'a'; 3000])),
        Case::new("user-ids/of-1-mb", || named(&vec![b'a'; 1 << 20])),
        Case::new("user-ids/of-1-mb-unsigned", || {
            let maker = Maker::v4(1)
                .user(crate::keys::ID, says(MADE).flags(CERTIFY | SIGN))
                .encrypts();
            Input::Preview {
                data: Bytes(maker.packet(tag::USER_ID, vec![b'a'; 1 << 20]).bytes()),
            }
        }),
        Case::new("user-ids/twice-the-same", || {
            let id = "Alice <alice@example.org>";
            let maker = Maker::v4(1).user(id, says(MADE).flags(CERTIFY | SIGN));
            let maker = maker.user(id, says(MADE).flags(CERTIFY | SIGN)).encrypts();
            Input::Preview {
                data: Bytes(maker.bytes()),
            }
        }),
    ]
}
