//! systemd-cron's generator on several hundred expressions: the timer that it wrote, or what it said.
//!
//! The records were made by the generator of Debian's package, from `EXPR root CMD` in a system crontab. Ours must
//! fire whenever systemd's own timer of that text does.

use chrono::{DateTime, Utc};
use schedule::{Schedule, Zone, dialect};
use serde_json::Value;

/// So many firings of each are compared.
const FIRINGS: usize = 30;

fn firings(schedule: &Schedule, from: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let zone = Zone::utc();
    let occurrences = schedule.after(from, &zone).take(FIRINGS);
    occurrences.map(|occurrence| occurrence.at.to_utc()).collect()
}

/// Why our reading differs from what the generator did, if it does.
fn differs(record: &Value) -> Option<String> {
    let expression = record["expr"].as_str()?;
    let read = Schedule::parse(expression, &dialect::SYSTEMD_CRON);
    let (timer, schedule) = match (record["timer"].as_str(), read) {
        (None, Err(_)) => return None,
        (Some("boot"), Ok(schedule)) if schedule.is_reboot() => return None,
        // It complains of the word and hands it on; that systemd may know it is chance.
        (Some(_), Err(_)) if record["log"][0].as_str()?.starts_with("unknown schedule") => return None,
        (Some(timer), Ok(schedule)) => (timer, schedule),
        (timer, read) => return Some(format!("{expression}: {timer:?}, and we say {read:?}")),
    };
    // A unit file does not keep the blank that it writes where it has no weekday.
    let timer = Schedule::parse(timer.trim(), &dialect::SYSTEMD).expect("a timer of systemd's");
    let from = DateTime::from_timestamp(1_798_761_600, 0).expect("a time");
    let (theirs, ours) = (firings(&timer, from), firings(&schedule, from));
    (theirs != ours).then(|| format!("{expression}: {theirs:?}, and we say {ours:?}"))
}

#[test]
fn its_timers_fire_when_we_say() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in include_str!("systemd_cron.jsonl").lines() {
        let record: Value = serde_json::from_str(line).expect("JSON");
        count += 1;
        wrong.extend(differs(&record));
    }
    assert!(
        wrong.is_empty(),
        "{} of {count}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(count > 600, "only {count} records");
}
