//! One day with a row for each entry.

use chart::{Row, Terminal};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Timelike};
use schedule::Zone;

use super::Entry;
use crate::time::in_zone;

/// A picture with more rows shows nobody anything.
const ROWS: usize = 300;

/// The longest command that is kept, in characters.
const COMMAND: usize = 300;

/// The starts of a day, entry by entry.
pub(crate) struct Timeline<'z> {
    day: NaiveDate,
    zone: &'z Zone,
    rows: Vec<Kept>,
    /// Entries for which there was no row.
    more: usize,
}

struct Kept {
    file: String,
    line: usize,
    command: String,
    minutes: Vec<u16>,
}

impl<'z> Timeline<'z> {
    pub(crate) fn new(day: NaiveDate, zone: &'z Zone) -> Timeline<'z> {
        Timeline {
            day,
            zone,
            rows: Vec::new(),
            more: 0,
        }
    }

    pub(crate) fn add(&mut self, entry: &Entry<'_>) {
        let Some(schedule) = entry.schedule else { return };
        if self.rows.len() == ROWS {
            self.more += 1;
            return;
        }
        let midnight = |day: NaiveDate| in_zone(day.and_time(NaiveTime::MIN), self.zone);
        let next = self.day.checked_add_days(Days::new(1)).unwrap_or(self.day);
        let mut minutes = Vec::new();
        schedule.for_each_between(midnight(self.day), midnight(next), entry.in_zone, |second| {
            let local =
                DateTime::from_timestamp(second, 0).map(|at| at.with_timezone(&self.zone.offset_at(at)));
            minutes.extend(local.map(|at| (at.hour() * 60 + at.minute()) as u16));
        });
        minutes.shrink_to_fit();
        self.rows.push(Kept {
            file: entry.file.to_owned(),
            line: entry.line,
            command: entry.command.chars().take(COMMAND).collect(),
            minutes,
        });
    }

    pub(crate) fn text(&self, terminal: &Terminal) -> String {
        self.draw(|picture| picture.text(terminal))
    }

    pub(crate) fn svg(&self) -> String {
        self.draw(|picture| picture.svg())
    }

    fn draw<T>(&self, draw: impl Fn(&chart::Timeline<'_>) -> T) -> T {
        let several = self.rows.iter().any(|row| row.file != self.rows[0].file);
        let label = |row: &Kept| match several {
            true => format!("{}:{} {}", row.file, row.line, row.command),
            false => format!("{} {}", row.line, row.command),
        };
        let labels: Vec<String> = self.rows.iter().map(label).collect();
        let rows: Vec<Row<'_>> = self
            .rows
            .iter()
            .zip(&labels)
            .map(|(row, label)| Row {
                label,
                minutes: &row.minutes,
            })
            .collect();
        let mut title = format!("{} ({})", self.day.format("%A %Y-%m-%d"), self.zone.name());
        if self.more > 0 {
            title.push_str(&format!(", the first {ROWS} of {} entries", ROWS + self.more));
        }
        draw(&chart::Timeline {
            title: &title,
            rows: &rows,
        })
    }
}
