//! Thirty jobs a minute under the real Debian cron, an accelerated clock, and a monitor that fails at random: every
//! run is recorded once, and every report delivered once.
//!
//! `SOAK="MINUTES FACTOR SEED"` changes how many of the daemon's minutes it takes, how many times faster than ours
//! they pass, and how the monitor fails: `SOAK="1440 60 1" cargo test -p e2e soak -- --nocapture` is a day in 24 minutes.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

use chrono::{TimeDelta, TimeZone as _, Utc};
use e2e::cron::{Clock, Cron};
use history::{FILE_NAME, History, Outcome};
use monitor::{Fault, Monitor};

const JOBS: usize = 30;
const PATIENCE: Duration = Duration::from_secs(20);

/// How long, how fast, and by which numbers the monitor fails.
struct Plan {
    minutes: u32,
    factor: u32,
    seed: u64,
}

impl Plan {
    fn read() -> Plan {
        let said = std::env::var("SOAK").unwrap_or_else(|_| "20 30 1".to_owned());
        let numbers: Vec<u32> = said.split(' ').map(|word| word.parse().unwrap()).collect();
        let [minutes, factor, seed] = numbers[..] else {
            panic!("SOAK is \"MINUTES FACTOR SEED\", not {said:?}")
        };
        Plan {
            minutes,
            factor,
            seed: u64::from(seed),
        }
    }
}

#[test]
fn soak_of_thirty_jobs_a_minute_loses_no_run_and_tells_each_once() {
    let (plan, began) = (Plan::read(), Instant::now());
    let (folder, monitor) = (tempfile::tempdir().unwrap(), Monitor::start());
    let crontab = lay_out(folder.path(), &monitor.ping_url());
    let clock = Clock {
        start: Utc.with_ymd_and_hms(2026, 3, 1, 11, 59, 30).unwrap(),
        factor: plan.factor,
    };
    let mut daemon = match Cron::start(&crontab, clock) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    let end = daemon.real(clock.start + TimeDelta::minutes(i64::from(plan.minutes)));
    let is_over = AtomicBool::new(false);
    let faults = std::thread::scope(|scope| {
        let failing = scope.spawn(|| fail_at_random(&monitor, plan.seed, &is_over));
        std::thread::sleep(end.duration_since(SystemTime::now()).unwrap_or_default());
        daemon.stop();
        is_over.store(true, Ordering::Relaxed);
        failing.join().unwrap()
    });
    // The last jobs and their wrappers.
    daemon.wait_until_idle();
    let runs = fs::read_to_string(folder.path().join("ran"))
        .unwrap()
        .lines()
        .count();
    drain(folder.path());
    let ended = all_are_recorded(folder.path(), runs);
    let (told, twice) = each_is_told(&monitor, &ended, &doubts(folder.path()));
    let said = format!(
        "soak: {} of the daemon's minutes at x{}, {runs} runs, {} recorded, {told} told, {twice} twice; {faults:?}; {:?}\n",
        plan.minutes,
        plan.factor,
        ended.len(),
        began.elapsed()
    );
    std::io::stderr().write_all(said.as_bytes()).unwrap();
    let wanted = JOBS * (plan.minutes as usize - 2);
    assert!(
        runs >= wanted / 2,
        "{runs} runs: the daemon was held up too much for a soak"
    );
}

/// The settings, and a crontab of jobs that each leave a line of their own, by which their runs are counted.
fn lay_out(folder: &Path, url: &str) -> String {
    let settings =
        format!("[monitors.hc]\nkind = \"healthchecks\"\nurl = \"{url}\"\n[defaults]\nmonitors = [\"hc\"]\n");
    fs::write(folder.join("config.toml"), settings).unwrap();
    let (place, cronwrap) = (folder.display(), e2e::program("cronwrap"));
    let mut text = format!(
        "SHELL=/bin/sh\nMAILTO=\"\"\nCRONWRAP_STATE_DIR={place}/state\nCRONWRAP_CONFIG={place}/config.toml\n"
    );
    for job in 0..JOBS {
        let code = u8::from(job % 7 == 0);
        let line = format!("echo {job} >> {place}/ran; exit {code}");
        let wrapped = format!(
            "{} --job job{job} --quiet -c '{line}' 2>>{place}/said",
            cronwrap.display()
        );
        writeln!(text, "* * * * * root {wrapped}").unwrap();
    }
    text
}

/// Lets the monitor fail in ways in which it takes nothing down, until all is over; how often it failed in which.
fn fail_at_random(monitor: &Monitor, seed: u64, is_over: &AtomicBool) -> HashMap<&'static str, u32> {
    let mut faults = HashMap::new();
    let mut number = seed;
    while !is_over.load(Ordering::Relaxed) {
        // A small generator of numbers that are the same each time: Knuth's MMIX.
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let status = |code| Fault::Status {
            code,
            times: u32::MAX,
            retry_after: None,
        };
        let (name, fault) = match number >> 60 {
            0..8 => ("well", Fault::None),
            8..11 => ("500", status(500)),
            11..13 => ("429", status(429)),
            13..15 => ("hung up", Fault::ClosesAtOnce),
            _ => ("garbage", Fault::Garbage),
        };
        *faults.entry(name).or_insert(0) += 1;
        monitor.set_fault(fault);
        std::thread::sleep(Duration::from_millis(300 + (number >> 32) % 1_500));
    }
    monitor.set_fault(Fault::None);
    faults
}

/// Delivers all that waits, without the pauses after failures that real time would bring.
fn drain(folder: &Path) {
    let raw = rusqlite::Connection::open(folder.join("state").join(FILE_NAME)).unwrap();
    raw.busy_timeout(PATIENCE).unwrap();
    let waiting = || {
        raw.query_row("SELECT count(*) FROM outbox", [], |row| row.get::<_, u32>(0))
            .unwrap()
    };
    let mut last = u32::MAX;
    while waiting() > 0 {
        assert!(waiting() < last, "{} reports cannot be delivered", waiting());
        last = waiting();
        raw.execute("UPDATE outbox SET pause = 0, leased = 0", [])
            .unwrap();
        let mut flush = e2e::run("cronwrap");
        flush
            .arg("--flush")
            .env("CRONWRAP_STATE_DIR", folder.join("state"));
        flush.env("CRONWRAP_CONFIG", folder.join("config.toml"));
        flush.output().unwrap();
    }
}

/// As many runs in the record as have left their line, each with its end; their IDs.
fn all_are_recorded(folder: &Path, runs: usize) -> Vec<String> {
    let history = History::open(&folder.join("state"), PATIENCE).unwrap();
    let ran = fs::read_to_string(folder.join("ran")).unwrap();
    let said = fs::read_to_string(folder.join("said")).unwrap_or_default();
    let why: Vec<&str> = said.lines().filter(|line| line.contains("record: ")).collect();
    let mut ids = Vec::new();
    for job in 0..JOBS {
        let recorded = history.last(&format!("job{job}"), runs).unwrap();
        let lines = ran.lines().filter(|line| *line == job.to_string()).count();
        assert_eq!(recorded.len(), lines, "job{job}: {why:?}");
        let expected = Some(Outcome::Exited(u8::from(job % 7 == 0)));
        assert!(recorded.iter().all(|run| run.outcome == expected), "job{job}");
        ids.extend(recorded.into_iter().map(|run| run.id.hyphenated().to_string()));
    }
    assert_eq!(ids.len(), runs);
    ids
}

/// What cronwrap said of answers that did not come in time, and of what it could not take out of the record: then it
/// may have told what it does not know to be told, and has to tell it again. On an idle machine there is nothing.
fn doubts(folder: &Path) -> Vec<String> {
    let said = fs::read_to_string(folder.join("said")).unwrap_or_default();
    let is_doubt = |line: &&str| {
        ["given up", "timed out", "record: "]
            .iter()
            .any(|word| line.contains(word))
    };
    said.lines().filter(is_doubt).map(str::to_owned).collect()
}

/// The monitor has heard of each run's end, and of none twice but where cronwrap itself was in doubt: how many it has
/// heard of, and how many twice.
fn each_is_told(monitor: &Monitor, ids: &[String], doubts: &[String]) -> (usize, usize) {
    let mut told: HashMap<String, u32> = HashMap::new();
    for ping in monitor.pings().into_iter().filter(|ping| ping.kind != "start") {
        *told.entry(ping.rid.unwrap()).or_default() += 1;
    }
    let lost: Vec<_> = ids.iter().filter(|id| !told.contains_key(*id)).collect();
    assert!(lost.is_empty(), "{} runs were not told: {lost:?}", lost.len());
    assert_eq!(told.len(), ids.len());
    let twice = told.values().filter(|times| **times > 1).count();
    assert!(
        twice <= doubts.len(),
        "{twice} runs were told twice; in doubt were {doubts:#?}"
    );
    (told.len(), twice)
}
