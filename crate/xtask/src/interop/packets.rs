//! How a message is encrypted, from its packets' headers: a cell of the matrix is about what was sent, not about what
//! was asked for.

use super::cell::Form;

/// Whether a message in binary is of the form.
pub fn is(form: Form, message: &[u8]) -> bool {
    let packets = split(message);
    let body = |tag: u8| packets.iter().find(|(of, _)| *of == tag).map(|(_, b)| *b);
    let container = body(18);
    let seipd1 = container.is_some_and(|body| body.first() == Some(&1));
    // Version, cipher, mode.
    let seipd2 = |mode: u8| matches!(container, Some([2, _, of, ..]) if *of == mode);
    // Version 4: cipher, S2K. Version 6: count, cipher, mode, count, S2K.
    let stretched = match body(3) {
        Some([4, _, s2k, ..]) | Some([6, _, _, _, _, s2k, ..]) => Some(*s2k),
        _ => None,
    };
    match form {
        Form::Default => container.is_some(),
        Form::Seipd1 => seipd1,
        Form::Eax => seipd2(1),
        Form::Ocb => seipd2(2),
        Form::Gcm => seipd2(3),
        Form::GnupgOcb => body(20).is_some(),
        Form::Password => seipd1 && stretched == Some(3),
        Form::Argon2 => container.is_some_and(|b| b.first() == Some(&2)) && stretched == Some(4),
    }
}

/// Tags and the beginnings of bodies, up to the first packet whose length is not known from its header.
fn split(message: &[u8]) -> Vec<(u8, &[u8])> {
    let (mut found, mut rest) = (Vec::new(), message);
    while let Some((tag, length, body)) = header(rest) {
        let (this, after) = match length.and_then(|length| body.split_at_checked(length)) {
            Some(split) => split,
            None => (body, &[][..]),
        };
        found.push((tag, this));
        rest = after;
    }
    found
}

/// RFC 9580, 4.2: tag, length of the body, and what follows the header.
fn header(data: &[u8]) -> Option<(u8, Option<usize>, &[u8])> {
    let (&first, rest) = data.split_first()?;
    let number = |bytes: &[u8]| bytes.iter().fold(0usize, |n, b| (n << 8) | usize::from(*b));
    if first & 0x40 == 0 {
        let count = match first & 3 {
            3 => return Some(((first >> 2) & 15, None, rest)),
            kind => 1 << kind,
        };
        let (length, body) = rest.split_at_checked(count)?;
        return Some(((first >> 2) & 15, Some(number(length)), body));
    }
    let (&second, body) = rest.split_first()?;
    let (length, body) = match second {
        0..=191 => (Some(usize::from(second)), body),
        192..=223 => {
            let (&third, body) = body.split_first()?;
            let length = (usize::from(second - 192) << 8) + usize::from(third) + 192;
            (Some(length), body)
        }
        224..=254 => (None, body),
        255 => {
            let (length, body) = body.split_at_checked(4)?;
            (Some(number(length)), body)
        }
    };
    Some((first & 63, length, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn containers_are_told_apart() {
        // An encrypted session key of version 3 before each.
        let with = |container: &[u8]| [&[0xc1, 2, 3, 0], container].concat();
        let seipd1 = with(&[0xd2, 3, 1, 0, 0]);
        let ocb = with(&[0xd2, 0xc0, 0, 2, 9, 2, 6]);
        let partial = with(&[0xd2, 0xe9, 2, 9, 3, 6]);
        let old = with(&[0x84 | (18 << 2) & 0x3c, 0]);
        assert!(is(Form::Seipd1, &seipd1) && !is(Form::Ocb, &seipd1));
        assert!(is(Form::Ocb, &ocb) && !is(Form::Gcm, &ocb));
        assert!(is(Form::Gcm, &partial));
        assert!(!is(Form::Default, &old) && !is(Form::Default, b""));
        let password = [&[0xc3, 4, 4, 9, 3, 8][..], &[0xd2, 1, 1]].concat();
        let argon2 = [
            &[0xc3, 7, 6, 30, 9, 2, 20, 4, 0][..],
            &[0xd2, 4, 2, 9, 2, 6],
        ]
        .concat();
        assert!(is(Form::Password, &password) && !is(Form::Argon2, &password));
        assert!(is(Form::Argon2, &argon2) && !is(Form::Password, &argon2));
    }
}
