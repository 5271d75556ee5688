//! Why there is no lock, in words that show no secret.

use std::fmt;

use crate::Holder;

/// Why a lock was not acquired.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LockError {
    /// Another holds it.
    Held(Holder),
    /// etcd did not do what was asked in time, or refused; whether anyone holds the lock is not known.
    Service(ServiceError),
    /// The caller asked to stop waiting.
    Cancelled,
}

/// A conversation with etcd that failed: where, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    /// What went wrong with the endpoint asked last.
    pub kind: ServiceErrorKind,
    /// That endpoint, as `host:port`; empty if it did not come to asking.
    pub endpoint: String,
    /// How many requests were sent or tried.
    pub attempts: u32,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ServiceErrorKind {
    /// This host could not even try: a file that cannot be read, no thread to be had.
    Here(String),
    /// The name did not resolve.
    UnknownHost,
    /// No connection, or it broke; the text is the system's reason.
    Connection(String),
    /// No answer in time.
    Timeout,
    /// The TLS handshake failed.
    Tls(String),
    /// User and password are wrong, or missing.
    Login(String),
    /// The user may not use this key; the text is the key.
    Permission(String),
    /// etcd answered that it cannot now, such as without a leader.
    Unavailable(String),
    /// Something answered that is not etcd's v3 gateway.
    NotEtcd(String),
    /// etcd refused for another reason: the code and its text.
    Refused(u16, String),
}

impl ServiceErrorKind {
    /// Whether the same request may succeed at another endpoint or a little later.
    pub(crate) fn is_passing(&self) -> bool {
        use ServiceErrorKind::{Connection, Timeout, Unavailable, UnknownHost};
        matches!(self, Connection(_) | Timeout | Unavailable(_) | UnknownHost)
    }

    /// Whether no endpoint of this cluster would answer otherwise.
    pub(crate) fn is_final(&self) -> bool {
        use ServiceErrorKind::{Here, Login, Permission};
        matches!(self, Here(_) | Login(_) | Permission(_))
    }
}

impl From<ServiceError> for LockError {
    fn from(error: ServiceError) -> LockError {
        LockError::Service(error)
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LockError::Held(holder) => write!(f, "held by {holder}"),
            LockError::Service(error) => error.fmt(f),
            LockError::Cancelled => f.write_str("cancelled while waiting"),
        }
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("etcd")?;
        if !self.endpoint.is_empty() {
            write!(f, " at {}", self.endpoint)?;
        }
        write!(f, ": {}", self.kind)?;
        if self.attempts > 1 {
            write!(f, " ({} attempts)", self.attempts)?;
        }
        Ok(())
    }
}

impl fmt::Display for ServiceErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ServiceErrorKind::Here(why) => f.write_str(why),
            ServiceErrorKind::UnknownHost => f.write_str("the name does not resolve"),
            ServiceErrorKind::Connection(why) => write!(f, "no connection: {why}"),
            ServiceErrorKind::Timeout => f.write_str("no answer in time"),
            ServiceErrorKind::Tls(why) => write!(f, "TLS: {why}"),
            ServiceErrorKind::Login(why) => write!(f, "{why}: check user and password"),
            ServiceErrorKind::Permission(key) => {
                write!(
                    f,
                    "permission denied: the user needs a role that may read and write the key {key}"
                )
            }
            ServiceErrorKind::Unavailable(why) => write!(f, "not available: {why}"),
            ServiceErrorKind::NotEtcd(why) => {
                write!(f, "this is not the JSON gateway of etcd 3.4 or later: {why}")
            }
            ServiceErrorKind::Refused(status, why) => write!(f, "refused with {status}: {why}"),
        }
    }
}

impl std::error::Error for LockError {}
impl std::error::Error for ServiceError {}
