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

#[test]
fn what_is_named_twice_is_looked_at_once() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("crontab"), BAD).unwrap();
    let output = cronlint(&["--quiet", "crontab", ".", "./crontab"], directory.path(), b"");
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
}

#[cfg(target_os = "linux")]
#[test]
fn a_line_of_100_megabytes_is_read() {
    let directory = tempfile::tempdir().unwrap();
    // A build without optimisation would take a minute.
    let length = if cfg!(debug_assertions) {
        20_000_000
    } else {
        100_000_000
    };
    let mut text = vec![b'x'; length];
    text[..14].copy_from_slice(b"0 5 * * * echo");
    text[14] = b' ';
    text.push(b'\n');
    text.extend_from_slice(BAD.as_bytes());
    fs::write(directory.path().join("crontab"), text).unwrap();
    let began = std::time::Instant::now();
    let output = cronlint(&["crontab"], directory.path(), b"");
    let shown = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1));
    assert!(shown.contains("crontab:1:") && shown.contains("error[F031]") && shown.contains("crontab:2:3"));
    // What is shown of such a line is an excerpt.
    assert!(shown.len() < 10_000, "{} bytes of output", shown.len());
    assert!(began.elapsed().as_secs() < 300, "{:?}", began.elapsed());
}

#[test]
fn a_device_or_a_pipe_is_no_crontab_of_a_directory() {
    check(&[("crontab", GOOD)], &["/dev/null"], 0, "");
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read_is_exit_2_and_the_rest_is_linted() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("crontab"), BAD).unwrap();
    // A link to itself cannot be opened by anybody, root included.
    std::os::unix::fs::symlink("loop.cron", directory.path().join("loop.cron")).unwrap();
    fs::create_dir(directory.path().join("dir.cron")).unwrap();
    let output = cronlint(
        &["--quiet", "loop.cron", "dir.cron", "crontab"],
        directory.path(),
        b"",
    );
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("cannot read loop.cron: "), "{told}");
    assert!(told.contains("no crontab in dir.cron"), "{told}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("crontab:1:3"));
}

#[test]
fn any_bytes_are_linted_under_every_option() {
    let bytes: Vec<u8> = (0..=255).cycle().take(4096).collect();
    for options in [
        &["--kind", "user"][..],
        &["--kind", "system", "--daemon", "cronie"],
        &["--live"],
        &["--diff", "--unsafe-fixes"],
        &["--format", "sarif"],
    ] {
        let directory = tempfile::tempdir().unwrap();
        let output = cronlint(&[options, &["-"]].concat(), directory.path(), &bytes);
        assert!(
            output.status.code().is_some_and(|code| code < 2),
            "{options:?}: {output:?}"
        );
    }
}
