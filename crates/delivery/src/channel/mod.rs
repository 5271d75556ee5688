//! Channels: ways to tell people. Each is one file with its limits, its settings and its page.

mod command;
mod http;
mod sendmail;
mod slack;
mod smtp;

use std::fmt;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::kind::{self, Setting, SettingError, Values};
use crate::{DeliveryError, Network};

/// All kinds of channels.
pub static CHANNELS: &[&ChannelKind] = &[
    &slack::KIND,
    &smtp::KIND,
    &sendmail::KIND,
    &command::KIND,
    &http::KIND,
];

/// A kind of channel.
pub struct ChannelKind {
    /// Its name in the settings file.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// Its page of the documents.
    pub page: &'static str,
    /// How much it takes.
    pub limits: Limits,
    /// What can be set.
    pub settings: &'static [Setting],
    /// Makes one ready, or says what is wrong with its settings. Opens nothing.
    pub(crate) open: fn(&Values, Network) -> Result<Opened, SettingError>,
}

/// How much a channel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one message.
    pub length: usize,
    /// The shortest time between two messages.
    pub pause: Duration,
}

/// Sends one message by a deadline.
pub(crate) type Sender = Box<dyn Fn(&Message, Instant) -> Result<(), DeliveryError> + Send + Sync>;

/// A channel made ready.
pub(crate) struct Opened {
    /// Where it goes, without secrets.
    pub(crate) place: String,
    pub(crate) send: Sender,
}

/// What people are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// One line.
    pub subject: String,
    /// The whole of it, the important things first.
    pub text: String,
    /// Whether it is about a failure.
    pub failed: bool,
    /// The job's name.
    pub job: String,
    /// The host's name.
    pub host: String,
    /// The run.
    pub run: Uuid,
}

/// A way to tell people, with its settings.
pub struct Channel {
    kind: &'static ChannelKind,
    secrets: Vec<String>,
    opened: Opened,
}

impl Channel {
    /// A channel of this kind. Nothing is opened or looked up before the first message.
    pub fn new(kind: &str, values: &Values, network: Network) -> Result<Channel, SettingError> {
        let known = CHANNELS.iter().find(|known| known.name == kind).ok_or_else(|| {
            let names: Vec<&str> = CHANNELS.iter().map(|known| known.name).collect();
            SettingError::UnknownKind(kind.to_owned(), names.join(", "))
        })?;
        kind::check(known.settings, values)?;
        Ok(Channel {
            kind: known,
            secrets: kind::secrets(known.settings, values),
            opened: (known.open)(values, network)?,
        })
    }

    /// What kind it is.
    pub fn kind(&self) -> &'static ChannelKind {
        self.kind
    }

    /// Where it goes, in words that show no secret.
    pub fn place(&self) -> &str {
        &self.opened.place
    }

    /// Sends a message; returns at the deadline at the latest.
    pub fn send(&self, message: &Message, deadline: Instant) -> Result<(), DeliveryError> {
        let sent = (self.opened.send)(message, deadline);
        sent.map_err(|error| DeliveryError {
            kind: error.kind.without(&self.secrets),
            ..error
        })
    }
}

impl fmt::Debug for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Channel({} {})", self.kind.name, self.place())
    }
}

impl fmt::Debug for ChannelKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ChannelKind({})", self.name)
    }
}

impl Message {
    /// The gaps of a template, and what is put into them.
    pub(crate) fn gaps<'a>(&'a self, run: &'a str, text: &'a str) -> [(&'static str, &'a str); 6] {
        [
            ("subject", &self.subject),
            ("text", text),
            ("job", &self.job),
            ("host", &self.host),
            ("run", run),
            ("status", if self.failed { "failed" } else { "ok" }),
        ]
    }
}
