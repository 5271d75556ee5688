//! Whatever the monitor does, the job starts at once, its code is kept, and cronwrap ends in time.

use crate::{cronwrap, run};
use monitor::{Fault, Monitor, Options, Tls};
use std::fs;
use std::time::{Duration, Instant, SystemTime};

/// What the pings may cost in these tests.
const DEADLINE: &str = "2s";

/// Runs a job that exits with 3 against this URL: it must start at once and cronwrap must end by the deadline.
/// Returns standard error and how long all took.
#[track_caller]
fn check(url: &str) -> (String, Duration) {
    check_within(url, DEADLINE)
}

#[track_caller]
fn check_within(url: &str, deadline: &str) -> (String, Duration) {
    let file = tempfile::NamedTempFile::new().unwrap();
    let script = format!("date +%s.%N > {}; exit 3", file.path().display());
    let (before, start) = (SystemTime::now(), Instant::now());
    let ran = run(&mut cronwrap(&[
        "--ping",
        url,
        "--ping-deadline",
        deadline,
        "-c",
        &script,
    ]));
    let took = start.elapsed();
    assert_eq!(ran.code, Some(3), "{}", ran.err);
    let started: f64 = fs::read_to_string(file.path()).unwrap().trim().parse().unwrap();
    let delay = started
        - before
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
            .as_secs_f64();
    // Less than any of these monitors would hold it, and room for a busy machine; the bench `monitors` measures it.
    assert!(delay < 1.9, "the job started {delay} s late");
    assert!(took < Duration::from_secs(15), "{took:?}");
    (ran.err, took)
}

/// Each failed ping is one line that shows no secret.
#[track_caller]
fn check_told(url: &str, pings: usize) {
    let (err, _) = check(url);
    assert_eq!(err.lines().count(), pings, "{err}");
    assert!(
        err.lines()
            .all(|line| line.starts_with("cronwrap: ") && line.contains("ping: ")),
        "{err}"
    );
    assert!(!err.contains("5a2b9c1e") && !err.contains("/ping/"), "{err}");
}

#[test]
fn a_refused_connection_is_told_and_hurts_nobody() {
    check_told("http://127.0.0.1:9/ping/5a2b9c1e-2222-4333-8444-555566667777", 2);
}

#[test]
fn a_name_that_does_not_resolve_is_told_and_hurts_nobody() {
    check_told(
        "http://no-such-host.invalid/ping/5a2b9c1e-2222-4333-8444-555566667777",
        2,
    );
}

#[test]
fn a_server_that_answers_500_is_told_and_hurts_nobody() {
    let fault = Fault::Status {
        code: 500,
        times: u32::MAX,
        retry_after: None,
    };
    check_told(&Monitor::faulty(fault).ping_url(), 2);
}

#[test]
fn a_server_that_fails_twice_is_tried_again() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 503,
        times: 2,
        retry_after: None,
    });
    let (err, _) = check(&monitor.ping_url());
    assert_eq!(err, "");
    assert_eq!(monitor.pings().len(), 2);
}

#[test]
fn a_server_that_drips_its_answer_hurts_nobody() {
    check(
        &Monitor::faulty(Fault::SlowLoris {
            pause: Duration::from_millis(100),
        })
        .ping_url(),
    );
}

#[test]
fn a_server_that_never_accepts_is_told_and_hurts_nobody() {
    check_told(&Monitor::faulty(Fault::NeverAccepts).ping_url(), 2);
}

#[test]
fn a_black_hole_is_told_and_hurts_nobody() {
    check_told(&Monitor::faulty(Fault::BlackHole).ping_url(), 2);
}

#[test]
fn a_server_that_hangs_up_is_told_and_hurts_nobody() {
    check_told(&Monitor::faulty(Fault::ClosesAtOnce).ping_url(), 2);
}

#[test]
fn a_server_that_talks_garbage_is_told_and_hurts_nobody() {
    check_told(&Monitor::faulty(Fault::Garbage).ping_url(), 2);
}

#[test]
fn a_redirect_is_told_and_not_followed() {
    let elsewhere = Monitor::start();
    let fault = Fault::Redirect {
        code: 302,
        to: elsewhere.ping_url(),
    };
    check_told(&Monitor::faulty(fault).ping_url(), 2);
    assert_eq!(elsewhere.requests().len(), 0);
}

#[test]
fn an_unknown_check_is_told_and_not_tried_again() {
    let monitor = Monitor::start();
    let (err, took) = check(&format!(
        "{}/99999999-2222-4333-8444-555566667777",
        monitor.base()
    ));
    assert_eq!(err.lines().count(), 2, "{err}");
    assert!(took < Duration::from_secs(2), "{took:?}");
    assert_eq!(monitor.requests().len(), 2);
}

#[test]
fn a_bad_certificate_is_told_and_hurts_nobody() {
    for tls in [Tls::Good, Tls::Expired, Tls::WrongName] {
        // Good, but from an authority that nobody knows here.
        let monitor = Monitor::with(Options {
            tls: Some(tls),
            ..Options::default()
        })
        .unwrap();
        check_told(&monitor.ping_url(), 2);
        assert_eq!(monitor.pings().len(), 0);
    }
}

#[test]
fn a_server_that_answers_after_three_seconds_holds_up_nobody_and_gets_both_pings() {
    let monitor = Monitor::faulty(Fault::Late {
        by: Duration::from_secs(3),
    });
    let (err, _) = check_within(&monitor.ping_url(), "30s");
    assert_eq!(err, "");
    let pings = monitor.pings();
    assert_eq!(
        (pings.len(), &*pings[0].kind, pings[1].code),
        (2, "start", Some(3))
    );
}

#[test]
fn the_last_ping_waits_for_the_answer_to_the_first() {
    let monitor = Monitor::faulty(Fault::Late {
        by: Duration::from_millis(600),
    });
    let (err, _) = check(&monitor.ping_url());
    assert_eq!(err, "");
    let pings = monitor.pings();
    assert_eq!((&*pings[0].kind, pings[1].code), ("start", Some(3)));
}

#[test]
fn a_start_ping_that_cannot_be_sent_leaves_time_for_the_last() {
    let monitor = Monitor::faulty(Fault::NeverAccepts);
    let url = monitor.ping_url();
    let heals = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(900));
        monitor.set_fault(Fault::None);
        monitor
    });
    check(&url);
    let monitor = heals.join().unwrap();
    assert_eq!(monitor.pings().last().map(|ping| ping.code), Some(Some(3)));
}

#[test]
fn an_answer_of_a_gigabyte_or_without_end_is_not_read() {
    for fault in [Fault::HugeAnswer { bytes: 1 << 30 }, Fault::EndlessAnswer] {
        let monitor = Monitor::faulty(fault);
        let (err, took) = check(&monitor.ping_url());
        assert_eq!(err, "", "the ping was taken with the answer's first line");
        assert!(took < Duration::from_secs(10), "{took:?}");
        assert_eq!(monitor.pings().len(), 2);
    }
}

#[test]
fn a_head_that_never_ends_is_told_and_hurts_nobody() {
    check_told(&Monitor::faulty(Fault::EndlessHead).ping_url(), 2);
}

#[test]
fn a_redirect_loop_is_told_and_asked_once_for_each_ping() {
    let monitor = Monitor::start();
    monitor.set_fault(Fault::Redirect {
        code: 307,
        to: monitor.ping_url(),
    });
    check_told(&monitor.ping_url(), 2);
    assert_eq!(monitor.requests().len(), 2);
}

#[test]
fn a_proxy_that_refuses_is_told_and_hurts_nobody() {
    // Anything that answers 403 to whoever asks.
    let proxy = Monitor::faulty(Fault::Status {
        code: 403,
        times: u32::MAX,
        retry_after: None,
    });
    let monitor = Monitor::with(Options {
        tls: Some(Tls::Good),
        ..Options::default()
    })
    .unwrap();
    let mut command = cronwrap(&[
        "--ping",
        &monitor.ping_url(),
        "--ping-deadline",
        DEADLINE,
        "-c",
        "exit 3",
    ]);
    let ran = run(command.env("https_proxy", format!("http://user:hush@{}", proxy.address())));
    assert_eq!(ran.code, Some(3));
    assert!(ran.took < Duration::from_secs(15), "{:?}", ran.took);
    assert!(
        ran.err.contains("proxy") && !ran.err.contains("hush"),
        "{}",
        ran.err
    );
    assert_eq!((ran.err.lines().count(), monitor.pings().len()), (2, 0));
}
