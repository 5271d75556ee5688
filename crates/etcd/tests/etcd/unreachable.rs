//! Endpoints that are not there, or not etcd: an answer within the deadline, whatever they do.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::{acquire, free_ports};
use etcd::{ACQUIRE, LockError, ServiceErrorKind, Target};

/// Asks for a lock there, and compares the error's text after `etcd at HOST:PORT: `.
fn check(hosts: &str, expected: &str) {
    let target = Target::parse(&format!("etcd://{hosts}/backup")).expect("a target");
    let began = Instant::now();
    let Err(LockError::Service(error)) = acquire(&target, "first") else {
        panic!("{hosts}: no error")
    };
    let took = began.elapsed();
    assert!(took < ACQUIRE + Duration::from_secs(4), "{hosts}: {took:?}");
    let text = error.to_string();
    let said = text
        .split_once(&format!("etcd at {}: ", error.endpoint))
        .expect("the endpoint is named")
        .1;
    let said = said.split(" (").next().expect("a text");
    assert_eq!(said, expected, "{text}");
}

/// A server that does the same to each who connects.
fn server(serve: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    let serve = std::sync::Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = std::sync::Arc::clone(&serve);
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// A server that answers everything so.
pub(crate) fn answering(answer: &'static str) -> String {
    server(move |mut stream| {
        let mut request = [0; 4096];
        let _ = stream.read(&mut request);
        let _ = stream.write_all(answer.as_bytes());
    })
}

#[test]
fn nobody_listens() {
    let ports = free_ports(2);
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", ports[0], ports[1]);
    check(&hosts, "no connection: Connection refused");
}

#[test]
fn a_name_that_does_not_resolve() {
    let target = Target::parse("etcd://no-such-host.invalid/backup").unwrap();
    let began = Instant::now();
    let Err(LockError::Service(error)) = acquire(&target, "first") else {
        panic!("no error")
    };
    // Where the name service is gone too, it does not even say so in time.
    let kinds = [ServiceErrorKind::UnknownHost, ServiceErrorKind::Timeout];
    assert!(kinds.contains(&error.kind), "{error}");
    assert!(
        began.elapsed() < ACQUIRE + Duration::from_secs(4),
        "{:?}",
        began.elapsed()
    );
}

#[test]
fn someone_listens_and_never_answers() {
    check(
        &server(|stream| {
            thread::sleep(Duration::from_secs(20));
            drop(stream);
        }),
        "no answer in time",
    );
}

#[test]
fn three_that_never_answer_share_the_time() {
    let listeners: Vec<TcpListener> = (0..3)
        .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
        .collect();
    let hosts: Vec<String> = listeners
        .iter()
        .map(|listener| listener.local_addr().unwrap().to_string())
        .collect();
    check(&hosts.join(","), "no answer in time");
}

#[test]
fn an_answer_that_drips() {
    check(
        &server(|mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
            while stream.write_all(b"X").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }),
        "no answer in time",
    );
    check(
        &server(|mut stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n{");
            while stream.write_all(b" ").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
        }),
        "no answer in time",
    );
}

#[test]
fn a_connection_that_breaks() {
    let target = server(drop);
    let target = Target::parse(&format!("etcd://{target}/backup")).unwrap();
    assert!(matches!(acquire(&target, "first"), Err(LockError::Service(_))));
}

const NO_LEADER: &str = "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n\
                         {\"error\":\"etcdserver: no leader\",\"code\":14}";

#[test]
fn a_cluster_without_a_leader() {
    check(&answering(NO_LEADER), "not available: no leader");
}

#[test]
fn what_was_answered_before_the_time_ran_out_is_told() {
    let asked = AtomicBool::new(false);
    let hosts = server(move |mut stream| {
        if asked.swap(true, Ordering::Relaxed) {
            thread::sleep(2 * ACQUIRE);
        }
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(NO_LEADER.as_bytes());
    });
    check(&hosts, "not available: no leader");
}

#[test]
fn what_is_not_etcd_is_told_at_once() {
    let gateway = "this is not the JSON gateway of etcd 3.4 or later: ";
    let page = answering("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n404 page not found");
    check(&page, &format!("{gateway}it answered 404 without JSON"));
    let redirect =
        answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\n\r\n");
    check(&redirect, &format!("{gateway}it answered 302 without JSON"));
    let other = answering("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"ID\":7}");
    check(
        &other,
        &format!("{gateway}it answered with a lease without an id"),
    );
    let text = answering("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\"kvs\"");
    check(&text, &format!("{gateway}it answered 200 without JSON"));
}

#[test]
fn an_endless_answer_is_cut() {
    let flood = server(|mut stream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n{\"kvs\":[");
        while stream.write_all(&[b' '; 65536]).is_ok() {}
    });
    let target = Target::parse(&format!("etcd://{flood}/backup")).unwrap();
    let began = Instant::now();
    assert!(acquire(&target, "first").is_err());
    assert!(began.elapsed() < ACQUIRE + Duration::from_secs(4));
}

#[test]
fn what_a_server_says_cannot_reach_the_terminal() {
    let evil = answering(
        "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n{\"error\":\"\\u001b[2J\\u202ebad\"}",
    );
    check(&evil, "refused with 400: \u{fffd}[2J\u{fffd}bad");
}
