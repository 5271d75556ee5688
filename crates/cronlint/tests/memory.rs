//! What a long line costs in memory: its bytes and little more. The shell's `ulimit -d` takes away what is above, and
//! an allocation that fails ends the program.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::path::Path;
use std::process::{Command, Output, Stdio};

/// How long the lines are, and what may be allocated: no copy of one fits beside it.
const LINE: usize = 8 << 20;
const LIMIT: usize = LINE + (6 << 20);

fn limited(path: &Path, options: &[&str], limit: usize) -> Output {
    Command::new("sh")
        .args(["-c", "ulimit -d \"$1\"; shift; exec \"$@\"", "sh"])
        .arg((limit >> 10).to_string())
        .args([env!("CARGO_BIN_EXE_cronlint"), "--kind", "user"])
        .args(options)
        .arg(path)
        .stdout(Stdio::null())
        .output()
        .unwrap()
}

/// Lints a text of `before`, `unit` again and again, and `after`, in each format, as each of these daemons reads it.
#[track_caller]
fn check(before: &str, unit: &[u8], after: &str, code: i32) {
    check_within(LIMIT, before, unit, after, code);
}

#[track_caller]
fn check_within(limit: usize, before: &str, unit: &[u8], after: &str, code: i32) {
    let mut text = before.as_bytes().to_vec();
    text.extend(unit.iter().copied().cycle().take(LINE / unit.len() * unit.len()));
    text.extend_from_slice(after.as_bytes());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tab");
    std::fs::write(&path, text).unwrap();
    for format in ["human", "sarif"] {
        let output = limited(&path, &["--format", format], limit);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{before} {format}: {said:.2000}"
        );
    }
}

#[test]
fn the_limit_ends_a_program_that_takes_more() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tab");
    std::fs::write(&path, vec![b'#'; LINE]).unwrap();
    assert_ne!(limited(&path, &[], LINE).status.code(), Some(0));
    assert_eq!(limited(&path, &[], LIMIT).status.code(), Some(0));
}

#[test]
fn a_long_line_is_there_once() {
    check("# ", b"a ", "\n", 0);
    check("FOO=", b"a ", "\n@daily /usr/bin/true\n", 1);
    check("@daily /bin/echo ", b"a", "\n", 1);
    check("@daily /bin/echo ", b"a\xff", "\n", 1);
    check("@daily /bin/echo ", b"\\%", "\n", 1);
}

#[test]
fn a_long_schedule_costs_a_few_copies() {
    // It keeps its text, and so does what is said of it.
    let check = |unit, after, code| check_within(LIMIT + 3 * LINE, "", unit, after, code);
    check(b"a", "", 1);
    check(b"1,", " * * * * /usr/bin/true\n", 1);
    check(b"1,", "1 * * * * /usr/bin/true\n", 0);
}
