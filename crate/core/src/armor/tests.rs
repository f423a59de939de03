use super::super::{ArmorError, Checksum, Kind, MAX_ARMORED, decode, decode_owned};
use super::{LARGE, is_whole, orderly, repaired, unwrap_in_place, unwrapped};

use proptest::prelude::*;

fn write(kind: Kind, data: &[u8]) -> String {
    super::super::write(kind, data, Checksum::None)
}

/// 100 bytes, so that there are three lines, the last with padding.
fn data() -> Vec<u8> {
    (0..100_u8).map(|n| n.wrapping_mul(37)).collect()
}

fn lines() -> Vec<String> {
    let block = write(Kind::Message, &data());
    block.lines().map(str::to_owned).collect()
}

fn block(header: &[&str], body: &[String], checksum: &str) -> String {
    let mut all = vec!["-----BEGIN PGP MESSAGE-----".to_owned()];
    all.extend(header.iter().map(|line| (*line).to_owned()));
    all.push(String::new());
    all.extend(body.iter().cloned());
    if !checksum.is_empty() {
        all.push(checksum.to_owned());
    }
    all.push("-----END PGP MESSAGE-----".to_owned());
    all.join("\n")
}

fn body() -> Vec<String> {
    let lines = lines();
    lines[2..lines.len() - 1].to_vec()
}

#[track_caller]
fn good(text: &str) {
    assert_eq!(decode(text.as_bytes(), Kind::Message), Ok(data()), "{text}");
}

#[test]
fn what_we_write_is_plain() {
    let lines = lines();
    assert_eq!(lines[0], "-----BEGIN PGP MESSAGE-----");
    assert_eq!(lines[1], "");
    assert_eq!(lines[2].len(), 64);
    assert_eq!(lines.last().unwrap(), "-----END PGP MESSAGE-----");
    assert!(
        body().last().unwrap().ends_with("=="),
        "the tests below want padding"
    );
    good(&write(Kind::Message, &data()));
}

#[test]
fn headers_checksums_and_surroundings() {
    let version = &["Version: GnuPG v2"][..];
    let both = &["Version: GnuPG v2", "Comment: https://example.org/"][..];
    for header in [
        &[][..],
        version,
        both,
        &["Comment:"],
        &["Hash: SHA256", "X-Other: 1"],
    ] {
        // right, wrong, malformed, missing: all the same (RFC 9580, 6.1)
        for checksum in ["=njUN", "=AAAA", "=A", "=a\u{82}aI", "=$!()", "=njUNnj", ""] {
            let block = block(header, &body(), checksum);
            good(&block);
            good(&format!("Dear Bob,\n\n{block}\n\nBest\n"));
            good(&format!("before {block} after"));
            // no blank line after the headers
            good(&block.replacen("\n\n", "\n", 1));
            // the END of something else in front, a second block behind
            good(&format!(
                "-----END PGP MESSAGE-----\n{block}\n{}",
                write(Kind::Message, &[1])
            ));
        }
    }
}

#[test]
fn mangled_by_pages_and_mail_programs() {
    let plain = block(&["Version: 1"], &body(), "=njUN");
    let each = |f: &dyn Fn(&str) -> String| plain.lines().map(f).collect::<Vec<_>>().join("\n");
    good(&plain.replace('\n', "\r\n"));
    good(&plain.replace('\n', "\r"));
    good(&plain.replace('\n', "<br>"));
    good(&plain.replace('\n', "<BR />\n"));
    good(&plain.replace('\n', "\u{2028}"));
    good(&plain.replace('\n', "\n\n"));
    good(&plain.replace(' ', "\u{a0}"));
    good(&plain.replace(' ', "&nbsp;"));
    good(&each(&|line| format!("> {line}")));
    good(&each(&|line| format!(">> | > {line}")));
    good(&each(&|line| format!("\u{a0}\u{a0}{line}\u{a0}")));
    good(&each(&|line| format!("    {line}   \t")));
    good(&each(&|line| format!("\u{feff}{line}\u{200b}")));
    good(&each(&|line| {
        line.chars().map(|c| format!("{c}\u{ad}")).collect()
    }));
    // the blank line has become a space
    good(&plain.replacen("\n\n", "\n \u{a0}\n", 1));
    // format=flowed: space-stuffing (RFC 3676, 4.4)
    good(&each(&|line| format!(" {line}")));
    // quoted-printable (RFC 2045, 6.7)
    good(&plain.replace('=', "=3D"));
    let wrapped = body()
        .iter()
        .map(|l| hard_wrap(l, 30, "=\n"))
        .collect::<Vec<_>>();
    good(&block(&[], &wrapped, "=3DnjUN").replace("==\n=3D", "=3D=3D\n=3D"));
    // hard-wrapped, and all on one line
    let wrapped = body()
        .iter()
        .map(|l| hard_wrap(l, 30, "\n"))
        .collect::<Vec<_>>();
    good(&block(&["Version: 1"], &wrapped, "=njUN"));
    good(&block(&[], &[body().concat()], ""));
    // whitespace collapsed by HTML: everything on one line
    good(&plain.replace("\n\n", " ").replace('\n', " "));
    good(
        &block(&[], &body(), "=njUN")
            .replace("\n\n", " ")
            .replace('\n', " "),
    );
    let joined = block(&["Version: GnuPG v2", "Comment: by me"], &body(), "");
    good(&joined.replace("\n\n", " ").replace('\n', " "));
    good(&joined.replacen('\n', " ", 2));
    // a wrapped header
    good(&block(
        &["Comment: a very long", "comment about"],
        &body(),
        "=njUN",
    ));
    good(&block(
        &["Comment: a", "https://example.org/x"],
        &body(),
        "",
    ));
    // a fingerprint in a header is not data
    good(&block(
        &[&format!("Comment: {}", "ab".repeat(32))],
        &body(),
        "",
    ));
    // dash-escaped (RFC 9580, 7.2)
    good(
        &plain
            .replace("-----BEGIN", "- -----BEGIN")
            .replace("-----END", "- -----END"),
    );
}

fn hard_wrap(line: &str, width: usize, with: &str) -> String {
    let parts: Vec<_> = line.as_bytes().chunks(width).collect();
    let parts: Vec<_> = parts
        .iter()
        .map(|p| std::str::from_utf8(p).unwrap())
        .collect();
    parts.join(with)
}

#[test]
fn what_cannot_be_repaired() {
    let plain = block(&[], &body(), "=njUN");
    let decode = |text: &str| decode(text.as_bytes(), Kind::Message);
    assert_eq!(decode(""), Err(ArmorError::Missing));
    assert_eq!(
        decode("-----BEGIN PGP MESSAGE----"),
        Err(ArmorError::Missing)
    );
    assert_eq!(
        decode(&plain.replace("MESSAGE", "SIGNATURE")),
        Err(ArmorError::Missing)
    );
    assert_eq!(
        decode(&plain.replace("-----END", "")),
        Err(ArmorError::NoEnd)
    );
    let two = plain.replace("-----END PGP MESSAGE-----", &plain);
    assert_eq!(decode(&two), Err(ArmorError::NoEnd));
    for bad in ["!", "[quoted text hidden]", "\u{e4}", "=abc=", "<", "-"] {
        let mut body = body();
        body[0].push_str(bad);
        assert_eq!(
            decode(&block(&[], &body, "")),
            Err(ArmorError::NotBase64),
            "{bad}"
        );
    }
    assert_eq!(
        decode(&block(&["Version: 1"], &[], "")),
        Err(ArmorError::NotBase64)
    );
    assert_eq!(
        decode(&block(&[], &["A".into()], "")),
        Err(ArmorError::NotBase64)
    );
}

#[test]
fn too_much_is_refused_before_it_is_read() {
    let mut text = write(Kind::Message, &data()).into_bytes();
    text.resize(1 << 20, b'\n');
    assert_eq!(decode(&text, Kind::Message), Ok(data()));
    text.resize(MAX_ARMORED + 1, b'\n');
    assert_eq!(decode(&text, Kind::Message), Err(ArmorError::TooLarge));
}

proptest! {
    #[test]
    fn any_data_survives(
        data in proptest::collection::vec(any::<u8>(), 1..400),
        before in "[a-z<>&\\n -]{0,40}",
        quote in "[> ]{0,4}",
    ) {
        for (kind, checksum) in [
            (Kind::Message, Checksum::Crc24),
            (Kind::Signature, Checksum::None),
            (Kind::PublicKey, Checksum::Crc24),
        ] {
            let block = super::super::write(kind, &data, checksum);
            prop_assert_eq!(decode(block.as_bytes(), kind), Ok(data.clone()));
            let quoted: Vec<_> = block.lines().map(|line| format!("{quote}{line}")).collect();
            let page = format!("{before}\n{}\n{before}", quoted.join("\r\n"));
            prop_assert_eq!(decode(page.as_bytes(), kind), Ok(data.clone()));
        }
    }

    #[test]
    fn no_text_breaks_it(text in "(-----BEGIN PGP MESSAGE-----)?[ -~\\n\u{a0}\u{ad}=]{0,200}(-----END PGP MESSAGE-----)?") {
        let _ = decode(text.as_bytes(), Kind::Message);
    }

    #[test]
    fn no_bytes_break_it(text in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut page = b"-----BEGIN PGP MESSAGE-----\n".to_vec();
        page.extend(text);
        page.extend(b"\n-----END PGP MESSAGE-----");
        let _ = decode(&page, Kind::Message);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// The short way reads what the long one reads, and nothing else.
    #[test]
    fn both_ways_agree(
        header in prop_oneof![Just(""), Just("Hash: x\n"), Just("Comment: a b\nVersion: 1\n"), Just("no header\n")],
        checksum in prop_oneof![Just(Checksum::Crc24), Just(Checksum::None)],
        size in prop_oneof![4 => 1_usize..130, 1 => 6_100_usize..6_300],
        crlf in any::<bool>(),
        edits in proptest::collection::vec(
            (any::<prop::sample::Index>(), prop::sample::select(b"=\n\r A/:>-".to_vec()), 0_u8..3),
            0..4,
        ),
    ) {
        let data: Vec<u8> = (0..size).map(|n| (n * 37) as u8).collect();
        let mut text = super::super::write(Kind::Message, &data, checksum);
        text = text.replacen("-\n\n", &format!("-\n{header}\n"), 1);
        if crlf {
            text = text.replace('\n', "\r\n");
        }
        let mut bytes = text.into_bytes();
        // Most edits go where it matters: near the end.
        for (at, byte, how) in edits {
            let near = match size {
                0..130 => bytes.len().saturating_sub(60 * usize::from(how) + 60),
                // Around the place where a piece ends.
                _ => bytes.len().saturating_sub(300),
            };
            let at = near + at.index(bytes.len() - near);
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        if let Some(short) = short_way(&bytes) {
            let text = String::from_utf8_lossy(&bytes);
            prop_assert_eq!(Ok(short), repaired(&bytes, Kind::Message), "{}", text);
        }
    }
}

/// What the short way gives; the way that needs no second memory gives the same.
fn short_way(text: &[u8]) -> Option<Vec<u8>> {
    let body = orderly(text, Kind::Message)?;
    let data = unwrapped(&text[body.clone()]).filter(|data| !data.is_empty());
    assert_eq!(is_whole(text.get(body.clone())), data.is_some());
    if data.is_some() {
        let mut same = text.to_vec();
        unwrap_in_place(&mut same, body).unwrap();
        assert_eq!(Some(same), data);
    }
    data
}

#[test]
fn large_blocks_are_decoded_where_they_are() {
    let data: Vec<u8> = (0..LARGE).map(|at| ((at * at) >> 3) as u8).collect();
    let text = super::super::write(Kind::Message, &data, Checksum::Crc24);
    let one_line: String = text.lines().filter(|line| line.len() == 64).collect();
    for text in [
        text.replace('\n', "\r\n"),
        // One line, as long as the data.
        format!("-----BEGIN PGP MESSAGE-----\n\n{one_line}\r\n-----END PGP MESSAGE-----"),
        // What needs a closer look gets it.
        format!("words\n{}", text.replace('\n', " \n")),
        text,
    ] {
        let owned = decode_owned(text.clone().into_bytes(), Kind::Message);
        assert!(owned == decode(text.as_bytes(), Kind::Message));
        assert!(owned.unwrap().len() > LARGE / 64 * 63);
    }
}

#[test]
fn what_programs_write_goes_the_short_way() {
    for checksum in [Checksum::Crc24, Checksum::None] {
        for size in 1..200_u8 {
            let data: Vec<u8> = (0..size).collect();
            let text = super::super::write(Kind::Message, &data, checksum);
            for text in [
                text.clone(),
                text.replace('\n', "\r\n"),
                format!("\n{text}\n"),
            ] {
                assert_eq!(short_way(text.as_bytes()), Some(data.clone()));
            }
            let text = text.replacen("-\n\n", "-\nVersion: GnuPG v2\n\n", 1);
            assert_eq!(short_way(text.as_bytes()), Some(data));
        }
    }
}
