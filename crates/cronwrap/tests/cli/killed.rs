//! cronwrap killed at any moment, run without /proc, under a clock that jumps, and ten thousand times.

use crate::{cronwrap, lives, run, send};
use monitor::{Fault, Monitor};
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Where a run is when it is killed.
const PHASES: [&str; 4] = ["spawn", "capture", "end", "ping"];
/// A child in the background holds the pipe, so that the end takes a while; the monitor answers late.
const JOB: &str = "echo $$ > $D/begun; seq 100; sleep 0.03; sleep 0.06 & echo d > $D/done; exec true";

fn phase(directory: &Path, monitor: &Monitor) -> usize {
    let there = |name: &str| fs::metadata(directory.join(name)).is_ok_and(|found| found.len() > 0);
    let pings = monitor
        .requests()
        .iter()
        .filter(|request| !request.target.contains("/start"))
        .count();
    match (there("begun"), there("done"), pings) {
        (false, ..) => 0,
        (true, false, _) => 1,
        (true, true, 0) => 2,
        _ => 3,
    }
}

/// Kills a run this long after it reached a phase. In which phase it was then, unless it had ended.
fn kill_in(wanted: usize, delay: Duration) -> Option<usize> {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let monitor = Monitor::faulty(Fault::Late {
        by: Duration::from_millis(20),
    });
    let mut command = cronwrap(&[
        "--lock",
        lock.to_str().unwrap(),
        "--ping",
        &monitor.ping_url(),
        "-c",
        JOB,
    ]);
    let mut child = command
        .env("D", directory.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while phase(directory.path(), &monitor) < wanted && child.try_wait().unwrap().is_none() {
        thread::sleep(Duration::from_millis(1));
    }
    thread::sleep(delay);
    let ended = child.try_wait().unwrap().is_some();
    let phase = phase(directory.path(), &monitor);
    child.kill().unwrap();
    child.wait().unwrap();
    // The next run gets the lock when the job is gone, and not before.
    let check = "p=$(cat $D/begun 2>/dev/null); if [ -n \"$p\" ] && kill -0 -- -$p 2>/dev/null; then echo both inside; fi";
    let mut next = cronwrap(&["--lock", lock.to_str().unwrap(), "--lock-wait", "9s", "-c", check]);
    let next = run(next.env("D", directory.path()));
    assert_eq!(
        (next.code, &*next.out),
        (Some(0), ""),
        "killed at {}: {}",
        PHASES[phase],
        next.err
    );
    let job = fs::read_to_string(directory.path().join("begun")).unwrap_or_default();
    assert!(
        job.trim().parse().map_or(true, |pid| !lives(pid)),
        "killed at {}",
        PHASES[phase]
    );
    (!ended).then_some(phase)
}

#[test]
fn wherever_cronwrap_is_killed_the_job_is_gone_and_the_lock_is_free_only_then() {
    let (mut hits, begun) = ([0; 4], Instant::now());
    for round in 0_u64.. {
        // The phase that was met least; how long after its beginning spreads over more than its length.
        let wanted = (0..PHASES.len()).min_by_key(|&phase| hits[phase]).unwrap();
        if hits[wanted] >= 5 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(120),
            "hits: {PHASES:?} {hits:?}"
        );
        let delay = round * 7_919 % 25_000;
        if let Some(phase) = kill_in(wanted, Duration::from_micros(delay)) {
            hits[phase] += 1;
        }
    }
    let said = format!("killed {PHASES:?}: {hits:?}\n");
    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
}

#[test]
fn without_proc_the_job_runs() {
    let monitor = Monitor::start();
    let directory = tempfile::tempdir().unwrap();
    let script = "mount -t tmpfs none /proc && exec \"$0\" --ping \"$1\" --lock \"$2/lock\" --log \"$2/log\" \
                  -c 'echo out; echo err >&2; sleep 1 >/dev/null 2>&1 & exit 3' | cat";
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args([
            "--mount",
            "bash",
            "-o",
            "pipefail",
            "-c",
            script,
            env!("CARGO_BIN_EXE_cronwrap"),
        ])
        .args([&monitor.ping_url(), directory.path().to_str().unwrap()])
        .output()
        .unwrap();
    if output.status.code() == Some(1) {
        return needs::skip("needs root and unshare");
    }
    assert_eq!((output.status.code(), &*output.stdout), (Some(3), &b"out\n"[..]));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "err\n");
    assert_eq!(monitor.pings()[1].code, Some(3));
}

#[test]
fn a_clock_that_jumps_changes_neither_durations_nor_limits() {
    let library = match needs::debian::unpacked(&["libfaketime"]) {
        Ok(tree) => tree.libraries().join("faketime/libfaketime.so.1"),
        Err(reason) => return needs::skip(&reason),
    };
    for jump in ["-30d", "+30d"] {
        let (monitor, clock) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
        fs::write(clock.path(), "+0").unwrap();
        let mut command = cronwrap(&[
            "--ping",
            &monitor.ping_url(),
            "--timeout",
            "3s",
            "-c",
            "echo a; sleep 0.3; echo b; exec sleep 99",
        ]);
        command
            .env("LD_PRELOAD", &library)
            .env("FAKETIME_TIMESTAMP_FILE", clock.path());
        command
            .env("FAKETIME_NO_CACHE", "1")
            .env("DONT_FAKE_MONOTONIC", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        let started = Instant::now();
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        thread::sleep(Duration::from_millis(150));
        fs::write(clock.path(), jump).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(124), "{jump}");
        assert!(
            started.elapsed() >= Duration::from_secs(3) && started.elapsed() < Duration::from_secs(30),
            "{jump}"
        );
        let body = monitor.pings()[1].body.clone();
        assert!(
            (body.contains("after 3.") || body.contains("after 4.")) && body.contains(" out b\n"),
            "{jump}: {body}"
        );
    }
}

#[test]
fn many_runs_leave_nothing_behind() {
    let runs = if std::env::var_os("CI").is_some() {
        10_000
    } else {
        500
    };
    let directory = tempfile::tempdir().unwrap();
    let place = |name: &str| directory.path().join(name).display().to_string();
    fs::create_dir(place("tmp")).unwrap();
    // Every run says which descriptors its job got; each 50th is kept in the record, which takes a sync.
    let job = "cd /proc/self/fd && echo *; echo x >&2";
    let bare = run(Command::new("sh").args(["-c", job]).stdin(Stdio::null()));
    let mark = format!("LEAK_TEST_{}", std::process::id());
    for number in 0..runs {
        let options = [
            "--lock",
            &place("lock"),
            "--log",
            &place("log"),
            "--log-size",
            "1G",
        ];
        let mut command = cronwrap(&[&options[..], &["--state-dir", &place("state"), "-c", job]].concat());
        command.env("TMPDIR", place("tmp")).env(&mark, "1");
        if number % 50 == 0 {
            command.env_remove("CRONWRAP_NO_RECORD");
        }
        let ran = run(&mut command);
        assert_eq!((ran.code, &*ran.err), (Some(0), "x\n"));
        // What this test inherited itself is passed on, as without cronwrap; nothing else is there.
        assert_eq!(descriptors(&ran.out), descriptors(&bare.out));
    }
    let marked = marked(&mark);
    assert!(marked.is_empty(), "still running: {marked:?}");
    assert_eq!(names(&place("tmp")), [""; 0], "files in TMPDIR");
    assert_eq!(
        names(directory.path().to_str().unwrap()),
        ["lock", "log", "state", "tmp"]
    );
    let kept = names(&place("state"));
    assert!(
        kept.iter().all(|name| name.starts_with("history.sqlite")),
        "{kept:?}"
    );
    assert_eq!(fs::read_to_string(place("lock")).unwrap(), "");
    assert_eq!(
        fs::read_to_string(place("log")).unwrap().lines().count(),
        4 * runs
    );
}

/// The numbers of a list of descriptors, one of which is the one that the list was read through.
fn descriptors(list: &str) -> Vec<u32> {
    let mut numbers: Vec<u32> = list.split_whitespace().flat_map(str::parse).collect();
    numbers.sort_unstable();
    numbers
}

fn names(directory: &str) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// All processes of this machine that have this variable.
fn marked(variable: &str) -> Vec<String> {
    let all = fs::read_dir("/proc").unwrap().flatten();
    let is_marked = |process: &Path| {
        let environment = fs::read(process.join("environ")).unwrap_or_default();
        environment
            .windows(variable.len())
            .any(|at| at == variable.as_bytes())
    };
    all.map(|entry| entry.path())
        .filter(|process| is_marked(process))
        .map(|process| fs::read_to_string(process.join("comm")).unwrap_or_default())
        .collect()
}

#[test]
fn a_run_leaves_no_zombie_and_no_descriptor_open() {
    // As the first process of a container it is everybody's parent: what is left over must be reaped.
    let script = "for i in 1 2 3 4 5 6 7 8 9; do setsid sh -c 'sleep 0.1' & done; sleep 0.5; ps -eo stat= | grep -c Z; :";
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args([
            "--pid",
            "--fork",
            "--mount-proc",
            env!("CARGO_BIN_EXE_cronwrap"),
            "-c",
            script,
        ])
        .output()
        .unwrap();
    if output.status.code() == Some(1) {
        return needs::skip("needs root and unshare");
    }
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(0), &b"0\n"[..]),
        "{output:?}"
    );
}

#[test]
fn as_the_first_process_of_a_container_signals_are_handed_on() {
    let ready = tempfile::NamedTempFile::new().unwrap();
    let script = format!(
        "trap 'exit 7' TERM; echo x > {}; sleep 30 & wait",
        ready.path().display()
    );
    let mut child: Child = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args([
            "--pid",
            "--fork",
            "--kill-child",
            env!("CARGO_BIN_EXE_cronwrap"),
            "-c",
            &script,
        ])
        .spawn()
        .unwrap();
    let begun = Instant::now();
    while fs::metadata(ready.path()).unwrap().len() == 0 {
        if child.try_wait().unwrap().is_some() {
            return needs::skip("needs root and unshare");
        }
        assert!(begun.elapsed() < Duration::from_secs(60));
        thread::sleep(Duration::from_millis(10));
    }
    let first = fs::read_to_string(format!("/proc/{0}/task/{0}/children", child.id())).unwrap();
    send("TERM", first.trim());
    assert_eq!(child.wait().unwrap().code(), Some(7));
}
