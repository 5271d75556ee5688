//! Options that do nothing, or less than they say: the job runs, and a note says so.

use crate::{cronwrap, run};

/// The notes of a run with these options, whose job must run as ever.
fn notes(options: &[&str], variables: &[(&str, &str)]) -> Vec<String> {
    let job = ["--", "echo", "done"];
    let mut command = cronwrap(&[options, &job].concat());
    command.envs(variables.iter().copied());
    let end = run(&mut command);
    assert_eq!((end.code, &*end.out), (Some(0), "done\n"), "{options:?}");
    end.err.lines().map(str::to_owned).collect()
}

fn check(options: &[&str], expected: &[&str]) {
    let expected: Vec<String> = expected.iter().map(|note| format!("cronwrap: {note}")).collect();
    assert_eq!(notes(options, &[]), expected, "{options:?}");
}

#[test]
fn an_option_that_wants_another_says_that_it_does_nothing_without() {
    check(
        &["--lock-wait", "5s"],
        &["--lock-wait does nothing without --lock"],
    );
    check(&["--skip-code=0"], &["--skip-code does nothing without --lock"]);
    check(
        &["--log-size", "10M", "--log-keep=2"],
        &[
            "--log-size does nothing without --log",
            "--log-keep does nothing without --log",
        ],
    );
    check(
        &["--kill-after", "1s"],
        &["--kill-after does nothing without --timeout"],
    );
    check(
        &["--retry-delay", "1s"],
        &["--retry-delay does nothing without --retry"],
    );
    check(
        &["--journal-lines", "9"],
        &["--journal-lines does nothing without --journal or --syslog"],
    );
}

#[test]
fn nothing_is_said_where_the_other_option_is_there() {
    check(&["--kill-after", "1s", "--timeout", "60s"], &[]);
    check(&["--retry-delay", "1s", "--retry", "1"], &[]);
    let elsewhere = [("CRONWRAP_TIMEOUT", "60s")];
    assert_eq!(notes(&["--kill-after", "1s"], &elsewhere), Vec::<String>::new());
}

#[test]
fn what_is_set_for_many_jobs_may_be_of_no_use_to_one() {
    let variables = [("CRONWRAP_LOCK_WAIT", "5s"), ("CRONWRAP_LOG_SIZE", "10M")];
    assert_eq!(notes(&[], &variables), Vec::<String>::new());
}

#[test]
fn niceness_ends_at_19() {
    check(&["--nice", "19"], &[]);
    check(&["--nice", "99"], &["--nice 99: niceness ends at 19"]);
}
