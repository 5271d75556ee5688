//! How the job ends, and the code that cronwrap exits with.

use crate::{cronwrap, line, run};
use std::fs;
use std::os::unix::fs::PermissionsExt;

/// Checks the exit code of a command line, and that standard error has these words.
fn check(arguments: &[&str], code: i32, words: &str) {
    let ran = run(&mut cronwrap(arguments));
    assert_eq!(ran.code, Some(code), "{arguments:?}: {}", ran.err);
    assert!(
        ran.err.contains(words),
        "{arguments:?}: {:?} has no {words:?}",
        ran.err
    );
    if words.is_empty() {
        assert_eq!(ran.err, "", "{arguments:?}");
    }
}

#[test]
fn the_exit_code_is_the_job_s() {
    for code in [0, 1, 3, 42, 75, 124, 125, 126, 127, 255] {
        check(&["--", "sh", "-c", &format!("exit {code}")], code, "");
    }
}

#[test]
fn a_signal_that_ends_the_job_is_128_and_its_number() {
    for (signal, code) in [
        ("KILL", 137),
        ("TERM", 143),
        ("SEGV", 139),
        ("PIPE", 141),
        ("RTMIN", 162),
    ] {
        check(
            &[
                "--",
                "bash",
                "-c",
                &format!("ulimit -c 0; kill -{signal} $$; sleep 5"),
            ],
            code,
            "",
        );
    }
}

#[test]
fn a_program_that_is_not_there_is_127_and_one_that_cannot_run_126() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let script = |name: &str, text: &[u8], mode| {
        fs::write(path(name), text).unwrap();
        fs::set_permissions(path(name), fs::Permissions::from_mode(mode)).unwrap();
        path(name)
    };
    check(
        &["--", "no-such-program"],
        127,
        "no-such-program: not found in PATH=",
    );
    check(&["--", &path("missing")], 127, "missing: no such file");
    check(&["--", &path("no/where/job")], 126, "there is no directory");
    check(
        &["--", &script("plain", b"#!/bin/sh\n", 0o644)],
        126,
        "is it executable?",
    );
    check(&["--", directory.path().to_str().unwrap()], 126, "is a directory");
    check(
        &["--", &script("lost", b"#!/no/such/interpreter -x\n", 0o755)],
        126,
        "/no/such/interpreter is missing",
    );
    check(
        &["--", &script("dos", b"#!/bin/sh\r\necho\r\n", 0o755)],
        126,
        "/bin/sh\\r is missing (the file has DOS",
    );
    check(&["--", &script("file", b"", 0o755), "x"], 0, "");
    check(
        &["--", &format!("{}/x", script("not-a-directory", b"", 0o755))],
        126,
        "Not a directory",
    );
}

#[test]
fn an_argument_list_that_is_too_long_is_126() {
    let long = "x".repeat(200_000);
    // The kernel's bound on one argument is 128 KiB: what we cannot be given comes from a variable of the job's.
    let ran = run(cronwrap(&[
        "-c",
        "exec /bin/true \"$(head -c 200000 /dev/zero | tr '\\0' x)\"",
    ])
    .env("SHORT", &long[..10]));
    assert_eq!(ran.code, Some(126), "{}", ran.err);
}

#[test]
fn a_wrong_command_line_is_125() {
    check(&[], 125, "nothing to run");
    check(&["--no-such-option", "--", "true"], 125, "--no-such-option");
    check(&["true", "--", "true"], 125, "before --");
    check(&["-c", "true", "--", "true"], 125, "cannot be used with");
    check(&["--", ""], 125, "empty");
    check(&["--ping-deadline", "soon", "--", "true"], 125, "1h30m");
    check(&["--flush", "--", "true"], 125, "'--flush' cannot be used with");
}

#[test]
fn a_wrong_command_line_is_told_once_with_its_cure() {
    let check = |arguments: &[&str], cause: &str, cure: &str| {
        let ran = run(&mut cronwrap(arguments));
        assert_eq!((ran.code, &*ran.out), (Some(125), ""), "{arguments:?}");
        assert!(ran.err.starts_with(&format!("error: {cause}")), "{}", ran.err);
        assert!(ran.err.contains(cure), "{}", ran.err);
        assert!(
            !ran.err.contains("cronwrap: ") && !ran.err.contains("'-- "),
            "{}",
            ran.err
        );
    };
    let after = "a command stands after '--': 'cronwrap [OPTIONS] -- COMMAND [ARG...]'";
    check(&["ls", "-l"], "unexpected argument '-l' found", after);
    check(
        &["-job", "x", "--", "true"],
        "unexpected argument '-j' found",
        "two dashes: '--job'",
    );
    check(
        &["--timeuot", "5s", "--", "true"],
        "unexpected argument '--timeuot'",
        "'--timeout'",
    );
    check(
        &["--retry", "-1", "--", "true"],
        "invalid value '-1' for '--retry",
        "a whole number is wanted",
    );
    check(
        &["--retry", "x", "--", "true"],
        "invalid value 'x' for '--retry",
        "such as 3",
    );
    check(&["--timeout", "5x", "--", "true"], "invalid value '5x'", "1h30m");
    check(&["--timeout=-3", "--", "true"], "invalid value '-3'", "1h30m");
    check(
        &["--timeout", "--", "true"],
        "a value is required for '--timeout",
        "--help",
    );
    check(
        &["--success-codes", "0,300", "--", "true"],
        "invalid value '0,300'",
        "such as 0,2,10-19",
    );
    check(
        &["--umask", "999", "--", "true"],
        "invalid value '999'",
        "such as 027",
    );
    check(
        &["--memory", "1X", "--", "true"],
        "invalid value '1X'",
        "such as 512M",
    );
    check(
        &["--fail-on-match", "(", "--", "true"],
        "invalid value '('",
        "unclosed group",
    );
    check(
        &["--lock-on-error", "maybe", "--", "true"],
        "invalid value 'maybe'",
        "run, skip",
    );
    check(
        &["--pty", "--fail-on-stderr", "--", "true"],
        "the argument '--pty' cannot",
        "'--fail-on-stderr'",
    );
    check(&["-c"], "a value is required for '-c", "--help");
}

#[test]
fn a_script_without_an_interpreter_line_is_run_by_sh_as_cron_would() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("job");
    fs::write(&path, "echo from $0; exit 4\n").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = run(&mut cronwrap(&["--", path.to_str().unwrap()]));
    assert_eq!(
        (ran.code, ran.out),
        (Some(4), format!("from {}\n", path.display()))
    );
}

#[test]
fn a_shell_line_goes_to_sh_or_to_the_chosen_shell() {
    assert_eq!(line("echo $0").out, "/bin/sh\n");
    assert_eq!(
        run(cronwrap(&["-c", "echo $0"]).env("CRONWRAP_SHELL", "/bin/bash")).out,
        "/bin/bash\n"
    );
    let ran = run(cronwrap(&["-c", "true"]).env("CRONWRAP_SHELL", "/no/shell"));
    assert_eq!(ran.code, Some(126), "{}", ran.err);
}

#[test]
fn help_version_and_completions_are_no_runs() {
    let ran = run(&mut cronwrap(&["--help"]));
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.out.contains("Exit codes:") && ran.out.contains("byte for byte"),
        "{}",
        ran.out
    );
    assert_eq!(run(&mut cronwrap(&["--version"])).code, Some(0));
    assert!(
        run(&mut cronwrap(&["--completions", "bash"]))
            .out
            .contains("_cronwrap")
    );
}

#[test]
fn the_job_runs_in_an_empty_environment() {
    let ran = run(cronwrap(&["--", "/usr/bin/env"]).env_clear());
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "", ""));
}

#[test]
fn json_tells_a_job_s_own_codes_from_ours() {
    let check = |arguments: &[&str], expected: &str| {
        let ran = run(&mut cronwrap(&[&["--json", "--job", "j"], arguments].concat()));
        let json: serde_json::Value = serde_json::from_str(ran.err.lines().last().unwrap()).unwrap();
        let text = format!(
            "{} {} {} {} {}",
            json["outcome"], json["exit_code"], json["code"], json["signal"], json["success"]
        );
        assert_eq!(text, expected, "{arguments:?}: {json}");
        assert_eq!(json["exit_code"].as_i64(), ran.code.map(i64::from));
        assert_eq!(
            (json["version"].as_i64(), json["job"].as_str()),
            (Some(1), Some("j"))
        );
    };
    check(&["--", "true"], r#""exited" 0 0 null true"#);
    check(&["-c", "exit 124"], r#""exited" 124 124 null false"#);
    check(
        &["--timeout", "0.1", "-c", "sleep 9"],
        r#""timed-out" 124 null null false"#,
    );
    check(&["-c", "exit 127"], r#""exited" 127 127 null false"#);
    check(&["--", "no-such-program"], r#""not-started" 127 null null false"#);
    check(&["-c", "kill -9 $$"], r#""signaled" 137 null 9 false"#);
    check(
        &["--success-codes", "75", "-c", "exit 75"],
        r#""exited" 0 75 null true"#,
    );
}

#[test]
fn a_parent_that_ignores_sigchld_does_not_hide_the_job_s_end() {
    let script = "$SIG{CHLD} = 'IGNORE'; exec @ARGV";
    let ran = run(std::process::Command::new("perl").args([
        "-e",
        script,
        env!("CARGO_BIN_EXE_cronwrap"),
        "-c",
        "exit 3",
    ]));
    assert_eq!(ran.code, Some(3));
}
