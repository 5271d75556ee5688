//! The values that options take.

pub(crate) use reporting::parse_duration as duration;
use std::ops::RangeInclusive;

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

pub(crate) fn count(text: &str) -> Result<u32, String> {
    let wrong = |_| "a whole number is wanted, such as 3".to_owned();
    text.trim().parse().map_err(wrong)
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
