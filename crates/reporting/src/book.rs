//! The address book: how a report in the outbox finds the way to its monitor or channel.

use std::time::{Duration, Instant};

use delivery::{DeliveryError, DeliveryErrorKind, Message, Monitor, Network, Ping, PingKind};

use crate::report::{Payload, ping_of};
use crate::settings::Settings;

/// Where a report goes: what the outbox keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// What is needed to deliver: the name of a section of the settings, or a ping URL, which is a secret.
    pub key: String,
    /// The same in words that may be printed.
    pub place: String,
    /// Where people see more, if the settings say so.
    pub link: Option<String>,
}

impl Address {
    /// Where people may look: the link of the settings, else where the monitor is.
    pub(crate) fn shown(&self) -> String {
        self.link.clone().unwrap_or_else(|| self.place.clone())
    }
}

/// Knows the way to every address.
#[derive(Clone, Debug, Default)]
pub struct AddressBook {
    /// The settings, for the addresses that are names.
    pub settings: Settings,
    /// This host's name.
    pub host: String,
    /// The way out of it.
    pub network: Network,
}

const URL: &str = "url ";
const MONITOR: &str = "monitor ";
const CHANNEL: &str = "channel ";

/// Whether what goes to this address is for people.
pub(crate) fn is_channel(key: &str) -> bool {
    key.starts_with(CHANNEL)
}

impl AddressBook {
    /// The address of a monitor that was given as a ping URL.
    pub fn of_url(url: &str) -> Result<Address, DeliveryError> {
        let place = Monitor::from_url(url)?.place().to_owned();
        Ok(Address {
            key: format!("{URL}{}", url.trim()),
            place,
            link: None,
        })
    }

    /// The address of a monitor of the settings. Each job has its own, because it is another check.
    pub fn of_monitor(&self, name: &str, job: &str) -> Result<Address, String> {
        let monitor = self.settings.monitor(name, job, &self.host, &self.network)?;
        Ok(Address {
            key: format!("{MONITOR}{name} {job}"),
            place: format!("{name} ({})", monitor.place()),
            link: self.settings.link(name, job, &self.host),
        })
    }

    /// The address of a channel of the settings. All jobs share it, and its limits.
    pub fn of_channel(&self, name: &str, job: &str) -> Result<Address, String> {
        let channel = self.settings.channel(name, job, &self.host, &self.network)?;
        Ok(Address {
            key: format!("{CHANNEL}{name}"),
            place: format!("{name} ({})", channel.place()),
            link: None,
        })
    }

    /// Delivers a payload; what comes too late says when it was meant.
    pub(crate) fn deliver(
        &self,
        key: &str,
        job: &str,
        run: uuid::Uuid,
        payload: &Payload,
        late: Option<&str>,
        deadline: Instant,
    ) -> Result<(), DeliveryError> {
        let failed = |kind| DeliveryError {
            kind,
            place: String::new(),
            attempts: 0,
            retry_after: None,
        };
        let unusable = |group: &str, name: &str, why: String| {
            // Whoever edits a settings file or replaces a secret just now must not make dead letters of what waits.
            let is_gone = !self.settings.has(group, name) && self.settings.problems().is_empty();
            failed(if is_gone {
                DeliveryErrorKind::Refused(why)
            } else {
                DeliveryErrorKind::Here(why)
            })
        };
        let monitor = match key.split_once(' ').unwrap_or((key, "")) {
            ("url", url) => Monitor::from_url(url)?.through(self.network.clone()),
            ("monitor", name) => {
                let name = name.split(' ').next().unwrap_or_default();
                let monitor = self.settings.monitor(name, job, &self.host, &self.network);
                monitor.map_err(|why| unusable("monitors", name, why))?
            }
            ("channel", name) => {
                let channel = self.settings.channel(name, job, &self.host, &self.network);
                let channel = channel.map_err(|why| unusable("channels", name, why))?;
                return channel.send(&message(payload, job, run, late), deadline);
            }
            _ => {
                return Err(failed(DeliveryErrorKind::Refused(
                    "this address is none".to_owned(),
                )));
            }
        };
        let (kind, body) = ping(payload, late);
        monitor
            .ping(
                &Ping {
                    kind,
                    run,
                    body: body.as_bytes(),
                },
                deadline,
            )
            .map(drop)
    }

    /// The shortest time between two reports to an address, for all processes together.
    pub(crate) fn pause(&self, key: &str) -> Option<Duration> {
        let name = key.strip_prefix(CHANNEL)?;
        let channel = || {
            let channel = self
                .settings
                .channel(name, "job", &self.host, &self.network)
                .ok()?;
            Some(channel.kind().limits.pause)
        };
        let pause = self.settings.pause(name).or_else(channel);
        pause.filter(|pause| !pause.is_zero())
    }
}

fn ping(payload: &Payload, late: Option<&str>) -> (PingKind, String) {
    match payload {
        Payload::Ping { says, body, .. } => (ping_of(says), with_note(late, body)),
        Payload::Message { text, failed, .. } => (
            if *failed {
                PingKind::Fail
            } else {
                PingKind::Success
            },
            with_note(late, text),
        ),
    }
}

fn message(payload: &Payload, job: &str, run: uuid::Uuid, late: Option<&str>) -> Message {
    let (subject, text, failed, host) = match payload {
        Payload::Message {
            subject,
            text,
            failed,
            host,
            ..
        } => (subject.clone(), text, *failed, host.clone()),
        Payload::Ping { says, body, .. } => (
            format!("{job}: a run ended"),
            body,
            ping_of(says).is_failure(),
            String::new(),
        ),
    };
    Message {
        subject,
        text: with_note(late, text),
        failed,
        job: job.to_owned(),
        host,
        run,
    }
}

fn with_note(late: Option<&str>, text: &str) -> String {
    late.map_or_else(|| text.to_owned(), |late| format!("{late}\n{text}"))
}
