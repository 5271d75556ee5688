//! A schedule with its sentence, its runs and its warnings.

use std::process::Command;

use crate::{check, check_refused, cronexplain, json, stdout, times};

#[test]
fn a_schedule_gets_its_sentence_its_day_rule_its_runs_and_how_far_they_are() {
    check(
        &["0 0 1 * MON"],
        0,
        &[
            "At 00:00 on the 1st of every month, or on Monday.\n",
            "Either day field is enough: a day matches when its number is in `1` or its weekday is in `MON`.\nIn 20",
            " days; if both had to match, it would run on ",
            "Next runs (UTC):\n  ",
            " 00:00 +00:00  in ",
        ],
    );
}

#[test]
fn runs_carry_weekday_offset_and_what_the_clock_did() {
    let list = |expression: &str, zone: &str, from: &str, to: &str| {
        let output = cronexplain(&[expression, "--tz", zone, "--between", from, to]);
        let text = stdout(&output);
        let runs = text.lines().filter(|line| line.starts_with("  "));
        runs.map(|line| {
            line.split("  ")
                .filter(|part| !part.ends_with("ago"))
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(
        list("30 2 * * *", "America/New_York", "2026-03-07", "2026-03-10"),
        [
            "|Sat 2026-03-07 02:30 -05:00",
            "|Sun 2026-03-08 03:00 -04:00|(moved from 02:30, which the clock skips)",
            "|Mon 2026-03-09 02:30 -04:00",
        ]
    );
    assert_eq!(
        list(
            "30 * * * *",
            "Europe/Berlin",
            "2025-10-26T01:30",
            "2025-10-26T03:00"
        ),
        [
            "|Sun 2025-10-26 01:30 +02:00",
            "|Sun 2025-10-26 02:30 +02:00",
            "|Sun 2025-10-26 02:30 +01:00|(again: the clock was set back)",
        ]
    );
}

#[test]
fn between_lists_every_firing_as_json() {
    let window = [
        "--between",
        "2026-03-08",
        "2026-03-09",
        "--tz",
        "America/New_York",
        "--json",
        "30 2 * * *",
    ];
    assert_eq!(times(&window), ["2026-03-08T03:00-04:00"]);
    let answer = json(&window);
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["expression"], "30 2 * * *");
    assert_eq!(answer["dialect"], "debian");
    assert_eq!(answer["zone"], "America/New_York");
    assert_eq!(answer["sentence"], "At 02:30 every day.");
    assert_eq!(answer["never_fires"], false);
    assert_eq!(answer["occurrences"][0]["moved_from"], "2026-03-08T02:30");
    assert_eq!(answer["occurrences"][0].get("repeated"), None);
}

#[test]
fn a_window_includes_its_begin_and_excludes_its_end() {
    let midnight = "0 0 * * *";
    assert_eq!(
        times(&["--json", midnight, "--between", "2026-01-01", "2026-01-03"]),
        ["2026-01-01T00:00+00:00", "2026-01-02T00:00+00:00"]
    );
    assert_eq!(
        times(&["--json", midnight, "--between", "2026-01-01", "2026-01-01"]),
        [""; 0]
    );
}

#[test]
fn a_window_is_local_unless_it_has_an_offset_and_a_repeated_time_is_the_first() {
    let hourly = |from: &str, to: &str| {
        times(&[
            "--json",
            "0 * * * *",
            "--tz",
            "Europe/Berlin",
            "--between",
            from,
            to,
        ])
    };
    assert_eq!(
        hourly("2026-07-01T00:00", "2026-07-01T01:00"),
        ["2026-07-01T00:00+02:00"]
    );
    assert_eq!(
        hourly("2026-07-01T00:00Z", "2026-07-01T01:00Z"),
        ["2026-07-01T02:00+02:00"]
    );
    assert_eq!(
        hourly("2026-10-25T02:00", "2026-10-25T03:00"),
        ["2026-10-25T02:00+02:00", "2026-10-25T02:00+01:00"]
    );
}

#[test]
fn after_and_before_list_so_many_runs() {
    let noon = "0 12 * * *";
    assert_eq!(
        times(&["--json", noon, "--after", "2026-01-01T12:00", "-n", "2"]),
        ["2026-01-02T12:00+00:00", "2026-01-03T12:00+00:00"]
    );
    assert_eq!(
        times(&["--json", noon, "--before", "2026-01-01T12:00", "-n", "2"]),
        ["2025-12-31T12:00+00:00", "2025-12-30T12:00+00:00"]
    );
    assert_eq!(times(&["--json", noon]).len(), 5);
    assert_eq!(times(&["--json", noon, "-n", "0"]).len(), 0);
}

#[test]
fn an_empty_window_of_a_schedule_that_fires_is_fine() {
    check(
        &["0 0 29 2 *", "--between", "2026-01-01", "2027-01-01"],
        0,
        &["none; the next one is Tue 2028-02-29 00:00 +00:00"],
    );
    check(
        &[
            "0 0 * * *",
            "--between",
            "2026-01-01T01:00",
            "2026-01-01T02:00",
            "--json",
        ],
        0,
        &["\"occurrences\":[]"],
    );
}

#[test]
fn a_schedule_that_never_fires_says_so() {
    check(
        &["0 0 30 2 *"],
        1,
        &["Never: February has no 30th.\n", "Next runs: none, ever.\n"],
    );
    check(
        &["0 22-2 * * *"],
        1,
        &[
            "Never: the hour 22-2 matches no hour, because it runs backwards.\n",
            "  |   ^^^^\n",
            "help: write `22-23,0-2`",
        ],
    );
    assert_eq!(json(&["0 0 30 2 *", "--json"])["never_fires"], true);
    assert_eq!(cronexplain(&["0 0 30 2 *", "--json"]).status.code(), Some(1));
}

#[test]
fn far_runs_are_found() {
    assert_eq!(
        times(&["--json", "0 0 29 2 */7", "--after", "2026-01-01", "-n", "1"]),
        ["2032-02-29T00:00+00:00"]
    );
    let output = cronexplain(&["* * * * *", "--after", "9999-12-31T23:59", "-n", "3"]);
    assert_eq!(output.status.code(), Some(0));
    check(
        &["* * * * *", "--before", "0001-01-01", "-n", "1"],
        0,
        &["Every minute."],
    );
}

#[test]
fn reboot_has_no_times() {
    check(
        &["@reboot"],
        0,
        &[
            "Once after every boot, when the cron daemon starts.",
            "nothing to list",
        ],
    );
    assert_eq!(json(&["@reboot", "--json"])["reboot"], true);
}

#[test]
fn macros_are_expressions() {
    check(&["@daily"], 0, &["At 00:00 every day."]);
    check(
        &["@weekly", "@monthly"],
        0,
        &[
            "# @weekly\nAt 00:00 on Sunday.",
            "# @monthly\nAt 00:00 on the 1st of every month.",
        ],
    );
}

#[test]
fn warnings_follow_the_runs() {
    check(
        &["0 12 * * FRI#2", "-n", "1"],
        0,
        &[
            "At 12:00 on Friday.",
            "warning: `#2` in the day of week is skipped: this means `FRI`",
            "^^",
        ],
    );
}

#[test]
fn five_unquoted_words_are_joined() {
    check(
        &["0", "0", "1", "*", "MON"],
        0,
        &["At 00:00 on the 1st of every month, or on Monday."],
    );
    check(
        &["0", "0", "1", "*", "MON", "--tz", "Asia/Tokyo"],
        0,
        &["(Asia/Tokyo)"],
    );
}

#[test]
fn an_expression_may_begin_with_a_minus_behind_two() {
    check_refused(&["--", "-1 * * * *"], &["-1 * * * *"]);
}

#[test]
fn the_zone_of_the_host_holds_where_none_is_named() {
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["@daily", "--json", "--after", "2026-07-01", "-n", "1"])
        .env("TZ", "Asia/Kolkata")
        .output()
        .unwrap();
    assert!(stdout(&output).contains("\"zone\":\"Asia/Kolkata\""));
    assert!(stdout(&output).contains("\"at\":\"2026-07-02T00:00+05:30\""));
}

#[test]
fn the_crate_cron_reads_its_own_dialect() {
    check(
        &[
            "--dialect",
            "rust-cron",
            "15,45 30 2 * * MON *",
            "--after",
            "2026-01-01",
            "-n",
            "2",
        ],
        0,
        &["Mon 2026-01-05 02:30:15 +00:00", "Mon 2026-01-05 02:30:45 +00:00"],
    );
    check_refused(&["--dialect", "rust-crn", "@daily"], &["rust-cron"]);
}

#[test]
fn a_year_without_a_run_says_so() {
    check(
        &["0 0 30 2 *", "--year", "--tz", "UTC"],
        1,
        &[" it never runs.\n"],
    );
    check(&["@reboot", "--year", "--tz", "UTC"], 0, &[" it never runs.\n"]);
}
