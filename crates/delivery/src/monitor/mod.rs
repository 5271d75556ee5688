//! Monitors: services that are told when a job starts and how it ended, and raise the alarm when it does not.

mod healthchecks;

use std::fmt;
use std::time::Instant;

use uuid::Uuid;

use crate::http::{Client, Request};
use crate::{DeliveryError, Network, SecretUrl};

/// Where a job's pings go. Cheap to make: nothing is opened, looked up or read before the first ping.
pub struct Monitor {
    url: SecretUrl,
    client: Client,
}

/// One call to a monitor.
#[derive(Clone, Copy, Debug)]
pub struct Ping<'a> {
    /// What it says.
    pub kind: PingKind,
    /// The run that it speaks of; the start and the end of one run carry the same.
    pub run: Uuid,
    /// What the monitor shows with it, such as the last lines of the output; may be empty.
    pub body: &'a [u8],
}

/// What a ping says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PingKind {
    /// The job begins.
    Start,
    /// The job has done its work.
    Success,
    /// The job has failed, and there is no exit code to tell.
    Fail,
    /// The job ended with this code: 0 is success, any other a failure.
    ExitCode(u8),
    /// Nothing begins or ends: only a note for the monitor's log.
    Log,
}

/// What the monitor said to a ping that it took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How many bytes of a body the monitor keeps (`Ping-Body-Limit`), where it says so.
    pub body_limit: Option<usize>,
    /// How many attempts it took.
    pub attempts: u32,
}

impl Monitor {
    /// A monitor that speaks Healthchecks' ping API, from its ping URL.
    pub fn from_url(url: &str) -> Result<Monitor, DeliveryError> {
        let url = SecretUrl::parse(url)?;
        Ok(Monitor {
            client: Client::default(),
            url,
        })
    }

    /// The same monitor, reached in this way: through a proxy, say.
    pub fn through(self, network: Network) -> Monitor {
        Monitor {
            client: Client::new(network),
            ..self
        }
    }

    /// Scheme, host and port of the monitor: what may be printed.
    pub fn place(&self) -> &str {
        self.url.place()
    }

    /// Delivers one ping, trying again while there is hope; returns at the deadline at the latest.
    pub fn ping(&self, ping: &Ping<'_>, deadline: Instant) -> Result<Answer, DeliveryError> {
        let request = Request::post(&self.url, healthchecks::target(&self.url, ping), ping.body);
        let response = self.client.deliver(request, deadline)?;
        Ok(Answer {
            body_limit: healthchecks::body_limit(&response),
            attempts: response.attempts,
        })
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Monitor({})", self.url)
    }
}
