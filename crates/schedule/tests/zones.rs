//! The zones that this crate carries are chrono-tz's, change by change.
//! `UPDATE_EXPECT=1 cargo test -p crontools-schedule --test zones` packs them anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDateTime, TimeDelta, Timelike, Utc};
use schedule::{Transition, Zone};

/// chrono-tz knows nothing earlier that a schedule could meet, and the rules hold long before the last year.
const FIRST: &str = "1880-01-02T00:00:00Z";
const LAST: &str = "2096-12-31T00:00:00Z";

fn time(text: &str) -> DateTime<Utc> {
    text.parse().expect("a time")
}

fn changes(zone: &Zone) -> Vec<Transition> {
    zone.transitions(time(FIRST))
        .take_while(|change| change.at < time(LAST))
        .collect()
}

/// The change on the nth such weekday of a month, at a local time: as a POSIX rule writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Day {
    month: u32,
    week: u32,
    weekday: u32,
    seconds: i64,
}

/// The ways to name the day of a local time: times may lie before midnight of the day that is named, or after it.
fn names(local: NaiveDateTime) -> Vec<Day> {
    let mut found = Vec::new();
    for shift in [0, 1, -1] {
        let day = local.date() + TimeDelta::days(shift);
        let seconds = i64::from(local.num_seconds_from_midnight()) - shift * 86_400;
        let last = day.day() + 7 > u32::from(day.num_days_in_month());
        let weeks = [
            Some((day.day() - 1) / 7 + 1).filter(|week| *week < 5),
            Some(5).filter(|_| last),
        ];
        for week in weeks.into_iter().flatten() {
            found.push(Day {
                month: day.month(),
                week,
                weekday: day.weekday().num_days_from_sunday(),
                seconds,
            });
        }
    }
    found
}

fn local(change: &Transition) -> NaiveDateTime {
    change.at.with_timezone(&change.before).naive_local()
}

/// The rule that the last ten years follow.
fn rule(changes: &[Transition]) -> Option<(String, Vec<Day>)> {
    let tail: Vec<&Transition> = changes.iter().filter(|change| change.at.year() >= 2080).collect();
    let of = |daylight: bool| {
        tail.iter()
            .copied()
            .filter(|change| change.daylight == daylight)
            .collect::<Vec<_>>()
    };
    let (begins, ends) = (of(true), of(false));
    if begins.len() != 17 || ends.len() != 17 {
        return None;
    }
    let common = |list: &[&Transition]| {
        names(local(list[0]))
            .into_iter()
            .find(|day| list.iter().all(|change| names(local(change)).contains(day)))
    };
    let (begin, end) = (common(&begins)?, common(&ends)?);
    let mut text = String::new();
    let _ = write!(text, "STD{}DST{}", posix(ends[0].after), posix(begins[0].after));
    for day in [begin, end] {
        let _ = write!(
            text,
            ",M{}.{}.{}/{}",
            day.month,
            day.week,
            day.weekday,
            clock(day.seconds)
        );
    }
    Some((text, vec![begin, end]))
}

fn posix(offset: FixedOffset) -> String {
    clock(-i64::from(offset.local_minus_utc()))
}

/// `-2`, `3:30`, `0:19:32`
fn clock(seconds: i64) -> String {
    let (sign, size) = (if seconds < 0 { "-" } else { "" }, seconds.abs());
    match (size / 3600, size / 60 % 60, size % 60) {
        (hours, 0, 0) => format!("{sign}{hours}"),
        (hours, minutes, 0) => format!("{sign}{hours}:{minutes:02}"),
        (hours, minutes, seconds) => format!("{sign}{hours}:{minutes:02}:{seconds:02}"),
    }
}

/// A zone file of version 2: the changes that no rule makes, and the rule.
fn packed(zone: &Zone) -> Vec<u8> {
    let all = changes(zone);
    let (footer, kept) = match rule(&all) {
        Some((text, days)) => {
            let offsets = |change: &Transition| (change.before, change.after);
            let ends: Vec<_> = all.iter().rev().take(2).map(offsets).collect();
            let fits = |change: &&Transition| {
                ends.contains(&offsets(change)) && names(local(change)).iter().any(|day| days.contains(day))
            };
            // A year without the two changes ends the reign of the rule.
            let gaps = all
                .windows(2)
                .rev()
                .take_while(|pair| pair[1].at - pair[0].at < TimeDelta::days(300))
                .count();
            // One year more than needed, so that the rule begins where a period begins.
            let ruled = all
                .iter()
                .rev()
                .take_while(fits)
                .count()
                .min(gaps + 1)
                .saturating_sub(2);
            (text, all.len() - ruled)
        }
        None => {
            let offset = zone.offset_at(time(LAST));
            (format!("STD{}", posix(offset)), all.len())
        }
    };
    let footer = if zone.is_daylight(time(LAST)) && rule(&all).is_none() {
        String::new()
    } else {
        footer
    };
    let first = (zone.offset_at(time(FIRST)), zone.is_daylight(time(FIRST)));
    let mut kinds = vec![first];
    let mut indices = Vec::new();
    for change in &all[..kept] {
        let kind = (change.after, change.daylight);
        let index = kinds.iter().position(|other| *other == kind).unwrap_or_else(|| {
            kinds.push(kind);
            kinds.len() - 1
        });
        indices.push(u8::try_from(index).expect("few kinds"));
    }
    let mut bytes = header(0, 1);
    bytes.extend([0; 7]);
    bytes.extend(header(kept, kinds.len()));
    bytes.extend(
        all[..kept]
            .iter()
            .flat_map(|change| change.at.timestamp().to_be_bytes()),
    );
    bytes.extend(indices);
    for (offset, daylight) in kinds {
        bytes.extend(offset.local_minus_utc().to_be_bytes());
        bytes.extend([u8::from(daylight), 0]);
    }
    bytes.push(0);
    bytes.extend(format!("\n{footer}\n").bytes());
    bytes
}

fn header(times: usize, kinds: usize) -> Vec<u8> {
    let mut bytes = b"TZif2".to_vec();
    bytes.extend([0; 15]);
    let counts = [0, 0, 0, times, kinds, 1];
    bytes.extend(
        counts
            .iter()
            .flat_map(|count| u32::try_from(*count).expect("small").to_be_bytes()),
    );
    bytes
}

/// All zones; or every tenth of them, as asking chrono-tz for each change of each zone takes its time.
fn zones(all: bool) -> BTreeMap<&'static str, Zone> {
    let zones = chrono_tz::TZ_VARIANTS
        .iter()
        .enumerate()
        .filter(|(index, _)| all || index % 10 == 0);
    zones
        .map(|(_, zone)| (zone.name(), Zone::from_chrono_tz(*zone)))
        .collect()
}

fn head() -> Vec<u8> {
    format!("zones 1 {}\n", chrono_tz::IANA_TZDB_VERSION).into_bytes()
}

/// The file that the programs carry.
fn file(zones: &BTreeMap<&'static str, Zone>) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).expect("small").to_be_bytes();
    let (mut list, mut data) = (Vec::new(), Vec::new());
    let mut known: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    for (name, zone) in zones {
        let bytes = packed(zone);
        let start = *known.entry(bytes.clone()).or_insert_with(|| {
            data.extend(&bytes);
            data.len() - bytes.len()
        });
        list.push(u8::try_from(name.len()).expect("short"));
        list.extend(name.bytes());
        list.extend(number(start));
        list.extend(number(bytes.len()));
    }
    [head(), number(zones.len()).to_vec(), list, data].concat()
}

#[test]
fn the_zones_that_are_carried_are_those_of_chrono_tz() {
    let write = std::env::var_os("UPDATE_EXPECT").is_some();
    let all = write || std::env::var_os("CI").is_some();
    let zones = zones(all);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/carried/zones.bin");
    if write {
        std::fs::write(&path, file(&zones)).unwrap();
    }
    let stale = "zones.bin is stale: UPDATE_EXPECT=1 cargo test -p crontools-schedule --test zones";
    let written = std::fs::read(&path).unwrap_or_default();
    assert!(
        written.starts_with(&head()) && (!all || written == file(&zones)),
        "{stale}"
    );
    for (name, zone) in &zones {
        let read = Zone::from_tzif(name, &packed(zone)).unwrap();
        assert!(changes(&read) == changes(zone), "{name}");
        assert_eq!(read.offset_at(time(FIRST)), zone.offset_at(time(FIRST)), "{name}");
        if !write {
            assert!(
                changes(&Zone::named(name).expect(name)) == changes(&read),
                "{name}"
            );
        }
        // Where chrono-tz's last years follow a rule that the engine reads off them, it goes on for ever.
        let far = |zone: &Zone| {
            zone.transitions(time("2500-01-01T00:00:00Z"))
                .take(4)
                .collect::<Vec<_>>()
        };
        assert!(far(zone).is_empty() || far(&read) == far(zone), "{name}");
    }
}

#[test]
fn every_zone_is_carried() {
    for zone in chrono_tz::TZ_VARIANTS {
        let name = zone.name();
        assert_eq!(Zone::named(name).expect(name).name(), name);
    }
}
