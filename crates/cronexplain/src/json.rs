//! What programs read: one object a line, in a stable order.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};

use chrono::{DateTime, Datelike, Utc};
use schedule::{Occurrence, Schedule, Shift};
use serde::{Serialize, Serializer};

use crate::answer::Place;
use crate::pictures::Year;
use crate::report;
use crate::time::Window;
use crate::trouble::Trouble;
use crate::year::Figures;

/// The version of every object printed here.
pub(crate) const VERSION: u32 = 1;

/// A value as it is shown to people, such as a date.
pub(crate) fn shown<S: Serializer>(value: &impl Display, out: S) -> Result<S::Ok, S::Error> {
    out.collect_str(value)
}

/// A map whose keys are shown in that way.
pub(crate) fn keys_shown<S: Serializer>(
    map: &BTreeMap<impl Display, u64>,
    out: S,
) -> Result<S::Ok, S::Error> {
    out.collect_map(map.iter().map(|(key, value)| (key.to_string(), value)))
}

#[derive(Serialize)]
struct Head<'a> {
    version: u32,
    expression: &'a str,
    dialect: &'a str,
    zone: &'a str,
    sentence: String,
    day_rule: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    days_of_year: Option<report::DaysOfYear>,
    reboot: bool,
    never_fires: bool,
    warnings: Vec<Note>,
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    year: Option<&'a Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    picture: Option<&'a Year>,
}

/// A warning or an error with its place.
#[derive(Serialize)]
struct Note {
    message: String,
    field: Option<&'static str>,
    start: usize,
    end: usize,
    help: Option<String>,
}

/// One run.
#[derive(Serialize)]
pub(crate) struct Run {
    at: String,
    in_seconds: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    moved_from: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    repeated: bool,
}

impl Run {
    /// The run as it is printed.
    pub(crate) fn new(run: &Occurrence, now: DateTime<Utc>, seconds: bool) -> Run {
        let moved_from = match run.shift {
            Some(Shift::Moved { from }) => Some(from.format("%Y-%m-%dT%H:%M").to_string()),
            _ => None,
        };
        Run {
            at: report::iso(run.at, seconds),
            in_seconds: (run.at.to_utc() - now).num_seconds(),
            moved_from,
            repeated: run.shift == Some(Shift::Repeated),
        }
    }
}

/// What was asked for besides.
#[derive(Debug, Default)]
pub(crate) struct Extras {
    pub(crate) figures: Option<Figures>,
    pub(crate) picture: Option<Year>,
}

/// The whole answer about one schedule. The runs are written one by one: there may be millions.
pub(crate) fn explain(
    out: &mut dyn Write,
    schedule: &Schedule,
    place: &Place,
    window: Window,
    extras: &Extras,
) -> io::Result<()> {
    let (zone, now) = (&place.zone, place.now);
    let year = now.with_timezone(&zone.offset_at(now)).year();
    let head = Head {
        version: VERSION,
        expression: schedule.text(),
        dialect: schedule.dialect().name,
        zone: zone.name(),
        sentence: report::sentence(schedule),
        day_rule: schedule::describe::day_rule(schedule),
        days_of_year: report::days_of_year(schedule, year),
        reboot: schedule.is_reboot(),
        never_fires: schedule.never_fires() && !schedule.is_reboot(),
        warnings: schedule.warnings().iter().map(note).collect(),
        notes: schedule::describe::notes(schedule),
        year: extras.figures.as_ref(),
        picture: extras.picture.as_ref(),
    };
    let head = serde_json::to_string(&head)?;
    write!(
        out,
        "{},\"occurrences\":[",
        head.strip_suffix('}').unwrap_or(&head)
    )?;
    let seconds = schedule::describe::has_seconds(schedule);
    for (index, run) in report::occurrences(schedule, zone, window).enumerate() {
        out.write_all(if index == 0 { b"" } else { b"," })?;
        serde_json::to_writer(&mut *out, &Run::new(&run, now, seconds))?;
    }
    writeln!(out, "]}}")
}

fn note(warning: &schedule::Warning) -> Note {
    Note {
        message: warning.to_string(),
        field: warning.field.map(schedule::Field::name),
        start: warning.span.start,
        end: warning.span.end,
        help: warning.help(),
    }
}

#[derive(Serialize)]
struct Failure<'a> {
    version: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression: Option<&'a str>,
    error: Note,
}

/// What could not be read.
pub(crate) fn trouble(trouble: &Trouble) -> String {
    let failure = Failure {
        version: VERSION,
        expression: (trouble.place == "expression").then_some(&*trouble.text),
        error: Note {
            message: trouble.message.clone(),
            field: trouble.field,
            start: trouble.span.start,
            end: trouble.span.end,
            help: trouble.help.clone(),
        },
    };
    serde_json::to_string(&failure).unwrap_or_default()
}
