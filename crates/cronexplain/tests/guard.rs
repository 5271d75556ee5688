//! The crontab line that `convert` gives where no expression can ask for both days: a real shell says on which days
//! its command runs.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::process::Command;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use schedule::{Schedule, Zone, dialect};

/// The line that is proposed for an expression of the crate cron, in which both days must match.
fn line(text: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args([
            "convert",
            text,
            "--dialect",
            "rust-cron",
            "--to",
            "debian",
            "--tz",
            "UTC",
        ])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let at = said
        .find("write the crontab line")
        .unwrap_or_else(|| panic!("no line: {said}"));
    said[at..].lines().nth(1).unwrap().trim().to_owned()
}

/// Days of 2027 on which the line's schedule fires and its command gets past the test, as a shell has it.
fn days_of(line: &str) -> Vec<NaiveDate> {
    let words: Vec<&str> = line.splitn(6, ' ').collect();
    let schedule = Schedule::parse(&words[..5].join(" "), &dialect::DEBIAN).unwrap();
    // What cron hands to the shell: a percent sign that a backslash keeps.
    let command = words[5]
        .trim()
        .replace("\\%", "%")
        .replace("COMMAND", "echo $day");
    let time = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    let zone = Zone::utc();
    let fired = schedule.between(time("2027-01-01T00:00:00Z"), time("2028-01-01T00:00:00Z"), &zone);
    let days: Vec<String> = fired.map(|run| run.at.format("%Y-%m-%d").to_string()).collect();
    // The shell's clock shows each of these days in turn.
    let script = format!(
        "date() {{ command date -d \"$day\" \"$@\"; }}; for day in {}; do {command}; test $? = 0 || echo failed; done",
        days.join(" ")
    );
    let output = Command::new("sh")
        .args(["-c", &script])
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines()
        .map(|day| day.parse().unwrap_or_else(|_| panic!("{said}")))
        .collect()
}

#[track_caller]
fn check(text: &str, matches: fn(NaiveDate) -> bool) {
    let line = line(text);
    let first = NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
    let expected: Vec<NaiveDate> = first.iter_days().take(365).filter(|day| matches(*day)).collect();
    assert_eq!(days_of(&line), expected, "{line}");
}

#[test]
fn the_line_that_tests_the_weekday_itself_runs_on_just_those_days() {
    check("0 30 4 8-14 * Mon", |day| {
        (8..=14).contains(&day.day()) && day.weekday().num_days_from_sunday() == 1
    });
    check("0 0 0 13,27 3,9 Tue-Fri", |day| {
        [13, 27].contains(&day.day())
            && [3, 9].contains(&day.month())
            && (2..=5).contains(&day.weekday().num_days_from_sunday())
    });
}
