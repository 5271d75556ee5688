//! What changes when one expression takes the place of another: the runs that come and the runs that go.

use std::collections::VecDeque;
use std::fmt::Write;

use schedule::describe::has_seconds;
use schedule::{Occurrence, Schedule};
use serde::Serialize;

use crate::answer::{Answer, Place};
use crate::json::{Run, VERSION};
use crate::report::{iso, sentence, stamp};
use crate::time::count;
use crate::trouble::visible;

/// How many runs are listed on each side where nothing else is said.
const LISTED: usize = 10;

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    a: &'a str,
    b: &'a str,
    dialect: &'a str,
    zone: &'a str,
    from: String,
    to: String,
    common: u64,
    removed_count: u64,
    added_count: u64,
    removed: Vec<Run>,
    added: Vec<Run>,
}

/// One side's runs that the other lacks: all counted, the first ones kept.
#[derive(Default)]
struct Side {
    count: u64,
    first: VecDeque<Occurrence>,
}

impl Side {
    fn add(&mut self, run: Occurrence, limit: usize) {
        self.count += 1;
        if self.first.len() < limit {
            self.first.push_back(run);
        }
    }
}

/// Walks both lists of runs side by side.
pub(crate) fn diff(a: &Schedule, b: &Schedule, place: &Place) -> Answer {
    let (from, to) = place.span(366);
    let limit = place.count.unwrap_or(LISTED);
    let (mut removed, mut added, mut common) = (Side::default(), Side::default(), 0);
    let mut left = a.between(from, to, &place.zone).peekable();
    let mut right = b.between(from, to, &place.zone).peekable();
    loop {
        match (left.peek().copied(), right.peek().copied()) {
            (None, None) => break,
            (Some(one), Some(other)) if one.at == other.at => {
                common += 1;
                left.next();
                right.next();
            }
            (Some(one), other) if other.is_none_or(|other| one.at < other.at) => {
                removed.add(one, limit);
                left.next();
            }
            (_, Some(other)) => {
                added.add(other, limit);
                right.next();
            }
            (Some(_), None) => break,
        }
    }
    let seconds = seconds([a, b]);
    let list = |side: &Side| {
        side.first
            .iter()
            .map(|run| Run::new(run, place.now, seconds))
            .collect()
    };
    let local = |at: chrono::DateTime<chrono::Utc>| iso(at.with_timezone(&place.zone.offset_at(at)), false);
    let json = Json {
        version: VERSION,
        a: a.text(),
        b: b.text(),
        dialect: place.dialect.name,
        zone: place.zone.name(),
        from: local(from),
        to: local(to),
        common,
        removed_count: removed.count,
        added_count: added.count,
        removed: list(&removed),
        added: list(&added),
    };
    let text = words([a, b], &json, [&removed, &added], place);
    let differs = removed.count + added.count > 0 || a.is_reboot() != b.is_reboot();
    Answer::new(text, &json, differs)
}

/// Whether there are seconds to show; at a boot there is no time at all.
fn seconds(schedules: [&Schedule; 2]) -> bool {
    let timed = |one: &&Schedule| !one.is_reboot();
    schedules.into_iter().filter(timed).any(has_seconds)
}

fn words(schedules: [&Schedule; 2], json: &Json<'_>, sides: [&Side; 2], place: &Place) -> String {
    let mut text = String::new();
    let shown = schedules.map(|one| visible(one.text()));
    let width = shown
        .each_ref()
        .map(|one| one.chars().count())
        .into_iter()
        .max()
        .unwrap_or(0);
    for (name, (schedule, shown)) in ["A", "B"].into_iter().zip(schedules.into_iter().zip(&shown)) {
        let fill = " ".repeat(width - shown.chars().count());
        let (shown, meaning) = (place.style.bold(shown), sentence(schedule));
        let _ = writeln!(text, "{name}  {shown}{fill}  {}", visible(&meaning));
    }
    let _ = writeln!(
        text,
        "\nFrom {} to {} ({}): {} in common",
        &json.from.replace('T', " "),
        &json.to.replace('T', " "),
        visible(json.zone),
        count(json.common as i64, "run")
    );
    let seconds = seconds(schedules);
    let [removed, added] = sides;
    for (word, sign, side) in [("removed", '-', removed), ("added", '+', added)] {
        let _ = writeln!(text, "{} {word}", side.count);
        for run in &side.first {
            let _ = writeln!(text, "  {sign} {}", stamp(run.at, seconds));
        }
        let rest = side.count - side.first.len() as u64;
        if rest > 0 {
            let _ = writeln!(text, "  {sign} ... and {rest} more");
        }
    }
    text
}
