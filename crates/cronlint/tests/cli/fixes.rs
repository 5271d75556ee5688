//! `--fix` and `--diff`.

use std::fs;

use crate::{GOOD, check, cronlint, run};

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
fn bytes_that_are_no_characters_do_not_shift_a_fix() {
    let text = b"NOTE=\xff\xff\xff backup # of the disk\n@daily /usr/bin/true\n";
    let (_, output) = run(&[], &["--fix", "--unsafe-fixes", "-"], text);
    assert_eq!(output.stdout, b"NOTE=\xff\xff\xff backup\n@daily /usr/bin/true\n");
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
