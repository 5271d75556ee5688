//! All together on the real Debian cron: cronlint reads a crontab, cronexplain predicts its firings, the
//! daemon runs it through cronwrap, and a monitor gets the pings.
//!
//! The daemon's clock is accelerated, the jobs' is not: a ping comes some of our milliseconds after the
//! daemon's clock showed its occurrence, never before.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use chrono::{DateTime, TimeDelta, TimeZone as _, Utc};
use e2e::cron::{Clock, Cron};
use monitor::{Monitor, Options, Ping};

/// One line of the crontab, and what its runs must come to.
struct Job {
    schedule: &'static str,
    /// With `{wrap}` for cronwrap and its options.
    command: &'static str,
    code: u32,
    /// What each line of output ends with in the final ping's body, in order.
    body: &'static [&'static str],
    /// The rules by which cronlint finds something in the line.
    findings: &'static [&'static str],
}

/// Our time, at the very most, from an occurrence to its ping: the machine may be busy.
const LATEST: Duration = Duration::from_secs(30);
/// And at the most for the most punctual of all pings.
const PUNCTUAL: Duration = Duration::from_secs(1);

#[test]
fn minutes_come_when_cronexplain_says() {
    // A minute of the daemon's is a second of ours.
    let clock = Clock {
        start: at(2026, 3, 1, 11, 57, 30),
        factor: 60,
    };
    let jobs = [
        Job {
            schedule: "* * * * *",
            command: "{wrap} /bin/echo minute",
            code: 0,
            body: &["minute"],
            findings: &[],
        },
        Job {
            schedule: "*/5 * * * *",
            command: "{wrap} /bin/sh -c 'echo before; echo \"no space left\" >&2; exit 3'",
            code: 3,
            body: &["before", "no space left"],
            findings: &[],
        },
        Job {
            schedule: "3-20/7 12 * mar sun",
            command: "{wrap} /bin/cat%first line%second line",
            code: 0,
            body: &["first line", "second line"],
            findings: &["unescaped-percent"],
        },
        Job {
            schedule: "2,9 12 1 * *",
            command: "{wrap} /bin/sh -c 'kill -9 $$'",
            code: 137,
            body: &[],
            findings: &[],
        },
        Job {
            schedule: "4,11 */12 * * *",
            command: "{wrap} /usr/bin/no-such-job",
            code: 127,
            body: &[],
            findings: &[],
        },
        Job {
            schedule: "5 13 * * *",
            command: "{wrap} /bin/true",
            code: 0,
            body: &[],
            findings: &[],
        },
    ];
    check(clock, at(2026, 3, 1, 12, 18, 30), &jobs);
}

#[test]
fn days_come_when_cronexplain_says() {
    // An hour of the daemon's is a second of ours. Sunday the 1st, Monday the 2nd. Fixed times only: a
    // daemon that gets no processor for a while treats it as a changed clock, and skips wildcard jobs.
    let clock = Clock {
        start: at(2026, 2, 28, 23, 30, 0),
        factor: 3_600,
    };
    let jobs = [
        Job {
            schedule: "0 0 1 * MON",
            command: "{wrap} /bin/echo either",
            code: 0,
            body: &["either"],
            findings: &["either-day"],
        },
        Job {
            schedule: "0 0 */2 * MON",
            command: "{wrap} /bin/echo both",
            code: 0,
            body: &["both"],
            findings: &["starred-day", "uneven-step"],
        },
        Job {
            schedule: "30 4,16 * * *",
            command: "{wrap} /bin/echo twice",
            code: 0,
            body: &["twice"],
            findings: &[],
        },
        Job {
            schedule: "15 6-22/4 * * 0",
            command: "{wrap} /bin/false",
            code: 1,
            body: &[],
            findings: &[],
        },
        Job {
            schedule: "@daily",
            command: "{wrap} /bin/echo daily",
            code: 0,
            body: &["daily"],
            findings: &[],
        },
    ];
    check(clock, at(2026, 3, 2, 1, 0, 0), &jobs);
}

fn check(clock: Clock, until: DateTime<Utc>, jobs: &[Job]) {
    let uuids: Vec<String> = (1..=jobs.len())
        .map(|n| format!("00000000-0000-4000-8000-{n:012}"))
        .collect();
    let checks = uuids.iter().map(|uuid| (uuid.clone(), None)).collect();
    let monitor = Monitor::with(Options {
        checks,
        ..Options::default()
    })
    .unwrap();
    let crontab = crontab(jobs, &monitor.base(), &uuids);
    lint(&crontab, jobs);
    let mut daemon = match Cron::start(&crontab, clock) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    // More than the daemon gets to: it is stopped once the last of these before `until` came.
    let predictions: Vec<Vec<DateTime<Utc>>> = jobs
        .iter()
        .map(|job| predict(job.schedule, clock.start, until + TimeDelta::days(1)))
        .collect();
    let due = |at: &&DateTime<Utc>| **at < until;
    let runs = predictions.iter().flatten().filter(due).count();
    let received = receive(&monitor, &mut daemon, until, runs);

    let mut most_punctual = Duration::MAX;
    for ((job, uuid), predicted) in jobs.iter().zip(&uuids).zip(&predictions) {
        let own: Vec<&Received> = received
            .iter()
            .filter(|received| received.ping.uuid == *uuid)
            .collect();
        let starts: Vec<SystemTime> = own
            .iter()
            .filter(|r| r.ping.kind == "start")
            .map(|r| r.at)
            .collect();
        let due = predicted.iter().filter(due).count();
        assert!(
            starts.len() >= due,
            "{}: {} start pings, predicted {due}",
            job.schedule,
            starts.len()
        );
        assert!(
            starts.len() <= predicted.len(),
            "{}: more start pings than predicted",
            job.schedule
        );
        for (start, at) in starts.iter().zip(predicted) {
            let late = start.duration_since(daemon.real(*at));
            let late = late.unwrap_or_else(|early| panic!("{} of {at}: {early}", job.schedule));
            assert!(late < LATEST, "{} of {at} came {late:?} late", job.schedule);
            most_punctual = most_punctual.min(late);
        }
        check_runs(job, &own);
    }
    assert!(
        most_punctual < PUNCTUAL,
        "all pings came at least {most_punctual:?} late"
    );
}

/// A run is two pings with one rid; its end says how it went, and shows what it printed.
fn check_runs(job: &Job, own: &[&Received]) {
    let ends: Vec<&Ping> = own
        .iter()
        .map(|received| &received.ping)
        .filter(|ping| ping.kind != "start")
        .collect();
    let rids = |kind_is_start: bool| -> HashSet<&str> {
        let pings = own.iter().map(|received| &received.ping);
        pings
            .filter(|ping| (ping.kind == "start") == kind_is_start)
            .filter_map(|p| p.rid.as_deref())
            .collect()
    };
    assert_eq!(
        rids(true),
        rids(false),
        "{}: rids of starts and ends",
        job.schedule
    );
    assert_eq!(rids(false).len(), ends.len(), "{}: one rid a run", job.schedule);
    for end in ends {
        assert_eq!(end.code, Some(job.code), "{}: {end:?}", job.schedule);
        assert!(
            end.duration.is_some(),
            "{}: the monitor knows no start: {end:?}",
            job.schedule
        );
        let mut lines = end.body.lines();
        for expected in job.body {
            assert!(
                lines.any(|line| line.ends_with(expected)),
                "{}: no {expected:?} in {end:?}",
                job.schedule
            );
        }
    }
}

fn crontab(jobs: &[Job], base: &str, uuids: &[String]) -> String {
    let cronwrap = e2e::program("cronwrap").display().to_string();
    let state = e2e::state().display().to_string();
    let mut text = String::from("# Written by tests/together.rs\nSHELL=/bin/sh\nMAILTO=\"\"\n");
    writeln!(text, "CRONWRAP_STATE_DIR={state}").unwrap();
    for (job, uuid) in jobs.iter().zip(uuids) {
        let command = job.command.replace(
            "{wrap}",
            &format!("{cronwrap} --no-record --ping {base}/{uuid} --"),
        );
        writeln!(text, "{} root {command}", job.schedule).unwrap();
    }
    text
}

/// cronlint finds in each line what the job says, and nothing else.
fn lint(crontab: &str, jobs: &[Job]) {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("e2e");
    // Where the programs are installed, not where this checkout happens to lie: that may be below /tmp.
    let installed = crontab.replace(
        &*e2e::program("cronwrap").to_string_lossy(),
        "/usr/local/bin/cronwrap",
    );
    std::fs::write(&path, installed).unwrap();
    let output = e2e::run("cronlint")
        .args(["--kind", "system", "--format", "json"])
        .arg(&path)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let diagnostics = report["files"][0]["diagnostics"].as_array().unwrap();
    let found: Vec<(u64, &str)> = diagnostics
        .iter()
        .map(|found| {
            (
                found["start"]["line"].as_u64().unwrap(),
                found["name"].as_str().unwrap(),
            )
        })
        .collect();
    let first = crontab.lines().position(|line| line.contains(" root ")).unwrap() as u64 + 1;
    let expected: Vec<(u64, &str)> = (first..)
        .zip(jobs)
        .flat_map(|(line, job)| job.findings.iter().map(move |name| (line, *name)))
        .collect();
    assert_eq!(found, expected, "{crontab}");
}

/// When cronexplain says that `schedule` fires, in UTC.
fn predict(schedule: &str, from: DateTime<Utc>, to: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let minute = |at: DateTime<Utc>| at.format("%Y-%m-%dT%H:%M").to_string();
    // The minute in which the daemon starts is past already.
    let from = from + TimeDelta::minutes(1);
    let mut explain = e2e::run("cronexplain");
    explain.args([
        "--tz",
        "UTC",
        "--json",
        "--between",
        &minute(from),
        &minute(to),
        schedule,
    ]);
    let output = explain.output().unwrap();
    let answer: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{schedule}: {error}: {output:?}"));
    let occurrences = answer["occurrences"].as_array().unwrap().iter();
    let at = occurrences.map(|occurrence| occurrence["at"].as_str().unwrap());
    at.map(|at| {
        DateTime::parse_from_str(at, "%Y-%m-%dT%H:%M%:z")
            .unwrap()
            .to_utc()
    })
    .collect()
}

/// A ping, and when it came.
struct Received {
    at: SystemTime,
    ping: Ping,
}

/// What the monitor gets until the daemon's clock shows `until` and `runs` runs have started; then the
/// daemon is stopped, and each run has time to end.
fn receive(monitor: &Monitor, daemon: &mut Cron, until: DateTime<Utc>, runs: usize) -> Vec<Received> {
    let mut received: Vec<Received> = Vec::new();
    let end = daemon.real(until);
    let mut collect_until = |limit: SystemTime, enough: &dyn Fn(usize, usize) -> bool| {
        loop {
            let now = SystemTime::now();
            let news = monitor.pings().into_iter().skip(received.len());
            received.extend(news.map(|ping| Received { at: now, ping }));
            let starts = received
                .iter()
                .filter(|received| received.ping.kind == "start")
                .count();
            if now >= limit || enough(starts, received.len() - starts) {
                break;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    };
    collect_until(end, &|_, _| false);
    collect_until(end + LATEST, &|starts, _| starts >= runs);
    daemon.stop();
    collect_until(SystemTime::now() + LATEST, &|starts, ends| starts == ends);
    received
}

fn at(year: i32, month: u32, day: u32, hour: u32, minute: u32, second: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, hour, minute, second)
        .unwrap()
}
