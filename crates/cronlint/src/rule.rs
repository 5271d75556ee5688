//! What a rule is, what it looks at, and what it hands back.

use std::ops::Range;

use chrono::{DateTime, Utc};
use crontab::{Crontab, Entry, Environment, Line};
use diagnostic::{Diagnostic, Edit, Fix, Related, Safety, Severity, Span};
use schedule::{Schedule, Zone};
use shell::Script;

use crate::busiest_minute::BusiestMinute;
use crate::command::{Command, Whole};
use host::Machine;

use crate::repository::Repository;

/// A check with a stable code and a page of its own.
#[derive(Debug)]
pub struct Rule {
    /// A letter (F file, S schedule, C command, X security, H host) and three digits. Never used again.
    pub code: &'static str,
    /// What people call it; reads well after "disable".
    pub name: &'static str,
    /// How bad its findings are, unless a finding says otherwise.
    pub severity: Severity,
    /// How sure it is of them.
    pub confidence: Confidence,
    /// What it looks at.
    pub looks_at: LooksAt,
    /// Its page: what `--explain` prints, the docs show and the tests run.
    pub explanation: &'static str,
    /// Looks at one file.
    pub check: fn(&File<'_>) -> Vec<Finding>,
}

/// What of a crontab a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LooksAt {
    /// The lines of the whole file, once.
    Lines,
    /// [`File::jobs`] and [`File::commands`], which only such rules see, and of a long file a portion at a time.
    Commands,
}

/// How sure a rule is that its findings are what they say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// A guess that is right more often than not.
    Low,
    /// Right unless the machine is an unusual one.
    Medium,
    /// Right.
    High,
}

impl Confidence {
    /// The word that is printed.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

/// What the rules look at: a crontab with its commands read by a shell.
#[derive(Debug)]
pub struct File<'t> {
    /// The crontab.
    pub crontab: &'t Crontab<'t>,
    /// The path under which it was found, if it was a file.
    pub path: Option<&'t str>,
    /// Entries whose command can be made out, in order: all of the file's or, of a long one, a portion. Empty for
    /// rules that are not about commands.
    pub jobs: &'t [Job<'t>],
    /// The commands of the jobs, taken apart, in the same order.
    pub commands: &'t [Command<'t>],
    /// The account whose crontab it is, where the path says so.
    pub owner: Option<&'t str>,
    /// The machine that runs it, where it may be asked what it holds.
    pub live: Option<&'t Machine>,
    /// The repository that it lies in, where the scripts that it names may be looked for.
    pub repository: Option<&'t Repository>,
    /// The time from which the next runs are told.
    pub now: DateTime<Utc>,
    /// The zone of the machine that is to run it, where that is known.
    pub zone: Option<&'t Zone>,
    /// The busiest minute over all files, where there are several.
    pub busiest: Option<&'t BusiestMinute>,
}

impl<'t> File<'t> {
    /// The entries whose schedules can be read, with those.
    pub fn schedules(&self) -> impl Iterator<Item = (&'t Entry<'t>, &'t Schedule)> + use<'t> {
        let entries = self.crontab.entries();
        entries.filter_map(|(_, entry)| Some((entry, entry.schedule.as_ref().ok()?)))
    }
}

/// An entry and what its shell makes of its command.
#[derive(Debug)]
pub struct Job<'t> {
    /// The entry's line.
    pub line: &'t Line<'t>,
    /// The entry.
    pub entry: &'t Entry<'t>,
    /// The account whose crontab it is, where the path says so.
    pub owner: Option<&'t str>,
    /// What the job finds in its environment.
    pub environment: Environment<'t>,
    /// The command, after the daemon took `%` out of it. Places in it are those of `entry.command.text`:
    /// [`Job::place`] turns them into places in the crontab.
    pub script: Script,
    /// The whole line, where the daemon cuts it in the middle of something: what its author meant.
    pub whole: Option<Whole>,
}

impl Job<'_> {
    /// The command as the shell gets it.
    pub fn command(&self) -> &str {
        &self.entry.command.text
    }

    /// Where a part of the command lies in the crontab.
    pub fn place(&self, part: &Range<usize>) -> Span {
        self.entry.command.source(part.clone())
    }

    /// A finding about a part of the command.
    pub fn finding(&self, part: &Range<usize>, message: impl Into<String>) -> Finding {
        Finding::new(self.place(part), message)
    }

    /// An edit of a part of the command; the daemon's escape for `%` is put into the text.
    pub fn edit(&self, part: &Range<usize>, text: &str) -> Edit {
        Edit {
            span: self.place(part),
            text: text.replace('%', "\\%"),
        }
    }

    /// The shell that reads the command, such as `/bin/sh`.
    pub fn shell(&self) -> &str {
        self.environment.shell().text().unwrap_or("/bin/sh")
    }

    /// The account that it runs as, where that is known.
    pub fn account(&self) -> Option<&str> {
        self.entry.user.as_ref().map(|user| &*user.name).or(self.owner)
    }

    /// Whether the account is known to be root.
    pub fn is_root(&self) -> bool {
        self.account() == Some("root")
    }
}

/// What a rule found: a diagnostic that has no code yet.
#[derive(Clone, Debug)]
pub struct Finding {
    inner: Diagnostic,
    severity: Option<Severity>,
}

impl Finding {
    /// What is wrong (one line, no capital unless a name, no full stop), and where.
    pub fn new(span: Span, message: impl Into<String>) -> Finding {
        Finding {
            inner: Diagnostic::new(Severity::Error, message, span),
            severity: None,
        }
    }

    /// What cures it.
    pub fn help(mut self, help: impl Into<String>) -> Finding {
        self.inner.help = Some(help.into());
        self
    }

    /// A fact that explains or proves it.
    pub fn note(mut self, note: impl Into<String>) -> Finding {
        self.inner.notes.push(note.into());
        self
    }

    /// A few words beside the carets.
    pub fn label(mut self, label: impl Into<String>) -> Finding {
        self.inner.label = Some(label.into());
        self
    }

    /// Another place that matters.
    pub fn related(mut self, span: Span, message: impl Into<String>) -> Finding {
        self.inner.related.push(Related {
            span,
            message: message.into(),
        });
        self
    }

    /// Edits that cure it beyond doubt.
    pub fn fix(self, message: impl Into<String>, edits: Vec<Edit>) -> Finding {
        self.with_fix(message, edits, Safety::Safe)
    }

    /// Edits that probably cure it.
    pub fn unsafe_fix(self, message: impl Into<String>, edits: Vec<Edit>) -> Finding {
        self.with_fix(message, edits, Safety::Unsafe)
    }

    /// Worse or better than the rule's own severity.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = Some(severity);
        self
    }

    fn with_fix(mut self, message: impl Into<String>, edits: Vec<Edit>, safety: Safety) -> Finding {
        self.inner.fix = Some(Fix {
            message: message.into(),
            edits,
            safety,
        });
        self
    }

    /// The finding under its rule's name.
    pub(crate) fn into_diagnostic(self, rule: &'static Rule) -> Diagnostic {
        let mut diagnostic = self.inner;
        diagnostic.code = rule.code;
        diagnostic.name = rule.name;
        diagnostic.severity = self.severity.unwrap_or(rule.severity);
        diagnostic
    }
}
