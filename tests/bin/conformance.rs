//! Runs whole sets of records of real schedulers (`NAME.SET.jsonl.gz`) against the crate `schedule`.
//!
//! `cargo run --release -p e2e --bin conformance -- DIR [--dialect NAME]`

#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the report is the output"
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use flate2::read::GzDecoder;
use schedule::{Zone, dialect};

#[path = "../../crates/schedule/tests/records/mod.rs"]
mod records;

/// What the records of a file, or of all files, came to.
#[derive(Default, Clone, Copy)]
struct Tally {
    records: usize,
    agree: usize,
    disagree: usize,
    unknown: usize,
    /// Of those that agree: held to what the daemon does undisturbed, as the record is wrong.
    disturbed: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(tally) if tally.disagree == 0 => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(1),
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[String]) -> Result<Tally, String> {
    let (directory, wanted) = match arguments {
        [directory] => (directory, None),
        [directory, flag, name] | [flag, name, directory] if flag == "--dialect" => {
            (directory, Some(name.as_str()))
        }
        _ => return Err("usage: conformance DIR [--dialect NAME]".to_owned()),
    };
    let mut total = Tally::default();
    for (name, set, path) in files(Path::new(directory))? {
        if wanted.is_some_and(|wanted| wanted != name) {
            continue;
        }
        let tally = file(&name, &set, &path)?;
        println!(
            "{name}.{set}: {} records, {} agree, {} disagree, {} unknown",
            tally.records, tally.agree, tally.disagree, tally.unknown
        );
        total.records += tally.records;
        total.agree += tally.agree;
        total.disagree += tally.disagree;
        total.unknown += tally.unknown;
        total.disturbed += tally.disturbed;
    }
    println!(
        "records {} agree {} disagree {} unknown {}, {} of those that agree held to be wrong",
        total.records, total.agree, total.disagree, total.unknown, total.disturbed
    );
    Ok(total)
}

/// All `NAME.SET.jsonl.gz` of a directory, by name.
fn files(directory: &Path) -> Result<Vec<(String, String, PathBuf)>, String> {
    let entries =
        fs::read_dir(directory).map_err(|error| format!("cannot read {}: {error}", directory.display()))?;
    let mut files: Vec<_> = entries
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let stem = path.file_name()?.to_str()?.strip_suffix(".jsonl.gz")?;
            let (name, set) = stem.split_once('.')?;
            Some((name.to_owned(), set.to_owned(), path.clone()))
        })
        .collect();
    files.sort();
    if files.is_empty() {
        return Err(format!("no NAME.SET.jsonl.gz in {}", directory.display()));
    }
    Ok(files)
}

fn file(name: &str, set: &str, path: &Path) -> Result<Tally, String> {
    let error = |error: std::io::Error| format!("cannot read {}: {error}", path.display());
    let lines = BufReader::new(GzDecoder::new(File::open(path).map_err(error)?)).lines();
    let dialect = dialect::find(name);
    let known = records::SETS.contains(&set);
    match (dialect, known) {
        (None, _) => println!("{name}.{set}: unknown dialect {name}"),
        (_, false) => println!("{name}.{set}: unknown set {set}"),
        _ => {}
    }
    let mut tally = Tally::default();
    for line in lines {
        let line = line.map_err(error)?;
        tally.records += 1;
        let Some(dialect) = dialect.filter(|_| known) else {
            tally.unknown += 1;
            continue;
        };
        let record = serde_json::from_str(&line).map_err(|error| format!("{}: {error}", path.display()))?;
        match records::check(&record, dialect, set, &zone) {
            Ok(()) => {
                tally.agree += 1;
                if records::alone(&record, dialect).is_some() {
                    tally.disturbed += 1;
                    println!(
                        "{name}.{set}: {} in {} is held to be wrong: other jobs disturbed it (disturbed.jsonl)",
                        record["expr"], record["tz"]
                    );
                }
            }
            Err(why) => {
                tally.disagree += 1;
                let from = record["from"].as_str().unwrap_or("?");
                println!(
                    "{name}.{set}: {} in {} from {from}: {why}",
                    record["expr"], record["tz"]
                );
            }
        }
    }
    Ok(tally)
}

/// The host's zone data, which is what the schedulers were measured with; else chrono-tz.
fn zone(name: &str) -> Option<Zone> {
    if name == "UTC" {
        return Some(Zone::utc());
    }
    let bytes = fs::read(Path::new("/usr/share/zoneinfo").join(name)).ok();
    bytes
        .and_then(|bytes| Zone::from_tzif(name, &bytes).ok())
        .or_else(|| name.parse().ok().map(Zone::from_chrono_tz))
}
