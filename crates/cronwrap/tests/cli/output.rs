//! The job's output on its way through.

use crate::{cronwrap, line, run};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Output comes through byte for byte, each stream on its own.
fn check(shell_line: &str, out: &[u8], err: &[u8]) {
    let output = cronwrap(&["-c", shell_line]).output().unwrap();
    assert!(
        output.stdout == out,
        "{shell_line}: {} bytes of output",
        output.stdout.len()
    );
    assert!(
        output.stderr == err,
        "{shell_line}: {:?}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn bytes_are_never_changed() {
    check("echo out; echo err >&2", b"out\n", b"err\n");
    check("printf 'no end'", b"no end", b"");
    check(r"printf 'a\000b\r\n\377\376\n'", b"a\0b\r\n\xff\xfe\n", b"");
    check(
        "head -c 10000000 /dev/zero | tr '\\0' x",
        &vec![b'x'; 10_000_000],
        b"",
    );
    check("printf a; sleep 0.1; printf b", b"ab", b"");
}

#[test]
fn both_pipes_filled_at_once_do_not_block() {
    let both = "head -c 3000000 /dev/zero >&2 & head -c 3000000 /dev/zero; wait";
    check(both, &vec![0; 3_000_000], &vec![0; 3_000_000]);
}

#[test]
fn partial_lines_come_through_at_once() {
    let mut child = cronwrap(&["-c", "printf '? '; exec sleep 30"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    let mut seen = [0; 2];
    child.stdout.as_mut().unwrap().read_exact(&mut seen).unwrap();
    assert!(&seen == b"? " && start.elapsed() < Duration::from_secs(20));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn standard_input_is_the_job_s() {
    let mut child = cronwrap(&["--", "cat"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"from the crontab's percent sign\n")
        .unwrap();
    assert_eq!(
        child.wait_with_output().unwrap().stdout,
        b"from the crontab's percent sign\n"
    );
}

#[test]
fn both_streams_into_one_pipe_keep_the_seen_order() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let script = "for i in 1 2 3 4 5 6 7 8 9; do echo out $i; sleep 0.02; echo err $i >&2; sleep 0.02; done";
    let mut command = cronwrap(&["-c", script]);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    child.wait().unwrap();
    let expected: String = (1..10).map(|i| format!("out {i}\nerr {i}\n")).collect();
    assert_eq!(seen, expected);
}

#[test]
fn merge_gives_the_job_one_pipe() {
    let ran = run(&mut cronwrap(&[
        "--merge",
        "-c",
        "for i in 1 2 3; do echo out; echo err >&2; done",
    ]));
    assert_eq!((&*ran.out, &*ran.err), ("out\nerr\nout\nerr\nout\nerr\n", ""));
}

#[test]
fn timestamps_stand_before_each_line() {
    let ran = run(cronwrap(&[
        "--timestamps",
        "-c",
        "echo one; printf two; sleep 0.1; echo ' more'",
    ])
    .env("TZ", "UTC"));
    let lines: Vec<(&str, &str)> = ran.out.lines().map(|line| line.split_at(29)).collect();
    assert_eq!(
        lines.iter().map(|(_, text)| *text).collect::<Vec<_>>(),
        [" one", " two more"]
    );
    assert!(
        lines
            .iter()
            .all(|(time, _)| time.as_bytes()[10] == b'T' && time.ends_with("+00:00")),
        "{lines:?}"
    );
}

#[test]
fn timestamps_never_split_a_line_between_the_streams() {
    let (mut reader, writer) = std::io::pipe().unwrap();
    let mut command = cronwrap(&[
        "--timestamps",
        "-c",
        "printf half; sleep 0.1; echo err >&2; sleep 0.1; echo rest",
    ]);
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut seen = String::new();
    reader.read_to_string(&mut seen).unwrap();
    child.wait().unwrap();
    let texts: Vec<&str> = seen.lines().map(|line| &line[30..]).collect();
    assert_eq!(texts, ["half", "err", "rest"]);
}

#[test]
fn the_job_sees_its_signals_as_cron_left_them() {
    let of_job = line("grep -E '^Sig(Blk|Ign):' /proc/self/status").out;
    let bare =
        run(std::process::Command::new("sh").args(["-c", "grep -E '^Sig(Blk|Ign):' /proc/self/status"])).out;
    assert_eq!(of_job, bare);
    let under_nohup = |shell: &str| {
        let script = "trap '' HUP; exec \"$0\" -c 'grep SigIgn /proc/self/status'";
        run(std::process::Command::new("sh")
            .env("CRONWRAP_NO_RECORD", "yes")
            .args(["-c", script, shell]))
        .out
    };
    assert_eq!(
        under_nohup(env!("CARGO_BIN_EXE_cronwrap")),
        under_nohup("/bin/sh"),
        "an ignored SIGHUP stays ignored"
    );
}

#[test]
fn the_job_inherits_no_descriptor_of_ours() {
    let ran = run(cronwrap(&[
        "--ping",
        "http://127.0.0.1:9/x",
        "--ping-deadline",
        "0.1",
        "-c",
        "ls /proc/self/fd",
    ])
    .stderr(Stdio::null()));
    let bare = run(std::process::Command::new("ls")
        .arg("/proc/self/fd")
        .stdin(Stdio::null()))
    .out;
    assert_eq!(ran.out, bare);
}
