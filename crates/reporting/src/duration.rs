//! Durations as people write them: `90s`, `2h`, `1h30m`, `1d`.

use std::time::Duration;

/// Reads a duration; a number alone is seconds.
///
/// ```
/// assert_eq!(reporting::parse_duration("1h30m").unwrap().as_secs(), 5_400);
/// assert!(reporting::parse_duration("soon").is_err());
/// ```
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let refuse = || format!("{text:?} is no duration: write 90s, 15m, 2h, 1d or 1h30m");
    let mut rest = text.trim();
    if let Ok(seconds) = rest.parse::<u64>() {
        return Ok(Duration::from_secs(seconds));
    }
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(refuse());
    }
    while !rest.is_empty() {
        let digits = rest.len()
            - rest
                .trim_start_matches(|letter: char| letter.is_ascii_digit())
                .len();
        let number: u32 = rest[..digits].parse().map_err(|_| refuse())?;
        let behind = rest[digits..].trim_start();
        let letters = behind.len()
            - behind
                .trim_start_matches(|letter: char| letter.is_ascii_alphabetic())
                .len();
        let unit = match &behind[..letters] {
            "ms" => Duration::from_millis(1),
            "s" | "sec" => Duration::from_secs(1),
            "m" | "min" => Duration::from_secs(60),
            "h" => Duration::from_secs(3_600),
            "d" => Duration::from_secs(86_400),
            "w" => Duration::from_secs(7 * 86_400),
            _ => return Err(refuse()),
        };
        total = unit
            .checked_mul(number)
            .and_then(|span| total.checked_add(span))
            .ok_or_else(refuse)?;
        rest = behind[letters..].trim_start();
    }
    Ok(total)
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
        check("2w", Some(1_209_600_000));
        check("", None);
        check("h", None);
        check("1y", None);
        check("1h-", None);
        check("4294967295w", Some(4_294_967_295 * 604_800_000));
    }
}
