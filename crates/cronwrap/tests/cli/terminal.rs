//! cronwrap on a terminal, which `script` makes.

use crate::default_signals;
use std::io::Write;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// Runs a command line on a terminal of its own and types these keys, one after another. What it exited with and
/// what the terminal showed.
fn typed(line: &str, keys: &[&str]) -> (Option<i32>, String) {
    let line = line.replace("cronwrap", env!("CARGO_BIN_EXE_cronwrap"));
    let mut script = Command::new("script");
    script
        .args(["-qec", &line, "/dev/null"])
        .env("SHELL", "/bin/bash")
        .env("TERM", "xterm");
    let mut script = default_signals(&script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script, of the package bsdutils");
    let mut keyboard = script.stdin.take().unwrap();
    for key in keys {
        thread::sleep(Duration::from_millis(400));
        keyboard.write_all(key.as_bytes()).unwrap();
    }
    thread::sleep(Duration::from_millis(200));
    let output = script.wait_with_output().unwrap();
    drop(keyboard);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn the_job_reads_what_is_typed() {
    let (code, shown) = typed("cronwrap -c 'read x; echo got $x; exit 3'", &["hello\n"]);
    assert_eq!(code, Some(3), "{shown}");
    assert!(shown.contains("got hello"), "{shown}");
}

#[test]
fn control_c_ends_the_job() {
    for line in [
        "cronwrap -- sleep 30",
        "cronwrap --foreground -c 'sleep 30; echo not reached'",
    ] {
        let (code, shown) = typed(line, &["\x03"]);
        assert_eq!(code, Some(130), "{line}: {shown}");
    }
}

#[test]
fn control_z_stops_both_and_both_go_on() {
    let line =
        "bash -c 'set -m; cronwrap -c \"echo begun; read x; echo r \\$x\"; echo stopped; fg; echo over'";
    let (_, shown) = typed(line, &["\x1a", "line\n"]);
    assert!(shown.contains("begun") && shown.contains("stopped"), "{shown}");
    assert!(shown.contains("r line") && shown.contains("over"), "{shown}");
}

#[test]
fn a_part_of_a_pipeline_leaves_the_terminal_to_all_of_it() {
    let (_, shown) = typed(
        "cronwrap -c 'read x; echo first $x' | (read y; echo \"$y\"; read z </dev/tty; echo second $z)",
        &["one\n", "two\n"],
    );
    assert!(
        shown.contains("first one") && shown.contains("second two"),
        "{shown}"
    );
}

#[test]
fn our_own_words_are_in_colour_on_a_terminal_alone_or_as_chosen() {
    let coloured = "\x1b[1;33mcronwrap:\x1b[0m no-such-program: not found";
    let typed = |line: &str| typed(line, &[]).1;
    assert!(typed("cronwrap -- no-such-program").contains(coloured));
    for plain in [
        "NO_COLOR=1 cronwrap -- no-such-program",
        "TERM=dumb cronwrap -- no-such-program",
        "cronwrap --color never -- no-such-program",
    ] {
        let shown = typed(plain);
        assert!(
            shown.contains("no-such-program: not found") && !shown.contains('\x1b'),
            "{plain}: {shown}"
        );
    }
    let piped = |options: &[&str]| crate::run(&mut crate::cronwrap(options));
    assert!(piped(&["--", "no-such-program"]).err.starts_with("cronwrap: "));
    assert!(
        piped(&["--color", "always", "--", "no-such-program"])
            .err
            .starts_with(coloured)
    );
    assert!(piped(&["--color", "always", "--help"]).out.contains('\x1b'));
    assert!(!piped(&["--help"]).out.contains('\x1b'));
}
