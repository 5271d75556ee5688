//! busybox crond: the cron of Alpine Linux and of small devices.

use super::Dialect;
use crate::daylight::{Daylight, Wakeups};
use crate::dillon::{self, Grammar};
use crate::error::{ParseError, ParseErrorKind};
use crate::field::Field;
use crate::schedule::Parsed;
use crate::suggest;

/// The cron of busybox, as on Alpine Linux.
pub static BUSYBOX: Dialect = Dialect {
    name: "busybox",
    title: "busybox crond",
    source: "measured: crond 1.35.0 with Debian's patches",
    aliases: &["alpine"],
    fields: (5, 5),
    macros: &[],
    daylight: Daylight::FollowClock(Wakeups {
        margin: 0,
        pause: 0,
        waits: false,
    }),
    notes: &[
        "both day fields restricted: either one; a field that names every value does not count, but `1-31` does",
        "ranges wrap: `22-2` is 22, 23, 0, 1, 2",
        "days are counted from 0: `*/2` runs on even days",
        "a line that it complains about is kept, with what it could read: `0 0 * * 7` runs every day",
        "`@daily` ends the daemon",
    ],
    parse,
};

static GRAMMAR: Grammar = Grammar {
    layout: [
        (Field::DayOfWeek, 0),
        (Field::Month, 7),
        (Field::Hour, 19),
        (Field::DayOfMonth, 43),
        (Field::Minute, 75),
    ],
    keeps_bad_lines: true,
    end_wraps: false,
    any_case: true,
    step_skips_blanks: false,
    nth_weekday: false,
    ignores_month: false,
};

/// Words that it looks up before it falls over its own feet.
const FATAL: [&str; 8] = [
    "@reboot",
    "@yearly",
    "@annually",
    "@monthly",
    "@weekly",
    "@daily",
    "@midnight",
    "@hourly",
];

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let trimmed = text.trim_start_matches([' ', '\t']);
    let start = text.len() - trimmed.len();
    if trimmed.starts_with('@') {
        let end = start + trimmed.find([' ', '\t']).unwrap_or(trimmed.len());
        let word = &text[start..end];
        if FATAL.contains(&word) {
            let kind = ParseErrorKind::KillsDaemon {
                what: word.to_owned(),
            };
            return Err(ParseError::new(kind, None, start..end).with_help("write the five fields"));
        }
        return Err(suggest::unknown_macro(word, start..end, dialect));
    }
    if let Some(at) = text.find('#') {
        let what = format!(
            "`#` begins a comment, wherever it stands, and {} drops the line",
            dialect.title
        );
        return Err(ParseError::new(
            ParseErrorKind::Unsupported { what },
            None,
            at..text.len(),
        ));
    }
    dillon::parse(text, dialect, &GRAMMAR)
}
