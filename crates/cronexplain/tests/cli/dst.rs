//! What changes of the clock do.

use std::process::Command;

use crate::{check, json, stdout};
use serde_json::Value;

#[test]
fn dst_tells_what_each_daemon_does_at_the_coming_changes() {
    let answer = json(&[
        "dst",
        "30 2 * * *",
        "--tz",
        "America/New_York",
        "--after",
        "2026-01-01",
    ]);
    let change = &answer["changes"][0];
    assert_eq!(change["at"], "2026-03-08T03:00-04:00");
    let effect = |name: &str| effect(change, name);
    assert_eq!(
        effect("debian")["moved"][0],
        serde_json::json!({"from": "02:30", "to": "03:00"})
    );
    assert_eq!(effect("busybox")["skipped"][0], "02:30");
    check(
        &[
            "dst",
            "*/30 * * * *",
            "--tz",
            "Europe/Berlin",
            "--after",
            "2026-01-01",
        ],
        1,
        &[
            "Sun 2026-03-29  02:00 -> 03:00",
            "02:00, 02:30 skipped",
            "Sun 2026-10-25  03:00 -> 02:00",
            "02:00, 02:30 run twice",
        ],
    );
    check(
        &["dst", "0 12 * * *", "--tz", "Europe/Berlin"],
        0,
        &["not touched"],
    );
    check(
        &["dst", "0 12 * * *", "--tz", "UTC"],
        0,
        &["No change of the clock is known to come."],
    );
}

/// What a change does to a dialect.
fn effect(change: &Value, name: &str) -> Value {
    let effects = change["effects"].as_array().expect("effects");
    let has = |effect: &&Value| {
        let dialects = effect["dialects"].as_array().expect("dialects");
        dialects.iter().any(|one| one == name)
    };
    let found = effects.iter().find(has);
    found.unwrap_or_else(|| panic!("{name}: {change}")).clone()
}

#[test]
fn dst_gives_systemd_and_eventbridge_what_convert_proves() {
    let args = [
        "dst",
        "30 2 * * *",
        "--tz",
        "Europe/Berlin",
        "--after",
        "2027-01-01",
    ];
    check(
        &args,
        1,
        &[
            "  02:30 runs twice             busybox, dcron, kubernetes, freebsd\n",
            "  not touched: UTC             github-actions, eventbridge\n",
            "\nGiven as\n  systemd      OnCalendar=*-*-* 02:30:00\n",
            "  eventbridge  cron(30 2 * * ? *)\n",
        ],
    );
    let answer = json(&args);
    assert_eq!(
        answer["read_as"][0],
        serde_json::json!({"dialect": "systemd", "expression": "*-*-* 02:30:00", "converted": true})
    );
    check(
        &["dst", "0 0 1 * MON", "--tz", "Europe/Berlin"],
        0,
        &["  systemd      only 2 expressions together say it: see cronexplain convert\n"],
    );
}

#[test]
fn what_dst_says_is_what_a_list_of_runs_has() {
    for (dialect, text) in [
        ("rust-cron", "0 30 2 * * *"),
        ("systemd", "*-*-* 02:30:00"),
        ("quartz", "0 30 2 * * ?"),
        ("bcron", "30 2 * * *"),
        ("busybox", "30 2 * * *"),
        ("debian", "30 2 * * *"),
        ("kubernetes", "30 2 * * *"),
        ("supercronic", "30 2 * * *"),
        ("systemd-cron", "30 2 * * *"),
    ] {
        let common = ["--dialect", dialect, "--tz", "Europe/Berlin"];
        let list = |args: &[&str]| json(&[args, &common].concat());
        let answer = list(&["dst", text, "--after", "2027-03-01", "-n", "2"]);
        for (change, day) in [
            ("2027-03-27", "2027-03-28T04:00"),
            ("2027-10-30", "2027-10-31T04:00"),
        ]
        .into_iter()
        .enumerate()
        {
            let runs = list(&[text, "--between", day.0, day.1]);
            let runs = runs["occurrences"].as_array().expect("occurrences").len() - 1;
            let found = effect(&answer["changes"][change], dialect);
            let count = |name: &str| found[name].as_array().expect("a list").len();
            let expected = 2 * count("doubled") + count("once") + count("moved");
            assert_eq!(runs, expected, "{dialect} until {}: {answer}", day.1);
        }
    }
}

#[test]
fn systemd_itself_does_at_a_change_what_dst_says() {
    for (zone, change) in [
        ("Europe/Berlin", "2027-03-28"),
        ("Europe/Berlin", "2027-10-31"),
        ("America/New_York", "2027-03-14"),
        ("America/New_York", "2027-11-07"),
    ] {
        for text in ["30 2 * * *", "30 1 * * *", "*/30 1,2 * * *", "0 3 * * *"] {
            let answer = json(&["dst", text, "--tz", zone, "--after", change, "-n", "1"]);
            let given = answer["read_as"][0]["expression"]
                .as_str()
                .expect("an expression");
            let Some(theirs) = systemd_times(given, zone, change) else {
                return needs::skip("needs systemd-analyze");
            };
            let found = effect(&answer["changes"][0], "systemd");
            let times = |name: &str| -> Vec<&str> {
                let list = found[name].as_array().expect("a list").iter();
                list.filter_map(|one| one.as_str().or(one["time"].as_str()))
                    .collect()
            };
            for (name, count) in [("skipped", 0), ("once", 1), ("doubled", 2)] {
                for time in times(name) {
                    let runs = theirs.iter().filter(|run| *run == time).count();
                    assert_eq!(
                        runs, count,
                        "{text} in {zone} on {change}: {time} {name}, {theirs:?}"
                    );
                }
            }
            assert_eq!(
                found["moved"],
                serde_json::json!([]),
                "{text} in {zone} on {change}"
            );
        }
    }
}

/// The times of a day at which systemd elapses, one run after the other.
fn systemd_times(expression: &str, zone: &str, day: &str) -> Option<Vec<String>> {
    let output = Command::new("systemd-analyze")
        .args(["calendar", "--iterations=8"])
        .arg(format!("--base-time={day} 00:00:00"))
        .arg(expression)
        .env("TZ", zone)
        .env("LC_ALL", "C")
        .output()
        .ok()?;
    let text = stdout(&output);
    let time = |line: &str| {
        let (name, rest) = line.split_once(": ")?;
        let elapse = name.ends_with("Next elapse") || name.contains(" #");
        let (_, time) = rest.split_once(&format!("{day} ")).filter(|_| elapse)?;
        Some(time[..5].to_owned())
    };
    Some(text.lines().filter_map(time).collect())
}
