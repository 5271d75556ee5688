//! What a monitor can answer, and what we make of it.

use super::*;

fn status(code: u16, times: u32, retry_after: Option<&str>) -> Fault {
    Fault::Status {
        code,
        times,
        retry_after: retry_after.map(str::to_owned),
    }
}

#[test]
fn start_and_end_of_a_run_carry_the_same_rid_and_a_length() {
    let receiver = monitor::Monitor::start();
    let limit = LIMIT;
    let url = format!("{}?create=1&token=x", receiver.ping_url());
    let send = |kind, body: &[u8]| ping(&url, Network::default(), kind, body, limit).unwrap();
    assert_eq!(
        send(PingKind::Start, b""),
        Answer {
            body_limit: Some(10_000),
            attempts: 1
        }
    );
    send(PingKind::Log, b"note");
    send(PingKind::ExitCode(3), "naïve\n".as_bytes());
    send(PingKind::Fail, b"");
    send(PingKind::Success, b"");
    let told: Vec<_> = receiver
        .pings()
        .into_iter()
        .map(|ping| (ping.kind, ping.code, ping.body))
        .collect();
    let expected = [
        ("start", None, ""),
        ("log", None, "note"),
        ("fail", Some(3), "naïve\n"),
        ("fail", None, ""),
        ("success", None, ""),
    ];
    assert_eq!(
        told,
        expected.map(|(kind, code, body)| (kind.to_owned(), code, body.to_owned()))
    );
    for request in receiver.requests() {
        assert_eq!(request.method, "POST");
        assert_eq!(
            request.announced_length(),
            Some(request.body.len() as u64),
            "{request:?}"
        );
        assert_eq!(request.header("transfer-encoding"), None);
        assert!(
            request.target.ends_with(&format!("?create=1&token=x&rid={RID}")),
            "{}",
            request.target
        );
    }
}

#[test]
fn a_body_of_the_largest_limit_arrives_whole() {
    let receiver = monitor::Monitor::with(Options {
        limit: 100_000,
        ..Options::default()
    })
    .unwrap();
    let body = "line of the output\n".repeat(5_000);
    let answer = ping(
        &receiver.ping_url(),
        Network::default(),
        PingKind::ExitCode(1),
        body.as_bytes(),
        LIMIT,
    );
    assert_eq!(answer.unwrap().body_limit, Some(100_000));
    assert_eq!(receiver.pings()[0].body, body);
}

#[test]
fn what_can_pass_is_tried_again() {
    check(status(500, 2, None), 30_000, Ok(3));
    check(status(503, 1, None), 30_000, Ok(2));
    check(status(408, 1, None), 30_000, Ok(2));
    check(status(429, 1, Some("1")), 30_000, Ok(2));
    check(status(429, 1, Some("soon")), 30_000, Ok(2));
}

#[test]
fn what_cannot_pass_is_given_up_at_once() {
    for code in [400, 401, 403, 404, 409, 410] {
        let receiver = monitor::Monitor::faulty(status(code, u32::MAX, None));
        let error = end(&receiver.ping_url(), 30_000).unwrap_err();
        assert_eq!(
            (error.kind.clone(), error.attempts),
            (DeliveryErrorKind::Status(code), 1)
        );
        assert!(error.is_permanent(), "{error}");
        assert_eq!(receiver.requests().len(), 1);
    }
}

#[test]
fn a_pause_asked_for_is_kept_and_one_past_the_deadline_ends_it_at_once() {
    let receiver = monitor::Monitor::faulty(status(429, 1, Some("1")));
    let begun = Instant::now();
    end(&receiver.ping_url(), 30_000).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));

    let receiver = monitor::Monitor::faulty(status(429, u32::MAX, Some("60")));
    let begun = Instant::now();
    let error = end(&receiver.ping_url(), 30_000).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert_eq!(
        (error.attempts, error.retry_after),
        (1, Some(Duration::from_secs(60)))
    );
    assert!(!error.is_permanent());

    check(
        status(429, 1, Some("Fri, 31 Dec 1999 23:59:59 GMT")),
        30_000,
        Ok(2),
    ); // long past: no pause
}

#[test]
fn errors_that_last_end_with_the_deadline_and_say_what_it_was() {
    check(status(500, u32::MAX, None), 1_500, Err("answered 500 ("));
    check(Fault::ClosesAtOnce, 1_500, Err("no connection"));
    check(Fault::Garbage, 1_500, Err("not HTTP"));
    check(Fault::EndlessHead, 1_500, Err("not HTTP"));
    check(Fault::NeverAccepts, 1_000, Err("timed out waiting for an answer"));
    check(
        Fault::SlowLoris {
            pause: Duration::from_millis(20),
        },
        1_000,
        Err("timed out"),
    );
    check(Fault::BlackHole, 1_000, Err("timed out"));
}

#[test]
fn a_success_counts_whatever_follows_its_head() {
    check(Fault::HugeAnswer { bytes: 1 << 30 }, 30_000, Ok(1));
    check(Fault::EndlessAnswer, 30_000, Ok(1));
    check(
        Fault::Late {
            by: Duration::from_millis(700),
        },
        30_000,
        Ok(1),
    );
}

#[test]
fn a_redirect_is_not_followed_because_the_url_is_a_secret() {
    let other = monitor::Monitor::start();
    for code in [301, 302, 303, 307, 308] {
        let receiver = monitor::Monitor::faulty(Fault::Redirect {
            code,
            to: other.ping_url(),
        });
        let error = end(&receiver.ping_url(), 30_000).unwrap_err();
        assert_eq!(
            (error.kind, error.attempts),
            (DeliveryErrorKind::Redirect(code), 1)
        );
    }
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_monitor_that_comes_back_within_the_deadline_gets_the_ping() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = thread::spawn(move || {
        thread::sleep(Duration::from_millis(600));
        let monitor = monitor::Monitor::with(Options {
            port,
            ..Options::default()
        })
        .unwrap();
        monitor.wait_for(1, LIMIT).len()
    });
    let answer = end(&format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}"), 30_000).unwrap();
    assert!(answer.attempts > 1, "{answer:?}");
    assert_eq!(server.join().unwrap(), 1);
}
