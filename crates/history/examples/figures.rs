//! What the record costs: `cargo run --release -p crontools-history --example figures -- [RUNS]`.
//!
//! Prints the end's commit beside one fsync of the same disk in the same run, and, over RUNS recorded runs (a
//! million by default), the size of the database and the time to read the last 20 runs of a job.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a tool for measuring, by hand"
)]

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use history::{Decision, End, FILE_NAME, History, NewRun, Outcome};
use uuid::Uuid;

fn main() {
    let runs: i64 = std::env::args()
        .nth(1)
        .map_or(1_000_000, |count| count.parse().unwrap());
    let folder = std::env::current_dir()
        .unwrap()
        .join(format!("figures-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    commits(&folder.join("commits"));
    million(&folder.join("million"), runs);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn new_run(job: &str) -> NewRun {
    let command = "/usr/local/bin/backup --all --target backup.example:/srv/backups";
    NewRun::here(Uuid::new_v4(), job, command, "root", SystemTime::now())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn commits(folder: &Path) {
    let (mut syncs, mut ends, mut opens) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..300 {
        let begun = Instant::now();
        let mut history = History::open(folder, Duration::from_secs(10)).unwrap();
        opens.push(begun.elapsed());
        let run = new_run("job");
        history.begin(&run).unwrap();
        let end = End {
            output: vec![b'x'; 2_000],
            ..End::new(Outcome::Exited(0), false, Duration::ZERO)
        };
        let begun = Instant::now();
        history.finish(&run, &end, |_| Decision::default()).unwrap();
        ends.push(begun.elapsed());
        let mut file = File::options()
            .append(true)
            .create(true)
            .open(folder.join("beside"))
            .unwrap();
        let begun = Instant::now();
        file.write_all(&[0; 4096 * 6]).unwrap();
        file.sync_all().unwrap();
        syncs.push(begun.elapsed());
    }
    let (sync, end) = (median(syncs), median(ends));
    println!(
        "opening {:?}, the end's commit {end:?}, one fsync {sync:?}: {:.2} x",
        median(opens),
        end.as_secs_f64() / sync.as_secs_f64()
    );
}

fn million(folder: &Path, runs: i64) {
    let mut history = History::open(folder, Duration::from_secs(10)).unwrap();
    let raw = rusqlite::Connection::open(history.path()).unwrap();
    raw.execute_batch("PRAGMA synchronous = OFF; BEGIN").unwrap();
    for job in 0..100 {
        raw.execute("INSERT INTO jobs (name) VALUES (?)", [format!("job {job}")])
            .unwrap();
    }
    let insert = "INSERT INTO runs SELECT NULL, ?, ?, command, host, user, pid, pid_started, 4711, 123456, place, started,
        started + 5, 5, 'exited', 0, NULL, 0, 1000, 1000, 5000000, 8, 8, 1000, 10, 0, 0, NULL FROM runs WHERE id = ?";
    let first = new_run("job 0");
    raw.execute_batch("COMMIT").unwrap();
    history.begin(&first).unwrap();
    raw.execute_batch("BEGIN").unwrap();
    let mut statement = raw.prepare(insert).unwrap();
    for run in 1..runs {
        statement
            .execute(rusqlite::params![Uuid::new_v4().as_bytes(), 1 + run % 100, 1])
            .unwrap();
    }
    raw.execute_batch("COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
        .unwrap();
    let size = std::fs::metadata(folder.join(FILE_NAME)).unwrap().len();
    let begun = Instant::now();
    let history = History::open(folder, Duration::from_secs(10)).unwrap();
    let last = history.last("job 7", 20).unwrap();
    let took = begun.elapsed();
    assert_eq!(last.len(), 20);
    println!(
        "{runs} runs: {} MB, opening and the last 20 of a job in {took:?}",
        size / 1_000_000
    );
}
