//! Which lock, and where: `etcd://host:2379,host2:2379/name`.

use std::fmt;
use std::time::Duration;

use crate::Access;

/// A lock and the etcd cluster that keeps it.
///
/// ```
/// use std::time::Duration;
///
/// let target = etcd::Target::parse("etcds://a.example,[::1]:2379/db/vacuum?ttl=10").unwrap();
/// assert!(target.tls);
/// assert_eq!(target.endpoints, ["a.example:2379", "[::1]:2379"]);
/// assert_eq!(target.name, "db/vacuum");
/// assert_eq!(target.ttl, Duration::from_secs(10));
/// assert_eq!(target.to_string(), "etcds://a.example:2379,[::1]:2379/db/vacuum");
/// ```
#[derive(Clone, Debug)]
pub struct Target {
    /// The members to ask, each as `host:port`, in the order in which they are tried.
    pub endpoints: Vec<String>,
    /// Whether to speak TLS: `etcds://`.
    pub tls: bool,
    /// The lock's name; its key in etcd is [`Target::key`].
    pub name: String,
    /// How long the lock outlives a holder that died. etcd grants no less than about 2 seconds.
    pub ttl: Duration,
    /// User, password and certificates; never a part of the address.
    pub access: Access,
}

/// Why an address is not one of a lock. Holds no part of the address: a password may stand in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TargetError {
    /// It begins with neither `etcd://` nor `etcds://`.
    Scheme,
    /// There is a user or password in it.
    Login,
    /// A host is missing or has a character that no host has.
    Host,
    /// A port is not a number from 1 to 65535.
    Port,
    /// There is no `/name`, or there is a control character or white space in it.
    Name,
    /// What stands after the `?` is not `ttl=SECONDS` with 2 to 86400.
    Option,
}

/// The keys of our locks begin with this, so that no lock's name touches what others keep in the cluster.
const PREFIX: &str = "/crontools/lock/";
const PORT: u16 = 2379;
const TTL: Duration = Duration::from_secs(30);

impl Target {
    /// Reads `etcd://HOST[:PORT][,HOST[:PORT]...]/NAME[?ttl=SECONDS]`, or `etcds://` for TLS. The port is
    /// 2379 and the time to live 30 seconds if nothing else is said.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        let (tls, rest) = match (text.strip_prefix("etcd://"), text.strip_prefix("etcds://")) {
            (Some(rest), _) => (false, rest),
            (_, Some(rest)) => (true, rest),
            _ => return Err(TargetError::Scheme),
        };
        let (hosts, path) = rest.split_once('/').unwrap_or((rest, ""));
        // A password may itself contain a slash.
        if rest.contains('@') {
            return Err(TargetError::Login);
        }
        let endpoints: Vec<String> = hosts.split(',').map(endpoint).collect::<Result<_, _>>()?;
        let (name, ttl) = match path.split_once('?') {
            Some((name, option)) => (name, seconds(option).ok_or(TargetError::Option)?),
            None => (path, TTL),
        };
        if name.is_empty() || name.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(TargetError::Name);
        }
        let (name, access) = (name.to_owned(), Access::default());
        Ok(Target {
            endpoints,
            tls,
            name,
            ttl,
            access,
        })
    }

    /// The key in etcd: what a user's role must be allowed to read and write.
    ///
    /// ```
    /// let target = etcd::Target::parse("etcd://localhost/backup").unwrap();
    /// assert_eq!(target.key(), "/crontools/lock/backup");
    /// ```
    pub fn key(&self) -> String {
        format!("{PREFIX}{}", self.name)
    }
}

fn endpoint(text: &str) -> Result<String, TargetError> {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            address
                .parse::<std::net::Ipv6Addr>()
                .map_err(|_| TargetError::Host)?;
            (
                &text[..address.len() + 2],
                rest.strip_prefix(':').or(rest.is_empty().then_some("")),
            )
        }
        None => match text.split_once(':') {
            Some((host, port)) => (host, Some(port).filter(|port| !port.is_empty())),
            None => (text, Some("")),
        },
    };
    let named = |host: &str| {
        host.chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
    };
    if host.is_empty() || !(host.starts_with('[') || named(host)) {
        return Err(TargetError::Host);
    }
    let port = match port.ok_or(TargetError::Port)? {
        "" => PORT,
        digits if digits.bytes().all(|digit| digit.is_ascii_digit()) => digits
            .parse()
            .ok()
            .filter(|port| *port > 0)
            .ok_or(TargetError::Port)?,
        _ => return Err(TargetError::Port),
    };
    Ok(format!("{host}:{port}"))
}

fn seconds(option: &str) -> Option<Duration> {
    let seconds = option.strip_prefix("ttl=")?.parse().ok()?;
    (2..=86_400)
        .contains(&seconds)
        .then(|| Duration::from_secs(seconds))
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.tls { "etcds" } else { "etcd" };
        write!(f, "{scheme}://{}/{}", self.endpoints.join(","), self.name)
    }
}

impl fmt::Display for TargetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TargetError::Scheme => "a lock in etcd begins with etcd:// or, for TLS, etcds://",
            TargetError::Login => {
                "a user or password may not stand in the address, where every user of the host can read it; \
                 give them by file or environment"
            }
            TargetError::Host => "the address of a lock in etcd needs a host: etcd://HOST:2379/NAME",
            TargetError::Port => "the port of an etcd host is not a number from 1 to 65535",
            TargetError::Name => {
                "the address of a lock in etcd ends in the lock's name: etcd://HOST:2379/NAME"
            }
            TargetError::Option => "the only option of a lock in etcd is ?ttl=SECONDS, from 2 to 86400",
        })
    }
}

impl std::error::Error for TargetError {}
