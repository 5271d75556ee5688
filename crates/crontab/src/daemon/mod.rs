//! Daemons: programs that run crontabs. Each is a static of plain data in a file of its own.

mod bcron;
mod busybox;
mod cronie;
mod dcron;
mod debian;
mod freebsd;
mod kubernetes;
mod says;
mod supercronic;
mod systemd_cron;
mod vixie;

use schedule::Dialect;

pub use bcron::BCRON;
pub use busybox::BUSYBOX;
pub use cronie::CRONIE;
pub use dcron::DCRON;
pub use debian::DEBIAN;
pub use freebsd::FREEBSD;
pub use kubernetes::KUBERNETES;
pub use says::Refused;
pub use supercronic::SUPERCRONIC;
pub use systemd_cron::SYSTEMD_CRON;
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
    /// What it says of such a line; none: nothing, or nobody knows.
    pub says: fn(&Refused<'_>) -> Option<String>,
    /// What it does with a last line that no newline ends.
    pub final_newline: FinalNewline,
    /// Which assignments it takes.
    pub assignments: Assignments,
    /// Whether `NAME=` without a value sets an empty one.
    pub takes_empty_value: bool,
    /// What quotes in a value mean to it.
    pub quotes: Quotes,
    /// Whether blanks inside the quotes at the end of a value go too.
    pub trims_quoted_values: bool,
    /// Bytes of an assignment that it reads; the rest is lost without a word.
    pub assignment_limit: Option<usize>,
    /// Bytes of a command that it takes; a longer one is refused.
    pub command_limit: Option<usize>,
    /// Lines that `crontab FILE` takes.
    pub line_limit: Option<usize>,
    /// Whether a backslash at the end of a line, comments included, joins it with the next one.
    pub joins_lines: bool,
    /// Whether `#` begins a comment wherever it stands, even inside quotes.
    pub hash_ends_line: bool,
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
    /// Whether it asks PAM before each job, which refuses accounts that have expired.
    pub asks_pam: bool,
    /// The job's PATH where the crontab sets none; none: the daemon's own.
    pub path: Option<&'static str>,
    /// The job's SHELL where the crontab sets none; none: the account's.
    pub shell: Option<&'static str>,
    /// Other variables that each job gets.
    pub gives: Gives,
    /// Whether a job starts in its HOME; else in the daemon's own directory.
    pub runs_in_home: bool,
    /// The daemon's own directory, from which a relative HOME counts.
    pub directory: &'static str,
    /// The directory in which a job runs whose HOME cannot be entered; none: it does not run.
    pub fallback_directory: Option<&'static str>,
    /// Whether a file in /etc/cron.d of that name is read.
    pub reads_file_name: fn(&str) -> bool,
}

impl Daemon {
    /// Whether it takes an assignment for an entry that it cannot read, and says so.
    pub fn refuses_assignments(&self) -> bool {
        self.assignments == Assignments::None && self.on_error == OnError::DropsLine
    }
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
    /// The job of that line is refused when it is handed in.
    RefusesJob,
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

/// What quotes mean in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotes {
    /// A value that begins with one must end with its like, and both go.
    Matched,
    /// They mean nothing, and the value ends at its first blank.
    Kept,
    /// Where the whole value stands between two of a kind, both go; others mean nothing.
    Whole,
    /// All at both ends go, of whatever kind.
    Stripped,
}

/// Which assignments a daemon takes from a crontab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignments {
    /// All.
    All,
    /// These alone reach the job; others are skipped (MAILTO counts for mail).
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
    /// HOME, whatever the crontab says.
    pub home: bool,
    /// SHELL, where the crontab sets none.
    pub shell: bool,
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
pub static ALL: &[&Daemon] = &[
    &DEBIAN,
    &CRONIE,
    &VIXIE,
    &FREEBSD,
    &BUSYBOX,
    &DCRON,
    &BCRON,
    &SYSTEMD_CRON,
    &SUPERCRONIC,
    &KUBERNETES,
];

/// The daemon of that name.
///
/// ```
/// let debian = crontab::daemon::find("debian").unwrap();
/// assert_eq!(debian.name, "debian");
/// assert!(crontab::daemon::find("at").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Daemon> {
    ALL.iter().copied().find(|daemon| daemon.name == name)
}
