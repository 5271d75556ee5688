//! Why a ping or a message was not delivered, in words that show no secret.

use std::fmt;
use std::time::Duration;

/// A ping or a message that was not delivered: to whom, why, and after how many attempts.
///
/// Shows scheme, host and port of the address, never its path, query or user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryError {
    /// What went wrong in the last attempt.
    pub kind: DeliveryErrorKind,
    /// Where to, such as `https://hc-ping.com`; empty when the address itself could not be read.
    pub place: String,
    /// How often it was tried.
    pub attempts: u32,
    /// How long the server asked to wait (429 and 503), where that was longer than the deadline allowed.
    pub retry_after: Option<Duration>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeliveryErrorKind {
    /// The address is not one we can send to; the text says what is missing.
    Address(&'static str),
    /// The name did not resolve.
    UnknownHost,
    /// No connection, or it broke; the text is the system's reason.
    Connection(String),
    /// No answer in time; the text says what was being waited for.
    Timeout(&'static str),
    /// The TLS handshake failed, such as on an expired certificate.
    Tls(String),
    /// The server answered something that is not HTTP, or too much of it.
    Protocol(String),
    /// The proxy refused, or its address cannot be read.
    Proxy(String),
    /// The server answered, and not with success.
    Status(u16),
    /// The server sent us elsewhere; not followed, because the address is a secret.
    Redirect(u16),
    /// Whoever should have delivered it says never to try this again: a mail server, a command.
    Refused(String),
    /// Whoever should have delivered it failed.
    Failed(String),
    /// This machine could not even try, such as when no thread could be started.
    Here(String),
}

impl DeliveryError {
    /// Whether trying again later is pointless: the server understood and refused, or the address is wrong.
    pub fn is_permanent(&self) -> bool {
        match self.kind {
            DeliveryErrorKind::Address(_)
            | DeliveryErrorKind::Redirect(_)
            | DeliveryErrorKind::Refused(_) => true,
            DeliveryErrorKind::Status(status) => !transient(status),
            _ => false,
        }
    }
}

impl DeliveryErrorKind {
    /// Without these words: whoever refuses a message may repeat in its answer what nobody else should read.
    pub(crate) fn without(self, secrets: &[String]) -> DeliveryErrorKind {
        let clean = |text: String| {
            secrets
                .iter()
                .fold(text, |text, secret| text.replace(secret.as_str(), "..."))
        };
        match self {
            DeliveryErrorKind::Connection(text) => DeliveryErrorKind::Connection(clean(text)),
            DeliveryErrorKind::Tls(text) => DeliveryErrorKind::Tls(clean(text)),
            DeliveryErrorKind::Protocol(text) => DeliveryErrorKind::Protocol(clean(text)),
            DeliveryErrorKind::Proxy(text) => DeliveryErrorKind::Proxy(clean(text)),
            DeliveryErrorKind::Refused(text) => DeliveryErrorKind::Refused(clean(text)),
            DeliveryErrorKind::Failed(text) => DeliveryErrorKind::Failed(clean(text)),
            DeliveryErrorKind::Here(text) => DeliveryErrorKind::Here(clean(text)),
            other => other,
        }
    }
}

/// The codes that a server gives when the same request may succeed a little later.
pub(crate) fn transient(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500..=599)
}

impl fmt::Display for DeliveryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "{}: ", self.place)?;
        }
        write!(f, "{}", self.kind)?;
        if self.attempts > 1 {
            write!(f, " ({} attempts)", self.attempts)?;
        }
        if let Some(wait) = self.retry_after {
            write!(f, "; it asks to wait {} s", wait.as_secs())?;
        }
        Ok(())
    }
}

impl fmt::Display for DeliveryErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeliveryErrorKind::Address(what) => write!(f, "{what}"),
            DeliveryErrorKind::UnknownHost => f.write_str("the name does not resolve"),
            DeliveryErrorKind::Connection(why) => write!(f, "no connection: {why}"),
            DeliveryErrorKind::Timeout(what) => write!(f, "timed out {what}"),
            DeliveryErrorKind::Tls(why) => write!(f, "TLS: {why}"),
            DeliveryErrorKind::Protocol(why) => write!(f, "the answer is not HTTP: {why}"),
            DeliveryErrorKind::Proxy(why) => write!(f, "proxy: {why}"),
            DeliveryErrorKind::Status(status) => write!(f, "answered {status}{}", hint(*status)),
            DeliveryErrorKind::Redirect(status) => {
                write!(
                    f,
                    "answered {status}: a redirect is not followed, because the URL is a secret; use the final URL"
                )
            }
            DeliveryErrorKind::Refused(why) => write!(f, "refused: {why}"),
            DeliveryErrorKind::Failed(why) => write!(f, "failed: {why}"),
            DeliveryErrorKind::Here(why) => write!(f, "{why}"),
        }
    }
}

/// The cure, for the codes that Healthchecks gives (measured).
fn hint(status: u16) -> &'static str {
    match status {
        400 => " (bad request: check the URL)",
        401 | 403 => " (refused)",
        404 => " (no such check: check the URL)",
        409 => " (the slug is ambiguous)",
        410 => " (gone)",
        429 => " (too many requests)",
        _ => "",
    }
}

impl std::error::Error for DeliveryError {}
