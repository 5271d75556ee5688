//! The command line of cronexplain, as a shell runs it, question by question.

mod compare;
mod convert;
mod crontabs;
mod dst;
mod program;
mod progress;
mod refused;
mod runs;
mod why;
mod year;

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn run_in(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(args)
        .current_dir(folder)
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .env_remove("NO_COLOR")
        .output()
        .expect("cronexplain runs")
}

fn cronexplain(args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    run_in(folder.path(), args)
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// The exit code, and all parts in what is printed on stdout.
#[track_caller]
fn check(args: &[&str], code: i32, parts: &[&str]) {
    let output = cronexplain(args);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}{err}");
    for part in parts {
        assert!(out.contains(part), "{args:?} prints no {part:?}:\n{out}{err}");
    }
}

/// Exit code 2, nothing on stdout, and all parts in the message.
#[track_caller]
fn check_refused(args: &[&str], parts: &[&str]) {
    let output = cronexplain(args);
    let (out, err) = (stdout(&output), stderr(&output));
    assert_eq!(output.status.code(), Some(2), "{args:?}\n{out}{err}");
    for part in parts {
        assert!(err.contains(part), "{args:?} says no {part:?}:\n{err}");
    }
    assert_eq!(out, "", "{args:?}");
}

fn json(args: &[&str]) -> Value {
    let asked = args.contains(&"--json");
    let flag = (!asked).then_some("--json");
    let args: Vec<&str> = args.iter().copied().chain(flag).collect();
    let text = stdout(&cronexplain(&args));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
}

/// The `at` of every occurrence.
fn times(args: &[&str]) -> Vec<String> {
    let answer = json(args);
    let list = answer["occurrences"].as_array().expect("occurrences");
    list.iter()
        .map(|run| run["at"].as_str().expect("at").to_owned())
        .collect()
}
