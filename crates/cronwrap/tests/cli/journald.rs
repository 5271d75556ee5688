//! The systemd journal, asked from a real journald in a mount namespace of its own.

use serde_json::Value;
use std::process::Command;

/// Starts a journald, runs `$CRONWRAP` lines, and prints all entries that have a CRONWRAP_JOB.
const SCRIPT: &str = r#"
mount -t tmpfs none /run && mkdir -p /run/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=30s\nRateLimitBurst=400\n' >/run/systemd/journald.conf.d/t.conf
/lib/systemd/systemd-journald >/dev/null 2>&1 & journald=$!
trap 'kill -9 $journald' EXIT
for i in $(seq 200); do [ -S /run/systemd/journal/socket ] && break; sleep 0.02; done
eval "$1" >/dev/null 2>&1
for i in $(seq 100); do
    journalctl -q -a -o json | grep -q CRONWRAP_OUTCOME && break
    sleep 0.05
done
journalctl -q -a -o json | grep CRONWRAP_JOB
"#;

/// The entries that a line makes, or nothing where no journald can be started.
fn entries(line: &str) -> Option<Vec<Value>> {
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args(["--mount", "sh", "-c", SCRIPT, "sh", line])
        .env("CRONWRAP", env!("CARGO_BIN_EXE_cronwrap"))
        .output();
    match output {
        Ok(output) if output.status.success() => {
            let text = String::from_utf8(output.stdout).unwrap();
            Some(
                text.lines()
                    .map(|line| serde_json::from_str(line).unwrap())
                    .collect(),
            )
        }
        _ => {
            let reason = "skipped: needs root, unshare and systemd-journald";
            assert!(std::env::var_os("CI").is_none(), "{reason}");
            std::io::Write::write_all(&mut std::io::stderr(), reason.as_bytes()).unwrap();
            None
        }
    }
}

fn field<'a>(entry: &'a Value, name: &str) -> &'a str {
    entry[name]
        .as_str()
        .unwrap_or_else(|| panic!("{name} in {entry}"))
}

#[test]
fn a_run_is_a_start_its_lines_and_an_end() {
    let script =
        r#""$CRONWRAP" --journal --job backup -c 'echo one; sleep 0.1; echo two >&2; printf three; exit 3'"#;
    let Some(entries) = entries(script) else { return };
    let messages: Vec<&str> = entries.iter().map(|entry| field(entry, "MESSAGE")).collect();
    assert_eq!(messages[..4], ["backup started", "one", "two", "three"]);
    assert!(
        messages[4].starts_with("backup: exit code 3 after "),
        "{messages:?}"
    );
    for entry in &entries {
        assert_eq!(field(entry, "SYSLOG_IDENTIFIER"), "backup");
        assert_eq!(
            field(entry, "CRONWRAP_RUN_ID"),
            field(&entries[0], "CRONWRAP_RUN_ID")
        );
    }
    assert_eq!(
        (
            field(&entries[1], "CRONWRAP_STREAM"),
            field(&entries[1], "PRIORITY")
        ),
        ("out", "6")
    );
    assert_eq!(
        (
            field(&entries[2], "CRONWRAP_STREAM"),
            field(&entries[2], "PRIORITY")
        ),
        ("err", "4")
    );
    let end = &entries[4];
    assert_eq!((field(end, "EXIT_STATUS"), field(end, "PRIORITY")), ("3", "3"));
    assert!(field(end, "DURATION_USEC").parse::<u64>().unwrap() >= 100_000);
    let catalog = include_str!("../../cronwrap.catalog");
    for entry in [&entries[0], end] {
        assert!(catalog.contains(&format!("-- {}\n", field(entry, "MESSAGE_ID"))));
    }
}

#[test]
fn a_chatty_job_keeps_below_the_host_s_limit_and_says_how_much_is_missing() {
    let Some(entries) = entries(r#""$CRONWRAP" --journal --job chatty -- seq 5000"#) else {
        return;
    };
    // A quarter of the 400 that this journald takes, the start and the end.
    assert_eq!(entries.len(), 102);
    assert_eq!(field(&entries[101], "CRONWRAP_LINES_LOST"), "4900");
}

#[test]
fn without_a_journal_the_job_runs_and_one_line_says_so() {
    let script = "mount -t tmpfs none /run && exec \"$0\" --journal --syslog -c 'echo hi; exit 3'";
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .args(["--mount", "sh", "-c", script, env!("CARGO_BIN_EXE_cronwrap")])
        .output();
    let Ok(output) = output else { return };
    if output.status.code() == Some(1) {
        return;
    }
    let err = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        (output.status.code(), &*output.stdout),
        (Some(3), &b"hi\n"[..]),
        "{err}"
    );
    assert!(
        err.starts_with("cronwrap: journal: ") && err.lines().count() == 1,
        "{err}"
    );
}
