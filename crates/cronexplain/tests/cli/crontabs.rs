//! Whole crontabs.

use crate::{cronexplain, run_in, stderr, stdout};
use serde_json::Value;
use std::process::Command;
use std::process::Output;

#[test]
fn a_crontab_is_explained_entry_by_entry() {
    let output = with_crontab(CRONTAB, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = stdout(&output);
    for part in [
        "tab (UTC)",
        "   2  */5 * * * *  /usr/bin/poll\n      Every 5 minutes.\n      next ",
        "Once after every boot",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let output = with_crontab(CRONTAB, &["--json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["entries"].as_array().map(Vec::len), Some(4));
    assert_eq!(answer["entries"][1]["command"], "backup.sh");
    assert_eq!(answer["entries"][1]["line"], 3);
}

#[test]
fn a_line_that_cannot_be_read_is_pointed_at_and_drops_the_file() {
    let output = with_crontab("0 2 * * * fine\n61 * * * * bad\n", &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stdout(&output).contains("Nothing of tab runs: Debian's cron drops a whole file"),
        "{}",
        stdout(&output)
    );
    let message = stderr(&output);
    assert!(
        message.contains("minute 61 is out of range: 0 to 59") && message.contains("--> tab:2:1"),
        "{message}"
    );
}

#[test]
fn a_cron_tz_that_names_no_zone_is_pointed_at_and_shown_in_utc() {
    let text = "CRON_TZ=Nowhere/Land\n0 5 * * * fine\n";
    let output = with_crontab(text, &["--dialect", "cronie", "--tz", "Asia/Tokyo"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("05:00 +00:00"), "{}", stdout(&output));
    let message = stderr(&output);
    assert!(
        message.contains("this time zone is not known: what is shown is in UTC")
            && message.contains("--> tab:1:9"),
        "{message}"
    );
}

#[test]
fn an_entry_that_never_fires_is_a_finding() {
    let output = with_crontab("0 0 30 2 * never\n", &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("Never: February has no 30th."));
}

#[test]
fn a_timeline_shows_a_day_and_the_load_its_collisions() {
    let text = stdout(&with_crontab(CRONTAB, &["--timeline", "2026-11-22"]));
    assert!(
        text.contains("Sunday 2026-11-22 (UTC)") && text.contains("288"),
        "{text}"
    );
    let output = with_crontab(CRONTAB, &["--load", "day", "--after", "2026-11-22", "--json"]);
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(answer["load"]["starts"], 290);
    assert_eq!(answer["load"]["collisions"], 1);
    assert_eq!(
        answer["load"]["busiest"][0],
        serde_json::json!({"at": "2026-11-22T02:00", "starts": 3})
    );
    assert_eq!(answer["load"]["free_minutes"].as_array().map(Vec::len), Some(48));
    let text = stdout(&with_crontab(CRONTAB, &["--load", "--after", "2026-11-22"]));
    assert!(
        text.contains("48 of the 60 minutes of the hour are always free; for something new take "),
        "{text}"
    );
    let text = stdout(&with_crontab(CRONTAB, &["--load", "--svg", "-"]));
    assert!(text.starts_with("<svg "), "{text:.200}");
}

#[test]
fn a_crontab_is_read_from_stdin_and_from_a_directory() {
    use std::io::Write;
    use std::process::Stdio;
    let mut child = Command::new(env!("CARGO_BIN_EXE_cronexplain"))
        .args(["crontab", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(CRONTAB.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(stdout(&output).contains("Every 5 minutes."));
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("jobs"), "0 2 * * * root true\n").unwrap();
    std::fs::write(folder.path().join("ignored.bak"), "0 3 * * * root true\n").unwrap();
    let output = run_in(folder.path(), &["crontab", ".", "--kind", "system"]);
    assert!(
        stdout(&output).contains("At 02:00") && !stdout(&output).contains("At 03:00"),
        "{}",
        stdout(&output)
    );
    assert!(stdout(&output).contains("root: true"), "{}", stdout(&output));
}

#[test]
fn what_is_no_crontab_is_refused_quickly() {
    let output = cronexplain(&["crontab", "/nowhere/crontab"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("cannot read `/nowhere/crontab`"));
    if cfg!(target_os = "linux") {
        let output = cronexplain(&["crontab", "/dev/zero"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            stderr(&output).contains("larger than 4 MiB"),
            "{}",
            stderr(&output)
        );
    }
    let output = with_crontab(&"\u{1b}[31m\u{0}\n".repeat(1000), &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!output.stderr.contains(&0x1b) && !output.stdout.contains(&0x1b));
    assert!(stderr(&output).len() < 100_000);
}

fn with_crontab(text: &str, args: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a directory");
    std::fs::write(folder.path().join("tab"), text).expect("a crontab");
    let args: Vec<&str> = ["crontab", "tab"].iter().chain(args).copied().collect();
    run_in(folder.path(), &args)
}

const CRONTAB: &str = "\
MAILTO=x
*/5 * * * * /usr/bin/poll
0 2 * * * backup.sh
0 2 * * 0 weekly
@reboot start
";
