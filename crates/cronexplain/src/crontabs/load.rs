//! How much starts when: load maps, collisions, and minutes that are free.

use std::fmt::Write;

use chart::{LoadMap, MINUTES_A_DAY, Terminal};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use schedule::Zone;
use serde::Serialize;

use super::Entry;
use crate::time::{self, in_zone};

/// The starts of so many days, added up minute by minute.
pub(crate) struct Counter<'z> {
    first: NaiveDate,
    days: u32,
    zone: &'z Zone,
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
    /// Starts in each minute from `begin` on.
    starts: Vec<u32>,
}

/// How much starts when.
#[derive(Serialize)]
pub(crate) struct Load {
    #[serde(serialize_with = "crate::json::shown")]
    first: NaiveDate,
    days: u32,
    starts: u64,
    collisions: u64,
    busiest: Vec<Busy>,
    /// Minutes of the hour in which nothing starts in the whole span.
    free_minutes: Vec<u32>,
    #[serde(skip)]
    zone: String,
    #[serde(skip)]
    counts: Vec<u32>,
}

#[derive(Serialize)]
struct Busy {
    at: String,
    starts: u32,
}

impl<'z> Counter<'z> {
    pub(crate) fn new(first: NaiveDate, days: u32, zone: &'z Zone) -> Counter<'z> {
        let midnight = |day: NaiveDate| in_zone(day.and_time(NaiveTime::MIN), zone);
        let last = first.checked_add_days(Days::new(days.into())).unwrap_or(first);
        let (begin, end) = (midnight(first), midnight(last));
        let minutes = (end - begin).num_minutes() + 1;
        Counter {
            first,
            days,
            zone,
            begin,
            end,
            starts: vec![0; usize::try_from(minutes).unwrap_or_default()],
        }
    }

    pub(crate) fn add(&mut self, entry: &Entry<'_>) {
        let Some(schedule) = entry.schedule else { return };
        let begin = self.begin.timestamp();
        schedule.for_each_between(self.begin, self.end, entry.in_zone, |second| {
            let minute = usize::try_from((second - begin) / 60).unwrap_or(usize::MAX);
            if let Some(count) = self.starts.get_mut(minute) {
                *count += 1;
            }
        });
    }

    /// The minutes as the clock shows them: those that it shows twice are one.
    pub(crate) fn load(&self) -> Load {
        let mut counts = vec![0u32; MINUTES_A_DAY * self.days as usize];
        for (minute, starts) in self.starts.iter().enumerate().filter(|(_, starts)| **starts > 0) {
            let at = self.begin + TimeDelta::minutes(minute as i64);
            let local = at.with_timezone(&self.zone.offset_at(at));
            let day = (local.date_naive() - self.first).num_days();
            let of_day = (local.hour() * 60 + local.minute()) as usize;
            if let Some(count) = usize::try_from(day)
                .ok()
                .and_then(|day| counts.get_mut(day * MINUTES_A_DAY + of_day))
            {
                *count += starts;
            }
        }
        Load::new(self.first, self.days, self.zone.name(), counts)
    }
}

impl Load {
    fn new(first: NaiveDate, days: u32, zone: &str, counts: Vec<u32>) -> Load {
        let map = LoadMap {
            title: "",
            first,
            counts: &counts,
            collision: 2,
        };
        let busiest = map.busiest(10).into_iter();
        let mut of_hour = [false; 60];
        counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .for_each(|(minute, _)| of_hour[minute % 60] = true);
        Load {
            first,
            days,
            starts: counts.iter().map(|count| u64::from(*count)).sum(),
            collisions: counts.iter().filter(|count| **count > 1).count() as u64,
            busiest: busiest
                .map(|busy| Busy {
                    at: busy.at.format("%Y-%m-%dT%H:%M").to_string(),
                    starts: busy.count,
                })
                .collect(),
            free_minutes: (0u32..60).filter(|minute| !of_hour[*minute as usize]).collect(),
            zone: zone.to_owned(),
            counts,
        }
    }

    pub(crate) fn svg(&self) -> String {
        self.map(|map| map.svg())
    }

    /// The map, and what it leaves to say.
    pub(crate) fn text(&self, terminal: &Terminal) -> String {
        let mut text = self.map(|map| map.text(terminal));
        if self.free_minutes.is_empty() {
            text.push_str("No minute of the hour is always free.\n");
        } else {
            let shown: Vec<String> = spread(&self.free_minutes)
                .into_iter()
                .map(|minute| minute.to_string())
                .collect();
            let _ = writeln!(
                text,
                "{} of the 60 minutes of the hour are always free; for something new take {}.",
                self.free_minutes.len(),
                shown.join(", ")
            );
        }
        text
    }

    /// All entries together, minute by minute.
    fn map<T>(&self, draw: impl Fn(&LoadMap<'_>) -> T) -> T {
        let days = time::count(self.days.into(), "day");
        draw(&LoadMap {
            title: &format!("Starts from {} on, {days} ({})", self.first, self.zone),
            first: self.first,
            counts: &self.counts,
            collision: 2,
        })
    }
}

/// Up to five of them, far apart.
fn spread(minutes: &[u32]) -> Vec<u32> {
    let wanted = minutes.len().min(5);
    (0..wanted)
        .map(|index| minutes[(2 * index + 1) * minutes.len() / (2 * wanted)])
        .collect()
}
