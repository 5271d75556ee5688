//! The values that options take.

use std::ops::RangeInclusive;
use std::time::Duration;

/// A duration such as `90`, `90s`, `1h30m`, `500ms` or `2d`; a bare number is seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "a duration is a number and s, m, h or d, such as 90s or 1h30m".to_owned();
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .unwrap_or(rest.len());
        let (number, after) = rest.split_at(digits);
        let letters = after
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(letters);
        let seconds = match unit {
            "ms" => 0.001,
            "" | "s" | "sec" => 1.0,
            "m" | "min" => 60.0,
            "h" => 3_600.0,
            "d" => 86_400.0,
            _ => return Err(wrong()),
        };
        let part = number.parse::<f64>().map_err(|_| wrong())? * seconds;
        let part = Duration::try_from_secs_f64(part).map_err(|_| wrong())?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = after;
    }
    Ok(total)
}

/// A size such as `512M`, `1.5G` or `4096`, in powers of 1024.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let wrong = || "a size is a number and K, M, G or T, such as 512M".to_owned();
    let text = text.trim();
    let digits = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let factor = match unit
        .trim_end_matches("iB")
        .trim_end_matches('B')
        .to_ascii_uppercase()
        .as_str()
    {
        "" => 1.0,
        "K" => 1024.0,
        "M" => 1024.0 * 1024.0,
        "G" => 1024.0 * 1024.0 * 1024.0,
        "T" => 1024.0 * 1024.0 * 1024.0 * 1024.0,
        _ => return Err(wrong()),
    };
    Ok((number.parse::<f64>().map_err(|_| wrong())? * factor) as u64)
}

pub(crate) fn octal(text: &str) -> Result<u32, String> {
    match u32::from_str_radix(text, 8) {
        Ok(mask) if mask <= 0o777 => Ok(mask),
        _ => Err("a umask is an octal number up to 777, such as 027".to_owned()),
    }
}

/// Exit codes: numbers and ranges, such as `0,2,10-19`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Codes(Vec<RangeInclusive<u8>>);

impl Codes {
    pub(crate) fn parse(text: &str) -> Result<Codes, String> {
        let wrong = |_| "exit codes are numbers up to 255 and ranges, such as 0,2,10-19".to_owned();
        let range = |part: &str| -> Result<RangeInclusive<u8>, String> {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            Ok(first.trim().parse().map_err(wrong)?..=last.trim().parse().map_err(wrong)?)
        };
        text.split(',').map(range).collect::<Result<_, _>>().map(Codes)
    }

    pub(crate) fn contains(&self, code: u8) -> bool {
        self.0.iter().any(|range| range.contains(&code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<u64>) {
        assert_eq!(duration(text).ok(), expected.map(Duration::from_millis), "{text}");
    }

    #[test]
    fn durations_are_numbers_with_units() {
        check("90", Some(90_000));
        check("90s", Some(90_000));
        check("1h30m", Some(5_400_000));
        check("500ms", Some(500));
        check("1.5s", Some(1_500));
        check("2d", Some(172_800_000));
        check("", None);
        check("soon", None);
        check("5 parsecs", None);
        check("-1s", None);
        check("99999999999999999999d", None);
    }

    #[test]
    fn sizes_are_powers_of_1024() {
        let sizes = ["4096", "1K", "512M", "1.5G", "2GiB", "x", "1Q"].map(|text| size(text).ok());
        assert_eq!(
            sizes,
            [
                Some(4096),
                Some(1024),
                Some(512 << 20),
                Some(3 << 29),
                Some(2 << 30),
                None,
                None
            ]
        );
    }

    #[test]
    fn codes_are_numbers_and_ranges() {
        let codes = Codes::parse("0,2, 10-19").unwrap();
        let members: Vec<u8> = (0..=255).filter(|&code| codes.contains(code)).collect();
        assert_eq!(members, [0, 2, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
        assert!(Codes::parse("256").is_err() && Codes::parse("").is_err() && Codes::parse("a-b").is_err());
    }
}
