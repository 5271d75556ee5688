//! What starts when: timelines, load maps, collisions, and minutes that are free.

use std::fmt::Write;

use chart::{LoadMap, MINUTES_A_DAY, Row, Terminal, Timeline};
use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use schedule::Zone;
use serde::Serialize;

use crate::answer::Place;
use crate::crontabs::{Entry, Found, View};
use crate::time::in_zone;
use crate::trouble::Trouble;

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
    counts: Vec<u32>,
}

#[derive(Serialize)]
struct Busy {
    at: String,
    starts: u32,
}

impl Found {
    /// Adds up the starts of so many days.
    pub(crate) fn add_load(&mut self, first: NaiveDate, days: u32, zone: &Zone) {
        let mut counts = vec![0u32; MINUTES_A_DAY * days as usize];
        for entry in &self.entries {
            for (day, minute) in entry.starts(first, days, zone) {
                counts[day * MINUTES_A_DAY + minute] += 1;
            }
        }
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
        self.load = Some(Load {
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
            counts,
        });
    }

    /// The picture of a view as SVG.
    pub(crate) fn svg(&self, view: View, place: &Place) -> Result<String, Trouble> {
        match view {
            View::Timeline(day) => Ok(self.timeline(day, &place.zone, |timeline| timeline.svg())),
            View::Load(..) => Ok(self.load_map(|map| map.svg()).unwrap_or_default()),
            View::List => Err(Trouble::new(
                "--svg",
                "",
                "there is no picture to write",
                "add --timeline DAY or --load week",
            )),
        }
    }

    /// One day, a row for each entry that runs on it.
    pub(crate) fn timeline<T>(&self, day: NaiveDate, zone: &Zone, draw: impl Fn(&Timeline<'_>) -> T) -> T {
        let several = self
            .entries
            .iter()
            .any(|entry| entry.file != self.entries[0].file);
        let rows: Vec<(String, Vec<u16>)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                entry.schedule.as_ref()?;
                let minutes = entry
                    .starts(day, 1, zone)
                    .map(|(_, minute)| minute as u16)
                    .collect();
                let place = if several {
                    format!("{}:{}", entry.file, entry.line)
                } else {
                    entry.line.to_string()
                };
                Some((format!("{place} {}", entry.command), minutes))
            })
            .collect();
        let rows: Vec<Row<'_>> = rows
            .iter()
            .map(|(label, minutes)| Row { label, minutes })
            .collect();
        draw(&Timeline {
            title: &format!("{} ({})", day.format("%A %Y-%m-%d"), self.zone),
            rows: &rows,
        })
    }

    /// All entries together, minute by minute.
    pub(crate) fn load_map<T>(&self, draw: impl Fn(&LoadMap<'_>) -> T) -> Option<T> {
        let load = self.load.as_ref()?;
        let title = format!(
            "Starts from {} on, {} ({})",
            load.first,
            crate::time::count(load.days.into(), "day"),
            self.zone
        );
        Some(draw(&LoadMap {
            title: &title,
            first: load.first,
            counts: &load.counts,
            collision: 2,
        }))
    }

    /// What the load map leaves to say.
    pub(crate) fn advice(&self, terminal: &Terminal) -> String {
        let mut text = self.load_map(|map| map.text(terminal)).unwrap_or_default();
        let Some(load) = &self.load else { return text };
        if load.free_minutes.is_empty() {
            text.push_str("No minute of the hour is always free.\n");
        } else {
            let shown: Vec<String> = spread(&load.free_minutes)
                .into_iter()
                .map(|minute| minute.to_string())
                .collect();
            let _ = writeln!(
                text,
                "{} of the 60 minutes of the hour are always free; for something new take {}.",
                load.free_minutes.len(),
                shown.join(", ")
            );
        }
        text
    }
}

impl Entry {
    /// The day (from 0) and minute of each start, as the clock of `zone` shows it.
    fn starts<'a>(
        &'a self,
        first: NaiveDate,
        days: u32,
        zone: &'a Zone,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let midnight = |day: NaiveDate| in_zone(day.and_time(NaiveTime::MIN), zone);
        let end = first.checked_add_days(Days::new(days.into())).unwrap_or(first);
        let own = self.in_zone.as_ref().unwrap_or(zone);
        let runs = self
            .schedule
            .iter()
            .flat_map(move |one| one.between(midnight(first), midnight(end), own));
        runs.filter_map(move |run| {
            let at = run.at.with_timezone(&zone.offset_at(run.at.to_utc()));
            let day = usize::try_from((at.date_naive() - first).num_days()).ok()?;
            Some((day, (at.hour() * 60 + at.minute()) as usize)).filter(|(day, _)| *day < days as usize)
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
