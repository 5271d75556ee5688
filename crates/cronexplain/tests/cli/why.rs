//! Why a schedule runs at a time, or does not.

use crate::{check, cronexplain, json, stderr};
use serde_json::Value;

#[test]
fn why_goes_through_the_fields_and_names_the_smallest_edit() {
    check(
        &["why", "0 9 * * 1-5", "--at", "2026-11-21T09:00"],
        1,
        &[
            "No: Debian's cron does not run it at Sat 2026-11-21 09:00 +00:00.\n",
            "  hour          9    matches 9\n",
            "  day of week   1-5  does not match Saturday\n",
            "  run before  Fri 2026-11-20 09:00 +00:00  1 day earlier\n",
            "  run after   Mon 2026-11-23 09:00 +00:00  2 days later\n",
            "keeps its other runs:\n  0 9 * * 1-6\n",
        ],
    );
    check(
        &["why", "0 9-17 * * *", "--at", "2026-11-21T18:00"],
        1,
        &["\n  0 9-18 * * *\n"],
    );
    check(
        &["why", "5,35 * * * *", "--at", "2026-11-21T18:20"],
        1,
        &["\n  5,35,20 * * * *\n"],
    );
    check(
        &["why", "0 9 * * MON", "--at", "2026-11-22T09:00"],
        1,
        &["\n  0 9 * * MON,SUN\n"],
    );
    check(
        &["why", "0 9 1 * MON", "--at", "2026-11-24T09:15"],
        1,
        &["Either day field is enough", "\n  0,15 9 1,24 * MON\n"],
    );
}

#[test]
fn why_says_yes_where_it_runs() {
    check(
        &["why", "*/15 9-17 * * *", "--at", "2026-11-21T09:45"],
        0,
        &["Yes: Debian's cron runs it at Sat 2026-11-21 09:45"],
    );
    let answer = json(&["why", "*/15 9-17 * * *", "--at", "2026-11-21T09:45"]);
    assert_eq!(
        (&answer["version"], &answer["fires"]),
        (&Value::from(1), &Value::from(true))
    );
    assert_eq!(answer["fields"][0]["field"], "minute");
    assert_eq!(answer["after"]["at"], "2026-11-21T10:00+00:00");
    assert_eq!(answer["edit"], Value::Null);
}

#[test]
fn why_knows_what_the_clock_does() {
    let gap = [
        "why",
        "30 2 * * *",
        "--at",
        "2026-03-08T02:30",
        "--tz",
        "America/New_York",
    ];
    check(
        &gap,
        0,
        &[
            "02:30 does not exist on that day: the clock jumps from 02:00 to 03:00; Debian's cron runs it at 03:00.",
        ],
    );
    check(
        &[
            "why",
            "*/10 2 * * *",
            "--at",
            "2026-03-08T02:30",
            "--tz",
            "America/New_York",
        ],
        1,
        &["the clock jumps from 02:00 to 03:00; Debian's cron does not run it then, nor later."],
    );
    check(
        &[
            "why",
            "30 5 * * *",
            "--at",
            "2026-03-08T02:30",
            "--tz",
            "America/New_York",
        ],
        1,
        &["02:30 does not exist on that day: the clock jumps from 02:00 to 03:00.\n"],
    );
    let twice = |expression: &str, words: &str| {
        check(
            &[
                "why",
                expression,
                "--at",
                "2026-10-25T02:30",
                "--tz",
                "Europe/Berlin",
            ],
            0,
            &[words],
        );
    };
    twice(
        "30 2 * * *",
        "The clock shows 02:30 twice on that day, because it is set back: it runs the first time only.",
    );
    twice("*/30 * * * *", "it runs both times.");
}

#[test]
fn why_refuses_what_is_no_time_or_no_expression() {
    let output = cronexplain(&["why", "0 9 * * *", "--at", "noon"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not a time: `noon`"));
    assert_eq!(
        cronexplain(&["why", "0 24 * * *", "--at", "now"]).status.code(),
        Some(2)
    );
    assert_eq!(cronexplain(&["why", "0 9 * * *"]).status.code(), Some(2));
}
