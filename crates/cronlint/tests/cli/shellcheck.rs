//! `--shellcheck`.

use std::path::Path;
use std::process::{Command, Output};

use crate::repository::repository;

/// Runs cronlint with ShellCheck on its PATH, the machine's or Debian's; none where it cannot be had.
fn lint(directory: &Path, args: &[&str]) -> Option<Output> {
    let program = match needs::debian::program("shellcheck", "shellcheck") {
        Ok(program) => program,
        Err(reason) => {
            needs::skip(&reason);
            return None;
        }
    };
    let path = format!(
        "{}:{}",
        program.parent().unwrap().display(),
        std::env::var("PATH").unwrap()
    );
    let output = Command::new(env!("CARGO_BIN_EXE_cronlint"))
        .args(args)
        .current_dir(directory)
        .env("PATH", path)
        // Not asked for: the same answer on every machine.
        .env("SHELLCHECK_OPTS", "--exclude=SC2086")
        .output();
    Some(output.unwrap())
}

/// The lines that ShellCheck's rule finds in a user crontab, without the file's name.
#[track_caller]
fn check(crontab: &str, expected: &[&str]) {
    let directory = repository(&[("crontab", crontab)]);
    let args = ["--quiet", "--kind", "user", "--shellcheck", "crontab"];
    let Some(output) = lint(directory.path(), &args) else {
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    let found: Vec<&str> = shown.lines().filter(|line| line.contains("[C100]")).collect();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(found.len(), expected.len(), "{shown}");
    for (line, start) in found.iter().zip(expected) {
        let line = line.strip_prefix("crontab:").unwrap_or(line);
        assert!(line.starts_with(start), "{line}");
    }
}

#[test]
fn its_places_are_those_of_the_crontab() {
    check("0 5 * * * rm /srv/$dir/x\n", &["1:19: info[C100]: SC2086"]);
    check("# x\n\n@daily\trm /srv/$dir/x\n", &["3:16: info[C100]: SC2086"]);
    check("0 5 * * * rm \"/srv/$dir/x\"\n", &[]);
}

#[test]
fn escaped_percent_signs_and_letters_of_several_bytes_move_nothing() {
    check("0 5 * * * date +\\%F\\%T; rm $x\n", &["1:28: info[C100]: SC2086"]);
    check("0 5 * * * echo ä€; rm $x\n", &["1:23: info[C100]: SC2086"]);
}

#[test]
fn the_shell_is_that_of_the_crontab() {
    let job = "0 5 * * * x=(a b); echo \"${x[1]}\"\n";
    check(&format!("SHELL=/bin/bash\n{job}"), &[]);
    check(&format!("SHELL=/usr/bin/fish\n{job}"), &[]);
    check("0 5 * * * test a -ef b\n", &[]);
    check("SHELL=/bin/bash\n0 5 * * * cd \"${x[0]}\" || exit\n", &[]);
    check("0 5 * * * echo $RANDOM\n", &["1:16: error[C100]: SC3028"]);
}

#[test]
fn what_only_the_crontab_knows_is_left_out() {
    check("dir=/srv\n0 5 * * * rm \"$dir/x\"; . /etc/profile\n", &[]);
}

#[test]
fn a_comment_silences_it() {
    let directory = repository(&[(
        "crontab",
        "# cronlint: disable=shellcheck it is meant\n0 5 * * * rm $x\n",
    )]);
    let args = [
        "--quiet",
        "--kind",
        "user",
        "--fail-on",
        "hint",
        "--shellcheck",
        "crontab",
    ];
    let Some(output) = lint(directory.path(), &args) else {
        return;
    };
    assert!(
        !String::from_utf8_lossy(&output.stdout).contains("C100"),
        "{output:?}"
    );
}

#[test]
fn scripts_of_the_repository_are_checked_once() {
    let directory = repository(&[
        (".cronlint.toml", "[paths]\n'/srv/app' = '.'\n"),
        ("+bin/backup", "#!/bin/sh\n\nrm $1\n"),
        ("bare", "rm $1\n"),
        ("+report", "#!/usr/bin/perl\nrm $1\n"),
        (
            "crontab",
            "0 5 * * * /srv/app/bin/backup\n0 6 * * * /srv/app/bin/backup\n0 7 * * * sh /srv/app/bare\n0 8 * * * /srv/app/report\n",
        ),
    ]);
    let Some(output) = lint(directory.path(), &["--kind", "user", "--shellcheck", "crontab"]) else {
        return;
    };
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(shown.matches("[C100]").count(), 2, "{shown}");
    assert!(
        shown.contains("ShellCheck has a finding in `bin/backup` of this repository"),
        "{shown}"
    );
    assert!(
        shown.contains("bin/backup:3:4: SC2086") && shown.contains("bare:1:4: SC2086"),
        "{shown}"
    );
}

#[test]
fn without_shellcheck_the_rest_is_linted_and_exit_is_2() {
    let directory = repository(&[("crontab", "0 25 * * * /usr/bin/true\n")]);
    let output = Command::new(env!("CARGO_BIN_EXE_cronlint"))
        .args(["--quiet", "--shellcheck", "crontab"])
        .current_dir(directory.path())
        .env("PATH", directory.path())
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        told.contains("ShellCheck is not installed") && told.contains("apt-get install shellcheck"),
        "{told}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("crontab:1:3: error[S001]"));
}
