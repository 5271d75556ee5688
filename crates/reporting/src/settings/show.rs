//! The settings as they hold, for people.

use std::collections::BTreeMap;

use delivery::{CHANNELS, MONITORS};

use super::Settings;

impl Settings {
    /// All settings that hold, each with the file that it is from; secrets are not shown.
    pub fn effective(&self) -> String {
        let mut lines = Vec::new();
        let groups = [
            ("monitors", &self.monitors),
            ("channels", &self.channels),
            ("jobs", &self.jobs),
        ];
        let alone = BTreeMap::from([
            ("defaults".to_owned(), self.defaults.clone()),
            ("record".to_owned(), self.record.clone()),
        ]);
        let sections = groups.iter().flat_map(|(group, sections)| {
            sections
                .iter()
                .map(move |(name, section)| (format!("{group}.{name}"), section))
        });
        for (place, section) in alone
            .iter()
            .map(|(name, section)| (name.clone(), section))
            .chain(sections)
        {
            for (key, entry) in section {
                // A proxy's address may hold its password.
                let value = if is_secret(key) || key == "proxy" {
                    "\"...\"".to_owned()
                } else {
                    entry.value.to_string()
                };
                lines.push(format!("{place}.{key} = {value}  # {}\n", entry.file.display()));
            }
        }
        lines.concat()
    }
}

/// Whether a setting of any kind by this name is a secret.
fn is_secret(key: &str) -> bool {
    let all = MONITORS
        .iter()
        .map(|kind| kind.settings)
        .chain(CHANNELS.iter().map(|kind| kind.settings));
    all.flatten().any(|setting| setting.secret && setting.name == key)
}
