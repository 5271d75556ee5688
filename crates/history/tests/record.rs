//! Runs are written down, found again, noticed when they vanish, and forgotten in time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

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

/// A process that has ended.
fn dead() -> Process {
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let process = Process::look_up(child.id());
    child.wait().unwrap();
    process
}

#[test]
fn a_run_whose_processes_are_gone_is_lost_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let gone = NewRun {
        wrapper: dead(),
        child: Some(dead()),
        ..run("killed")
    };
    let alive = run("alive");
    let orphan = NewRun {
        wrapper: dead(),
        child: Some(Process::look_up(std::process::id())),
        ..run("orphan")
    };
    let elsewhere = NewRun {
        wrapper: dead(),
        host: "other".to_owned(),
        ..run("elsewhere")
    };
    for run in [&gone, &alive, &orphan, &elsewhere] {
        history.begin(run).unwrap();
    }
    let told = |_: &_, _: Option<&str>| Decision {
        status: Some("failing".to_owned()),
        reports: vec![NewReport {
            target: "t".to_owned(),
            address: "a".to_owned(),
            payload: b"lost".to_vec(),
        }],
        hold: Duration::ZERO,
    };
    let lost = history.sweep(&gone.host, told).unwrap();
    assert_eq!(lost.iter().map(|lost| lost.id).collect::<Vec<_>>(), [gone.id]);
    assert!(!lost[0].host_went_down);
    assert_eq!(
        history.find(gone.id).unwrap().unwrap().outcome,
        Some(Outcome::Lost)
    );
    assert_eq!(history.outbox().unwrap().len(), 1);
    assert_eq!(history.sweep(&gone.host, told).unwrap(), []);
    let mut seen = None;
    let end = End::new(Outcome::Exited(0), false, Duration::ZERO);
    history
        .finish(&run("killed"), &end, |status| {
            seen = status.map(str::to_owned);
            Decision::default()
        })
        .unwrap();
    assert_eq!(
        seen.as_deref(),
        Some("failing"),
        "the next run knows what was told of the lost one"
    );
}

#[test]
fn a_run_of_which_no_process_could_be_looked_up_is_not_called_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let unknown = NewRun {
        wrapper: Process {
            id: 4_000_000,
            started: 0,
        },
        ..run("without /proc")
    };
    history.begin(&unknown).unwrap();
    assert_eq!(
        history.sweep(&unknown.host, |_, _| Decision::default()).unwrap(),
        []
    );
}

#[test]
fn after_a_boot_every_open_run_is_lost_and_one_in_another_container_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let (earlier, container) = (run("earlier"), run("container"));
    history.begin(&earlier).unwrap();
    history.begin(&container).unwrap();
    let raw = rusqlite::Connection::open(history.path()).unwrap();
    let place = |run: &NewRun, place: &str| {
        raw.execute(
            "UPDATE runs SET place = ? WHERE run = ?",
            rusqlite::params![place, run.id.as_bytes()],
        )
        .unwrap();
    };
    place(&earlier, "00000000-0000-4000-8000-000000000000 pid:[4026531836]");
    let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    place(&container, &format!("{} pid:[1]", boot.trim()));
    let lost = history.sweep(&earlier.host, |_, _| Decision::default()).unwrap();
    assert_eq!(
        lost.iter()
            .map(|lost| (lost.id, lost.host_went_down))
            .collect::<Vec<_>>(),
        [(earlier.id, true)]
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
fn old_runs_and_too_many_are_forgotten_with_their_output() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let now = SystemTime::now();
    let day = Duration::from_secs(86_400);
    let mut ids = Vec::new();
    for age in (0..10).rev() {
        let run = NewRun {
            started: now - day * age,
            ..run("job")
        };
        history
            .finish(
                &run,
                &End {
                    output: b"text".to_vec(),
                    ..success()
                },
                nothing,
            )
            .unwrap();
        ids.push(run.id);
    }
    assert_eq!(
        history
            .forget(
                Retention {
                    age: day * 7 + day / 2,
                    runs: 5,
                    ..Retention::default()
                },
                now
            )
            .unwrap(),
        5
    );
    let left: Vec<Uuid> = history
        .last("job", 100)
        .unwrap()
        .into_iter()
        .map(|run| run.id)
        .rev()
        .collect();
    assert_eq!(left, ids[5..]);
    assert_eq!(history.output(ids[0]).unwrap(), None);
    assert!(history.output(ids[9]).unwrap().is_some());
}

#[test]
fn output_is_kept_of_failures_and_of_the_last_successes() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let mut ids = Vec::new();
    for number in 0..40 {
        let run = run("job");
        let failed = number == 3;
        let end = End {
            output: b"text".to_vec(),
            failed,
            ..success()
        };
        history.finish(&run, &end, nothing).unwrap();
        ids.push(run.id);
    }
    let kept: Vec<usize> = (0..40)
        .filter(|&at| history.output(ids[at]).unwrap().is_some())
        .collect();
    assert_eq!(kept[0], 3, "the failure");
    assert!(
        (21..=41).contains(&kept.len()) && kept.ends_with(&(20..40).collect::<Vec<_>>()),
        "{kept:?}"
    );
}

#[test]
fn a_run_that_never_ends_is_not_forgotten_by_writing_others() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    let long = NewRun {
        started: SystemTime::now() - Duration::from_secs(500 * 86_400),
        ..run("job")
    };
    history.begin(&long).unwrap();
    for _ in 0..50 {
        history.finish(&run("job"), &success(), nothing).unwrap();
    }
    assert!(history.find(long.id).unwrap().is_some());
}

#[test]
fn as_much_is_kept_as_was_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = open(folder.path());
    history.set_retention(Retention {
        runs: 10,
        outputs: 3,
        ..Retention::default()
    });
    for _ in 0..100 {
        let end = End {
            output: b"text".to_vec(),
            ..success()
        };
        history.finish(&run("job"), &end, nothing).unwrap();
    }
    let left = history.last("job", 1_000).unwrap();
    // Not at each run, but at each twentieth.
    assert!((10..=30).contains(&left.len()), "{}", left.len());
    let kept = left
        .iter()
        .filter(|run| history.output(run.id).unwrap().is_some());
    assert!((3..=23).contains(&kept.count()));
}

#[test]
fn a_record_of_the_first_version_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let raw = rusqlite::Connection::open(folder.path().join(FILE_NAME)).unwrap();
    raw.execute_batch(include_str!("../src/schema.sql")).unwrap();
    raw.pragma_update(None, "user_version", 1).unwrap();
    drop(raw);
    let mut history = open(folder.path());
    history.finish(&run("job"), &success(), nothing).unwrap();
    let second = Duration::from_secs(1);
    history.turn("ops", second, second, SystemTime::now()).unwrap();
    assert_eq!(history.last("job", 5).unwrap().len(), 1);
}
