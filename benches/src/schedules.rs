//! Parsing a schedule and asking for its next occurrence, beside the crates `cron`, `croner` and `saffron`.

mod entries;

use std::hint::black_box;
use std::str::FromStr as _;
use std::time::{Duration, Instant};

use chrono::{DateTime, Datelike as _, TimeZone as _, Utc};
use chrono_tz::Tz;
use schedule::{Schedule, Zone, dialect};

use crate::table::{Row, Table, locked, ratio};

/// The chains end before this year, which is the first that the crate `cron` does not know.
const END: i32 = 2101;
const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_millis(60);

/// One call to measure; what it returns must not be optimised away.
type Call = Box<dyn FnMut() -> bool>;
/// A peer's name, and how it finds the next occurrence; none for a zone that it does not know.
type Finder = (&'static str, fn(&str, Tz) -> Option<Call>);
/// A peer's name, and how it parses.
type Parser = (&'static str, fn(&str) -> Call);

pub(crate) fn tables() -> Vec<Table> {
    vec![next_table(), parse_table(), year_table(), entries::table()]
}

fn next_table() -> Table {
    let cases: [(&str, &str, Tz); 8] = [
        ("* * * * *", "UTC", Tz::UTC),
        ("*/5 * * * *", "UTC", Tz::UTC),
        ("30 4 1,15 * *", "UTC", Tz::UTC),
        ("0 0 29 2 *", "UTC", Tz::UTC),
        ("* * * * *", "Berlin", Tz::Europe__Berlin),
        ("30 4 * * *", "Berlin", Tz::Europe__Berlin),
        ("30 4 1,15 * *", "Berlin", Tz::Europe__Berlin),
        ("0 0 29 2 *", "Berlin", Tz::Europe__Berlin),
    ];
    let peers: [Finder; 4] = [
        ("schedule", |text, tz| Some(ours(text, tz))),
        ("cron", |text, tz| Some(cron_crate(text, tz))),
        ("croner", |text, tz| Some(croner_crate(text, tz))),
        // saffron knows UTC only.
        ("saffron", |text, tz| (tz == Tz::UTC).then(|| saffron_crate(text))),
    ];
    let columns = cases
        .iter()
        .map(|(text, zone, _)| format!("`{text}` {zone}"))
        .collect();
    let measured: Vec<Vec<Option<f64>>> = cases
        .iter()
        .map(|&(text, _, tz)| take_turns(peers.iter().map(|(_, make)| make(text, tz)).collect()))
        .collect();
    let rows = peers.iter().enumerate().map(|(peer, (name, _))| {
        let cells = measured.iter().map(|case| cell(case[peer], case[0])).collect();
        Row {
            name: named(name),
            cells: Ok(cells),
        }
    });
    Table {
        title: "One next() from the occurrence before".to_owned(),
        columns,
        rows: rows.collect(),
    }
}

/// A year of runs: listed, per run, and counted. The peers step from run to run for both.
fn year_table() -> Table {
    let text = "*/5 9-16 * * 1-5";
    let zones = [("UTC", Tz::UTC), ("Berlin", Tz::Europe__Berlin)];
    let to = start() + chrono::TimeDelta::days(365);
    let runs = Schedule::parse(text, &dialect::DEBIAN)
        .expect("an expression")
        .count(start(), to, &Zone::utc());
    let mut columns = Vec::new();
    let mut rows = vec![Vec::new(); 3];
    for (zone, tz) in zones {
        columns.extend([format!("listed, a run, {zone}"), format!("counted, all, {zone}")]);
        let saffron = (tz == Tz::UTC).then(|| saffron_year(text, to));
        let calls = vec![
            Some(our_list(text, tz, to)),
            Some(our_count(text, tz, to)),
            Some(cron_year(text, tz, to)),
            saffron,
        ];
        let measured = take_turns(calls);
        let per_run = |figure: Option<f64>| figure.map(|figure| figure / runs as f64);
        let (list, count) = (per_run(measured[0]), measured[1]);
        let listed = [list, per_run(measured[2]), per_run(measured[3])];
        let counted = [count, measured[2], measured[3]];
        for (row, (listed, counted)) in rows.iter_mut().zip(listed.into_iter().zip(counted)) {
            row.extend([cell(listed, list), cell(counted, count)]);
        }
    }
    let names = ["schedule", "cron", "saffron"];
    Table {
        title: format!("The {runs} runs of a year of `{text}`"),
        columns,
        rows: names
            .iter()
            .zip(rows)
            .map(|(name, cells)| Row {
                name: named(name),
                cells: Ok(cells),
            })
            .collect(),
    }
}

fn our_list(text: &str, tz: Tz, to: DateTime<Utc>) -> Call {
    let schedule = Schedule::parse(text, &dialect::DEBIAN).expect("an expression");
    let (zone, from) = (Zone::from_chrono_tz(tz), start());
    Box::new(move || {
        let mut sum = 0;
        schedule.for_each_between(from, to, &zone, |second| sum ^= second);
        black_box(sum) != 1
    })
}

fn our_count(text: &str, tz: Tz, to: DateTime<Utc>) -> Call {
    let schedule = Schedule::parse(text, &dialect::DEBIAN).expect("an expression");
    let (zone, from) = (Zone::from_chrono_tz(tz), start());
    Box::new(move || schedule.count(black_box(from), black_box(to), &zone) > 0)
}

fn cron_year(text: &str, tz: Tz, to: DateTime<Utc>) -> Call {
    let schedule = cron::Schedule::from_str(&format!("0 {text}")).expect("an expression");
    let from = start().with_timezone(&tz);
    Box::new(move || schedule.after(&from).take_while(|at| *at < to).count() > 0)
}

fn saffron_year(text: &str, to: DateTime<Utc>) -> Call {
    let schedule: saffron::Cron = text.replace("1-5", "MON-FRI").parse().expect("an expression");
    Box::new(move || {
        let runs = schedule.clone().iter_after(start());
        runs.take_while(|at| *at < to).count() > 0
    })
}

fn parse_table() -> Table {
    let cases = ["* * * * *", "30 4 1,15 * 5", "*/10 8-18 * JAN-NOV MON-FRI"];
    let peers: [Parser; 4] = [
        ("schedule", |text| {
            let text = text.to_owned();
            Box::new(move || Schedule::parse(black_box(&text), &dialect::DEBIAN).is_ok())
        }),
        ("cron", |text| {
            let text = format!("0 {text}");
            Box::new(move || cron::Schedule::from_str(black_box(&text)).is_ok())
        }),
        ("croner", |text| {
            let text = text.to_owned();
            Box::new(move || croner::Cron::from_str(black_box(&text)).is_ok())
        }),
        ("saffron", |text| {
            let text = text.to_owned();
            Box::new(move || black_box(&text).parse::<saffron::Cron>().is_ok())
        }),
    ];
    let measured: Vec<Vec<Option<f64>>> = cases
        .iter()
        .map(|text| take_turns(peers.iter().map(|(_, make)| Some(make(text))).collect()))
        .collect();
    let rows = peers.iter().enumerate().map(|(peer, (name, _))| {
        let cells = measured.iter().map(|case| cell(case[peer], case[0])).collect();
        Row {
            name: named(name),
            cells: Ok(cells),
        }
    });
    let columns = cases.iter().map(|text| format!("`{text}`")).collect();
    Table {
        title: "Parsing one expression".to_owned(),
        columns,
        rows: rows.collect(),
    }
}

fn named(name: &str) -> String {
    locked(if name == "schedule" {
        "crontools-schedule"
    } else {
        name
    })
}

fn cell(figure: Option<f64>, ours: Option<f64>) -> String {
    figure
        .zip(ours)
        .map_or_else(|| "-".to_owned(), |(figure, ours)| ratio(figure, ours, "ns"))
}

/// Nanoseconds a call of each, the best of its rounds; in a round each has its turn.
fn take_turns(mut calls: Vec<Option<Call>>) -> Vec<Option<f64>> {
    let mut best = vec![None::<f64>; calls.len()];
    for _ in 0..ROUNDS {
        for (call, best) in calls.iter_mut().zip(&mut best) {
            let Some(call) = call else { continue };
            let figure = nanoseconds(call);
            *best = Some(best.map_or(figure, |best| best.min(figure)));
        }
    }
    best
}

fn nanoseconds(call: &mut Call) -> f64 {
    let began = Instant::now();
    let mut calls = 0_u32;
    while began.elapsed() < ROUND {
        for _ in 0..64 {
            assert!(black_box(call()), "a call to measure has failed");
        }
        calls += 64;
    }
    began.elapsed().as_nanos() as f64 / f64::from(calls)
}

// Each chain starts over after 2,000 steps, and at the last year that `cron` knows.
fn chain<T: Clone + 'static>(start: T, next: impl Fn(&T) -> Option<T> + 'static) -> Call {
    let mut at = start.clone();
    let mut step = 0;
    Box::new(move || {
        step += 1;
        let from = if step % 2_000 == 0 {
            start.clone()
        } else {
            at.clone()
        };
        at = next(&from).unwrap_or_else(|| start.clone());
        true
    })
}

fn start() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2027, 1, 1, 0, 0, 0)
        .single()
        .expect("a time")
}

fn ours(text: &str, tz: Tz) -> Call {
    let schedule = Schedule::parse(text, &dialect::DEBIAN).expect("an expression");
    let zone = Zone::from_chrono_tz(tz);
    chain(start(), move |from| {
        let next = schedule.after(*from, &zone).next()?;
        Some(next.at.to_utc()).filter(|at| at.year() < END)
    })
}

fn cron_crate(text: &str, tz: Tz) -> Call {
    let schedule = cron::Schedule::from_str(&format!("0 {text}")).expect("an expression");
    chain(start().with_timezone(&tz), move |from| {
        schedule.after(from).next()
    })
}

fn croner_crate(text: &str, tz: Tz) -> Call {
    let schedule = croner::Cron::from_str(text).expect("an expression");
    chain(start().with_timezone(&tz), move |from| {
        let next = schedule.find_next_occurrence(from, false).ok()?;
        Some(next).filter(|at| at.year() < END)
    })
}

fn saffron_crate(text: &str) -> Call {
    let schedule: saffron::Cron = text.parse().expect("an expression");
    chain(start(), move |from| {
        schedule.next_after(*from).filter(|at| at.year() < END)
    })
}
