//! One request, tried until it is delivered, refused for good, or out of time.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::{HeaderMap, Method};

use crate::error::transient;
use crate::{DeliveryError, DeliveryErrorKind, Network, SecretUrl, work};

pub(crate) use agent::{certificates, contents, trusted};

mod agent;
mod attempt;
mod resolve;
mod retry;

/// What is sent. A POST always has a Content-Length, because a chunked body is lost at Healthchecks and some
/// servers answer 411 to an empty body without a length.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) to: SecretUrl,
    /// The whole URL, which may be longer than `to`: a secret.
    pub(crate) url: String,
    pub(crate) method: Method,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A POST of this kind of body to `url`, which is `to` or below it.
    pub(crate) fn post(to: &SecretUrl, url: String, kind: &str, body: impl Into<Vec<u8>>) -> Request {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Request {
            to: to.clone(),
            url,
            method: Method::POST,
            headers,
            body: body.into(),
        }
    }

    /// A GET.
    pub(crate) fn get(to: &SecretUrl, url: String) -> Request {
        Request {
            to: to.clone(),
            url,
            method: Method::GET,
            headers: Vec::new(),
            body: Vec::new(),
        }
    }
}

/// Plain text, as a ping's body is.
pub(crate) const TEXT: &str = "text/plain; charset=utf-8";
/// What webhooks take.
pub(crate) const JSON: &str = "application/json";

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

    /// Delivers within the deadline.
    pub(crate) fn deliver(&self, request: Request, deadline: Instant) -> Result<Response, DeliveryError> {
        let place = request.to.place().to_owned();
        let may_hang = self.may_hang(&request.to);
        let progress = Arc::new(Progress::default());
        let (agent, network, watched) = (
            Arc::clone(&self.agent),
            self.network.clone(),
            Arc::clone(&progress),
        );
        let attempts = move || match agent.get_or_init(|| agent::build(&network, &request.to)) {
            Ok(agent) => retry::until(agent, &request, deadline, &watched),
            Err(kind) => Err(watched.error(request.to.place(), kind.clone())),
        };
        if !may_hang {
            return attempts();
        }
        work::by(deadline, attempts).unwrap_or_else(|kind| {
            let kind = match kind {
                DeliveryErrorKind::Timeout(_) => progress.last().unwrap_or(kind),
                kind => kind,
            };
            Err(progress.error(&place, kind))
        })
    }

    /// Whether a call may wait for what knows no time limit: the name service, a file of certificates, a TLS handshake
    /// that comes byte by byte. All else is limited where it waits, and needs no thread.
    fn may_hang(&self, to: &SecretUrl) -> bool {
        to.is_https() || !resolve::is_address(to.host()) || self.network.proxy_to(to).is_some()
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
