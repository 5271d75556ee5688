//! Help, version, completions, colours, and who reads the output.

use std::process::Command;

use crate::{check, cronexplain, stderr, stdout};

#[test]
fn quiet_leaves_the_sentence_and_the_times() {
    let output = cronexplain(&["0 12 * * FRI#2", "--quiet", "--after", "2026-01-01", "-n", "1"]);
    assert_eq!(stdout(&output), "At 12:00 on Friday.\n2026-01-02T12:00+00:00\n");
    let output = cronexplain(&["0 24 * * *", "--quiet"]);
    assert_eq!(stderr(&output), "cronexplain: hour 24 is out of range: 0 to 23\n");
}

#[test]
fn colours_are_for_terminals_unless_asked_for() {
    assert!(!cronexplain(&["@daily"]).stdout.contains(&0x1b));
    assert!(
        cronexplain(&["@daily", "--color", "always"])
            .stdout
            .contains(&0x1b)
    );
    assert!(
        !cronexplain(&["@daily", "--color", "never"])
            .stdout
            .contains(&0x1b)
    );
}

#[test]
fn the_version_names_the_source_of_zones() {
    let output = cronexplain(&["--version"]);
    let text = stdout(&output);
    assert!(
        text.starts_with(concat!(
            "cronexplain ",
            env!("CARGO_PKG_VERSION"),
            " (time zones: "
        )),
        "{text}"
    );
    let source = text.trim_end().rsplit_once("time zones: ").unwrap().1;
    let zones = std::path::Path::new("/usr/share/zoneinfo");
    match zones.join("Europe/Berlin").exists() {
        true => assert!(source.starts_with("/usr/share/zoneinfo"), "{text}"),
        false => assert!(source.starts_with("chrono-tz 20"), "{text}"),
    }
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn completions_are_printed_for_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        check(&["--completions", shell], 0, &["cronexplain"]);
    }
}

#[test]
fn help_tells_exit_codes_environment_and_examples() {
    check(
        &["--help"],
        0,
        &[
            "Exit codes:",
            "Environment:",
            "Examples:",
            "JSON (--json):",
            "--between <A> <B>",
        ],
    );
}

#[cfg(unix)]
#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["* * * * *", "-n", "1000000", "--quiet"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn help_lists_what_is_a_commands_own_first() {
    let output = cronexplain(&["crontab", "--help"]);
    let text = stdout(&output);
    let order = [
        "--kind",
        "--timeline",
        "--load",
        "--svg",
        "--dialect",
        "--tz",
        "--json",
        "--quiet",
    ];
    let places: Vec<Option<usize>> = order.iter().map(|name| text.find(name)).collect();
    assert!(
        places.is_sorted() && places.iter().all(Option::is_some),
        "{places:?}\n{text}"
    );
}
