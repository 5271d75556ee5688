//! Power failures: every write of cronwrap to its record up to each sync, as strace saw them, and what may be left of
//! them when the power goes at that moment. Commits, the copying of the log into the database, and the log's beginning
//! anew are all among them.

use crate::record::Place;
use history::{FILE_NAME, History};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

/// So many that the log is copied into the database more than once.
const RUNS: usize = 30;
/// Over at once, and written whole; begun without a sync; begun, and synced while it runs.
const JOBS: [&str; 3] = [
    "echo out; exit 4",
    "echo out; sleep 0.02; exit 4",
    "echo out; sleep 0.15; exit 4",
];

/// What was done to the record.
#[derive(Debug)]
enum Step {
    Change(String, Change),
    Sync(String),
    /// A run was over: whoever called cronwrap knows that it is recorded.
    Over,
}

/// A change of a file, which is on the disk for certain only after the next sync.
#[derive(Clone, Debug)]
enum Change {
    Write(usize, Vec<u8>),
    Resize(usize),
}

#[test]
fn a_power_failure_between_any_two_writes_loses_no_run_that_was_over() {
    let strace = match needs::debian::unpacked(&["strace", "libunwind8"]) {
        Ok(tree) => {
            tree.path("usr/bin/strace").display().to_string() + "\n" + &tree.libraries().display().to_string()
        }
        Err(reason) => return needs::skip(&reason),
    };
    let (strace, libraries) = strace.split_once('\n').unwrap();
    let place = Place::new("");
    let mut steps = Vec::new();
    for number in 0..RUNS {
        let trace = tempfile::tempdir().unwrap();
        let wrapped = place.cronwrap(&["--job", "x", "-c", JOBS[number % JOBS.len()]]);
        let mut command = std::process::Command::new(strace);
        command.args([
            "-ff",
            "-y",
            "-xx",
            "-s",
            "9000000",
            "-e",
            "trace=pwrite64,write,ftruncate,fsync,fdatasync",
            "-o",
        ]);
        command
            .arg(trace.path().join("t"))
            .arg(wrapped.get_program())
            .args(wrapped.get_args());
        for (name, value) in wrapped.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let done = command
            .env("LD_LIBRARY_PATH", libraries)
            .stdout(Stdio::null())
            .output()
            .unwrap();
        assert_eq!(
            done.status.code(),
            Some(4),
            "{}",
            String::from_utf8_lossy(&done.stderr)
        );
        // Each thread has a file of its own, and one thread writes the record.
        for file in fs::read_dir(trace.path()).unwrap() {
            let text = fs::read_to_string(file.unwrap().path()).unwrap();
            steps.extend(text.lines().filter_map(step));
        }
        steps.push(Step::Over);
    }
    let (states, copies) = replay(&steps);
    let said =
        format!("{states} power failures replayed over {RUNS} runs and {copies} copyings of the log\n");
    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
    assert!(copies >= 2 && states > 500, "{said}");
}

/// A line of strace about the database or its log, as `pwrite64(5<\x2f...>, "\x00...", 1024, 56) = 1024`.
fn step(line: &str) -> Option<Step> {
    let (call, rest) = line.split_once('(')?;
    let path = String::from_utf8(unescaped(rest.split_once('<')?.1.split_once('>')?.0)).ok()?;
    let file = Path::new(&path).file_name()?.to_str()?.to_owned();
    if file != FILE_NAME && file != format!("{FILE_NAME}-wal") {
        return None;
    }
    match call {
        "pwrite64" => {
            let mut quoted = rest.split('"');
            let bytes = unescaped(quoted.nth(1)?);
            let at = quoted
                .next()?
                .split(", ")
                .nth(2)?
                .split(')')
                .next()?
                .parse()
                .ok()?;
            Some(Step::Change(file, Change::Write(at, bytes)))
        }
        "ftruncate" => {
            let length = rest.split(", ").nth(1)?.split(')').next()?.parse().ok()?;
            Some(Step::Change(file, Change::Resize(length)))
        }
        "fsync" | "fdatasync" => Some(Step::Sync(file)),
        other => panic!("{other} of {file}: the replay does not know it"),
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let codes = text.split("\\x").skip(1);
    codes.map(|code| u8::from_str_radix(code, 16).unwrap()).collect()
}

type Files = BTreeMap<String, Vec<u8>>;

fn apply(files: &mut Files, file: &str, change: &Change) {
    let content = files.entry(file.to_owned()).or_default();
    match change {
        Change::Resize(length) => content.resize(*length, 0),
        Change::Write(at, bytes) => {
            content.resize(content.len().max(at + bytes.len()), 0);
            content[*at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

/// The first half of a write.
fn torn(change: &Change) -> Change {
    match change {
        Change::Write(at, bytes) => Change::Write(*at, bytes[..bytes.len() / 2].to_vec()),
        Change::Resize(_) => change.clone(),
    }
}

/// Lets the power fail after each step; how often, and how often the database itself was synced.
fn replay(steps: &[Step]) -> (usize, usize) {
    let (mut safe, mut pending) = (Files::new(), Vec::<(&str, &Change)>::new());
    let (mut states, mut copies, mut over) = (0, 0, 0);
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Over => over += 1,
            Step::Sync(synced) => {
                copies += usize::from(synced == FILE_NAME);
                for (file, change) in pending.extract_if(.., |(file, _)| file == synced) {
                    apply(&mut safe, file, change);
                }
            }
            Step::Change(file, change) => {
                pending.push((file, change));
                // Unsynced changes reach the disk in any order, or do not: all; a part of the last alone; every other
                // one; three of five.
                let choices: [&dyn Fn(usize) -> bool; 4] = [
                    &|_| true,
                    &|at| at + 1 == pending.len(),
                    &|at| (at + number).is_multiple_of(2),
                    &|at| (at * 7_919 + number * 104_729) % 5 < 3,
                ];
                for (kind, chosen) in choices.iter().enumerate() {
                    let mut files = safe.clone();
                    for (_, (file, change)) in pending.iter().enumerate().filter(|(at, _)| chosen(*at)) {
                        match kind {
                            1 => apply(&mut files, file, &torn(change)),
                            _ => apply(&mut files, file, change),
                        }
                    }
                    check(&files, over);
                    states += 1;
                }
            }
        }
    }
    check(&safe, over);
    (states, copies)
}

/// What is left is sound, and holds all the runs that were over.
fn check(files: &Files, over: usize) {
    let memory = Path::new("/dev/shm");
    let folder = if memory.exists() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    }
    .unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    if over == 0 {
        return; // not even its tables need be there
    }
    let history = History::open(folder.path(), Duration::from_secs(5)).unwrap();
    let runs = history.last("x", 1_000).unwrap();
    let ended = runs.iter().filter(|run| run.outcome.is_some()).count();
    assert!(ended >= over, "{ended} of {over} runs are left");
    let raw = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    let sound: String = raw
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
}
