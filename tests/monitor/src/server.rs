//! The server: one thread that accepts, one for each connection.

use std::collections::{HashMap, HashSet};
use std::io::{self, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

use crate::api::{Checks, DEFAULT_KEY, DEFAULT_LIMIT, DEFAULT_UUID, Ping};
use crate::fault::{self, Fault};
use crate::request::Request;
use crate::tls::{Terminator, Tls};

/// How to start a monitor.
#[derive(Clone, Debug)]
pub struct Options {
    /// 0 for any free one.
    pub port: u16,
    /// What is kept of a body, and announced as `Ping-Body-Limit`.
    pub limit: usize,
    /// The ping key for URLs with a slug.
    pub key: String,
    /// The checks that exist, each with its slug if it has one.
    pub checks: Vec<(String, Option<String>)>,
    /// What is wrong from the beginning.
    pub fault: Fault,
    /// Speak https, with this certificate.
    pub tls: Option<Tls>,
    /// Whether to print one JSON line for each recorded ping.
    pub print: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            port: 0,
            limit: DEFAULT_LIMIT,
            key: DEFAULT_KEY.to_owned(),
            checks: vec![(DEFAULT_UUID.to_owned(), Some("backup".to_owned()))],
            fault: Fault::None,
            tls: None,
            print: false,
        }
    }
}

/// A running ping receiver on 127.0.0.1; it ends when this value is dropped.
#[derive(Debug)]
pub struct Monitor {
    address: SocketAddr,
    state: Arc<State>,
    acceptor: Option<JoinHandle<()>>,
}

pub(crate) struct State {
    checks: Mutex<Checks>,
    recorded: Condvar,
    requests: Mutex<Vec<Request>>,
    fault: Mutex<Fault>,
    connections: AtomicUsize,
    ended: AtomicBool,
    tls: Option<Terminator>,
    print: bool,
}

impl Monitor {
    /// Starts an honest monitor that knows one check, [`DEFAULT_UUID`], with the slug `backup`.
    pub fn start() -> Monitor {
        Monitor::with(Options::default()).expect("a loopback port can be had")
    }

    /// Starts one that misbehaves.
    pub fn faulty(fault: Fault) -> Monitor {
        Monitor::with(Options {
            fault,
            ..Options::default()
        })
        .expect("a loopback port can be had")
    }

    /// Starts one as you like it.
    pub fn with(options: Options) -> io::Result<Monitor> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let mut slugs: HashMap<String, Vec<String>> = HashMap::new();
        for (uuid, slug) in &options.checks {
            if let Some(slug) = slug {
                slugs.entry(slug.clone()).or_default().push(uuid.clone());
            }
        }
        let uuids: HashSet<String> = options.checks.into_iter().map(|(uuid, _)| uuid).collect();
        let checks = Checks {
            limit: options.limit,
            key: options.key,
            uuids,
            slugs,
            starts: HashMap::new(),
            pings: Vec::new(),
        };
        let tls = options
            .tls
            .map(Terminator::new)
            .transpose()
            .map_err(|error| io::Error::other(error.to_string()))?;
        let state = Arc::new(State {
            checks: Mutex::new(checks),
            recorded: Condvar::new(),
            requests: Mutex::default(),
            fault: Mutex::new(options.fault),
            connections: AtomicUsize::new(0),
            ended: AtomicBool::new(false),
            tls,
            print: options.print,
        });
        let shared = Arc::clone(&state);
        let acceptor = Some(thread::spawn(move || accept(&listener, address, &shared)));
        let monitor = Monitor {
            address,
            state,
            acceptor,
        };
        monitor.settle();
        Ok(monitor)
    }

    /// The base of all URLs, `http://127.0.0.1:PORT/ping`, or https.
    pub fn base(&self) -> String {
        let scheme = if self.state.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/ping", self.address)
    }

    /// The authority that signed the certificate, in PEM; empty without TLS.
    pub fn ca_pem(&self) -> &str {
        self.state.tls.as_ref().map_or("", |tls| &tls.ca_pem)
    }

    /// A certificate for a client, and its key, in PEM; both empty without TLS.
    pub fn client_pem(&self) -> (&str, &str) {
        self.state
            .tls
            .as_ref()
            .map_or(("", ""), |tls| (&tls.client_pem.0, &tls.client_pem.1))
    }

    /// The ping URL of the check [`DEFAULT_UUID`].
    pub fn ping_url(&self) -> String {
        format!("{}/{DEFAULT_UUID}", self.base())
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The pings recorded so far, in their order.
    pub fn pings(&self) -> Vec<Ping> {
        self.state.checks().pings.clone()
    }

    /// Waits until `count` pings are recorded; panics with what there is when that takes longer than `limit`.
    pub fn wait_for(&self, count: usize, limit: Duration) -> Vec<Ping> {
        let (checks, timeout) = self
            .state
            .recorded
            .wait_timeout_while(self.state.checks(), limit, |checks| checks.pings.len() < count)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(
            !timeout.timed_out(),
            "{count} pings wanted, after {limit:?} there are {:#?}",
            checks.pings
        );
        checks.pings.clone()
    }

    /// Every request that was read, also those that a fault kept from being recorded.
    pub fn requests(&self) -> Vec<Request> {
        self.state
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }

    /// Changes what is wrong, from the next request on.
    pub fn set_fault(&self, fault: Fault) {
        *self.state.fault() = fault;
        self.settle();
    }

    /// A black hole takes a moment to dig: the queue must be full before anybody looks.
    fn settle(&self) {
        if self.state.fault().is_silent() {
            thread::sleep(Duration::from_millis(400));
        }
    }
}

impl Drop for Monitor {
    fn drop(&mut self) {
        self.state.ended.store(true, Ordering::Relaxed);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl State {
    pub(crate) fn fault(&self) -> MutexGuard<'_, Fault> {
        self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn checks(&self) -> MutexGuard<'_, Checks> {
        self.checks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }

    /// Answers as the real server does, and records.
    pub(crate) fn handle(&self, request: &Request) -> (crate::api::Answer, usize) {
        let mut checks = self.checks();
        let before = checks.pings.len();
        let answer = checks.handle(request, Instant::now());
        if self.print {
            for ping in &checks.pings[before..] {
                print_ping(ping);
            }
        }
        self.recorded.notify_all();
        (answer, checks.limit)
    }
}

#[expect(
    clippy::print_stdout,
    reason = "one line for each ping is what the program by hand is for"
)]
fn print_ping(ping: &Ping) {
    println!("{}", serde_json::to_string(ping).unwrap_or_default());
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "State({} pings)", self.checks().pings.len())
    }
}

fn accept(listener: &TcpListener, address: SocketAddr, state: &Arc<State>) {
    let mut hole = fault::Hole::default();
    while !state.ended() {
        let fault = state.fault().clone();
        hole.follow(&fault, listener, address);
        if fault.is_silent() {
            thread::sleep(Duration::from_millis(5));
            continue;
        }
        let patience = Timespec {
            tv_sec: 0,
            tv_nsec: 20_000_000,
        };
        let _ = poll(&mut [PollFd::new(listener, PollFlags::IN)], Some(&patience));
        let Ok((stream, _)) = listener.accept() else {
            continue;
        };
        state.connections.fetch_add(1, Ordering::Relaxed);
        let state = Arc::clone(state);
        thread::spawn(move || drop(serve(stream, &state)));
    }
}

fn serve(stream: TcpStream, state: &State) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    if matches!(*state.fault(), Fault::ClosesAtOnce) {
        return Ok(());
    }
    match &state.tls {
        Some(tls) => converse(BufReader::new(tls.wrap(stream)?), state),
        None => converse(BufReader::new(stream), state),
    }
}

fn converse(mut reader: BufReader<impl Read + Write>, state: &State) -> io::Result<()> {
    while let Some(request) = Request::read(&mut reader)? {
        state
            .requests
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(request.clone());
        if !fault::answer(reader.get_mut(), &request, state)? {
            break;
        }
    }
    Ok(())
}
