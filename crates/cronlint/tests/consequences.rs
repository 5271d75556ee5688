//! What comes of a line differs from daemon to daemon, and each finding says it for the one that reads the file.

use cronlint::lint::{Settings, lint};
use crontab::{Kind, daemon};

fn check(text: &str, daemon: &str, expected: &[&str]) {
    let settings = Settings {
        kind: Some(Kind::System),
        daemon: daemon::find(daemon).expect("a daemon"),
        ..Settings::default()
    };
    let found = lint(text.as_bytes(), &settings);
    let told: Vec<String> = found
        .iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.code, diagnostic.notes.join("; ")))
        .collect();
    assert_eq!(told, expected, "{daemon}: {text}");
}

#[test]
fn an_unknown_user_costs_debian_the_file_and_others_the_line() {
    let missing = "5 0 * * 0 /usr/bin/true --all\n";
    check(
        missing,
        "debian",
        &["F011: Debian's cron says \"bad username\" and ignores the whole file"],
    );
    check(
        missing,
        "cronie",
        &["F011: cronie says \"bad username\" and ignores the line"],
    );
    let mistyped = "5 0 * * 0 rooot /usr/bin/true\n";
    check(
        mistyped,
        "debian",
        &["F013: where it does not exist, Debian's cron says \"bad username\" and ignores the whole file"],
    );
    check(
        mistyped,
        "cronie",
        &["F013: where it does not exist, cronie says \"bad username\" and ignores the line"],
    );
}

#[test]
fn a_command_without_its_user_is_told_once() {
    check(
        "5 0 * * 0 /usr/bin/true\n",
        "debian",
        &["F011: Debian's cron says \"bad username\" and ignores the whole file"],
    );
}

#[test]
fn a_pasted_character_in_a_schedule_is_told_once_with_what_comes_of_it() {
    check(
        "0 3 * * 1–5 root /usr/bin/true\n",
        "debian",
        &["F004: `–5` in the day of week is skipped: this means `1`"],
    );
    check(
        "0 3 * * 1–5 root /usr/bin/true\n",
        "cronie",
        &["F004: cronie says \"bad day-of-week\" and ignores the line"],
    );
}
