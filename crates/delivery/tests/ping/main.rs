//! Pings against a monitor that answers as Healthchecks does, and against everything that can be wrong with one.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod way;

use delivery::{Answer, DeliveryError, DeliveryErrorKind, Monitor, Network, Ping, PingKind, Proxy};
use monitor::{DEFAULT_UUID, Fault, Options, Tls};
use std::io::{Read, Write};
use std::net::{TcpListener, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x0B5D7C1E_2222_4333_8444_555566667777);

const RID: &str = "0b5d7c1e-2222-4333-8444-555566667777";

/// Far more than a ping takes, for those that arrive: a test may run on a busy machine.
const LIMIT: Duration = Duration::from_secs(30);

/// Pings once; the call must return by its deadline (a busy machine is late), with an error that shows no secret.
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
        took < limit + Duration::from_secs(4),
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
