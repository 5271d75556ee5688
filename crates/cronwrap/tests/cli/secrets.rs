//! Secrets in what the job prints: out of everything that is stored or sent.

use crate::logs::{logged, text};
use crate::{cronwrap, run};
use monitor::Monitor;

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
fn a_secret_of_several_lines_is_taken_out_however_it_is_cut() {
    let key = "-----BEGIN KEY-----\nMIIabc123\nQUJDdef456==\n-----END KEY-----";
    let (monitor, directory) = (Monitor::start(), tempfile::tempdir().unwrap());
    let log = directory.path().join("log");
    // Whole, and in pieces that are read one by one, within a line of its own and after other words.
    let script = "echo \"$KEY\"; printf 'key: MIIa'; sleep 0.1; echo bc123; echo 'QUJDdef456== end' >&2";
    let options = [
        "--ping",
        &monitor.ping_url(),
        "--log",
        log.to_str().unwrap(),
        "--redact-value",
        "KEY",
        "-c",
        script,
    ];
    run(cronwrap(&options).env("KEY", key));
    let log = text(&log);
    let body = monitor.pings()[1].body.clone();
    for part in key.lines() {
        assert!(!log.contains(part) && !body.contains(part), "{part}: {log}{body}");
    }
    assert!(
        log.contains("out key: [redacted]\n") && body.contains("err [redacted] end\n"),
        "{log}{body}"
    );
}

#[test]
fn what_we_say_of_the_job_has_no_secrets_either() {
    let (monitor, directory) = (Monitor::start(), tempfile::tempdir().unwrap());
    let log = directory.path().join("log");
    let options = [
        "--ping",
        &monitor.ping_url(),
        "--log",
        log.to_str().unwrap(),
        "--redact",
        "pin=[0-9]+",
        "--fail-on-match",
        "pin",
        "--json",
        "-c",
        "echo the pin=4711 is wrong",
    ];
    let ran = run(&mut cronwrap(&options));
    assert_eq!(ran.code, Some(1));
    assert!(
        ran.err
            .contains("matches --fail-on-match: the [redacted] is wrong"),
        "{}",
        ran.err
    );
    let all = format!("{}{}{}", ran.err, text(&log), monitor.pings()[1].body);
    assert!(!all.contains("4711"), "{all}");

    // A program's name can hold one as well.
    let ran = run(&mut cronwrap(&[
        "--redact",
        "pin=[0-9]+",
        "--json",
        "--",
        "/no/pin=4711/job",
    ]));
    assert!(ran.code == Some(126) && !ran.err.contains("4711"), "{}", ran.err);
}
