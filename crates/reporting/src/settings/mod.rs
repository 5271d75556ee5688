//! The settings: which monitors and channels there are, and what each job tells whom.
//!
//! Files in their order, the later ones winning key by key. What is wrong in them is a list of problems: cronwrap
//! warns of them and runs the job, `--check-config` fails.

mod check;
mod files;
mod keys;
mod read;
mod show;
mod target;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use delivery::distance;
use history::{Bounds, Retention};
use toml::Value;

use crate::alert::AlertRule;
use crate::duration::parse_duration;

pub use files::{settings_directories, settings_files};
pub use keys::{RECORD_KEYS, REPORT_KEYS, TARGET_KEYS};

/// Something that is wrong in a settings file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: PathBuf,
    /// What is wrong, with the key and, where there is one, a suggestion.
    pub text: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.file.display(), self.text)
    }
}

/// A key's value and the file that it is from.
#[derive(Clone, Debug)]
struct Entry {
    value: Value,
    file: PathBuf,
}

type Section = BTreeMap<String, Entry>;

/// All settings, from all files.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    monitors: BTreeMap<String, Section>,
    channels: BTreeMap<String, Section>,
    defaults: Section,
    jobs: BTreeMap<String, Section>,
    record: Section,
    problems: Vec<Problem>,
    credentials: Option<PathBuf>,
}

/// What holds for one job.
#[derive(Clone, Debug, PartialEq)]
pub struct JobSettings {
    /// The monitors to ping, by name.
    pub monitors: Vec<String>,
    /// The channels to tell, by name.
    pub channels: Vec<String>,
    /// When people are told.
    pub rule: AlertRule,
    /// After how long people are told that a run is still going on.
    pub running: Option<Duration>,
    /// How long delivering may take after the job's end.
    pub deadline: Duration,
    /// The options of cronwrap, as they would stand on its command line.
    pub options: BTreeMap<String, String>,
}

/// How much the record keeps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RecordSettings {
    /// Of the runs.
    pub retention: Retention,
    /// Of the reports that could not be delivered.
    pub bounds: Bounds,
}

impl Settings {
    /// The same settings where `NAME-credential` is a file in this directory, as systemd gives it to a service.
    pub fn with_credentials(self, directory: Option<PathBuf>) -> Settings {
        Settings {
            credentials: directory,
            ..self
        }
    }

    /// The same settings, of which this file, asked for by its name, must be there: without it nobody knows what a
    /// report's address means, and nothing may be given up.
    pub fn wanting(mut self, file: &Path) -> Settings {
        if !file.exists() {
            self.problem(file, "there is no such file".to_owned());
        }
        self
    }

    /// What is wrong with them.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    fn problem(&mut self, file: &Path, text: String) {
        self.problems.push(Problem {
            file: file.to_owned(),
            text,
        });
    }

    /// What holds for this job.
    pub fn job(&self, name: &str) -> JobSettings {
        let find = |key: &str| {
            let own = self.jobs.get(name).and_then(|section| section.get(key));
            own.or_else(|| self.defaults.get(key)).map(|entry| &entry.value)
        };
        let span = |key: &str| find(key).and_then(|value| parse_duration(&text(value)).ok());
        let usual = AlertRule::default();
        let rule = AlertRule {
            silent: span("silent").unwrap_or(usual.silent),
            ok_silent: span("ok-silent"),
            after: find("after")
                .and_then(|value| text(value).parse().ok())
                .unwrap_or(usual.after),
            slower: find("slower").and_then(|value| text(value).parse().ok()),
        };
        let names = |key: &str| find(key).map(list).unwrap_or_default();
        let options = self
            .defaults
            .keys()
            .chain(self.jobs.get(name).into_iter().flat_map(BTreeMap::keys));
        let options = options.filter(|key| !REPORT_KEYS.iter().any(|(known, _)| known == key));
        JobSettings {
            monitors: names("monitors"),
            channels: names("channels"),
            rule,
            running: span("running"),
            deadline: span("deadline").unwrap_or(Duration::from_secs(10)),
            options: options
                .filter_map(|key| Some((key.clone(), text(find(key)?))))
                .collect(),
        }
    }

    /// How much the record keeps.
    pub fn record(&self) -> RecordSettings {
        let value = |key: &str| self.record.get(key).map(|entry| text(&entry.value));
        let span = |key: &str| value(key).and_then(|text| parse_duration(&text).ok());
        let number = |key: &str| value(key).and_then(|text| text.parse().ok());
        let (retention, bounds) = (Retention::default(), Bounds::default());
        RecordSettings {
            retention: Retention {
                age: span("age").unwrap_or(retention.age),
                runs: number("runs").unwrap_or(retention.runs),
                outputs: number("outputs").unwrap_or(retention.outputs),
            },
            bounds: Bounds {
                reports: number("outbox-reports").unwrap_or(bounds.reports),
                age: span("outbox-age").unwrap_or(bounds.age),
            },
        }
    }

    /// Whether there is a section of this group (`monitors`, `channels`) and name.
    pub(crate) fn has(&self, group: &str, name: &str) -> bool {
        let targets = if group == "monitors" {
            &self.monitors
        } else {
            &self.channels
        };
        targets.contains_key(name)
    }

    /// The names of all monitors, then of all channels.
    pub fn targets(&self) -> (Vec<String>, Vec<String>) {
        (
            self.monitors.keys().cloned().collect(),
            self.channels.keys().cloned().collect(),
        )
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => text(value)
            .split(',')
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
    }
}

fn suggestion<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    let near = known.map(|known| (distance(known, word), known)).min();
    near.filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .map_or_else(String::new, |(_, known)| format!("; did you mean {known:?}?"))
}
