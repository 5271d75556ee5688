//! The same schedule for another scheduler, with proof.

use std::fmt::Write;
use std::iter::Peekable;

use chrono::{DateTime, FixedOffset, Utc};
use schedule::describe::has_seconds;
use schedule::{Dialect, Occurrence, Schedule, Shift, convert};
use serde::Serialize;

use crate::answer::{Answer, Place};
use crate::json::VERSION;
use crate::report::{iso, stamp};
use crate::trouble::{Trouble, visible};

/// Weekdays and leap years come back after 28 years.
const YEARS: i64 = 28;

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    expression: &'a str,
    from_dialect: &'a str,
    to_dialect: &'a str,
    zone: &'a str,
    expressions: &'a [String],
    proved: bool,
    runs: u64,
    from: Option<String>,
    to: Option<String>,
    counterexample: Option<Counterexample>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impossible: Option<String>,
    /// What to do where it is impossible.
    #[serde(skip_serializing_if = "Option::is_none")]
    instead: Option<String>,
}

/// An instant at which only one of the two runs, or one of them twice.
#[derive(Debug, Clone, Serialize)]
struct Counterexample {
    at: String,
    what: String,
    /// How many such instants there are in the whole span.
    count: u64,
    /// All of them lie at changes of the clock.
    clock_changes_only: bool,
}

/// Converts, and compares every run of 28 years.
pub(crate) fn convert(
    schedule: &Schedule,
    target: &'static Dialect,
    place: &Place,
) -> Result<Answer, Trouble> {
    let found = match convert::expressions(schedule, target) {
        Ok(found) => found,
        Err(error) => return Ok(impossible(schedule, target, &error, place)),
    };
    let mut read = Vec::new();
    for text in &found {
        read.push(Schedule::parse(text, target).map_err(|error| Trouble::expression(text, &error))?);
    }
    let (from, to) = place.span(YEARS * 1461 / 4);
    let proof = prove(schedule, &read, from, to, place);
    let local = |at: DateTime<Utc>| iso(at.with_timezone(&place.zone.offset_at(at)), false);
    let json = Json {
        version: VERSION,
        expression: schedule.text(),
        from_dialect: schedule.dialect().name,
        to_dialect: target.name,
        zone: place.zone.name(),
        expressions: &found,
        proved: proof.counterexample.is_none(),
        runs: proof.runs,
        from: Some(local(from)),
        to: Some(local(to)),
        counterexample: proof.counterexample.clone(),
        impossible: None,
        instead: None,
    };
    Ok(Answer::new(words(&json, place, from, to), &json, !json.proved))
}

/// No expression of the target says it, and no several.
fn impossible(
    schedule: &Schedule,
    target: &'static Dialect,
    error: &convert::Impossible,
    place: &Place,
) -> Answer {
    let mut text = format!("Cannot be said: {}.\n", visible(&error.to_string()));
    if let Some(help) = error.help() {
        // A line to copy ends where it ends.
        let stop = if help.contains('\n') { "" } else { "." };
        let _ = writeln!(text, "Instead, {help}{stop}");
    }
    let json = Json {
        version: VERSION,
        expression: schedule.text(),
        from_dialect: schedule.dialect().name,
        to_dialect: target.name,
        zone: place.zone.name(),
        expressions: &[],
        proved: false,
        runs: 0,
        from: None,
        to: None,
        counterexample: None,
        impossible: Some(error.to_string()),
        instead: error.help().map(str::to_owned),
    };
    Answer::new(text, &json, true)
}

fn words(json: &Json<'_>, place: &Place, from: DateTime<Utc>, to: DateTime<Utc>) -> String {
    let mut text = String::new();
    for one in json.expressions {
        let _ = writeln!(text, "{}", place.style.bold(&visible(one)));
    }
    if place.style.quiet {
        return text;
    }
    if json.expressions.len() > 1 {
        let verb = if json.proved {
            "together do"
        } else {
            "together come near"
        };
        let (many, target) = (json.expressions.len(), json.to_dialect);
        let _ = writeln!(
            text,
            "\nOne expression cannot say it for {target}; these {many} {verb}."
        );
    }
    let span = format!(
        "from {} to {} in {}",
        place.day(from),
        place.day(to),
        visible(json.zone)
    );
    match &json.counterexample {
        None if json.runs == 0 => {
            let _ = writeln!(text, "\nNothing to compare: no run {span}.");
        }
        None => {
            let _ = writeln!(text, "\nProved: the same {} runs {span}.", json.runs);
        }
        Some(one) => {
            let _ = writeln!(text, "\nNot the same: {}.", one.what);
            let times = if one.count == 1 {
                "That is the only difference".to_owned()
            } else {
                format!("There are {} such differences", one.count)
            };
            let change = if one.clock_changes_only {
                ", all of them where the clock changes"
            } else {
                ""
            };
            let _ = writeln!(text, "{times} among {} runs {span}{change}.", json.runs);
        }
    }
    text
}

struct Proof {
    runs: u64,
    /// The last instant at which both ran.
    last: Option<DateTime<FixedOffset>>,
    counterexample: Option<Counterexample>,
}

/// The runs of several schedules as one ascending list.
struct Union<I: Iterator<Item = Occurrence>> {
    lists: Vec<Peekable<I>>,
    /// One timer with several lines runs once where two of them meet.
    merged: bool,
}

impl<I: Iterator<Item = Occurrence>> Iterator for Union<I> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        let at = self
            .lists
            .iter_mut()
            .filter_map(|list| list.peek().map(|run| run.at))
            .min()?;
        let mut found = None;
        for list in &mut self.lists {
            if list.peek().is_some_and(|run| run.at == at) && (found.is_none() || self.merged) {
                found = list.next();
            }
        }
        found
    }
}

fn prove(
    source: &Schedule,
    targets: &[Schedule],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    place: &Place,
) -> Proof {
    let merged = targets
        .first()
        .is_some_and(|target| target.dialect().name == "systemd");
    let lists = targets
        .iter()
        .map(|target| target.between(from, to, &place.zone).peekable())
        .collect();
    let mut left = source.between(from, to, &place.zone).peekable();
    let mut right = Union { lists, merged }.peekable();
    let mut proof = Proof {
        runs: 0,
        last: None,
        counterexample: None,
    };
    loop {
        let (run, of_source) = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return proof,
            (Some(one), Some(other)) if one.at == other.at => {
                proof.runs += 1;
                proof.last = Some(one.at);
                left.next();
                right.next();
                continue;
            }
            (Some(one), other) if other.is_none_or(|other| one.at < other.at) => {
                proof.runs += 1;
                left.next();
                (one, true)
            }
            (_, Some(other)) => {
                right.next();
                (other, false)
            }
            (Some(_), None) => return proof,
        };
        note(&mut proof, source, targets, &run, of_source, place);
    }
}

fn note(
    proof: &mut Proof,
    source: &Schedule,
    targets: &[Schedule],
    run: &Occurrence,
    of_source: bool,
    place: &Place,
) {
    let at_change = place.near_a_change(run.at.to_utc());
    if let Some(one) = &mut proof.counterexample {
        one.count += 1;
        one.clock_changes_only &= at_change;
        return;
    }
    let target = targets.first().map_or(source, |target| target).dialect();
    let (has, lacks) = if of_source {
        (source.dialect(), target)
    } else {
        (target, source.dialect())
    };
    let seconds = has_seconds(source);
    let why = match run.shift {
        Some(Shift::Moved { from }) => format!(" (for {}, which the clock skips)", from.format("%H:%M")),
        Some(Shift::Repeated) => " (the second time that the clock shows it)".to_owned(),
        None => String::new(),
    };
    proof.counterexample = Some(Counterexample {
        at: iso(run.at, seconds),
        what: match proof.last {
            Some(last) if last == run.at => {
                format!("at {} {} runs it twice{why}", stamp(run.at, seconds), has.title)
            }
            _ => format!(
                "at {} {} runs it{why} and {} does not",
                stamp(run.at, seconds),
                has.title,
                lacks.title
            ),
        },
        count: 1,
        clock_changes_only: at_change,
    });
}
