//! The record of runs and what is told out of it: nothing lost, nothing in the job's way.

use crate::{cronwrap, run, until};
use history::{FILE_NAME, History, Outcome, RecordedRun};
use monitor::{DEFAULT_UUID, Fault, Monitor, Options};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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

/// A record that is broken in some way: the job runs at once, all of it, and its code is kept.
pub(crate) fn check_broken(place: &Place, expected: &str) {
    let monitor = Monitor::start();
    let mut command = place.cronwrap(&["--ping", &monitor.ping_url(), "-c", "echo out; exit 4"]);
    let ran = run(command.env("CRONWRAP_PING_DEADLINE", "4s"));
    assert_eq!((ran.code, ran.out.as_str()), (Some(4), "out\n"));
    assert!(ran.err.contains(expected), "{}", ran.err);
    assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
    let kinds: Vec<_> = monitor
        .pings()
        .into_iter()
        .map(|ping| (ping.kind, ping.code))
        .collect();
    assert_eq!(
        kinds,
        [("start".to_owned(), None), ("fail".to_owned(), Some(4))],
        "{}",
        ran.err
    );
}

#[test]
fn a_broken_record_is_a_warning_and_the_monitor_is_told_all_the_same() {
    let place = Place::new("");
    fs::create_dir(place.state()).unwrap();
    fs::write(
        place.state().join(FILE_NAME),
        "rubbish that is long enough to be looked at ".repeat(9),
    )
    .unwrap();
    check_broken(&place, "is damaged");

    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.pragma_update(None, "user_version", 99).unwrap();
    check_broken(&place, "made by a later version");

    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN IMMEDIATE").unwrap();
    check_broken(&place, "in use by others for too long");

    let place = Place::new("");
    fs::write(place.state(), "no directory").unwrap();
    check_broken(&place, "no record in");
}

#[test]
fn a_record_that_others_hold_does_not_delay_the_start() {
    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let mark = place.folder.path().join("mark");
    let begun = Instant::now();
    let mut child = place
        .cronwrap(&["-c", &format!("touch {}", mark.display())])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the job has started", || mark.exists());
    // Less than the run waits for its record.
    assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
    drop(raw);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_was_told_in_vain_while_others_held_the_record_waits_in_it_afterwards() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 500,
        times: u32::MAX,
        retry_after: None,
    });
    let place = Place::new("");
    run(&mut place.cronwrap(&["-c", "true"]));
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let child = place
        .cronwrap(&["--job", "x", "--ping-deadline", "12s", "-c", "exit 3"])
        .env("CRONWRAP_PING_URL", monitor.ping_url())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("the end is told without the record", || {
        let requests = monitor.requests();
        requests.iter().any(|request| request.target.contains("/3?"))
    });
    drop(raw);
    let said = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    assert!(
        said.contains("in use by others for too long") && said.contains("kept, and sent by a later run"),
        "{said}"
    );
    assert_eq!(place.runs("x")[0].outcome, Some(Outcome::Exited(3)));
    let waiting = run(&mut place.cronwrap(&["--outbox"]));
    assert!(waiting.out.contains("waits\t"), "{}", waiting.out);
    monitor.set_fault(Fault::None);
    // Not after the pause that follows a failure.
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute("UPDATE outbox SET pause = 0", []).unwrap();
    run(&mut place.cronwrap(&["--flush"]));
    let ends = monitor.pings().into_iter().filter(|ping| ping.kind != "start");
    assert_eq!(ends.map(|ping| ping.code).collect::<Vec<_>>(), [Some(3)]);
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
fn what_could_not_be_told_waits_is_shown_and_goes_out_later_in_order() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}");
    let place = Place::new("");
    let once = |code: u8| {
        let mut command = place.cronwrap(&["--job", "x", "-c", &format!("exit {code}")]);
        run(command
            .env("CRONWRAP_PING_URL", &url)
            .env("CRONWRAP_PING_DEADLINE", "400ms"))
    };
    let ran = once(1);
    assert!(ran.err.contains("kept, and sent by a later run"), "{}", ran.err);
    once(2);
    let shown = run(&mut place.cronwrap(&["--outbox"]));
    assert_eq!((shown.code, shown.out.lines().count()), (Some(1), 2));
    assert!(
        shown.out.contains("waits\t") && !shown.out.contains(DEFAULT_UUID),
        "{}",
        shown.out
    );
    let monitor = Monitor::with(Options {
        port,
        ..Options::default()
    })
    .unwrap();
    let raw = rusqlite::Connection::open(place.state().join(FILE_NAME)).unwrap();
    raw.execute("UPDATE outbox SET pause = 0", []).unwrap();
    let flushed = run(&mut place.cronwrap(&["--flush"]));
    assert_eq!(
        (flushed.code, flushed.out.matches("delivered\tx\t").count()),
        (Some(0), 2),
        "{}{}",
        flushed.out,
        flushed.err
    );
    assert_eq!(
        monitor.pings().iter().map(|ping| ping.code).collect::<Vec<_>>(),
        [Some(1), Some(2)]
    );
    assert_eq!(run(&mut place.cronwrap(&["--outbox"])).code, Some(0));
}

#[test]
fn files_for_other_programs_are_written() {
    let place = Place::new("");
    let file = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let (metrics, status, result) = (file("x.prom"), file("x.status"), file("x.json"));
    let options = [
        "--job",
        "x",
        "--metrics",
        &metrics,
        "--status-file",
        &status,
        "--json-result",
        &result,
    ];
    run(&mut place.cronwrap(&[&options[..], &["-c", "echo hi"]].concat()));
    run(&mut place.cronwrap(&[&options[..], &["-c", "exit 3"]].concat()));
    let metrics = fs::read_to_string(metrics).unwrap();
    assert!(
        metrics.contains("crontools_job_last_run_exit_code{job_name=\"x\"} 3\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("crontools_job_last_success_time_seconds{"),
        "the success before it: {metrics}"
    );
    assert!(fs::read_to_string(status).unwrap().starts_with("CRITICAL "));
    let result: serde_json::Value = serde_json::from_str(&fs::read_to_string(result).unwrap()).unwrap();
    assert_eq!(
        (&result["outcome"], &result["exit_code"]),
        (&"exited".into(), &3.into())
    );
    let lacking = run(&mut place.cronwrap(&["--metrics", "/nonexistent/x.prom", "-c", "exit 3"]));
    assert!(
        lacking.code == Some(3) && lacking.err.contains("cannot write /nonexistent/x.prom"),
        "{}",
        lacking.err
    );
}

#[test]
fn the_result_can_go_to_a_descriptor() {
    let place = Place::new("");
    let line = format!(
        "{} --json-result 7 -c 'echo hi' 7>&1 >/dev/null",
        env!("CARGO_BIN_EXE_cronwrap")
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .env("CRONWRAP_STATE_DIR", place.state());
    let ran = run(&mut command);
    assert!(ran.out.starts_with("{\"version\":1,"), "{}{}", ran.out, ran.err);
}

#[test]
fn the_result_can_go_to_a_socket() {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    let place = Place::new("");
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    // A socket cannot be opened anew by its name below /proc, as a file or a pipe can.
    let mut command = place.cronwrap(&["--json-result", "0", "--no-stdin", "-c", "exit 3"]);
    assert_eq!(
        command.stdin(OwnedFd::from(theirs)).status().unwrap().code(),
        Some(3)
    );
    drop(command);
    let mut text = String::new();
    ours.read_to_string(&mut text).unwrap();
    assert!(
        text.starts_with("{\"version\":1,") && text.ends_with("}\n"),
        "{text}"
    );
}

#[test]
fn people_are_told_while_a_run_goes_on_and_on() {
    let place = Place::new("");
    let settings = format!(
        "{}[defaults]\nchannels = [\"ops\"]\nrunning = \"300ms\"\n",
        channel(&place)
    );
    fs::write(place.folder.path().join("config.toml"), settings).unwrap();
    let mut child = place
        .cronwrap(&["--job", "x", "--", "sleep", "2"])
        .spawn()
        .unwrap();
    until("people are told", || {
        place.told().contains("x on ") && place.told().contains("is still running after 300 ms")
    });
    assert!(child.try_wait().unwrap().is_none());
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_dead_letter_is_said_at_once_and_shown() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 404,
        times: u32::MAX,
        retry_after: None,
    });
    let place = Place::new("");
    let ran = run(&mut place.cronwrap(&["--ping", &monitor.ping_url(), "-c", "true"]));
    assert!(
        ran.code == Some(0) && ran.err.contains("answered 404") && ran.err.contains("laid aside"),
        "{}",
        ran.err
    );
    let shown = run(&mut place.cronwrap(&["--outbox"]));
    assert!(shown.out.starts_with("refused\t"), "{}", shown.out);
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
