//! Records of what real schedulers did, and the comparison with what we say. Shared by this crate's conformance test
//! and by the workspace's `conformance` program, which runs whole sets.

use chrono::{DateTime, FixedOffset, NaiveDateTime, TimeDelta, Utc};
use schedule::ParseErrorKind::TooManyFields;
use schedule::{Dialect, LocalTime, Schedule, Zone};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The sets that hold schedules; a record of another set is unknown, never passed over in silence.
pub(crate) const SETS: &[&str] = &[
    "bulk-utc",
    "syntax",
    "dst",
    "native",
    "native-zones",
    "rollover",
    "jumps",
];

/// One record, read field by field.
pub(crate) struct Record<'a> {
    value: &'a Value,
    text: &'a str,
}

impl<'a> Record<'a> {
    /// A record; the expression is the string that the scheduler was given.
    pub(crate) fn new(value: &'a Value) -> Result<Record<'a>, String> {
        let text = value["used"]
            .as_str()
            .or(value["expr"].as_str())
            .ok_or("a record without an expression")?;
        Ok(Record { value, text })
    }

    fn str(&self, key: &str) -> Option<&'a str> {
        self.value[key].as_str()
    }

    /// systemd reads the expression and loses itself in the search.
    fn is_stuck(&self) -> bool {
        self.strings("log")
            .is_some_and(|log| log.iter().any(|line| line.starts_with("Infinite loop")))
    }

    fn strings(&self, key: &str) -> Option<Vec<&'a str>> {
        self.value[key]
            .as_array()
            .map(|list| list.iter().filter_map(Value::as_str).collect())
    }
}

/// Compares one record with what `dialect` makes of it; the error says what differs.
pub(crate) fn check(
    value: &Value,
    dialect: &'static Dialect,
    set: &str,
    zone: &dyn Fn(&str) -> Option<Zone>,
) -> Result<(), String> {
    let record = Record::new(value)?;
    let zone = record
        .str("tz")
        .and_then(zone)
        .ok_or("a zone that is not there")?;
    let verdict = record.str("verdict").ok_or("a record without a verdict")?;
    let random = record.value["random"].as_bool() == Some(true);
    let schedule = match (Schedule::parse(record.text, dialect), verdict) {
        (Ok(schedule), "accepted" | "kept") => schedule,
        // A value that was drawn outside its field.
        (Ok(schedule), "refused") if random && schedule.random().iter().any(|it| it.may_fail) => {
            return Ok(());
        }
        (Ok(schedule), "refused") if record.is_stuck() => return stuck(&record, &schedule, &zone, set),
        (Ok(_), _) => return Err(format!("{verdict}, but we accept it")),
        (Err(error), "refused" | "kills the daemon") => return killed(&error, verdict),
        (Err(error), "accepted") => return command(&record, &error, dialect),
        (Err(error), _) => return Err(format!("{verdict}, but we refuse it: {error}")),
    };
    if let Some(normalized) = record.str("normalized")
        && schedule.normalized().as_deref() != Some(normalized)
    {
        let ours = schedule.normalized().unwrap_or_default();
        return Err(format!("normal form {normalized}, we say {ours}"));
    }
    let kept = schedule
        .warnings()
        .iter()
        .any(|warning| matches!(warning.kind, schedule::WarningKind::Kept { .. }));
    if kept != (verdict == "kept") {
        return Err(format!(
            "{verdict}, but we say that the line is {}kept",
            if kept { "" } else { "not " }
        ));
    }
    let window = Window::of(&record, &zone, set)?;
    if random {
        let mut draws = schedule.draws();
        return match draws.any(|draw| window.compare(&record, &draw, &zone).is_ok()) {
            true => Ok(()),
            false => Err(format!(
                "random, and none of the {} draws that we name",
                schedule.draws().count()
            )),
        };
    }
    if let Some(alone) = alone(value, dialect) {
        let alone = Record::new(&alone)?;
        Window::of(&alone, &zone, set)?.compare(&alone, &schedule, &zone)?;
        return window.compare(&record, &schedule, &zone.without_summer_time());
    }
    window.compare(&record, &schedule, &zone)
}

/// What the daemon did with one job alone, for a record that we hold to be wrong because other jobs disturbed it.
///
/// bcron was measured with all jobs in one daemon. There any job that looks beyond the zone's last change makes the C
/// library forget that the zone ever had summer time, and from then on bcron walks over the changes of the clock
/// without looking. Nine records of Volgograd, which gave summer time up and still changed its offset, show it. They
/// are named in `disturbed.jsonl` with what the same daemon does when it has that job only, and that is what we hold
/// ourselves to; the record itself must be what a daemon does that has forgotten.
pub(crate) fn alone(record: &Value, dialect: &Dialect) -> Option<Value> {
    let lines = include_str!("disturbed.jsonl").lines();
    let mut named = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
    named.find(|one| {
        one["dialect"] == dialect.name
            && ["tz", "expr", "from", "to"]
                .iter()
                .all(|key| one[key] == record[key])
    })
}

/// Where systemd's search ends in an endless loop, ours must end as well, in the window of the record.
fn stuck(record: &Record<'_>, schedule: &Schedule, zone: &Zone, set: &str) -> Result<(), String> {
    let window = Window::of(record, zone, set)?;
    let to = window.to.unwrap_or(window.from + TimeDelta::days(3650));
    let mut found = schedule
        .after(window.from - TimeDelta::seconds(1), zone)
        .skip_while(|found| found.at < to);
    match found.next() {
        None => Ok(()),
        Some(found) => Err(format!("systemd is stuck, and we go on to {}", found.at)),
    }
}

/// The lists of firings know a job by its command. In a user's crontab a word after the expression belongs to the
/// command, which is then another one: the line is accepted and its list is empty.
fn command(
    record: &Record<'_>,
    error: &schedule::ParseError,
    dialect: &'static Dialect,
) -> Result<(), String> {
    let TooManyFields { wanted, .. } = error.kind else {
        return Err(format!("accepted, but we refuse it: {error}"));
    };
    let words: Vec<&str> = record.text.split_ascii_whitespace().take(wanted).collect();
    let empty = record.strings("fires").is_some_and(|fires| fires.is_empty());
    match Schedule::parse(&words.join(" "), dialect).is_ok() && empty {
        true => Ok(()),
        false => Err(format!("accepted, but we refuse it: {error}")),
    }
}

fn killed(error: &schedule::ParseError, verdict: &str) -> Result<(), String> {
    let kills = matches!(error.kind, schedule::ParseErrorKind::KillsDaemon { .. });
    match kills == (verdict == "kills the daemon") {
        true => Ok(()),
        false => Err(format!("{verdict}, but we say: {error}")),
    }
}

/// The part of time that a record covers, and how it writes times.
struct Window {
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    limit: usize,
    step: Option<schedule::daylight::ClockStep>,
    format: &'static str,
    offset: bool,
}

impl Window {
    fn of(record: &Record<'_>, zone: &Zone, set: &str) -> Result<Window, String> {
        let from = record
            .str("from")
            .and_then(|text| instant(text, zone))
            .ok_or("a record without a start")?;
        let to = record.str("to").and_then(|text| instant(text, zone));
        let expected = record
            .strings("fires")
            .or(record.strings("first"))
            .unwrap_or_default();
        let max = record.value["max"].as_u64().or(record.value["count"].as_u64());
        let limit = match (max, to) {
            // One more than there may be, so that too many are seen.
            (Some(max), Some(_)) if record.value["max"].is_null() => max + 1,
            (Some(max), _) => max,
            (None, Some(_)) => u64::MAX,
            (None, None) => expected.len() as u64,
        };
        let step = match (set, record.str("jump_at"), record.value["jump_seconds"].as_i64()) {
            ("jumps", Some(at), Some(seconds)) => {
                let at = instant(at, zone).ok_or("a jump at no time")?;
                Some(schedule::daylight::ClockStep { at, seconds })
            }
            ("jumps", ..) => return Err("a jump without its time".to_owned()),
            _ => None,
        };
        let format = if record.str("unit") == Some("s") {
            "%Y-%m-%dT%H:%M:%S"
        } else {
            "%Y-%m-%dT%H:%M"
        };
        let offset = expected
            .first()
            .is_some_and(|time| time.len() > "2026-01-01T00:00:00".len());
        Ok(Window {
            from,
            to,
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            step,
            format,
            offset,
        })
    }

    fn compare(&self, record: &Record<'_>, schedule: &Schedule, zone: &Zone) -> Result<(), String> {
        let fires = self.fires(schedule, zone)?;
        if let Some(mut expected) = record.strings("fires") {
            let mut fires = fires;
            if record.value["stuck"].as_bool() == Some(true) {
                fires.truncate(expected.len());
            }
            expected.truncate(expected.len());
            return same(&expected, &fires);
        }
        let ends = [
            record.strings("first").unwrap_or_default(),
            record.strings("last").unwrap_or_default(),
        ];
        same(&ends[0], &fires[..ends[0].len().min(fires.len())])?;
        if record.value["count"].as_u64() != Some(fires.len() as u64) {
            return Err(format!(
                "{} firings, we say {}",
                record.value["count"],
                fires.len()
            ));
        }
        same(&ends[1], &fires[fires.len() - ends[1].len().min(fires.len())..])?;
        let hash: String = Sha256::digest(fires.join("\n"))
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        match record.str("sha256") == Some(hash.as_str()) {
            true => Ok(()),
            false => Err("the ends and the count agree, the times between do not".to_owned()),
        }
    }

    fn fires(&self, schedule: &Schedule, zone: &Zone) -> Result<Vec<String>, String> {
        let text = |at: DateTime<FixedOffset>| {
            let local = at.format(self.format).to_string();
            if self.offset {
                format!("{local}{}", at.format("%:z"))
            } else {
                local
            }
        };
        if let (Some(step), Some(to)) = (self.step, self.to) {
            // These lists begin with what the daemon ran on its first wake-up, a minute before `from`.
            let from = self.from - TimeDelta::minutes(1);
            let found = schedule::daylight::run(schedule, zone, from, to, &[step]);
            let found = found.ok_or("we do not say what this dialect does when the clock is set")?;
            return Ok(found.iter().map(|occurrence| text(occurrence.at)).collect());
        }
        let to = self.to.unwrap_or(DateTime::<Utc>::MAX_UTC);
        if schedule.dialect().name == "systemd" {
            // systemd-analyze was asked from a second before, and for so many elapses at most.
            let asked = [300, 3000]
                .into_iter()
                .find(|asked| self.limit == asked + 1)
                .unwrap_or(self.limit);
            let found = schedule
                .after(self.from - TimeDelta::seconds(1), zone)
                .take_while(|found| found.at < to);
            return Ok(found.take(asked).map(|occurrence| text(occurrence.at)).collect());
        }
        let found = schedule.between(self.from, to, zone).take(self.limit);
        Ok(found.map(|occurrence| text(occurrence.at)).collect())
    }
}

fn same(expected: &[&str], fires: &[String]) -> Result<(), String> {
    if expected.iter().eq(fires.iter()) {
        return Ok(());
    }
    let at = expected
        .iter()
        .zip(fires)
        .take_while(|(expected, ours)| *expected == ours)
        .count();
    let show = |time: Option<&str>| time.unwrap_or("nothing").to_owned();
    Err(format!(
        "firing {} is {}, we say {} ({} firings, ours {})",
        at + 1,
        show(expected.get(at).copied()),
        show(fires.get(at).map(String::as_str)),
        expected.len(),
        fires.len()
    ))
}

/// A local time of a record; a repeated one means the first, one that does not exist the end of the gap.
fn instant(text: &str, zone: &Zone) -> Option<DateTime<Utc>> {
    let format = if text.len() > "2026-01-01T00:00".len() {
        "%Y-%m-%dT%H:%M:%S"
    } else {
        "%Y-%m-%dT%H:%M"
    };
    let local = NaiveDateTime::parse_from_str(text, format).ok()?;
    Some(match zone.to_utc(local) {
        LocalTime::Single(at) | LocalTime::Ambiguous(at, _) => at.to_utc(),
        LocalTime::Gap(change) => change.at,
    })
}
