//! Durations as people write them: `90s`, `2h`, `1h30m`, `1d`.

use std::time::Duration;

/// Reads a duration; a number alone is seconds. The settings and cronwrap's options take the same.
///
/// ```
/// assert_eq!(reporting::parse_duration("1h30m").unwrap().as_secs(), 5_400);
/// assert_eq!(reporting::parse_duration("1.5h").unwrap().as_secs(), 5_400);
/// assert!(reporting::parse_duration("soon").is_err());
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let refuse = || format!("{text:?} is no duration: write 90s, 15m, 2h, 1d or 1h30m");
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(refuse());
    }
    let mut total = Duration::ZERO;
    while !rest.is_empty() {
        let (number, behind) = split(rest, |letter| letter.is_ascii_digit() || letter == '.');
        let (unit, behind) = split(behind.trim_start(), |letter| letter.is_ascii_alphabetic());
        let seconds = match unit {
            "ms" => 0.001,
            "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            "w" => 7.0 * 86_400.0,
            "" if number == text.trim() => 1.0,
            _ => return Err(refuse()),
        };
        let number: f64 = number.parse().map_err(|_| refuse())?;
        let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| refuse())?;
        total = total.checked_add(part).ok_or_else(refuse)?;
        rest = behind.trim_start();
    }
    Ok(total)
}

/// The beginning that is made of such letters, and the rest.
fn split(text: &str, belongs: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|letter| !belongs(letter)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(
            parse_duration(text).ok().map(|span| span.as_millis() as u64),
            expected,
            "{text}"
        );
    }

    #[test]
    fn durations_are_numbers_with_units() {
        check("90", Some(90_000));
        check("90s", Some(90_000));
        check("1h30m", Some(5_400_000));
        check("1 h 30 min", Some(5_400_000));
        check("250ms", Some(250));
        check("1.5h", Some(5_400_000));
        check("2d", Some(172_800_000));
        check("2w", Some(1_209_600_000));
        check("", None);
        check("h", None);
        check("1y", None);
        check("1h-", None);
        check("1h30", None);
        check("-1s", None);
        check("soon", None);
        check("5 parsecs", None);
        check("99999999999999999999d", None);
        check("4294967295w", Some(4_294_967_295 * 604_800_000));
    }
}
