//! The command line.

#![expect(clippy::unwrap_used, reason = "a test that cannot run fails")]

mod fixes;
mod formats;
mod inputs;
#[cfg(unix)]
mod live;
mod mistakes;
mod repository;
mod selection;
#[cfg(unix)]
mod shellcheck;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const GOOD: &str = "0 5 * * * /usr/bin/true\n";
const BAD: &str = "0 25 * * * /usr/bin/true\n";
const ODD: &str = "*/7 * * * * /usr/bin/true\n";

fn cronlint(args: &[&str], directory: &Path, stdin: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_cronlint"))
        .args(args)
        .current_dir(directory)
        .env("SOURCE_DATE_EPOCH", "1767225600")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that does not read its standard input closes it.
    let _ = child.stdin.take().unwrap().write_all(stdin);
    child.wait_with_output().unwrap()
}

/// Lints files of these names and contents with these arguments; expects an exit code and a part of the output.
#[track_caller]
fn check(files: &[(&str, &str)], args: &[&str], code: i32, expected: &str) {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    let output = cronlint(args, directory.path(), b"");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{text}");
    assert!(text.contains(expected), "{expected:?} is not in:\n{text}");
}

/// That a run with `--quiet` found nothing, or one line with this code and these words.
#[track_caller]
fn finds(output: &Output, expected: Option<(&str, &str)>) {
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    match expected {
        None => assert_eq!(shown, ""),
        Some((code, words)) => {
            assert_eq!(shown.lines().count(), 1, "{shown}");
            assert!(
                shown.contains(&format!("[{code}]")) && shown.contains(words),
                "{shown}"
            );
        }
    }
}

/// Runs cronlint over a directory of these files; hands back the directory too.
fn run(files: &[(&str, &str)], args: &[&str], stdin: &[u8]) -> (tempfile::TempDir, Output) {
    let directory = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(directory.path().join(name), content).unwrap();
    }
    let output = cronlint(args, directory.path(), stdin);
    (directory, output)
}

#[test]
fn a_good_crontab_is_exit_0_and_silent() {
    check(&[("crontab", GOOD)], &["crontab"], 0, "");
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["-"], directory.path(), GOOD.as_bytes());
    assert!(output.stdout.is_empty() && output.stderr.is_empty());
}

#[test]
fn a_finding_is_exit_1_with_a_caret() {
    check(&[("crontab", BAD)], &["crontab"], 1, " --> crontab:1:3");
    check(&[("crontab", BAD)], &["crontab"], 1, "  ^^");
}

#[test]
fn a_rule_is_explained_by_code_or_name() {
    check(&[], &["--explain", "C001"], 0, "# C001 unescaped-percent");
    check(
        &[],
        &["--explain", "unescaped-percent"],
        0,
        "# C001 unescaped-percent",
    );
    check(&[], &["--explain", "C999"], 2, "no rule `C999`");
}

#[test]
fn the_rules_are_listed() {
    check(&[], &["--list-rules"], 0, "F001 error   missing-final-newline");
    check(&[], &["--list-rules", "--json"], 0, "\"code\": \"F001\"");
}

#[test]
fn version_and_completions_are_printed() {
    check(
        &[],
        &["--version"],
        0,
        concat!("cronlint ", env!("CARGO_PKG_VERSION")),
    );
    check(&[], &["--completions", "bash"], 0, "complete");
}
