//! What can be known of the settings only when all files are read.

use delivery::Network;

use super::{Problem, Settings, list, suggestion};

impl Settings {
    /// Looks for what can be known only when all files are read: names without a section, targets that cannot be
    /// made, secrets that cannot be read. It opens files, so a job should not be waiting for it.
    pub fn check(&mut self) {
        self.check_names();
    }

    fn check_names(&mut self) {
        let mut found = Vec::new();
        for (group, targets) in [("monitors", &self.monitors), ("channels", &self.channels)] {
            for section in std::iter::once(&self.defaults).chain(self.jobs.values()) {
                let Some(entry) = section.get(group) else { continue };
                for name in list(&entry.value)
                    .iter()
                    .filter(|name| !targets.contains_key(*name))
                {
                    let near = suggestion(name, targets.keys().map(String::as_str));
                    let text = format!("there is no [{group}.{name}]{near}");
                    found.push(Problem {
                        file: entry.file.clone(),
                        text,
                    });
                }
            }
            for (name, section) in targets {
                let file = section
                    .values()
                    .next()
                    .map(|entry| entry.file.clone())
                    .unwrap_or_default();
                if let Err(why) = self.open(group, name, "job", "host", &Network::default()) {
                    found.push(Problem {
                        file,
                        text: format!("[{group}.{name}]: {why}"),
                    });
                }
            }
        }
        self.problems.extend(found);
    }
}
