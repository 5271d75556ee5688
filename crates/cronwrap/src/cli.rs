//! From the command line and the environment to a run: the only place that reads either.

use crate::job::{self, Job};
use crate::options::Arguments;
use crate::other;
use crate::outcome::{NotStarted, OUR_FAULT};
use crate::run;
use crate::setup::{self, World};
use crate::terminal::Place;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgAction, Command, CommandFactory, FromArgMatches, Parser};
use reporting::Settings;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;

/// What the names of our variables begin with.
const PREFIX: &str = "CRONWRAP_";
/// Ours, and no options; CRONWRAP_JOB is one that a shell line's own name comes before.
const NO_OPTIONS: [&str; 3] = ["CRONWRAP_SHELL", "CRONWRAP_JOB", "CRONWRAP_RUN_ID"];
/// How to be let in by etcd; read where a lock asks for it.
const ETCD: &str = "CRONWRAP_ETCD_";
/// What shells take as single letters, and so may stand before the `c` of `-lc`.
const SHELL_LETTERS: &str = "abefhiklmnprstuvxBCEHPT";

/// What we were called with.
struct Called {
    arguments: Vec<OsString>,
    world: World,
    warnings: Vec<String>,
    /// The options of this job in the settings.
    in_settings: Vec<(String, String)>,
}

/// Runs the program.
pub(crate) fn main() -> ExitCode {
    let world = World {
        settings: settings(),
        search_path: std::env::var_os("PATH"),
        variable: |name| std::env::var_os(name),
        temporary_directory: std::env::temp_dir(),
        runtime_directory: std::env::var_os("XDG_RUNTIME_DIR"),
        shell: std::env::var_os("SHELL"),
    };
    let mut called = Called {
        arguments: combined_forms(std::env::args_os().collect()),
        world,
        warnings: Vec::new(),
        in_settings: Vec::new(),
    };
    let code = match called.parse() {
        Ok(arguments) => match arguments.completions {
            Some(shell) => completions(shell),
            None if other::is_wanted(&arguments.other) => called.other(&arguments),
            None => called.run(arguments),
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

/// Takes the combined forms of `-c` that shells know apart: `-lc LINE` is `-c LINE` for a shell called with `-l`.
fn combined_forms(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let letters = |argument: &OsString| -> Option<String> {
        let letters = argument.to_str()?.strip_prefix('-')?.strip_suffix('c')?;
        (!letters.is_empty() && letters.chars().all(|c| SHELL_LETTERS.contains(c)))
            .then(|| letters.to_owned())
    };
    let ours = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--" && *argument != "-c");
    if let Some((at, letters)) = ours
        .enumerate()
        .find_map(|(at, argument)| Some((at + 1, letters(argument)?)))
    {
        arguments.splice(
            at..=at,
            [format!("--shell-flags=-{letters}").into(), OsString::from("-c")],
        );
    }
    arguments
}

impl Called {
    /// The variables first, then the command line, so that the later wins.
    fn parse(&mut self) -> Result<Arguments, clap::Error> {
        if let Some(plain) = self.plain() {
            return Ok(plain);
        }
        let mut command = Arguments::command();
        let mut all = vec![
            self.arguments
                .first()
                .cloned()
                .unwrap_or_else(|| "cronwrap".into()),
        ];
        for (name, value) in &self.in_settings {
            // As the variable of this name would be read, switches and all.
            let name = format!("{PREFIX}{}", name.to_uppercase().replace('-', "_"));
            match as_argument(&command, &name, OsStr::new(value)) {
                Ok(argument) => all.extend(argument),
                Err(text) => self.warnings.push(text),
            }
        }
        for (name, value) in &self.world.settings {
            if NO_OPTIONS.contains(&name.as_str()) || name.starts_with(ETCD) || value.is_empty() {
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

    fn other(&mut self, arguments: &Arguments) -> u8 {
        let settings = setup::settings(arguments, &self.world);
        let job = setup::job(arguments, &self.world, &mut Vec::new());
        other::run(arguments, &self.world, settings, job.ok().as_ref())
    }

    /// What needs no parser: `cronwrap [SWITCH]... -- COMMAND ...`, and `cronwrap [SWITCH]... -c LINE` as cron calls a
    /// shell. Preparing the parser costs a third of what cronwrap costs in all.
    fn plain(&self) -> Option<Arguments> {
        let mut arguments = Arguments::default();
        for (name, value) in &self.world.settings {
            if !NO_OPTIONS.contains(&&**name) && !value.is_empty() && switch(value)? {
                let long = name[PREFIX.len()..].to_lowercase().replace('_', "-");
                plain_switch(&long)?(&mut arguments);
            }
        }
        let mut words = self.arguments.get(1..)?;
        while let [first, rest @ ..] = words {
            match (first.to_str()?, rest) {
                ("--", _) => {
                    arguments.command = rest.to_vec();
                    return Some(arguments);
                }
                ("-c", [line]) => {
                    arguments.line = Some(line.clone());
                    return Some(arguments);
                }
                (word, _) => plain_switch(word.strip_prefix("--")?)?(&mut arguments),
            }
            words = rest;
        }
        None
    }

    fn run(&mut self, arguments: Arguments) -> u8 {
        let settings = setup::settings(&arguments, &self.world);
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.extend(settings.problems().iter().map(ToString::to_string));
        let arguments = &self.with_settings(arguments, &settings, &mut warnings);
        let job = setup::job(arguments, &self.world, &mut warnings);
        let name = job.as_ref().map_or_else(
            |_| self.nothing(arguments.job.as_deref()).name,
            |job| job.name.clone(),
        );
        let mut options = setup::options(
            arguments,
            job.as_ref().ok(),
            &name,
            &self.world,
            &settings,
            warnings,
        );
        match job {
            Ok(mut job) => {
                if !job.foreground && !job.pty {
                    match Place::find() {
                        Place::Apart => {}
                        Place::Ours => job.foreground = true,
                        Place::Foreground(terminal) => options.plan.terminal = Some(terminal),
                    }
                }
                run::run(&job, options)
            }
            Err(why) => run::refuse(&self.nothing(Some(&name)), options, NotStarted::ours(why)),
        }
    }

    /// The arguments with what the settings say of this job in front, so that the command line wins.
    fn with_settings(
        &mut self,
        arguments: Arguments,
        settings: &Settings,
        warnings: &mut Vec<String>,
    ) -> Arguments {
        let named = setup::job(&arguments, &self.world, &mut Vec::new()).map(|job| job.name);
        let of_job = settings.job(&named.or(arguments.job.clone().ok_or(())).unwrap_or_default());
        if of_job.options.is_empty() {
            return arguments;
        }
        self.in_settings = of_job.options.into_iter().collect();
        match self.parse() {
            Ok(arguments) => arguments,
            Err(error) => {
                warnings.push(format!(
                    "the settings of this job cannot be used: {}",
                    first_line(&error)
                ));
                arguments
            }
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
        let set = |name: &str| self.world.setting(name).and_then(OsStr::to_str);
        let url = after("--ping")
            .or(set("CRONWRAP_PING_URL"))
            .or(set("CRONWRAP_PING"))
            .map(str::to_owned);
        let file = after("--ping-file").or(set("CRONWRAP_PING_FILE"));
        let url = url.or_else(|| file.and_then(|file| setup::first_line_of(Path::new(file)).ok()));
        let job = self.nothing(after("--job").or(set("CRONWRAP_JOB")));
        let Ok(arguments) = Arguments::try_parse_from(["cronwrap"]) else {
            return OUR_FAULT;
        };
        let settings = setup::settings(&arguments, &self.world);
        let mut options = setup::options(
            &arguments,
            Some(&job),
            &job.name,
            &self.world,
            &settings,
            Vec::new(),
        );
        if let Some(telling) = &mut options.telling {
            telling.url = url;
        }
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
}

/// The switches that are understood without the parser; a test compares them with what the parser says.
fn plain_switch(long: &str) -> Option<fn(&mut Arguments)> {
    Some(match long {
        "journal" => |arguments| arguments.telling.journal = true,
        "merge" => |arguments| arguments.output.merge = true,
        "no-record" => |arguments| arguments.recording.no_record = true,
        "no-stdin" => |arguments| arguments.output.no_stdin = true,
        "quiet" => |arguments| arguments.output.quiet = true,
        _ => return None,
    })
}

/// Whether a variable's value says yes or no, if it says either.
fn switch(value: &OsStr) -> Option<bool> {
    match value.to_str().unwrap_or_default().to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
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
    let switch = switch(value);
    let optional = argument
        .get_num_args()
        .is_some_and(|values| values.min_values() == 0);
    match (matches!(argument.get_action(), ArgAction::SetTrue), switch) {
        (true, Some(true)) => Ok(Some(option)),
        (true, Some(false)) => Ok(None),
        (true, None) => Err(format!("{name}: neither yes nor no; ignored")),
        (false, Some(true)) if optional => Ok(Some(option)),
        (false, Some(false)) if optional => Ok(None),
        (false, _) => {
            option.push("=");
            option.push(value);
            Ok(Some(option))
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Called with these variables and words, and nothing else around.
    fn called(settings: &[(&str, &str)], words: &[&str]) -> Called {
        let world = World {
            settings: settings
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.into()))
                .collect(),
            search_path: None,
            variable: |_| None,
            temporary_directory: "/tmp".into(),
            runtime_directory: None,
            shell: None,
        };
        Called {
            arguments: std::iter::once(&"cronwrap")
                .chain(words)
                .map(OsString::from)
                .collect(),
            world,
            warnings: Vec::new(),
            in_settings: Vec::new(),
        }
    }

    #[test]
    fn what_needs_no_parser_is_what_the_parser_says() {
        let check = |settings: &[(&str, &str)], words: &[&str], parsed: &[&str]| {
            let plain = called(settings, words).plain().unwrap();
            let words = std::iter::once(&"cronwrap").chain(parsed);
            let mut matches = Arguments::command().try_get_matches_from(words).unwrap();
            let parsed = Arguments::from_arg_matches_mut(&mut matches).unwrap();
            assert_eq!(format!("{plain:?}"), format!("{parsed:?}"));
        };
        check(&[], &["--", "true", "-c"], &["--", "true", "-c"]);
        check(&[], &["--"], &["--"]);
        // After -c the parser takes no value that looks like an option; a shell does.
        check(&[], &["-c", "--job"], &["-c--job"]);
        for name in ["journal", "merge", "no-record", "no-stdin", "quiet"] {
            let (long, variable) = (
                format!("--{name}"),
                format!("CRONWRAP_{}", name.to_uppercase().replace('-', "_")),
            );
            check(&[], &[&long, "--", "true"], &[&long, "--", "true"]);
            check(&[], &[&long, "-c", "true"], &[&long, "-c", "true"]);
            check(&[(&variable, "Yes")], &["--", "true"], &[&long, "--", "true"]);
            check(&[(&variable, "0")], &["--", "true"], &["--", "true"]);
        }
    }

    #[test]
    fn all_else_is_for_the_parser() {
        let check = |settings: &[(&str, &str)], words: &[&str]| {
            assert!(
                called(settings, words).plain().is_none(),
                "{settings:?} {words:?}"
            );
        };
        check(&[], &[]);
        check(&[], &["script"]);
        check(&[], &["--quiet"]);
        check(&[], &["--timeout", "9", "--", "true"]);
        check(&[], &["-c", "true", "$0"]);
        check(&[("CRONWRAP_TIMEOUT", "1")], &["--", "true"]);
        check(&[("CRONWRAP_QUIET", "perhaps")], &["--", "true"]);
    }

    #[test]
    fn the_shells_combined_forms_are_taken_apart() {
        let check = |given: &str, expected: &str| {
            let words = |text: &str| text.split(' ').map(OsString::from).collect::<Vec<_>>();
            assert_eq!(combined_forms(words(given)), words(expected));
        };
        check("cronwrap -lc true", "cronwrap --shell-flags=-l -c true");
        check("cronwrap -euxc true", "cronwrap --shell-flags=-eux -c true");
        check("cronwrap -c -lc", "cronwrap -c -lc");
        check("cronwrap -- sh -lc true", "cronwrap -- sh -lc true");
        check("cronwrap --job -c true", "cronwrap --job -c true");
    }
}
