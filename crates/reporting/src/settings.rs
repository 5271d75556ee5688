//! The settings: which monitors and channels there are, and what each job tells whom.
//!
//! Files in their order, the later ones winning key by key. What is wrong in them is a list of problems: cronwrap
//! warns of them and runs the job, `--check-config` fails.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use delivery::{CHANNELS, Channel, MONITORS, Monitor, Network, Setting, Values, distance};
use toml::{Table, Value};

use crate::alert::AlertRule;
use crate::duration::parse_duration;

/// What `[defaults]` and `[jobs.NAME]` may hold for reporting; cronwrap's own options come on top.
pub const REPORT_KEYS: &[(&str, &str)] = &[
    ("monitors", "the names of the monitors to ping"),
    ("channels", "the names of the channels to tell"),
    ("silent", "how long nobody is told of another failure"),
    (
        "ok-silent",
        "after how long without an alert a success is told again",
    ),
    ("after", "how many failures in a row are one"),
    (
        "slower",
        "how many times its longest usual time a run may take before it is told",
    ),
    (
        "running",
        "after how long people are told that a run is still going on",
    ),
    ("deadline", "how long delivering may take after the job's end"),
];

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
    problems: Vec<Problem>,
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

/// The files to read: `config.toml` and then `conf.d/*.toml`, of each directory in turn.
pub fn settings_files(directories: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for directory in directories {
        files.push(directory.join("config.toml"));
        let more = fs::read_dir(directory.join("conf.d"))
            .into_iter()
            .flatten()
            .flatten();
        let mut more: Vec<PathBuf> = more.map(|entry| entry.path()).collect();
        more.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        more.sort();
        files.extend(more);
    }
    files
}

/// The directories to look into: /etc/crontools, then the user's own. `variable` looks up the environment.
pub fn settings_directories(variable: impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let own = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    [
        Some(PathBuf::from("/etc/crontools")),
        own.map(|own| own.join("crontools")),
    ]
    .into_iter()
    .flatten()
    .collect()
}

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

    /// Looks for what can be known only when all files are read: names without a section, targets that cannot be
    /// made, secrets that cannot be read. It opens files, so a job should not be waiting for it.
    pub fn check(&mut self) {
        self.check_names();
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

    fn add(&mut self, file: &Path, text: &str, options: &[&str]) {
        let table: Table = match text.parse() {
            Ok(table) => table,
            // The parser's words: line, column, caret.
            Err(error) => return self.problem(file, format!("is no TOML: {}", error.to_string().trim_end())),
        };
        let keys: Vec<&str> = REPORT_KEYS
            .iter()
            .map(|(name, _)| *name)
            .chain(options.iter().copied())
            .collect();
        for (name, value) in table {
            match (name.as_str(), value) {
                ("monitors", Value::Table(table)) => self.add_targets(file, "monitors", table),
                ("channels", Value::Table(table)) => self.add_targets(file, "channels", table),
                ("defaults", Value::Table(table)) => self.add_job(file, None, table, &keys),
                ("jobs", Value::Table(table)) => {
                    for (job, value) in table {
                        match value {
                            Value::Table(table) => self.add_job(file, Some(job), table, &keys),
                            _ => self.problem(file, format!("jobs.{job} must be a section, `[jobs.{job}]`")),
                        }
                    }
                }
                ("monitors" | "channels" | "defaults" | "jobs", _) => {
                    self.problem(file, format!("{name:?} must be a section"));
                }
                _ => {
                    let near = suggestion(&name, ["monitors", "channels", "defaults", "jobs"].into_iter());
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
            let groups = if group == "monitors" {
                &mut self.monitors
            } else {
                &mut self.channels
            };
            let section = groups.entry(name).or_default();
            section.extend(table.into_iter().map(|(key, value)| {
                (
                    key,
                    Entry {
                        value,
                        file: file.to_owned(),
                    },
                )
            }));
        }
    }

    fn add_job(&mut self, file: &Path, job: Option<String>, table: Table, keys: &[&str]) {
        let place = job
            .as_ref()
            .map_or_else(|| "defaults".to_owned(), |job| format!("jobs.{job}"));
        for (key, value) in table {
            if !keys.contains(&key.as_str()) {
                let near = suggestion(&key, keys.iter().copied());
                self.problem(file, format!("unknown key {key:?} in [{place}]{near}"));
                continue;
            }
            if let Err(why) = usable(&key, &value) {
                self.problem(file, format!("{place}.{key}: {why}"));
                continue;
            }
            let section = match &job {
                Some(job) => self.jobs.entry(job.clone()).or_default(),
                None => &mut self.defaults,
            };
            section.insert(
                key,
                Entry {
                    value,
                    file: file.to_owned(),
                },
            );
        }
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

    fn open(
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
        let values = values(section, known.unwrap_or_default(), job, host)?;
        let opened = if is_monitor {
            Monitor::new(&kind, &values, network.clone()).map(Target::Monitor)
        } else {
            Channel::new(&kind, &values, network.clone()).map(Target::Channel)
        };
        opened.map_err(|error| error.to_string())
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

    /// All settings that hold, each with the file that it is from; secrets are not shown.
    pub fn effective(&self) -> String {
        let mut lines = Vec::new();
        let groups = [
            ("monitors", &self.monitors),
            ("channels", &self.channels),
            ("jobs", &self.jobs),
        ];
        let defaults = BTreeMap::from([("defaults".to_owned(), self.defaults.clone())]);
        let sections = groups.iter().flat_map(|(group, sections)| {
            sections
                .iter()
                .map(move |(name, section)| (format!("{group}.{name}"), section))
        });
        for (place, section) in defaults
            .iter()
            .map(|(name, section)| (name.clone(), section))
            .chain(sections)
        {
            for (key, entry) in section {
                let value = if is_secret(key) {
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

enum Target {
    Monitor(Monitor),
    Channel(Channel),
}

/// The values for a target: gaps filled, secrets read from their files.
fn values(section: &Section, known: &'static [Setting], job: &str, host: &str) -> Result<Values, String> {
    let mut values = Values::new();
    for (key, entry) in section.iter().filter(|(key, _)| *key != "kind") {
        let filled = text(&entry.value).replace("%h", host).replace("%j", job);
        let secret = key
            .strip_suffix("-file")
            .filter(|name| known.iter().any(|known| known.name == *name && known.secret));
        match secret {
            Some(name) => {
                let read = fs::read_to_string(&filled)
                    .map_err(|error| format!("{key}: cannot read {filled}: {error}"))?;
                values.insert(name.to_owned(), read.trim_end_matches(['\r', '\n']).to_owned());
            }
            None => drop(values.insert(key.clone(), filled)),
        }
    }
    Ok(values)
}

/// Whether a setting of any kind by this name is a secret.
fn is_secret(key: &str) -> bool {
    let all = MONITORS
        .iter()
        .map(|kind| kind.settings)
        .chain(CHANNELS.iter().map(|kind| kind.settings));
    all.flatten().any(|setting| setting.secret && setting.name == key)
}

/// Whether a key's value can be used at all.
fn usable(key: &str, value: &Value) -> Result<(), String> {
    let text = text(value);
    match key {
        "silent" | "ok-silent" | "running" | "deadline" => parse_duration(&text).map(drop),
        "after" => match text.parse::<u32>() {
            Ok(1..) => Ok(()),
            _ => Err("a number from 1 on is wanted".to_owned()),
        },
        "slower" => match text.parse::<f64>() {
            Ok(factor) if factor > 1.0 => Ok(()),
            _ => Err("a number above 1 is wanted, such as 2.5".to_owned()),
        },
        _ => Ok(()),
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
