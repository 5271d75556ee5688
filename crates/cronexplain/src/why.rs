//! Why a schedule fires at a time, or why it does not.

use std::fmt::Write;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Timelike, Utc};
use schedule::describe::has_seconds;
use schedule::names::{MONTHS, WEEKDAYS};
use schedule::{DayRule, Field, Occurrence, Schedule, Shift, SpecialDay, Transition, Zone};
use serde::Serialize;

use crate::answer::{Answer, Place, table};
use crate::edit::edit;
use crate::json::{Run, VERSION};
use crate::report::{iso, stamp};
use crate::time::{Moment, distance};

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    expression: &'a str,
    dialect: &'a str,
    zone: &'a str,
    at: String,
    fires: bool,
    fields: Vec<Check>,
    clock: Option<String>,
    before: Option<Run>,
    after: Option<Run>,
    edit: Option<String>,
}

/// One field against the time.
#[derive(Debug, Serialize)]
pub(crate) struct Check {
    field: &'static str,
    text: String,
    pub(crate) value: u32,
    pub(crate) matches: bool,
    #[serde(skip)]
    pub(crate) kind: Field,
}

/// Field by field, the runs around it, what the clock does, and the smallest edit.
pub(crate) fn why(schedule: &Schedule, moment: &Moment, place: &Place) -> Answer {
    let seconds = has_seconds(schedule);
    let unit = if seconds {
        TimeDelta::seconds(1)
    } else {
        TimeDelta::seconds(60)
    };
    let runs_at = |at: DateTime<Utc>| schedule.between(at, at + unit, &place.zone).next().is_some();
    let instants: Vec<DateTime<Utc>> = moment.instants().collect();
    let fired: Vec<bool> = instants.iter().map(|at| runs_at(*at)).collect();
    let moved = moment
        .gap
        .and_then(|gap| moved(schedule, moment.local, gap, &place.zone));
    let fires = moved.is_some() || moment.gap.is_none() && fired.contains(&true);
    let checks = checks(schedule, moment.local, seconds);
    let clock = clock(schedule, moment, &fired, moved, &checks);
    let nearest = instants.first().copied().unwrap_or(moment.at);
    let before = schedule.before(nearest, &place.zone).next();
    let last = instants.last().copied().unwrap_or(moment.at);
    let after = schedule
        .after(last + unit - TimeDelta::seconds(1), &place.zone)
        .next();
    let edit = if fires || moment.gap.is_some() {
        None
    } else {
        edit(schedule, moment.local, &checks)
    };
    let json = Json {
        version: VERSION,
        expression: schedule.text(),
        dialect: schedule.dialect().name,
        zone: place.zone.name(),
        at: moment.gap.map_or_else(
            || iso(local(moment.at, &place.zone), seconds),
            |_| moment.local.format("%Y-%m-%dT%H:%M").to_string(),
        ),
        fires,
        clock: clock.clone(),
        before: before.map(|run| Run::new(&run, place.now, seconds)),
        after: after.map(|run| Run::new(&run, place.now, seconds)),
        edit: edit.clone(),
        fields: checks,
    };
    let mut text = headline(schedule, moment, fires, moved.is_some(), place, seconds);
    if let Some(clock) = clock {
        let _ = writeln!(text, "{clock}");
    }
    text.push('\n');
    text.push_str(&fields(schedule, &json.fields));
    text.push_str(&around(&before, &after, nearest, place, seconds));
    if let Some(edit) = &edit {
        let _ = writeln!(
            text,
            "\nThe smallest edit that makes it run then and keeps its other runs:\n  {}",
            place.style.bold(edit)
        );
    }
    let finding = !fires;
    Answer::new(text, &json, finding)
}

fn local(at: DateTime<Utc>, zone: &Zone) -> DateTime<FixedOffset> {
    at.with_timezone(&zone.offset_at(at))
}

fn headline(
    schedule: &Schedule,
    moment: &Moment,
    fires: bool,
    moved: bool,
    place: &Place,
    seconds: bool,
) -> String {
    let when = match moment.gap {
        Some(_) => moment.local.format("%a %Y-%m-%d %H:%M").to_string(),
        None => stamp(local(moment.at, &place.zone), seconds),
    };
    let title = schedule.dialect().title;
    let words = match (fires, moved) {
        (true, false) => format!("Yes: {title} runs it at {when}."),
        (true, true) => format!("Yes, but later: {title} runs what was meant for {when}."),
        (false, _) if schedule.is_reboot() => {
            format!("No: {title} runs @reboot when it starts, at no time of day.")
        }
        (false, _) => format!("No: {title} does not run it at {when}."),
    };
    format!("{}\n", place.style.bold(&words))
}

/// The run that stands for a local time that the clock skips.
fn moved(schedule: &Schedule, wanted: NaiveDateTime, gap: Transition, zone: &Zone) -> Option<Occurrence> {
    let end = gap.at + TimeDelta::hours(6);
    schedule.between(gap.at, end, zone).find(|run| match run.shift {
        Some(Shift::Moved { from }) => from.with_second(0) == wanted.with_second(0),
        _ => false,
    })
}

/// What the clock does to this time, in words.
fn clock(
    schedule: &Schedule,
    moment: &Moment,
    fired: &[bool],
    moved: Option<Occurrence>,
    checks: &[Check],
) -> Option<String> {
    let time = moment.local.format("%H:%M");
    let title = schedule.dialect().title;
    if let Some(gap) = moment.gap {
        let from = gap.at.with_timezone(&gap.before).format("%H:%M");
        let to = gap.at.with_timezone(&gap.after).format("%H:%M");
        let jump = format!("{time} does not exist on that day: the clock jumps from {from} to {to}");
        let matches = !checks.is_empty() && day_and_time_match(schedule, checks);
        return Some(match moved {
            Some(run) => format!("{jump}; {title} runs it at {}.", run.at.format("%H:%M")),
            None if matches => format!("{jump}; {title} does not run it then, nor later."),
            None => format!("{jump}."),
        });
    }
    moment.second?;
    let passes = match fired {
        [true, true] => "it runs both times",
        [true, _] => "it runs the first time only",
        [_, true] => "it runs the second time only",
        _ => "it runs neither time",
    };
    Some(format!(
        "The clock shows {time} twice on that day, because it is set back: {passes}."
    ))
}

fn checks(schedule: &Schedule, at: NaiveDateTime, seconds: bool) -> Vec<Check> {
    let Some(sets) = schedule.fields() else {
        return Vec::new();
    };
    let fields = [Field::Second].into_iter().filter(|_| seconds).chain(Field::FIVE);
    fields
        .filter_map(|field| {
            let set = sets.get(field)?;
            let value = value(field, at);
            let matches = set.contains(value) || set.special.iter().any(|day| is_special(*day, at));
            let text = schedule.text()[set.span.clone()].to_owned();
            Some(Check {
                field: field.name(),
                text,
                value,
                matches,
                kind: field,
            })
        })
        .collect()
}

fn value(field: Field, at: NaiveDateTime) -> u32 {
    match field {
        Field::Second => at.second(),
        Field::Minute => at.minute(),
        Field::Hour => at.hour(),
        Field::DayOfMonth => at.day(),
        Field::Month => at.month(),
        Field::DayOfWeek => at.weekday().num_days_from_sunday(),
        Field::Year => at.year().unsigned_abs(),
    }
}

/// Whether a day that depends on the month is this one.
fn is_special(day: SpecialDay, at: NaiveDateTime) -> bool {
    let weekday = at.weekday().num_days_from_sunday();
    let length = u32::from(at.date().num_days_in_month());
    let workday = |target: u32| nearest_workday(at, target, length) == at.day();
    match day {
        SpecialDay::Last { before } => at.day() + before == length,
        SpecialDay::NearestWeekday { day } => day <= length && workday(day),
        SpecialDay::LastWeekday { before } => before < length && workday(length - before),
        SpecialDay::Nth { weekday: wanted, nth } => weekday == wanted && (at.day() - 1) / 7 + 1 == nth,
        SpecialDay::LastOf { weekday: wanted } => weekday == wanted && at.day() + 7 > length,
    }
}

/// The weekday nearest to a day without leaving the month.
fn nearest_workday(at: NaiveDateTime, day: u32, length: u32) -> u32 {
    let weekday = at
        .date()
        .with_day(day)
        .map(|date| date.weekday().num_days_from_sunday());
    match weekday {
        Some(6) if day == 1 => 3,
        Some(6) => day - 1,
        Some(0) if day == length => day - 2,
        Some(0) => day + 1,
        _ => day,
    }
}

fn day_and_time_match(schedule: &Schedule, checks: &[Check]) -> bool {
    let day = |check: &&Check| matches!(check.kind, Field::DayOfMonth | Field::DayOfWeek);
    let mut days = checks.iter().filter(day);
    let days = match schedule.day_rule() {
        DayRule::Either => days.any(|check| check.matches),
        _ => days.all(|check| check.matches),
    };
    days && checks
        .iter()
        .filter(|check| !day(check))
        .all(|check| check.matches)
}

/// The table of fields, and how the day fields go together.
fn fields(schedule: &Schedule, checks: &[Check]) -> String {
    let macros = schedule.text().starts_with('@');
    let rows: Vec<Vec<String>> = checks
        .iter()
        .map(|check| {
            let text = if macros {
                String::new()
            } else {
                crate::trouble::visible(&check.text).into_owned()
            };
            let verdict = if check.matches {
                "matches"
            } else {
                "does not match"
            };
            vec![
                check.field.to_owned(),
                text,
                format!("{verdict} {}", spoken(check)),
            ]
        })
        .collect();
    let mut text = table(&rows);
    if let Some(rule) = schedule::describe::day_rule(schedule) {
        let _ = writeln!(text, "  {rule}");
    }
    if !text.is_empty() {
        text.push('\n');
    }
    text
}

fn spoken(check: &Check) -> String {
    match check.kind {
        Field::DayOfWeek => WEEKDAYS[check.value as usize % 7].to_owned(),
        Field::Month => MONTHS[(check.value as usize + 11) % 12].to_owned(),
        _ => check.value.to_string(),
    }
}

fn around(
    before: &Option<Occurrence>,
    after: &Option<Occurrence>,
    at: DateTime<Utc>,
    place: &Place,
    seconds: bool,
) -> String {
    let row = |word: &str, run: &Option<Occurrence>| {
        run.map(|run| {
            let far = distance(at, run.at);
            let far = far
                .strip_prefix("in ")
                .map(|far| format!("{far} later"))
                .unwrap_or_else(|| far.replace(" ago", " earlier"));
            vec![word.to_owned(), stamp(run.at, seconds), place.style.dim(&far)]
        })
    };
    let rows: Vec<Vec<String>> = [row("run before", before), row("run after", after)]
        .into_iter()
        .flatten()
        .collect();
    if rows.is_empty() {
        "It has no runs at all.\n".to_owned()
    } else {
        table(&rows)
    }
}
