//! What a crontab costs in memory: its bytes and little more, however hostile it is. The shell's `ulimit -d` takes
//! away what is above, and an allocation that fails ends the program.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What may be allocated; the largest file here has 1.3 MB. A line of a megabyte is quoted, so it is there some five
/// times; many lines are there once.
const KIB: usize = 8 << 10;

const VIEWS: &[&[&str]] = &[
    &[],
    &["--json"],
    &["--timeline", "2026-11-22"],
    &["--timeline", "2026-11-22", "--svg", "-"],
    &["--load", "week"],
    &["--load", "week", "--json"],
    &["--load", "week", "--svg", "-"],
];

fn limited(path: &Path, view: &[&str], kib: usize) -> Output {
    Command::new("sh")
        .args([
            "-c",
            "ulimit -d \"$1\"; shift; exec \"$@\"",
            "sh",
            &kib.to_string(),
        ])
        .args([env!("CARGO_BIN_EXE_cronexplain"), "crontab"])
        .arg(path)
        .args(view)
        .env("TZ", "Europe/Berlin")
        .stdout(Stdio::null())
        .output()
        .unwrap()
}

#[track_caller]
fn check(text: &str, code: i32) {
    check_views(VIEWS, text, code);
}

#[track_caller]
fn check_views(views: &[&[&str]], text: &str, code: i32) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tab");
    std::fs::write(&path, text).unwrap();
    for view in views {
        let output = limited(&path, view, KIB);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{view:?}: {said:.2000}");
        assert!(said.len() < 100_000, "{view:?}: {said:.2000}");
    }
}

#[test]
fn the_limit_ends_a_program_that_takes_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tab");
    std::fs::write(&path, "0 5 * * * true\n".repeat(200_000)).unwrap();
    assert_eq!(limited(&path, &[], 2 << 10).status.code(), None);
    assert_eq!(limited(&path, &[], 5 << 10).status.code(), Some(0));
}

#[test]
fn many_entries_take_what_the_file_takes() {
    let line = |i: usize| {
        let (minute, hour, day) = (i % 60, i / 60 % 24, i % 7);
        format!("{minute} {hour} * * {day} /usr/local/bin/job{i} --all > /var/log/job{i}.log 2>&1\n")
    };
    check(&(0..19_000).map(line).collect::<String>(), 0);
}

#[test]
fn entries_that_run_all_the_time_take_no_more() {
    check(&"* * * * * true\n".repeat(10_000), 0);
    // Each of its rows is 360 strokes.
    check_views(&VIEWS[3..4], &"*/4 * * * * true\n".repeat(10_000), 0);
}

#[test]
fn a_line_of_a_megabyte_is_no_burden() {
    let long = "x".repeat(1_000_000);
    check(&format!("0 5 * * * {long}\n"), 2);
    check(&format!("{long}\n"), 2);
    let list = format!("{}1 5 * * * true\n", "1,".repeat(500_000));
    check_views(&VIEWS[..3], &list, 0);
    check_views(
        &VIEWS[..3],
        &format!("{} 5 * * * true\n", "9".repeat(1_000_000)),
        2,
    );
}

#[test]
fn a_file_of_bad_lines_is_not_kept_for_each_of_them() {
    check_views(
        &VIEWS[..3],
        &"61 * * * * /usr/local/bin/backup\n".repeat(19_000),
        2,
    );
    check_views(&VIEWS[..3], &"what is this\n".repeat(19_000), 2);
}

#[test]
fn many_files_take_what_a_few_take() {
    let folder = tempfile::tempdir().unwrap();
    for name in 0..20 {
        let text = format!("0 5 * * * true\n#{}\n", "-".repeat(1_000_000));
        std::fs::write(folder.path().join(format!("jobs{name}")), text).unwrap();
    }
    assert_eq!(limited(folder.path(), &[], KIB).status.code(), Some(0));
}
