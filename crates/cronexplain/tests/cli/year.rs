//! Figures, notes and pictures of a year, and the help.

use crate::{check, cronexplain, json, run_in, stderr, stdout};
use serde_json::Value;
use std::path::Path;

#[test]
fn the_year_has_its_figures_and_a_shorter_equivalent() {
    let year = ["--year", "--between", "2027-01-01", "2028-01-01", "-n", "0"];
    let ask = |text: &str| {
        let args: Vec<&str> = [text].into_iter().chain(year).collect();
        json(&args)["year"].clone()
    };
    let figures = ask("0,15,30,45 9-17 * 1-12 1,2,3,4,5");
    assert_eq!(figures["runs"], 261 * 36);
    assert_eq!(figures["shortest_gap"]["seconds"], 900);
    assert_eq!(figures["longest_gap"]["seconds"], (2 * 24 + 15) * 3600 + 900);
    assert_eq!(figures["shorter"], "0-59/15 9-17 * * 1-5");
    assert_eq!(ask("0 0 * * *")["shorter"], Value::Null);
    check(
        &["0 0 * * *", "--year", "-n", "0"],
        0,
        &["it runs 365 times.\n  gap       always 1 day\n"],
    );
}

#[test]
fn idle_parts_are_named() {
    check(
        &["1,1 0 * * *"],
        0,
        &["note: `1` in the minute is listed twice\n"],
    );
    check(
        &["*/5,15 0 * * *"],
        0,
        &["note: `15` in the minute adds nothing to `*/5`\n"],
    );
    check(
        &["0 0 1,31 2 *"],
        0,
        &["note: the 31st never comes in February\n"],
    );
}

#[test]
fn pictures_are_drawn_and_written() {
    check(
        &["0 0 1 * *", "--calendar", "-n", "0"],
        0,
        &["Mo Tu We Th Fr Sa Su", "12 of 36"],
    );
    check(
        &["0 9 * * 1-5", "--heat", "-n", "0"],
        0,
        &["Mon ", " 08 09 10 ", "██"],
    );
    let folder = tempfile::tempdir().unwrap();
    for (flag, words) in [("--calendar", "Mo"), ("--heat", "Mon")] {
        let output = run_in(folder.path(), &["0 9 * * 1-5", flag, "--svg", "year.svg"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let svg = std::fs::read_to_string(folder.path().join("year.svg")).unwrap();
        assert!(svg.starts_with("<svg ") && svg.contains(words), "{svg:.300}");
        assert!(!stdout(&output).contains("<svg"));
    }
    check(&["0 9 * * 1-5", "--svg", "-"], 0, &["<svg "]);
    let output = cronexplain(&["@daily", "--svg", "/nowhere/at/all.svg"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot write `/nowhere/at/all.svg`"));
}

/// The pictures in docs/pictures, and what draws them.
const PICTURES: &[(&str, &[&str])] = &[
    (
        "calendar.svg",
        &["0 9-17/2 1-7 * MON", "--calendar", "--after", "2027-01-01"],
    ),
    (
        "heat.svg",
        &["*/20 7-19 * * 1-5", "--heat", "--after", "2027-01-01"],
    ),
    (
        "timeline.svg",
        &["crontab", "nightly.crontab", "--timeline", "2027-03-01"],
    ),
    (
        "load.svg",
        &[
            "crontab",
            "nightly.crontab",
            "--load",
            "week",
            "--after",
            "2027-03-01",
        ],
    ),
];

#[test]
fn the_pictures_in_the_docs_are_fresh() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/pictures");
    for (name, args) in PICTURES {
        let args: Vec<&str> = args
            .iter()
            .chain(&["--tz", "UTC", "--svg", "-"])
            .copied()
            .collect();
        let drawn = stdout(&run_in(&folder, &args));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            std::fs::write(folder.join(name), &drawn).unwrap();
        }
        let written = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(
            written == drawn,
            "docs/pictures/{name} is stale: UPDATE_EXPECT=1 cargo test fresh"
        );
    }
}

#[test]
fn each_question_has_help_with_exit_codes_json_and_examples() {
    for question in ["why", "compare", "diff", "convert", "dst", "crontab"] {
        check(
            &[question, "--help"],
            0,
            &["Exit codes:", "JSON:", "Examples:\n  "],
        );
    }
}
