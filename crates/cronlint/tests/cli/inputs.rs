//! What is read: files, directories, the standard input, and what cannot be read.

use std::fs;

use crate::{BAD, GOOD, check, cronlint};

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

#[test]
fn standard_input_is_a_dash() {
    let directory = tempfile::tempdir().unwrap();
    let output = cronlint(&["--kind", "user", "-"], directory.path(), BAD.as_bytes());
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("<stdin>:1:3"));
}
