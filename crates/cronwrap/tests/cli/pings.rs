//! The pings of a run, as a monitor records them.

use crate::{cronwrap, run};
use monitor::{Monitor, Options};
use std::fs;
use std::time::Duration;

#[test]
fn a_run_is_a_start_and_an_exit_code_with_one_id() {
    let monitor = Monitor::start();
    let ran = run(&mut cronwrap(&[
        "--ping",
        &monitor.ping_url(),
        "--job",
        "backup",
        "-c",
        "echo hi; echo no >&2; exit 3",
    ]));
    assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(3), "hi\n", "no\n"));
    let pings = monitor.pings();
    let [start, end] = &*pings else {
        panic!("{pings:?}")
    };
    assert_eq!((&*start.kind, start.code, end.code), ("start", None, Some(3)));
    let rid = start.rid.as_deref().unwrap();
    assert_eq!(end.rid.as_deref(), Some(rid));
    assert_eq!(rid, rid.to_lowercase());
    let mut lines = end.body.lines();
    let header = lines.next().unwrap();
    assert!(
        header.starts_with("backup on ")
            && header.contains(": exit code 3 after ")
            && header.ends_with("; 2 lines"),
        "{header}"
    );
    let mut texts: Vec<&str> = lines.map(|line| &line[30..]).collect();
    texts.sort_unstable();
    assert_eq!(texts, ["err no", "out hi"]);
}

#[test]
fn every_run_has_an_id_of_its_own() {
    let monitor = Monitor::start();
    for _ in 0..3 {
        run(&mut cronwrap(&["--ping", &monitor.ping_url(), "--", "true"]));
    }
    let mut ids: Vec<_> = monitor.pings().into_iter().map(|ping| ping.rid).collect();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_job_that_cannot_be_started_is_told_with_its_code() {
    for (arguments, code, words) in [
        (&["--", "no-such-program"][..], 127, "not found in PATH"),
        (&["--", "/etc/passwd"], 126, "permission denied"),
        (&["--no-such-option", "--", "true"], 125, "--no-such-option"),
        (&[], 125, "nothing to run"),
    ] {
        let monitor = Monitor::start();
        let ran = run(cronwrap(arguments).env("CRONWRAP_PING_URL", monitor.ping_url()));
        assert_eq!(ran.code, Some(code));
        let pings = monitor.pings();
        assert_eq!(pings.len(), 2, "{arguments:?}: {pings:?}");
        assert_eq!((&*pings[0].kind, pings[1].code), ("start", Some(code as u32)));
        assert!(pings[1].body.contains(words), "{}", pings[1].body);
    }
}

#[test]
fn the_body_is_cut_to_what_the_monitor_keeps() {
    for limit in [200, 1_000, 10_000, 100_000] {
        let monitor = Monitor::with(Options {
            limit,
            ..Options::default()
        })
        .unwrap();
        run(cronwrap(&["--ping", &monitor.ping_url(), "-c", "seq 200000"])
            .stdout(std::process::Stdio::null()));
        let end = monitor.pings().pop().unwrap();
        assert!(end.body.ends_with(" out 200000\n"), "{limit}: {}", end.body);
        assert!(
            end.length as usize <= limit && end.length as usize + 100 > limit,
            "{limit}: {}",
            end.length
        );
        assert!(
            end.body
                .lines()
                .skip(1)
                .all(|line| line.contains("+") && line.contains(" out "))
        );
    }
}

#[test]
fn a_body_of_invalid_utf_8_is_text_at_the_monitor() {
    let monitor = Monitor::start();
    run(&mut cronwrap(&[
        "--ping",
        &monitor.ping_url(),
        "-c",
        r"printf 'a\377b\n'",
    ]));
    assert!(monitor.pings()[1].body.ends_with(" out a\u{fffd}b\n"));
}

#[test]
fn the_url_comes_from_an_option_a_variable_or_a_file() {
    let monitor = Monitor::start();
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), format!("{}\n", monitor.ping_url())).unwrap();
    run(cronwrap(&["--", "true"]).env("CRONWRAP_PING_URL", monitor.ping_url()));
    run(&mut cronwrap(&[
        "--ping-file",
        file.path().to_str().unwrap(),
        "--",
        "true",
    ]));
    run(cronwrap(&["--ping", &monitor.ping_url(), "--", "true"])
        .env("CRONWRAP_PING_URL", "http://127.0.0.1:9/"));
    assert_eq!(monitor.pings().len(), 6);
}

#[test]
fn the_job_sees_none_of_our_variables() {
    let monitor = Monitor::start();
    let ran = run(cronwrap(&["--", "env"])
        .env("CRONWRAP_PING_URL", monitor.ping_url())
        .env("CRONWRAP_JOB", "x"));
    assert!(
        !ran.out.contains("CRONWRAP") && !ran.out.contains("http"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("PATH="));
}

#[test]
fn broken_settings_are_a_warning_and_the_job_runs() {
    for (name, value, words) in [
        ("CRONWRAP_PING_FILE", "/no/such/file", "cannot read /no/such/file"),
        ("CRONWRAP_PING_URL", "not a url with secret", "no pings"),
        (
            "CRONWRAP_NO_SUCH_OPTION",
            "1",
            "there is no option --no-such-option",
        ),
        ("CRONWRAP_MERGE", "perhaps", "neither yes nor no"),
    ] {
        let ran = run(cronwrap(&["-c", "echo ran; exit 3"]).env(name, value));
        assert_eq!((ran.code, &*ran.out), (Some(3), "ran\n"));
        assert!(
            ran.err.contains(words) && !ran.err.contains("secret"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_start_ping_does_not_wait_for_the_job() {
    let monitor = Monitor::start();
    let mut child = cronwrap(&["--ping", &monitor.ping_url(), "--", "sleep", "30"])
        .spawn()
        .unwrap();
    assert_eq!(monitor.wait_for(1, Duration::from_secs(5))[0].kind, "start");
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_settings_file_that_is_not_there_is_a_warning_and_the_job_runs() {
    let ran = run(&mut cronwrap(&["--config", "/no/such/file", "-c", "echo ran"]));
    assert_eq!((ran.code, &*ran.out), (Some(0), "ran\n"));
    assert_eq!(ran.err, "cronwrap: /no/such/file: there is no such file\n");
}
