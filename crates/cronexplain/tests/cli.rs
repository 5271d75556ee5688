//! The command line of cronexplain, as a shell runs it.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the program in an empty directory, in UTC unless the arguments say otherwise.
fn cronexplain(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    run_in(folder.path(), args)
}

fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(args)
        .current_dir(folder)
        .env("TZ", "UTC")
        .env_remove("NO_COLOR")
        .output()
        .expect("cronexplain runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The exit code, and all parts in what is printed on stdout.
#[track_caller]
fn check(args: &[&str], code: i32, parts: &[&str]) {
    let output = cronexplain(args);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}{err}");
    for part in parts {
        assert!(out.contains(part), "{args:?} prints no {part:?}:\n{out}{err}");
    }
    assert_eq!(err, "", "{args:?}");
}

/// Exit code 2, nothing on stdout, and all parts in the message.
#[track_caller]
fn check_refused(args: &[&str], parts: &[&str]) {
    let output = cronexplain(args);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{out}{err}");
    for part in parts {
        assert!(err.contains(part), "{args:?} says no {part:?}:\n{err}");
    }
    assert_eq!(out, "", "{args:?}");
}

fn json(args: &[&str]) -> Value {
    let output = cronexplain(args);
    serde_json::from_str(&stdout(&output))
        .unwrap_or_else(|error| panic!("{args:?}: {error}\n{}", stdout(&output)))
}

/// The `at` of every occurrence.
fn times(args: &[&str]) -> Vec<String> {
    let answer = json(args);
    let list = answer["occurrences"].as_array().expect("occurrences");
    list.iter()
        .map(|run| run["at"].as_str().expect("at").to_owned())
        .collect()
}

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
fn what_does_not_parse_gets_a_caret_what_is_allowed_and_a_suggestion() {
    check_refused(
        &["0 24 * * *"],
        &[
            "error: hour 24 is out of range: 0 to 23",
            "1 | 0 24 * * *\n  |   ^^\n",
            "help: midnight is hour 0",
        ],
    );
    check_refused(
        &["5/15 * * * *"],
        &[
            "`5/15` has a step but no range",
            "^^^^\n",
            "help: write `5-59/15`",
        ],
    );
    check_refused(
        &["0 0 * * MONDAY"],
        &["`MONDAY` is not a day of week", "        ^^^^^^\n", "write `mon`"],
    );
    check_refused(&["*/5"], &["1 of 5 fields"]);
    check_refused(&[""], &["the expression is empty"]);
    check_refused(&["@fortnightly"], &["`@fortnightly` is not a known time"]);
}

#[test]
fn an_error_is_json_too() {
    let output = cronexplain(&["0 24 * * *", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["error"]["message"], "hour 24 is out of range: 0 to 23");
    assert_eq!(
        (&answer["error"]["start"], &answer["error"]["end"]),
        (&Value::from(2), &Value::from(4))
    );
    assert_eq!(answer["error"]["field"], "hour");
}

#[test]
fn two_wins_over_one_and_every_expression_gets_its_answer() {
    let output = cronexplain(&["0 0 30 2 *", "0 24 * * *", "@daily"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("# @daily\nAt 00:00 every day."));
    assert!(stderr(&output).contains("hour 24 is out of range"));
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
fn a_star_that_the_shell_expanded_asks_for_quotes() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["backup.sh", "notes"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    for words in [
        vec!["0", "0", "1", "notes", "MON"],
        vec!["0", "0", "1", "backup.sh", "notes", "MON"],
    ] {
        let output = run_in(folder.path(), &words);
        assert_eq!(output.status.code(), Some(2));
        let message = stderr(&output);
        assert!(
            message.contains("the shell has replaced an unquoted `*` by file names"),
            "{message}"
        );
        assert!(
            message.contains("quote it: cronexplain '0 0 1 * MON'"),
            "{message}"
        );
    }
}

#[test]
fn too_many_words_are_told_to_quote_and_leave_the_command_out() {
    check_refused(
        &["0", "0", "1", "*", "MON", "/usr/bin/true"],
        &[
            "6 words, but an expression of Debian's cron has 5 fields",
            "quote it, and leave the command out",
        ],
    );
}

#[test]
fn an_expression_may_begin_with_a_minus_behind_two() {
    check_refused(&["--", "-1 * * * *"], &["-1 * * * *"]);
}

#[test]
fn a_zone_that_is_not_there_gets_a_suggestion() {
    check_refused(
        &["@daily", "--tz", "Europe/Berln"],
        &[
            "time zone `Europe/Berln`: not known",
            "^^^^^^^^^^^^",
            "did you mean `Europe/Berlin`?",
        ],
    );
    check_refused(
        &["@daily", "--tz", "../../etc/passwd"],
        &["a name is wanted, not a path"],
    );
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
fn times_that_do_not_exist_are_refused() {
    check_refused(
        &["@daily", "--after", "2026-02-30"],
        &["there is no such day: `2026-02-30`", "^^^^^^^^^^"],
    );
    check_refused(
        &["@daily", "--between", "2026-02-02", "2026-02-01"],
        &["the window ends before it begins"],
    );
    check_refused(&["@daily", "--between", "2026-02-02"], &["--between"]);
    check_refused(
        &["@daily", "--after", "now", "--before", "now"],
        &["do not go together"],
    );
    check_refused(&["@daily", "-n", "many"], &["`many` is no value of -n"]);
}

#[test]
fn control_characters_are_made_visible() {
    let output = cronexplain(&["0 0 \u{1b}[31m * *"]);
    assert!(!output.stderr.contains(&0x1b), "{}", stderr(&output));
    let output = cronexplain(&["@daily", "--tz", "\u{1b}]0;x\u{7}"]);
    assert!(
        !output.stderr.contains(&0x1b) && !output.stderr.contains(&7),
        "{}",
        stderr(&output)
    );
    let output = cronexplain(&["0 0 1\u{c} * *", "@daily"]);
    assert!(!output.stdout.contains(&0xc), "{}", stdout(&output));
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused_with_a_caret() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .arg(OsStr::from_bytes(b"0 \xff\xfe * * *"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains('^'), "{}", stderr(&output));
}

#[test]
fn hostile_input_ends_quickly_without_a_panic() {
    let long = "1,".repeat(50_000);
    let texts = [
        "9".repeat(100_000),
        format!("{long}1 * * * *"),
        "* ".repeat(50_000),
        "*/4294967296 * * * *".to_owned(),
        "\u{202e}\u{feff}0 0 * * *".to_owned(),
        "0 0 * * * \u{0}".replace('\0', "\u{1}"),
        "@".to_owned(),
        "@@@@@".to_owned(),
        "ü ö ä ß €".to_owned(),
    ];
    for text in &texts {
        let start = std::time::Instant::now();
        let output = cronexplain(&["--", text]);
        assert!(
            matches!(output.status.code(), Some(0..=2)),
            "{text:.40}: {}",
            stderr(&output)
        );
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        assert!(output.stderr.len() < 1 << 20 && start.elapsed().as_secs() < 10);
    }
}

#[test]
fn quiet_leaves_the_sentence_and_the_times() {
    let output = cronexplain(&["0 12 * * FRI#2", "--quiet", "--after", "2026-01-01", "-n", "1"]);
    assert_eq!(stdout(&output), "At 12:00 on Friday.\n2026-01-02T12:00+00:00\n");
    let output = cronexplain(&["0 24 * * *", "--quiet"]);
    assert_eq!(stderr(&output), "cronexplain: hour 24 is out of range: 0 to 23\n");
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    assert!(!cronexplain(&["@daily"]).stdout.contains(&0x1b));
    assert!(
        cronexplain(&["@daily", "--color", "always"])
            .stdout
            .contains(&0x1b)
    );
    assert!(
        !cronexplain(&["@daily", "--color", "never"])
            .stdout
            .contains(&0x1b)
    );
}

#[test]
fn the_version_names_the_source_of_zones() {
    let output = cronexplain(&["--version"]);
    let text = stdout(&output);
    assert!(
        text.starts_with(concat!(
            "cronexplain ",
            env!("CARGO_PKG_VERSION"),
            " (time zones: "
        )),
        "{text}"
    );
    let source = text.trim_end().rsplit_once("time zones: ").unwrap().1;
    let zones = std::path::Path::new("/usr/share/zoneinfo");
    match zones.join("Europe/Berlin").exists() {
        true => assert!(source.starts_with("/usr/share/zoneinfo"), "{text}"),
        false => assert!(source.starts_with("chrono-tz 20"), "{text}"),
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        check(&["--completions", shell], 0, &["cronexplain"]);
    }
}

#[test]
fn help_tells_exit_codes_environment_and_examples() {
    check(
        &["--help"],
        0,
        &[
            "Exit codes:",
            "Environment:",
            "Examples:",
            "JSON (--json):",
            "--between <A> <B>",
        ],
    );
}

#[test]
fn without_an_expression_the_usage_is_shown() {
    check_refused(&[], &["the schedule is missing", "cronexplain --help"]);
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

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["* * * * *", "-n", "1000000", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
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

#[test]
fn help_lists_what_is_a_commands_own_first() {
    let output = cronexplain(&["crontab", "--help"]);
    let text = stdout(&output);
    let order = [
        "--kind",
        "--timeline",
        "--load",
        "--svg",
        "--dialect",
        "--tz",
        "--json",
        "--quiet",
    ];
    let places: Vec<Option<usize>> = order.iter().map(|name| text.find(name)).collect();
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{places:?}\n{text}"
    );
}

#[cfg(unix)]
#[test]
fn the_systems_words_come_without_its_numbers() {
    check_refused(
        &["crontab", "/nowhere/tab"],
        &["cannot read `/nowhere/tab`: No such file or directory\n"],
    );
    let output = cronexplain(&["@daily", "--svg", "/nowhere/a.svg"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("cannot write `/nowhere/a.svg`: No such file or directory\n"),
        "{said}"
    );
}

#[test]
fn an_hour_is_no_a_hour() {
    check_refused(&["0 x * * *"], &["error: `x` is not an hour\n"]);
    check_refused(&["x 0 * * *"], &["error: `x` is not a minute\n"]);
}
