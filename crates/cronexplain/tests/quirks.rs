//! What surprises in real schedulers, as it was measured: each with what `compare` says of it and with its runs.
//!
//! What is expected is written from the measurements' own words, as a condition on the local time; it does not come
//! from this program.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::process::Command;

use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike, Weekday};
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

fn midnight(at: NaiveDateTime) -> bool {
    at.hour() == 0 && at.minute() == 0
}

fn monday(at: NaiveDateTime) -> bool {
    at.weekday() == Weekday::Mon
}

#[test]
fn the_first_character_of_a_day_field_decides_how_both_go_together() {
    check(
        "0 0 */2 * 1",
        &[
            ("debian cronie vixie", |at| {
                midnight(at) && at.day() % 2 == 1 && monday(at)
            }),
            ("busybox", |at| midnight(at) && (at.day() % 2 == 0 || monday(at))),
        ],
        "",
    );
    check(
        "0 0 */100,1-7 * 1",
        &[("debian cronie", |at| midnight(at) && at.day() <= 7 && monday(at))],
        "",
    );
    check(
        "0 0 1,* * 1",
        &[
            ("debian cronie vixie", midnight),
            ("kubernetes", |at| midnight(at) && monday(at)),
        ],
        "",
    );
    check(
        "0 0 *,1 * 1",
        &[("debian cronie vixie kubernetes", |at| midnight(at) && monday(at))],
        "",
    );
    check(
        "0 0 1-31 * 1",
        &[
            ("debian cronie vixie busybox", midnight),
            ("bcron", |at| midnight(at) && monday(at)),
        ],
        "",
    );
    check(
        "0 0 1 * 1",
        &[
            ("debian cronie vixie busybox kubernetes", |at| {
                midnight(at) && (at.day() == 1 || monday(at))
            }),
            ("bcron", |at| midnight(at) && at.day() == 1 && monday(at)),
            ("dcron", |at| midnight(at) && at.day() <= 7 && monday(at)),
        ],
        "",
    );
}

#[test]
fn busybox_and_dcron_count_days_from_0_and_dcron_asks_no_month() {
    check(
        "0 0 */2 * *",
        &[
            ("debian cronie vixie kubernetes", |at| {
                midnight(at) && at.day() % 2 == 1
            }),
            ("busybox dcron", |at| midnight(at) && at.day() % 2 == 0),
        ],
        "",
    );
    check(
        "0 0 1 */2 *",
        &[
            ("debian cronie vixie busybox", |at| {
                midnight(at) && at.day() == 1 && at.month() % 2 == 1
            }),
            ("dcron", |at| midnight(at) && at.day() == 1),
        ],
        "",
    );
    check(
        "0 0 * * MON",
        &[("debian cronie vixie", |at| midnight(at) && monday(at))],
        "dcron",
    );
}

#[test]
fn debian_skips_what_follows_a_number() {
    check(
        "0 0 * * MON#2",
        &[("debian", |at| midnight(at) && monday(at))],
        "cronie",
    );
    check(
        "5# 0 * * *",
        &[("debian", |at| at.hour() == 0 && at.minute() == 5)],
        "cronie",
    );
    check(
        "0 1-5-7 * * *",
        &[("debian", |at| (1..=5).contains(&at.hour()) && at.minute() == 0)],
        "cronie",
    );
    check("*5 0 * * *", &[("debian", |at| at.hour() == 0)], "cronie");
    check(
        "4294967297 0 * * *",
        &[("debian", |at| at.hour() == 0 && at.minute() == 1)],
        "",
    );
}

#[test]
fn a_range_that_runs_backwards_never_fires_wraps_or_is_refused() {
    check(
        "0 22-2 * * *",
        &[
            ("debian cronie", |_| false),
            ("busybox dcron quartz", |at| {
                (at.hour() >= 22 || at.hour() <= 2) && at.minute() == 0
            }),
        ],
        "vixie bcron",
    );
    check(
        "0 0 * * sat-sun",
        &[
            ("cronie", |at| {
                midnight(at) && matches!(at.weekday(), Weekday::Sat | Weekday::Sun)
            }),
            ("debian", |_| false),
        ],
        "",
    );
    check("0 0 1 6-1 *", &[("debian cronie", |_| false)], "vixie bcron");
}

#[test]
fn vixies_large_steps_count_as_1_and_a_dollar_is_the_last_day() {
    check(
        "*/60 0 * * *",
        &[("vixie", |at| at.hour() == 0), ("debian cronie", midnight)],
        "",
    );
    check(
        "0 */24 * * *",
        &[("vixie", |at| at.minute() == 0), ("debian cronie", midnight)],
        "",
    );
    check(
        "0 0 */31 * *",
        &[
            ("vixie", midnight),
            ("debian cronie", |at| midnight(at) && at.day() == 1),
        ],
        "",
    );
    check(
        "0 0 $ * *",
        &[("vixie", |at| {
            midnight(at) && u32::from(at.date().num_days_in_month()) == at.day()
        })],
        "debian",
    );
}

#[test]
fn busybox_keeps_a_line_that_it_complains_about() {
    check(
        "0 0 * * 7",
        &[
            ("busybox", midnight),
            ("debian", |at| midnight(at) && at.weekday() == Weekday::Sun),
        ],
        "",
    );
    check("0 0 * * 5-7", &[("busybox", midnight)], "");
    check(
        "@daily",
        &[("debian cronie vixie kubernetes", midnight)],
        "busybox dcron",
    );
}

#[test]
fn what_debian_and_cronie_refuse() {
    for text in ["5/15 * * * *", "0 0 ? * *", "@every 5m", "@Daily", "0 0 L * *"] {
        check(text, &[], "debian cronie");
    }
    check("*/60 * * * *", &[("debian cronie", |at| at.minute() == 0)], "");
    check("*/90 * * * *", &[("debian cronie", |at| at.minute() == 0)], "");
}

#[test]
fn dialects_with_a_grammar_of_their_own_are_given_the_same_in_their_words() {
    let answer = json(&["compare", "30 2 * * 1-5", "--between", WINDOW[0], WINDOW[1]]);
    let first = answer["groups"][0]["dialects"].as_array().unwrap();
    let of = |name: &str| {
        first
            .iter()
            .find(|one| one["name"] == name)
            .unwrap_or_else(|| panic!("{name}: {answer}"))
    };
    assert_eq!(of("systemd")["given"], "Mon..Fri *-*-* 02:30:00");
    assert_eq!(of("systemd")["converted"], true);
    assert_eq!(of("eventbridge")["given"], "cron(30 2 ? * Mon-Fri *)");
    let answer = json(&[
        "compare",
        "Mon..Fri 02:30",
        "--dialect",
        "systemd",
        "--between",
        WINDOW[0],
        WINDOW[1],
    ]);
    let group = answer["groups"].as_array().unwrap();
    assert_eq!(group.len(), 1, "{answer}");
    let names: Vec<&str> = group[0]["dialects"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    for name in ["systemd", "debian", "quartz", "rust-cron", "kubernetes", "dcron"] {
        assert!(names.contains(&name), "{name}: {answer}");
    }
    let answer = json(&["compare", "0 0 1 * 1", "--between", WINDOW[0], WINDOW[1]]);
    let systemd = answer["refused"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["dialect"] == "systemd")
        .unwrap();
    assert!(
        systemd["reason"]
            .as_str()
            .unwrap()
            .contains("only 2 expressions together say it"),
        "{systemd}"
    );
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

#[test]
fn systemd_forgets_and_quartz_has_its_ways() {
    let new_year = ["2027-12-31T23:50", "2028-01-01T00:10"];
    at(
        "*:0/7",
        "systemd",
        "UTC",
        new_year,
        &["2027-12-31T23:56", "2028-01-01T00:07"],
    );
    at(
        "0/5:00",
        "systemd",
        "UTC",
        ["2027-01-31T15:00", "2027-02-01T06:00"],
        &["2027-01-31T15:00", "2027-01-31T20:00", "2027-02-01T05:00"],
    );
    at(
        "*-*-1/4",
        "systemd",
        "UTC",
        ["2027-12-26T00:00", "2028-01-06T00:00"],
        &["2027-12-29T00:00", "2028-01-05T00:00"],
    );
    for text in ["*-*~29", "*-*~31", "*/4:00", "Fri..Mon"] {
        let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
            .args(["--dialect", "systemd", text])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
    }
    let week = ["2027-01-04T00:00", "2027-01-11T00:00"];
    let days = [
        "2027-01-04T00:00",
        "2027-01-05T00:00",
        "2027-01-06T00:00",
        "2027-01-07T00:00",
        "2027-01-08T00:00",
    ];
    at("0 0 0 ? * mon-fri/2", "quartz", "UTC", week, &days);
    at("0 0 0 ? * 1", "quartz", "UTC", week, &["2027-01-10T00:00"]);
    at(
        "0 0 0 ? * 6#3,2",
        "quartz",
        "UTC",
        ["2027-01-01T00:00", "2027-03-01T00:00"],
        &["2027-01-18T00:00", "2027-02-15T00:00"],
    );
}

#[test]
fn clocks_change_differently_for_each() {
    let (gap, overlap) = (
        ["2026-03-08T00:00", "2026-03-08T06:00"],
        ["2026-11-01T00:00", "2026-11-01T06:00"],
    );
    let zone = "America/New_York";
    for name in ["debian", "cronie", "vixie"] {
        at("30 2 * * *", name, zone, gap, &["2026-03-08T03:00"]);
        at("30 1 * * *", name, zone, overlap, &["2026-11-01T01:30"]);
        // An hour or a minute that starts with a star follows the clock.
        at("*/30 2 * * *", name, zone, gap, &[]);
        at(
            "*/30 1 * * *",
            name,
            zone,
            overlap,
            &[
                "2026-11-01T01:00",
                "2026-11-01T01:30",
                "2026-11-01T01:00",
                "2026-11-01T01:30",
            ],
        );
    }
    for name in ["busybox", "dcron"] {
        at("30 2 * * *", name, zone, gap, &[]);
        at(
            "30 1 * * *",
            name,
            zone,
            overlap,
            &["2026-11-01T01:30", "2026-11-01T01:30"],
        );
    }
    at("30 2 * * *", "bcron", zone, gap, &["2026-03-08T03:30"]);
    at("30 1 * * *", "bcron", zone, overlap, &["2026-11-01T01:30"]);
    let answer = json(&[
        "0 30 1 * * ?",
        "--dialect",
        "quartz",
        "--tz",
        zone,
        "--between",
        overlap[0],
        overlap[1],
    ]);
    assert_eq!(answer["occurrences"][0]["at"], "2026-11-01T01:30-05:00");
    at("*-*-* 02:30", "systemd", zone, gap, &[]);
    at(
        "hourly",
        "systemd",
        zone,
        overlap,
        &[
            "2026-11-01T00:00",
            "2026-11-01T01:00",
            "2026-11-01T02:00",
            "2026-11-01T03:00",
            "2026-11-01T04:00",
            "2026-11-01T05:00",
        ],
    );
    // Caracas put its clock forward by half an hour for good, and a cronie that was running stays with the old offset.
    let caracas = ["2016-04-30T12:00", "2016-05-03T00:00"];
    let late = ["2016-04-30T12:00", "2016-05-01T12:30", "2016-05-02T12:30"];
    at("0 12 * * *", "cronie", "America/Caracas", caracas, &late);
    at(
        "0 12 * * *",
        "debian",
        "America/Caracas",
        caracas,
        &late
            .map(|time| time.replace("12:30", "12:00"))
            .each_ref()
            .map(String::as_str),
    );
}
