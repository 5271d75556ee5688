//! What real schedulers did, and that we say the same: a part of the measured records, all oddities among them.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex};

use schedule::{Zone, dialect};

mod records;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn zone(name: &str) -> Option<Zone> {
    static ZONES: LazyLock<Mutex<HashMap<String, Zone>>> = LazyLock::new(Mutex::default);
    let mut zones = ZONES.lock().expect("no test panics while it holds this");
    if let Some(zone) = zones.get(name) {
        return Some(zone.clone());
    }
    let zone = Zone::from_chrono_tz(name.parse().ok()?);
    zones.insert(name.to_owned(), zone.clone());
    Some(zone)
}

/// Every record of one dialect; returns how many there are.
fn check(name: &str) -> usize {
    let dialect = dialect::find(name).expect(name);
    let path = directory().join(format!("{name}.jsonl"));
    let lines = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut wrong = Vec::new();
    for line in lines.lines() {
        let record: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let set = record["set"].as_str().expect("the name of a set");
        assert!(records::SETS.contains(&set), "{set}");
        if let Err(why) = records::check(&record, dialect, set, &zone) {
            wrong.push(format!(
                "{name}.{set}: {} in {}: {why}",
                record["expr"], record["tz"]
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    lines.lines().count()
}

#[test]
fn every_measured_dialect_does_what_its_scheduler_did() {
    let records: usize = dialect::ALL
        .iter()
        .filter(|dialect| dialect.is_measured())
        .map(|it| check(it.name))
        .sum();
    assert!(records > 500, "only {records} records");
}

#[test]
fn a_record_that_is_held_to_be_wrong_is_among_the_records() {
    let bcron = fs::read_to_string(directory().join("bcron.jsonl")).unwrap();
    let records = bcron
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"));
    let named = records.filter(|record| records::alone(record, &dialect::BCRON).is_some());
    assert!(named.count() > 0);
}

#[test]
fn every_file_of_records_belongs_to_a_dialect() {
    for entry in fs::read_dir(directory()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            dialect::find(name).is_some_and(|dialect| dialect.is_measured()),
            "{name} is no measured dialect"
        );
    }
}

#[test]
fn the_records_stay_under_a_megabyte() {
    let sizes = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len());
    assert!(sizes.sum::<u64>() < 1_000_000);
}
