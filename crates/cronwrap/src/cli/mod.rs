//! From the command line and the environment to a run: the only place that reads either.

mod idle;
mod plain;
mod words;
mod wrong;

use self::idle::idle;
use self::plain::plain;
use self::words::{ETCD, NO_OPTIONS, PREFIX, as_argument, colour, combined_forms};
use crate::job::{self, Job};
use crate::options::Arguments;
use crate::outcome::{NotStarted, OUR_FAULT};
use crate::run;
use crate::setup::{self, World};
use crate::terminal::Place;
use crate::without_job;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, FromArgMatches, Parser};
use reporting::Settings;
use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

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
            None if arguments.without_job.is_wanted() => called.without_job(&arguments),
            None => called.run(arguments),
        },
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            u8::from(error.print().is_err())
        }
        Err(error) => {
            let why = first_line(&error);
            let _ = wrong::with_cure(error, &called.arguments).print();
            called.refuse(why)
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
        if let Some(plain) = plain(&self.world.settings, &self.arguments) {
            return Ok(plain);
        }
        let mut command = Arguments::command().color(colour(&self.world.settings, &self.arguments));
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

    fn without_job(&mut self, arguments: &Arguments) -> u8 {
        let settings = setup::settings(arguments, &self.world);
        let job = setup::job(arguments, &self.world, &mut Vec::new());
        let (text, code) = without_job::run(arguments, &self.world, settings, job.ok().as_ref());
        let written = std::io::stdout().write_all(text.as_bytes());
        if written.is_err() {
            without_job::NO_ANSWER
        } else {
            code
        }
    }

    fn run(&mut self, arguments: Arguments) -> u8 {
        let settings = setup::settings(&arguments, &self.world);
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.extend(settings.problems().iter().map(ToString::to_string));
        let arguments = &self.with_settings(arguments, &settings, &mut warnings);
        warnings.extend(idle(&self.arguments, arguments));
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
            Err(why) => run::refuse(&self.nothing(Some(&name)), options, NotStarted::ours(why), false),
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
        run::refuse(&job, options, NotStarted::ours(why), true)
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
