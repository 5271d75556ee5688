//! Daemons: programs that run crontabs. Each is a static of plain data in a file of its own.

mod busybox;
mod cronie;
mod dcron;
mod debian;
mod freebsd;
mod supercronic;
mod vixie;

use schedule::Dialect;

pub use busybox::BUSYBOX;
pub use cronie::CRONIE;
pub use dcron::DCRON;
pub use debian::DEBIAN;
pub use freebsd::FREEBSD;
pub use supercronic::SUPERCRONIC;
pub use vixie::VIXIE;

/// A program that runs crontabs, with all in which it differs from the others.
#[derive(Debug)]
pub struct Daemon {
    /// The name that options take.
    pub name: &'static str,
    /// What people call it.
    pub title: &'static str,
    /// Where these facts come from.
    pub source: &'static str,
    /// The schedules that it reads.
    pub dialect: &'static Dialect,
    /// What it does with a file that has a line it cannot read.
    pub on_error: OnError,
    /// What it does with a last line that no newline ends.
    pub final_newline: FinalNewline,
    /// Which assignments it takes.
    pub assignments: Assignments,
    /// Whether `NAME=` without a value sets an empty one.
    pub takes_empty_value: bool,
    /// Whether blanks inside the quotes at the end of a value go too.
    pub trims_quoted_values: bool,
    /// Bytes of an assignment that it reads; the rest is lost without a word.
    pub assignment_limit: Option<usize>,
    /// Bytes of a command that it takes; a longer one is refused.
    pub command_limit: Option<usize>,
    /// Lines that `crontab FILE` takes.
    pub line_limit: Option<usize>,
    /// Whether `%` in a command ends it and begins its input.
    pub percent_is_newline: bool,
    /// Whether `\\` in a command becomes `\`.
    pub joins_backslashes: bool,
    /// Whether it takes an entry without a command where a blank, or in a user crontab nothing, follows.
    pub takes_empty_command: bool,
    /// Whether it refuses a command that begins with a star, as a field too many.
    pub refuses_star_command: bool,
    /// The letters of the options that may stand before a command; none: such a word is the command.
    pub command_options: Option<&'static str>,
    /// Whether a `-` before the schedule keeps the run out of the log.
    pub takes_leading_dash: bool,
    /// Whether it has system crontabs, with a user column.
    pub system_crontabs: bool,
    /// Whether `CRON_TZ=` moves the schedules below it.
    pub honours_cron_tz: bool,
    /// The job's PATH where the crontab sets none; none: the daemon's own.
    pub path: Option<&'static str>,
    /// The job's SHELL where the crontab sets none; none: the account's.
    pub shell: Option<&'static str>,
    /// Other variables that each job gets.
    pub gives: Gives,
    /// The daemon's own directory, from which a relative HOME counts.
    pub directory: &'static str,
    /// The directory in which a job runs whose HOME cannot be entered; none: it does not run.
    pub fallback_directory: Option<&'static str>,
    /// Whether a file in /etc/cron.d of that name is read.
    pub reads_file_name: fn(&str) -> bool,
}

/// What a daemon does with a file that has a line it cannot read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnError {
    /// Nothing of the file runs.
    DropsFile,
    /// The other lines run.
    DropsLine,
    /// It complains and runs the line all the same.
    KeepsLine,
    /// The other lines run, and nothing is said.
    DropsLineSilently,
}

/// What a daemon does with a last line that no newline ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalNewline {
    /// Nothing of the file runs.
    Required,
    /// It skips the line.
    DropsLine,
    /// It takes the line.
    Optional,
}

/// Which assignments a daemon takes from a crontab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// All.
    All,
    /// These alone reach the job, and of their values the first word, quotes and all; others are skipped (MAILTO
    /// counts for mail).
    Only(&'static [&'static str]),
    /// None: they are skipped.
    None,
}

impl Assignments {
    /// Whether an assignment to that name counts.
    pub fn take(self, name: &str) -> bool {
        match self {
            Assignments::All => true,
            Assignments::Only(names) => names.contains(&name),
            Assignments::None => false,
        }
    }
}

/// Variables that a daemon gives to each job besides PATH, SHELL and HOME.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gives {
    /// LOGNAME, whatever the crontab says.
    pub logname: bool,
    /// USER, whatever the crontab says.
    pub user: bool,
    /// What it hands on of the environment in which it was started itself.
    pub own: Own,
}

/// What a daemon hands on of its own environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Nothing.
    Nothing,
    /// These.
    Only(&'static [&'static str]),
    /// All of it.
    Everything,
}

impl Own {
    /// Whether a job may find the variable because the daemon has it.
    pub fn has(self, name: &str) -> bool {
        match self {
            Own::Nothing => false,
            Own::Only(names) => names.contains(&name),
            Own::Everything => true,
        }
    }
}

/// Every daemon.
pub static ALL: &[&Daemon] = &[&DEBIAN, &CRONIE, &VIXIE, &FREEBSD, &BUSYBOX, &DCRON, &SUPERCRONIC];

/// The daemon of that name.
pub fn find(name: &str) -> Option<&'static Daemon> {
    ALL.iter().copied().find(|daemon| daemon.name == name)
}
