//! Pings against a monitor that answers as Healthchecks does, and against everything that can be wrong with one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use delivery::{Answer, DeliveryError, DeliveryErrorKind, Monitor, Network, Ping, PingKind, Proxy};
use monitor::{DEFAULT_UUID, Fault, Options, Tls};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x0B5D7C1E_2222_4333_8444_555566667777);
const RID: &str = "0b5d7c1e-2222-4333-8444-555566667777";

/// Pings once; the call must return by its deadline, with an error that shows no secret.
fn ping(
    url: &str,
    network: Network,
    kind: PingKind,
    body: &[u8],
    limit: Duration,
) -> Result<Answer, DeliveryError> {
    let monitor = Monitor::from_url(url).unwrap().through(network);
    let begun = Instant::now();
    let result = monitor.ping(&Ping { kind, run: RUN, body }, begun + limit);
    let took = begun.elapsed();
    assert!(
        took < limit + Duration::from_millis(250),
        "{took:?} with a deadline of {limit:?}: {result:?}"
    );
    if let Err(error) = &result {
        shows_no_secret(&format!("{error} {error:?} {monitor:?}"));
    }
    result
}

fn shows_no_secret(text: &str) {
    for secret in [DEFAULT_UUID, "5a2b9c1e", "ping/", "token", "hush", RID] {
        assert!(!text.contains(secret), "{secret:?} is in {text:?}");
    }
}

fn end(url: &str, limit_ms: u64) -> Result<Answer, DeliveryError> {
    let limit = Duration::from_millis(limit_ms);
    ping(url, Network::default(), PingKind::ExitCode(0), b"done\n", limit)
}

/// What becomes of a ping while `fault` holds.
fn check(fault: Fault, limit_ms: u64, expected: Result<u32, &str>) {
    let monitor = monitor::Monitor::faulty(fault.clone());
    let result = end(&monitor.ping_url(), limit_ms);
    match (&result, expected) {
        (Ok(answer), Ok(attempts)) => assert_eq!(answer.attempts, attempts, "{fault:?}"),
        (Err(error), Err(text)) => assert!(error.to_string().contains(text), "{fault:?}: {error}"),
        _ => panic!("{fault:?}: {result:?} instead of {expected:?}"),
    }
}

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
    let limit = Duration::from_secs(5);
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
        Duration::from_secs(5),
    );
    assert_eq!(answer.unwrap().body_limit, Some(100_000));
    assert_eq!(receiver.pings()[0].body, body);
}

#[test]
fn what_can_pass_is_tried_again() {
    check(status(500, 2, None), 5_000, Ok(3));
    check(status(503, 1, None), 5_000, Ok(2));
    check(status(408, 1, None), 5_000, Ok(2));
    check(status(429, 1, Some("1")), 5_000, Ok(2));
    check(status(429, 1, Some("soon")), 5_000, Ok(2));
}

#[test]
fn what_cannot_pass_is_given_up_at_once() {
    for code in [400, 401, 403, 404, 409, 410] {
        let receiver = monitor::Monitor::faulty(status(code, u32::MAX, None));
        let error = end(&receiver.ping_url(), 5_000).unwrap_err();
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
    end(&receiver.ping_url(), 5_000).unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1));

    let receiver = monitor::Monitor::faulty(status(429, u32::MAX, Some("60")));
    let begun = Instant::now();
    let error = end(&receiver.ping_url(), 5_000).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(1));
    assert_eq!(
        (error.attempts, error.retry_after),
        (1, Some(Duration::from_secs(60)))
    );
    assert!(!error.is_permanent());

    check(
        status(429, 1, Some("Fri, 31 Dec 1999 23:59:59 GMT")),
        5_000,
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
    check(Fault::HugeAnswer { bytes: 1 << 30 }, 2_000, Ok(1));
    check(Fault::EndlessAnswer, 2_000, Ok(1));
    check(
        Fault::Late {
            by: Duration::from_millis(700),
        },
        3_000,
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
        let error = end(&receiver.ping_url(), 2_000).unwrap_err();
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
        monitor.wait_for(1, Duration::from_secs(5)).len()
    });
    let answer = end(&format!("http://127.0.0.1:{port}/ping/{DEFAULT_UUID}"), 5_000).unwrap();
    assert!(answer.attempts > 1, "{answer:?}");
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn nobody_listening_and_no_such_name_are_said_in_words() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = end(&format!("http://user:hush@127.0.0.1:{port}/ping/token"), 800).unwrap_err();
    assert_eq!(error.place, format!("http://127.0.0.1:{port}"));
    assert!(
        error.to_string().contains("onnection refused") && error.attempts > 1,
        "{error}"
    );
    let error = end("http://monitor.invalid/token", 800).unwrap_err();
    assert_eq!(error.kind, DeliveryErrorKind::UnknownHost);
    assert!(!error.is_permanent());
}

#[test]
fn an_address_that_is_none_is_refused_without_showing_it() {
    let addresses = [
        "",
        "token",
        "ftp://host/token",
        "http:///token",
        "https://ho st/token",
        "unix:/token",
        "http://user:hush@/token",
    ];
    for address in addresses {
        let error = Monitor::from_url(address).unwrap_err();
        assert!(
            matches!(error.kind, DeliveryErrorKind::Address(_)) && error.is_permanent(),
            "{address}: {error}"
        );
        shows_no_secret(&format!("{error} {error:?}"));
    }
}

#[test]
fn user_and_password_in_the_url_become_basic_authentication() {
    let receiver = monitor::Monitor::start();
    let url = receiver.ping_url().replace("http://", "http://user:hush@");
    end(&url, 2_000).unwrap();
    assert_eq!(
        receiver.requests()[0].header("authorization"),
        Some("Basic dXNlcjpodXNo")
    );
}

#[test]
fn ipv6_addresses_are_reached() {
    let Ok(listener) = TcpListener::bind("[::1]:0") else {
        return skip("ipv6_addresses_are_reached", "this host has no IPv6 loopback");
    };
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        stream
            .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .unwrap();
    });
    end(&format!("http://[::1]:{port}/token"), 2_000).unwrap();
}

/// A TLS monitor, and a network that trusts its authority.
fn tls(kind: Tls) -> (monitor::Monitor, Network, tempfile::NamedTempFile) {
    let receiver = monitor::Monitor::with(Options {
        tls: Some(kind),
        ..Options::default()
    })
    .unwrap();
    let mut ca = tempfile::NamedTempFile::new().unwrap();
    ca.write_all(receiver.ca_pem().as_bytes()).unwrap();
    let network = Network {
        ca_file: Some(ca.path().to_owned()),
        ..Network::default()
    };
    (receiver, network, ca)
}

#[test]
fn https_works_with_an_authority_of_ones_own() {
    let (receiver, network, _ca) = tls(Tls::Good);
    ping(
        &receiver.ping_url(),
        network,
        PingKind::ExitCode(0),
        b"",
        Duration::from_secs(5),
    )
    .unwrap();
    assert_eq!(receiver.pings().len(), 1);
}

#[test]
fn certificates_that_are_expired_foreign_or_unknown_are_refused_at_once() {
    let refuse = |receiver: &monitor::Monitor, network, text: &str| {
        let limit = Duration::from_secs(5);
        let error = ping(&receiver.ping_url(), network, PingKind::ExitCode(0), b"", limit).unwrap_err();
        assert!(error.to_string().contains(text) && error.attempts == 1, "{error}");
        assert!(
            !error.is_permanent(),
            "a certificate can be mended, and the ping then delivered"
        );
        assert_eq!(receiver.requests().len(), 0);
    };
    let (receiver, network, _ca) = tls(Tls::Expired);
    refuse(&receiver, network, "expired");
    let (receiver, network, _ca) = tls(Tls::WrongName);
    refuse(&receiver, network, "not valid for name");
    let (receiver, _, _ca) = tls(Tls::Good);
    refuse(&receiver, Network::default(), "UnknownIssuer");
    let lost = Network {
        ca_file: Some("/nonexistent/ca.pem".into()),
        ..Network::default()
    };
    let error = ping(
        &receiver.ping_url(),
        lost,
        PingKind::Log,
        b"",
        Duration::from_secs(5),
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("cannot read /nonexistent/ca.pem"),
        "{error}"
    );
}

#[test]
fn tls_towards_a_server_that_speaks_plain_http_fails_by_the_deadline() {
    let receiver = monitor::Monitor::start();
    let error = end(&receiver.ping_url().replace("http://", "https://"), 1_000).unwrap_err();
    assert!(
        matches!(
            error.kind,
            DeliveryErrorKind::Tls(_) | DeliveryErrorKind::Timeout(_)
        ),
        "{error:?}"
    );
    let silent = monitor::Monitor::faulty(Fault::NeverAccepts);
    let error = end(&silent.ping_url().replace("http://", "https://"), 1_000).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
}

/// A proxy for one connection: takes a CONNECT, answers `reply`, and passes bytes on when it was a 200.
fn proxy(reply: &'static str) -> (String, thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://user:hush@{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).unwrap();
            head.push(byte[0].into());
        }
        client
            .write_all(format!("HTTP/1.1 {reply}\r\n\r\n").as_bytes())
            .unwrap();
        if reply.starts_with("200") {
            let target = head.split(' ').nth(1).unwrap();
            let mut server = std::net::TcpStream::connect(target).unwrap();
            let (mut from, mut to) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || {
                let _ = std::io::copy(&mut from, &mut to);
                let _ = to.shutdown(std::net::Shutdown::Write);
            });
            let _ = std::io::copy(&mut server, &mut client);
        }
        head
    });
    (address, server)
}

#[test]
fn a_proxy_is_used_and_gets_its_password() {
    let receiver = monitor::Monitor::start();
    let (address, server) = proxy("200 Connected");
    let network = Network {
        http_proxy: Some(Proxy::new(address)),
        ..Network::default()
    };
    ping(
        &receiver.ping_url(),
        network,
        PingKind::ExitCode(0),
        b"",
        Duration::from_secs(5),
    )
    .unwrap();
    assert_eq!(receiver.pings().len(), 1);
    let head = server.join().unwrap();
    assert!(
        head.starts_with("CONNECT ") && head.contains("Basic dXNlcjpodXNo"),
        "{head}"
    );
}

#[test]
fn a_proxy_that_refuses_is_named_as_the_culprit() {
    let (address, _server) = proxy("407 Proxy Authentication Required");
    let network = Network {
        http_proxy: Some(Proxy::new(address)),
        ..Network::default()
    };
    let url = format!("http://monitor.example/{DEFAULT_UUID}");
    let error = ping(&url, network, PingKind::ExitCode(0), b"", Duration::from_secs(2)).unwrap_err();
    assert!(matches!(error.kind, DeliveryErrorKind::Proxy(_)), "{error:?}");
}

/// Runs this test again, with this variable set, where the only name server takes questions and never answers.
const INSIDE: &str = "DELIVERY_TEST_INSIDE_NAMESPACE";

#[test]
fn a_name_service_that_hangs_does_not_hold_past_the_deadline() {
    let name = "a_name_service_that_hangs_does_not_hold_past_the_deadline";
    if std::env::var_os(INSIDE).is_some() {
        let _silent = UdpSocket::bind("127.0.0.1:53").unwrap();
        let error = end("http://monitor.example/token", 1_000).unwrap_err();
        assert!(matches!(error.kind, DeliveryErrorKind::Timeout(_)), "{error:?}");
        return;
    }
    let script = "mount -t tmpfs none /mnt && echo 'nameserver 127.0.0.1' > /mnt/resolv.conf \
                  && mount --bind /mnt/resolv.conf /etc/resolv.conf && ip link set lo up && exec \"$0\" \"$@\"";
    let run = std::process::Command::new("unshare")
        .args(["--mount", "--net", "sh", "-c", script])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name])
        .env(INSIDE, "1")
        .output();
    let said = match run {
        Ok(run) if run.status.success() => return,
        Ok(run) => format!(
            "{}{}",
            String::from_utf8_lossy(&run.stdout),
            String::from_utf8_lossy(&run.stderr)
        ),
        Err(error) => error.to_string(),
    };
    assert!(!said.contains("panicked"), "{said}");
    skip(name, "needs root, unshare and ip to make a network of its own");
}

/// Says so past the capture of the test's output; with CI=true nothing may be skipped.
fn skip(name: &str, reason: &str) {
    let _ = writeln!(std::io::stderr(), "SKIP: {name}: {reason}");
    assert!(std::env::var("CI").is_err(), "skipped under CI: {name}: {reason}");
}
