//! GitHub Actions' `on: schedule`, as its documentation has it. Not measured.

use super::{Dialect, kubernetes};
use crate::daylight::Daylight;
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::Field;
use crate::schedule::Parsed;

/// Scheduled workflows of GitHub Actions.
pub static GITHUB_ACTIONS: Dialect = Dialect {
    name: "github-actions",
    title: "GitHub Actions",
    source: "documented: \"Events that trigger workflows: schedule\", \
             https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule",
    aliases: &["github"],
    fields: (5, 5),
    macros: &[],
    daylight: Daylight::Utc,
    notes: &[
        "POSIX syntax, so both day fields restricted: either one",
        "times are UTC, as here, unless the workflow names a `timezone`: then what the clock skips runs at the next \
         time that there is, 02:30 at 03:00",
        "at most every 5 minutes; runs are late at times of high load, above all on the hour, and may be dropped",
        "`20/15` is 20, 35, 50; no `@words`",
        "runs for the default branch only, and not in a public repository without activity for 60 days",
    ],
    parse,
};

/// The shortest interval in minutes.
const FLOOR: u32 = 5;

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    if let Some(at) = text.find('?') {
        let kind = ParseErrorKind::Unsupported {
            what: "`?` is not POSIX".to_owned(),
        };
        return Err(ParseError::new(kind, None, at..at + 1).with_help("write `*`"));
    }
    if text.trim_start().starts_with('@') {
        let kind = ParseErrorKind::UnknownMacro {
            word: text.trim().to_owned(),
        };
        let help = "GitHub Actions supports none of `@yearly` to `@reboot`: write the five fields";
        return Err(ParseError::new(kind, None, 0..text.len()).with_help(help));
    }
    let mut parsed = kubernetes::five_fields(text, dialect)?;
    let Some(fields) = parsed.fields.as_deref() else {
        return Ok(parsed);
    };
    let minutes: Vec<u32> = fields.minute.values().collect();
    if minutes.windows(2).any(|pair| pair[1] - pair[0] < FLOOR) {
        let message = format!("the shortest interval is {FLOOR} minutes, so some of these runs are left out");
        parsed.warnings.push(Warning::oddity(
            message,
            Some(Field::Minute),
            fields.minute.span.clone(),
        ));
    }
    if fields.minute.contains(0) {
        let message = "runs are late at times of high load, and the start of an hour is one";
        let warning = Warning::oddity(message, Some(Field::Minute), fields.minute.span.clone());
        parsed.warnings.push(warning.with_help("choose another minute"));
    }
    Ok(parsed)
}
