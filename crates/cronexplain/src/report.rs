//! What people read: the sentence, the day rule, the runs, the warnings.

use std::io::{self, Write};

use chrono::{DateTime, Datelike, FixedOffset, Timelike, Utc};
use schedule::{
    DayRule, Occurrence, Schedule, Shift, Zone,
    describe::{self, has_seconds},
};
use serde::Serialize;

use crate::answer::Place;
use crate::style::Style;
use crate::time::{Window, count, distance};
use crate::trouble::{visible, warning};

/// The whole answer about one schedule.
pub(crate) fn explain(
    out: &mut dyn Write,
    schedule: &Schedule,
    place: &Place,
    window: Window,
) -> io::Result<()> {
    let Place { zone, now, style, .. } = place;
    let (now, style) = (*now, *style);
    writeln!(out, "{}", style.bold(&visible(&sentence(schedule))))?;
    if !style.quiet {
        if let Some(rule) = describe::day_rule(schedule) {
            writeln!(out, "\n{}", visible(&rule))?;
        }
        if let Some(year) = days_of_year(schedule, now.with_timezone(&zone.offset_at(now)).year()) {
            writeln!(out, "{}", effect(schedule.day_rule(), year))?;
        }
        writeln!(out)?;
    }
    if schedule.is_reboot() {
        if !style.quiet {
            writeln!(out, "Next runs: at no time of day, so there is nothing to list.")?;
        }
    } else if schedule.never_fires() {
        if !style.quiet {
            writeln!(out, "Next runs: none, ever.")?;
        }
    } else {
        runs(out, schedule, zone, window, now, style)?;
    }
    if !style.quiet {
        for one in schedule.warnings() {
            write!(out, "\n{}", warning(schedule.text(), one, style.color))?;
        }
        for note in describe::notes(schedule) {
            writeln!(out, "\nnote: {}", visible(&note))?;
        }
    }
    Ok(())
}

/// The sentence; for a dialect that has none, its own words.
pub(crate) fn sentence(schedule: &Schedule) -> String {
    let sentence = describe::sentence(schedule);
    if sentence.is_empty() {
        format!("When {} matches `{}`.", schedule.dialect().title, schedule.text())
    } else {
        sentence
    }
}

/// On how many days of a year it runs, and on how many it would if the day fields went together the other way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) struct DaysOfYear {
    year: i32,
    days: u32,
    runs: u64,
    otherwise: u32,
}

/// What the day rule does to a year; none where there is no such rule.
pub(crate) fn days_of_year(schedule: &Schedule, year: i32) -> Option<DaysOfYear> {
    describe::day_rule(schedule)?;
    let counts = describe::day_counts(schedule, year).filter(|_| !schedule.never_fires())?;
    let fields = schedule.fields()?;
    let (days, otherwise) = match schedule.day_rule() {
        DayRule::Either => (counts.either, counts.both),
        DayRule::Both => (counts.both, counts.either),
        DayRule::NthWeekday => return None,
    };
    let sets = [Some(&fields.minute), Some(&fields.hour), fields.second.as_ref()];
    let times: u64 = sets
        .into_iter()
        .flatten()
        .map(|set| u64::from(set.bits.count_ones()))
        .product();
    Some(DaysOfYear {
        year,
        days,
        runs: u64::from(days) * times,
        otherwise,
    })
}

/// `In 2026 it runs on 63 days (126 runs); if both had to match, it would run on 1 day.`
fn effect(rule: DayRule, year: DaysOfYear) -> String {
    let DaysOfYear {
        year,
        days,
        runs,
        otherwise,
    } = year;
    let runs = if runs == u64::from(days) {
        String::new()
    } else {
        format!(" ({runs} runs)")
    };
    let other = if rule == DayRule::Either {
        "if both had to match"
    } else {
        "if either were enough"
    };
    let days = count(i64::from(days), "day");
    format!(
        "In {year} it runs on {days}{runs}; {other}, it would run on {}.",
        count(i64::from(otherwise), "day")
    )
}

fn runs(
    out: &mut dyn Write,
    schedule: &Schedule,
    zone: &Zone,
    window: Window,
    now: DateTime<Utc>,
    style: Style,
) -> io::Result<()> {
    let local = |at: DateTime<Utc>| at.with_timezone(&zone.offset_at(at)).format("%Y-%m-%d %H:%M");
    let heading = match window {
        Window::After(from, _) if from == now => "Next runs".to_owned(),
        Window::After(from, _) => format!("Runs after {}", local(from)),
        Window::Before(from, _) => format!("Runs before {}, the nearest first", local(from)),
        Window::Between(from, to, _) => format!("Runs from {} until before {}", local(from), local(to)),
    };
    if !style.quiet {
        writeln!(out, "{heading} ({}):", visible(zone.name()))?;
    }
    let mut listed = 0;
    let seconds = has_seconds(schedule);
    for run in occurrences(schedule, zone, window) {
        writeln!(out, "{}", line(&run, now, seconds, style))?;
        listed += 1;
    }
    if listed == 0 && !style.quiet && window.limit() > 0 {
        writeln!(out, "  none{}", nearest(schedule, zone, window, seconds, style))?;
    }
    Ok(())
}

/// The occurrences of a window, in the order in which they are listed.
pub(crate) fn occurrences<'a>(
    schedule: &'a Schedule,
    zone: &'a Zone,
    window: Window,
) -> Box<dyn Iterator<Item = Occurrence> + 'a> {
    match window {
        Window::After(from, limit) => Box::new(schedule.after(from, zone).take(limit)),
        Window::Before(from, limit) => Box::new(schedule.before(from, zone).take(limit)),
        Window::Between(from, to, limit) => Box::new(schedule.between(from, to, zone).take(limit)),
    }
}

/// The first run behind an empty window, or what there is of it.
fn nearest(schedule: &Schedule, zone: &Zone, window: Window, seconds: bool, style: Style) -> String {
    let (next, word) = match window {
        Window::Between(_, to, _) => (
            schedule.between(to, DateTime::<Utc>::MAX_UTC, zone).next(),
            "the next one is",
        ),
        Window::After(from, _) => (schedule.before(from, zone).next(), "the last one was"),
        Window::Before(from, _) => (schedule.after(from, zone).next(), "the first one is"),
    };
    let Some(run) = next else { return String::new() };
    style.dim(&format!("; {word} {}", stamp(run.at, seconds)))
}

/// `  Mon 2026-11-23 00:00 +01:00  in 2 days`
fn line(run: &Occurrence, now: DateTime<Utc>, seconds: bool, style: Style) -> String {
    if style.quiet {
        return iso(run.at, seconds);
    }
    let note = match run.shift {
        Some(Shift::Moved { from }) => {
            format!("  (moved from {}, which the clock skips)", from.format("%H:%M"))
        }
        Some(Shift::Repeated) => "  (again: the clock was set back)".to_owned(),
        None => String::new(),
    };
    format!(
        "  {}  {}{note}",
        stamp(run.at, seconds),
        style.dim(&distance(now, run.at))
    )
}

/// `Mon 2026-11-23 00:00 +01:00`
pub(crate) fn stamp(at: DateTime<FixedOffset>, seconds: bool) -> String {
    let clock = if seconds {
        "%a %Y-%m-%d %H:%M:%S %:z"
    } else {
        "%a %Y-%m-%d %H:%M %:z"
    };
    at.format(clock).to_string()
}

/// `2026-11-23T00:00+01:00`; seconds where they matter.
pub(crate) fn iso(at: DateTime<FixedOffset>, seconds: bool) -> String {
    let seconds = seconds || at.second() != 0;
    let clock = if seconds {
        "%Y-%m-%dT%H:%M:%S%:z"
    } else {
        "%Y-%m-%dT%H:%M%:z"
    };
    at.format(clock).to_string()
}
