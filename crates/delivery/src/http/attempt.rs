//! One attempt: one connection, one request, the head of one answer.

use std::error::Error as _;
use std::io;
use std::time::Duration;

use ureq::http::{HeaderMap, Method};
use ureq::{Agent, AsSendBody};

use super::Request;
use crate::DeliveryErrorKind;

/// A connection that is not there after half of the time will not be: better to try anew.
const CONNECT_AT_LEAST: Duration = Duration::from_secs(2);

/// What the server answered: its code and head. Its body is not read: it may be huge, or never end.
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
}

pub(super) fn once(agent: &Agent, request: &Request, left: Duration) -> Result<Head, DeliveryErrorKind> {
    let mut builder = ureq::http::Request::builder()
        .method(request.method.clone())
        .uri(request.url.as_str());
    for (name, value) in &request.headers {
        builder = builder.header(name.as_str(), value.as_str());
    }
    let answer = if request.method == Method::GET {
        let request = builder.body(()).map_err(|error| kind(error.into()))?;
        agent.run(timed(agent, request, left))
    } else {
        // A slice has a known length, so ureq sets Content-Length, also to 0.
        let request = builder
            .body(request.body.as_slice())
            .map_err(|error| kind(error.into()))?;
        agent.run(timed(agent, request, left))
    };
    let answer = answer.map_err(kind)?;
    let (parts, _unread) = answer.into_parts();
    Ok(Head {
        status: parts.status.as_u16(),
        headers: parts.headers,
    })
}

/// Nothing that ureq waits for may last longer than what is left.
fn timed<B: AsSendBody>(
    agent: &Agent,
    request: ureq::http::Request<B>,
    left: Duration,
) -> ureq::http::Request<B> {
    let connect = (left / 2).max(CONNECT_AT_LEAST).min(left);
    agent
        .configure_request(request)
        .timeout_global(Some(left))
        .timeout_per_call(Some(left))
        .timeout_resolve(Some(left))
        .timeout_connect(Some(connect))
        .timeout_send_request(Some(left))
        .timeout_send_body(Some(left))
        .timeout_recv_response(Some(left))
        .timeout_recv_body(Some(left))
        .build()
}

/// ureq's error in our words; those of its texts that may hold the URL are not used.
fn kind(error: ureq::Error) -> DeliveryErrorKind {
    use ureq::Error;
    match error {
        Error::StatusCode(status) => DeliveryErrorKind::Status(status),
        Error::BadUri(_) | Error::Http(_) | Error::RequireHttpsOnly(_) => {
            DeliveryErrorKind::Address("this URL cannot be called")
        }
        Error::HostNotFound => DeliveryErrorKind::UnknownHost,
        Error::Timeout(what) => DeliveryErrorKind::Timeout(phase(what)),
        Error::Io(error) => broken(&error),
        Error::Rustls(error) => DeliveryErrorKind::Tls(error.to_string()),
        Error::Tls(why) => DeliveryErrorKind::Tls(why.to_owned()),
        Error::Pem(_) => DeliveryErrorKind::Tls("a certificate file cannot be read".to_owned()),
        Error::InvalidProxyUrl => DeliveryErrorKind::Proxy("its address cannot be read".to_owned()),
        Error::ConnectProxyFailed(_) => DeliveryErrorKind::Proxy("it refused to connect".to_owned()),
        Error::LargeResponseHeader(..) => DeliveryErrorKind::Protocol("its head is too large".to_owned()),
        Error::Protocol(error) => DeliveryErrorKind::Protocol(error.to_string()),
        _ => DeliveryErrorKind::Connection("failed".to_owned()),
    }
}

/// An input or output error: rustls hides its own inside one, and so does the name service.
fn broken(error: &io::Error) -> DeliveryErrorKind {
    if let Some(tls) = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>())
    {
        return DeliveryErrorKind::Tls(tls.to_string());
    }
    if error.kind() == io::ErrorKind::TimedOut {
        return DeliveryErrorKind::Timeout("waiting for the server");
    }
    let text = error
        .source()
        .map_or_else(|| error.to_string(), ToString::to_string);
    // std's words for every failure of getaddrinfo.
    if text.starts_with("failed to lookup address") {
        return DeliveryErrorKind::UnknownHost;
    }
    DeliveryErrorKind::Connection(text)
}

fn phase(what: ureq::Timeout) -> &'static str {
    use ureq::Timeout;
    match what {
        Timeout::Resolve => "resolving the name",
        Timeout::Connect => "connecting",
        Timeout::SendRequest | Timeout::SendBody => "sending",
        _ => "waiting for an answer",
    }
}
