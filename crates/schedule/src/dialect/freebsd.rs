//! FreeBSD's cron, as its manual has it. Not measured.

use super::Dialect;
use crate::daylight::{Daylight, Wakeups};
use crate::error::{ParseError, Warning};
use crate::field::{DayRule, Field};
use crate::schedule::{Engine, Parsed};
use crate::vixie::{self, Grammar, Reversed};

/// FreeBSD's cron.
pub static FREEBSD: Dialect = Dialect {
    name: "freebsd",
    title: "FreeBSD's cron",
    source: "documented: FreeBSD's manual pages, https://man.freebsd.org/crontab(5) and https://man.freebsd.org/cron(8)",
    aliases: &[],
    fields: (5, 5),
    macros: &[
        "@reboot",
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@midnight",
        "@hourly",
        "@every_minute",
        "@every_second",
    ],
    // cron(8): without -s, nothing special is done when the clock moves.
    daylight: Daylight::FollowClock(Wakeups {
        margin: 1,
        pause: 0,
        waits: false,
    }),
    notes: &[
        "both day fields restricted: either one",
        "`@every_minute`, `@every_second`, and `@N` for N seconds after the last run has ended",
        "names of months and weekdays, but by the manual neither in ranges nor in lists",
        "without the daemon's option -s the gap is skipped and the overlap runs twice",
    ],
    parse,
};

static GRAMMAR: Grammar = Grammar {
    junk_after_numbers: false,
    junk_after_stars: false,
    reversed: Reversed::Refused,
    checks_ends: true,
    large_step_is_one: false,
    random: false,
    dollar: false,
    leading_dash: false,
};

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let word = text.trim_matches([' ', '\t']);
    let span =
        text.len() - text.trim_start_matches([' ', '\t']).len()..text.trim_end_matches([' ', '\t']).len();
    if word == "@every_minute" {
        return vixie::parse("* * * * *", dialect, &GRAMMAR).map(|mut parsed| {
            parsed.cover(span);
            parsed
        });
    }
    let seconds = match word {
        "@every_second" => Some(1),
        _ => word
            .strip_prefix('@')
            .and_then(|digits| digits.parse().ok())
            .filter(|seconds: &u32| *seconds > 0),
    };
    if let Some(seconds) = seconds {
        let message = "counted from the end of the last run, so the times depend on how long the job takes";
        return Ok(Parsed {
            engine: Engine::Every(i64::from(seconds)),
            fields: None,
            day_rule: DayRule::Both,
            wild: true,
            warnings: vec![Warning::oddity(message, None, span)],
            random: Vec::new(),
        });
    }
    let mut parsed = vixie::parse(text, dialect, &GRAMMAR)?;
    if let Some(fields) = parsed.fields.as_deref().filter(|_| !word.starts_with('@')) {
        for field in [Field::Month, Field::DayOfWeek] {
            let Some(set) = fields.get(field) else { continue };
            let written = &text[set.span.clone()];
            if written.contains([',', '-']) && written.contains(|c: char| c.is_ascii_alphabetic()) {
                let message =
                    "the manual allows names neither in ranges nor in lists, though the daemon reads them";
                parsed
                    .warnings
                    .push(Warning::oddity(message, Some(field), set.span.clone()));
            }
        }
    }
    Ok(parsed)
}
