//! Timestamps before lines.

use crate::capture::Stream;
use crate::clock::Stamp;
use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Local};

/// How a time is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    /// `2026-11-21T09:05:00.123+01:00`
    #[default]
    Rfc3339,
    /// Seconds since 1970: `1795338300.123`
    Epoch,
    /// Seconds since the start: `12.345`
    Elapsed,
    /// Seconds since the line before: `+0.120`
    Delta,
    /// By strftime.
    Pattern(String),
}

impl Format {
    /// A format by its name, or by strftime's `%`.
    pub(crate) fn parse(text: &str) -> Result<Format, String> {
        match text {
            "rfc3339" => Ok(Format::Rfc3339),
            "epoch" => Ok(Format::Epoch),
            "elapsed" => Ok(Format::Elapsed),
            "delta" => Ok(Format::Delta),
            pattern if pattern.contains('%') => {
                match StrftimeItems::new(pattern).any(|item| item == Item::Error) {
                    true => Err("strftime does not know that".to_owned()),
                    false => Ok(Format::Pattern(pattern.to_owned())),
                }
            }
            _ => Err("a format is rfc3339, epoch, elapsed, delta, or strftime's such as %H:%M:%S".to_owned()),
        }
    }

    fn show(&self, at: Stamp, before: Option<Stamp>) -> String {
        let seconds = |micros: u64| format!("{}.{:03}", micros / 1_000_000, micros / 1_000 % 1_000);
        match self {
            Format::Rfc3339 => rfc3339(at),
            Format::Epoch => seconds(at.wall_micros.max(0) as u64),
            Format::Elapsed => seconds(at.since_start_micros),
            Format::Delta => {
                let before = before.map_or(0, |before| before.since_start_micros);
                format!("+{}", seconds(at.since_start_micros.saturating_sub(before)))
            }
            Format::Pattern(pattern) => match DateTime::from_timestamp_micros(at.wall_micros) {
                Some(utc) => utc.with_timezone(&Local).format(pattern).to_string(),
                None => rfc3339(at),
            },
        }
    }
}

/// A time as `2026-11-21T09:05:00.123+01:00`.
pub(crate) fn rfc3339(at: Stamp) -> String {
    match DateTime::from_timestamp_micros(at.wall_micros) {
        Some(utc) => utc
            .with_timezone(&Local)
            .format("%Y-%m-%dT%H:%M:%S%.3f%:z")
            .to_string(),
        None => format!("@{}", at.wall_micros),
    }
}

/// Puts a timestamp before each line that is passed on.
#[derive(Default)]
pub(crate) struct Stamper {
    format: Format,
    /// Whether both streams lead to one place: then one must not write into the other's line.
    together: bool,
    prefix: String,
    prefix_of: Option<Stamp>,
    /// The stream whose line is unfinished.
    open: Option<Stream>,
    out: Vec<u8>,
}

impl Stamper {
    pub(crate) fn new(format: Format, together: bool) -> Stamper {
        Stamper {
            format,
            together,
            ..Stamper::default()
        }
    }

    /// The bytes with a timestamp at the start of each line. What is no whole line yet is not held back.
    pub(crate) fn stamped(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) -> &[u8] {
        self.out.clear();
        let mut continues = self.open.is_some_and(|open| open == stream);
        if self.together && self.open.is_some() && !continues {
            self.out.push(b'\n');
        }
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            if !std::mem::take(&mut continues) {
                self.set_prefix(at);
                self.out.extend_from_slice(self.prefix.as_bytes());
            }
            self.out.extend_from_slice(line);
        }
        self.open = if bytes.ends_with(b"\n") {
            None
        } else {
            Some(stream)
        };
        &self.out
    }

    fn set_prefix(&mut self, at: Stamp) {
        // All lines of one read have one time, but only the first of them comes some time after another.
        if self.prefix_of != Some(at) || self.format == Format::Delta {
            self.prefix = self.format.show(at, self.prefix_of);
            self.prefix.push(' ');
            self.prefix_of = Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: &str, expected: &str) {
        let mut stamper = Stamper::new(Format::parse(format).unwrap(), true);
        let at = |millis: u64| Stamp {
            wall_micros: 1_795_338_300_123_000,
            since_start_micros: millis * 1_000,
        };
        let mut seen = stamper.stamped(at(100), Stream::Out, b"a\nb").to_vec();
        seen.extend(stamper.stamped(at(350), Stream::Out, b"c\nd\n"));
        assert_eq!(String::from_utf8(seen).unwrap(), expected);
    }

    #[test]
    fn lines_begin_with_the_time_of_their_first_byte() {
        check("elapsed", "0.100 a\n0.100 bc\n0.350 d\n");
        check("delta", "+0.100 a\n+0.000 bc\n+0.250 d\n");
        check("epoch", "1795338300.123 a\n1795338300.123 bc\n1795338300.123 d\n");
        check("%%Y", "%Y a\n%Y bc\n%Y d\n");
    }

    #[test]
    fn a_format_that_nobody_knows_is_refused() {
        assert!(Format::parse("iso").is_err() && Format::parse("%Q!").is_err());
    }
}
