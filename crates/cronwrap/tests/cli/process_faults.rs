//! Whatever happens around the job: readers that go away or stop, children left behind, a cronwrap that is killed.

use crate::{cronwrap, line, lives, run, send, until};
use monitor::Monitor;
use std::fs::{self, File};
use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[test]
fn a_background_child_that_holds_the_pipes_is_not_waited_for() {
    let ran = line("sleep 30 & echo hi");
    assert_eq!((ran.code, &*ran.out), (Some(0), "hi\n"));
    assert!(ran.err.contains("left running"), "{}", ran.err);
    assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
}

#[test]
fn a_background_child_without_the_pipes_leaves_no_word() {
    let ran = line("sleep 1 >/dev/null 2>&1 & echo hi");
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "hi\n", ""));
}

#[test]
fn what_was_in_the_pipe_at_the_job_s_end_is_read() {
    let ran = line("sleep 3 & head -c 65536 /dev/zero | tr '\\0' x");
    assert_eq!(ran.out.len(), 65_536);
}

#[test]
fn a_full_standard_output_does_not_hurt_the_job() {
    let marker = tempfile::NamedTempFile::new().unwrap();
    let script = format!(
        "echo lost; echo also lost; echo done > {}",
        marker.path().display()
    );
    let ran = run(cronwrap(&["-c", &script])
        .stdout(File::create("/dev/full").unwrap())
        .stderr(Stdio::piped()));
    assert_eq!(ran.code, Some(0));
    assert_eq!(fs::read_to_string(marker.path()).unwrap(), "done\n");
}

#[test]
fn a_full_standard_output_is_told_and_the_report_has_the_output() {
    let monitor = Monitor::start();
    let output = cronwrap(&["--ping", &monitor.ping_url(), "-c", "echo kept; exit 3"])
        .stdout(File::create("/dev/full").unwrap())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
        .wait_with_output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("5 bytes of output could not be passed on"));
    assert!(monitor.pings()[1].body.contains(" out kept\n"));
}

#[test]
fn a_reader_that_is_gone_does_not_hurt_the_job_or_the_report() {
    let monitor = Monitor::start();
    let script = "seq 100000; echo to the end >&2; exit 3";
    let mut child = cronwrap(&["--ping", &monitor.ping_url(), "-c", script])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "to the end\n");
    let pings = monitor.pings();
    assert_eq!(pings[1].code, Some(3));
    assert!(pings[1].body.contains("out 100000\n"), "{}", pings[1].body);
}

#[test]
fn closed_standard_streams_do_not_hurt_the_job() {
    let marker = tempfile::NamedTempFile::new().unwrap();
    let script = format!(
        "exec \"$0\" -c 'echo x; echo y >&2; echo done > {}; exit 3' >&- 2>&- <&-",
        marker.path().display()
    );
    let status = Command::new("sh")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args(["-c", &script, env!("CARGO_BIN_EXE_cronwrap")])
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(3));
    assert_eq!(fs::read_to_string(marker.path()).unwrap(), "done\n");
}

#[test]
fn a_reader_that_stops_reading_slows_the_job_and_the_report_goes_out() {
    let monitor = Monitor::start();
    let mut child = cronwrap(&[
        "--ping",
        &monitor.ping_url(),
        "-c",
        "head -c 100000 /dev/zero | tr '\\0' x; echo; exit 3",
    ])
    .stdout(Stdio::piped())
    .spawn()
    .unwrap();
    let pings = monitor.wait_for(2, Duration::from_secs(60));
    assert_eq!(pings[1].code, Some(3), "the report does not wait for the reader");
    assert_eq!(
        child.try_wait().unwrap(),
        None,
        "the reader is waited for, as the job would have"
    );
    let mut seen = Vec::new();
    child.stdout.take().unwrap().read_to_end(&mut seen).unwrap();
    assert_eq!(seen.len(), 100_001);
    assert_eq!(child.wait().unwrap().code(), Some(3));
}

#[test]
fn a_blocked_reader_keeps_no_signal_from_the_job() {
    let mut child = cronwrap(&["-c", "exec cat /dev/zero"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // Once, and never again.
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    send("TERM", child.id());
    let start = Instant::now();
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn memory_stays_small_when_the_reader_is_blocked_and_the_job_is_not_done() {
    let mut child = cronwrap(&["-c", "exec cat /dev/zero"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0];
    child.stdout.as_mut().unwrap().read_exact(&mut first).unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    let kilobytes: u64 = peak.split_whitespace().next().unwrap().parse().unwrap();
    assert!(kilobytes < 20_000, "{kilobytes} kB");
    drop(child.stdout.take());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn killing_cronwrap_kills_the_job() {
    let pid_file = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo $$ > {}; exec sleep 30", pid_file.path().display());
    let mut child = cronwrap(&["-c", &script]).spawn().unwrap();
    let mut pid = 0;
    until("the job says its number", || {
        pid = fs::read_to_string(pid_file.path())
            .unwrap()
            .trim()
            .parse()
            .unwrap_or(0);
        pid != 0
    });
    assert!(lives(pid));
    child.kill().unwrap();
    child.wait().unwrap();
    until("the job is gone", || !lives(pid));
}
