//! What the record costs: around /bin/true, at a run's end beside one sync of the same disk, and with a million runs.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use history::{Decision, End, FILE_NAME, History, NewRun, Outcome};
use monitor::Monitor;
use uuid::Uuid;

use crate::table::{Row, Table, installed, locked, ratio};
use crate::usage::{self, Usage};

const ROUNDS: usize = 20;
const RUNS: u32 = 20;
const COMMITS: usize = 300;
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) fn tables(runs: i64) -> Vec<Table> {
    let folder = Folder::new();
    vec![
        wrapped(),
        commits(&folder.0.join("commits")),
        many(&folder.0.join("many"), runs),
    ]
}

/// A directory on the disk that this was built on, not in memory; gone in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let this = std::env::current_exe().unwrap_or_default();
        let path = this.with_file_name(format!("record-{}", std::process::id()));
        let _ = fs::create_dir_all(&path);
        Folder(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// CPU time around /bin/true: the record alone should cost at most 2.5 times `timeout`, with two pings less than
/// eight times the bare command, which is what runitor costs.
fn wrapped() -> Table {
    let cronwrap = crate::capture::cronwrap();
    let monitor = Monitor::start();
    let url = monitor.ping_url();
    let contestants: Vec<(Result<String, String>, Vec<&str>)> = vec![
        (Ok("/bin/true alone".to_owned()), vec!["/bin/true"]),
        (
            installed("timeout", "coreutils"),
            vec!["timeout", "60", "/bin/true"],
        ),
        (
            Ok(format!("{}, recorded", locked("cronwrap"))),
            vec![&cronwrap, "--", "/bin/true"],
        ),
        (
            Ok(format!("{}, recorded, two pings", locked("cronwrap"))),
            vec![&cronwrap, "--ping", &url, "--", "/bin/true"],
        ),
        (
            found("runitor"),
            vec![
                "runitor",
                "-api-url",
                &url,
                "-uuid",
                monitor::DEFAULT_UUID,
                "--",
                "/bin/true",
            ],
        ),
    ];
    let mut best: Vec<Result<Usage, String>> = contestants
        .iter()
        .map(|(name, command)| name.clone().and_then(|_| usage::of(command, 1)))
        .collect();
    for _ in 0..ROUNDS {
        for ((_, command), best) in contestants.iter().zip(&mut best) {
            if let Ok(before) = best {
                *best = usage::of(command, RUNS).map(|now| before.better(now));
            }
        }
    }
    let base = |at: usize| best[at].as_ref().map_or(f64::NAN, |usage| usage.cpu_ms);
    let (bare, timeout) = (base(0), base(1));
    let rows = contestants
        .iter()
        .zip(&best)
        .map(|((name, command), measured)| Row {
            name: name.clone().unwrap_or_else(|_| command[0].to_owned()),
            cells: measured.clone().map(|usage| {
                vec![
                    ratio(usage.cpu_ms, timeout, "ms"),
                    format!("{:.1}x", usage.cpu_ms / bare),
                    ratio(
                        usage.wall_ms,
                        best[1].as_ref().map_or(f64::NAN, |usage| usage.wall_ms),
                        "ms",
                    ),
                ]
            }),
        });
    Table {
        title: "The record around /bin/true".to_owned(),
        columns: ["CPU (beside timeout)", "CPU beside bare", "wall (beside timeout)"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }
}

/// A peer that no package brings: it counts where somebody has installed it.
fn found(program: &str) -> Result<String, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there = std::env::split_paths(&path).any(|folder| folder.join(program).exists());
    match there {
        true => Ok(program.to_owned()),
        false => Err(format!(
            "{program} is missing: no Debian package has it, nor a registry of Rust, Python or npm"
        )),
    }
}

fn new_run(job: &str) -> NewRun {
    let command = "/usr/local/bin/backup --all --target backup.example:/srv/backups";
    NewRun::here(Uuid::new_v4(), job, command, "root", SystemTime::now())
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times
        .get(times.len() / 2)
        .map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
}

/// The end of a run, written in one commit, in turns with one sync of as many bytes: at most 1.5 times that.
fn commits(folder: &Path) -> Table {
    let measured = measure_commits(folder);
    let sync = measured.as_ref().map_or(f64::NAN, |times| times[0]);
    let names = [
        "one fsync",
        "the end of a run that was begun",
        "a short run, written whole",
        "opening the record",
    ];
    let rows = names.iter().enumerate().map(|(at, name)| Row {
        name: (*name).to_owned(),
        cells: measured.clone().map(|times| vec![ratio(times[at], sync, "ms")]),
    });
    Table {
        title: format!("A run's end on disk (median of {COMMITS}, beside one fsync of the same disk)"),
        columns: vec!["wall".to_owned()],
        rows: rows.collect(),
    }
}

fn measure_commits(folder: &Path) -> Result<[f64; 4], String> {
    let said = |error: &dyn std::fmt::Display| error.to_string();
    let (mut syncs, mut ends, mut wholes, mut opens) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let timed = |times: &mut Vec<Duration>, begun: Instant| times.push(begun.elapsed());
    for _ in 0..COMMITS {
        let begun = Instant::now();
        let mut history = History::open(folder, PATIENCE).map_err(|error| said(&error))?;
        timed(&mut opens, begun);
        let end = End {
            output: vec![b'x'; 2_000],
            ..End::new(Outcome::Exited(0), false, Duration::ZERO)
        };
        let (long, short) = (new_run("long"), new_run("short"));
        history.begin(&long).map_err(|error| said(&error))?;
        for (run, times) in [(&long, &mut ends), (&short, &mut wholes)] {
            let begun = Instant::now();
            history
                .finish(run, &end, |_| Decision::default())
                .map_err(|error| said(&error))?;
            timed(times, begun);
        }
        // A file that grows, as a log does.
        let path = folder.join("beside");
        let mut file = File::options()
            .append(true)
            .create(true)
            .open(path)
            .map_err(|error| said(&error))?;
        let begun = Instant::now();
        file.write_all(&[0; 4096])
            .and_then(|()| file.sync_all())
            .map_err(|error| said(&error))?;
        timed(&mut syncs, begun);
    }
    Ok([syncs, ends, wholes, opens].map(median))
}

/// Many runs: the last 20 of a job in at most 5 ms, the database at most 1 GB for a million.
fn many(folder: &Path, runs: i64) -> Table {
    let measured = fill(folder, runs).and_then(|()| {
        let size = fs::metadata(folder.join(FILE_NAME))
            .map_err(|error| error.to_string())?
            .len();
        let begun = Instant::now();
        let history = History::open(folder, PATIENCE).map_err(|error| error.to_string())?;
        let last = history.last("job 7", 20).map_err(|error| error.to_string())?;
        let took = begun.elapsed();
        if last.len() != 20 {
            return Err(format!("{} runs instead of 20", last.len()));
        }
        Ok(vec![
            format!("{:.2} ms", took.as_secs_f64() * 1e3),
            format!("{} MB", size / 1_000_000),
        ])
    });
    Table {
        title: format!("{runs} recorded runs"),
        columns: ["open, and the last 20 of a job", "size of the database"]
            .map(str::to_owned)
            .to_vec(),
        rows: vec![Row {
            name: "history".to_owned(),
            cells: measured,
        }],
    }
}

/// Fills a record by copies of one run, which is a thousand times quicker than to run them.
fn fill(folder: &Path, runs: i64) -> Result<(), String> {
    let mut history = History::open(folder, PATIENCE).map_err(|error| error.to_string())?;
    history
        .begin(&new_run("job 0"))
        .map_err(|error| error.to_string())?;
    let path = history.path().to_owned();
    let filled = || -> rusqlite::Result<()> {
        let raw = rusqlite::Connection::open(path)?;
        raw.execute_batch("PRAGMA synchronous = OFF; BEGIN")?;
        for job in 1..100 {
            raw.execute("INSERT INTO jobs (name) VALUES (?)", [format!("job {job}")])?;
        }
        let copy =
            "INSERT INTO runs SELECT NULL, ?, ?, command, host, user, pid, pid_started, 4711, 123456, place,
            started, started + 5, 5, 'exited', 0, NULL, 0, 1000, 1000, 5000000, 8, 8, 1000, 10, 0, 0, NULL
            FROM runs WHERE id = 1";
        let mut statement = raw.prepare(copy)?;
        for run in 1..runs {
            statement.execute(rusqlite::params![Uuid::new_v4().as_bytes(), 1 + run % 100])?;
        }
        drop(statement);
        raw.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
    };
    filled().map_err(|error| error.to_string())
}
