//! The options, and the help text: written once here for `--help`, the man page and the completions.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{CommandFactory, Parser, ValueEnum};
use clap_complete::Shell;
use crontab::{Kind, daemon};
use diagnostic::{FORMATS, Severity};

const EXAMPLES: &str = "\
Paths:
  A file is linted whatever it is called. In a directory, cronlint takes what is named as a crontab: `crontab`, \
names with `crontab` in them, files that end in .cron or .crontab, and everything in a cron.d or crontabs directory. \
`-` is the standard input. Without a path: the current directory.

User column:
  /etc/crontab and files in a cron.d have one, the spool's have none; other files are told by their content.

Silencing a rule:
  `# cronlint: disable=CODE reason` above a line, or at the end of a command; `# cronlint: disable-file=CODE reason` \
for the file. Several codes or names are separated by commas.

Settings:
  .cronlint.toml in the current directory or above it, up to the repository's top: daemon, kind, tz, fail-on, \
require-reason, baseline, disable = [CODES], [severity] CODE = \"info\", and [[files]] with paths = [PATTERNS] and the \
same for some files.

Scripts of the repository:
  [paths] \"/srv/app\" = \".\" in .cronlint.toml says that the file's directory will be /srv/app on the machine that \
runs the crontab: scripts in it are looked at (there? executable in git's index? the first line?).

Exit status:
  0  nothing found at --fail-on or above
  1  something found
  2  a file or the options could not be read (the other files are linted all the same)

Environment:
  NO_COLOR           no colours, unless --color always
  SOURCE_DATE_EPOCH  the time from which \"next runs\" are told, in seconds since 1970, instead of now

Examples:
  cronlint /etc/crontab /etc/cron.d
  crontab -l | cronlint --kind user -
  sudo cronlint --host
  cronlint --format sarif --diff-base origin/main deploy/
  cronlint --fix crontab
  cronlint --explain C001";

/// Check crontabs: will cron read them, will the jobs find what they need, do they do what was meant
#[derive(Debug, Parser)]
#[command(name = "cronlint", disable_version_flag = true, after_long_help = EXAMPLES)]
pub(crate) struct Options {
    /// Crontabs or directories to check; `-` for standard input
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,

    /// Whose crontabs these are: with a user column (system) or without (user); auto where nothing is said
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) kind: Option<KindOption>,

    /// The daemon that is to run them; debian where nothing is said
    #[arg(long, value_name = "NAME", value_parser = daemon_names())]
    pub(crate) daemon: Option<String>,

    /// The time zone of the machine that is to run them, for what the changes of the clock do; else not told
    #[arg(long, value_name = "ZONE")]
    pub(crate) tz: Option<String>,

    /// How to print the findings
    #[arg(long, value_name = "FORMAT", default_value = "human", value_parser = format_names())]
    pub(crate) format: String,

    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    pub(crate) json: bool,

    /// The least severity that makes the exit status 1; warning where nothing is said
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub(crate) fail_on: Option<FailOn>,

    /// Apply the safe fixes to the files, and report what is left (`-` goes to standard output)
    #[arg(long)]
    pub(crate) fix: bool,

    /// With --fix or --diff: also the fixes that may change what was meant
    #[arg(long)]
    pub(crate) unsafe_fixes: bool,

    /// Show what --fix would change, as a unified diff; exit status 1 if there is anything
    #[arg(long, conflicts_with = "fix")]
    pub(crate) diff: bool,

    /// Report only what lies on lines that differ from this git revision; new files and `-` are reported whole
    #[arg(long, value_name = "REV")]
    pub(crate) diff_base: Option<String>,

    /// Leave out the findings that this file lists
    #[arg(long, value_name = "FILE")]
    pub(crate) baseline: Option<PathBuf>,

    /// Write all findings to this file, for --baseline, and report none: exit status 0
    #[arg(long, value_name = "FILE")]
    pub(crate) write_baseline: Option<PathBuf>,

    /// Read the settings from this file, not from the nearest .cronlint.toml
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Read no settings file
    #[arg(long, conflicts_with = "config")]
    pub(crate) no_config: bool,

    /// Print the page of a rule, by code or name
    #[arg(long, value_name = "CODE")]
    pub(crate) explain: Option<String>,

    /// List every rule
    #[arg(long)]
    pub(crate) list_rules: bool,

    /// Also ask this machine: its programs, scripts, accounts, modes, zone files, and its cron daemon
    #[arg(long)]
    pub(crate) live: bool,

    /// Check this machine's own crontabs (/etc/crontab, /etc/cron.d, the users'), with --live
    #[arg(long, conflicts_with = "paths")]
    pub(crate) host: bool,

    /// With --live or --host: the machine is not this one but that whose files lie in DIR, such as an image
    #[arg(long, value_name = "DIR")]
    pub(crate) root: Option<PathBuf>,

    /// Also run ShellCheck, if it is installed, on the commands and on the scripts of the repository that they run
    #[arg(long)]
    pub(crate) shellcheck: bool,

    /// Report `# cronlint: disable=CODE` comments that give no reason
    #[arg(long)]
    pub(crate) require_reason: bool,

    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    pub(crate) color: Color,

    /// One line for each finding, no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,

    /// Print a completion script for a shell
    #[arg(long, value_enum, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,

    /// Print the version
    #[arg(short = 'V', long)]
    pub(crate) version: bool,
}

/// `--kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindOption {
    /// By path, else by content
    Auto,
    /// No user column, as `crontab -e`
    User,
    /// A user column, as /etc/crontab
    System,
}

impl KindOption {
    pub(crate) fn kind(self) -> Option<Kind> {
        match self {
            KindOption::Auto => None,
            KindOption::User => Some(Kind::User),
            KindOption::System => Some(Kind::System),
        }
    }
}

/// `--fail-on`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors only
    Error,
    /// Warnings and errors
    Warning,
    /// Info and worse
    Info,
    /// Everything
    Hint,
    /// Nothing: only unreadable files fail
    Never,
}

impl FailOn {
    pub(crate) fn includes(self, severity: Severity) -> bool {
        match self {
            FailOn::Error => severity >= Severity::Error,
            FailOn::Warning => severity >= Severity::Warning,
            FailOn::Info => severity >= Severity::Info,
            FailOn::Hint => true,
            FailOn::Never => false,
        }
    }
}

/// `--color`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// The whole command line, for the man page and the completions.
pub fn command() -> clap::Command {
    Options::command()
}

fn daemon_names() -> PossibleValuesParser {
    PossibleValuesParser::new(daemon::ALL.iter().map(|daemon| daemon.name))
}

fn format_names() -> PossibleValuesParser {
    let value =
        |format: &&diagnostic::Format| clap::builder::PossibleValue::new(format.name).help(format.about);
    PossibleValuesParser::new(FORMATS.iter().map(value))
}
