//! Times as ISO 8601 says them, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

use waxseal_core::wire::Time;

use crate::failure::Failure;

const DAY: i64 = 24 * 60 * 60;

/// The present.
pub fn now() -> Time {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = since.map_or(0, |since| since.as_secs());
    Time::try_from(seconds).unwrap_or(Time::MAX)
}

/// A bound of `--not-before` (`-` means the beginning of time) or `--not-after` (`-` means its end).
pub fn bound(text: Option<&str>, open: Time, present: Time) -> Result<Time, Failure> {
    match text {
        None | Some("-") => Ok(open),
        Some("now") => Ok(present),
        Some(text) => {
            parse(text).ok_or_else(|| Failure::UnsupportedOption(format!("{text} (not a date)")))
        }
    }
}

/// `2019-10-29T18:36:45Z`.
pub fn format(time: Time) -> String {
    let (days, rest) = (i64::from(time) / DAY, i64::from(time) % DAY);
    let (year, month, day) = civil(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// Reads a date, or a date and a time with or without seconds and with or without a zone. What is earlier or later than
/// OpenPGP can tell becomes the first or the last moment that it can.
fn parse(text: &str) -> Option<Time> {
    let (date, time) = match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date, time),
        None => (text, "00:00:00"),
    };
    let digits: String = date.chars().filter(|c| *c != '-').collect();
    let number = |text: &str| -> Option<i64> {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse().ok()).flatten()
    };
    let (year, month, day) = match digits.len() {
        8 => (
            number(digits.get(..4)?)?,
            number(digits.get(4..6)?)?,
            number(digits.get(6..)?)?,
        ),
        _ => return None,
    };
    let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let offset = match zone {
        "" | "Z" | "z" => 0,
        zone => {
            let plain: String = zone.chars().filter(|c| c.is_ascii_digit()).collect();
            let hours = number(plain.get(..2)?)?;
            let minutes = plain.get(2..).filter(|m| !m.is_empty());
            let minutes = minutes.map_or(Some(0), number)?;
            let seconds = hours * 3600 + minutes * 60;
            if zone.starts_with('-') {
                -seconds
            } else {
                seconds
            }
        }
    };
    let clock = clock
        .split_once(['.', ','])
        .map_or(clock, |(whole, _)| whole);
    let clock: String = clock.chars().filter(|c| *c != ':').collect();
    let (hour, minute, second) = match clock.len() {
        2 | 4 | 6 => (
            number(clock.get(..2)?)?,
            clock.get(2..4).map_or(Some(0), number)?,
            clock.get(4..6).map_or(Some(0), number)?,
        ),
        _ => return None,
    };
    let days = days(year, month, day);
    if civil(days) != (year, month, day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = days * DAY + hour * 3600 + minute * 60 + second - offset;
    Some(Time::try_from(seconds.max(0)).unwrap_or(Time::MAX))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days(year: i64, month: i64, day: i64) -> i64 {
    // A year that begins in March has its leap day at its end.
    let year = if month <= 2 { year - 1 } else { year };
    let (century, of_400) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    century * 146_097 + of_400 * 365 + of_400 / 4 - of_400 / 100 + of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (century, of_400) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_400 - of_400 / 1460 + of_400 / 36_524 - of_400 / 146_096) / 365;
    let of_year = of_400 - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = century * 400 + year + i64::from(month <= 2);
    (year, month, of_year - (153 * shifted + 2) / 5 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for (text, time, again) in [
            (
                "2019-10-29T18:36:45Z",
                1_572_374_205,
                "2019-10-29T18:36:45Z",
            ),
            (
                "2019-10-29T19:36:45+01:00",
                1_572_374_205,
                "2019-10-29T18:36:45Z",
            ),
            ("20191029T183645Z", 1_572_374_205, "2019-10-29T18:36:45Z"),
            (
                "2019-10-29T18:36:45.5Z",
                1_572_374_205,
                "2019-10-29T18:36:45Z",
            ),
            ("2000-02-29", 951_782_400, "2000-02-29T00:00:00Z"),
            ("2100-03-01T00:00Z", 4_107_542_400, "2100-03-01T00:00:00Z"),
            ("1960-01-01", 0, "1970-01-01T00:00:00Z"),
            ("3000-01-01", Time::MAX, "2106-02-07T06:28:15Z"),
        ] {
            assert_eq!(parse(text), Some(time), "{text}");
            assert_eq!(format(time), again);
        }
        for text in [
            "",
            "x",
            "2019-02-30",
            "2019-1-1",
            "2019-10-29T25:00Z",
            "2019-10-29Tx",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn every_day_until_2106_is_itself() {
        for day in 0..=49_710 {
            let (year, month, of_month) = civil(day);
            assert_eq!(days(year, month, of_month), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&of_month));
        }
    }

    #[test]
    fn bounds() {
        assert_eq!(bound(None, 7, 9).unwrap(), 7);
        assert_eq!(bound(Some("-"), 7, 9).unwrap(), 7);
        assert_eq!(bound(Some("now"), 7, 9).unwrap(), 9);
        assert_eq!(bound(Some("soon"), 7, 9).unwrap_err().code(), 37);
    }
}
