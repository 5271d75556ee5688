//! One run at a time.

use crate::{cronwrap, lives, run, send, takes_signals, until};
use monitor::Monitor;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Starts a run that holds the lock, and waits until it does.
fn holder(lock: &Path, script: &str) -> Child {
    let child = cronwrap(&["--lock", lock.to_str().unwrap(), "-c", script])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the lock is held", || {
        fs::read_to_string(lock).is_ok_and(|text| text.contains("started "))
    });
    child
}

fn end(mut child: Child) {
    send("TERM", child.id());
    child.wait().unwrap();
}

#[test]
fn a_run_is_skipped_while_another_has_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("a b");
    let first = holder(&lock, "sleep 60");
    let path = lock.to_str().unwrap();
    let ran = run(&mut cronwrap(&["--lock", path, "-c", "echo ran"]));
    assert_eq!((ran.code, &*ran.out), (Some(75), ""));
    assert!(
        ran.err
            .starts_with("cronwrap: skipped: it is held by process group "),
        "{}",
        ran.err
    );
    let ran = run(&mut cronwrap(&[
        "--lock",
        path,
        "--skip-code",
        "0",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "", ""));
    end(first);
    assert_eq!(
        run(&mut cronwrap(&["--lock", path, "-c", "echo ran"])).out,
        "ran\n"
    );
}

#[test]
fn a_skipped_run_is_to_the_monitor_what_was_chosen() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let first = holder(&lock, "sleep 60");
    for (option, kinds) in [
        ("log", &["log"][..]),
        ("success", &["success"]),
        ("fail", &["fail"]),
        ("none", &[]),
    ] {
        let monitor = Monitor::start();
        let ping = monitor.ping_url();
        run(&mut cronwrap(&[
            "--lock",
            lock.to_str().unwrap(),
            "--skip-ping",
            option,
            "--ping",
            &ping,
            "--",
            "true",
        ]));
        let pings = monitor.pings();
        assert_eq!(pings.iter().map(|ping| &*ping.kind).collect::<Vec<_>>(), kinds);
        assert!(
            pings
                .iter()
                .all(|ping| ping.body.contains("skipped: it is held by")),
            "{pings:?}"
        );
    }
    end(first);
}

#[test]
fn a_lock_is_waited_for() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let mut first = holder(&lock, "sleep 0.5");
    let path = lock.to_str().unwrap();
    let ran = run(&mut cronwrap(&[
        "--lock",
        path,
        "--lock-wait",
        "20s",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "ran\n"));
    first.wait().unwrap();
    let first = holder(&lock, "sleep 60");
    let begun = Instant::now();
    let ran = run(&mut cronwrap(&[
        "--lock",
        path,
        "--lock-wait",
        "0.3",
        "-c",
        "echo ran",
    ]));
    assert_eq!(ran.code, Some(75));
    assert!(begun.elapsed() >= Duration::from_millis(300));
    end(first);
}

#[test]
fn a_background_child_does_not_hold_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let path = lock.to_str().unwrap();
    let ran = run(&mut cronwrap(&[
        "--lock",
        path,
        "-c",
        "sleep 3 >/dev/null 2>&1 & echo first",
    ]));
    assert_eq!(ran.out, "first\n");
    assert_eq!(
        run(&mut cronwrap(&["--lock", path, "-c", "echo second"])).out,
        "second\n"
    );
}

#[test]
fn a_killed_cronwrap_does_not_free_the_lock_while_its_job_goes_on() {
    let directory = tempfile::tempdir().unwrap();
    let (lock, pid_file) = (directory.path().join("lock"), directory.path().join("pid"));
    // The shell dies with cronwrap; what it has started goes on.
    let script = format!("sleep 60 & echo $! > {}; wait", pid_file.display());
    let mut first = holder(&lock, &script);
    until("the job has begun", || {
        fs::read_to_string(&pid_file).is_ok_and(|text| text.ends_with('\n'))
    });
    let pid: i32 = fs::read_to_string(&pid_file).unwrap().trim().parse().unwrap();
    first.kill().unwrap();
    first.wait().unwrap();
    assert!(lives(pid));
    let path = lock.to_str().unwrap();
    let ran = run(&mut cronwrap(&["--lock", path, "-c", "echo ran"]));
    assert_eq!((ran.code, &*ran.out), (Some(75), ""));
    assert!(
        ran.err
            .contains("its cronwrap is gone, but its job is still there"),
        "{}",
        ran.err
    );
    send("KILL", pid);
    until("the job is gone", || !lives(pid));
    let ran = run(&mut cronwrap(&[
        "--lock",
        path,
        "--lock-wait",
        "5s",
        "-c",
        "echo ran",
    ]));
    assert_eq!(ran.out, "ran\n", "{}", ran.err);
}

#[test]
fn a_number_that_another_process_has_now_does_not_hold_the_lock() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap();
    let mut other = Command::new("setsid").args(["sleep", "60"]).spawn().unwrap();
    let path = lock.to_str().unwrap();
    for (boot, started, free) in [
        (boot.trim(), "started 1\n", true),
        ("earlier", "", true),
        (boot.trim(), "", false),
    ] {
        fs::write(
            &lock,
            format!("cronwrap 1\nboot {boot}\njob {}\n{started}", other.id()),
        )
        .unwrap();
        until("it has a group of its own", || {
            fs::read_to_string(format!("/proc/{}/stat", other.id()))
                .is_ok_and(|stat| stat.contains("(sleep)"))
        });
        let ran = run(&mut cronwrap(&["--lock", path, "-c", "echo ran"]));
        assert_eq!(ran.out == "ran\n", free, "{boot} {started}: {}", ran.err);
    }
    other.kill().unwrap();
    other.wait().unwrap();
}

#[test]
fn a_broken_lock_skips_the_run_or_not_as_chosen() {
    let ran = run(&mut cronwrap(&[
        "--lock",
        "/no/such/directory/lock",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(75), ""));
    let ran = run(&mut cronwrap(&[
        "--lock",
        "/no/such/directory/lock",
        "--lock-on-error",
        "run",
        "-c",
        "echo ran",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "ran\n"));
    assert!(
        ran.err.contains("no lock, the job runs without it"),
        "{}",
        ran.err
    );
}

#[test]
fn a_lock_file_that_is_a_link_is_not_followed() {
    let directory = tempfile::tempdir().unwrap();
    let (target, link) = (directory.path().join("precious"), directory.path().join("lock"));
    fs::write(&target, "precious").unwrap();
    std::os::unix::fs::symlink(&target, &link).unwrap();
    assert_eq!(
        run(&mut cronwrap(&["--lock", link.to_str().unwrap(), "--", "true"])).code,
        Some(75)
    );
    assert_eq!(fs::read_to_string(&target).unwrap(), "precious");
}

#[test]
fn of_64_at_once_no_two_are_inside() {
    let directory = tempfile::tempdir().unwrap();
    let (lock, inside) = (directory.path().join("lock"), directory.path().join("inside"));
    // mkdir succeeds for one at a time.
    let script = format!("mkdir {0} || exit 99; sleep 0.01; rmdir {0}", inside.display());
    let all: Vec<Child> = (0..64)
        .map(|_| {
            cronwrap(&[
                "--lock",
                lock.to_str().unwrap(),
                "--lock-wait",
                "60s",
                "-c",
                &script,
            ])
            .spawn()
            .unwrap()
        })
        .collect();
    let codes: Vec<Option<i32>> = all
        .into_iter()
        .map(|mut child| child.wait().unwrap().code())
        .collect();
    assert_eq!(codes, vec![Some(0); 64]);
}

#[test]
fn a_signal_ends_the_waiting() {
    let directory = tempfile::tempdir().unwrap();
    let lock = directory.path().join("lock");
    let first = holder(&lock, "sleep 60");
    let mut second = cronwrap(&[
        "--lock",
        lock.to_str().unwrap(),
        "--lock-wait",
        "1h",
        "--",
        "true",
    ])
    .spawn()
    .unwrap();
    takes_signals(second.id());
    send("TERM", second.id());
    assert_eq!(second.wait().unwrap().code(), Some(143));
    end(first);
}
