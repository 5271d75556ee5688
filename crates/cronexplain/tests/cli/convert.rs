//! The same for another scheduler, with proof.

use crate::{check, json, stderr, stdout};
use serde_json::Value;
use std::process::Command;

#[test]
fn convert_proves_the_same_runs_over_28_years() {
    check(
        &["convert", "30 2 * * 1-5", "--to", "rust-cron"],
        0,
        &["0 30 2 * * Mon-Fri\n", "Proved: the same ", " runs from "],
    );
    check(
        &["convert", "0 0 1 * MON", "--to", "rust-cron"],
        0,
        &[
            "0 0 0 1 * *\n0 0 0 2-31 * Mon\n",
            "One expression cannot say it for rust-cron; these 2 together do.",
        ],
    );
    check(
        &["convert", "0 0 1 * MON", "--to", "cronie"],
        0,
        &["0 0 1 * MON\n", "Proved"],
    );
}

#[test]
fn convert_shows_a_counterexample_where_the_clock_parts_them() {
    let answer = json(&[
        "convert",
        "30 2 * * *",
        "--to",
        "rust-cron",
        "--tz",
        "Europe/Berlin",
        "--after",
        "2026-01-01",
    ]);
    assert_eq!(answer["proved"], false);
    assert_eq!(answer["counterexample"]["at"], "2026-03-29T03:00+02:00");
    assert_eq!(answer["counterexample"]["clock_changes_only"], true);
    check(
        &[
            "convert",
            "30 2 * * *",
            "--to",
            "rust-cron",
            "--tz",
            "Europe/Berlin",
        ],
        1,
        &["Not the same: at ", "all of them where the clock changes."],
    );
}

#[test]
fn convert_says_what_cannot_be_said() {
    check(
        &["convert", "@reboot", "--to", "rust-cron"],
        1,
        &["Cannot be said: the Rust crate cron has no @reboot.\n"],
    );
    check(
        &[
            "convert",
            "0 0 0 8-14 * Mon",
            "--dialect",
            "rust-cron",
            "--to",
            "debian",
        ],
        1,
        &[
            "Cannot be said: Debian's cron cannot ask for",
            "Instead, write the crontab line\n  0 0 8-14 * *  case $(date +\\%w) in 1) COMMAND ;; esac\n",
        ],
    );
    let answer = json(&["convert", "@reboot", "--to", "rust-cron"]);
    assert_eq!(
        (&answer["proved"], &answer["expressions"]),
        (&Value::from(false), &Value::from(Vec::<Value>::new()))
    );
    assert_eq!(answer["impossible"], "the Rust crate cron has no @reboot");
    // A step beyond the end makes the leading star that asks for both days; it needs the 1st among them.
    check(
        &[
            "convert",
            "0 0 0 1-7 * Mon",
            "--dialect",
            "rust-cron",
            "--to",
            "debian",
        ],
        0,
        &["0 0 */31,1-7 * 1\n", "Proved"],
    );
}

#[test]
fn converted_to_the_crate_cron_the_crate_itself_runs_at_the_same_times() {
    use std::str::FromStr;
    for text in [
        "*/15 9-17 * * 1-5",
        "0 0 1 * MON",
        "30 4 1,15 * 5",
        "0 */5 * * *",
        "5 0 * 8 *",
        "0 22 * * 0,6",
        "0 0 29 2 *",
    ] {
        let window = ["--between", "2027-01-01", "2029-01-01"];
        let args: Vec<&str> = [text].into_iter().chain(window).collect();
        let ours: Vec<String> = json(&args)["occurrences"]
            .as_array()
            .expect("occurrences")
            .iter()
            .map(|run| run["at"].as_str().expect("at").to_owned())
            .collect();
        let converted = json(&["convert", text, "--to", "rust-cron"]);
        let mut theirs: Vec<String> = Vec::new();
        for one in converted["expressions"].as_array().expect("expressions") {
            let schedule = cron::Schedule::from_str(one.as_str().expect("text")).expect("the crate reads it");
            let from = "2026-12-31T23:59:59Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .expect("a time");
            let until = "2029-01-01T00:00:00Z"
                .parse::<chrono::DateTime<chrono::Utc>>()
                .expect("a time");
            theirs.extend(
                schedule
                    .after(&from)
                    .take_while(|at| *at < until)
                    .map(|at| at.format("%Y-%m-%dT%H:%M+00:00").to_string()),
            );
        }
        theirs.sort();
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn converted_to_systemd_systemd_itself_runs_at_the_same_times() {
    const RUNS: usize = 300;
    for text in [
        "*/15 9-17 * * 1-5",
        "0 0 1 * MON",
        "*/7 * * * *",
        "0 */5 * * *",
        "0 0 */4 * *",
        "0 0 13 * */8,5",
        "30 4 1,15 * 5",
        "0 0 31 * *",
        "0 0 29 2 *",
        "5 0 * 8 *",
        "0 22 * * 6,0",
        "1-59/2 3,5 2-30/7 */3 *",
        "0 0 1-7 * */7",
        "@weekly",
        "@yearly",
    ] {
        let mut theirs = Vec::new();
        let converted = json(&[
            "convert",
            text,
            "--to",
            "systemd",
            "--between",
            "2027-01-01",
            "2028-01-01",
        ]);
        assert_eq!(converted["proved"], true, "{text}: {converted}");
        for one in converted["expressions"].as_array().expect("expressions") {
            match systemd_runs(one.as_str().expect("text"), RUNS) {
                Some(runs) => theirs.extend(runs),
                None => return needs::skip("needs systemd-analyze"),
            }
        }
        theirs.sort();
        theirs.dedup();
        let ours = json(&[text, "--after", "2026-12-31T23:59:59Z", "-n", "300"]);
        let ours: Vec<String> = ours["occurrences"]
            .as_array()
            .expect("occurrences")
            .iter()
            .map(|run| run["at"].as_str().expect("at").to_owned())
            .collect();
        // A rare schedule's list ends with the years that systemd knows.
        let both = ours.len().min(theirs.len());
        assert!(both >= 40, "{text}: only {both} runs to compare");
        assert_eq!(ours[..both], theirs[..both], "{text}");
    }
}

/// The next runs that systemd itself names, seconds cut off.
fn systemd_runs(expression: &str, count: usize) -> Option<Vec<String>> {
    let output = Command::new("systemd-analyze")
        .args([
            "calendar",
            &format!("--iterations={count}"),
            "--base-time=2026-12-31 23:59:59 UTC",
            expression,
        ])
        .env("TZ", "UTC")
        .env("LC_ALL", "C")
        .output()
        .ok()?;
    assert!(
        output.status.success(),
        "systemd refuses {expression}: {}",
        stderr(&output)
    );
    let time = |line: &str| {
        let (_, time) = line
            .split_once("Next elapse: ")
            .or_else(|| line.split_once(" #").and_then(|(_, rest)| rest.split_once(": ")))?;
        let mut words = time.split(' ').skip(1);
        Some(format!("{}T{}+00:00", words.next()?, words.next()?.get(..5)?))
    };
    Some(stdout(&output).lines().filter_map(time).collect())
}
