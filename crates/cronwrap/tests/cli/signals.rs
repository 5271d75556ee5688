//! Signals that come to cronwrap.

use crate::{cronwrap, default_signals, send, until};
use monitor::Monitor;
use std::fs;
use std::process::{Child, Stdio};
use std::time::Duration;

fn start(monitor: &Monitor, script: &str, ready: &std::path::Path) -> Child {
    let child = default_signals(&cronwrap(&["--ping", &monitor.ping_url(), "-c", script]))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until("the job is ready", || {
        fs::metadata(ready).is_ok_and(|file| file.len() > 0)
    });
    child
}

#[test]
fn signals_reach_the_whole_process_group_and_the_last_ping_goes_out() {
    for (signal, code) in [
        ("TERM", 143),
        ("INT", 130),
        ("HUP", 129),
        ("QUIT", 131),
        ("USR1", 138),
        ("USR2", 140),
    ] {
        let (monitor, ready) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
        // Not exec: both the shell and the sleep must get it, or the shell would wait for the sleep.
        let script = format!(
            "ulimit -c 0; echo $$ > {}; sleep 30; true",
            ready.path().display()
        );
        let child = start(&monitor, &script, ready.path());
        std::thread::sleep(Duration::from_millis(50));
        send(signal, child.id());
        let output = child.wait_with_output().unwrap();
        let pings = monitor.wait_for(2, Duration::from_secs(60));
        assert_eq!(output.status.code(), Some(code), "{signal}");
        assert_eq!(pings[1].code, Some(code as u32), "{signal}");
        assert!(
            pings[1]
                .body
                .contains(&format!("SIG{signal} came and was handed on")),
            "{}",
            pings[1].body
        );
    }
}

#[test]
fn a_job_that_handles_the_signal_ends_in_its_own_way() {
    let (monitor, ready) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
    let script = format!(
        "trap 'echo cleaned up; exit 7' TERM; echo x > {}; sleep 30 & wait",
        ready.path().display()
    );
    let child = start(&monitor, &script, ready.path());
    send("TERM", child.id());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(7), &b"cleaned up\n"[..])
    );
    assert!(
        monitor.wait_for(2, Duration::from_secs(60))[1]
            .body
            .contains("cleaned up")
    );
}

#[test]
fn a_job_that_ignores_the_signal_goes_on() {
    let (monitor, ready) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
    let script = format!(
        "trap '' TERM; echo x > {}; sleep 0.5; exit 4",
        ready.path().display()
    );
    let child = start(&monitor, &script, ready.path());
    send("TERM", child.id());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(4));
}

#[test]
fn a_job_that_left_its_process_group_gets_the_signal_as_well() {
    let (monitor, ready) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
    // A group leader cannot start a session of its own, but it can be moved to another group.
    let script = format!(
        "exec perl -e 'use POSIX; $k = fork; if (!$k) {{ sleep 30; exit }} setpgid($k, $k); setpgid(0, $k) or die; \
         open(F, \">{}\"); print F $k; close F; $SIG{{TERM}} = sub {{ kill 9, $k; exit 9 }}; sleep 30'",
        ready.path().display()
    );
    let child = start(&monitor, &script, ready.path());
    send("TERM", child.id());
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(9));
}
