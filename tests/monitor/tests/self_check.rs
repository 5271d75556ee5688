//! The questions that the real Healthchecks v4.3 was asked, and its answers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use monitor::{DEFAULT_KEY, DEFAULT_UUID, Fault, Monitor};

const RID: &str = "0b5d7c1e-2222-4333-8444-555566667777";

/// Sends raw bytes behind the base and returns the whole answer.
fn exchange(monitor: &Monitor, method: &str, path: &str, rest: &str) -> String {
    let mut stream = TcpStream::connect(monitor.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    write!(
        stream,
        "{method} /ping{path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{rest}"
    )
    .unwrap();
    stream.shutdown(std::net::Shutdown::Write).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

fn check(monitor: &Monitor, path: &str, expected: u16) {
    let answer = exchange(monitor, "GET", path, "\r\n");
    let status: u16 = answer.split(' ').nth(1).unwrap().parse().unwrap();
    assert_eq!(status, expected, "{path}");
    assert_eq!(
        answer.contains("Ping-Body-Limit"),
        status < 300,
        "{path}: {answer}"
    );
}

#[test]
fn the_receiver_answers_as_the_real_server_was_measured_to() {
    let monitor = Monitor::start();
    let u = DEFAULT_UUID;
    let table = [
        (format!("/{u}"), 200),
        (format!("/{u}/"), 200),
        (format!("/{u}/start"), 200),
        (format!("/{u}/start/"), 404),
        (format!("/{u}/fail"), 200),
        (format!("/{u}/log"), 200),
        (format!("/{u}/0"), 200),
        (format!("/{u}/255"), 200),
        (format!("/{u}/01"), 200),
        (format!("/{u}/256"), 400),
        (format!("/{u}/-1"), 404),
        (format!("/{u}/abc"), 404),
        (format!("/{u}/fail/1"), 404),
        (format!("/{}", u.to_uppercase()), 404),
        (format!("/{}", u.replace('-', "")), 404),
        ("/00000000-0000-4000-8000-999999999999".to_owned(), 404),
        (format!("/{u}?rid={RID}"), 200),
        (format!("/{u}?rid={}", RID.to_uppercase()), 200),
        (format!("/{u}?rid={{{RID}}}"), 400),
        (format!("/{u}?rid="), 400),
        (format!("/{u}?rid=foo"), 400),
        (format!("/{u}?rid={}", RID.replace('-', "")), 400),
    ];
    assert_eq!(table.len(), 22);
    for (path, expected) in &table {
        check(&monitor, path, *expected);
    }
    let recorded = table.iter().filter(|(_, status)| *status == 200).count();
    assert_eq!(
        monitor.pings().len(),
        recorded,
        "what was answered 200 is recorded, and nothing else"
    );
}

#[test]
fn slugs_are_found_created_and_refused() {
    let monitor = Monitor::start();
    let k = DEFAULT_KEY;
    check(&monitor, &format!("/{k}/backup"), 200);
    check(&monitor, &format!("/{k}/backup/start"), 200);
    check(&monitor, &format!("/{k}/Backup"), 400);
    check(&monitor, &format!("/{k}/unknown"), 404);
    check(&monitor, &format!("/{k}/fresh?create=0"), 404);
    check(&monitor, &format!("/{k}/fresh?create=true"), 404);
    check(&monitor, &format!("/{k}/other?create=1&rid=foo"), 400);
    check(&monitor, &format!("/{k}/other"), 200); // the bad rid did not keep the check from being created
    check(&monitor, &format!("/{k}/fresh?create=1"), 201);
    check(&monitor, &format!("/{k}/fresh?create=1"), 200);
}

#[test]
fn the_head_of_a_body_is_kept_a_chunked_one_is_lost_and_a_huge_one_refused() {
    let monitor = Monitor::start();
    let path = format!("/{DEFAULT_UUID}");
    let long = "é".repeat(6_000);
    exchange(
        &monitor,
        "POST",
        &path,
        &format!("Content-Length: {}\r\n\r\n{long}", long.len()),
    );
    exchange(
        &monitor,
        "POST",
        &path,
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    );
    let huge = "x".repeat(2_621_441);
    let answer = exchange(
        &monitor,
        "POST",
        &path,
        &format!("Content-Length: {}\r\n\r\n{huge}", huge.len()),
    );
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    let pings = monitor.pings();
    assert_eq!(pings.len(), 2);
    assert_eq!(
        (pings[0].length, pings[0].body.as_str()),
        (12_000, &long[..10_000])
    );
    assert_eq!((pings[1].length, pings[1].body.as_str()), (0, ""));
}

#[test]
fn a_duration_is_the_time_since_the_start_of_the_same_run() {
    let monitor = Monitor::start();
    let ask = |rest: &str| exchange(&monitor, "POST", &format!("/{DEFAULT_UUID}{rest}"), "\r\n");
    let other = RID.replace('0', "1");
    ask(&format!("/start?rid={RID}"));
    std::thread::sleep(Duration::from_millis(60));
    ask(&format!("/start?rid={other}"));
    ask(&format!("/3?rid={}", RID.to_uppercase()));
    ask(&format!("/0?rid={other}"));
    let pings = monitor.pings();
    assert_eq!(
        (pings[2].kind.as_str(), pings[2].code, pings[2].rid.as_deref()),
        ("fail", Some(3), Some(RID))
    );
    assert!(
        pings[2].duration.unwrap() > 0.05 && pings[3].duration.unwrap() < 0.05,
        "{pings:?}"
    );
}

#[test]
fn a_fault_that_counts_is_over_when_it_is_spent() {
    let monitor = Monitor::faulty(Fault::Status {
        code: 429,
        times: 2,
        retry_after: Some("7".to_owned()),
    });
    let ask = || exchange(&monitor, "GET", &format!("/{DEFAULT_UUID}"), "\r\n");
    let refused = ask();
    assert!(
        refused.starts_with("HTTP/1.1 429") && refused.contains("Retry-After: 7"),
        "{refused}"
    );
    assert!(ask().starts_with("HTTP/1.1 429"));
    assert!(ask().starts_with("HTTP/1.1 200"));
    assert_eq!((monitor.pings().len(), monitor.requests().len()), (1, 3));
}

#[test]
fn a_black_hole_takes_no_connection_and_can_be_filled_up_again() {
    let monitor = Monitor::faulty(Fault::BlackHole);
    let attempt = || TcpStream::connect_timeout(&monitor.address(), Duration::from_millis(300));
    assert_eq!(attempt().unwrap_err().kind(), std::io::ErrorKind::TimedOut);
    monitor.set_fault(Fault::None);
    check(&monitor, &format!("/{DEFAULT_UUID}"), 200);
}
