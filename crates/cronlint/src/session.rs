//! One run over files: reads them, lints them under their settings, and hands back reports.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use chrono::{DateTime, Utc};
use clap::ValueEnum;
use crontab::{Daemon, Kind, daemon};
use diagnostic::{Diagnostic, Report, Severity, Source};
use host::Machine;
use schedule::Zone;

use crate::busiest_minute::BusiestMinute;
use crate::complaint::{reason, with_help};
use crate::config::{Config, Part};
use crate::discover::{self, Input};
use crate::fix::fix;
use crate::lint::{Settings, lint};
use crate::options::{FailOn, KindOption, Options};
use crate::repository::Repository;
use crate::shellcheck::ShellCheck;
use crate::{baseline, changed, patch, zone};

/// A run: the options and what was read because of them.
pub(crate) struct Session<'o> {
    options: &'o Options,
    /// Hears what goes wrong or was done, when it happens.
    complain: fn(&str),
    config: Config,
    known: BTreeSet<String>,
    /// The machine that may be asked, and its daemon.
    machine: Option<Machine>,
    installed: Option<&'static Daemon>,
    shellcheck: Option<ShellCheck>,
    /// The repositories of the files so far, by their directories.
    repositories: RefCell<BTreeMap<PathBuf, Option<Rc<Repository>>>>,
    now: DateTime<Utc>,
    zone: Option<Zone>,
    busiest: Option<BusiestMinute>,
    /// Whether something could not be read or written.
    pub(crate) failed: bool,
}

/// A text that was read.
pub(crate) struct Text {
    pub(crate) input: Input,
    pub(crate) bytes: Vec<u8>,
}

impl<'o> Session<'o> {
    /// Reads the settings file and the baseline.
    pub(crate) fn new(
        options: &'o Options,
        now: DateTime<Utc>,
        complain: fn(&str),
    ) -> Result<Session<'o>, String> {
        let config = match &options.config {
            Some(path) => Config::read(path)?,
            None if options.no_config => Config::default(),
            None => Config::find()?,
        };
        let listed = config.baseline.as_ref().map(|path| config.directory.join(path));
        let known = match options.baseline.as_ref().or(listed.as_ref()) {
            Some(path) => baseline::read(path)?,
            None => BTreeSet::new(),
        };
        if options.unsafe_fixes && !(options.fix || options.diff) {
            let help = "`--diff --unsafe-fixes` shows what they would change";
            return Err(with_help("--unsafe-fixes without --fix or --diff", help));
        }
        let machine = machine(options)?;
        let zone = match options.tz.as_ref().or(config.tz.as_ref()) {
            Some(name) => Some(
                zone::named(name)
                    .ok_or_else(|| with_help(&format!("there is no time zone `{name}`"), zone::NAMES))?,
            ),
            None => machine.as_ref().and_then(Machine::zone),
        };
        let shellcheck = options.shellcheck.then(ShellCheck::find);
        // Without it the rest is linted all the same.
        let shellcheck_is_there = !matches!(&shellcheck, Some(Err(_)));
        let shellcheck = shellcheck.and_then(|found| found.inspect_err(|reason| complain(reason)).ok());
        let installed = machine.as_ref().and_then(Machine::cron_daemon);
        Ok(Session {
            options,
            complain,
            config,
            known,
            installed: installed.map(|installed| installed.daemon),
            machine,
            shellcheck,
            repositories: RefCell::default(),
            now,
            zone,
            busiest: None,
            failed: !shellcheck_is_there,
        })
    }

    /// The least severity that counts.
    pub(crate) fn fail_on(&self) -> FailOn {
        let configured = || FailOn::from_str(self.config.fail_on.as_deref()?, true).ok();
        self.options
            .fail_on
            .or_else(configured)
            .unwrap_or(FailOn::Warning)
    }

    /// Reads everything that the paths name; what cannot be read is told and left out.
    pub(crate) fn read(&mut self) -> Vec<Text> {
        let mut texts = Vec::new();
        for input in self.inputs() {
            match self.content(&input) {
                Ok(bytes) => texts.push(Text { input, bytes }),
                Err(_) if self.leads_nowhere(&input) => texts.push(Text {
                    input,
                    bytes: Vec::new(),
                }),
                Err(error) => self.fail(&cannot_read(&input.name(), &error)),
            }
        }
        if texts.len() > 1 {
            self.busiest = self.busiest_of(&texts);
        }
        texts
    }

    /// Each text is parsed here and again when it is linted: a parsed crontab takes some thirty times its bytes, so
    /// there is one at a time.
    fn busiest_of(&self, texts: &[Text]) -> Option<BusiestMinute> {
        BusiestMinute::over(texts.iter().map(|text| {
            self.with_settings(&text.input, |settings| {
                let crontab = settings.parse(&text.bytes);
                (settings.path.map(str::to_owned), text.input.name(), crontab)
            })
        }))
    }

    /// The crontabs of the machine itself.
    fn own(&mut self, machine: &Machine) -> Vec<Input> {
        let found = machine.crontabs();
        if found.is_empty() {
            let cause = "no crontab in /etc/crontab, /etc/cron.d or the spool, or none that may be read";
            self.fail(&with_help(cause, "try as root"));
        }
        // A link that leads nowhere is no text, but a finding.
        found
            .into_iter()
            .map(|path| Input::File(machine.outside(&path)))
            .collect()
    }

    fn inputs(&mut self) -> Vec<Input> {
        if let (true, Some(machine)) = (self.options.host, self.machine.clone()) {
            return self.own(&machine);
        }
        let here = [PathBuf::from(".")];
        let paths = if self.options.paths.is_empty() {
            &here[..]
        } else {
            &self.options.paths
        };
        let mut inputs = Vec::new();
        for path in paths {
            if self.is_link(path) {
                inputs.push(Input::File(path.clone()));
                continue;
            }
            let found = discover::crontabs(path);
            for unreadable in &found.unreadable {
                self.fail(&cannot_read(
                    &unreadable.path.display().to_string(),
                    &unreadable.error,
                ));
            }
            if found.inputs.is_empty() && found.unreadable.is_empty() {
                let cause = format!("no crontab in {}", path.display());
                self.fail(&with_help(
                    &cause,
                    "name the files: what is looked for is in `cronlint --help`",
                ));
            }
            inputs.extend(found.inputs);
        }
        // What is named twice is looked at once.
        let mut seen = BTreeSet::new();
        inputs.retain(|input| seen.insert(input.name().trim_start_matches("./").to_owned()));
        inputs
    }

    /// What is found in a text, without what the baseline or `--diff-base` leaves out.
    pub(crate) fn report<'t>(&mut self, text: &'t Text) -> Report<'t> {
        let found = self.with_settings(&text.input, |settings| lint(&text.bytes, settings));
        self.report_of(text, found)
    }

    fn report_of<'t>(&mut self, text: &'t Text, found: Vec<Diagnostic>) -> Report<'t> {
        let mut report = Report::new(Source::new(text.input.name(), &text.bytes), found);
        if !self.known.is_empty() {
            baseline::leave_out(&mut report, &self.known);
        }
        if let (Some(revision), Some(path)) = (&self.options.diff_base, text.input.path()) {
            match changed::lines(path, revision) {
                Ok(Some(lines)) => {
                    let source = &report.source;
                    let on_changed = |found: &Diagnostic| {
                        let line = source.position(found.span.start).line;
                        lines.iter().any(|range| range.contains(&line))
                    };
                    report.diagnostics.retain(on_changed);
                }
                Ok(None) => {}
                Err(reason) => self.fail(&reason),
            }
        }
        report
    }

    /// The text after its fixes, and how many there were.
    pub(crate) fn fixed(&self, text: &Text) -> (Vec<u8>, usize) {
        let with_unsafe = self.options.unsafe_fixes;
        let fixed = self.with_settings(&text.input, |settings| {
            // ShellCheck has no say in what cronlint's own fixes do.
            let settings = Settings {
                shellcheck: None,
                ..*settings
            };
            fix(&text.bytes, &settings, with_unsafe)
        });
        (fixed.text, fixed.applied)
    }

    /// Fixes a text where it is: a file in its place, the standard input in memory alone.
    pub(crate) fn fix_in_place(&mut self, text: &mut Text) {
        let (fixed, applied) = self.fixed(text);
        match text.input.path() {
            None => {}
            Some(_) if fixed == text.bytes => {}
            Some(path) => {
                if let Err(error) = patch::write(path, &fixed) {
                    self.fail(&format!("cannot write {}: {}", path.display(), reason(&error)));
                    return;
                }
                if !self.options.quiet {
                    let findings = if applied == 1 { "finding" } else { "findings" };
                    (self.complain)(&format!("{}: {applied} {findings} fixed", path.display()));
                }
            }
        }
        text.bytes = fixed;
    }

    /// What is in a file; links of a machine elsewhere lead to its own files.
    fn content(&self, input: &Input) -> io::Result<Vec<u8>> {
        let Some(path) = input.path() else {
            return read(input);
        };
        let own = self.machine.as_ref().filter(|machine| !machine.is_here());
        let way = own.and_then(|machine| Some((machine, machine.inside(path)?)));
        match way {
            Some((machine, inside)) => std::fs::read(machine.outside(&machine.way(&inside)?.real)),
            None => read(input),
        }
    }

    /// Whether a crontab of the machine's is a link to no file, of which a rule tells.
    fn leads_nowhere(&self, input: &Input) -> bool {
        let Some((machine, path)) = self.machine.as_ref().zip(input.path()) else {
            return false;
        };
        let inside = machine.inside(path).unwrap_or_default();
        machine.state(&inside).is_err() && self.is_link(path)
    }

    /// Whether a path of the machine's is a link, which only the machine itself can follow.
    fn is_link(&self, path: &Path) -> bool {
        let own = self.machine.as_ref();
        let way = own.and_then(|machine| Some((machine, machine.inside(path)?)));
        way.is_some_and(|(machine, path)| machine.link_state(&path).is_ok_and(|state| state.link))
    }

    /// The repository around a file.
    fn repository(&self, path: &Path) -> Option<Rc<Repository>> {
        let directory = std::path::absolute(path).ok()?.parent()?.to_owned();
        let mut repositories = self.repositories.borrow_mut();
        let known = repositories
            .entry(directory)
            .or_insert_with(|| Repository::around(path, &self.config.mappings()).map(Rc::new));
        known.clone()
    }

    fn with_settings<T>(&self, input: &Input, then: impl FnOnce(&Settings<'_>) -> T) -> T {
        let part = self.config.for_path(input.path());
        let disabled = part.disabled();
        let severities: Vec<(&str, Severity)> = part.severities();
        let daemon = self
            .options
            .daemon
            .as_deref()
            .or(part.daemon.as_deref())
            .and_then(daemon::find)
            .or(self.installed);
        let inside = |machine: &Machine| machine.inside(input.path()?);
        let path = self.machine.as_ref().and_then(inside);
        let path = path.as_deref().or(input.path());
        let repository = input.path().and_then(|path| self.repository(path));
        then(&Settings {
            path: path.and_then(Path::to_str),
            kind: self.kind(&part),
            daemon: daemon.unwrap_or(&daemon::DEBIAN),
            live: self.machine.as_ref(),
            shellcheck: self.shellcheck.as_ref(),
            repository: repository.as_deref(),
            require_reason: self.options.require_reason || self.config.require_reason == Some(true),
            disabled: &disabled,
            severities: &severities,
            now: self.now,
            zone: self.zone.as_ref(),
            busiest: self.busiest.as_ref(),
        })
    }

    fn kind(&self, part: &Part) -> Option<Kind> {
        let configured = || KindOption::from_str(part.kind.as_deref()?, true).ok();
        self.options.kind.or_else(configured).and_then(KindOption::kind)
    }

    /// Tells what went wrong; the run goes on.
    pub(crate) fn fail(&mut self, message: &str) {
        (self.complain)(message);
        self.failed = true;
    }
}

/// The machine that the options let cronlint ask.
fn machine(options: &Options) -> Result<Option<Machine>, String> {
    match &options.root {
        Some(root) if !(options.live || options.host) => {
            let cause = format!("--root {} without --live or --host", root.display());
            let help = "`--live FILE` asks that machine about one crontab, `--host` about its own";
            Err(with_help(&cause, help))
        }
        Some(root) if !root.is_dir() => {
            let cause = format!("--root {}: no such directory", root.display());
            Err(with_help(&cause, "name the directory in which its `etc` lies"))
        }
        Some(root) => Ok(Some(Machine::at(root))),
        None => Ok((options.live || options.host).then(Machine::here)),
    }
}

fn cannot_read(name: &str, error: &io::Error) -> String {
    let cause = format!("cannot read {name}: {}", reason(error));
    match error.kind() {
        io::ErrorKind::NotFound => {
            with_help(&cause, "name files or directories, or `-` for the standard input")
        }
        io::ErrorKind::PermissionDenied => {
            with_help(&cause, "crontabs of others are root's to read: try as root")
        }
        _ => cause,
    }
}

fn read(input: &Input) -> io::Result<Vec<u8>> {
    match input.path() {
        Some(path) => std::fs::read(path),
        None => {
            let mut text = Vec::new();
            io::stdin().lock().read_to_end(&mut text)?;
            Ok(text)
        }
    }
}
