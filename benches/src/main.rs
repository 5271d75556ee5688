//! What ours costs beside its peers, all measured in one run on this machine.
//!
//! ```text
//! cargo run --release -p crontools-benches                      all tables
//! cargo run --release -p crontools-benches schedule|start|wrap|monitors|record [RUNS]|journal|capture [MIB]|lint
//! ```
//! Each table names its peers with their versions; a peer that is not there is a failed row, and the exit
//! code is 1. Figures are the best of several rounds, in which all peers take turns; read the ratios.

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the tables are the output"
)]

mod capture;
mod journal;
mod lint;
mod monitors;
mod record;
mod schedules;
mod start;
mod table;
mod usage;
mod wrap;

use std::process::ExitCode;

use table::Table;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let tables = match words.as_slice() {
        // What this program runs itself as: a job that prints, and a meter of one command.
        ["lines", bytes] => return capture::print_lines(bytes.parse().unwrap_or(0)),
        ["started"] => return monitors::say_when(),
        ["journal-sender", socket, lines] => return journal::send(socket, lines.parse().unwrap_or(0)),
        ["journal-rounds", socket, sender] => return journal::rounds(socket, sender),
        ["usage", command @ ..] => return usage::meter(command),
        [] => [
            schedules::tables(),
            start::tables(),
            wrap::tables(),
            monitors::tables(),
            record::tables(1_000_000),
            journal::tables(),
            capture::tables(1024),
            lint::tables(),
        ]
        .concat(),
        ["schedule"] => schedules::tables(),
        ["start"] => start::tables(),
        ["wrap"] => wrap::tables(),
        ["monitors"] => monitors::tables(),
        ["record"] => record::tables(1_000_000),
        ["record", runs] if runs.parse::<i64>().is_ok() => record::tables(runs.parse().unwrap_or(1)),
        ["journal"] => journal::tables(),
        ["lint"] => lint::tables(),
        ["capture"] => capture::tables(1024),
        ["capture", mib] if mib.parse::<u64>().is_ok() => capture::tables(mib.parse().unwrap_or(1024)),
        _ => {
            eprintln!(
                "usage: crontools-benches [schedule|start|wrap|monitors|record [RUNS]|journal|capture [MIB]|lint]"
            );
            return ExitCode::from(2);
        }
    };
    println!("{}", table::machine());
    tables.iter().for_each(|table| println!("{table}"));
    if tables.iter().any(Table::has_failed_row) {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}
