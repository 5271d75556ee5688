//! In which words daemons complain of a line: measured, but for supercronic's.
//!
//! Where a daemon names the user or the file, we write USER and FILE.

use schedule::{Field, ParseError, ParseErrorKind};

/// A line that a daemon refuses.
#[derive(Clone, Copy, Debug)]
pub struct Refused<'a> {
    /// The line, without the blanks before it.
    pub line: &'a str,
    /// Where in it the word begins that the daemon stumbles over.
    pub at: usize,
    /// What Debian's cron says of it, such as `bad minute`.
    pub part: &'static str,
    /// What is wrong with the schedule, if that is what is wrong.
    pub error: Option<&'a ParseError>,
}

impl<'a> Refused<'a> {
    /// The word that the daemon stumbles over.
    fn word(&self) -> &'a str {
        self.rest().split([' ', '\t']).next().unwrap_or_default()
    }

    /// The line from that word on.
    fn rest(&self) -> &'a str {
        let blank = |at: usize| matches!(self.line.as_bytes()[at], b' ' | b'\t');
        let at = self.at.min(self.line.len());
        let start = (0..at).rev().find(|&at| blank(at)).map_or(0, |at| at + 1);
        self.line.get(start..).unwrap_or_default()
    }
}

/// ISC cron's daemon says nothing, and what FreeBSD's says is not known.
pub(super) fn nothing(_: &Refused<'_>) -> Option<String> {
    None
}

/// Debian's cron and cronie name the part.
pub(super) fn part(refused: &Refused<'_>) -> Option<String> {
    Some(refused.part.to_owned())
}

/// busybox names the word; of a line that cannot be an entry it says nothing.
pub(super) fn parse_error(refused: &Refused<'_>) -> Option<String> {
    let few = |error: &ParseError| matches!(error.kind, ParseErrorKind::TooFewFields { .. });
    if refused.error.is_some_and(few) {
        return None;
    }
    Some(format!("user USER: parse error at {}", refused.word()))
}

/// dcron shows what is left of the line when it gives up.
pub(super) fn failed_parsing(refused: &Refused<'_>) -> Option<String> {
    let unnamed = ["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"];
    // After a slash it looks for the number beyond blanks, and where it gives up we do not know.
    if refused
        .line
        .split_ascii_whitespace()
        .take(5)
        .any(|word| word.ends_with('/'))
    {
        return None;
    }
    let left = if unnamed.contains(&refused.word()) {
        let command = refused
            .line
            .strip_prefix(refused.word())
            .unwrap_or_default()
            .trim();
        format!("writing timestamp requires job {command} to be named")
    } else {
        refused.rest().to_owned()
    };
    Some(format!("failed parsing crontab for user USER: {left}"))
}

/// bcron shows the line, and the user that it does not know.
pub(super) fn ignoring_line(refused: &Refused<'_>) -> Option<String> {
    if refused.part == "bad username" {
        return Some(format!("Warning: Unknown user: '{}'", refused.word()));
    }
    Some(format!("Warning: Ignoring unparseable line: '{}'", refused.line))
}

/// systemd-cron's generator shows the line with its blanks made single, and the field.
pub(super) fn garbled(refused: &Refused<'_>) -> Option<String> {
    let line = refused.line.split_whitespace().collect::<Vec<_>>().join(" ");
    let kind = refused.error.map(|error| &error.kind);
    Some(match kind {
        Some(ParseErrorKind::UnknownMacro { .. }) => format!("unknown schedule in FILE: {line}"),
        // The one field that it complains about and then does without.
        None if refused.part == "bad day-of-week" => {
            format!("garbled time in FILE [{line}]: {}", refused.word())
        }
        Some(ParseErrorKind::TooFewFields { .. } | ParseErrorKind::TooManyFields { .. }) | None => {
            format!("truncated line in FILE: {line}")
        }
        Some(_) => format!("garbled time in FILE [{line}]: {}", refused.word()),
    })
}

/// supercronic shows the line.
pub(super) fn bad_line(refused: &Refused<'_>) -> Option<String> {
    Some(format!(
        "bad crontab line: '{}' (use -debug for details)",
        refused.line
    ))
}

/// The library that reads Kubernetes' schedules; of a line that is no entry at all it never hears.
pub(super) fn robfig(refused: &Refused<'_>) -> Option<String> {
    let error = refused.error?;
    if let ParseErrorKind::UnknownMacro { word } = &error.kind {
        return Some(format!("unrecognized descriptor: {word}"));
    }
    let mut items = refused.word().split(',').filter(|item| !item.is_empty());
    items.find_map(|item| robfig_item(item, error.field?).err())
}

/// One item of a list, step by step as that library reads it.
fn robfig_item(item: &str, field: Field) -> Result<(), String> {
    let parts: Vec<&str> = item.split('/').collect();
    let ends: Vec<&str> = parts[0].split('-').collect();
    let (first, last) = (i64::from(field.first()), i64::from(field.last()));
    let (mut start, mut end) = (first, last);
    if !matches!(ends[0], "*" | "?") {
        start = named(ends[0], field).map_or_else(|| integer(ends[0]), Ok)?;
        end = match ends[..] {
            [_] if parts.len() > 1 => last,
            [_] => start,
            [_, end] => named(end, field).map_or_else(|| integer(end), Ok)?,
            _ => return Err(format!("too many hyphens: {item}")),
        };
    }
    let step = match parts[..] {
        [_] => 1,
        [_, step] => integer(step)?,
        _ => return Err(format!("too many slashes: {item}")),
    };
    if start < first {
        Err(format!(
            "beginning of range ({start}) below minimum ({first}): {item}"
        ))
    } else if end > last {
        Err(format!("end of range ({end}) above maximum ({last}): {item}"))
    } else if start > end {
        Err(format!(
            "beginning of range ({start}) beyond end of range ({end}): {item}"
        ))
    } else if step == 0 {
        Err(format!("step of range should be a positive number: {item}"))
    } else {
        Ok(())
    }
}

fn named(word: &str, field: Field) -> Option<i64> {
    let names: &[&str] = match field {
        Field::Month => &[
            "", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
        ],
        Field::DayOfWeek => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        _ => &[],
    };
    let same = |name: &&str| !name.is_empty() && name.eq_ignore_ascii_case(word);
    names.iter().position(same).and_then(|at| i64::try_from(at).ok())
}

fn integer(word: &str) -> Result<i64, String> {
    let quoted = format!("\"{}\"", word.replace('\\', "\\\\").replace('"', "\\\""));
    match word.parse::<i64>() {
        Ok(number) if number < 0 => Err(format!("negative number ({number}) not allowed: {word}")),
        Ok(number) => Ok(number),
        Err(_) => Err(format!(
            "failed to parse int from {word}: strconv.Atoi: parsing {quoted}: invalid syntax"
        )),
    }
}
