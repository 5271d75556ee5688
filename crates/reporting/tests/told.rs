//! From the end of a run to its arrival: what is told, in order, once it can be, and to nobody twice without need.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use delivery::PingKind;
use history::{End, History, NewRun, Outcome};
use monitor::{DEFAULT_UUID, Fault, Options};
use reporting::{
    Address, AddressBook, AlertRule, Delivered, RunFacts, Settings, Told, decide, decide_lost,
    decide_running, deliver, flush,
};
use uuid::Uuid;

const LIMIT: Duration = Duration::from_secs(3);

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

#[test]
fn a_run_is_told_to_all_its_monitors_with_its_run_id() {
    let (one, two) = (monitor::Monitor::start(), monitor::Monitor::start());
    let host = Host::new("", &[&one.ping_url(), &two.ping_url()], &[]);
    let (run, told) = host.run(3);
    assert_eq!(
        (
            told.len(),
            told.iter().filter(|told| told.error.is_some()).count()
        ),
        (2, 0)
    );
    for monitor in [&one, &two] {
        let pings = monitor.pings();
        assert_eq!(
            (codes(monitor), pings[0].rid.clone(), pings[0].body.as_str()),
            (vec![Some(3)], Some(run.to_string()), "exit code 3")
        );
    }
    assert!(host.waiting().is_empty(), "{:?}", host.waiting());
}

#[test]
fn monitors_are_told_at_the_same_time() {
    let slow = || {
        monitor::Monitor::faulty(Fault::Late {
            by: Duration::from_millis(700),
        })
    };
    let monitors = [slow(), slow(), slow(), slow()];
    let urls: Vec<String> = monitors.iter().map(monitor::Monitor::ping_url).collect();
    let host = Host::new("", &urls.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let begun = Instant::now();
    host.run(0);
    assert!(
        begun.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        begun.elapsed()
    );
}

#[test]
fn what_could_not_be_told_is_told_by_the_next_run_in_order_and_says_that_it_is_late() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let host = Host::new(
        "",
        &[&format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}")],
        &[],
    );
    for code in [1, 2, 0] {
        host.run_within(code, Duration::from_millis(300));
    }
    assert_eq!(host.waiting().len(), 3);
    host.an_hour_later();
    let monitor = monitor::Monitor::with(Options {
        port,
        ..Options::default()
    })
    .unwrap();
    let (run, told) = host.run(5);
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(codes(&monitor), [Some(1), Some(2), Some(0), Some(5)]);
    let pings = monitor.pings();
    assert!(
        pings[0].body.starts_with("sent late; this is from 2"),
        "{}",
        pings[0].body
    );
    assert_eq!(
        (pings[3].body.as_str(), pings[3].rid.clone()),
        ("exit code 5", Some(run.to_string()))
    );
    assert!(host.waiting().is_empty(), "{:?}", host.waiting());
}

#[test]
fn a_host_that_was_offline_for_a_day_tells_all_of_it_when_it_is_back() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let host = Host::new(
        "",
        &[&format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}")],
        &[],
    );
    let mut runs = Vec::new();
    for run in 0..288_u32 {
        let facts = Host::facts((run % 200) as u8);
        let mut history = host.history.lock().unwrap();
        history
            .finish(&facts.run, &facts.end, |status| {
                decide(&facts, &host.told, "", status)
            })
            .unwrap();
        runs.push(facts.run.id.to_string());
    }
    host.an_hour_later();
    let monitor = monitor::Monitor::with(Options {
        port,
        ..Options::default()
    })
    .unwrap();
    let begun = Instant::now();
    while !host.waiting().is_empty() && begun.elapsed() < Duration::from_secs(60) {
        host.flush();
    }
    let mut told: Vec<String> = monitor.pings().into_iter().filter_map(|ping| ping.rid).collect();
    // At least once: an answer that came too late is asked for again, and the run ID shows that it is the same.
    told.dedup();
    assert!(
        told == runs,
        "{} told, {} runs, or another order",
        told.len(),
        runs.len()
    );
}

#[test]
fn a_refusal_for_good_is_laid_aside_and_does_not_stand_in_the_way() {
    let monitor = monitor::Monitor::faulty(Fault::Status {
        code: 404,
        times: 1,
        retry_after: None,
    });
    let host = Host::new("", &[&monitor.ping_url()], &[]);
    let (_, told) = host.run(1);
    assert!(told[0].error.as_ref().unwrap().is_permanent());
    host.run(0);
    assert_eq!(codes(&monitor), [Some(0)]);
    let waiting = host.waiting();
    assert_eq!((waiting.len(), waiting[0].0), (1, true));
    assert!(waiting[0].2.as_ref().unwrap().contains("404"));
    assert!(!format!("{waiting:?}").contains(DEFAULT_UUID));
}

#[test]
fn a_server_that_asks_for_a_pause_gets_it_also_from_the_next_run() {
    let wait = Fault::Status {
        code: 429,
        times: 1,
        retry_after: Some("600".to_owned()),
    };
    let monitor = monitor::Monitor::faulty(wait);
    let host = Host::new("", &[&monitor.ping_url()], &[]);
    host.run(1);
    let (_, told) = host.run(2);
    assert_eq!(
        (told.len(), monitor.requests().len()),
        (0, 1),
        "nothing more is sent before the pause is over"
    );
    assert_eq!(host.flush(), []);
    host.an_hour_later();
    host.flush();
    assert_eq!(codes(&monitor), [Some(1), Some(2)]);
}

#[test]
fn five_hundred_hosts_at_one_minute_get_through_a_monitor_that_answers_429() {
    let busy = Fault::Status {
        code: 429,
        times: 1_200,
        retry_after: Some("1".to_owned()),
    };
    let monitor = monitor::Monitor::faulty(busy);
    let url = monitor.ping_url();
    let (mut failed, mut runs) = (0, Vec::new());
    std::thread::scope(|scope| {
        let hosts: Vec<_> = (0..500)
            .map(|_| {
                scope.spawn(|| {
                    let host = Host::new("", &[&url], &[]);
                    let (run, told) = host.run_within(0, Duration::from_secs(20));
                    (
                        run,
                        told.iter().all(|told| told.error.is_none()) && host.waiting().is_empty(),
                    )
                })
            })
            .collect();
        for host in hosts {
            let (run, arrived) = host.join().unwrap();
            failed += u32::from(!arrived);
            runs.push(run.to_string());
        }
    });
    assert_eq!(failed, 0);
    let mut told: Vec<String> = monitor.pings().into_iter().filter_map(|ping| ping.rid).collect();
    told.sort();
    runs.sort();
    assert_eq!(told, runs, "each exactly once");
}

#[test]
fn nothing_is_waited_for_past_the_deadline_and_all_is_kept() {
    let black = monitor::Monitor::faulty(Fault::BlackHole);
    let (silent, good) = (
        monitor::Monitor::faulty(Fault::NeverAccepts),
        monitor::Monitor::start(),
    );
    let host = Host::new(
        "",
        &[&black.ping_url(), &silent.ping_url(), &good.ping_url()],
        &[],
    );
    let begun = Instant::now();
    host.run_within(1, Duration::from_secs(1));
    assert!(
        begun.elapsed() < Duration::from_millis(1_500),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!((host.waiting().len(), codes(&good)), (2, vec![Some(1)]));
}

fn command(folder: &Path) -> String {
    format!(
        "[channels.ops]\nkind = \"command\"\nrun = \"cat >> {0}/told; echo ---- >> {0}/told\"\n",
        folder.display()
    )
}

#[test]
fn people_are_told_of_an_incident_once_and_of_its_end_once() {
    let out = tempfile::tempdir().unwrap();
    let host = Host::new(&command(out.path()), &[], &["ops"]);
    for code in [0, 0, 3, 3, 3, 0, 0] {
        host.run(code);
    }
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    let subjects: Vec<&str> = told
        .split("----\n")
        .filter_map(|message| message.lines().next())
        .collect();
    let name = Host::facts(0).run.host;
    let expected = [
        format!("backup on {name}: first run succeeded"),
        format!("backup on {name} failed: exit code 3"),
        format!("backup on {name} is well again after 3 failures"),
    ];
    assert_eq!(subjects, expected);
    let failure = told.split("----\n").nth(1).unwrap();
    for part in [
        "outcome:  exit code 3",
        "took:     1 min 30 s",
        "command:  rsync",
        "    rsync: no route to host",
        "    giving up\u{fffd}[31m",
        "what to do next:",
    ] {
        assert!(failure.contains(part), "{part:?} is not in {failure}");
    }
}

#[test]
fn a_lost_run_is_told_and_the_next_success_is_a_recovery() {
    let out = tempfile::tempdir().unwrap();
    let monitor = monitor::Monitor::start();
    let host = Host::new(&command(out.path()), &[&monitor.ping_url()], &["ops"]);
    host.run(0);
    let mut child = std::process::Command::new("true").spawn().unwrap();
    let wrapper = history::Process::look_up(child.id());
    child.wait().unwrap();
    let gone = NewRun {
        wrapper,
        ..Host::facts(0).run
    };
    host.history.lock().unwrap().begin(&gone).unwrap();
    let lost = host
        .history
        .lock()
        .unwrap()
        .sweep(&gone.host, |lost, status| {
            decide_lost(lost, &gone.host, &host.told, status)
        })
        .unwrap();
    assert_eq!(lost.len(), 1);
    host.flush();
    host.run(0);
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    assert!(
        told.contains("a run was lost") && told.contains("something killed its wrapper"),
        "{told}"
    );
    assert!(told.contains("is well again after a failure"), "{told}");
    let kinds: Vec<String> = monitor.pings().into_iter().map(|ping| ping.kind).collect();
    assert_eq!(kinds, ["success", "fail", "success"]);
}

#[test]
fn a_channel_that_left_the_settings_is_a_dead_letter_but_broken_settings_are_not() {
    let out = tempfile::tempdir().unwrap();
    let mut host = Host::new(&command(out.path()), &[], &["ops"]);
    host.told.channels.push(Address {
        key: "channel gone".to_owned(),
        place: "gone".to_owned(),
    });
    host.run(1);
    let waiting = host.waiting();
    assert_eq!(waiting.len(), 1);
    assert!(
        waiting[0].0
            && waiting[0]
                .2
                .as_ref()
                .unwrap()
                .contains("there is no [channels.gone]"),
        "{waiting:?}"
    );

    let broken = host.folder.path().join("broken.toml");
    std::fs::write(&broken, "[channels.ops\n").unwrap();
    host.book.settings = Settings::read(&[broken], &[]);
    host.run(0);
    assert_eq!(
        host.waiting().iter().filter(|(dead, ..)| !dead).count(),
        2,
        "they wait until the file is mended"
    );
}

#[test]
fn only_one_flush_runs_at_a_time() {
    let host = Host::new("", &[], &[]);
    let lock = std::fs::File::options()
        .create(true)
        .append(true)
        .open(host.folder.path().join("flush.lock"))
        .unwrap();
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive).unwrap();
    assert_eq!(
        flush(
            host.folder.path(),
            &host.history,
            &host.book,
            Instant::now() + LIMIT
        )
        .unwrap(),
        None
    );
    drop(lock);
    assert_eq!(host.flush(), []);
}

#[test]
fn a_skipped_run_tells_the_monitor_what_is_wanted_and_leaves_the_alert_rule_alone() {
    let out = tempfile::tempdir().unwrap();
    let monitor = monitor::Monitor::start();
    let host = Host::new(&command(out.path()), &[&monitor.ping_url()], &["ops"]);
    host.run(3);
    let end = End::new(Outcome::Skipped, false, Duration::ZERO);
    for ping in [Some(PingKind::Log), None] {
        let facts = RunFacts {
            end: end.clone(),
            ping,
            exit_code: 75,
            ..Host::facts(0)
        };
        let mut history = host.history.lock().unwrap();
        history
            .finish(&facts.run, &end, |status| {
                decide(&facts, &host.told, "skipped", status)
            })
            .unwrap();
    }
    host.an_hour_later();
    host.flush();
    host.run(0);
    let kinds: Vec<String> = monitor.pings().into_iter().map(|ping| ping.kind).collect();
    assert_eq!(kinds, ["fail", "log", "success"]);
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    assert_eq!(
        (told.matches("----").count(), told.contains("is well again")),
        (2, true),
        "{told}"
    );
}

#[test]
fn a_run_that_goes_on_and_on_is_told_while_it_does() {
    let out = tempfile::tempdir().unwrap();
    let host = Host::new(&command(out.path()), &[], &["ops"]);
    let run = Host::facts(0).run;
    let mut history = host.history.lock().unwrap();
    history.begin(&run).unwrap();
    let decision = decide_running(&run, Duration::from_secs(7_500), None, &host.told);
    let ours = history.tell(&run, &decision).unwrap();
    drop(history);
    deliver(&host.history, &host.book, ours, &[], Instant::now() + LIMIT);
    let told = std::fs::read_to_string(out.path().join("told")).unwrap();
    assert!(told.contains(" is still running after 2 h 05 min\n"), "{told}");
}
