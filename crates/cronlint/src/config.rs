//! The settings file, `.cronlint.toml`.
//!
//! ```toml
//! daemon = "debian"            # --daemon
//! kind = "auto"                # --kind
//! tz = "Europe/Berlin"         # --tz
//! fail-on = "warning"          # --fail-on
//! require-reason = true        # --require-reason
//! disable = ["C015"]           # rules that never report, by code or name
//! baseline = "cronlint.json"   # --baseline, from the file's directory
//!
//! [paths]                      # where this repository's directories will be: scripts there are looked at
//! "/srv/app" = "."
//!
//! [severity]                   # other severities, by code or name
//! S006 = "warning"
//!
//! [[files]]                    # more settings for some files; later ones win
//! paths = ["deploy/*.cron", "etc/cron.d/*"]
//! kind = "system"
//! disable = ["C003"]
//! ```

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use crontab::daemon;
use diagnostic::Severity;
use serde::Deserialize;

use crate::complaint::{reason, with_help};
use crate::options::{FailOn, KindOption};
use crate::patterns::matches;
use crate::settings_trouble::{self, Trouble};
use crate::{rules, zone};

/// The name under which it is looked for.
pub(crate) const NAME: &str = ".cronlint.toml";

/// What the settings file says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Config {
    pub(crate) daemon: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) tz: Option<String>,
    pub(crate) fail_on: Option<String>,
    pub(crate) require_reason: Option<bool>,
    pub(crate) baseline: Option<PathBuf>,
    #[serde(default)]
    pub(crate) disable: Vec<String>,
    #[serde(default)]
    pub(crate) severity: BTreeMap<String, String>,
    /// Where the repository's directories are on the machine that runs the crontabs.
    #[serde(default)]
    pub(crate) paths: BTreeMap<String, PathBuf>,
    #[serde(default)]
    pub(crate) files: Vec<Part>,
    /// The directory of the file: paths in it count from there.
    #[serde(skip)]
    pub(crate) directory: PathBuf,
}

/// Settings for some files.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Part {
    pub(crate) paths: Vec<String>,
    pub(crate) daemon: Option<String>,
    pub(crate) kind: Option<String>,
    #[serde(default)]
    pub(crate) disable: Vec<String>,
    #[serde(default)]
    pub(crate) severity: BTreeMap<String, String>,
}

impl Config {
    /// The settings of the nearest `.cronlint.toml`, from the current directory up to the repository's root.
    pub(crate) fn find() -> Result<Config, String> {
        let Ok(here) = std::env::current_dir() else {
            return Ok(Config::default());
        };
        for directory in here.ancestors() {
            let path = directory.join(NAME);
            match fs::read_to_string(&path) {
                Ok(text) => return Config::of_file(&text, &path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(cannot_read(&path, &error)),
            }
            if directory.join(".git").exists() {
                break;
            }
        }
        Ok(Config::default())
    }

    /// The settings of that file.
    pub(crate) fn read(path: &Path) -> Result<Config, String> {
        let text = fs::read_to_string(path).map_err(|error| cannot_read(path, &error))?;
        Config::of_file(&text, path)
    }

    /// Reads the text of the file at `path`, and looks whether the directories in it are there.
    fn of_file(text: &str, path: &Path) -> Result<Config, String> {
        let config = Config::parse(text, path)?;
        let is_there = |here: &&PathBuf| config.directory.join(here).is_dir();
        let Some(missing) = config.paths.values().find(|here| !is_there(here)) else {
            return Ok(config);
        };
        let missing = missing.to_string_lossy();
        let message = format!("there is no directory `{missing}`");
        let help = "name one from the directory of this file on, such as \".\"";
        Err(Trouble::at(&missing, message, help).shown(text, path))
    }

    /// Reads the text of a settings file that lies at `path`, and nothing else; what is wrong in it is told in one
    /// message.
    pub fn parse(text: &str, path: &Path) -> Result<Config, String> {
        let mut config: Config =
            toml::from_str(text).map_err(|error| settings_trouble::of_toml(&error).shown(text, path))?;
        config.directory = path.parent().map(Path::to_owned).unwrap_or_default();
        config.check().map_err(|trouble| trouble.shown(text, path))?;
        Ok(config)
    }

    /// Names that do not exist are told at once.
    fn check(&self) -> Result<(), Trouble> {
        let whole = Part {
            daemon: self.daemon.clone(),
            kind: self.kind.clone(),
            disable: self.disable.clone(),
            severity: self.severity.clone(),
            paths: Vec::new(),
        };
        if let Some(level) = &self.fail_on {
            let levels = ["error", "warning", "info", "hint", "never"];
            FailOn::from_str(level, true).map_err(|_| Trouble::unknown("level", level, &levels))?;
        }
        if let Some(prefix) = self.paths.keys().find(|prefix| !prefix.starts_with('/')) {
            let message = format!("`{prefix}` is no full path on the machine that runs the crontabs");
            return Err(Trouble::at(
                prefix,
                message,
                "write it from `/` on, as in \"/srv/app\"",
            ));
        }
        if let Some(name) = self.tz.as_ref().filter(|name| zone::named(name).is_none()) {
            let message = format!("there is no time zone `{name}`");
            return Err(Trouble::at(name, message, zone::NAMES));
        }
        self.files.iter().chain([&whole]).try_for_each(Part::check)
    }

    /// Where the repository's directories are on the machine: a prefix there, and the directory here.
    pub fn mappings(&self) -> Vec<(String, PathBuf)> {
        let absolute = |path: &PathBuf| {
            let path = self.directory.join(path);
            std::path::absolute(&path).unwrap_or(path)
        };
        let pairs = self.paths.iter();
        pairs
            .map(|(prefix, path)| (prefix.clone(), absolute(path)))
            .collect()
    }

    /// The part that holds for a file, all that fit put together.
    pub fn for_path(&self, path: Option<&Path>) -> Part {
        let mut part = Part {
            daemon: self.daemon.clone(),
            kind: self.kind.clone(),
            disable: self.disable.clone(),
            severity: self.severity.clone(),
            paths: Vec::new(),
        };
        let Some(path) = path else { return part };
        let name = self.relative(path);
        for more in self
            .files
            .iter()
            .filter(|part| part.paths.iter().any(|pattern| matches(pattern, &name)))
        {
            part.daemon = more.daemon.clone().or(part.daemon);
            part.kind = more.kind.clone().or(part.kind);
            part.disable.extend(more.disable.iter().cloned());
            part.severity.extend(more.severity.clone());
        }
        part
    }

    /// A path as seen from the settings file's directory, with `/`.
    fn relative(&self, path: &Path) -> String {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let directory = std::path::absolute(&self.directory).unwrap_or_else(|_| self.directory.clone());
        let path = absolute.strip_prefix(&directory).unwrap_or(path);
        path.to_string_lossy().replace('\\', "/")
    }
}

impl Part {
    fn check(&self) -> Result<(), Trouble> {
        if let Some(name) = self.daemon.as_ref().filter(|name| daemon::find(name).is_none()) {
            let known: Vec<&str> = daemon::ALL.iter().map(|daemon| daemon.name).collect();
            return Err(Trouble::unknown("daemon", name, &known));
        }
        if let Some(kind) = &self.kind {
            let kinds = ["auto", "user", "system"];
            KindOption::from_str(kind, true).map_err(|_| Trouble::unknown("kind", kind, &kinds))?;
        }
        for word in self.disable.iter().chain(self.severity.keys()) {
            let unknown = || Trouble::at(word, format!("there is no rule `{word}`"), &rules::near(word));
            rules::find(word).ok_or_else(unknown)?;
        }
        match self.severity.values().find(|level| severity(level).is_none()) {
            Some(level) => Err(Trouble::unknown(
                "severity",
                level,
                &["error", "warning", "info", "hint"],
            )),
            None => Ok(()),
        }
    }

    /// The rules that are switched off, by code.
    pub fn disabled(&self) -> Vec<&'static str> {
        self.disable
            .iter()
            .filter_map(|word| Some(rules::find(word)?.code))
            .collect()
    }

    /// The severities that are changed, by code.
    pub fn severities(&self) -> Vec<(&'static str, Severity)> {
        let read = |(word, level): (&String, &String)| Some((rules::find(word)?.code, severity(level)?));
        self.severity.iter().filter_map(read).collect()
    }
}

fn cannot_read(path: &Path, error: &io::Error) -> String {
    let cause = format!(
        "cannot read the settings in {}: {}",
        path.display(),
        reason(error)
    );
    let help = match error.kind() {
        io::ErrorKind::InvalidData => "save it as UTF-8",
        _ => "without --config the nearest .cronlint.toml is taken, with --no-config none",
    };
    with_help(&cause, help)
}

fn severity(level: &str) -> Option<Severity> {
    Severity::ALL
        .into_iter()
        .find(|severity| severity.name() == level)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(text: &str, expected: &str) {
        let error = Config::parse(text, Path::new("x/.cronlint.toml")).unwrap_err();
        assert_eq!(error, expected);
    }

    #[test]
    fn what_does_not_exist_is_told_with_its_place_and_a_cure() {
        refused(
            "disable = [\"C999\"]",
            "there is no rule `C999`\n --> x/.cronlint.toml:1:13\n  |\n1 | disable = [\"C999\"]\n  |             ^^^^\n  \
             |\n  = help: `cronlint --list-rules` lists the codes and names",
        );
        refused(
            "# cronei\ndaemon = \"cronei\"\n",
            "there is no daemon `cronei`\n --> x/.cronlint.toml:2:11\n  |\n2 | daemon = \"cronei\"\n  |           ^^^^^^\n  \
             |\n  = help: did you mean `cronie`?",
        );
        refused(
            "colour = true",
            "unknown field `colour`\n --> x/.cronlint.toml:1:1\n  |\n1 | colour = true\n  | ^^^^^^\n  |\n  = help: write \
             one of `daemon`, `kind`, `tz`, `fail-on`, `require-reason`, `baseline`, `disable`, `severity`, `paths`, `files`",
        );
        refused(
            "[severity]\nC001 = \"bad\"",
            "there is no severity `bad`\n --> x/.cronlint.toml:2:9\n  |\n2 | C001 = \"bad\"\n  |         ^^^\n  \
             |\n  = help: write `error`, `warning`, `info` or `hint`",
        );
        refused(
            "disable = \"C001\"",
            "invalid type: string \"C001\"\n --> x/.cronlint.toml:1:11\n  |\n1 | disable = \"C001\"\n  \
             |           ^^^^^^\n  |\n  = help: write a list, as in [\"C001\"]",
        );
    }
}
