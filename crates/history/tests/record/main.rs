//! Runs are written down, found again, noticed when they vanish, and forgotten in time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod lost;
mod retention;

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread;
use std::time::{Duration, SystemTime};

use history::{
    Decision, End, FILE_NAME, History, NewReport, NewRun, Outcome, Process, Retention, StreamCount, Usage,
};
use uuid::Uuid;

const PATIENCE: Duration = Duration::from_secs(30);

fn open(folder: &Path) -> History {
    History::open(folder, PATIENCE).unwrap()
}

fn run(job: &str) -> NewRun {
    NewRun::here(
        Uuid::new_v4(),
        job,
        "/usr/bin/rsync -a /home host:",
        "root",
        SystemTime::now(),
    )
}

fn success() -> End {
    End::new(Outcome::Exited(0), false, Duration::from_secs(2))
}

fn nothing(_: Option<&str>) -> Decision {
    Decision::default()
}

#[test]
fn a_run_is_found_again_as_it_was_told() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let run = run("backup");
    history.begin(&run).unwrap();
    let begun = history.find(run.id).unwrap().unwrap();
    assert_eq!(
        (begun.outcome, begun.took, begun.command),
        (None, None, run.command.clone())
    );

    let end = End {
        usage: Usage {
            user: Duration::from_millis(7),
            max_rss: 1 << 20,
            blocks_in: 8,
            ..Usage::default()
        },
        stdout: StreamCount { bytes: 100, lines: 3 },
        output: b"first\nlast\n".to_vec(),
        log: Some("/var/log/x.log".to_owned()),
        ..End::new(Outcome::Exited(3), true, Duration::from_micros(1_234_567))
    };
    history.finish(&run, &end, nothing).unwrap();
    let found = history.find(run.id).unwrap().unwrap();
    assert_eq!(found.outcome, Some(Outcome::Exited(3)));
    assert_eq!(
        (found.took, found.usage, found.stdout),
        (Some(end.took), end.usage, end.stdout)
    );
    assert_eq!((found.failed, found.log, found.host), (true, end.log, run.host));
    assert_eq!(history.output(run.id).unwrap(), Some(end.output));
    assert_eq!(history.jobs().unwrap(), ["backup"]);
    assert_eq!(history.last("backup", 5).unwrap().len(), 1);
    assert_eq!(history.last("other", 5).unwrap(), []);
}

#[test]
fn every_outcome_is_kept_in_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let outcomes = [
        Outcome::Exited(0),
        Outcome::Exited(255),
        Outcome::Signaled(9),
        Outcome::TimedOut,
        Outcome::NotStarted(127, "/opt/x: no such file".to_owned()),
        Outcome::Skipped,
    ];
    for outcome in outcomes {
        let run = run("any");
        history
            .finish(&run, &End::new(outcome.clone(), true, Duration::ZERO), nothing)
            .unwrap();
        assert_eq!(history.find(run.id).unwrap().unwrap().outcome, Some(outcome));
    }
}

#[test]
fn the_last_runs_come_latest_first_and_tell_how_long_it_usually_takes() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    assert_eq!(history.usual("job").unwrap(), None);
    for seconds in [5, 1, 3] {
        history
            .finish(
                &run("job"),
                &End::new(Outcome::Exited(0), false, Duration::from_secs(seconds)),
                nothing,
            )
            .unwrap();
    }
    history
        .finish(
            &run("job"),
            &End::new(Outcome::Exited(1), true, Duration::from_secs(90)),
            nothing,
        )
        .unwrap();
    let took: Vec<u64> = history
        .last("job", 3)
        .unwrap()
        .iter()
        .map(|run| run.took.unwrap().as_secs())
        .collect();
    assert_eq!(took, [90, 3, 1]);
    assert_eq!(history.last_success("other").unwrap(), None);
    assert!(history.last_success("job").unwrap().unwrap() > SystemTime::now());
    let usual = history.usual("job").unwrap().unwrap();
    assert_eq!(
        (usual.median.as_secs(), usual.longest.as_secs(), usual.runs),
        (3, 5, 3)
    );
}

#[test]
fn sixty_four_writers_at_once_lose_nothing_also_when_the_record_is_new() {
    for one_job in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state/of/this/user");
        thread::scope(|scope| {
            for writer in 0..64 {
                let path = &path;
                scope.spawn(move || {
                    let mut history = History::open(path, PATIENCE).unwrap();
                    let run = run(&if one_job {
                        "job".to_owned()
                    } else {
                        format!("job {writer}")
                    });
                    history.begin(&run).unwrap();
                    let count = |status: Option<&str>| Decision {
                        status: Some((status.map_or(0, |text| text.parse::<u32>().unwrap()) + 1).to_string()),
                        ..Decision::default()
                    };
                    history.finish(&run, &success(), count).unwrap();
                });
            }
        });
        let mut history = open(&path);
        let jobs = history.jobs().unwrap();
        let ended: usize = jobs
            .iter()
            .flat_map(|job| history.last(job, 100).unwrap())
            .filter(|run| run.outcome.is_some())
            .count();
        assert_eq!((jobs.len(), ended), (if one_job { 1 } else { 64 }, 64));
        let mut runs = None;
        history
            .finish(&run(&jobs[0]), &success(), |status| {
                runs = status.map(str::to_owned);
                Decision::default()
            })
            .unwrap();
        assert_eq!(
            runs.as_deref(),
            Some(if one_job { "64" } else { "1" }),
            "no run's status was overwritten"
        );
    }
}

#[test]
fn the_files_are_for_their_owner_only() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state");
    let mut history = open(&path);
    history.finish(&run("job"), &success(), nothing).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&path), 0o700);
    let files: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.len() >= 2, "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn a_record_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let raw = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    raw.execute_batch(include_str!("../../src/schema.sql")).unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    drop(raw);
    let mut history = open(folder.path());
    history.finish(&run("job"), &success(), nothing).unwrap();
    let second = Duration::from_secs(1);
    history.turn("ops", second, second, SystemTime::now()).unwrap();
    assert_eq!(history.last("job", 5).unwrap().len(), 1);
}
