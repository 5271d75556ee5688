//! What other programs read of a run: metrics, a status, JSON.

use crate::record::Place;
use crate::run;
use std::fs;
use std::process::Command;

#[test]
fn files_for_other_programs_are_written() {
    let place = Place::new("");
    let file = |name: &str| place.folder.path().join(name).to_str().unwrap().to_owned();
    let (metrics, status, result) = (file("x.prom"), file("x.status"), file("x.json"));
    let options = [
        "--job",
        "x",
        "--metrics",
        &metrics,
        "--status-file",
        &status,
        "--json-result",
        &result,
    ];
    run(&mut place.cronwrap(&[&options[..], &["-c", "echo hi"]].concat()));
    run(&mut place.cronwrap(&[&options[..], &["-c", "exit 3"]].concat()));
    let metrics = fs::read_to_string(metrics).unwrap();
    assert!(
        metrics.contains("crontools_job_last_run_exit_code{job_name=\"x\"} 3\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("crontools_job_last_success_time_seconds{"),
        "the success before it: {metrics}"
    );
    assert!(fs::read_to_string(status).unwrap().starts_with("CRITICAL "));
    let result: serde_json::Value = serde_json::from_str(&fs::read_to_string(result).unwrap()).unwrap();
    assert_eq!(
        (&result["outcome"], &result["exit_code"]),
        (&"exited".into(), &3.into())
    );
    let lacking = run(&mut place.cronwrap(&["--metrics", "/nonexistent/x.prom", "-c", "exit 3"]));
    assert!(
        lacking.code == Some(3) && lacking.err.contains("cannot write /nonexistent/x.prom"),
        "{}",
        lacking.err
    );
}

#[test]
fn the_result_can_go_to_a_descriptor() {
    let place = Place::new("");
    let line = format!(
        "{} --json-result 7 -c 'echo hi' 7>&1 >/dev/null",
        env!("CARGO_BIN_EXE_cronwrap")
    );
    let mut command = Command::new("sh");
    command
        .args(["-c", &line])
        .env("CRONWRAP_STATE_DIR", place.state());
    let ran = run(&mut command);
    assert!(ran.out.starts_with("{\"version\":1,"), "{}{}", ran.out, ran.err);
}

#[test]
fn the_result_can_go_to_a_socket() {
    use std::io::Read;
    use std::os::fd::OwnedFd;
    let place = Place::new("");
    let (mut ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
    // A socket cannot be opened anew by its name below /proc, as a file or a pipe can.
    let mut command = place.cronwrap(&["--json-result", "0", "--no-stdin", "-c", "exit 3"]);
    assert_eq!(
        command.stdin(OwnedFd::from(theirs)).status().unwrap().code(),
        Some(3)
    );
    drop(command);
    let mut text = String::new();
    ours.read_to_string(&mut text).unwrap();
    assert!(
        text.starts_with("{\"version\":1,") && text.ends_with("}\n"),
        "{text}"
    );
}
