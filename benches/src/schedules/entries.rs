//! A machine park's crontabs at once: ten thousand entries read, and every run of a year of theirs.

use std::hint::black_box;
use std::str::FromStr as _;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use schedule::{Schedule, Zone, dialect};

use super::{named, start};
use crate::table::{Row, Table, ratio};

const ENTRIES: usize = 10_000;
const ROUNDS: usize = 3;
/// The peers would take minutes: they get every so manieth entry, and their time is multiplied.
const SHARE: usize = 200;

pub(super) fn table() -> Table {
    let entries: Vec<String> = (0..ENTRIES).map(entry).collect();
    let zones = [("UTC", Tz::UTC), ("Berlin", Tz::Europe__Berlin)];
    let sample: Vec<String> = entries.iter().step_by(SHARE).cloned().collect();
    let mut runs = 0;
    let mut columns = Vec::new();
    let mut cells = vec![Vec::new(); 4];
    for (name, tz) in zones {
        columns.push(format!("all runs of a year, {name}"));
        let zone = Zone::from_chrono_tz(tz);
        let ours = best(|| {
            runs = list(&entries, &zone);
            runs
        });
        let counted = best(|| count(&entries, &zone));
        let cron = best(|| cron(&sample, tz)) * SHARE as f64;
        let croner = best(|| croner(&sample, tz)) * SHARE as f64;
        for (row, figure) in cells.iter_mut().zip([ours, counted, cron, croner]) {
            row.push(ratio(figure, ours, "ms"));
        }
    }
    let share = |name: &str| format!("{}, a {SHARE}th of them times {SHARE}", named(name));
    let names = [
        format!("{}, each run visited", named("schedule")),
        format!("{}, counted", named("schedule")),
        share("cron"),
        share("croner"),
    ];
    let rows = names.into_iter().zip(cells);
    Table {
        title: format!("{ENTRIES} entries read, and their {runs} runs of a year"),
        columns,
        rows: rows
            .map(|(name, cells)| Row {
                name,
                cells: Ok(cells),
            })
            .collect(),
    }
}

/// One of many entries, as crontabs have them: mostly daily and hourly, some often, some rare.
fn entry(number: usize) -> String {
    let (minute, hour) = (number * 7 % 60, number * 5 % 24);
    let (date, month, weekday) = (number % 28 + 1, number % 12 + 1, number % 6 + 1);
    match number % 20 {
        0 => "* * * * *".to_owned(),
        1 | 2 => format!("*/{} * * * *", [5, 10, 15, 20][number / 20 % 4]),
        3 => format!(
            "{}-59/10 {} * * 1-5",
            minute % 10,
            ["8-18", "6-22/2"][number / 20 % 2]
        ),
        4..7 => format!("{minute} * * * *"),
        7 => format!("{minute} */{} * * *", [2, 3, 4, 6][number / 20 % 4]),
        8..14 => format!("{minute} {hour} * * *"),
        14 | 15 => format!("{minute} {hour} * * {weekday}"),
        16 => format!("{minute} {hour} {date} * *"),
        17 => format!("{minute} {hour} {date} {month} *"),
        18 => format!("{minute} {hour} 1,15 * {weekday}"),
        _ => format!("{minute},{} {hour} * * 1-5", (minute + 30) % 60),
    }
}

fn end() -> DateTime<Utc> {
    start() + TimeDelta::days(365)
}

fn read(text: &str) -> Schedule {
    Schedule::parse(text, &dialect::DEBIAN).expect("an expression")
}

fn list(entries: &[String], zone: &Zone) -> u64 {
    let (mut runs, mut sum) = (0, 0);
    for text in entries {
        read(text).for_each_between(start(), end(), zone, |second| {
            runs += 1;
            sum ^= second;
        });
    }
    black_box(sum);
    runs
}

fn count(entries: &[String], zone: &Zone) -> u64 {
    entries
        .iter()
        .map(|text| read(text).count(start(), end(), zone))
        .sum()
}

fn cron(entries: &[String], tz: Tz) -> u64 {
    let from = start().with_timezone(&tz);
    let runs = |text: &String| {
        let schedule = cron::Schedule::from_str(&format!("0 {text}")).expect("an expression");
        schedule.after(&from).take_while(|at| *at < end()).count() as u64
    };
    entries.iter().map(runs).sum()
}

fn croner(entries: &[String], tz: Tz) -> u64 {
    let from = start().with_timezone(&tz);
    let runs = |text: &String| {
        let schedule = croner::Cron::from_str(text).expect("an expression");
        schedule.iter_after(from).take_while(|at| *at < end()).count() as u64
    };
    entries.iter().map(runs).sum()
}

/// Milliseconds of the best of some rounds.
fn best(mut call: impl FnMut() -> u64) -> f64 {
    let rounds = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        assert!(black_box(call()) > 0, "nothing ran");
        began.elapsed().as_secs_f64() * 1e3
    });
    rounds.fold(f64::INFINITY, f64::min)
}
