//! The same schedule for another scheduler, with proof.

use std::fmt::Write;

use chrono::{DateTime, Utc};
use schedule::{Dialect, Schedule, convert};
use serde::Serialize;

use crate::answer::{Answer, Place};
use crate::json::VERSION;
use crate::proof::{Claim, Counterexample, Proof};
use crate::report::iso;
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

impl<'a> Json<'a> {
    /// What was asked, and no answer yet.
    fn nothing(schedule: &'a Schedule, target: &Dialect, place: &'a Place) -> Json<'a> {
        Json {
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
            impossible: None,
            instead: None,
        }
    }
}

/// Converts, and proves it over 28 years; `tell` hears how much of that is done.
pub(crate) fn convert(
    schedule: &Schedule,
    target: &'static Dialect,
    place: &Place,
    tell: &mut dyn FnMut(f64),
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
    let claim = Claim {
        source: schedule,
        targets: &read,
        place,
    };
    let proof = if target == schedule.dialect() {
        // It is the expression that was given.
        Proof::of_the_same(schedule, &place.zone, (from, to), tell)
    } else {
        claim.prove(from, to, tell)
    };
    let local = |at: DateTime<Utc>| iso(at.with_timezone(&place.zone.offset_at(at)), false);
    let json = Json {
        expressions: &found,
        proved: proof.counterexample.is_none(),
        runs: proof.runs,
        from: Some(local(from)),
        to: Some(local(to)),
        counterexample: proof.counterexample,
        ..Json::nothing(schedule, target, place)
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
        impossible: Some(error.to_string()),
        instead: error.help().map(str::to_owned),
        ..Json::nothing(schedule, target, place)
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
