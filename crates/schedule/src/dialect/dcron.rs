//! dcron: Dillon's cron, as on Slackware, Void and Arch of old.

use super::Dialect;
use crate::daylight::{Daylight, Wakeups};
use crate::dillon::{self, Grammar};
use crate::error::{ParseError, ParseErrorKind};
use crate::field::{DayRule, Field};
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// Dillon's cron.
pub static DCRON: Dialect = Dialect {
    name: "dcron",
    title: "dcron",
    source: "measured: crond 4.6",
    aliases: &["dillon"],
    fields: (5, 5),
    macros: &["@reboot"],
    daylight: Daylight::FollowClock(Wakeups {
        margin: 1,
        pause: 5,
        waits: true,
    }),
    notes: &[
        "both day fields restricted: the day of month says which of the month's such weekdays, 6 and more the last",
        "the month is read and never asked: every job runs in every month",
        "ranges wrap: `22-2` is 22, 23, 0, 1, 2; so do numbers: minute 60 is minute 0",
        "days are counted from 0: `*/2` runs on even days",
        "names in small letters or with one capital; `MON` is an error",
        "`@daily` and the like want an `ID=` after them, which no expression has",
    ],
    parse,
};

static GRAMMAR: Grammar = Grammar {
    layout: [
        (Field::Minute, 0),
        (Field::Hour, 60),
        (Field::DayOfMonth, 84),
        (Field::Month, 116),
        (Field::DayOfWeek, 128),
    ],
    keeps_bad_lines: false,
    end_wraps: true,
    any_case: false,
    step_skips_blanks: true,
    nth_weekday: true,
    ignores_month: true,
};

const WITH_TIMESTAMP: [&str; 5] = ["@hourly", "@daily", "@weekly", "@monthly", "@yearly"];

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let trimmed = text.trim_matches([' ', '\t']);
    let start = text.len() - text.trim_start_matches([' ', '\t']).len();
    let span = start..start + trimmed.len();
    match trimmed {
        "@reboot" => Ok(Parsed {
            engine: Engine::Reboot,
            fields: None,
            day_rule: DayRule::Both,
            wild: false,
            warnings: Vec::new(),
            random: Vec::new(),
        }),
        word if WITH_TIMESTAMP.contains(&word) => {
            let what = format!("`{word}` needs an `ID=` before the command, to remember when it ran");
            let error = ParseError::new(ParseErrorKind::Unsupported { what }, None, span);
            Err(error.with_help("write the five fields"))
        }
        word if word.starts_with('@') => Err(suggest::unknown_macro(word, span, dialect)),
        _ => dillon::parse(text, dialect, &GRAMMAR),
    }
}
