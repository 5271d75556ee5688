//! A year in figures: how many runs, the longest and the shortest gap, and a shorter way to say the same.

use std::fmt::Write;

use chrono::{DateTime, FixedOffset, Months, TimeDelta, Utc};
use schedule::describe::has_seconds;
use schedule::{Schedule, convert};
use serde::Serialize;

use crate::answer::Place;
use crate::report::{iso, stamp};
use crate::time::count;
use crate::trouble::visible;

/// The figures of a span of time.
#[derive(Debug, Serialize)]
pub(crate) struct Figures {
    from: String,
    to: String,
    runs: u64,
    shortest_gap: Option<Gap>,
    longest_gap: Option<Gap>,
    shorter: Option<String>,
    #[serde(skip)]
    days: (String, String),
}

/// The time between two runs in a row.
#[derive(Debug, Clone, Copy, Serialize)]
struct Gap {
    seconds: i64,
    #[serde(serialize_with = "as_iso")]
    after: DateTime<FixedOffset>,
    #[serde(skip)]
    fine: bool,
}

fn as_iso<S: serde::Serializer>(at: &DateTime<FixedOffset>, out: S) -> Result<S::Ok, S::Error> {
    out.serialize_str(&iso(*at, false))
}

/// The figures of the year from now on, or of the span that was given.
pub(crate) fn figures(schedule: &Schedule, place: &Place) -> Figures {
    let from = place.from.unwrap_or(place.now);
    let to = place
        .to
        .unwrap_or_else(|| from.checked_add_months(Months::new(12)).unwrap_or(from));
    let fine = has_seconds(schedule);
    let (mut runs, mut last) = (0, None::<DateTime<FixedOffset>>);
    let (mut shortest, mut longest) = (None::<Gap>, None::<Gap>);
    for run in schedule.between(from, to, &place.zone) {
        runs += 1;
        if let Some(after) = last {
            let gap = Gap {
                seconds: (run.at - after).num_seconds(),
                after,
                fine,
            };
            // Runs that were moved to one minute have no gap between them.
            if gap.seconds > 0 && shortest.is_none_or(|least| gap.seconds < least.seconds) {
                shortest = Some(gap);
            }
            if longest.is_none_or(|most| gap.seconds > most.seconds) {
                longest = Some(gap);
            }
        }
        last = Some(run.at);
    }
    let local = |at: DateTime<Utc>| iso(at.with_timezone(&place.zone.offset_at(at)), false);
    Figures {
        from: local(from),
        to: local(to),
        runs,
        shortest_gap: shortest,
        longest_gap: longest,
        shorter: convert::shorter(schedule),
        days: (place.day(from), place.day(to)),
    }
}

impl Figures {
    /// A few lines.
    pub(crate) fn text(&self, place: &Place) -> String {
        let (from, to) = &self.days;
        let mut text = format!("From {from} to {to} it {}.\n", runs_so_often(self.runs));
        match (self.shortest_gap, self.longest_gap) {
            (Some(short), Some(long)) if short.seconds == long.seconds => {
                let _ = writeln!(text, "  gap       always {}", length(short.seconds));
            }
            (Some(short), Some(long)) => {
                for (name, gap) in [("shortest", short), ("longest ", long)] {
                    let _ = writeln!(
                        text,
                        "  {name}  {} after {}",
                        length(gap.seconds),
                        stamp(gap.after, gap.fine)
                    );
                }
            }
            _ => {}
        }
        if let Some(shorter) = &self.shorter {
            let _ = writeln!(
                text,
                "  shorter   {}  is the same",
                place.style.bold(&visible(shorter))
            );
        }
        text
    }
}

fn runs_so_often(runs: u64) -> String {
    match runs {
        0 => "never runs".to_owned(),
        1 => "runs once".to_owned(),
        _ => format!("runs {runs} times"),
    }
}

/// `1 day 2 hours`: the two largest units.
fn length(seconds: i64) -> String {
    let span = TimeDelta::seconds(seconds);
    let parts = [
        (span.num_days(), "day"),
        (span.num_hours() % 24, "hour"),
        (span.num_minutes() % 60, "minute"),
        (span.num_seconds() % 60, "second"),
    ];
    let shown: Vec<String> = parts
        .iter()
        .skip_while(|(number, _)| *number == 0)
        .take(2)
        .filter(|(number, _)| *number > 0)
        .map(|(number, unit)| count(*number, unit))
        .collect();
    shown.join(" ")
}
