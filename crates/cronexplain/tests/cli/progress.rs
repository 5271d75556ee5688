//! What a person sees on a terminal, which `script` makes, while something takes long.

use std::io::Read;
use std::process::{Command, Stdio};

/// Waits for the first words of progress, and then for nothing more.
#[track_caller]
fn check(question: &str) {
    let line = format!("{} {question}", env!("CARGO_BIN_EXE_cronexplain"));
    let mut script = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env("SHELL", "/bin/sh")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .expect("script, of the package bsdutils");
    let mut screen = script.stdout.take().expect("a screen");
    let (mut shown, mut piece) = (String::new(), [0; 256]);
    while !shown.contains("comparing: ") {
        let length = screen.read(&mut piece).unwrap_or(0);
        assert!(length > 0, "{question}: the end, and no progress:\n{shown}");
        shown.push_str(&String::from_utf8_lossy(&piece[..length]));
    }
    script.kill().expect("script is killed");
    script.wait().expect("script ends");
}

#[test]
fn a_long_comparison_says_how_far_it_is() {
    check("convert '* * * * * ?' --dialect quartz --to systemd --tz Europe/Berlin");
}

#[test]
fn a_long_count_says_how_far_it_is() {
    check("convert '*:*:*' --dialect systemd --to systemd --tz Europe/Berlin");
}
