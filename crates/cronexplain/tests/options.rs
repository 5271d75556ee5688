//! Wrong options are told like any other culprit: the command line with carets, the cause, the cure; exit code 2.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking, in its helpers too")]

use std::process::Command;

/// The message for a command line: its cause, the line, the carets, the cure.
#[track_caller]
fn check(args: &[&str], expected: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(args)
        .env("TZ", "UTC")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said, expected);
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "");
}

#[test]
fn an_option_that_is_not_there_is_pointed_at() {
    check(
        &["--tzz", "UTC", "0 0 * * *"],
        "\
error: no such option: `--tzz`
 --> command line:1:13
  |
1 | cronexplain --tzz UTC '0 0 * * *'
  |             ^^^^^
  |
  = help: did you mean `--tz`?
",
    );
    check(
        &["0 0 * * *", "--xyzzy"],
        "\
error: no such option: `--xyzzy`
 --> command line:1:25
  |
1 | cronexplain '0 0 * * *' --xyzzy
  |                         ^^^^^^^
  |
  = help: cronexplain --help lists the options
",
    );
}

#[test]
fn an_option_of_a_command_names_the_command() {
    check(
        &["wyh", "0 0 * * *", "--at", "now"],
        "\
error: no such option: `--at`
 --> command line:1:29
  |
1 | cronexplain wyh '0 0 * * *' --at now
  |                             ^^^^
  |
  = help: it belongs to cronexplain why
",
    );
}

#[test]
fn an_expression_that_begins_with_a_minus_goes_behind_two() {
    check(
        &["-5 * * * *"],
        "\
error: no such option: `-5 * * * *`
 --> command line:1:13
  |
1 | cronexplain '-5 * * * *'
  |             ^^^^^^^^^^^^
  |
  = help: an expression that begins with - goes last, after --: cronexplain -- '-5 * * * *'
",
    );
}

#[test]
fn a_value_that_is_not_there_gets_the_nearest_or_all() {
    check(
        &["--dialect", "debain", "@daily"],
        "\
error: `debain` is no value of --dialect <NAME>
 --> command line:1:23
  |
1 | cronexplain --dialect debain @daily
  |                       ^^^^^^
  |
  = help: did you mean `debian`?
",
    );
    check(
        &["@daily", "--color=blue"],
        "\
error: `blue` is no value of --color <WHEN>
 --> command line:1:28
  |
1 | cronexplain @daily --color=blue
  |                            ^^^^
  |
  = help: it takes auto, always, never
",
    );
    check(
        &["@daily", "-n", "x"],
        "\
error: `x` is no value of -n <COUNT>
 --> command line:1:23
  |
1 | cronexplain @daily -n x
  |                       ^
  |
  = help: it takes a number, such as 5
",
    );
    check(
        &["@daily", "-n", "-1"],
        "\
error: `-1` is no value of -n <COUNT>
 --> command line:1:23
  |
1 | cronexplain @daily -n -1
  |                       ^^
  |
  = help: it takes a number, such as 5
",
    );
    check(
        &["@daily", "--tz"],
        "\
error: --tz <ZONE> wants a value
 --> command line:1:20
  |
1 | cronexplain @daily --tz
  |                    ^^^^
  |
  = help: cronexplain --help lists the options
",
    );
}

#[test]
fn what_is_missing_is_named_where_it_would_stand() {
    check(
        &["why", "0 9 * * 1-5"],
        "\
error: --at <TIME> is missing
 --> command line:1:30
  |
1 | cronexplain why '0 9 * * 1-5'
  |                              ^
  |
  = help: cronexplain why --at <TIME> <EXPR>...
",
    );
    check(
        &[],
        "\
error: the schedule is missing
 --> command line:1:12
  |
1 | cronexplain
  |            ^
  |
  = help: cronexplain '0 0 1 * MON', or cronexplain --help
",
    );
    check(
        &["@daily", "--between", "2026-01-01"],
        "\
error: --between <A> <B> wants 2 values, not 1
 --> command line:1:20
  |
1 | cronexplain @daily --between 2026-01-01
  |                    ^^^^^^^^^
  |
  = help: cronexplain --help lists the options
",
    );
}

#[test]
fn options_that_do_not_go_together_are_both_named() {
    check(
        &["@daily", "--before", "2026-01-01", "--after", "2026-01-01"],
        "\
error: --before <TIME> and --after <TIME> do not go together
 --> command line:1:20
  |
1 | cronexplain @daily --before 2026-01-01 --after 2026-01-01
  |                    ^^^^^^^^
  |
  = help: leave one of them out
",
    );
    check(
        &["@daily", "--tz", "UTC", "--tz", "UTC"],
        "\
error: --tz <ZONE> is there twice
 --> command line:1:29
  |
1 | cronexplain @daily --tz UTC --tz UTC
  |                             ^^^^
  |
  = help: leave one of them out
",
    );
    check(
        &["diff", "@daily", "@hourly", "@weekly"],
        "\
error: one argument too many: `@weekly`
 --> command line:1:33
  |
1 | cronexplain diff @daily @hourly @weekly
  |                                 ^^^^^^^
  |
  = help: cronexplain diff --help tells what it takes
",
    );
}

#[test]
fn a_program_reads_of_a_wrong_option_in_json() {
    let output = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["--json", "--tzz", "UTC", "@daily"])
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said.starts_with("{\"version\":1,\"error\":{\"message\":\"no such option: `--tzz`\""),
        "{said}"
    );
}
