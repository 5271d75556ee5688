//! The questions beyond "what does it mean": why, compare, diff, convert, dst, crontab, and the pictures.

mod compare;
mod convert;
mod crontabs;
mod dst;
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

fn json(args: &[&str]) -> Value {
    let args: Vec<&str> = args.iter().copied().chain(["--json"]).collect();
    let text = stdout(&cronexplain(&args));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{args:?}: {error}\n{text}"))
}
