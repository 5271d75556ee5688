//! One request, tried until it is delivered, refused for good, or out of time.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::HeaderMap;

use crate::error::transient;
use crate::{DeliveryError, DeliveryErrorKind, SecretUrl};

mod agent;
mod attempt;
mod retry;

/// What is sent: always a POST with a Content-Length, because a chunked body is lost at Healthchecks and
/// some servers answer 411 to an empty body without a length.
#[derive(Clone)]
pub(crate) struct Request {
    /// Scheme, host and port, to be printed.
    pub(crate) place: String,
    /// The whole URL: a secret.
    pub(crate) url: String,
    pub(crate) https: bool,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn post(url: &SecretUrl, target: String, body: &[u8]) -> Request {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Request {
            place: url.place().to_owned(),
            url: target,
            https: url.is_https(),
            headers,
            body: body.to_vec(),
        }
    }
}

/// What came back, when it was a success.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) headers: HeaderMap,
    pub(crate) attempts: u32,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// The HTTP client; made on first use, TLS and the host's certificates only for the first https URL.
pub(crate) struct Client {
    plain: Arc<OnceLock<Agent>>,
    tls: Arc<OnceLock<Agent>>,
}

impl Client {
    pub(crate) fn new() -> Client {
        Client {
            plain: Arc::default(),
            tls: Arc::default(),
        }
    }

    /// Delivers within the deadline. The work is done on a thread of its own that is left behind when the
    /// deadline passes: a name service that hangs cannot be interrupted, and must not hold the caller.
    pub(crate) fn deliver(&self, request: Request, deadline: Instant) -> Result<Response, DeliveryError> {
        let place = request.place.clone();
        let progress = Arc::new(Progress::default());
        let (sender, receiver) = mpsc::sync_channel(1);
        let (agent, watched) = (self.slot(&request), Arc::clone(&progress));
        let work = move || {
            let agent = agent.get_or_init(|| agent::build(request.https));
            // The caller may be gone by now; then nobody wants the answer.
            let _ = sender.send(retry::until(agent, &request, deadline, &watched));
        };
        let started = thread::Builder::new().name("delivery".to_owned()).spawn(work);
        let failed = |kind| progress.error(&place, kind);
        if let Err(error) = started {
            return Err(failed(DeliveryErrorKind::Here(format!(
                "cannot start a thread: {error}"
            ))));
        }
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => {
                let waited_for = progress
                    .last()
                    .unwrap_or(DeliveryErrorKind::Timeout("waiting for an answer"));
                Err(failed(waited_for))
            }
            Err(RecvTimeoutError::Disconnected) => Err(failed(DeliveryErrorKind::Here(
                "the delivering thread broke down".to_owned(),
            ))),
        }
    }

    fn slot(&self, request: &Request) -> Arc<OnceLock<Agent>> {
        Arc::clone(if request.https { &self.tls } else { &self.plain })
    }
}

/// How far the attempts have come, for whoever gives up waiting for them.
#[derive(Default)]
struct Progress(Mutex<(u32, Option<DeliveryErrorKind>)>);

impl Progress {
    fn failed(&self, attempts: u32, kind: DeliveryErrorKind) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (attempts, Some(kind));
    }

    fn last(&self) -> Option<DeliveryErrorKind> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    fn error(&self, place: &str, kind: DeliveryErrorKind) -> DeliveryError {
        let attempts = self.0.lock().unwrap_or_else(PoisonError::into_inner).0;
        DeliveryError {
            kind,
            place: place.to_owned(),
            attempts,
            retry_after: None,
        }
    }
}

/// Whether another attempt could end better.
fn hopeful(kind: &DeliveryErrorKind) -> bool {
    match kind {
        DeliveryErrorKind::Status(status) => transient(*status),
        DeliveryErrorKind::UnknownHost
        | DeliveryErrorKind::Connection(_)
        | DeliveryErrorKind::Timeout(_)
        | DeliveryErrorKind::Protocol(_) => true,
        _ => false,
    }
}

/// What is left until a deadline, or nothing.
fn left(deadline: Instant) -> Option<Duration> {
    deadline
        .checked_duration_since(Instant::now())
        .filter(|left| !left.is_zero())
}
