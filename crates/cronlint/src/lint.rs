//! One text in, its diagnostics out.

use std::collections::HashSet;
use std::panic::resume_unwind;
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use crontab::{Crontab, Daemon, Entry, Kind, daemon};
use diagnostic::{Diagnostic, Severity};
use schedule::{ParseErrorKind, Zone};

use crate::busiest_minute::BusiestMinute;
use crate::command::{Command, Whole};
use host::Machine;

use crate::repository::Repository;
use crate::rule::{File, Finding, Job, LooksAt, Rule};
use crate::rules::{RULES, shellcheck};
use crate::shellcheck::ShellCheck;
use crate::suppress;

/// How a text is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The path under which it was found, if it was a file.
    pub path: Option<&'a str>,
    /// Whether it has a user column; none: told by its path, else by its content.
    pub kind: Option<Kind>,
    /// The daemon that is to run it.
    pub daemon: &'static Daemon,
    /// The machine that runs it, where it may be asked what it holds.
    pub live: Option<&'a Machine>,
    /// ShellCheck, where it is to be asked as well.
    pub shellcheck: Option<&'a ShellCheck>,
    /// The repository that the file lies in, where the scripts that it names may be looked for.
    pub repository: Option<&'a Repository>,
    /// Whether a comment that silences a rule must say why.
    pub require_reason: bool,
    /// Rules that report nothing, by code.
    pub disabled: &'a [&'static str],
    /// Rules with another severity than their own, by code; the last one counts.
    pub severities: &'a [(&'static str, Severity)],
    /// The time from which the next runs are told.
    pub now: DateTime<Utc>,
    /// The zone of the machine that is to run it, where that is known.
    pub zone: Option<&'a Zone>,
    /// The busiest minute over all files, where there are several.
    pub busiest: Option<&'a BusiestMinute>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings {
            path: None,
            kind: None,
            daemon: &daemon::DEBIAN,
            live: None,
            shellcheck: None,
            repository: None,
            require_reason: false,
            disabled: &[],
            severities: &[],
            now: NaiveDate::from_ymd_opt(2026, 1, 1)
                .unwrap_or_default()
                .and_time(NaiveTime::MIN)
                .and_utc(),
            zone: None,
            busiest: None,
        }
    }
}

impl Settings<'_> {
    /// The crontab that a text is under these settings.
    pub(crate) fn parse<'t>(&self, text: &'t [u8]) -> Crontab<'t> {
        let kind = self.kind.unwrap_or_else(|| Kind::guess(self.path, text));
        Crontab::parse(text, kind, self.daemon)
    }
}

/// Looks at one crontab with every rule.
pub fn lint(text: &[u8], settings: &Settings<'_>) -> Vec<Diagnostic> {
    let crontab = settings.parse(text);
    let mut diagnostics = apply(LooksAt::Lines, &file(&crontab, settings, &[], &[]));
    diagnostics.extend(commands(&crontab, settings));
    if let Some(shellcheck) = settings.shellcheck {
        diagnostics.extend(by_shellcheck(shellcheck, &crontab, settings));
    }
    leave_out_repetitions(&mut diagnostics);
    let mut diagnostics = suppress::apply(&crontab, diagnostics, settings.require_reason);
    adjust(&mut diagnostics, settings);
    diagnostics.sort_by(Diagnostic::in_report_order);
    diagnostics
}

/// What ShellCheck finds; that it fails is a finding, too.
fn by_shellcheck(shellcheck: &ShellCheck, crontab: &Crontab<'_>, settings: &Settings<'_>) -> Vec<Diagnostic> {
    let entries = crontab.entries().filter(|(_, entry)| command_is_known(entry));
    let jobs: Vec<Job<'_>> = entries
        .map(|(index, entry)| job(crontab, owner(settings), index, entry))
        .collect();
    shellcheck
        .check(crontab, &jobs, settings)
        .unwrap_or_else(|reason| vec![Finding::new(0..0, reason).into_diagnostic(&shellcheck::RULE)])
}

/// Rules whose finding makes another one's at the same place needless.
const INSTEAD: &[(&str, &str)] = &[("F012", "C003")];

fn leave_out_repetitions(diagnostics: &mut Vec<Diagnostic>) {
    for &(better, other) in INSTEAD {
        let told = diagnostics
            .iter()
            .filter(|found| found.code == better)
            .map(|found| found.span.clone());
        let told: HashSet<_> = told.collect();
        diagnostics.retain(|found| found.code != other || !told.contains(&found.span));
    }
}

/// Takes out what the settings switch off, and changes severities.
fn adjust(diagnostics: &mut Vec<Diagnostic>, settings: &Settings<'_>) {
    if !settings.disabled.is_empty() {
        diagnostics.retain(|diagnostic| !settings.disabled.contains(&diagnostic.code));
    }
    for diagnostic in diagnostics.iter_mut() {
        let changed = settings
            .severities
            .iter()
            .rev()
            .find(|(code, _)| *code == diagnostic.code);
        diagnostic.severity = changed.map_or(diagnostic.severity, |(_, severity)| *severity);
    }
}

/// How many entries are taken apart at a time: enough to be quick, few enough to stay in the cache.
const PORTION: usize = 128;

/// From how many entries on several threads share them.
const MANY: usize = 1024;

/// What the rules about commands find, portion by portion.
fn commands(crontab: &Crontab<'_>, settings: &Settings<'_>) -> Vec<Diagnostic> {
    let entries: Vec<(usize, &Entry<'_>)> = crontab
        .entries()
        .filter(|(_, entry)| command_is_known(entry))
        .collect();
    if entries.len() < MANY {
        return entries
            .chunks(PORTION)
            .flat_map(|portion| commands_of(crontab, settings, portion))
            .collect();
    }
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = entries.len().div_ceil(threads);
    std::thread::scope(|scope| {
        let look = |share: &'_ [(usize, &Entry<'_>)]| -> Vec<Diagnostic> {
            share
                .chunks(PORTION)
                .flat_map(|portion| commands_of(crontab, settings, portion))
                .collect()
        };
        let threads: Vec<_> = entries
            .chunks(share)
            .map(|share| scope.spawn(move || look(share)))
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .collect()
    })
}

fn commands_of(
    crontab: &Crontab<'_>,
    settings: &Settings<'_>,
    entries: &[(usize, &Entry<'_>)],
) -> Vec<Diagnostic> {
    let jobs: Vec<Job<'_>> = entries
        .iter()
        .map(|&(index, entry)| job(crontab, owner(settings), index, entry))
        .collect();
    let commands: Vec<Command<'_>> = jobs.iter().map(Command::new).collect();
    apply(LooksAt::Commands, &file(crontab, settings, &jobs, &commands))
}

fn file<'t>(
    crontab: &'t Crontab<'t>,
    settings: &Settings<'t>,
    jobs: &'t [Job<'t>],
    commands: &'t [Command<'t>],
) -> File<'t> {
    File {
        crontab,
        path: settings.path,
        jobs,
        commands,
        owner: owner(settings),
        live: settings.live,
        repository: settings.repository,
        now: settings.now,
        zone: settings.zone,
        busiest: settings.busiest,
    }
}

fn apply(which: LooksAt, file: &File<'_>) -> Vec<Diagnostic> {
    let find = |rule: &&'static Rule| {
        let rule = *rule;
        (rule.check)(file)
            .into_iter()
            .map(move |finding| finding.into_diagnostic(rule))
    };
    let rules = RULES.iter().filter(|rule| rule.looks_at == which);
    rules.flat_map(find).collect()
}

/// The worst of the diagnostics.
pub fn worst(diagnostics: &[Diagnostic]) -> Option<Severity> {
    diagnostics.iter().map(|diagnostic| diagnostic.severity).max()
}

/// The account whose crontab it is, by its place in the spool.
fn owner<'a>(settings: &Settings<'a>) -> Option<&'a str> {
    host::owner_by_path(Path::new(settings.path?))
}

fn job<'t>(crontab: &'t Crontab<'t>, owner: Option<&'t str>, index: usize, entry: &'t Entry<'t>) -> Job<'t> {
    let script = shell::parse(&entry.command.text);
    let cut = entry.input.is_some() && !script.errors.is_empty();
    let start = entry.command.span.start;
    let whole = || Whole::read(crontab.text.get(start..entry.rest.end)?, start);
    Job {
        line: &crontab.lines[index],
        entry,
        owner,
        environment: crontab.environment(index),
        script,
        whole: if cut { whole() } else { None },
    }
}

/// Whether the command begins where we think: after a schedule that is right or has a wrong number in it, but not
/// after one whose words are not even fields.
fn command_is_known(entry: &Entry<'_>) -> bool {
    if entry.command.text.is_empty() {
        return false;
    }
    match &entry.schedule {
        Ok(_) => true,
        Err(error) => matches!(
            error.kind,
            ParseErrorKind::OutOfRange { .. }
                | ParseErrorKind::ZeroStep
                | ParseErrorKind::StepTooLarge { .. }
                | ParseErrorKind::StepWithoutRange { .. }
                | ParseErrorKind::ReversedRange { .. }
                | ParseErrorKind::Unsupported { .. }
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_value_before_a_nul_byte_has_no_fix() {
        let has_fix = |text: &[u8]| {
            let settings = Settings {
                kind: Some(Kind::User),
                ..Settings::default()
            };
            lint(text, &settings).iter().any(|found| found.fix.is_some())
        };
        assert!(has_fix(b"USER=\n@daily /usr/bin/true\n"));
        assert!(!has_fix(b"USER=\0p\n@daily /usr/bin/true\n"));
        assert!(!has_fix(b"USER=\0p=\n@daily /usr/bin/true\n"));
    }

    #[test]
    fn a_line_of_a_form_feed_alone_has_a_place() {
        for text in [
            &b"\x0c"[..],
            b"0 3 * * * <%= home %>/bin/report\n\x0c",
            b"\x0b\x0c\n",
        ] {
            for found in lint(text, &Settings::default()) {
                assert!(
                    found.span.start <= found.span.end && found.span.end <= text.len(),
                    "{found:?}"
                );
            }
        }
    }
}
