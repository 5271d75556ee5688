//! What daemons log of a schedule that they do not read, word for word.
//!
//! The records in `records/*.says.jsonl` were measured with the real daemons on `EXPR CMD`, in root's crontab;
//! systemd-cron's with its generator, Kubernetes' with the library that reads its schedules.

use crontab::{Content, Crontab, Kind, daemon};
use serde_json::Value;

/// What we say that the daemon says of the only line of a crontab; none: that it says nothing, or that we do not know.
fn said(name: &str, text: &[u8]) -> Option<String> {
    let daemon = daemon::find(name).expect("a daemon");
    let crontab = Crontab::parse(text, Kind::User, daemon);
    if let Some(complaint) = crontab.verdict().complaints.first() {
        return complaint.said.clone();
    }
    let Content::Entry(entry) = &crontab.lines[0].content else {
        return None;
    };
    let schedule = entry.schedule.as_ref().ok()?;
    let kept = schedule
        .warnings()
        .iter()
        .find(|warning| matches!(warning.kind, schedule::WarningKind::Kept { .. }))?;
    crontab.says(0, entry.in_schedule(&kept.span).start, "bad day-of-week", None)
}

/// Holds every record against ours; those for which we know no words must be few.
fn check(name: &str, records: &str, least: usize) {
    let mut wrong = Vec::new();
    let (mut count, mut silent) = (0, 0);
    for line in records.lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let expression = record["expr"].as_str().expect("an expression");
        // What is not text cannot be shown as it was.
        if !expression.is_ascii() || expression.contains(['\u{b}', '\u{c}', '\r']) {
            continue;
        }
        count += 1;
        let log = record["log"].as_str().expect("what it said");
        let log = log.replacen("user root:", "user USER:", 1);
        let log = log.strip_prefix("bcron-sched: ").unwrap_or(&log);
        match said(name, format!("{expression} CMD\n").as_bytes()) {
            Some(ours) if ours == log => {}
            None => silent += 1,
            Some(ours) => wrong.push(format!("{expression}: it said {log:?}, we say {ours:?}")),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(silent * 5 <= count, "nothing is known of {silent} of {count}");
    assert!(count >= least, "only {count} records");
}

#[test]
fn busybox_names_the_word() {
    check("busybox", include_str!("records/busybox.says.jsonl"), 100);
}

#[test]
fn dcron_shows_what_is_left_of_the_line() {
    check("dcron", include_str!("records/dcron.says.jsonl"), 90);
}

#[test]
fn bcron_shows_the_line() {
    check("bcron", include_str!("records/bcron.says.jsonl"), 120);
}

#[test]
fn systemd_cron_shows_the_line_and_the_field() {
    check(
        "systemd-cron",
        include_str!("records/systemd-cron.says.jsonl"),
        100,
    );
}

#[test]
fn the_library_of_kubernetes_shows_what_it_cannot_read() {
    check("kubernetes", include_str!("records/kubernetes.says.jsonl"), 100);
}

/// A whole file: each complaint of the daemon's, in order.
fn check_file(name: &str, text: &str, expected: &[&str]) {
    let daemon = daemon::find(name).expect("a daemon");
    let verdict = Crontab::parse(text.as_bytes(), Kind::User, daemon).verdict();
    let said: Vec<String> = verdict
        .complaints
        .into_iter()
        .filter_map(|complaint| complaint.said)
        .collect();
    assert_eq!(said, expected, "{name} on {text:?}");
}

#[test]
fn bcron_complains_of_each_line_by_itself() {
    // Seen with bcron-sched 0.11-19.
    let text =
        "60 * * * * a\n@daily x\nexport X=1\n0 * * * *\nX = y\nA='b' c\nQ=\"open\nMAILTO=\n* * * * * ok";
    let expected = [
        "Warning: Ignoring unparseable line: '60 * * * * a'",
        "Warning: Ignoring unparseable line: '@daily x'",
        "Warning: Ignoring unparseable line: 'export X=1'",
        "Warning: Ignoring unparseable line: '0 * * * *'",
        "Warning: Ignoring unparseable line: 'MAILTO='",
    ];
    check_file("bcron", text, &expected);
}

#[test]
fn dcron_takes_an_assignment_for_a_bad_entry() {
    let expected = ["failed parsing crontab for user USER: MAILTO=\"\""];
    check_file("dcron", "MAILTO=\"\"\n1 0 1 1 * /opt/probe\n", &expected);
}

#[test]
fn busybox_skips_lines_of_too_few_words_without_one() {
    check_file("busybox", "foo bar\n* * * * *\nexport X=1\n", &[]);
}
