//! What the coming changes of the clock do to a schedule, daemon by daemon.

use std::collections::{BTreeMap, HashSet};
use std::fmt::Write;

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta};
use schedule::describe::has_seconds;
use schedule::{Occurrence, Schedule, Shift, Transition, Zone};
use serde::Serialize;

use crate::answer::{Answer, Place, table};
use crate::json::VERSION;
use crate::reading::{self, Reading, Refusal, goes_by_utc};
use crate::report::iso;
use crate::trouble::visible;

/// How many changes are shown where nothing else is said.
const SHOWN: usize = 2;
/// What a daemon does late, it does within this time.
const LATE: TimeDelta = TimeDelta::hours(6);
/// Where the list of runs begins that a change is looked for in.
const BEFORE: TimeDelta = TimeDelta::days(1);

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    expression: &'a str,
    zone: &'a str,
    changes: Vec<Change>,
    /// What a dialect was given where that is not the expression itself.
    read_as: Vec<ReadAs>,
    refused: Vec<Refusal>,
}

#[derive(Serialize)]
struct ReadAs {
    dialect: &'static str,
    expression: String,
    /// By `convert`, with proof: its grammar is another one.
    converted: bool,
    #[serde(skip)]
    line: String,
}

/// One change of the clock.
#[derive(Serialize)]
struct Change {
    at: String,
    clock_from: String,
    clock_to: String,
    offset_before: String,
    offset_after: String,
    /// Dialects that do the same, and what they do.
    effects: Vec<Effect>,
    #[serde(skip)]
    day: String,
    #[serde(skip)]
    forward: bool,
}

/// What a change does to the runs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Effect {
    dialects: Vec<&'static str>,
    skipped: Vec<String>,
    moved: Vec<Moved>,
    doubled: Vec<String>,
    /// In the repeated hour, once: in the first or the second pass.
    once: Vec<Once>,
    /// Its times are UTC, so that no change touches them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    utc: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Moved {
    from: String,
    to: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Once {
    time: String,
    pass: u32,
}

/// The coming changes, and what each dialect that reads the expression does at them.
pub(crate) fn dst(text: &str, place: &Place) -> Answer {
    let (read, refused) = reading::everywhere(text, place);
    let read_as = read.iter().filter_map(read_as).collect();
    let schedules: Vec<&Schedule> = read.iter().map(|one| &one.schedule).collect();
    let from = place.from.unwrap_or(place.now);
    let limit = place
        .count
        .unwrap_or(if place.to.is_some() { usize::MAX } else { SHOWN });
    let changes = place
        .zone
        .transitions(from)
        .filter(|change| change.before != change.after)
        .take_while(|change| place.to.is_none_or(|to| change.at < to))
        .take(limit)
        .map(|change| describe(&change, &schedules, &place.zone))
        .collect();
    let json = Json {
        version: VERSION,
        expression: text,
        zone: place.zone.name(),
        changes,
        read_as,
        refused,
    };
    // The dialect that was asked for comes first in the first group.
    let touched = |effect: &Effect| {
        !(effect.skipped.is_empty() && effect.moved.is_empty() && effect.doubled.is_empty())
    };
    let asked = |effect: &&Effect| effect.dialects.contains(&place.dialect.name);
    let finding = json
        .changes
        .iter()
        .flat_map(|change| change.effects.iter().filter(asked))
        .any(touched);
    Answer::new(words(&json, place), &json, finding)
}

fn read_as(reading: &Reading) -> Option<ReadAs> {
    Some(ReadAs {
        dialect: reading.schedule.dialect().name,
        expression: reading.given.clone()?,
        converted: reading.converted,
        line: reading.line(),
    })
}

fn describe(change: &Transition, schedules: &[&Schedule], zone: &Zone) -> Change {
    let local = |offset: FixedOffset| change.at.with_timezone(&offset);
    let mut effects: Vec<Effect> = Vec::new();
    for schedule in schedules {
        let found = effect(schedule, change, zone);
        match effects.iter_mut().find(|effect| {
            Effect {
                dialects: Vec::new(),
                ..(*effect).clone()
            } == found
        }) {
            Some(same) => same.dialects.push(schedule.dialect().name),
            None => effects.push(Effect {
                dialects: vec![schedule.dialect().name],
                ..found
            }),
        }
    }
    Change {
        at: iso(local(change.after), false),
        clock_from: local(change.before).format("%H:%M").to_string(),
        clock_to: local(change.after).format("%H:%M").to_string(),
        offset_before: change.before.to_string(),
        offset_after: change.after.to_string(),
        effects,
        day: local(change.before).format("%a %Y-%m-%d").to_string(),
        forward: goes_forward(change),
    }
}

fn effect(schedule: &Schedule, change: &Transition, zone: &Zone) -> Effect {
    let none = Effect {
        dialects: Vec::new(),
        skipped: Vec::new(),
        moved: Vec::new(),
        doubled: Vec::new(),
        once: Vec::new(),
        utc: goes_by_utc(schedule),
    };
    if none.utc {
        none
    } else if goes_forward(change) {
        forward(schedule, change, zone, none)
    } else {
        backward(schedule, change, zone, none)
    }
}

fn goes_forward(change: &Transition) -> bool {
    change.after.local_minus_utc() > change.before.local_minus_utc()
}

/// The local times that the expression names between two of them, as if no clock changed.
fn named(schedule: &Schedule, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
    let utc = Zone::utc();
    schedule
        .between(from.and_utc(), to.and_utc(), &utc)
        .map(|run| run.at.naive_utc())
        .collect()
}

/// Times that the clock skips: run later, or not at all.
fn forward(schedule: &Schedule, change: &Transition, zone: &Zone, mut effect: Effect) -> Effect {
    let from = change.at.with_timezone(&change.before).naive_local();
    let to = change.at.with_timezone(&change.after).naive_local();
    let late: BTreeMap<NaiveDateTime, DateTime<FixedOffset>> = schedule
        .between(change.at - BEFORE, change.at + LATE, zone)
        .filter(|run| run.at.to_utc() >= change.at)
        .filter_map(|run| match run.shift {
            Some(Shift::Moved { from }) => Some((from, run.at)),
            _ => None,
        })
        .collect();
    let seconds = has_seconds(schedule);
    for time in named(schedule, from, to) {
        match late.get(&time) {
            Some(at) => effect.moved.push(Moved {
                from: clock(time, seconds),
                to: clock(at.naive_local(), seconds),
            }),
            None => effect.skipped.push(clock(time, seconds)),
        }
    }
    effect
}

/// Times that the clock shows twice: run twice, or once.
fn backward(schedule: &Schedule, change: &Transition, zone: &Zone, mut effect: Effect) -> Effect {
    let from = change.at.with_timezone(&change.after).naive_local();
    let to = change.at.with_timezone(&change.before).naive_local();
    let length = to - from;
    let seconds = has_seconds(schedule);
    // In one go: some pass over the second time because they come from the first.
    let runs: Vec<Occurrence> = schedule
        .between(change.at - BEFORE, change.at + length, zone)
        .filter(|run| run.at.to_utc() >= change.at - length)
        .collect();
    let (first, second): (Vec<_>, Vec<_>) = runs.iter().partition(|run| run.at.to_utc() < change.at);
    let local = |runs: Vec<&Occurrence>| -> HashSet<NaiveDateTime> {
        runs.into_iter().map(|run| run.at.naive_local()).collect()
    };
    let (first, second) = (local(first), local(second));
    for time in named(schedule, from, to) {
        let text = clock(time, seconds);
        match (first.contains(&time), second.contains(&time)) {
            (true, true) => effect.doubled.push(text),
            (true, false) => effect.once.push(Once { time: text, pass: 1 }),
            (false, true) => effect.once.push(Once { time: text, pass: 2 }),
            (false, false) => effect.skipped.push(text),
        }
    }
    effect
}

fn clock(time: NaiveDateTime, seconds: bool) -> String {
    time.format(if seconds { "%H:%M:%S" } else { "%H:%M" })
        .to_string()
}

fn words(json: &Json<'_>, place: &Place) -> String {
    let mut text = format!(
        "{} in {}\n",
        place.style.bold(&visible(json.expression)),
        visible(json.zone)
    );
    if json.changes.is_empty() {
        text.push_str("\nNo change of the clock is known to come.\n");
    }
    for change in &json.changes {
        let kind = if change.forward {
            "the clock goes forward"
        } else {
            "the clock goes back"
        };
        let title = format!("{}  {} -> {}", change.day, change.clock_from, change.clock_to);
        let note = format!("  {kind}, {} -> {}", change.offset_before, change.offset_after);
        let _ = writeln!(text, "\n{}{}", place.style.bold(&title), place.style.dim(&note));
        let rows: Vec<Vec<String>> = change
            .effects
            .iter()
            .map(|effect| vec![outcome(effect), effect.dialects.join(", ")])
            .collect();
        text.push_str(&table(&rows));
    }
    if !json.changes.is_empty() && !json.read_as.is_empty() {
        let row = |one: &ReadAs| vec![one.dialect.to_owned(), visible(&one.line).into_owned()];
        let rows: Vec<Vec<String>> = json.read_as.iter().map(row).collect();
        let _ = write!(text, "\nGiven as\n{}", table(&rows));
    }
    if !json.refused.is_empty() {
        let row = |one: &Refusal| vec![one.dialect.to_owned(), visible(&one.reason).into_owned()];
        let rows: Vec<Vec<String>> = json.refused.iter().map(row).collect();
        let _ = write!(text, "\nRefused by\n{}", table(&rows));
    }
    text
}

/// `02:30 moved to 03:00`, `02:30 runs twice`, `not touched`
fn outcome(effect: &Effect) -> String {
    let mut parts = Vec::new();
    let list = |times: Vec<String>| match times.len() {
        0..=3 => times.join(", "),
        many => format!("{} ... {} ({many})", times[0], times[many - 1]),
    };
    if !effect.skipped.is_empty() {
        parts.push(format!("{} skipped", list(effect.skipped.clone())));
    }
    if !effect.moved.is_empty() {
        let mut to: Vec<String> = effect.moved.iter().map(|one| one.to.clone()).collect();
        to.dedup();
        parts.push(format!(
            "{} moved to {}",
            list(effect.moved.iter().map(|one| one.from.clone()).collect()),
            list(to)
        ));
    }
    if !effect.doubled.is_empty() {
        let verb = if effect.doubled.len() == 1 { "runs" } else { "run" };
        parts.push(format!("{} {verb} twice", list(effect.doubled.clone())));
    }
    for (pass, word) in [(1, "first"), (2, "second")] {
        let times: Vec<String> = effect
            .once
            .iter()
            .filter(|one| one.pass == pass)
            .map(|one| one.time.clone())
            .collect();
        if !times.is_empty() {
            parts.push(format!("{} once, the {word} time", list(times)));
        }
    }
    match parts.is_empty() {
        true if effect.utc => "not touched: UTC".to_owned(),
        true => "not touched".to_owned(),
        false => parts.join("; "),
    }
}
