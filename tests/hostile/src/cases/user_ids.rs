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
        case(
            "variation-selectors",
            "A\u{fe0f}l\u{e0100}i\u{fe00}ce1\u{fe0f} <a@example.org>".as_bytes(),
        ),
        case(
            "tags",
            "Alice\u{e0001}\u{e0062}\u{e006f}\u{e0062} <a@example.org>".as_bytes(),
        ),
        case(
            "fillers",
            "Al\u{34f}i\u{3164}c\u{2800}e\u{ffa0}\u{115f} <a@example.org>".as_bytes(),
        ),
        case("marks-on-nothing", "\u{301}\u{20dd} <a@example.org>".as_bytes()),
        Case::new("user-ids/pile-of-500-marks", || {
            named(format!("A{} <a@example.org>", "\u{301}\u{489}".repeat(250)).as_bytes())
        }),
        case(
            "names-that-need-joiners",
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647} \u{1f469}\u{200d}\u{1f4bb} <a@example.org>".as_bytes(),
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
