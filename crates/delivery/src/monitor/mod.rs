//! Monitors: services that are told when a job starts and how it ended, and raise the alarm when it does not.
//! Each kind is one file with its settings and its page.

mod healthchecks;
mod mail;
mod template;

use std::fmt;
use std::time::Instant;

use uuid::Uuid;

use crate::kind::{self, Setting, SettingError, Values};
use crate::{DeliveryError, Network, SecretUrl};

/// All kinds of monitors.
pub static MONITORS: &[&MonitorKind] = &[&healthchecks::KIND, &template::KIND, &mail::KIND];

/// A kind of monitor.
pub struct MonitorKind {
    /// Its name in the settings file.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Its page of the documents.
    pub page: &'static str,
    /// What can be set.
    pub settings: &'static [Setting],
    /// Whether it knows runs by their ID, and so notices one that was told twice.
    pub knows_runs: bool,
    /// Makes one ready, or says what is wrong with its settings. Opens nothing.
    pub(crate) open: fn(&Values, Network) -> Result<Opened, SettingError>,
}

/// Sends one ping by a deadline.
pub(crate) type Pinger = Box<dyn Fn(&Ping<'_>, Instant) -> Result<Answer, DeliveryError> + Send + Sync>;

/// A monitor made ready.
pub(crate) struct Opened {
    /// Where it is, without secrets.
    pub(crate) place: String,
    pub(crate) ping: Pinger,
}

/// Where a job's pings go. Cheap to make: nothing is opened, looked up or read before the first ping.
pub struct Monitor {
    kind: &'static MonitorKind,
    values: Values,
    opened: Opened,
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
        SecretUrl::parse(url)?;
        let values = Values::from([("url".to_owned(), url.to_owned())]);
        let opened = healthchecks::open_url(SecretUrl::parse(url)?, Network::default());
        Ok(Monitor {
            kind: &healthchecks::KIND,
            values,
            opened,
        })
    }

    /// A monitor of this kind.
    pub fn new(kind: &str, values: &Values, network: Network) -> Result<Monitor, SettingError> {
        let known = MONITORS.iter().find(|known| known.name == kind).ok_or_else(|| {
            let names: Vec<&str> = MONITORS.iter().map(|known| known.name).collect();
            SettingError::UnknownKind(kind.to_owned(), names.join(", "))
        })?;
        kind::check(known.settings, values)?;
        Ok(Monitor {
            kind: known,
            values: values.clone(),
            opened: (known.open)(values, network)?,
        })
    }

    /// The same monitor, reached in this way: through a proxy, say.
    pub fn through(self, network: Network) -> Monitor {
        match (self.kind.open)(&self.values, network) {
            Ok(opened) => Monitor { opened, ..self },
            Err(_) => self, // cannot be: these settings were read before
        }
    }

    /// What kind it is.
    pub fn kind(&self) -> &'static MonitorKind {
        self.kind
    }

    /// Where it is, in words that show no secret.
    pub fn place(&self) -> &str {
        &self.opened.place
    }

    /// Delivers one ping, trying again while there is hope; returns at the deadline at the latest.
    pub fn ping(&self, ping: &Ping<'_>, deadline: Instant) -> Result<Answer, DeliveryError> {
        let secrets = || kind::secrets(self.kind.settings, &self.values);
        let answer = (self.opened.ping)(ping, deadline);
        answer.map_err(|error| DeliveryError {
            kind: error.kind.without(&secrets()),
            ..error
        })
    }
}

impl PingKind {
    /// Whether this is about a failure.
    pub fn is_failure(self) -> bool {
        !matches!(
            self,
            PingKind::Start | PingKind::Success | PingKind::ExitCode(0) | PingKind::Log
        )
    }
}

impl fmt::Debug for Monitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Monitor({} {})", self.kind.name, self.place())
    }
}

impl fmt::Debug for MonitorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MonitorKind({})", self.name)
    }
}
