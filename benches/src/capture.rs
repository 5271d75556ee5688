//! cronwrap around a job that prints 80-byte lines, beside `cat | cat`, `ts` and `chronic`.

use std::io::Write as _;
use std::process::{Command, ExitCode};

use crate::table::{Row, Table, installed, locked, ratio};
use crate::usage::{self, Usage};

const ROUNDS: usize = 5;
/// `ts` needs minutes for a GiB: it gets this part of it, and its figures are multiplied.
const PART: u64 = 32;
/// How many times the lines memory is looked at again.
const MORE: u64 = 8;

struct Contestant {
    name: Result<String, String>,
    /// What runs the job, and then `| cat`.
    line: Box<dyn Fn(&str) -> String>,
    /// The part of the lines that it gets.
    part: u64,
    rounds: usize,
}

/// `mib` MiB through each, in turns.
pub(crate) fn tables(mib: u64) -> Vec<Table> {
    let cronwrap = cronwrap();
    let all = contestants(&cronwrap);
    let job = |bytes: u64| format!("{} lines {bytes}", this());
    let measure = |contestant: &Contestant| -> Result<Usage, String> {
        contestant.name.clone()?;
        let line = (contestant.line)(&job((mib << 20) / contestant.part));
        usage::of(&["sh", "-c", &format!("{line} | cat")], 1)
    };
    let mut best: Vec<Result<Usage, String>> = all.iter().map(measure).collect();
    for round in 1..ROUNDS {
        for (contestant, best) in all.iter().zip(&mut best) {
            if let (Ok(before), true) = (&best, round < contestant.rounds) {
                *best = measure(contestant).map(|now| before.better(now));
            }
        }
    }
    let ours = best[0].clone().unwrap_or_default();
    let rows = all.into_iter().zip(best).map(|(contestant, usage)| Row {
        name: contestant.name.unwrap_or_else(|reason| reason),
        cells: usage.map(|usage| {
            let times = contestant.part as f64;
            vec![
                ratio(usage.wall_ms / 1e3 * times, ours.wall_ms / 1e3, "s"),
                ratio(usage.cpu_ms / 1e3 * times, ours.cpu_ms / 1e3, "s"),
                ratio(usage.peak_mib, ours.peak_mib, "MiB"),
            ]
        }),
    });
    let columns = ["wall", "CPU, the job's included", "largest process"]
        .map(str::to_owned)
        .to_vec();
    vec![
        Table {
            title: format!("{mib} MiB of 80-byte lines"),
            columns,
            rows: rows.collect(),
        },
        memory(&cronwrap, mib, ours.peak_mib, &job((mib << 20) * MORE)),
    ]
}

fn contestants(cronwrap: &str) -> Vec<Contestant> {
    let (ours, stamped) = (
        format!("{cronwrap} --no-record --"),
        format!("{cronwrap} --no-record --timestamps --"),
    );
    let contestant = |name, line: Box<dyn Fn(&str) -> String>| Contestant {
        name,
        line,
        part: 1,
        rounds: ROUNDS,
    };
    vec![
        contestant(
            Ok(locked("cronwrap")),
            Box::new(move |job| format!("{ours} {job}")),
        ),
        contestant(Ok("the job alone".to_owned()), Box::new(str::to_owned)),
        contestant(
            installed("cat", "coreutils").map(|cat| format!("{cat}, twice")),
            Box::new(|job| format!("{job} | cat")),
        ),
        contestant(
            Ok(format!("{}, --timestamps", locked("cronwrap"))),
            Box::new(move |job| format!("{stamped} {job}")),
        ),
        Contestant {
            part: PART,
            rounds: 2,
            ..contestant(
                installed("ts", "moreutils").map(|ts| format!("{ts}, a part of 1/{PART} and multiplied")),
                Box::new(|job| format!("{job} | ts")),
            )
        },
        Contestant {
            rounds: 1,
            ..contestant(
                installed("chronic", "moreutils"),
                Box::new(|job| format!("chronic {job}")),
            )
        },
    ]
}

/// What cronwrap needs does not grow with what the job prints.
fn memory(cronwrap: &str, mib: u64, before: f64, job: &str) -> Table {
    let usage = usage::of(
        &["sh", "-c", &format!("{cronwrap} --no-record -- {job} | cat")],
        1,
    );
    let row = |of: u64, peak: Result<f64, String>| Row {
        name: format!("{of} MiB of lines"),
        cells: peak.map(|peak| vec![ratio(peak, before, "MiB")]),
    };
    Table {
        title: "Memory of cronwrap by what the job prints".to_owned(),
        columns: vec!["largest process".to_owned()],
        rows: vec![
            row(mib, Ok(before)),
            row(mib * MORE, usage.map(|usage| usage.peak_mib)),
        ],
    }
}

/// The job: `bytes` of 80-byte lines, in writes of 64 KiB.
pub(crate) fn print_lines(bytes: u64) -> ExitCode {
    let line = format!(
        "{:>79}\n",
        "a line of a job's output, as long as a terminal is wide"
    );
    let block = line.repeat(819);
    let mut stdout = std::io::stdout().lock();
    let mut left = bytes;
    while left > 0 {
        let size = block.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        if stdout.write_all(&block.as_bytes()[..size]).is_err() {
            return ExitCode::FAILURE;
        }
        left -= size as u64;
    }
    ExitCode::SUCCESS
}

/// This program, which is the job as well.
pub(crate) fn this() -> String {
    std::env::current_exe()
        .expect("the path of this program")
        .display()
        .to_string()
}

/// cronwrap as users run it: the release build, beside this program.
pub(crate) fn cronwrap() -> String {
    release("cronwrap")
}

/// A program of ours as users run it.
pub(crate) fn release(name: &str) -> String {
    let build = ["build", "--release", "--quiet", "-p", name];
    let built = Command::new(env!("CARGO"))
        .args(build)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "{name} does not build"
    );
    let this = std::env::current_exe().expect("the path of this program");
    let directory = this
        .parent()
        .and_then(|profile| profile.parent())
        .expect("a target directory");
    directory.join("release").join(name).display().to_string()
}
