//! What each format prints, held to its own rules.

use crate::{BAD, GOOD, check, cronlint};

#[test]
fn json_has_a_version_and_places() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--json", "-"], directory.path(), BAD.as_bytes());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["tool"]["name"], "cronlint");
    let first = &json["files"][0]["diagnostics"][0];
    assert_eq!(first["code"], "S001");
    assert_eq!(
        first["start"],
        serde_json::json!({"byte": 2, "line": 1, "column": 3})
    );
    assert_eq!(json["summary"]["error"], 1);
}

#[test]
fn json_of_nothing_is_still_json() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--format", "json", "-"], directory.path(), GOOD.as_bytes());
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["files"][0]["diagnostics"], serde_json::json!([]));
}

#[test]
fn every_format_prints_something() {
    for (format, part) in [
        ("sarif", "\"2.1.0\""),
        ("github", "::error file="),
        ("gitlab", "check_name"),
        ("gcc", ": error: "),
    ] {
        check(&[("crontab", BAD)], &["--format", format, "crontab"], 1, part);
    }
}

#[test]
fn colours_come_only_on_request() {
    check(
        &[("crontab", BAD)],
        &["--color", "always", "crontab"],
        1,
        "\u{1b}[",
    );
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["-"], directory.path(), BAD.as_bytes());
    assert!(!String::from_utf8_lossy(&output.stdout).contains('\u{1b}'));
}

#[test]
fn the_same_input_gives_the_same_output() {
    let directory = tempfile::tempdir().unwrap();
    let text = b"0 0 1 * 1 x\n* 3 * * * y && z\nA=$B\n";
    let first = cronlint(&["-"], directory.path(), text);
    assert_eq!(first.stdout, cronlint(&["-"], directory.path(), text).stdout);
}
