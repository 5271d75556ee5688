//! systemd, Quartz and others that have a grammar of their own.

use crate::{WINDOW, at, json};
use std::process::Command;

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
