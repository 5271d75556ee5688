//! What is left out and what counts: settings, baseline, comments, `--diff-base`, `--fail-on`.

use std::fs;
use std::process::Command;

use crate::{BAD, GOOD, ODD, check, cronlint};

#[test]
fn the_settings_file_switches_rules_and_severities() {
    let config = |text| [("crontab", ODD), (".cronlint.toml", text)];
    check(&config("disable = ['uneven-step']"), &["crontab"], 0, "");
    check(
        &config("[severity]\nS006 = 'error'"),
        &["crontab"],
        1,
        "error[S006]",
    );
    check(&config("fail-on = 'info'"), &["crontab"], 1, "info[S006]");
    check(
        &config("[[files]]\npaths = ['cron*']\nseverity = { S006 = 'warning' }"),
        &["crontab"],
        1,
        "warning[S006]",
    );
    check(
        &config("disable = ['S999']"),
        &["crontab"],
        2,
        "there is no rule `S999`",
    );
    check(
        &config("disable = ['S999']"),
        &["--no-config", "crontab"],
        0,
        "S006",
    );
}

#[test]
fn a_baseline_silences_what_is_known_and_nothing_new() {
    let directory = tempfile::tempdir().unwrap();
    let crontab = directory.path().join("crontab");
    fs::write(&crontab, BAD).unwrap();
    assert_eq!(
        cronlint(
            &["--write-baseline", "known.json", "crontab"],
            directory.path(),
            b""
        )
        .status
        .code(),
        Some(0)
    );
    assert_eq!(
        cronlint(&["--baseline", "known.json", "crontab"], directory.path(), b"")
            .status
            .code(),
        Some(0)
    );
    fs::write(&crontab, format!("# moved\n\n{BAD}0 26 * * * /usr/bin/true\n")).unwrap();
    let output = cronlint(
        &["--quiet", "--baseline", "known.json", "crontab"],
        directory.path(),
        b"",
    );
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(
        (output.status.code(), shown.lines().count()),
        (Some(1), 1),
        "{shown}"
    );
    assert!(shown.starts_with("crontab:4:"), "{shown}");
}

#[test]
fn comments_silence_rules() {
    check(
        &[("crontab", &format!("# cronlint: disable=S001 a test\n{BAD}"))],
        &["crontab"],
        0,
        "",
    );
    check(
        &[("crontab", &format!("# cronlint: disable=S001\n{BAD}"))],
        &["--require-reason", "crontab"],
        1,
        "F052",
    );
    check(
        &[("crontab", &format!("# cronlint: disable=S004 old\n{GOOD}"))],
        &["crontab"],
        1,
        "F051",
    );
}

#[test]
fn diff_base_reports_changed_lines_only() {
    let directory = tempfile::tempdir().unwrap();
    let git = |args: &[&str]| {
        let identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
        let done = Command::new("git")
            .args(identity)
            .args(args)
            .current_dir(directory.path())
            .output();
        assert!(done.unwrap().status.success(), "git {args:?}");
    };
    git(&["init", "-q"]);
    fs::write(directory.path().join("crontab"), BAD).unwrap();
    git(&["add", "crontab"]);
    git(&["commit", "-q", "-m", "x"]);
    let lint = |args: &[&str]| cronlint(args, directory.path(), b"");
    assert_eq!(lint(&["--diff-base", "HEAD", "crontab"]).status.code(), Some(0));
    fs::write(directory.path().join("crontab"), format!("{BAD}{BAD}")).unwrap();
    let output = lint(&["--quiet", "--diff-base", "HEAD", "crontab"]);
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        shown.contains("crontab:2:3: error[S001]") && !shown.contains("crontab:1:"),
        "{shown}"
    );
    fs::write(directory.path().join("new.cron"), BAD).unwrap();
    assert_eq!(lint(&["--diff-base", "HEAD", "new.cron"]).status.code(), Some(1));
    // What git does not know yet, and the standard input, have no unchanged lines.
    let piped = cronlint(&["--diff-base", "HEAD", "-"], directory.path(), BAD.as_bytes());
    assert_eq!(piped.status.code(), Some(1));
    assert_eq!(
        lint(&["--diff-base", "no-such-revision", "crontab"])
            .status
            .code(),
        Some(2)
    );
}

#[test]
fn fail_on_moves_the_limit() {
    check(&[("crontab", ODD)], &["crontab"], 0, "info[S006]");
    check(
        &[("crontab", ODD)],
        &["--fail-on", "info", "crontab"],
        1,
        "info[S006]",
    );
    check(
        &[("crontab", BAD)],
        &["--fail-on", "never", "crontab"],
        0,
        "error[S001]",
    );
}

#[test]
fn the_zone_comes_from_the_option_or_the_settings_and_from_nowhere_else() {
    let crontab = ("crontab", "30 2 * * * /usr/bin/true\n");
    let dates = "no run on Sun 29 Mar 2026, and two runs on Sun 25 Oct 2026";
    let busybox = ["--daemon", "busybox", "--fail-on", "info", "crontab"];
    check(&[crontab], &busybox, 0, "");
    let here = [&["--tz", "Europe/Berlin"], &busybox[..]].concat();
    check(&[crontab], &here, 1, dates);
    let settings = (".cronlint.toml", "tz = 'Europe/Berlin'");
    check(&[crontab, settings], &busybox, 1, dates);
    check(
        &[crontab],
        &["--tz", "Mars/Phobos", "crontab"],
        2,
        "no time zone `Mars/Phobos`",
    );
}

#[test]
fn jobs_of_all_files_are_counted_together() {
    let three = "0 3 * * * /usr/bin/true\n@daily /usr/bin/true a\n0 0 * * * /usr/bin/true b\n0 0 * * * /usr/bin/true c\n";
    let files = [("a.cron", three), ("b.cron", three), ("c.cron", GOOD)];
    let expected = "6 jobs start at 00:00 every day";
    check(
        &files,
        &["--fail-on", "info", "a.cron", "b.cron", "c.cron"],
        1,
        expected,
    );
    check(
        &files,
        &["a.cron", "b.cron"],
        0,
        "a.cron:2, a.cron:3, a.cron:4, b.cron:2, b.cron:3, b.cron:4",
    );
    check(&files, &["--fail-on", "info", "a.cron", "c.cron"], 0, "");
}

#[test]
fn diff_base_outside_of_git_says_so() {
    let words = "--diff-base needs a git repository around crontab: not a git repository";
    check(&[("crontab", BAD)], &["--diff-base", "HEAD", "crontab"], 2, words);
}

#[test]
fn write_baseline_says_how_many() {
    let files = [("crontab", BAD)];
    check(
        &files,
        &["--write-baseline", "x.json", "crontab"],
        0,
        "x.json: 1 finding written",
    );
    let broken = [("crontab", BAD), ("x.json", "{\"version\": 2, \"findings\": []}")];
    check(
        &broken,
        &["--baseline", "x.json", "crontab"],
        2,
        "x.json: version 2 is not 1",
    );
    check(
        &files,
        &["--baseline", "none.json", "crontab"],
        2,
        "cannot read the baseline in none.json",
    );
}

#[test]
fn a_comment_that_cannot_be_read_is_told() {
    let text = format!("# cronlint: disble=S001 a slip\n{GOOD}");
    check(
        &[("crontab", &text)],
        &["crontab"],
        1,
        "this comment silences nothing",
    );
}
