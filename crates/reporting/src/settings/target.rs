//! From a section to the monitor or the channel that it describes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use delivery::{CHANNELS, Channel, MONITORS, Monitor, Network, Proxy, Setting, Values};

use super::{Section, Settings, TARGET_KEYS, text};
use crate::duration::parse_duration;

impl Settings {
    /// What a section says besides its kind's own settings.
    fn beside(&self, group: &str, name: &str, key: &str) -> Option<String> {
        let groups = match group {
            "monitors" => &self.monitors,
            _ => &self.channels,
        };
        groups.get(name)?.get(key).map(|entry| text(&entry.value))
    }

    /// Where people see more of a monitor's job, where the settings say so.
    pub(crate) fn link(&self, name: &str, job: &str, host: &str) -> Option<String> {
        self.beside("monitors", name, "link")
            .map(|link| link.replace("%h", host).replace("%j", job))
    }

    /// The shortest time between two messages of a channel, where the settings say so.
    pub(crate) fn pause(&self, name: &str) -> Option<Duration> {
        parse_duration(&self.beside("channels", name, "pause")?).ok()
    }

    /// The monitor of this name, for this job on this host.
    pub fn monitor(&self, name: &str, job: &str, host: &str, network: &Network) -> Result<Monitor, String> {
        match self.open("monitors", name, job, host, network)? {
            Target::Monitor(monitor) => Ok(monitor),
            Target::Channel(_) => Err(format!("there is no [monitors.{name}]")),
        }
    }

    /// The channel of this name, for this job on this host.
    pub fn channel(&self, name: &str, job: &str, host: &str, network: &Network) -> Result<Channel, String> {
        match self.open("channels", name, job, host, network)? {
            Target::Channel(channel) => Ok(channel),
            Target::Monitor(_) => Err(format!("there is no [channels.{name}]")),
        }
    }

    pub(super) fn open(
        &self,
        group: &str,
        name: &str,
        job: &str,
        host: &str,
        network: &Network,
    ) -> Result<Target, String> {
        let is_monitor = group == "monitors";
        let targets = if is_monitor {
            &self.monitors
        } else {
            &self.channels
        };
        let section = targets
            .get(name)
            .ok_or_else(|| format!("there is no [{group}.{name}]"))?;
        let kind = section
            .get("kind")
            .map(|entry| text(&entry.value))
            .ok_or("\"kind\" is missing")?;
        let known = if is_monitor {
            MONITORS
                .iter()
                .find(|known| known.name == kind)
                .map(|kind| kind.settings)
        } else {
            CHANNELS
                .iter()
                .find(|known| known.name == kind)
                .map(|kind| kind.settings)
        };
        let values = self.values(section, known.unwrap_or_default(), job, host)?;
        let network = way(section, network)?;
        let opened = if is_monitor {
            Monitor::new(&kind, &values, network).map(Target::Monitor)
        } else {
            Channel::new(&kind, &values, network).map(Target::Channel)
        };
        opened.map_err(|error| error.to_string())
    }
}

pub(super) enum Target {
    Monitor(Monitor),
    Channel(Channel),
}

impl Settings {
    /// The values for a target: gaps filled, secrets read from where they are.
    fn values(
        &self,
        section: &Section,
        known: &'static [Setting],
        job: &str,
        host: &str,
    ) -> Result<Values, String> {
        let mut values = Values::new();
        let is_beside = |key: &str| key == "kind" || TARGET_KEYS.iter().any(|(known, _)| *known == key);
        let secret = |key: &str, end: &str| {
            let name = key.strip_suffix(end)?;
            known.iter().find(|known| known.name == name && known.secret)
        };
        for (key, entry) in section.iter().filter(|(key, _)| !is_beside(key)) {
            let filled = text(&entry.value).replace("%h", host).replace("%j", job);
            if let Some(of) = secret(key, "-file") {
                values.insert(of.name.to_owned(), read(key, Path::new(&filled))?);
            } else if let Some(of) = secret(key, "-credential") {
                values.insert(of.name.to_owned(), read(key, &self.credential(key, &filled)?)?);
            } else {
                values.insert(key.clone(), filled);
            }
        }
        Ok(values)
    }

    /// The file of a credential that systemd has put down for this service.
    fn credential(&self, key: &str, name: &str) -> Result<PathBuf, String> {
        let directory = self.credentials.as_ref().ok_or_else(|| {
            format!(
                "{key}: CREDENTIALS_DIRECTORY is not set: systemd sets it for a unit with LoadCredential={name}:..."
            )
        })?;
        match name.contains('/') {
            true => Err(format!("{key}: {name:?} is no name of a credential")),
            false => Ok(directory.join(name)),
        }
    }
}

fn read(key: &str, file: &Path) -> Result<String, String> {
    let read = fs::read_to_string(file)
        .map_err(|error| format!("{key}: cannot read {}: {error}", file.display()))?;
    Ok(read.trim_end_matches(['\r', '\n']).to_owned())
}

/// The way to a target: the host's own, with what its section says.
fn way(section: &Section, network: &Network) -> Result<Network, String> {
    let value = |key: &str| section.get(key).map(|entry| text(&entry.value));
    let mut network = network.clone();
    if let Some(file) = value("ca-file") {
        network.ca_file = Some(file.into());
    }
    match (value("client-certificate"), value("client-key")) {
        (Some(certificate), Some(key)) => {
            network.client_certificate = Some((certificate.into(), key.into()));
        }
        (None, None) => {}
        _ => return Err("client-certificate and client-key belong together".to_owned()),
    }
    if let Some(proxy) = value("proxy") {
        let proxy = (proxy != "none").then(|| Proxy::new(proxy));
        (network.http_proxy, network.https_proxy) = (proxy.clone(), proxy);
        network.no_proxy = Vec::new();
    }
    Ok(network)
}
