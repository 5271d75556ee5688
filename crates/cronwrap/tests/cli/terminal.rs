//! cronwrap on a terminal, which `script` makes.

use crate::{default_signals, until};
use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;

/// Runs a command line on a terminal of its own and types keys, each as soon as the terminal shows a text. What it
/// exited with and what the terminal showed.
fn typed(line: &str, keys: &[(&str, &str)]) -> (Option<i32>, String) {
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
    let (mut screen, shown) = (script.stdout.take().unwrap(), Arc::new(Mutex::new(Vec::new())));
    let writing = Arc::clone(&shown);
    let reader = thread::spawn(move || {
        let mut piece = [0; 4096];
        // A terminal that is gone is an error to its reader.
        while let Ok(length @ 1..) = screen.read(&mut piece) {
            writing.lock().unwrap().extend_from_slice(&piece[..length]);
        }
    });
    let text = || String::from_utf8_lossy(&shown.lock().unwrap()).into_owned();
    for (seen, key) in keys {
        until(seen, || text().contains(seen));
        keyboard.write_all(key.as_bytes()).unwrap();
    }
    let code = script.wait().unwrap().code();
    reader.join().unwrap();
    drop(keyboard);
    (code, text())
}

#[test]
fn the_job_reads_what_is_typed() {
    let (code, shown) = typed(
        "cronwrap -c 'echo ask; read x; echo got $x; exit 3'",
        &[("ask", "hello\n")],
    );
    assert_eq!(code, Some(3), "{shown}");
    assert!(shown.contains("got hello"), "{shown}");
}

#[test]
fn control_c_ends_the_job() {
    for line in [
        "cronwrap -c 'echo begun; exec sleep 300'",
        "cronwrap --foreground -c 'echo begun; sleep 300; echo not reached'",
    ] {
        let (code, shown) = typed(line, &[("begun", "\x03")]);
        assert_eq!(code, Some(130), "{line}: {shown}");
    }
}

#[test]
fn control_z_stops_both_and_both_go_on() {
    let line =
        "bash -c 'set -m; cronwrap -c \"echo begun; read x; echo r \\$x\"; echo stopped; fg; echo over'";
    let (_, shown) = typed(line, &[("begun", "\x1a"), ("stopped", "line\n")]);
    assert!(shown.contains("begun") && shown.contains("stopped"), "{shown}");
    assert!(shown.contains("r line") && shown.contains("over"), "{shown}");
}

#[test]
fn a_part_of_a_pipeline_leaves_the_terminal_to_all_of_it() {
    let (_, shown) = typed(
        "cronwrap -c 'echo ask >/dev/tty; read x; echo first $x' | (read y; echo \"$y\"; read z </dev/tty; echo second $z)",
        &[("ask", "one\n"), ("first one", "two\n")],
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
