//! cronwrap around a job that prints 80-byte lines, beside `cat | cat`, `ts` and `chronic`.

use std::io::Write as _;
use std::process::{Command, ExitCode};

use crate::table::{Row, Table, installed, locked, ratio};
use crate::usage::{self, Usage};

/// `mib` MiB through each, one after the other.
pub(crate) fn tables(mib: u64) -> Vec<Table> {
    let this = std::env::current_exe()
        .expect("the path of this program")
        .display()
        .to_string();
    let cronwrap = cronwrap();
    let job = format!("{this} lines {}", mib << 20);
    let shell = |line: String| vec!["sh".to_owned(), "-c".to_owned(), line];
    let contestants: Vec<(Result<String, String>, Vec<String>)> = vec![
        (
            Ok(locked("cronwrap")),
            shell(format!("{cronwrap} -- {job} | cat")),
        ),
        (Ok("the job alone".to_owned()), shell(format!("{job} | cat"))),
        (
            installed("cat", "coreutils").map(|cat| format!("{cat}, twice")),
            shell(format!("{job} | cat | cat")),
        ),
        (
            installed("chronic", "moreutils"),
            shell(format!("chronic {job} | cat")),
        ),
        (installed("ts", "moreutils"), shell(format!("{job} | ts | cat"))),
    ];
    let measured: Vec<(Result<String, String>, Result<Usage, String>)> = contestants
        .into_iter()
        .map(|(name, command)| {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            let usage = name.clone().and_then(|_| usage::of(&words, 1));
            (name, usage)
        })
        .collect();
    let ours = measured[0].1.clone().unwrap_or_default();
    let rows = measured.into_iter().map(|(name, usage)| Row {
        name: name.unwrap_or_else(|reason| reason),
        cells: usage.map(|usage| {
            vec![
                ratio(usage.wall_ms / 1e3, ours.wall_ms / 1e3, "s"),
                ratio(usage.cpu_ms / 1e3, ours.cpu_ms / 1e3, "s"),
                ratio(usage.peak_mib, ours.peak_mib, "MiB"),
            ]
        }),
    });
    let columns = ["wall", "CPU, the job's included", "largest process"]
        .map(str::to_owned)
        .to_vec();
    vec![Table {
        title: format!("{mib} MiB of 80-byte lines"),
        columns,
        rows: rows.collect(),
    }]
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

/// cronwrap as users run it: the release build, beside this program.
pub(crate) fn cronwrap() -> String {
    let build = ["build", "--release", "--quiet", "-p", "cronwrap"];
    let built = Command::new(env!("CARGO"))
        .args(build)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(
        built.is_ok_and(|status| status.success()),
        "cronwrap does not build"
    );
    let this = std::env::current_exe().expect("the path of this program");
    let directory = this
        .parent()
        .and_then(|profile| profile.parent())
        .expect("a target directory");
    directory.join("release/cronwrap").display().to_string()
}
