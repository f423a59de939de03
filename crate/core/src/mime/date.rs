//! Dates (RFC 5322, 3.3 and 4.3).

/// Minutes ahead of UTC of the furthest zone; what is beyond is no zone.
const FURTHEST: i64 = 14 * 60;

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];

/// Seconds since 1970. `None` for what is no date, and for years before 1900.
pub(super) fn read(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?;
    // Zones are repeated in comments.
    let text = text.split('(').next()?;
    let separators = |c: char| c.is_whitespace() || c == ',';
    let mut words = text.split(separators).filter(|word| !word.is_empty());
    let mut first = words.next()?;
    if first.starts_with(|c: char| c.is_ascii_alphabetic()) {
        first = words.next()?;
    }
    let day = number(first, 1..=31)?;
    let name = words.next()?.to_ascii_lowercase();
    let month = MONTHS
        .iter()
        .position(|month| name.get(..3) == Some(month))?;
    let month = i64::try_from(month).ok()? + 1;
    let year = year(words.next()?)?;
    let mut clock = words.next()?.split(':');
    let hour = number(clock.next()?, 0..=23)?;
    let minute = number(clock.next()?, 0..=59)?;
    // There are minutes of 61 seconds.
    let second = clock
        .next()
        .map_or(Some(0), |second| number(second, 0..=60))?;
    let zone = words.next().map_or(Some(0), zone)?;
    if day > days_in(year, month) || clock.next().is_some() {
        return None;
    }
    Some(days(year, month, day) * 86_400 + (hour * 60 + minute - zone) * 60 + second)
}

fn number(word: &str, range: std::ops::RangeInclusive<i64>) -> Option<i64> {
    let digits = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    let number = word.parse().ok().filter(|_| digits)?;
    range.contains(&number).then_some(number)
}

fn year(word: &str) -> Option<i64> {
    let year = number(word, 0..=9999)?;
    match word.len() {
        // RFC 5322, 4.3
        2 if year < 50 => Some(year + 2000),
        2 | 3 => Some(year + 1900),
        4 if year >= 1900 => Some(year),
        _ => None,
    }
}

/// Minutes ahead of UTC. Names that nobody can be sure of count as UTC (RFC 5322, 4.3).
fn zone(word: &str) -> Option<i64> {
    let (sign, digits) = match word.as_bytes() {
        [b'+', digits @ ..] => (1, digits),
        [b'-', digits @ ..] => (-1, digits),
        name if name.iter().all(u8::is_ascii_alphabetic) => {
            return Some(match word.to_ascii_uppercase().as_str() {
                "EDT" => -240,
                "EST" | "CDT" => -300,
                "CST" | "MDT" => -360,
                "MST" | "PDT" => -420,
                "PST" => -480,
                _ => 0,
            });
        }
        _ => return None,
    };
    let both = number(
        std::str::from_utf8(digits).ok().filter(|d| d.len() == 4)?,
        0..=9959,
    )?;
    Some(sign * (both / 100 * 60 + both % 100))
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// These seconds since 1970 as a date, as they are called so many minutes ahead of UTC.
pub(super) fn write(seconds: i64, zone: i64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    let zone = match zone.abs() <= FURTHEST {
        true => zone,
        false => 0,
    };
    let local = seconds + zone * 60;
    let (day, second) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    // At least this many have passed; a step or two are left.
    let mut year = 1970 + day / 366;
    while days(year + 1, 1, 1) <= day {
        year += 1;
    }
    let months = (1..=12).rev();
    let month = months
        .into_iter()
        .find(|&month| days(year, month, 1) <= day);
    let month = month.unwrap_or(1);
    let name = |names: &[&'static str], at: i64| {
        let at = usize::try_from(at).unwrap_or_default();
        names.get(at).copied().unwrap_or_default()
    };
    let (weekday, lower) = (name(&DAYS, day.rem_euclid(7)), name(&MONTHS, month - 1));
    let (first, rest) = lower.split_at_checked(1).unwrap_or((lower, ""));
    format!(
        "{weekday}, {:02} {}{rest} {year} {:02}:{:02}:{:02} {}{:02}{:02}",
        day - days(year, month, 1) + 1,
        first.to_ascii_uppercase(),
        second / 3600,
        second / 60 % 60,
        second % 60,
        if zone < 0 { '-' } else { '+' },
        zone.abs() / 60,
        zone.abs() % 60,
    )
}

/// Days since 1970-01-01.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let years = year * 365 + before / 4 - before / 100 + before / 400;
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    // 1970-01-01 is day 719,528 of this count.
    years + months + day - 719_528
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_of_every_form() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 +0000", 0),
            ("1 Jan 1970 00:00 GMT", 0),
            ("Sat, 28 Nov 2026 04:16:17 +0000 (UTC)", 1_795_839_377),
            ("Sat,28 Nov 2026 05:16:17 +0100", 1_795_839_377),
            ("28 november 26 04:16:17 Z", 1_795_839_377),
            ("Fri, 27 Nov 2026 23:16:17 EST", 1_795_839_377),
            ("Tue, 29 Feb 2000 12:00:00 -0330", 951_838_200),
            ("Wed, 31 Dec 1969 23:59:59 +0000", -1),
            ("Mon, 1 Jan 101 00:00:00 +0000", 978_307_200),
            ("Thu, 01 Jan 1970 00:00:60 +0000", 60),
        ] {
            assert_eq!(read(text.as_bytes()), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "yesterday",
            "Thu, 32 Jan 1970 00:00:00 +0000",
            "Sun, 29 Feb 2026 00:00:00 +0000",
            "1 Foo 1970 00:00:00 +0000",
            "1 Jan 1970 24:00:00 +0000",
            "1 Jan 1970 00:00:00:00 +0000",
            "1 Jan 1970 00:00:00 +00",
            "1 Jan 1970 0:-1:00 +0000",
            "1 Jan 1800 00:00:00 +0000",
            "1970-01-01T00:00:00Z",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn dates_that_are_written() {
        for (seconds, zone, text) in [
            (0, 0, "Thu, 01 Jan 1970 00:00:00 +0000"),
            (1_795_839_377, 60, "Sat, 28 Nov 2026 05:16:17 +0100"),
            (951_838_200, -210, "Tue, 29 Feb 2000 12:00:00 -0330"),
            (951_838_200, 30_000, "Tue, 29 Feb 2000 15:30:00 +0000"),
            (i64::from(u32::MAX), 0, "Sun, 07 Feb 2106 06:28:15 +0000"),
        ] {
            assert_eq!(write(seconds, zone), text);
        }
    }

    proptest! {
        /// What is written is read, here and by an independent program.
        #[test]
        fn there_and_back(seconds in any::<u32>(), zone in -FURTHEST..=FURTHEST) {
            let text = write(seconds.into(), zone);
            prop_assert_eq!(read(text.as_bytes()), Some(seconds.into()), "{}", text);
            let theirs = mail_parser::DateTime::parse_rfc822(&format!("{text}\n"));
            prop_assert_eq!(theirs.map(|date| date.to_timestamp()), Some(seconds.into()));
        }

        /// An independent program reads the same.
        #[test]
        fn another_program_agrees(
            day in 1_i64..=28, month in 0_usize..12, year in 1971_i64..2200, hour in 0..24, minute in 0..60,
            zone in -1200_i64..=1200,
        ) {
            let zone = zone / 100 * 100;
            let text = format!(
                "{day} {} {year} {hour:02}:{minute:02}:07 {}{:04}\n", MONTHS[month],
                if zone < 0 { '-' } else { '+' }, zone.abs(),
            );
            let theirs = mail_parser::DateTime::parse_rfc822(&text).map(|date| date.to_timestamp());
            prop_assert_eq!(read(text.as_bytes()), theirs);
        }

        #[test]
        fn any_field_ends_well(text in "[0-9a-zA-Z,:+ -]{0,40}") {
            read(text.as_bytes());
        }
    }
}
