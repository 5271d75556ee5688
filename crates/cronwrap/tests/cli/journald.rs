//! The systemd journal, asked from a real journald in a mount namespace of its own.

use serde_json::Value;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::time::Duration;

/// Starts a journald, evaluates a line as a service of that journald's, and prints all entries. journald limits what
/// a service logs, and knows the service by the cgroup of who logs.
const SCRIPT: &str = r#"
service=system.slice/crontools-test-$$.service
mount -t tmpfs none /run && mkdir -p /run/systemd/journald.conf.d || exit 1
printf '[Journal]\nStorage=volatile\nRateLimitIntervalSec=30s\nRateLimitBurst=400\n' >/run/systemd/journald.conf.d/t.conf
/lib/systemd/systemd-journald >/dev/null 2>&1 & journald=$!
groups=
for top in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    [ -e $top/cgroup.procs ] && mkdir -p $top/$service 2>/dev/null && groups="$groups $top/$service"
done
trap 'kill -9 $journald; wait $journald 2>/dev/null; for group in $groups; do rmdir $group ${group%/*}; done 2>/dev/null' EXIT
for i in $(seq 200); do [ -S /run/systemd/journal/socket ] && break; sleep 0.02; done
sh -c 'for group in $2; do echo $$ >$group/cgroup.procs; done; eval "$1"' sh "$1" "$groups" >/dev/null 2>&1
for i in $(seq 100); do
    journalctl -q -a -o json | grep -q CRONWRAP_OUTCOME && break
    sleep 0.05
done
journalctl -q -a -o json
"#;

/// All entries of the journal that a line makes, or nothing where no journald can be started.
fn journal(line: &str) -> Option<Vec<Value>> {
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
            needs::skip("needs root, unshare and systemd-journald");
            None
        }
    }
}

/// Those of cronwrap.
fn entries(line: &str) -> Option<Vec<Value>> {
    let mut all = journal(line)?;
    all.retain(|entry| entry.get("CRONWRAP_JOB").is_some());
    Some(all)
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
fn a_chatty_job_does_not_silence_the_other_jobs_of_its_service() {
    let other_is_heard_beside = |options: &str| {
        // The other lives on for a while: journald asks the kernel which service it belongs to.
        let line = format!(
            r#""$CRONWRAP" --journal {options} --job chatty -c 'seq 4000; sleep 1'
               "$CRONWRAP" --journal --job other -c 'echo from another job; sleep 2'"#
        );
        let entries = journal(&line)?;
        let heard = |entry: &Value| entry["MESSAGE"] == "from another job";
        Some(entries.iter().any(heard))
    };
    let Some(heard) = other_is_heard_beside("") else {
        return;
    };
    assert!(heard, "the other job was silenced");
    // Or this test would show nothing.
    if other_is_heard_beside("--journal-lines 0") == Some(true) {
        needs::skip("this journald does not know services, and so does not limit them");
    }
}

#[test]
fn the_catalogue_is_one_that_journalctl_reads() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("usr/lib/systemd/catalog");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(
        concat!(env!("CARGO_MANIFEST_DIR"), "/cronwrap.catalog"),
        folder.join("cronwrap.catalog"),
    )
    .unwrap();
    let journalctl = |arguments: &[&str]| {
        let rooted = format!("--root={}", root.path().display());
        Command::new("journalctl")
            .arg(rooted)
            .args(arguments)
            .output()
            .ok()
    };
    let Some(updated) = journalctl(&["--update-catalog"]) else {
        return needs::skip("needs journalctl");
    };
    assert!(
        updated.status.success() && updated.stderr.is_empty(),
        "{updated:?}"
    );
    let listed = journalctl(&["--list-catalog"]).unwrap();
    let text = String::from_utf8(listed.stdout).unwrap();
    let ours = text.lines().filter(|line| line.contains("cronwrap: The job "));
    assert_eq!(ours.count(), 3, "{text}");
}

/// Runs a script in a mount namespace where /run is empty, and /dev has nothing but null and, if there is one, this
/// socket as its log.
fn without_a_journal(socket: &std::path::Path, script: &str) -> Option<std::process::Output> {
    let around = r#"
        mount -t tmpfs none /run && mkdir /run/dev && mount -t tmpfs none /run/dev || exit 99
        mknod -m 666 /run/dev/null c 1 3
        [ ! -S "$1" ] || { touch /run/dev/log && mount --bind "$1" /run/dev/log; } || exit 99
        mount --move /run/dev /dev && eval "$2"
    "#;
    let output = Command::new("unshare")
        .env("CRONWRAP_NO_RECORD", "yes")
        .env("CRONWRAP", env!("CARGO_BIN_EXE_cronwrap"))
        .args(["--mount", "sh", "-c", around, "sh"])
        .arg(socket)
        .arg(script)
        .output();
    match output {
        Ok(output) if !matches!(output.status.code(), Some(1 | 99)) => Some(output),
        _ => {
            needs::skip("needs root and unshare");
            None
        }
    }
}

#[test]
fn without_a_journal_the_job_runs_and_one_line_says_so() {
    for (options, words) in [
        ("--journal", "cronwrap: journal: "),
        ("--syslog", "cronwrap: syslog: "),
        ("--journal --syslog", "; syslog: "),
    ] {
        let script = format!("\"$CRONWRAP\" {options} -c 'echo hi; exit 3'");
        let Some(output) = without_a_journal("/no/socket".as_ref(), &script) else {
            return;
        };
        let err = String::from_utf8_lossy(&output.stderr);
        let seen = (output.status.code(), &*output.stdout);
        assert_eq!(seen, (Some(3), &b"hi\n"[..]), "{err}");
        assert!(err.contains(words) && err.lines().count() == 1, "{err}");
    }
}

#[test]
fn syslog_gets_the_run_line_by_line_where_it_is_asked_for_or_there_is_no_journal() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    for options in ["--syslog", "--journal --syslog"] {
        let script = format!(
            "\"$CRONWRAP\" {options} --job backup -c 'echo one; sleep 0.1; echo two >&2; printf \"a\\000b\"; exit 3'"
        );
        let Some(output) = without_a_journal(&path, &script) else {
            return;
        };
        assert_eq!((output.status.code(), &*output.stderr), (Some(3), &b"two\n"[..]));
        let mut messages = Vec::new();
        while messages.len() < 5 {
            let mut buffer = [0; 4096];
            let length = socket.recv(&mut buffer).unwrap();
            messages.push(String::from_utf8(buffer[..length].to_vec()).unwrap());
        }
        // Facility cron (9), severities info, warning and error.
        let expected = ["<78>", "<78>", "<76>", "<78>", "<75>"];
        for (message, expected) in messages.iter().zip(expected) {
            let tag = format!("{expected}backup[");
            assert!(message.starts_with(&tag), "{messages:?}");
        }
        let texts: Vec<&str> = messages
            .iter()
            .map(|message| message.split_once("]: ").unwrap().1)
            .collect();
        assert!(texts[0].starts_with("backup started, run "), "{texts:?}");
        assert_eq!(texts[1..4], ["one", "two", "a b"]);
        assert!(texts[4].starts_with("backup: exit code 3 after "), "{texts:?}");
    }
}
