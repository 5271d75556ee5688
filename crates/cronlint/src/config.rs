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

use crate::options::{FailOn, KindOption};
use crate::rules;

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
                Ok(text) => return Config::parse(&text, &path),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(format!("cannot read {}: {error}", path.display())),
            }
            if directory.join(".git").exists() {
                break;
            }
        }
        Ok(Config::default())
    }

    /// The settings of that file.
    pub(crate) fn read(path: &Path) -> Result<Config, String> {
        let text =
            fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Config::parse(&text, path)
    }

    /// Reads the text of a settings file that lies at `path`; what is wrong in it is told in one message.
    pub fn parse(text: &str, path: &Path) -> Result<Config, String> {
        let fail = |reason: String| format!("{}: {}", path.display(), reason.trim_end());
        let mut config: Config = toml::from_str(text).map_err(|error| fail(error.to_string()))?;
        config.directory = path.parent().map(Path::to_owned).unwrap_or_default();
        config.check().map_err(fail)?;
        Ok(config)
    }

    /// Names that do not exist are told at once.
    fn check(&self) -> Result<(), String> {
        let whole = Part {
            daemon: self.daemon.clone(),
            kind: self.kind.clone(),
            disable: self.disable.clone(),
            severity: self.severity.clone(),
            paths: Vec::new(),
        };
        if let Some(level) = &self.fail_on {
            FailOn::from_str(level, true).map_err(|_| format!("fail-on = \"{level}\" is not known"))?;
        }
        if let Some(prefix) = self.paths.keys().find(|prefix| !prefix.starts_with('/')) {
            return Err(format!(
                "[paths] \"{prefix}\" is no full path on the machine that runs the crontabs"
            ));
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
    fn check(&self) -> Result<(), String> {
        if let Some(name) = self.daemon.as_ref().filter(|name| daemon::find(name).is_none()) {
            let known: Vec<&str> = daemon::ALL.iter().map(|daemon| daemon.name).collect();
            return Err(format!("daemon = \"{name}\" is not known: {}", known.join(", ")));
        }
        if let Some(kind) = &self.kind {
            KindOption::from_str(kind, true)
                .map_err(|_| format!("kind = \"{kind}\" is not auto, user or system"))?;
        }
        for word in self.disable.iter().chain(self.severity.keys()) {
            rules::find(word).ok_or_else(|| format!("there is no rule `{word}`"))?;
        }
        self.severities().map(|_| ())
    }

    /// The rules that are switched off, by code.
    pub fn disabled(&self) -> Vec<&'static str> {
        self.disable
            .iter()
            .filter_map(|word| Some(rules::find(word)?.code))
            .collect()
    }

    /// The severities that are changed, by code.
    pub fn severities(&self) -> Result<Vec<(&'static str, Severity)>, String> {
        let read = |(word, level): (&String, &String)| {
            let severity = Severity::ALL
                .into_iter()
                .find(|severity| severity.name() == level);
            let severity = severity
                .ok_or_else(|| format!("severity \"{level}\" is not error, warning, info or hint"))?;
            Ok((rules::find(word).map_or("", |rule| rule.code), severity))
        };
        self.severity.iter().map(read).collect()
    }
}

/// Whether a pattern with `*`, `?` and `**` fits a path. `*` does not cross a `/`; a pattern without `/` fits the
/// last part alone.
fn matches(pattern: &str, path: &str) -> bool {
    let path = if pattern.contains('/') {
        path
    } else {
        path.rsplit('/').next().unwrap_or(path)
    };
    fits(pattern.as_bytes(), path.as_bytes())
}

/// Goes through the pattern with all the places of the path that it may have reached, so that no pattern takes long.
fn fits(mut pattern: &[u8], path: &[u8]) -> bool {
    // Whether the pattern so far fits the first n bytes.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    loop {
        pattern = match pattern {
            [] => return reached[path.len()],
            [b'*', b'*'] => return reached.contains(&true),
            [b'*', b'*', b'/', rest @ ..] => {
                spread(&mut reached, |at| path[at] == b'/', |_| true);
                rest
            }
            [b'*', rest @ ..] => {
                spread(&mut reached, |_| true, |at| path[at] != b'/');
                rest
            }
            [first, rest @ ..] => {
                for at in (0..path.len()).rev() {
                    let byte = path[at];
                    let same = *first == byte || *first == b'?' && byte != b'/';
                    reached[at + 1] = reached[at] && same;
                }
                reached[0] = false;
                rest
            }
        };
    }
}

/// Every place behind one that is reached, as far as `goes` over a byte, if the byte before it `ends` so.
fn spread(reached: &mut [bool], ends: impl Fn(usize) -> bool, goes: impl Fn(usize) -> bool) {
    let mut on = false;
    for (at, here) in reached.iter_mut().enumerate() {
        on = on && goes(at - 1);
        let before = *here;
        *here = before || on && ends(at - 1);
        on |= before;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, path: &str, expected: bool) {
        assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
    }

    #[test]
    fn patterns_fit_as_in_gitignore() {
        check("*.cron", "deploy/x.cron", true);
        check("deploy/*.cron", "deploy/x.cron", true);
        check("deploy/*.cron", "deploy/a/x.cron", false);
        check("deploy/**", "deploy/a/x.cron", true);
        check("**/cron.d/*", "a/b/cron.d/x", true);
        check("**/cron.d/*", "cron.d/x", true);
        check("x?", "xy", true);
        check("crontab", "x/crontab.txt", false);
        check("a*c/**/d", "abc/x/y/d", true);
        check("a*c/**/d", "ab/c/d", false);
        check("a/**", "a", false);
        check("**", "", true);
        check("*/*", "a/b/c", false);
    }

    #[test]
    fn no_pattern_takes_long() {
        check(&("*a".repeat(200) + "/x"), &("a".repeat(400) + "/y"), false);
        check(&("**/".repeat(200) + "x"), &("a/".repeat(400) + "y"), false);
    }

    fn refused(text: &str, reason: &str) {
        let error = Config::parse(text, Path::new("x/.cronlint.toml")).unwrap_err();
        assert!(error.contains(reason), "{error}");
    }

    #[test]
    fn what_does_not_exist_is_told() {
        refused("disable = [\"C999\"]", "there is no rule `C999`");
        refused("daemon = \"systemd\"", "is not known: debian");
        refused("colour = true", "unknown field `colour`");
        refused("[severity]\nC001 = \"bad\"", "is not error");
        refused("fail-on = \"x\"", "fail-on");
    }
}
