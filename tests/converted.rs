//! What `convert` writes for another scheduler, judged by others than our engine: by what Debian's cron and bcron
//! did with it (asked once, their answers in `asked.jsonl`), by `systemd-analyze`, by the crate `cron`, and by the
//! records of the target's own runs where the converted expression is among them.
//!
//! The expressions are those of the measured records, and what they must come to is the record itself where it
//! covers the same two years.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;
use std::process::Command;
use std::str::FromStr as _;
use std::sync::LazyLock;

use chrono::{DateTime, Utc};
use e2e::skip;
use schedule::{Dialect, Schedule, Zone, convert, dialect};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const FROM: &str = "2027-01-01T00:00";
const TO: &str = "2029-01-01T00:00";
/// What runs more often than that, some 27 times a day, is left to other tests.
const MOST: usize = 20_000;

/// All runs of the two years: how many, and a hash of their local times.
type Runs = (u64, String);

fn runs(times: impl IntoIterator<Item = String>) -> Runs {
    let times: Vec<String> = times.into_iter().collect();
    let hash = Sha256::digest(times.join("\n"));
    let hash = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    (times.len() as u64, hash)
}

fn instant(text: &str) -> DateTime<Utc> {
    format!("{text}:00Z").parse().unwrap()
}

/// An expression that a real scheduler ran, and when.
struct Source {
    schedule: Schedule,
    runs: Runs,
}

/// The accepted expressions of all measured records in UTC.
static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let mut known = BTreeSet::new();
    let mut found = Vec::new();
    for dialect in dialect::ALL.iter().filter(|dialect| dialect.is_measured()) {
        for record in records(dialect) {
            let text = record["used"].as_str().or(record["expr"].as_str()).unwrap();
            let drawn = record["random"] == true || record["set"] == "jumps";
            if record["tz"] != "UTC" || drawn || !known.insert((dialect.name, text.to_owned())) {
                continue;
            }
            let Ok(schedule) = Schedule::parse(text, dialect) else {
                continue;
            };
            // systemd forgets some first runs of such steps, which no other does: convert shows a counterexample.
            if dialect.name == "systemd" && !schedule.warnings().is_empty() {
                continue;
            }
            let zone = Zone::utc();
            let count = schedule
                .between(instant(FROM), instant(TO), &zone)
                .take(MOST + 1)
                .count();
            if (1..=MOST).contains(&count) && !schedule.is_reboot() {
                let runs = recorded(&record).unwrap_or_else(|| ours(&schedule));
                found.push(Source { schedule, runs });
            }
        }
    }
    found
});

fn records(dialect: &Dialect) -> Vec<Value> {
    let path = e2e::root().join(format!(
        "crates/schedule/tests/conformance/{}.jsonl",
        dialect.name
    ));
    let lines = std::fs::read_to_string(path).unwrap();
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// What a record says of the two years, if it is about them.
fn recorded(record: &Value) -> Option<Runs> {
    if record["from"] != FROM || record["to"] != TO || record["unit"] == "s" || !record["max"].is_null() {
        return None;
    }
    match record["fires"].as_array() {
        Some(fires) => Some(runs(fires.iter().map(|at| at.as_str().unwrap().to_owned()))),
        None => Some((record["count"].as_u64()?, record["sha256"].as_str()?.to_owned())),
    }
}

fn ours(schedule: &Schedule) -> Runs {
    let zone = Zone::utc();
    let found = schedule.between(instant(FROM), instant(TO), &zone);
    runs(found.map(|run| minute(run.at.to_utc())))
}

fn minute(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M").to_string()
}

/// What each source becomes in a dialect; those that cannot be said are left out.
fn converted(target: &'static Dialect) -> impl Iterator<Item = (&'static Source, Vec<String>)> {
    let others = SOURCES
        .iter()
        .filter(move |source| source.schedule.dialect() != target);
    others.filter_map(move |source| {
        let expressions = convert::expressions(&source.schedule, target).ok()?;
        Some((source, expressions))
    })
}

/// Compares what a judge found with what the source did; the number of comparisons, and of those with several
/// expressions.
#[derive(Default)]
struct Verdict {
    compared: usize,
    several: usize,
    wrong: Vec<String>,
}

impl Verdict {
    fn add(&mut self, source: &Source, expressions: &[String], found: &Runs) {
        self.compare(source, expressions, found, &source.runs);
    }

    fn compare(&mut self, source: &Source, expressions: &[String], found: &Runs, expected: &Runs) {
        self.compared += 1;
        self.several += usize::from(expressions.len() > 1);
        if found != expected {
            let (text, dialect) = (source.schedule.text(), source.schedule.dialect().name);
            self.wrong.push(format!(
                "`{text}` of {dialect}, as {expressions:?}: {} runs, not {}",
                found.0, expected.0
            ));
        }
    }

    #[track_caller]
    fn holds(self, compared: usize, several: usize) {
        assert!(
            self.wrong.is_empty(),
            "{} wrong:\n{}",
            self.wrong.len(),
            self.wrong.join("\n")
        );
        assert!(
            self.compared >= compared && self.several >= several,
            "only {} were compared, {} of them several expressions",
            self.compared,
            self.several
        );
    }
}

#[test]
fn asked_debians_cron_runs_what_was_converted_for_it_as_the_original_ran() {
    asked("debian").holds(300, 0);
}

#[test]
fn asked_bcron_runs_what_was_converted_for_it_as_the_original_ran() {
    asked("bcron").holds(300, 20);
}

/// The answers of a real daemon. `ASK=PROGRAM UPDATE_EXPECT=1 cargo test -p e2e converted` asks anew: the program
/// gets `--daemon NAME --from T --to T --together EXPR...`, and prints one JSON line for each expression, with `fires`.
fn asked(daemon: &str) -> Verdict {
    let target = dialect::find(daemon).unwrap();
    let wanted: Vec<(&Source, Vec<String>)> = converted(target).collect();
    if let (Some(ask), Some(_)) = (std::env::var_os("ASK"), std::env::var_os("UPDATE_EXPECT")) {
        let all: BTreeSet<&String> = wanted.iter().flat_map(|(_, expressions)| expressions).collect();
        let answers = ask_daemon(&PathBuf::from(ask), daemon, &all);
        write_answers(daemon, &wanted, &answers);
    }
    let known = answers(daemon);
    let mut verdict = Verdict::default();
    for (source, expressions) in &wanted {
        match known.get(expressions) {
            Some(found) => verdict.add(source, expressions, found),
            None => verdict
                .wrong
                .push(format!("{daemon} was not asked about {expressions:?}")),
        }
    }
    verdict
}

fn answers_file(daemon: &str) -> PathBuf {
    e2e::root().join(format!("tests/asked/{daemon}.jsonl"))
}

fn answers(daemon: &str) -> HashMap<Vec<String>, Runs> {
    let lines = std::fs::read_to_string(answers_file(daemon)).unwrap();
    let read = |line: &str| -> (Vec<String>, Runs) {
        let answer: Value = serde_json::from_str(line).unwrap();
        let expressions = serde_json::from_value(answer["expressions"].clone()).unwrap();
        let hash = answer["sha256"].as_str().unwrap().to_owned();
        (expressions, (answer["count"].as_u64().unwrap(), hash))
    };
    lines.lines().map(read).collect()
}

fn ask_daemon(ask: &PathBuf, daemon: &str, expressions: &BTreeSet<&String>) -> HashMap<String, Vec<String>> {
    let window = ["--from", FROM, "--to", TO, "--together"];
    let mut command = Command::new(ask);
    command.args(["--daemon", daemon]).args(window).args(expressions);
    let output = command.output().unwrap();
    let answers = String::from_utf8(output.stdout).unwrap();
    let read = |line: &str| {
        let answer: Value = serde_json::from_str(line).unwrap();
        assert_eq!(answer["accepted"], true, "{answer}");
        let fires = answer["fires"].as_array().unwrap().iter();
        let fires = fires.map(|at| at.as_str().unwrap().trim_end_matches("+00:00").to_owned());
        (answer["expr"].as_str().unwrap().to_owned(), fires.collect())
    };
    let found: HashMap<String, Vec<String>> = answers.lines().map(read).collect();
    assert_eq!(
        found.len(),
        expressions.len(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    found
}

fn write_answers(daemon: &str, wanted: &[(&Source, Vec<String>)], answers: &HashMap<String, Vec<String>>) {
    let mut lines = BTreeMap::new();
    for (_, expressions) in wanted {
        let mut all: Vec<String> = expressions.iter().flat_map(|one| answers[one].clone()).collect();
        all.sort();
        let (count, sha256) = runs(all);
        lines.insert(
            expressions,
            json!({"expressions": expressions, "count": count, "sha256": sha256}),
        );
    }
    let text: String = lines.values().map(|line| format!("{line}\n")).collect();
    std::fs::write(answers_file(daemon), text).unwrap();
}

#[test]
fn the_crate_cron_runs_what_was_converted_for_it_as_the_original_ran() {
    let (from, to) = (instant(FROM), instant(TO));
    let mut verdict = Verdict::default();
    for (source, expressions) in converted(&dialect::RUST_CRON) {
        let mut all = Vec::new();
        for one in &expressions {
            let theirs = cron::Schedule::from_str(one).unwrap_or_else(|error| panic!("{one}: {error}"));
            let found = theirs.after(&(from - chrono::TimeDelta::seconds(1)));
            all.extend(found.take_while(|at| *at < to));
        }
        all.sort();
        verdict.add(source, &expressions, &runs(all.into_iter().map(minute)));
    }
    verdict.holds(300, 20);
}

/// As many runs of each are asked for.
const ELAPSES: usize = 25;

#[test]
fn systemd_analyze_elapses_when_the_original_ran() {
    if Command::new("systemd-analyze").arg("--version").output().is_err() {
        return skip("needs systemd-analyze");
    }
    let mut verdict = Verdict::default();
    // The same text is asked about once.
    let mut known: HashMap<String, Vec<DateTime<Utc>>> = HashMap::new();
    for (source, expressions) in converted(&dialect::SYSTEMD) {
        let mut all = BTreeSet::new();
        for one in &expressions {
            all.extend(
                known
                    .entry(one.clone())
                    .or_insert_with(|| elapses(one))
                    .iter()
                    .copied(),
            );
        }
        let zone = Zone::utc();
        let expected = source.schedule.between(instant(FROM), instant(TO), &zone);
        let expected: Vec<_> = expected.take(ELAPSES).map(|run| run.at.to_utc()).collect();
        let found: Vec<_> = all
            .into_iter()
            .take_while(|at| *at < instant(TO))
            .take(ELAPSES)
            .collect();
        let first = |times: &[DateTime<Utc>]| runs(times.iter().map(|at| at.to_rfc3339()));
        verdict.compare(source, &expressions, &first(&found), &first(&expected));
    }
    verdict.holds(300, 20);
}

/// The first elapses of a calendar expression after the window's begin.
fn elapses(text: &str) -> Vec<DateTime<Utc>> {
    let output = Command::new("systemd-analyze")
        .args(["calendar", "--base-time=2026-12-31 23:59:59 UTC"])
        .arg(format!("--iterations={ELAPSES}"))
        .args(["--", text])
        .envs([("TZ", "UTC"), ("LC_ALL", "C")])
        .output()
        .unwrap();
    assert!(output.status.success(), "{text}: {output:?}");
    let time = |line: &str| {
        let (key, value) = line.split_once(": ")?;
        let key = key.trim();
        let wanted = key == "Next elapse" || key.starts_with("Iter. #");
        let value = value.trim().split_once(' ')?.1.strip_suffix(" UTC")?;
        let time = chrono::NaiveDateTime::parse_from_str(value, "%Y-%m-%d %H:%M:%S").ok()?;
        wanted.then(|| time.and_utc())
    };
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .filter_map(time)
        .collect()
}

#[test]
fn where_the_targets_own_record_is_there_both_schedulers_did_the_same() {
    let mut verdict = Verdict::default();
    for target in dialect::ALL.iter().filter(|dialect| dialect.is_measured()) {
        let theirs: HashMap<String, Runs> = records(target)
            .iter()
            .filter(|record| record["random"] != true)
            .filter_map(|record| {
                let text = record["used"].as_str().or(record["expr"].as_str())?;
                Some((text.to_owned(), recorded(record)?))
            })
            .collect();
        for (source, expressions) in converted(target) {
            if let [one] = expressions.as_slice()
                && let Some(found) = theirs.get(one)
            {
                verdict.add(source, &expressions, found);
            }
        }
    }
    verdict.holds(60, 0);
}
