//! What is written for other programs: metrics, a status line, JSON.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use history::{End, NewRun, Outcome, StreamCount};
use reporting::{RunFacts, metrics, result_json, status_line, write_atomically};
use uuid::Uuid;

fn facts(outcome: Outcome, exit_code: u8) -> RunFacts {
    let started = SystemTime::UNIX_EPOCH + Duration::from_micros(1_770_000_000_250_000);
    let run = NewRun {
        host: "web1".to_owned(),
        ..NewRun::here(Uuid::nil(), "back\"up\\", "rsync | tee", "root", started)
    };
    let mut end = End::new(outcome, exit_code != 0, Duration::from_millis(2_500));
    end.stdout = StreamCount { bytes: 100, lines: 3 };
    RunFacts {
        run,
        end,
        exit_code,
        ping: None,
        usual: None,
        first_errors: Vec::new(),
        last_lines: Vec::new(),
        journal: false,
        notes: Vec::new(),
    }
}

#[test]
fn metrics_are_what_promtool_wants() {
    let promtool = match needs::debian::program("promtool", "prometheus") {
        Ok(path) => path,
        Err(reason) => return needs::skip(&reason),
    };
    for (outcome, code) in [
        (Outcome::Exited(0), 0),
        (Outcome::Signaled(9), 137),
        (Outcome::Lost, 0),
    ] {
        let text = metrics(&facts(outcome, code), Some(SystemTime::now()));
        assert!(
            text.contains("crontools_job_last_run_exit_code{job_name=\"back\\\"up\\\\\"} "),
            "{text}"
        );
        let tool = Command::new(&promtool)
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut tool = tool.unwrap();
        tool.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = tool.wait_with_output().unwrap();
        assert!(
            output.status.success(),
            "{}{}",
            String::from_utf8_lossy(&output.stderr),
            text
        );
    }
}

#[test]
fn a_failure_keeps_the_time_of_the_last_success() {
    let before = SystemTime::UNIX_EPOCH + Duration::from_secs(1_760_000_000);
    let value = |text: &str| {
        text.lines()
            .find(|line| line.starts_with("crontools_job_last_success_time_seconds{"))
            .map(|line| line.rsplit(' ').next().unwrap().to_owned())
    };
    assert_eq!(
        value(&metrics(&facts(Outcome::Exited(1), 1), Some(before))).as_deref(),
        Some("1760000000")
    );
    assert_eq!(
        value(&metrics(&facts(Outcome::Exited(0), 0), Some(before))).as_deref(),
        Some("1770000002")
    );
    assert_eq!(value(&metrics(&facts(Outcome::Exited(1), 1), None)), None);
}

#[test]
fn a_status_is_one_line_with_its_state_first_and_its_data_behind_the_only_bar() {
    let line = status_line(&facts(Outcome::Exited(0), 0));
    assert!(
        line.starts_with("OK 2026-02-0")
            && line.ends_with(" after 2.5 s | duration=2.500s exit_code=0 output=100B\n"),
        "{line}"
    );
    let reason = "a|b\nc".to_owned();
    let line = status_line(&facts(Outcome::NotStarted(127, reason), 127));
    assert!(
        line.starts_with("CRITICAL ") && line.contains("not started (127): a/b c"),
        "{line}"
    );
    assert_eq!((line.matches('|').count(), line.lines().count()), (1, 1));
}

#[test]
fn the_result_has_a_version_and_tells_the_job_s_code_from_ours() {
    let value = |outcome, code| -> serde_json::Value {
        serde_json::from_str(&result_json(&facts(outcome, code))).unwrap()
    };
    let result = value(Outcome::Exited(3), 3);
    assert_eq!(
        (&result["version"], &result["job_exit_code"], &result["exit_code"]),
        (&1.into(), &3.into(), &3.into())
    );
    assert_eq!(result["started"], "2026-02-02T02:40:00.250000Z");
    assert_eq!(result["ended"], "2026-02-02T02:40:02.750000Z");
    let ours = value(Outcome::TimedOut, 124);
    assert_eq!(
        (&ours["outcome"], &ours["job_exit_code"], &ours["exit_code"]),
        (&"timed-out".into(), &serde_json::Value::Null, &124.into())
    );
    assert_eq!(value(Outcome::Signaled(9), 137)["signal"], 9);
    let text = result_json(&facts(Outcome::Exited(0), 0));
    assert!(
        text.starts_with("{\"version\":1,\"run\":\"") && text.ends_with("}\n"),
        "{text}"
    );
}

#[test]
fn a_reader_sees_the_old_file_or_the_new_and_nothing_is_left_beside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("job.prom");
    write_atomically(&path, b"old\n").unwrap();
    let reader = std::thread::spawn({
        let path = path.clone();
        move || {
            for _ in 0..2_000 {
                let text = std::fs::read(&path).unwrap();
                assert!(text == b"old\n" || text.len() == 100_000, "{} bytes", text.len());
            }
        }
    });
    for _ in 0..200 {
        write_atomically(&path, &vec![b'x'; 100_000]).unwrap();
    }
    reader.join().unwrap();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(write_atomically(&folder.path().join("missing/job.prom"), b"x").is_err());
}
