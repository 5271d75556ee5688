//! What a job finds: its variables, its directory, its shell.

use crate::assignment::Assignment;
use crate::{Crontab, Daemon, Span};

/// The account under which a job runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its home directory.
    pub home: &'a str,
    /// Its login shell.
    pub shell: &'a str,
}

/// What an entry finds in its environment: the daemon's defaults and the assignments above it.
#[derive(Clone, Copy, Debug)]
pub struct Environment<'c> {
    crontab: &'c Crontab<'c>,
    line: usize,
}

/// Where a variable's value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'c> {
    /// The crontab sets it.
    Crontab {
        /// The value.
        text: &'c str,
        /// Where the value is.
        span: Span,
        /// The index of the line.
        line: usize,
    },
    /// The daemon sets it.
    Daemon(&'static str),
    /// The daemon takes it from the account.
    Account,
    /// The daemon hands on its own environment, which may have it.
    Inherited,
    /// Nobody sets it.
    Unset,
}

impl<'c> Value<'c> {
    /// The text, where it does not depend on the account or the daemon's own environment.
    pub fn text(&self) -> Option<&'c str> {
        match *self {
            Value::Crontab { text, .. } => Some(text),
            Value::Daemon(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the job finds it for certain.
    pub fn is_set(&self) -> bool {
        !matches!(self, Value::Inherited | Value::Unset)
    }
}

impl<'c> Environment<'c> {
    pub(crate) fn new(crontab: &'c Crontab<'_>, line: usize) -> Environment<'c> {
        Environment { crontab, line }
    }

    /// A variable of the job.
    ///
    /// ```
    /// use crontab::{Crontab, Kind, daemon};
    ///
    /// let text = b"0 5 * * * first\nPATH=/opt/bin\n0 6 * * * second\n";
    /// let crontab = Crontab::parse(text, Kind::User, &daemon::DEBIAN);
    /// assert_eq!(crontab.environment(2).get("PATH").text(), Some("/opt/bin"));
    /// // A line holds for those below it.
    /// assert_ne!(crontab.environment(0).get("PATH").text(), Some("/opt/bin"));
    /// ```
    pub fn get(&self, name: &str) -> Value<'c> {
        let daemon = self.crontab.daemon;
        let gives = daemon.gives;
        let forced = match name {
            "HOME" => gives.home,
            "LOGNAME" => gives.logname,
            "USER" => gives.user,
            _ => false,
        };
        if forced {
            return Value::Account;
        }
        if let Some((line, assignment)) = self.crontab.assignment_at(name, self.line) {
            return Value::Crontab {
                text: &assignment.value,
                span: assignment.value_span.clone(),
                line,
            };
        }
        match name {
            "HOME" if daemon.runs_in_home || !daemon.gives.own.has("HOME") => Value::Account,
            "PATH" => daemon.path.map_or(Value::Inherited, Value::Daemon),
            "SHELL" => daemon.shell.map_or(Value::Account, Value::Daemon),
            _ if daemon.gives.own.has(name) => Value::Inherited,
            _ => Value::Unset,
        }
    }

    /// The assignment in force for a variable.
    pub fn assignment(&self, name: &str) -> Option<&'c Assignment<'c>> {
        self.crontab
            .assignment_at(name, self.line)
            .map(|(_, assignment)| assignment)
    }

    /// The directories that are searched for programs, as one value.
    pub fn path(&self) -> Value<'c> {
        self.get("PATH")
    }

    /// The program that reads the command.
    pub fn shell(&self) -> Value<'c> {
        self.get("SHELL")
    }

    /// Every variable that the daemon hands to the shell, sorted by name. The shell itself may add some (PWD)
    /// or drop those whose names are no identifiers; PAM may add those of /etc/environment.
    pub fn variables(&self, account: Account<'_>) -> Vec<(String, String)> {
        let mut names = self.crontab.assigned_names();
        names.extend(["HOME", "PATH", "LOGNAME", "USER"]);
        if self.crontab.daemon.gives.shell {
            names.push("SHELL");
        }
        names.sort_unstable();
        names.dedup();
        names
            .into_iter()
            .filter_map(|name| {
                let value = match self.get(name) {
                    Value::Account if name == "HOME" => account.home.to_owned(),
                    Value::Account if name == "SHELL" => account.shell.to_owned(),
                    Value::Account => account.name.to_owned(),
                    value => value.text()?.to_owned(),
                };
                Some((name.to_owned(), value))
            })
            .collect()
    }

    /// The job's umask. No daemon here sets one: a job gets the daemon's, which is this unless whoever starts the
    /// daemon, or PAM, chooses another.
    pub fn umask(&self) -> u32 {
        0o022
    }

    /// The directory in which the job runs, or none if the daemon does not run it; `enterable` tells whether
    /// the account can enter a directory, given by its absolute path.
    pub fn directory(&self, account: Account<'_>, enterable: impl Fn(&str) -> bool) -> Option<String> {
        let daemon: &Daemon = self.crontab.daemon;
        if !daemon.runs_in_home {
            return Some(daemon.directory.to_owned());
        }
        let home = match self.get("HOME") {
            Value::Crontab { text, .. } => text,
            _ => account.home,
        };
        let home = match home.as_bytes() {
            [] => return daemon.fallback_directory.map(str::to_owned),
            [b'/', ..] => home.to_owned(),
            _ => format!("{}/{home}", daemon.directory.trim_end_matches('/')),
        };
        if enterable(&home) {
            Some(home)
        } else {
            daemon.fallback_directory.map(str::to_owned)
        }
    }
}
