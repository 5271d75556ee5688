//! From the command line and the environment to a run: the only place that reads either.

use crate::feed::To;
use crate::job::{self, Job};
use crate::options::Arguments;
use crate::outcome::NotStarted;
use crate::run::{self, Options};
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, CommandFactory, FromArgMatches};
use delivery::Monitor;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

/// What the names of our variables begin with.
const PREFIX: &str = "CRONWRAP_";
/// Ours, and no options.
const NO_OPTIONS: [&str; 2] = ["CRONWRAP_SHELL", "CRONWRAP_RUN_ID"];
const DEFAULT_SHELL: &str = "/bin/sh";
/// Where programs are looked for when PATH is not set.
const DEFAULT_PATH: &str = "/bin:/usr/bin";

/// What we were called with.
struct Called {
    arguments: Vec<OsString>,
    /// Our variables, in a fixed order.
    settings: Vec<(String, OsString)>,
    warnings: Vec<String>,
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let mut called = Called {
        arguments: std::env::args_os().collect(),
        settings: settings(),
        warnings: Vec::new(),
    };
    let code = match called.parse() {
        Ok(arguments) => match arguments.completions {
            Some(shell) => completions(shell),
            None => called.run(&arguments),
        },
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            u8::from(error.print().is_err())
        }
        Err(error) => {
            let _ = error.print();
            called.refuse(first_line(&error))
        }
    };
    ExitCode::from(code)
}

fn settings() -> Vec<(String, OsString)> {
    let ours = |(name, value): (OsString, OsString)| {
        name.to_str()
            .filter(|name| name.starts_with(PREFIX))
            .map(|name| (name.to_owned(), value))
    };
    let mut settings: Vec<_> = std::env::vars_os().filter_map(ours).collect();
    settings.sort();
    settings
}

impl Called {
    /// The variables first, then the command line, so that the later wins.
    fn parse(&mut self) -> Result<Arguments, clap::Error> {
        let mut command = Arguments::command();
        let mut all = vec![
            self.arguments
                .first()
                .cloned()
                .unwrap_or_else(|| "cronwrap".into()),
        ];
        for (name, value) in &self.settings {
            if NO_OPTIONS.contains(&name.as_str()) || value.is_empty() {
                continue;
            }
            match as_argument(&command, name, value) {
                Ok(argument) => all.extend(argument),
                Err(text) => self.warnings.push(text),
            }
        }
        all.extend(self.arguments.iter().skip(1).cloned());
        let mut matches = command.try_get_matches_from_mut(all)?;
        Arguments::from_arg_matches_mut(&mut matches)
    }

    fn run(&mut self, arguments: &Arguments) -> u8 {
        let mut options = Options {
            ping_deadline: arguments.ping_deadline,
            log: arguments
                .journal
                .then_some(To::Journal)
                .or(arguments.syslog.then_some(To::Syslog)),
            log_lines: arguments.journal_lines,
            timestamps: arguments.timestamps,
            warnings: std::mem::take(&mut self.warnings),
            ..Options::default()
        };
        options.monitor = monitor(arguments, &mut options.warnings);
        match self.job(arguments) {
            Ok(job) => run::run(&job, options),
            Err(text) => run::refuse(
                &self.nothing(arguments.job.as_deref()),
                options,
                NotStarted::ours(text),
            ),
        }
    }

    /// A command line that cannot be read stops the job, so the monitor is told, if we can make out which.
    fn refuse(&mut self, why: String) -> u8 {
        let before = self.arguments.iter().take_while(|argument| *argument != "--");
        let given: Vec<&str> = before.filter_map(|argument| argument.to_str()).collect();
        let after = |name: &str| {
            let next = given.iter().skip_while(|argument| **argument != name).nth(1);
            let joined = format!("{name}=");
            next.copied()
                .or_else(|| given.iter().find_map(|argument| argument.strip_prefix(&joined)))
        };
        let set = |name: &str| {
            self.settings
                .iter()
                .find(|(of, _)| of == name)
                .and_then(|(_, value)| value.to_str())
        };
        let url = after("--ping")
            .or(set("CRONWRAP_PING_URL"))
            .or(set("CRONWRAP_PING"))
            .map(str::to_owned);
        let file = after("--ping-file").or(set("CRONWRAP_PING_FILE"));
        let url = url.or_else(|| file.and_then(|file| first_line_of(Path::new(file)).ok()));
        let Some(monitor) = url.and_then(|url| Monitor::from_url(&url).ok()) else {
            return crate::outcome::OUR_FAULT;
        };
        let name = after("--job").or(set("CRONWRAP_JOB"));
        let job = self.nothing(name);
        let options = Options {
            monitor: Some(monitor),
            ping_deadline: Duration::from_secs(10),
            ..Options::default()
        };
        run::refuse(&job, options, NotStarted::ours(why))
    }

    /// A job of which we know no more than that there is one.
    fn nothing(&self, name: Option<&str>) -> Job {
        let line: Vec<&OsStr> = self.arguments.iter().skip(1).map(OsString::as_os_str).collect();
        Job {
            name: name.map_or_else(|| job::name(OsStr::new("cronwrap"), &line), str::to_owned),
            ..Job::default()
        }
    }

    fn job(&self, arguments: &Arguments) -> Result<Job, String> {
        let shell = self
            .settings
            .iter()
            .find(|(name, value)| name == "CRONWRAP_SHELL" && !value.is_empty());
        let shell = shell.map_or_else(|| OsString::from(DEFAULT_SHELL), |(_, value)| value.clone());
        let (program, words, named) = match (&arguments.line, &*arguments.command, &*arguments.file) {
            (Some(line), [], rest) => {
                let text = line.to_string_lossy();
                let named = OsString::from(job::program_of_line(&text));
                let words = ["-c".into(), line.clone()]
                    .into_iter()
                    .chain(rest.iter().cloned())
                    .collect();
                (shell, words, named)
            }
            (None, [program, words @ ..], []) => (program.clone(), words.to_vec(), program.clone()),
            (None, [], [file, ..]) => (shell, arguments.file.clone(), file.clone()),
            (None, [], []) => {
                return Err("nothing to run: give a command after --, or a line after -c".to_owned());
            }
            (_, _, [extra, ..]) => {
                let extra = extra.to_string_lossy();
                return Err(format!(
                    "{extra} stands before --: options of cronwrap, then --, then the command"
                ));
            }
            (Some(_), _, _) => return Err("give either -c and a line, or a command after --".to_owned()),
        };
        if program.is_empty() {
            return Err("the command's name is empty".to_owned());
        }
        let line: Vec<&OsStr> = match &arguments.line {
            Some(line) => vec![line],
            None => std::iter::once(&program)
                .chain(&words)
                .map(OsString::as_os_str)
                .collect(),
        };
        let name = arguments.job.clone().unwrap_or_else(|| job::name(&named, &line));
        let shell_is_us = std::env::var_os("SHELL").is_some_and(|set| is_us(&set));
        Ok(Job {
            name,
            merge: arguments.merge,
            unset: self.settings.iter().map(|(name, _)| name.into()).collect(),
            set: shell_is_us
                .then(|| ("SHELL".into(), self.shell()))
                .into_iter()
                .collect(),
            search_path: std::env::var_os("PATH").unwrap_or_else(|| DEFAULT_PATH.into()),
            program,
            arguments: words,
            ..Job::default()
        })
    }

    /// The shell that runs lines.
    fn shell(&self) -> OsString {
        let set = self
            .settings
            .iter()
            .find(|(name, value)| name == "CRONWRAP_SHELL" && !value.is_empty());
        set.map_or_else(|| DEFAULT_SHELL.into(), |(_, value)| value.clone())
    }
}

/// Whether a value of SHELL names cronwrap: then cron took us for the shell, and the job must not.
fn is_us(shell: &OsStr) -> bool {
    Path::new(shell).file_name() == Some(OsStr::new("cronwrap"))
}

/// One of our variables as the option that it stands for; nothing for a switch that is off.
fn as_argument(command: &Command, name: &str, value: &OsStr) -> Result<Option<OsString>, String> {
    let long = name[PREFIX.len()..].to_lowercase().replace('_', "-");
    let names = |argument: &clap::Arg| {
        argument.get_long() == Some(&long)
            || argument
                .get_all_aliases()
                .is_some_and(|all| all.contains(&&*long))
    };
    let Some(argument) = command.get_arguments().find(|argument| names(argument)) else {
        return Err(format!("{name}: there is no option --{long}; ignored"));
    };
    let mut option = OsString::from(format!("--{long}"));
    if matches!(argument.get_action(), ArgAction::SetTrue) {
        return match value.to_str().unwrap_or_default().to_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Ok(Some(option)),
            "0" | "false" | "no" | "off" => Ok(None),
            _ => Err(format!("{name}: neither yes nor no; ignored")),
        };
    }
    option.push("=");
    option.push(value);
    Ok(Some(option))
}

/// The monitor to ping. What is wrong with it is no reason not to run the job.
fn monitor(arguments: &Arguments, warnings: &mut Vec<String>) -> Option<Monitor> {
    let url = match (&arguments.ping, &arguments.ping_file) {
        (Some(url), _) => url.clone(),
        (None, Some(file)) => match first_line_of(file) {
            Ok(url) => url,
            Err(error) => {
                warnings.push(format!("no pings: cannot read {}: {error}", file.display()));
                return None;
            }
        },
        (None, None) => return None,
    };
    Monitor::from_url(&url)
        .map_err(|error| warnings.push(format!("no pings: {error}")))
        .ok()
}

fn first_line_of(file: &Path) -> std::io::Result<String> {
    let text = std::fs::read_to_string(file)?;
    Ok(text.lines().next().unwrap_or_default().trim().to_owned())
}

/// What is wrong with a command line, without the value: it may be a secret.
fn first_line(error: &clap::Error) -> String {
    let about = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => {
            format!(": {}", name.split(['=', ' ']).next().unwrap_or_default())
        }
        _ => String::new(),
    };
    format!("the command line cannot be read: {}{about}", error.kind())
}

fn completions(shell: clap_complete::Shell) -> u8 {
    clap_complete::generate(
        shell,
        &mut Arguments::command(),
        "cronwrap",
        &mut std::io::stdout(),
    );
    0
}
