//! Output that is held back, and the job's own terminal.

use crate::{cronwrap, run};
use std::fs;

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
