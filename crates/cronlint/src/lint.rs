//! One text in, its diagnostics out.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use crontab::{Content, Crontab, Daemon, Entry, Kind, Line, daemon};
use diagnostic::{Diagnostic, Severity};
use schedule::ParseErrorKind;

use crate::command::{Command, Whole};
use crate::rule::{File, Job};
use crate::rules::RULES;

/// How a text is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Settings<'a> {
    /// The path under which it was found, if it was a file.
    pub path: Option<&'a str>,
    /// Whether it has a user column; none: told by its path, else by its content.
    pub kind: Option<Kind>,
    /// The daemon that is to run it.
    pub daemon: &'static Daemon,
    /// Whether the machine may be asked what it holds.
    pub live: bool,
    /// The time from which the next runs are told.
    pub now: DateTime<Utc>,
}

impl Default for Settings<'_> {
    fn default() -> Self {
        Settings {
            path: None,
            kind: None,
            daemon: &daemon::DEBIAN,
            live: false,
            now: NaiveDate::from_ymd_opt(2026, 1, 1)
                .unwrap_or_default()
                .and_time(NaiveTime::MIN)
                .and_utc(),
        }
    }
}

/// Looks at one crontab with every rule.
pub fn lint(text: &[u8], settings: &Settings<'_>) -> Vec<Diagnostic> {
    let kind = settings.kind.unwrap_or_else(|| Kind::guess(settings.path, text));
    let crontab = Crontab::parse(text, kind, settings.daemon);
    let jobs = jobs(&crontab);
    let commands: Vec<Command<'_>> = jobs.iter().map(Command::new).collect();
    let file = File {
        crontab: &crontab,
        path: settings.path,
        jobs: &jobs,
        commands: &commands,
        live: settings.live,
        now: settings.now,
    };
    let mut diagnostics: Vec<Diagnostic> = RULES
        .iter()
        .flat_map(|rule| {
            (rule.check)(&file)
                .into_iter()
                .map(|finding| finding.into_diagnostic(rule))
        })
        .collect();
    diagnostics.sort_by(|a, b| {
        (a.span.start, b.severity, a.code, a.span.end).cmp(&(b.span.start, a.severity, b.code, b.span.end))
    });
    diagnostics
}

/// The worst of the diagnostics.
pub fn worst(diagnostics: &[Diagnostic]) -> Option<Severity> {
    diagnostics.iter().map(|diagnostic| diagnostic.severity).max()
}

fn jobs<'t>(crontab: &'t Crontab<'t>) -> Vec<Job<'t>> {
    let entries = crontab
        .lines
        .iter()
        .enumerate()
        .filter_map(|(index, line)| match &line.content {
            Content::Entry(entry) if command_is_known(entry) => Some((index, line, &**entry)),
            _ => None,
        });
    let job = |(index, line, entry): (usize, &'t Line<'t>, &'t Entry<'t>)| {
        let script = shell::parse(&entry.command.text);
        let cut = entry.input.is_some() && !script.errors.is_empty();
        let start = entry.command.span.start;
        let whole = || Whole::read(crontab.text.get(start..entry.rest.end)?, start);
        Job {
            line,
            entry,
            environment: crontab.environment(index),
            script,
            whole: if cut { whole() } else { None },
        }
    };
    entries.map(job).collect()
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
