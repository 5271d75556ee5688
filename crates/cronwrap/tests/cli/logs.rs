//! The run in a file of its own.

use crate::{cronwrap, run};
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a log, without the run's first and last, and without their times.
pub(crate) fn logged(path: &Path) -> Vec<String> {
    let text = text(path);
    let lines = text
        .lines()
        .map(|line| line.split_once(' ').unwrap().1.to_owned());
    lines.filter(|line| !line.starts_with("--- ")).collect()
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
        return needs::skip("needs root");
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
fn a_disk_that_gives_an_error_is_told_once_and_does_not_hurt_the_job() {
    // A plain file whose writes fail with EIO: our own memory, at an address where there is none.
    let ran = run(&mut cronwrap(&[
        "--log",
        "/proc/self/mem",
        "-c",
        "seq 100000; exit 3",
    ]));
    assert_eq!((ran.code, ran.out.lines().count()), (Some(3), 100_000));
    assert!(
        ran.err.contains("Input/output error") && ran.err.lines().count() == 1,
        "{}",
        ran.err
    );
}

#[test]
fn a_log_file_is_put_away_by_age() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("job.log");
    let log_now = |words: &str, age: &str| {
        let options = ["--log", log.to_str().unwrap(), "--log-age", age, "-c"];
        assert_eq!(run(&mut cronwrap(&[&options[..], &[words]].concat())).err, "");
    };
    log_now("echo first", "1s");
    log_now("echo young", "1h");
    assert_eq!(logged(&log), ["out first", "out young"]);
    std::thread::sleep(Duration::from_millis(1100));
    log_now("echo second", "1s");
    assert_eq!(logged(&log), ["out second"]);
    let old = fs::File::open(directory.path().join("job.log.1.zst")).unwrap();
    let old = String::from_utf8(zstd::decode_all(old).unwrap()).unwrap();
    assert!(
        old.contains("out first\n") && old.contains("out young\n"),
        "{old}"
    );
}

#[test]
fn logs_of_runs_of_their_own_are_removed_by_age() {
    let directory = tempfile::tempdir().unwrap();
    let pattern = directory.path().join("job-{run}.log");
    let count = || fs::read_dir(directory.path()).unwrap().count();
    let log_now = |age: &str| {
        run(&mut cronwrap(&[
            "--log",
            pattern.to_str().unwrap(),
            "--log-age",
            age,
            "--",
            "true",
        ]));
    };
    log_now("1h");
    log_now("1h");
    assert_eq!(count(), 2);
    std::thread::sleep(Duration::from_millis(1100));
    log_now("1s");
    assert_eq!(count(), 1);
}
