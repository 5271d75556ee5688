//! What monitors are told: all of it, in order, once they can be reached.

use std::io::{Read as _, Write as _};
use std::sync::{Arc, Barrier};
use std::thread;

use super::*;
use crate::people::command;

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
    // Each answers only when all four have been asked.
    let asked = Arc::new(Barrier::new(4));
    let answering = |_| {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/ping/{DEFAULT_UUID}", listener.local_addr().unwrap());
        let asked = Arc::clone(&asked);
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 4096]);
            asked.wait();
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nOK");
        });
        url
    };
    let urls: Vec<String> = (0..4).map(answering).collect();
    let host = Host::new("", &urls.iter().map(String::as_str).collect::<Vec<_>>(), &[]);
    let (_, delivered) = host.run(0);
    assert_eq!(delivered.len(), 4);
    assert!(delivered.iter().all(|one| one.error.is_none()), "{delivered:?}");
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
                    let (run, told) = host.run_within(0, Duration::from_secs(120));
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
    host.run_within(1, Duration::from_secs(2));
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!((host.waiting().len(), codes(&good)), (2, vec![Some(1)]));
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
fn an_outbox_keeps_to_the_bounds_of_the_settings() {
    let url = format!("http://127.0.0.1:9/ping/{DEFAULT_UUID}");
    let host = Host::new("[record]\noutbox-reports = 2\n", &[&url], &[]);
    for code in 0..4 {
        host.run_within(code, Duration::from_millis(200));
    }
    assert_eq!(host.waiting().len(), 4);
    host.flush();
    let dead: Vec<bool> = host.waiting().into_iter().map(|(dead, ..)| dead).collect();
    assert_eq!(dead, [false, false, true, true], "the oldest are laid aside");
}
