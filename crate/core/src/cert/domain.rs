//! Domains with letters of other scripts, in the ASCII form that mails and keys have them in (RFC 5890, 2.3.2.1).

use std::borrow::Cow;

use crate::limits::MAX_ADDRESS;

/// A label as it is asked for: one with other letters in lower case as `xn--` and its Punycode. `None` where there is
/// anything but letters, digits and hyphens among them.
///
/// What a registry would give out is not asked, which would need large tables: each label has a form of its own, so that none
/// can be taken for another, and what nobody can have is nobody's. Letters that are others in disguise are refused, and
/// so are marks that are written behind their letter.
pub(super) fn label(text: &str) -> Option<Cow<'_, str>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text));
    }
    if text.len() > MAX_ADDRESS {
        return None;
    }
    let plain = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '-',
        false => is_letter(c),
    };
    let lower: Vec<char> = text.chars().flat_map(char::to_lowercase).collect();
    let good = text.chars().chain(lower.iter().copied()).all(plain);
    good.then(|| Cow::Owned(format!("xn--{}", punycode(&lower))))
}

/// An address with its domain in ASCII, if that can be; all else of it as it is.
pub(crate) fn ascii_domain(address: &str) -> String {
    let halves = address.rsplit_once('@');
    let ascii = halves.and_then(|(local, domain)| {
        let labels: Option<Vec<_>> = domain.split('.').map(label).collect();
        Some(format!("{local}@{}", labels?.join(".")))
    });
    ascii.unwrap_or_else(|| address.to_owned())
}

fn is_letter(c: char) -> bool {
    let disguised = matches!(
        c,
        '\u{aa}' | '\u{ba}' | '\u{2000}'..='\u{2bff}' | '\u{f900}'..='\u{fdff}' | '\u{fe70}'..
    );
    c.is_alphabetic() && !disguised
}

/// RFC 3492, 6.3. A label of an address is short, and its letters are below U+10000: nothing overflows.
fn punycode(label: &[char]) -> String {
    let mut out: String = label.iter().filter(|c| c.is_ascii()).collect();
    let basic = out.len() as u32;
    if basic > 0 {
        out.push('-');
    }
    let (mut next, mut delta, mut bias, mut done) = (0x80, 0_u32, 72, basic);
    let later = |next: u32| {
        label
            .iter()
            .map(|&c| u32::from(c))
            .filter(move |c| *c >= next)
    };
    while let Some(least) = later(next).min() {
        delta += (least - next) * (done + 1);
        next = least;
        for &c in label {
            let c = u32::from(c);
            delta += u32::from(c < next);
            if c == next {
                push_number(delta, bias, &mut out);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done += 1;
            }
        }
        delta += 1;
        next += 1;
    }
    out
}

/// A number in digits of base 36, each of them with its own end.
fn push_number(number: u32, bias: u32, out: &mut String) {
    let mut digit = |value: u32| out.extend(char::from_digit((value + 10) % 36, 36));
    let mut left = number;
    let mut at = 36_u32;
    loop {
        let end = at.saturating_sub(bias).clamp(1, 26);
        if left < end {
            return digit(left);
        }
        digit(end + (left - end) % (36 - end));
        left = (left - end) / (36 - end);
        at += 36;
    }
}

/// RFC 3492, 6.1.
fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = delta / if first { 700 } else { 2 };
    delta += delta / points;
    let mut at = 0;
    while delta > 455 {
        delta /= 35;
        at += 36;
    }
    at + 36 * delta / (delta + 38)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_other_scripts() {
        for (text, expected) in [
            ("example", "example"),
            ("Example", "Example"),
            ("xn--bcher-kva", "xn--bcher-kva"),
            ("bücher", "xn--bcher-kva"),
            ("BÜCHER", "xn--bcher-kva"),
            ("straße", "xn--strae-oqa"),
            ("faß-b4", "xn--fa-b4-mqa"),
            ("café", "xn--caf-dma"),
            ("пример", "xn--e1afmkfd"),
            ("ΟΔΟΣ", "xn--pxavbq"),
            ("例え", "xn--r8jz45g"),
            ("münchen", "xn--mnchen-3ya"),
            ("مثال", "xn--mgbh0fb"),
            // RFC 3492, 7.1 (Q).
            ("パフィーdeルンバ", "xn--de-jg4avhby1noc0d"),
        ] {
            assert_eq!(label(text).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "u\u{308}",
            "exam\u{200b}ple",
            "\u{ff45}xample",
            "\u{212a}elvin",
            "ü_",
            "ü b",
            "ü@",
            "ü\u{3002}x",
            "𝐞x",
            "½",
            "\u{130}",
            "\u{fb01}",
        ] {
            assert_eq!(label(text), None, "{text}");
        }
        let long = "ü".repeat(100_000);
        assert_eq!(label(&long), None);
    }

    #[test]
    fn addresses_keep_all_else() {
        for (address, expected) in [
            ("Ann@Bücher.Example", "Ann@xn--bcher-kva.Example"),
            ("ännchen@bücher.example", "ännchen@xn--bcher-kva.example"),
            ("ann@example.org", "ann@example.org"),
            ("ann@ü b", "ann@ü b"),
            ("ann", "ann"),
        ] {
            assert_eq!(ascii_domain(address), expected);
        }
    }
}
