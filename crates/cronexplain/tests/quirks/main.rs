//! What surprises in real schedulers, as it was measured: each with what `compare` says of it and with its runs.
//!
//! What is expected is written from the measurements' own words, as a condition on the local time; it does not come
//! from this program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

mod clocks;
mod crontabs;
mod own_grammar;

use std::process::Command;

use chrono::{NaiveDateTime, TimeDelta};
use serde_json::Value;

/// When a job runs.
type When = fn(NaiveDateTime) -> bool;

const WINDOW: [&str; 2] = ["2027-01-01T00:00", "2027-04-01T00:00"];

fn json(args: &[&str]) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .arg("--json")
        .args(args)
        .env("TZ", "UTC")
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{args:?}: {error}: {}", String::from_utf8_lossy(&output.stderr)))
}

/// The local times at which a dialect runs an expression in a zone.
fn runs(text: &str, dialect: &str, zone: &str, window: [&str; 2]) -> Vec<String> {
    let answer = json(&[
        "--dialect",
        dialect,
        "--tz",
        zone,
        "--between",
        window[0],
        window[1],
        "--",
        text,
    ]);
    let occurrences = answer["occurrences"]
        .as_array()
        .unwrap_or_else(|| panic!("{text}: {answer}"));
    occurrences
        .iter()
        .map(|run| run["at"].as_str().unwrap()[..16].to_owned())
        .collect()
}

fn expected(when: When) -> Vec<String> {
    let [from, to] = WINDOW.map(|text| NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap());
    let minutes = (0..(to - from).num_minutes()).map(|minute| from + TimeDelta::minutes(minute));
    minutes
        .filter(|at| when(*at))
        .map(|at| at.format("%Y-%m-%dT%H:%M").to_string())
        .collect()
}

/// Each list of dialects runs as its condition says and stands in one group of `compare`, no two lists in the same;
/// the last list refuses the expression.
#[track_caller]
fn check(text: &str, groups: &[(&str, When)], refused: &str) {
    let answer = json(&["compare", text, "--between", WINDOW[0], WINDOW[1]]);
    let group_of = |name: &str| {
        let groups = answer["groups"].as_array().unwrap().iter().enumerate();
        let members = |group: &Value| group["dialects"].as_array().unwrap().clone();
        groups
            .flat_map(|(place, group)| members(group).into_iter().map(move |one| (place, one)))
            .find(|(_, one)| one["name"] == name)
    };
    let mut seen = Vec::new();
    for (names, when) in groups {
        let expected = expected(*when);
        let mut place = None;
        for name in names.split(' ') {
            let found = group_of(name).unwrap_or_else(|| panic!("`{text}`: {name} in no group: {answer}"));
            // Quartz begins with the seconds.
            let given = found.1["given"].as_str().unwrap_or(text);
            assert_eq!(runs(given, name, "UTC", WINDOW), expected, "`{text}` of {name}");
            assert_eq!(
                *place.get_or_insert(found.0),
                found.0,
                "`{text}`: {names} are apart: {answer}"
            );
        }
        assert!(!seen.contains(&place), "`{text}`: {names} with others: {answer}");
        seen.push(place);
    }
    for name in refused.split_whitespace() {
        let has = |one: &Value| one["dialect"] == name && one["reason"] != "";
        assert!(
            answer["refused"].as_array().unwrap().iter().any(has),
            "`{text}`: {name}: {answer}"
        );
    }
}

/// What a dialect runs in a zone and a window.
#[track_caller]
fn at(text: &str, dialect: &str, zone: &str, window: [&str; 2], times: &[&str]) {
    assert_eq!(
        runs(text, dialect, zone, window),
        times,
        "`{text}` of {dialect} in {zone}"
    );
}
