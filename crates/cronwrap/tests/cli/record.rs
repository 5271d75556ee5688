//! The record of runs and what is told out of it: nothing lost, nothing in the job's way.

use crate::{cronwrap, run, until};
use history::{FILE_NAME, History, Outcome, RecordedRun};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// A state directory and a settings file of one's own.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
}

impl Place {
    pub(crate) fn new(settings: &str) -> Place {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("config.toml"), settings).unwrap();
        Place { folder }
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    pub(crate) fn cronwrap(&self, arguments: &[&str]) -> Command {
        let mut command = cronwrap(arguments);
        command.env_remove("CRONWRAP_NO_RECORD");
        command.env("CRONWRAP_STATE_DIR", self.state());
        command.env("CRONWRAP_CONFIG", self.folder.path().join("config.toml"));
        command
    }

    pub(crate) fn runs(&self, job: &str) -> Vec<RecordedRun> {
        History::open(&self.state(), Duration::from_secs(5))
            .unwrap()
            .last(job, 100)
            .unwrap()
    }

    pub(crate) fn told(&self) -> String {
        fs::read_to_string(self.folder.path().join("told")).unwrap_or_default()
    }
}

/// A channel that writes into the file `told`.
pub(crate) fn channel(place: &Place) -> String {
    let told = place.folder.path().join("told");
    format!(
        "[channels.ops]\nkind = \"command\"\nrun = \"cat >> {0}; echo ---- >> {0}\"\n",
        told.display()
    )
}

#[test]
fn every_run_is_recorded_with_what_it_used_and_printed() {
    let place = Place::new("");
    let ran = run(&mut place.cronwrap(&["--job", "backup", "-c", "echo one; echo two >&2; exit 3"]));
    assert_eq!((ran.code, ran.err.as_str()), (Some(3), "two\n"));
    let runs = place.runs("backup");
    assert_eq!(
        (runs.len(), runs[0].outcome.clone(), runs[0].failed),
        (1, Some(Outcome::Exited(3)), true)
    );
    assert_eq!((runs[0].stdout.lines, runs[0].stderr.bytes), (1, 4));
    assert!(runs[0].usage.max_rss > 100_000, "{:?}", runs[0].usage);
    let history = History::open(&place.state(), Duration::from_secs(5)).unwrap();
    let output = String::from_utf8(history.output(runs[0].id).unwrap().unwrap()).unwrap();
    assert!(
        output.contains(" out one\n") && output.contains(" err two\n"),
        "{output}"
    );
}

#[test]
fn outcomes_are_told_apart_in_the_record() {
    let place = Place::new("");
    let check = |arguments: &[&str], expected: Outcome| {
        run(&mut place.cronwrap(&[&["--job", "x"], arguments].concat()));
        assert_eq!(place.runs("x")[0].outcome, Some(expected), "{arguments:?}");
    };
    check(&["-c", "exit 124"], Outcome::Exited(124));
    check(&["-c", "kill -9 $$"], Outcome::Signaled(9));
    check(&["--timeout", "100ms", "--", "sleep", "5"], Outcome::TimedOut);
    run(&mut place.cronwrap(&["--job", "x", "--", "no-such-program"]));
    assert!(matches!(
        place.runs("x")[0].outcome,
        Some(Outcome::NotStarted(127, _))
    ));
}

#[test]
fn no_record_means_none() {
    let place = Place::new("");
    run(&mut place.cronwrap(&["--no-record", "-c", "true"]));
    assert!(!place.state().exists());
}

#[test]
fn sixty_four_runs_at_once_of_one_job_and_of_many_are_all_recorded() {
    let place = Place::new("");
    let start = |job: String| {
        let mut command = place.cronwrap(&["--job", &job, "-c", "exit 5"]);
        command.stderr(Stdio::null()).spawn().unwrap()
    };
    let ended = |job: &str| place.runs(job).iter().filter(|run| run.outcome.is_some()).count();
    let one: Vec<_> = (0..64).map(|_| start("one".to_owned())).collect();
    let codes = one.into_iter().map(|mut child| child.wait().unwrap().code());
    assert!(codes.into_iter().all(|code| code == Some(5)));
    assert_eq!(ended("one"), 64);
    let many: Vec<_> = (0..64).map(|number| start(format!("job{number}"))).collect();
    let codes = many.into_iter().map(|mut child| child.wait().unwrap().code());
    assert!(codes.into_iter().all(|code| code == Some(5)));
    assert!((0..64).all(|number| ended(&format!("job{number}")) == 1));
}

#[test]
fn a_killed_wrapper_is_a_lost_run_that_the_next_one_tells() {
    let place = Place::new("");
    let settings = format!("{}[defaults]\nchannels = [\"ops\"]\n", channel(&place));
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    let mut child = place
        .cronwrap(&["--job", "long", "--", "sleep", "60"])
        .spawn()
        .unwrap();
    until("the run has begun", || {
        place.state().join(FILE_NAME).exists() && !place.runs("long").is_empty()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    run(&mut place.cronwrap(&["--job", "other", "-c", "true"]));
    assert_eq!(place.runs("long")[0].outcome, Some(Outcome::Lost));
    assert!(
        place.told().contains("long on ") && place.told().contains(": a run was lost"),
        "{}",
        place.told()
    );
}

#[test]
fn nothing_of_the_record_is_for_others() {
    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let mode = |path: &Path| {
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path).unwrap().permissions()) & 0o777
    };
    assert_eq!(
        (mode(&place.state()), mode(&place.state().join(FILE_NAME))),
        (0o700, 0o600)
    );
}
