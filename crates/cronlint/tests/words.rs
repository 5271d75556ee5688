//! What is said of a finding: true for the daemon that reads the file, once, and at its place.

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

/// The notes and the help of all that is found in a user's crontab.
fn words(text: &str) -> String {
    let settings = Settings {
        kind: Some(Kind::User),
        ..Settings::default()
    };
    let found = lint(text.as_bytes(), &settings);
    let words = found
        .into_iter()
        .flat_map(|diagnostic| diagnostic.notes.into_iter().chain(diagnostic.help));
    words.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_interpreter_that_is_meant_is_shown_by_its_own_name() {
    assert!(words("@daily npm run sync\n").contains("such as /opt/node/bin/npm"));
    assert!(words("@daily python3 /srv/app/x.py\n").contains("such as /srv/app/.venv/bin/python3"));
}

#[test]
fn the_lines_with_a_carriage_return_are_counted_without_the_one_that_is_shown() {
    assert!(
        words("# a\r\n# b\r\n@daily /bin/true\r\n").contains("so do 2 more lines, the last of them line 2")
    );
    assert!(words("@daily /bin/true\r\n# b\r\n").contains("so does line 2"));
    assert!(!words("@daily /bin/true\r\n").contains("so do"));
}

#[test]
fn of_many_jobs_in_one_minute_the_first_are_listed() {
    let jobs: String = (0..100).map(|job| format!("0 5 * * * /bin/job{job}\n")).collect();
    assert!(words(&jobs).contains("lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12 and 88 more"));
    let few: String = (0..7).map(|job| format!("0 5 * * * /bin/job{job}\n")).collect();
    assert!(words(&few).contains("lines 1, 2, 3, 4, 5, 6, 7\n"));
}

/// The codes of all that is found in a user's crontab, with the text that is pointed at.
fn pointed_at(text: &str) -> Vec<(&'static str, String)> {
    let settings = Settings {
        kind: Some(Kind::User),
        ..Settings::default()
    };
    let found = lint(text.as_bytes(), &settings);
    found
        .into_iter()
        .map(|diagnostic| (diagnostic.code, text[diagnostic.span].to_owned()))
        .collect()
}

#[test]
fn what_eval_runs_is_looked_at_in_its_place() {
    assert_eq!(
        pointed_at("@daily eval \"cd /srv; /bin/ls\"\n"),
        [("C007", "cd /srv".to_owned())]
    );
    assert_eq!(
        pointed_at("@daily eval /bin/echo a '&>' /tmp/x\n"),
        [("C010", "&>".to_owned())]
    );
    assert_eq!(pointed_at("@daily eval 'cd /srv' && ./run\n"), []);
}
