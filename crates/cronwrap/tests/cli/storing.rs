//! Output that is held back, logged or redacted.

use crate::{cronwrap, run};
use monitor::Monitor;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a log, without the run's first and last, and without their times.
fn logged(path: &Path) -> Vec<String> {
    let text = text(path);
    let lines = text
        .lines()
        .map(|line| line.split_once(' ').unwrap().1.to_owned());
    lines.filter(|line| !line.starts_with("--- ")).collect()
}

#[test]
fn quiet_shows_output_only_on_failure() {
    let ran = run(&mut cronwrap(&["--quiet", "-c", "echo out; echo err >&2"]));
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "", ""));
    let ran = run(&mut cronwrap(&[
        "--quiet",
        "-c",
        "echo out; echo err >&2; exit 3",
    ]));
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(3), "out\n", "err\n"));
    let ran = run(&mut cronwrap(&[
        "--quiet",
        "--success-codes",
        "3",
        "-c",
        "echo out; exit 3",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(0), ""));
    let ran = run(&mut cronwrap(&[
        "--quiet",
        "--timeout",
        "0.2",
        "-c",
        "echo out; sleep 9",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(124), "out\n"));
}

#[test]
fn quiet_keeps_what_is_large_on_disk_and_leaves_nothing_there() {
    let directory = tempfile::tempdir().unwrap();
    let script = "head -c 30000000 /dev/zero | tr '\\0' x; exit 3";
    let output = cronwrap(&["--quiet", "-c", script])
        .env("TMPDIR", directory.path())
        .output()
        .unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 30_000_000));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
    let ran = run(cronwrap(&["--quiet", "-c", script]).env("TMPDIR", "/no/such/directory"));
    assert_eq!(ran.code, Some(3));
    assert!(
        ran.out.len() >= 100_000 && ran.err.contains("could not be kept in /no/such/directory"),
        "{}",
        ran.err
    );
}

#[test]
fn quiet_keeps_the_order_and_the_times() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = cronwrap(&[
        "--quiet",
        "--timestamps",
        "elapsed",
        "-c",
        "echo a; sleep 0.3; echo b >&2; exit 1",
    ]);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut seen = String::new();
    std::io::Read::read_to_string(&mut reader, &mut seen).unwrap();
    child.wait().unwrap();
    let lines: Vec<(f64, &str)> = seen
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(at, text)| (at.parse().unwrap(), text))
        .collect();
    assert_eq!(
        lines.iter().map(|(_, text)| *text).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(lines[1].0 - lines[0].0 >= 0.25, "{seen}");
}

#[test]
fn a_log_has_each_line_with_its_stream() {
    let directory = tempfile::tempdir().unwrap();
    let pattern = directory.path().join("deep/er/{job}@{host}.log");
    let host = rustix::system::uname().nodename().to_string_lossy().into_owned();
    let log = directory.path().join(format!("deep/er/a_b@{host}.log"));
    let job = [
        "--log",
        pattern.to_str().unwrap(),
        "--job",
        "a/b",
        "-c",
        "echo one; sleep 0.1; echo two >&2; printf three",
    ];
    let ran = run(&mut cronwrap(&job));
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(0), "one\nthree", "two\n"));
    assert_eq!(logged(&log), ["out one", "err two", "out three"]);
    let all = text(&log);
    assert!(
        all.contains(" --- a/b started on ") && all.contains(" --- a/b: exit code 0 after "),
        "{all}"
    );
    run(&mut cronwrap(&job));
    assert_eq!(logged(&log).len(), 6, "appended");
    run(&mut cronwrap(
        &[&["--log-existing", "overwrite"], &job[..]].concat(),
    ));
    assert_eq!(logged(&log).len(), 3, "begun anew");
}

#[test]
fn a_log_file_is_put_away_by_size() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("job.log");
    for number in 0..6 {
        let script = format!("echo run {number}; head -c 20000 /dev/zero | tr '\\0' x");
        let options = [
            "--log",
            log.to_str().unwrap(),
            "--log-size",
            "10K",
            "--log-keep",
            "3",
            "-c",
            &script,
        ];
        assert_eq!(run(cronwrap(&options).stdout(Stdio::null())).err, "");
    }
    let mut names: Vec<String> = fs::read_dir(directory.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["job.log", "job.log.1.zst", "job.log.2.zst", "job.log.3.zst"]
    );
    assert!(text(&log).contains("run 5"));
    let old = fs::File::open(directory.path().join("job.log.2.zst")).unwrap();
    let old = zstd::decode_all(old).unwrap();
    assert!(String::from_utf8_lossy(&old).contains("run 3"));
}

#[test]
fn logs_of_runs_of_their_own_are_removed_by_count() {
    let directory = tempfile::tempdir().unwrap();
    fs::write(directory.path().join("job-precious.log"), "").unwrap();
    let pattern = directory.path().join("job-{run}.log");
    for _ in 0..5 {
        run(&mut cronwrap(&[
            "--log",
            pattern.to_str().unwrap(),
            "--log-keep",
            "2",
            "--",
            "true",
        ]));
    }
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2 + 1 + 1);
    assert!(directory.path().join("job-precious.log").exists());
}

#[test]
fn a_log_file_is_not_put_away_while_another_run_writes() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("job.log");
    let path = log.to_str().unwrap();
    let mut first = cronwrap(&["--log", path, "-c", "seq 10000; sleep 1; echo last"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    crate::until("the first writes", || {
        fs::metadata(&log).is_ok_and(|found| found.len() > 10_000)
    });
    run(cronwrap(&["--log", path, "--log-size", "1K", "-c", "echo second"]).stdout(Stdio::null()));
    first.wait().unwrap();
    assert!(text(&log).contains("out second\n") && text(&log).contains("out last\n"));
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
}

#[test]
fn a_log_that_cannot_be_written_does_not_hurt_the_job() {
    let directory = tempfile::tempdir().unwrap();
    let (precious, link) = (directory.path().join("precious"), directory.path().join("link"));
    fs::write(&precious, "precious").unwrap();
    symlink(&precious, &link).unwrap();
    let fifo = directory.path().join("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for (log, words) in [
        ("/dev/full", "is no plain file"),
        ("/proc/x/y", "No such file"),
        (link.to_str().unwrap(), "is a link, which is not followed"),
        (fifo.to_str().unwrap(), "No such device"),
        (directory.path().to_str().unwrap(), "Is a directory"),
    ] {
        let ran = run(&mut cronwrap(&["--log", log, "-c", "seq 1000; exit 3"]));
        assert_eq!((ran.code, ran.out.lines().count()), (Some(3), 1000), "{log}");
        assert!(
            ran.err.contains(words) && ran.err.lines().count() == 1,
            "{log}: {}",
            ran.err
        );
    }
    assert_eq!(text(&precious), "precious");
}

#[test]
fn a_full_disk_is_told_once_and_does_not_hurt_the_job() {
    let directory = tempfile::tempdir().unwrap();
    let mount = "mount -t tmpfs -o size=64k none \"$0\" && exec \"$1\" --log \"$0/log\" -c 'seq 100000; exit 3' >/dev/null";
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args([
            "--mount",
            "sh",
            "-c",
            mount,
            directory.path().to_str().unwrap(),
            env!("CARGO_BIN_EXE_cronwrap"),
        ])
        .output()
        .unwrap();
    if output.status.code() == Some(1) {
        assert!(std::env::var_os("CI").is_none(), "skipped: needs root");
        return;
    }
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{err}");
    assert!(err.contains("No space left") && err.lines().count() == 1, "{err}");
}

#[test]
fn a_log_is_nobody_else_s_to_read() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    run(&mut cronwrap(&["--log", log.to_str().unwrap(), "--", "true"]));
    assert_eq!(fs::metadata(&log).unwrap().permissions().mode() & 0o007, 0);
}

#[test]
fn secrets_are_taken_out_of_what_is_stored_and_sent() {
    let (monitor, directory) = (Monitor::start(), tempfile::tempdir().unwrap());
    let log = directory.path().join("log");
    let token = format!("ghp_{}", "a1B2".repeat(9));
    let script = format!("echo pin=4711; echo \"$SECRET\"; printf 'a {token} b'");
    let options = [
        "--ping",
        &monitor.ping_url(),
        "--log",
        log.to_str().unwrap(),
        "--redact",
        "pin=[0-9]+",
        "--redact-value",
        "SECRET",
    ];
    let ran = run(cronwrap(&[&options[..], &["-c", &script]].concat()).env("SECRET", "open sesame"));
    assert_eq!(
        ran.out,
        format!("pin=4711\nopen sesame\na {token} b"),
        "passed on as it is"
    );
    assert_eq!(
        logged(&log),
        ["out [redacted]", "out [redacted]", "out a [redacted] b"]
    );
    let body = monitor.pings()[1].body.clone();
    assert!(
        body.ends_with("out a [redacted] b\n") && !body.contains("4711") && !body.contains("sesame"),
        "{body}"
    );
    let ran = run(
        cronwrap(&[&options[2..], &["--redact-output", "-c", &script]].concat()).env("SECRET", "open sesame"),
    );
    assert_eq!(ran.out, "[redacted]\n[redacted]\na [redacted] b");
}

#[test]
fn a_terminal_of_its_own_makes_the_job_line_buffered() {
    let ran = run(&mut cronwrap(&[
        "--pty",
        "-c",
        "test -t 1 && test -t 2 && echo terminal; echo err >&2; exit 3",
    ]));
    assert_eq!(
        (ran.code, &*ran.out, &*ran.err),
        (Some(3), "terminal\r\nerr\r\n", "")
    );
    let ran = run(&mut cronwrap(&["--pty", "--fail-on-stderr", "-c", "true"]));
    assert_eq!(ran.code, Some(125));
    let ran = run(&mut cronwrap(&[
        "--pty",
        "--timeout",
        "0.3",
        "-c",
        "echo x; sleep 9",
    ]));
    assert_eq!((ran.code, &*ran.out), (Some(124), "x\r\n"));
    let output = cronwrap(&["--pty", "-c", "head -c 1000000 /dev/zero | tr '\\0' x"])
        .output()
        .unwrap();
    assert_eq!(output.stdout.len(), 1_000_000);
}

#[test]
fn in_the_foreground_the_job_stays_in_our_process_group() {
    let group = "ps -o pgid= -p $$; ps -o pgid= -p $PPID";
    let same = |out: &str| {
        out.split_whitespace()
            .collect::<std::collections::HashSet<_>>()
            .len()
            == 1
    };
    assert!(same(&run(&mut cronwrap(&["--foreground", "-c", group])).out));
    assert!(!same(&run(&mut cronwrap(&["-c", group])).out));
}
