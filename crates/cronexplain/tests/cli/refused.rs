//! What cannot be read: caret, cause, cure, exit code 2; never a panic or a hang.

use std::process::Command;

use crate::{check_refused, cronexplain, run_in, stderr, stdout};
use serde_json::Value;

#[test]
fn what_does_not_parse_gets_a_caret_what_is_allowed_and_a_suggestion() {
    check_refused(
        &["0 24 * * *"],
        &[
            "error: hour 24 is out of range: 0 to 23",
            "1 | 0 24 * * *\n  |   ^^\n",
            "help: midnight is hour 0",
        ],
    );
    check_refused(
        &["5/15 * * * *"],
        &[
            "`5/15` has a step but no range",
            "^^^^\n",
            "help: write `5-59/15`",
        ],
    );
    check_refused(
        &["0 0 * * MONDAY"],
        &["`MONDAY` is not a day of week", "        ^^^^^^\n", "write `mon`"],
    );
    check_refused(&["*/5"], &["1 of 5 fields"]);
    check_refused(&[""], &["the expression is empty"]);
    check_refused(&["@fortnightly"], &["`@fortnightly` is not a known time"]);
}

#[test]
fn an_error_is_json_too() {
    let output = cronexplain(&["0 24 * * *", "--json"]);
    assert_eq!(output.status.code(), Some(2));
    let answer: Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(answer["version"], 1);
    assert_eq!(answer["error"]["message"], "hour 24 is out of range: 0 to 23");
    assert_eq!(
        (&answer["error"]["start"], &answer["error"]["end"]),
        (&Value::from(2), &Value::from(4))
    );
    assert_eq!(answer["error"]["field"], "hour");
}

#[test]
fn two_wins_over_one_and_every_expression_gets_its_answer() {
    let output = cronexplain(&["0 0 30 2 *", "0 24 * * *", "@daily"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("# @daily\nAt 00:00 every day."));
    assert!(stderr(&output).contains("hour 24 is out of range"));
}

#[test]
fn a_star_that_the_shell_expanded_asks_for_quotes() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["backup.sh", "notes"] {
        std::fs::write(folder.path().join(name), "").unwrap();
    }
    for words in [
        vec!["0", "0", "1", "notes", "MON"],
        vec!["0", "0", "1", "backup.sh", "notes", "MON"],
    ] {
        let output = run_in(folder.path(), &words);
        assert_eq!(output.status.code(), Some(2));
        let message = stderr(&output);
        assert!(
            message.contains("the shell has replaced an unquoted `*` by file names"),
            "{message}"
        );
        assert!(
            message.contains("quote it: cronexplain '0 0 1 * MON'"),
            "{message}"
        );
    }
}

#[test]
fn too_many_words_are_told_to_quote_and_leave_the_command_out() {
    check_refused(
        &["0", "0", "1", "*", "MON", "/usr/bin/true"],
        &[
            "6 words, but an expression of Debian's cron has 5 fields",
            "quote it, and leave the command out",
        ],
    );
}

#[test]
fn a_zone_that_is_not_there_gets_a_suggestion() {
    check_refused(
        &["@daily", "--tz", "Europe/Berln"],
        &[
            "time zone `Europe/Berln`: not known",
            "^^^^^^^^^^^^",
            "did you mean `Europe/Berlin`?",
        ],
    );
    check_refused(
        &["@daily", "--tz", "../../etc/passwd"],
        &["a name is wanted, not a path"],
    );
}

#[test]
fn times_that_do_not_exist_are_refused() {
    check_refused(
        &["@daily", "--after", "2026-02-30"],
        &["there is no such day: `2026-02-30`", "^^^^^^^^^^"],
    );
    check_refused(
        &["@daily", "--between", "2026-02-02", "2026-02-01"],
        &["the window ends before it begins"],
    );
    check_refused(&["@daily", "--between", "2026-02-02"], &["--between"]);
    check_refused(
        &["@daily", "--after", "now", "--before", "now"],
        &["do not go together"],
    );
    check_refused(&["@daily", "-n", "many"], &["`many` is no value of -n"]);
}

#[test]
fn control_characters_are_made_visible() {
    let output = cronexplain(&["0 0 \u{1b}[31m * *"]);
    assert!(!output.stderr.contains(&0x1b), "{}", stderr(&output));
    let output = cronexplain(&["@daily", "--tz", "\u{1b}]0;x\u{7}"]);
    assert!(
        !output.stderr.contains(&0x1b) && !output.stderr.contains(&7),
        "{}",
        stderr(&output)
    );
    let output = cronexplain(&["0 0 1\u{c} * *", "@daily"]);
    assert!(!output.stdout.contains(&0xc), "{}", stdout(&output));
}

#[cfg(unix)]
#[test]
fn bytes_that_are_no_text_are_refused_with_a_caret() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .arg(OsStr::from_bytes(b"0 \xff\xfe * * *"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains('^'), "{}", stderr(&output));
}

#[test]
fn hostile_input_ends_quickly_without_a_panic() {
    let long = "1,".repeat(50_000);
    let texts = [
        "9".repeat(100_000),
        format!("{long}1 * * * *"),
        "* ".repeat(50_000),
        "*/4294967296 * * * *".to_owned(),
        "\u{202e}\u{feff}0 0 * * *".to_owned(),
        "0 0 * * * \u{0}".replace('\0', "\u{1}"),
        "@".to_owned(),
        "@@@@@".to_owned(),
        "ü ö ä ß €".to_owned(),
    ];
    for text in &texts {
        let start = std::time::Instant::now();
        let output = cronexplain(&["--", text]);
        assert!(
            matches!(output.status.code(), Some(0..=2)),
            "{text:.40}: {}",
            stderr(&output)
        );
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
        assert!(output.stderr.len() < 1 << 20 && start.elapsed().as_secs() < 10);
    }
}

#[test]
fn without_an_expression_the_usage_is_shown() {
    check_refused(&[], &["the schedule is missing", "cronexplain --help"]);
}

#[cfg(unix)]
#[test]
fn the_systems_words_come_without_its_numbers() {
    check_refused(
        &["crontab", "/nowhere/tab"],
        &["cannot read `/nowhere/tab`: No such file or directory\n"],
    );
    let output = cronexplain(&["@daily", "--svg", "/nowhere/a.svg"]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(
        said.contains("cannot write `/nowhere/a.svg`: No such file or directory\n"),
        "{said}"
    );
}

#[test]
fn an_hour_is_no_a_hour() {
    check_refused(&["0 x * * *"], &["error: `x` is not an hour\n"]);
    check_refused(&["x 0 * * *"], &["error: `x` is not a minute\n"]);
}
