//! cronwrap killed at any moment with its record on: what it had written stands, and the next run tells of the rest.

use crate::record::Place;
use crate::run;
use history::{FILE_NAME, Outcome};
use monitor::{Fault, Monitor};
use std::collections::HashSet;
use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

/// Where a run is when it is killed: nothing is written yet; its beginning is, and it prints; it has ended, and its
/// end is not written; its end is, and not told to all.
const PHASES: [&str; 4] = ["begin", "capture", "commit", "ping"];
const JOB: &str = "echo $$ > $D/begun; seq 100; sleep 0.09; echo d > $D/done";

struct Scene {
    place: Place,
    monitor: Monitor,
}

impl Scene {
    fn new() -> Scene {
        let monitor = Monitor::faulty(Fault::Late {
            by: Duration::from_millis(20),
        });
        let place = Place::new("");
        let told = place.folder.path().join("told");
        let settings = format!(
            "[monitors.hc]\nkind = \"healthchecks\"\nurl = \"{}\"\n\
             [channels.ops]\nkind = \"command\"\nrun = \"cat >> {1}; echo ---- >> {1}\"\n\
             [defaults]\nmonitors = [\"hc\"]\nchannels = [\"ops\"]\ndeadline = \"2s\"\n",
            monitor.ping_url(),
            told.display()
        );
        fs::write(place.folder.path().join("config.toml"), settings).unwrap();
        Scene { place, monitor }
    }

    fn raw(&self) -> rusqlite::Connection {
        let raw = rusqlite::Connection::open(self.place.state().join(FILE_NAME)).unwrap();
        raw.busy_timeout(Duration::from_secs(5)).unwrap();
        raw
    }

    /// Whether the run of this job stands in the record, and whether with its end.
    fn row(&self, job: &str) -> Option<bool> {
        let sql = "SELECT outcome IS NOT NULL FROM runs JOIN jobs ON jobs.id = job WHERE name = ?";
        self.raw().query_row(sql, [job], |row| row.get(0)).ok()
    }

    /// How often people were told that a run of this job was lost.
    fn told_lost(&self, job: &str) -> usize {
        let begins = format!("{job} on ");
        let is_it = |message: &&str| {
            let subject = message.trim_start().lines().next().unwrap_or_default();
            subject.starts_with(&begins) && subject.ends_with(": a run was lost")
        };
        self.place.told().split("----\n").filter(is_it).count()
    }

    /// Kills a run of this job this long after it reached a phase; in which phase it was then, unless it had ended.
    fn kill_in(&self, wanted: usize, delay: Duration, job: &str) -> Option<usize> {
        let folder = tempfile::tempdir().unwrap();
        let there = |name: &str| fs::metadata(folder.path().join(name)).is_ok_and(|found| found.len() > 0);
        let before = self.monitor.requests().len();
        let mut command = self.place.cronwrap(&["--job", job, "-c", JOB]);
        command
            .env("D", folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let reached = || match wanted {
            0 => there("begun"),
            1 => self.row(job).is_some(),
            2 => there("done"),
            _ => self.monitor.requests().len() > before + 1,
        };
        while !reached() && child.try_wait().unwrap().is_none() {
            thread::sleep(Duration::from_micros(300));
        }
        thread::sleep(delay);
        let ended = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        let phase = match (self.row(job), there("done")) {
            (None, _) => 0,
            (Some(false), false) => 1,
            (Some(false), true) => 2,
            (Some(true), _) => 3,
        };
        (!ended).then_some(phase)
    }
}

#[test]
fn wherever_cronwrap_is_killed_the_next_run_tells_it_once_and_the_record_is_sound() {
    let scene = Scene::new();
    run(&mut scene.place.cronwrap(&["--job", "first", "-c", "true"]));
    let (mut hits, mut told_at_once, begun) = ([0; 4], 0, Instant::now());
    for round in 0_u64.. {
        // The phase that was met least; how long after its beginning spreads over more than its length.
        let wanted = (0..PHASES.len()).min_by_key(|&phase| hits[phase]).unwrap();
        if hits[wanted] >= 5 {
            break;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(240),
            "hits: {PHASES:?} {hits:?}"
        );
        // The beginning is written within milliseconds, and reaches the disk within the first twentieth of a second.
        let delay = Duration::from_micros(round * 7_919 % [8_000, 80_000, 12_000, 25_000][wanted]);
        let job = format!("killed-{round}");
        let phase = scene.kill_in(wanted, delay, &job);
        let is_lost = scene.row(&job) == Some(false);
        // Another job, and one that is over at once.
        let next = run(&mut scene.place.cronwrap(&["--job", "next", "-c", "true"]));
        assert_eq!(next.code, Some(0), "{}", next.err);
        let said = format!("of {job} was lost");
        assert_eq!(
            next.err.matches(&said).count(),
            usize::from(is_lost),
            "{}",
            next.err
        );
        if is_lost {
            assert_eq!(scene.place.runs(&job)[0].outcome, Some(Outcome::Lost));
            // Unless a run that was killed while it told them has still its lease on them.
            told_at_once += scene.told_lost(&job);
        }
        if let Some(phase) = phase {
            hits[phase] += 1;
        }
        let raw = scene.raw();
        let sound: String = raw
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(sound, "ok", "{job}");
    }
    assert!(told_at_once >= 1, "{hits:?}");
    scene.all_is_told();
    let said = format!("killed with the record on {PHASES:?}: {hits:?}\n");
    std::io::Write::write_all(&mut std::io::stderr(), said.as_bytes()).unwrap();
}

impl Scene {
    /// What a killed run was about to tell goes out when its lease is over, and nothing is lost or told twice.
    fn all_is_told(&self) {
        self.raw()
            .execute("UPDATE outbox SET pause = 0, leased = 0", [])
            .unwrap();
        let flushed = run(&mut self.place.cronwrap(&["--flush"]));
        assert_eq!(flushed.code, Some(0), "{}{}", flushed.out, flushed.err);
        let waiting: u32 = self
            .raw()
            .query_row("SELECT count(*) FROM outbox", [], |row| row.get(0))
            .unwrap();
        assert_eq!(waiting, 0);
        let ends: HashSet<String> = (self.monitor.pings().into_iter())
            .filter(|ping| ping.kind != "start")
            .filter_map(|ping| ping.rid)
            .collect();
        let raw = self.raw();
        let mut runs = raw
            .prepare("SELECT lower(hex(run)), name, outcome FROM runs JOIN jobs ON jobs.id = job")
            .unwrap();
        let runs = runs
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
            .unwrap();
        for (id, job, outcome) in runs.map(|row: rusqlite::Result<(String, String, String)>| row.unwrap()) {
            assert!(
                ends.iter().any(|end| end.replace('-', "") == id),
                "the monitor knows no end of {job} ({outcome})"
            );
            assert_eq!(self.told_lost(&job), usize::from(outcome == "lost"), "{job}");
        }
    }
}
