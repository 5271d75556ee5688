//! How the job's process begins, and what it may use.

use crate::{cronwrap, line, lives, run, send, takes_signals, until};
use monitor::Monitor;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use std::time::Duration;

/// Checks what a line prints under these options.
#[track_caller]
fn check(options: &[&str], shell_line: &str, out: &str) {
    let ran = run(&mut cronwrap(&[options, &["-c", shell_line]].concat()));
    assert_eq!(
        (ran.code, &*ran.out, &*ran.err),
        (Some(0), out, ""),
        "{options:?}"
    );
}

/// Checks that these options keep the job from starting, and that both pings say so.
#[track_caller]
fn check_refused(options: &[&str], words: &str) {
    let monitor = Monitor::start();
    let ran = run(&mut cronwrap(
        &[options, &["--ping", &monitor.ping_url(), "-c", "echo ran"]].concat(),
    ));
    assert_eq!((ran.code, &*ran.out), (Some(125), ""), "{options:?}: {}", ran.err);
    assert!(ran.err.contains(words), "{options:?}: {}", ran.err);
    let pings = monitor.pings();
    assert_eq!((pings.len(), pings[1].code), (2, Some(125)));
    assert!(pings[1].body.contains(words), "{}", pings[1].body);
}

#[test]
fn the_process_begins_as_the_options_say() {
    check(&["--cd", "/usr/share"], "pwd", "/usr/share\n");
    check(&["--umask", "027"], "umask", "0027\n");
    let own: i32 = run(&mut Command::new("nice")).out.trim().parse().unwrap();
    check(&["--nice", "5"], "nice", &format!("{}\n", (own + 5).min(19)));
    check(&["--cpu-time", "90s"], "ulimit -t", "90\n");
    check(&["--address-space", "512M"], "ulimit -v", "524288\n");
    check(&["--no-stdin"], "readlink /proc/self/fd/0", "/dev/null\n");
}

#[test]
fn limits_are_the_job_s_and_not_cronwrap_s() {
    let ran = run(&mut cronwrap(&["--address-space", "1M", "--", "/bin/true"]));
    assert_ne!(ran.code, Some(0), "the job has too little");
    let ran = run(&mut cronwrap(&["--cpu-time", "1s", "-c", "while :; do :; done"]));
    assert_eq!(ran.code, Some(128 + 24), "SIGXCPU: {}", ran.err);
}

#[test]
fn a_job_that_takes_too_much_memory_is_killed_and_told() {
    let takes = |amount: &str| {
        let line = format!("head -c {amount} /dev/zero | tail | wc -c");
        run(&mut cronwrap(&["--memory", "60M", "-c", &line]))
    };
    let ran = takes("1M");
    if ran.code == Some(125) {
        return needs::skip("no cgroup of version 2 with the memory controller is to be had");
    }
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "1048576\n", ""));
    let ran = takes("300M");
    assert_eq!(ran.code, Some(137), "{}", ran.err);
    assert!(
        ran.err.contains("the kernel killed for want of memory"),
        "{}",
        ran.err
    );
}

#[test]
fn what_cannot_be_had_stops_the_start() {
    check_refused(
        &["--cd", "/no/such/directory"],
        "--cd /no/such/directory: No such file",
    );
    check_refused(&["--cd", "/etc/passwd"], "Not a directory");
    check_refused(&["--memory", "1T", "--cd", "/no/such"], "--");
    check_refused(&["--timeout", "soon"], "--timeout");
}

#[test]
fn a_relative_program_is_looked_for_in_the_directory_of_cd() {
    let ran = run(&mut cronwrap(&["--cd", "/bin", "--", "./echo", "found"]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "found\n"));
}

#[test]
fn an_env_file_adds_to_the_environment() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(
        file.path(),
        "# secrets\nexport TOKEN='a b'\nnonsense\nPLAIN=$HOME\n",
    )
    .unwrap();
    let ran = run(&mut cronwrap(&[
        "--env-file",
        file.path().to_str().unwrap(),
        "-c",
        "echo \"$TOKEN|$PLAIN\"",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "a b|$HOME\n"));
    assert!(ran.err.contains(":3: no NAME=VALUE"), "{}", ran.err);
    let ran = run(&mut cronwrap(&["--env-file", "/no/such", "-c", "echo ran"]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "ran\n"));
    assert!(
        ran.err.contains("--env-file /no/such: No such file"),
        "{}",
        ran.err
    );
}

#[test]
fn a_program_is_looked_for_in_the_job_s_own_path() {
    let directory = tempfile::tempdir().unwrap();
    let (file, program) = (directory.path().join("env"), directory.path().join("own-program"));
    fs::write(&program, "#!/bin/sh\necho found\n").unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let path_of_job = |directories: &str| {
        fs::write(&file, format!("PATH={directories}\n")).unwrap();
        run(&mut cronwrap(&[
            "--env-file",
            file.to_str().unwrap(),
            "--",
            "own-program",
        ]))
    };
    let ran = path_of_job(&format!("/no/such:{}", directory.path().display()));
    assert_eq!((ran.code, &*ran.out), (Some(0), "found\n"), "{}", ran.err);
    let ran = path_of_job("/no/such");
    assert_eq!(ran.code, Some(127));
    assert!(ran.err.contains("not found in PATH=/no/such\n"), "{}", ran.err);
}

#[test]
fn jitter_waits_and_a_signal_ends_the_waiting() {
    let marker = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo ran > {}", marker.path().display());
    let mut child = cronwrap(&["--jitter", "100d", "-c", &script]).spawn().unwrap();
    takes_signals(child.id());
    assert_eq!(child.try_wait().unwrap(), None);
    send("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(143));
    assert_eq!(fs::read_to_string(marker.path()).unwrap(), "");
}

#[test]
fn a_job_is_stopped_when_its_time_is_over() {
    let monitor = Monitor::start();
    let ran = run(&mut cronwrap(&[
        "--timeout",
        "0.3",
        "--ping",
        &monitor.ping_url(),
        "-c",
        "echo begun; sleep 30; echo no",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(124), "begun\n"));
    assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
    let end = monitor.pings().pop().unwrap();
    assert_eq!(end.code, Some(124));
    assert!(end.body.contains("its time of 300 ms was over"), "{}", end.body);
}

#[test]
fn a_job_that_ignores_its_stop_is_killed_with_its_children() {
    let pids = tempfile::NamedTempFile::new().unwrap();
    let script = format!(
        "trap '' TERM; echo $$ > {0}; (trap '' TERM; sh -c 'echo $PPID' >> {0}; sleep 30; :) & wait; wait",
        pids.path().display()
    );
    let ran = run(&mut cronwrap(&[
        "--timeout",
        "0.5",
        "--kill-after",
        "0.3",
        "-c",
        &script,
    ]));
    assert_eq!(ran.code, Some(124));
    assert!(ran.took < Duration::from_secs(20), "{:?}", ran.took);
    let text = fs::read_to_string(pids.path()).unwrap();
    let pids: Vec<i32> = text.lines().map(|pid| pid.parse().unwrap()).collect();
    assert_eq!(pids.len(), 2, "{text}");
    until("all are gone", || !pids.iter().any(|&pid| lives(pid)));
}

#[test]
fn a_stopped_job_is_ended_as_well() {
    let ran = run(&mut cronwrap(&["--timeout", "0.3", "-c", "kill -STOP $$"]));
    assert_eq!(ran.code, Some(124));
}

#[test]
fn a_job_that_exits_with_124_by_itself_is_told_apart() {
    let monitor = Monitor::start();
    run(&mut cronwrap(&[
        "--timeout",
        "9",
        "--ping",
        &monitor.ping_url(),
        "-c",
        "exit 124",
    ]));
    assert!(monitor.pings()[1].body.contains("exit code 124"));
}

#[test]
fn a_failing_job_is_tried_again_with_one_start_and_one_last_ping() {
    let (monitor, counter) = (Monitor::start(), tempfile::NamedTempFile::new().unwrap());
    let script = format!(
        "echo x >> {0}; [ $(wc -l < {0}) -ge 3 ] || exit 9; echo third",
        counter.path().display()
    );
    let ran = run(&mut cronwrap(&[
        "--retry",
        "5",
        "--retry-delay",
        "0.05",
        "--ping",
        &monitor.ping_url(),
        "-c",
        &script,
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "third\n"), "{}", ran.err);
    assert_eq!(ran.err.lines().count(), 2, "{}", ran.err);
    let pings = monitor.pings();
    assert_eq!((pings.len(), pings[1].code), (2, Some(0)));
    assert!(
        pings[1].body.contains("attempt 1: exit code 9") && pings[1].body.contains("attempt 2: exit code 9")
    );
    assert_eq!(fs::read_to_string(counter.path()).unwrap().lines().count(), 3);
}

#[test]
fn the_last_failure_counts_and_what_cannot_start_is_not_tried_again() {
    assert_eq!(
        run(&mut cronwrap(&[
            "--retry",
            "2",
            "--retry-delay",
            "0.01",
            "-c",
            "exit 7"
        ]))
        .code,
        Some(7)
    );
    let ran = run(&mut cronwrap(&[
        "--retry",
        "2",
        "--retry-delay",
        "5s",
        "--",
        "no-such-program",
    ]));
    assert_eq!((ran.code, ran.err.lines().count()), (Some(127), 1), "{}", ran.err);
    let ran = run(&mut cronwrap(&[
        "--retry",
        "1",
        "--retry-delay",
        "0.01",
        "--timeout",
        "0.1",
        "--",
        "sleep",
        "9",
    ]));
    assert_eq!(ran.code, Some(124));
}

#[test]
fn a_signal_ends_the_retries() {
    let marker = tempfile::NamedTempFile::new().unwrap();
    let script = format!("echo ran > {}; exit 7", marker.path().display());
    let mut child = cronwrap(&["--retry", "9", "--retry-delay", "1h", "-c", &script])
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let children = format!("/proc/{0}/task/{0}/children", child.id());
    until("the first attempt is over", || {
        fs::metadata(marker.path()).unwrap().len() > 0 && fs::read_to_string(&children).unwrap().is_empty()
    });
    send("TERM", child.id());
    assert_eq!(child.wait().unwrap().code(), Some(7));
}

#[test]
fn what_the_job_leaves_running_is_named_and_with_no_background_ended() {
    let monitor = Monitor::start();
    let ran = run(&mut cronwrap(&[
        "--ping",
        &monitor.ping_url(),
        "-c",
        "sleep 2 >/dev/null 2>&1 & :",
    ]));
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!(
        monitor.pings()[1]
            .body
            .contains("left running by the job: sleep ("),
        "{}",
        monitor.pings()[1].body
    );

    let pid_file = tempfile::NamedTempFile::new().unwrap();
    // A daemon: in a session of its own, its parent gone.
    let daemon = format!(
        "setsid sh -c 'echo $$ > {}; exec sleep 60' >/dev/null 2>&1 & sleep 0.2",
        pid_file.path().display()
    );
    let ran = run(&mut cronwrap(&["--no-background", "-c", &daemon]));
    assert_eq!(ran.code, Some(0));
    let pid = fs::read_to_string(pid_file.path())
        .unwrap()
        .trim()
        .parse()
        .unwrap();
    assert!(!lives(pid));
    assert_eq!(line("true").code, Some(0));
}

#[test]
fn success_is_what_the_rules_say() {
    let check = |options: &[&str], shell_line: &str, code: i32| {
        let monitor = Monitor::start();
        let ran = run(&mut cronwrap(
            &[options, &["--ping", &monitor.ping_url(), "-c", shell_line]].concat(),
        ));
        assert_eq!(ran.code, Some(code), "{options:?} {shell_line}: {}", ran.err);
        assert_eq!(monitor.pings()[1].code, Some(code as u32));
    };
    check(&["--success-codes", "0,3"], "exit 3", 0);
    check(&["--success-codes", "3"], "exit 0", 1);
    check(&["--fail-codes", "0"], "exit 0", 1);
    check(&["--fail-on-stderr"], "echo x >&2", 1);
    check(&["--fail-on-stderr"], "echo x", 0);
    check(&["--fail-on-match", "^ERROR"], "echo fine; printf 'ERROR x'", 1);
    check(&["--expect-match", "done"], "seq 100000; echo all done", 0);
    check(&["--expect-match", "done"], "echo no", 1);
    check(&["--expect-output"], "true", 1);
    check(&["--expect-output"], "echo x", 0);
}
