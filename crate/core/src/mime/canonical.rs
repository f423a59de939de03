//! The form in which a part is signed.

/// Line ends as they are signed (RFC 3156, 5): CRLF, whatever a server made of them. From the end on, so that all of it
/// stays in one place.
pub(super) fn canonical(octets: &mut Vec<u8>) {
    let is_bare = |text: &[u8], end: usize| {
        let before = end.checked_sub(1).and_then(|at| text.get(at));
        before != Some(&b'\r')
    };
    let lines = memchr::memchr_iter(b'\n', octets);
    let missing = lines.filter(|end| is_bare(octets, *end)).count();
    let mut end = octets.len();
    octets.reserve_exact(missing);
    octets.resize(end + missing, 0);
    let mut shift = missing;
    while shift > 0 {
        // What follows the last line end that is not in order moves as a whole, and the CR that is missing goes between.
        let bare = octets.get(..end).and_then(|rest| {
            let mut ends = memchr::memrchr_iter(b'\n', rest);
            ends.find(|end| is_bare(rest, *end))
        });
        let Some(at) = bare else { break };
        octets.copy_within(at..end, at + shift);
        shift -= 1;
        if let Some(place) = octets.get_mut(at + shift) {
            *place = b'\r';
        }
        end = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_line_ends_with_crlf(text in "[a\r\n]{0,20}") {
            let mut octets = text.clone().into_bytes();
            canonical(&mut octets);
            let expected = text.replace("\r\n", "\n").replace('\n', "\r\n");
            prop_assert_eq!(String::from_utf8(octets).unwrap(), expected);
        }
    }
}
