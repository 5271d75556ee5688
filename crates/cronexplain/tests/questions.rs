//! The questions beyond "what does it mean": why, compare, diff, convert, dst, crontab, and the pictures.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(args)
        .current_dir(folder)
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .output()
        .expect("cronexplain runs")
}

fn cronexplain(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    run_in(folder.path(), args)
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
}

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let text = stdout(&cronexplain(&args));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
}

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

#[test]
fn compare_groups_dialects_and_says_where_they_part() {
    let answer = json(&[
        "compare",
        "0 0 */2 * MON",
        "--between",
        "2027-01-01",
        "2028-01-01",
    ]);
    let group = |name: &str| {
        let groups = answer["groups"].as_array().expect("groups");
        let has = |group: &Value| {
            group["dialects"]
                .as_array()
                .expect("dialects")
                .iter()
                .any(|one| one["name"] == name)
        };
        groups.iter().position(has)
    };
    assert_eq!(group("debian"), Some(0));
    assert_eq!(group("cronie"), Some(0));
    assert_eq!(answer["groups"][0]["runs"], 27);
    let busybox = group("busybox").expect("busybox reads it");
    assert!(busybox > 0);
    let differs = &answer["groups"][busybox]["differs"];
    assert!(
        differs["what"]
            .as_str()
            .expect("words")
            .contains("busybox runs at"),
        "{differs}"
    );
    assert!(!differs["why"].as_array().expect("reasons").is_empty());
}

#[test]
fn compare_agrees_where_all_agree_and_names_who_refuses() {
    let output = cronexplain(&["compare", "0 0 * * MON", "--between", "2027-01-01", "2028-01-01"]);
    assert_eq!(output.status.code(), Some(1));
    let text = stdout(&output);
    assert!(text.contains("Refused by") && text.contains("dcron"), "{text}");
    let answer = json(&["compare", "5 4 * * *", "--between", "2027-01-01", "2028-01-01"]);
    let read: Vec<&Value> = answer["groups"].as_array().expect("groups").iter().collect();
    assert_eq!(read.len(), 1, "{answer}");
    assert_eq!(cronexplain(&["compare", "rubbish"]).status.code(), Some(2));
}

#[test]
fn diff_counts_and_lists_what_comes_and_goes() {
    let year = ["--between", "2027-01-01", "2028-01-01"];
    let diff = |a: &str, b: &str| {
        let args: Vec<&str> = ["diff", a, b].into_iter().chain(year).collect();
        json(&args)
    };
    let answer = diff("0 0 * * *", "0 0 * * 1-5");
    assert_eq!(
        (
            &answer["common"],
            &answer["removed_count"],
            &answer["added_count"]
        ),
        (&261.into(), &104.into(), &0.into())
    );
    assert_eq!(answer["removed"][0]["at"], "2027-01-02T00:00+00:00");
    let answer = diff("0 0 1 * MON", "0 0 1 * MON,TUE");
    assert_eq!(
        (&answer["removed_count"], &answer["added_count"]),
        (&0.into(), &Value::from(51))
    );
    check(
        &["diff", "*/15 * * * *", "0,15,30,45 * * * *"],
        0,
        &["0 removed\n0 added\n"],
    );
    check(
        &["diff", "0 0 * * *", "0 1 * * *", "-n", "2"],
        1,
        &["  - ... and 364 more\n", "  + ... and 364 more\n"],
    );
}

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
    let effect = |name: &str| {
        let effects = change["effects"].as_array().expect("effects");
        let has = |effect: &&Value| {
            effect["dialects"]
                .as_array()
                .expect("dialects")
                .iter()
                .any(|one| one == name)
        };
        effects
            .iter()
            .find(has)
            .unwrap_or_else(|| panic!("{name}"))
            .clone()
    };
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

const CRONTAB: &str = "\
MAILTO=x
*/5 * * * * /usr/bin/poll
0 2 * * * backup.sh
0 2 * * 0 weekly
@reboot start
";

fn with_crontab(text: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(folder.path().join("tab"), text).expect("a crontab");
    let args: Vec<&str> = ["crontab", "tab"].iter().chain(args).copied().collect();
    run_in(folder.path(), &args)
}

#[test]
fn a_crontab_is_explained_entry_by_entry() {
    let output = with_crontab(CRONTAB, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for part in [
        "tab (UTC)",
        "   2  */5 * * * *  /usr/bin/poll\n      Every 5 minutes.\n      next ",
        "Once after every boot",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let output = with_crontab(CRONTAB, &["--json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["entries"].as_array().map(Vec::len), Some(4));
    assert_eq!(answer["entries"][1]["command"], "backup.sh");
    assert_eq!(answer["entries"][1]["line"], 3);
}

#[test]
fn a_line_that_cannot_be_read_is_pointed_at_and_drops_the_file() {
    let output = with_crontab("0 2 * * * fine\n61 * * * * bad\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains("Nothing of tab runs: Debian's cron drops a whole file"),
        "{}",
        stdout(&output)
    );
    let message = stderr(&output);
    assert!(
        message.contains("minute 61 is out of range: 0 to 59") && message.contains("--> tab:2:1"),
        "{message}"
    );
}

#[test]
fn an_entry_that_never_fires_is_a_finding() {
    let output = with_crontab("0 0 30 2 * never\n", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("Never: February has no 30th."));
}

#[test]
fn a_timeline_shows_a_day_and_the_load_its_collisions() {
    let text = stdout(&with_crontab(CRONTAB, &["--timeline", "2026-11-22"]));
    assert!(
        text.contains("Sunday 2026-11-22 (UTC)") && text.contains("288"),
        "{text}"
    );
    let output = with_crontab(CRONTAB, &["--load", "day", "--after", "2026-11-22", "--json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["load"]["starts"], 290);
    assert_eq!(answer["load"]["collisions"], 1);
    assert_eq!(
        answer["load"]["busiest"][0],
        serde_json::json!({"at": "2026-11-22T02:00", "starts": 3})
    );
    assert_eq!(answer["load"]["free_minutes"].as_array().map(Vec::len), Some(48));
    let text = stdout(&with_crontab(CRONTAB, &["--load", "--after", "2026-11-22"]));
    assert!(
        text.contains("48 of the 60 minutes of the hour are always free; for something new take "),
        "{text}"
    );
    let text = stdout(&with_crontab(CRONTAB, &["--load", "--svg", "-"]));
    assert!(text.starts_with("<svg "), "{text:.200}");
}

#[test]
fn a_crontab_is_read_from_stdin_and_from_a_directory() {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["crontab", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(CRONTAB.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(stdout(&output).contains("Every 5 minutes."));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("jobs"), "0 2 * * * root true\n").unwrap();
    std::fs::write(folder.path().join("ignored.bak"), "0 3 * * * root true\n").unwrap();
    let output = run_in(folder.path(), &["crontab", ".", "--kind", "system"]);
    assert!(
        stdout(&output).contains("At 02:00") && !stdout(&output).contains("At 03:00"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("root: true"), "{}", stdout(&output));
}

#[test]
fn what_is_no_crontab_is_refused_quickly() {
    let output = cronexplain(&["crontab", "/nowhere/crontab"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot read `/nowhere/crontab`"));
    if cfg!(target_os = "linux") {
        let output = cronexplain(&["crontab", "/dev/zero"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("larger than 4 MiB"),
            "{}",
            stderr(&output)
        );
    }
    let output = with_crontab(&"\u{1b}[31m\u{0}\n".repeat(1000), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains(&0x1b) && !output.stdout.contains(&0x1b));
    assert!(stderr(&output).len() < 100_000);
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
