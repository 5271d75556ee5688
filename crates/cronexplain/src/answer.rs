//! What a command answers, and where and when it was asked.

use chrono::{DateTime, TimeDelta, Utc};
use schedule::{Dialect, Zone};
use serde::Serialize;

use crate::style::Style;

/// What a change of the clock does shows within this time.
const NEAR: TimeDelta = TimeDelta::hours(30);

/// What the program found, as its exit code. Ordered: the worst wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It fires; the same; proved.
    Fine = 0,
    /// It never fires; they differ; a counterexample.
    Finding = 1,
    /// Something cannot be read.
    Unreadable = 2,
}

/// An answer for people and for programs.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) text: String,
    pub(crate) json: String,
    pub(crate) verdict: Verdict,
}

impl Answer {
    pub(crate) fn new(text: String, json: &impl Serialize, finding: bool) -> Answer {
        let json = serde_json::to_string(json).unwrap_or_default();
        Answer {
            text,
            json,
            verdict: if finding { Verdict::Finding } else { Verdict::Fine },
        }
    }
}

/// Where and when a question is asked.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) dialect: &'static Dialect,
    pub(crate) zone: Zone,
    pub(crate) now: DateTime<Utc>,
    /// The begin, where one is given.
    pub(crate) from: Option<DateTime<Utc>>,
    /// The end, where one is given.
    pub(crate) to: Option<DateTime<Utc>>,
    /// How much to list, where it is given.
    pub(crate) count: Option<usize>,
    pub(crate) style: Style,
}

impl Place {
    /// The span to look at: the one that was given, else so many days from now on.
    pub(crate) fn span(&self, days: i64) -> (DateTime<Utc>, DateTime<Utc>) {
        let from = self.from.unwrap_or(self.now);
        let to = self
            .to
            .unwrap_or_else(|| from.checked_add_signed(TimeDelta::days(days)).unwrap_or(from));
        (from, to)
    }

    /// Whether the clock changes within a day or so of an instant.
    pub(crate) fn near_a_change(&self, at: DateTime<Utc>) -> bool {
        let (from, to) = (at.checked_sub_signed(NEAR), at.checked_add_signed(NEAR));
        let next = self.zone.transitions(from.unwrap_or(at)).next();
        next.is_some_and(|change| to.is_none_or(|to| change.at < to))
    }

    /// A local day of the zone.
    pub(crate) fn day(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone.offset_at(at))
            .format("%Y-%m-%d")
            .to_string()
    }
}

/// Rows whose first columns are aligned, each line indented by two.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (column, cell) in row.iter().enumerate() {
            let fill = widths[column] - cell.chars().count();
            line.push(' ');
            line.push_str(cell);
            line.extend(std::iter::repeat_n(' ', fill + 1));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
