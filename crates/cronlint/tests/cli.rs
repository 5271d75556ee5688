//! The command line: paths, formats, exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot run fails")]

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
fn an_unreadable_file_is_exit_2_and_the_rest_is_linted() {
    check(
        &[("crontab", BAD)],
        &["missing", "crontab"],
        2,
        "cannot read missing",
    );
    check(&[("crontab", BAD)], &["missing", "crontab"], 2, "error[S001]");
    check(&[], &["--no-such-option"], 2, "--no-such-option");
}

#[test]
fn standard_input_is_a_dash() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--kind", "user", "-"], directory.path(), BAD.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("<stdin>:1:3"));
}

#[test]
fn a_directory_is_searched_for_crontabs() {
    let files = [
        ("deploy/crontab", BAD),
        ("etc/cron.d/x", GOOD),
        ("src/main.rs", ""),
    ];
    check(&files, &["--quiet", "."], 1, "deploy/crontab:1:3: error[S001]");
    check(&files, &["--quiet"], 1, "deploy/crontab:1:3: error[S001]");
    check(&files, &["--quiet"], 1, "etc/cron.d/x:1:11: error[F011]");
    check(&[("src/main.rs", "")], &["src"], 2, "no crontab in src");
}

#[cfg(unix)]
#[test]
fn a_loop_of_links_ends() {
    let directory = tempfile::tempdir().unwrap();
    let inner = directory.path().join("a");
    fs::create_dir(&inner).unwrap();
    fs::write(inner.join("crontab"), BAD).unwrap();
    std::os::unix::fs::symlink(directory.path(), inner.join("loop")).unwrap();
    let output = cronlint(&["--quiet", "."], directory.path(), b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
}

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
fn bytes_that_are_no_text_are_read_all_the_same() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(
        &["-"],
        directory.path(),
        b"\xff\xfe\0\n0 5 * * * /bin/x \xff\n\0\0\0",
    );
    assert!(output.status.code().is_some_and(|code| code < 2), "{output:?}");
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
fn version_and_completions_are_printed() {
    check(
        &[],
        &["--version"],
        0,
        concat!("cronlint ", env!("CARGO_PKG_VERSION")),
    );
    check(&[], &["--completions", "bash"], 0, "complete");
}

#[test]
fn the_same_input_gives_the_same_output() {
    let directory = tempfile::tempdir().unwrap();
    let text = b"0 0 1 * 1 x\n* 3 * * * y && z\nA=$B\n";
    let first = cronlint(&["-"], directory.path(), text);
    assert_eq!(first.stdout, cronlint(&["-"], directory.path(), text).stdout);
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
fn fix_writes_the_file_and_reports_what_is_left() {
    let (directory, output) = run(
        &[("crontab", "@daily date +%F\r\n0 25 * * * x\r\n")],
        &["--fix", "crontab"],
        b"",
    );
    assert_eq!(
        fs::read(directory.path().join("crontab")).unwrap(),
        b"@daily date +\\%F\n0 25 * * * x\n"
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("S001"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("crontab: 2 findings fixed"));
}

#[test]
fn fix_of_standard_input_goes_to_standard_output() {
    let (_, output) = run(&[], &["--fix", "-"], b"@daily date +%F\n");
    assert_eq!(output.stdout, b"@daily date +\\%F\n");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn unsafe_fixes_wait_for_their_option() {
    let text = "* 3 * * * /usr/bin/true\n";
    let (directory, _) = run(&[("crontab", text)], &["--fix", "crontab"], b"");
    assert_eq!(
        fs::read_to_string(directory.path().join("crontab")).unwrap(),
        text
    );
    let (directory, _) = run(&[("crontab", text)], &["--fix", "--unsafe-fixes", "crontab"], b"");
    assert_eq!(
        fs::read_to_string(directory.path().join("crontab")).unwrap(),
        "0 3 * * * /usr/bin/true\n"
    );
}

#[test]
fn diff_shows_and_leaves_the_file_alone() {
    let text = "@daily date +%F\n";
    let (directory, output) = run(&[("crontab", text)], &["--diff", "crontab"], b"");
    assert_eq!(
        fs::read_to_string(directory.path().join("crontab")).unwrap(),
        text
    );
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.starts_with("--- a/crontab\n+++ b/crontab\n"), "{shown}");
    assert!(shown.contains("\n+@daily date +\\%F\n"), "{shown}");
    assert_eq!(output.status.code(), Some(1));
    check(&[("crontab", GOOD)], &["--diff", "crontab"], 0, "");
}

#[cfg(unix)]
#[test]
fn fix_keeps_the_mode_of_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("crontab");
    fs::write(&path, "@daily date +%F\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    cronlint(&["--fix", "crontab"], directory.path(), b"");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
}

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
    assert_eq!(
        lint(&["--diff-base", "no-such-revision", "crontab"])
            .status
            .code(),
        Some(2)
    );
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
