//! From the end of a run to its arrival: what is told, in order, once it can be, and to nobody twice without need.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod monitors;
mod people;
mod words;

use delivery::PingKind;
use history::{End, History, NewRun, Outcome};
use monitor::{DEFAULT_UUID, Fault, Options};
use reporting::{
    Address, AddressBook, AlertRule, Delivered, RunFacts, Settings, Told, decide, decide_lost,
    decide_running, deliver, flush,
};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};
use uuid::Uuid;

const LIMIT: Duration = Duration::from_secs(20);

struct Host {
    folder: tempfile::TempDir,
    history: Mutex<History>,
    book: AddressBook,
    told: Told,
}

impl Host {
    fn new(settings: &str, urls: &[&str], channels: &[&str]) -> Host {
        let folder = tempfile::tempdir().unwrap();
        let history = Mutex::new(History::open(folder.path(), Duration::from_secs(20)).unwrap());
        let file = folder.path().join("config.toml");
        std::fs::write(&file, settings).unwrap();
        let settings = Settings::read(&[file], &[]);
        assert_eq!(settings.problems(), []);
        let book = AddressBook {
            settings,
            host: "web1".to_owned(),
            ..AddressBook::default()
        };
        let told = Told {
            monitors: urls.iter().map(|url| AddressBook::of_url(url).unwrap()).collect(),
            channels: channels
                .iter()
                .map(|name| book.of_channel(name, "backup").unwrap())
                .collect(),
            rule: AlertRule::default(),
            hold: LIMIT,
        };
        Host {
            folder,
            history,
            book,
            told,
        }
    }

    fn facts(code: u8) -> RunFacts {
        let run = NewRun::here(
            Uuid::new_v4(),
            "backup",
            "rsync -a /home host:",
            "root",
            SystemTime::now(),
        );
        let end = End::new(Outcome::Exited(code), code != 0, Duration::from_secs(90));
        RunFacts {
            run,
            end,
            exit_code: code,
            ping: Some(PingKind::ExitCode(code)),
            usual: None,
            first_errors: vec!["rsync: no route to host".to_owned()],
            last_lines: vec!["giving up\u{1b}[31m".to_owned()],
            journal: false,
            notes: Vec::new(),
        }
    }

    /// One run, recorded and told; its ID.
    fn run(&self, code: u8) -> (Uuid, Vec<Delivered>) {
        self.run_within(code, LIMIT)
    }

    fn run_within(&self, code: u8, limit: Duration) -> (Uuid, Vec<Delivered>) {
        let facts = Host::facts(code);
        let body = format!("exit code {code}");
        let ours = self
            .history
            .lock()
            .unwrap()
            .finish(&facts.run, &facts.end, |status| {
                decide(&facts, &self.told, &body, status)
            })
            .unwrap();
        let all = self.told.monitors.iter().chain(&self.told.channels);
        let keys: Vec<String> = all.map(|address| address.key.clone()).collect();
        (
            facts.run.id,
            deliver(&self.history, &self.book, ours, &keys, Instant::now() + limit),
        )
    }

    fn flush(&self) -> Vec<Delivered> {
        flush(
            self.folder.path(),
            &self.history,
            &self.book,
            Instant::now() + LIMIT,
        )
        .unwrap()
        .unwrap()
    }

    /// Makes everything that waits free to be tried at once, and written an hour ago.
    fn an_hour_later(&self) {
        let raw = rusqlite_open(self.folder.path());
        let back = "UPDATE outbox SET pause = 0, leased = 0, payload = CAST(replace(CAST(payload AS TEXT), '\"at\":' || (payload ->> 'at'), '\"at\":' || ((payload ->> 'at') - 3600)) AS BLOB)";
        raw.execute(back, []).unwrap();
    }

    fn waiting(&self) -> Vec<(bool, u32, Option<String>)> {
        let outbox = self.history.lock().unwrap().outbox().unwrap();
        outbox
            .into_iter()
            .map(|report| (report.dead, report.attempts, report.error))
            .collect()
    }
}

fn rusqlite_open(folder: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(folder.join(history::FILE_NAME)).unwrap()
}

fn codes(monitor: &monitor::Monitor) -> Vec<Option<u32>> {
    monitor.pings().iter().map(|ping| ping.code).collect()
}
