//! What was acknowledged is there after a kill and after a power failure.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use history::{Decision, End, FILE_NAME, History, NewReport, NewRun, Outcome};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(10);
const FOLDER: &str = "HISTORY_TEST_FOLDER";

fn report(run: &NewRun) -> Decision {
    let report = NewReport {
        target: "t".to_owned(),
        address: run.job.clone(),
        payload: b"end".to_vec(),
    };
    Decision {
        status: Some(run.id.to_string()),
        reports: vec![report],
        hold: PATIENCE,
    }
}

fn end() -> End {
    End {
        output: vec![b'x'; 3_000],
        ..End::new(Outcome::Exited(1), true, Duration::from_secs(1))
    }
}

/// What is written while it is killed: runs one after the other, each step told as soon as it is done.
fn write_until_killed(folder: &Path) {
    loop {
        say("opening", Uuid::nil());
        let mut history = History::open(folder, PATIENCE).unwrap();
        let run = NewRun::here(Uuid::new_v4(), "job", "true", "root", SystemTime::now());
        say("beginning", run.id);
        history.begin(&run).unwrap();
        say("begun", run.id);
        let ours = history.finish(&run, &end(), |_| report(&run)).unwrap();
        say("ended", run.id);
        for claimed in ours {
            history.delivered(&claimed).unwrap();
        }
        say("delivered", run.id);
    }
}

fn say(step: &str, run: Uuid) {
    let mut out = std::io::stdout();
    writeln!(out, "STEP {step} {run}").unwrap();
    out.flush().unwrap();
}

#[test]
fn a_kill_at_any_moment_loses_nothing_that_was_acknowledged() {
    if let Some(folder) = std::env::var_os(FOLDER) {
        write_until_killed(folder.as_ref());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut hits = std::collections::BTreeMap::new();
    let (mut begun, mut ended) = (Vec::new(), Vec::new());
    for kill in 0..60_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_kill_at_any_moment_loses_nothing_that_was_acknowledged",
                "--nocapture",
            ])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let pid = rustix::process::Pid::from_raw(child.id().cast_signed()).unwrap();
        // Spread over the steps, from the first one on: a busy machine takes its time to begin.
        let kill = move || {
            std::thread::sleep(Duration::from_micros(kill * 1_137));
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
        };
        let mut kill = Some(kill);
        let mut last = "starting".to_owned();
        for line in output.lines().map_while(Result::ok) {
            let mut words = line.rsplit("STEP ").next().unwrap().split(' ');
            let (Some(step), Some(Ok(run))) = (words.next(), words.next().map(Uuid::parse_str)) else {
                continue;
            };
            if let Some(kill) = kill.take() {
                std::thread::spawn(kill);
            }
            match step {
                "begun" => begun.push(run),
                "ended" => ended.push(run),
                _ => {}
            }
            last = step.to_owned();
        }
        child.wait().unwrap();
        *hits.entry(last).or_insert(0) += 1;
    }
    let mut history = History::open(folder.path(), PATIENCE).unwrap();
    sound(folder.path());
    for run in &begun {
        assert!(history.find(*run).unwrap().is_some(), "{run} was begun");
    }
    for run in &ended {
        assert!(
            history.find(*run).unwrap().unwrap().outcome.is_some(),
            "{run} was ended"
        );
    }
    let host = NewRun::here(Uuid::nil(), "", "", "", SystemTime::now()).host;
    let lost = history.sweep(&host, |_, _| Decision::default()).unwrap();
    assert!(lost.iter().all(|lost| !ended.contains(&lost.id)));
    let open = history
        .last("job", 1_000_000)
        .unwrap()
        .into_iter()
        .filter(|run| run.outcome.is_none())
        .count();
    assert_eq!(open, 0, "every run has an end or is lost");
    let _ = writeln!(
        std::io::stderr(),
        "60 kills, each by the last step before it: {hits:?}; {} runs ended, {} lost",
        ended.len(),
        lost.len()
    );
    assert!(hits.len() >= 3, "the kills hit too few steps: {hits:?}");
}

fn sound(folder: &Path) {
    let raw = rusqlite::Connection::open(folder.join(FILE_NAME)).unwrap();
    let verdict: String = raw
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(verdict, "ok");
}

/// The log of SQLite grows only at its end between two checkpoints, and every acknowledged commit is synced; so after
/// a power failure it is as long as at the last acknowledgement, or longer by whatever of the next commit had
/// reached the disk, whole or torn. Each of these is replayed.
#[test]
fn a_power_failure_at_any_point_of_a_commit_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let (database, log) = (
        folder.path().join(FILE_NAME),
        folder.path().join(format!("{FILE_NAME}-wal")),
    );
    let mut history = History::open(folder.path(), PATIENCE).unwrap();
    let base = fs::read(&database).unwrap();
    let mut acknowledged = vec![(fs::metadata(&log).unwrap().len(), None)];
    for _ in 0..4 {
        let run = NewRun::here(Uuid::new_v4(), "job", "true", "root", SystemTime::now());
        history.finish(&run, &end(), |_| report(&run)).unwrap();
        acknowledged.push((fs::metadata(&log).unwrap().len(), Some(run.id)));
    }
    assert!(
        fs::read(&database).unwrap() == base,
        "no checkpoint came in between"
    );
    let whole = fs::read(&log).unwrap();
    let mut replayed = 0;
    for pair in 0..acknowledged.len() - 1 {
        let (synced, next) = (acknowledged[pair].0 as usize, acknowledged[pair + 1].0 as usize);
        for reached in (synced..next).step_by(211) {
            for torn in [false, true] {
                let mut log = whole[..reached].to_vec();
                if torn {
                    log.extend_from_slice(&[0; 700]);
                }
                let after: Vec<Uuid> = acknowledged[..=pair].iter().filter_map(|(_, run)| *run).collect();
                check_after_power_failure(&base, &log, &after);
                replayed += 1;
            }
        }
    }
    let _ = writeln!(
        std::io::stderr(),
        "{replayed} power failures replayed over 4 commits"
    );
}

fn check_after_power_failure(database: &[u8], log: &[u8], acknowledged: &[Uuid]) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), database).unwrap();
    fs::write(folder.path().join(format!("{FILE_NAME}-wal")), log).unwrap();
    let mut history = History::open(folder.path(), PATIENCE).unwrap();
    sound(folder.path());
    for run in acknowledged {
        assert!(
            history.find(*run).unwrap().is_some(),
            "{run} is gone at {} bytes",
            log.len()
        );
    }
    assert_eq!(history.outbox().unwrap().len(), acknowledged.len());
    let next = NewRun::here(Uuid::new_v4(), "job", "true", "root", SystemTime::now());
    history.finish(&next, &end(), |_| report(&next)).unwrap();
}
