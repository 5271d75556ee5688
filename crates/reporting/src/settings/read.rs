//! Reading the files: what stands where, and what nobody knows.

use std::fs;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::keys::usable;
use super::{Entry, RECORD_KEYS, REPORT_KEYS, Section, Settings, TARGET_KEYS, suggestion};

const SECTIONS: [&str; 5] = ["monitors", "channels", "defaults", "jobs", "record"];

impl Settings {
    /// Reads the files; one that is not there is none. `options` are the keys of `[defaults]` and `[jobs.NAME]` that
    /// are cronwrap's own.
    pub fn read(files: &[PathBuf], options: &[&str]) -> Settings {
        let mut settings = Settings::default();
        for file in files {
            match fs::read_to_string(file) {
                Ok(text) => settings.add(file, &text, options),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => settings.problem(file, format!("cannot be read: {error}")),
            }
        }
        settings
    }

    fn add(&mut self, file: &Path, text: &str, options: &[&str]) {
        let table: Table = match text.parse() {
            Ok(table) => table,
            // The parser's words: line, column, caret.
            Err(error) => return self.problem(file, format!("is no TOML: {}", error.to_string().trim_end())),
        };
        let of_jobs = || REPORT_KEYS.iter().map(|(name, _)| *name);
        let keys: Vec<&str> = of_jobs().chain(options.iter().copied()).collect();
        let record: Vec<&str> = RECORD_KEYS.iter().map(|(name, _)| *name).collect();
        for (name, value) in table {
            match (name.as_str(), value) {
                ("monitors", Value::Table(table)) => self.add_targets(file, "monitors", table),
                ("channels", Value::Table(table)) => self.add_targets(file, "channels", table),
                ("defaults", Value::Table(table)) => {
                    let found = self.usable(file, "defaults", table, &keys);
                    self.defaults.extend(found);
                }
                ("record", Value::Table(table)) => {
                    let found = self.usable(file, "record", table, &record);
                    self.record.extend(found);
                }
                ("jobs", Value::Table(table)) => {
                    for (job, value) in table {
                        let Value::Table(table) = value else {
                            self.problem(file, format!("jobs.{job} must be a section, `[jobs.{job}]`"));
                            continue;
                        };
                        let found = self.usable(file, &format!("jobs.{job}"), table, &keys);
                        self.jobs.entry(job).or_default().extend(found);
                    }
                }
                (known, _) if SECTIONS.contains(&known) => {
                    self.problem(file, format!("{name:?} must be a section"));
                }
                _ => {
                    let near = suggestion(&name, SECTIONS.into_iter());
                    self.problem(file, format!("unknown section {name:?}{near}"));
                }
            }
        }
    }

    fn add_targets(&mut self, file: &Path, group: &'static str, table: Table) {
        for (name, value) in table {
            let Value::Table(table) = value else {
                self.problem(
                    file,
                    format!("{group}.{name} must be a section, `[{group}.{name}]`"),
                );
                continue;
            };
            let mut found = Section::new();
            for (key, value) in table {
                // A kind's own settings are looked at by the kind.
                let ours = TARGET_KEYS.iter().any(|(known, _)| *known == key);
                match usable(&key, &value) {
                    Err(why) if ours => self.problem(file, format!("{group}.{name}.{key}: {why}")),
                    _ => drop(found.insert(key, entry(file, value))),
                }
            }
            let groups = if group == "monitors" {
                &mut self.monitors
            } else {
                &mut self.channels
            };
            groups.entry(name).or_default().extend(found);
        }
    }

    /// The keys of a section that are known and can be used; the others are problems.
    fn usable(&mut self, file: &Path, place: &str, table: Table, known: &[&str]) -> Section {
        let mut section = Section::new();
        for (key, value) in table {
            if !known.contains(&key.as_str()) {
                let near = suggestion(&key, known.iter().copied());
                self.problem(file, format!("unknown key {key:?} in [{place}]{near}"));
            } else if let Err(why) = usable(&key, &value) {
                self.problem(file, format!("{place}.{key}: {why}"));
            } else {
                section.insert(key, entry(file, value));
            }
        }
        section
    }
}

fn entry(file: &Path, value: Value) -> Entry {
    Entry {
        value,
        file: file.to_owned(),
    }
}
