//! One request, tried until it is delivered, refused for good, or out of time.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::HeaderMap;

use crate::error::transient;
use crate::{DeliveryError, DeliveryErrorKind, Network, SecretUrl};

mod agent;
mod attempt;
mod retry;

/// What is sent: always a POST with a Content-Length, because a chunked body is lost at Healthchecks and
/// some servers answer 411 to an empty body without a length.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) to: SecretUrl,
    /// The whole URL, which may be longer than `to`: a secret.
    pub(crate) url: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn post(to: &SecretUrl, url: String, body: &[u8]) -> Request {
        let headers = vec![("content-type", "text/plain; charset=utf-8".to_owned())];
        Request {
            to: to.clone(),
            url,
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

/// The HTTP client of one address; made on first use, and TLS only if the address wants it.
#[derive(Default)]
pub(crate) struct Client {
    network: Network,
    agent: Arc<OnceLock<Result<Agent, DeliveryErrorKind>>>,
}

impl Client {
    pub(crate) fn new(network: Network) -> Client {
        Client {
            network,
            agent: Arc::default(),
        }
    }

    /// Delivers within the deadline. The work is done on a thread of its own that is left behind when the
    /// deadline passes: a name service that hangs cannot be interrupted, and must not hold the caller.
    pub(crate) fn deliver(&self, request: Request, deadline: Instant) -> Result<Response, DeliveryError> {
        let place = request.to.place().to_owned();
        let progress = Arc::new(Progress::default());
        let (sender, receiver) = mpsc::sync_channel(1);
        let (agent, network, watched) = (
            Arc::clone(&self.agent),
            self.network.clone(),
            Arc::clone(&progress),
        );
        let work = move || {
            let agent = agent.get_or_init(|| agent::build(&network, &request.to));
            let result = match agent {
                Ok(agent) => retry::until(agent, &request, deadline, &watched),
                Err(kind) => Err(watched.error(request.to.place(), kind.clone())),
            };
            // The caller may be gone by now; then nobody wants the answer.
            let _ = sender.send(result);
        };
        let failed = |kind| Err(progress.error(&place, kind));
        if let Err(error) = thread::Builder::new().name("delivery".to_owned()).spawn(work) {
            return failed(DeliveryErrorKind::Here(format!("cannot start a thread: {error}")));
        }
        match receiver.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(result) => result,
            Err(RecvTimeoutError::Timeout) => failed(
                progress
                    .last()
                    .unwrap_or(DeliveryErrorKind::Timeout("waiting for an answer")),
            ),
            Err(RecvTimeoutError::Disconnected) => failed(DeliveryErrorKind::Here(
                "the delivering thread broke down".to_owned(),
            )),
        }
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
