//! The command line, as clap knows it.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use schedule::{Dialect, dialect};

use crate::help::{AFTER_HELP, COMPARE_HELP, CONVERT_HELP, CRONTAB_HELP, DIFF_HELP, DST_HELP, WHY_HELP};

/// The command line's definition, for completions and man pages.
pub fn command() -> clap::Command {
    Options::command()
}

/// Say what a cron schedule means, and when it fires
#[derive(Debug, Parser)]
#[command(
    name = "cronexplain",
    disable_help_subcommand = true,
    disable_version_flag = true,
    max_term_width = 100
)]
#[command(after_long_help = AFTER_HELP)]
pub(crate) struct Options {
    /// The schedule, in quotes: '0 0 1 * MON', @daily; after -- if it begins with -
    #[arg(value_name = "EXPR")]
    pub(crate) expressions: Vec<String>,

    #[command(flatten)]
    pub(crate) common: Common,

    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Add the figures of a year: runs, longest and shortest gap, a shorter way to say the same
    #[arg(long, display_order = OWN + 1)]
    pub(crate) year: bool,

    /// Draw twelve months with the days on which it runs
    #[arg(long, display_order = OWN + 2)]
    pub(crate) calendar: bool,

    /// Draw the hours of the week in which it runs
    #[arg(long, display_order = OWN + 3)]
    pub(crate) heat: bool,

    /// Write the calendar (or with --heat the heat map) to this file as SVG; - is stdout
    #[arg(long, value_name = "FILE", display_order = OWN + 4)]
    pub(crate) svg: Option<PathBuf>,

    /// Print the version, and where time zones come from
    #[arg(long, display_order = OWN + 5)]
    pub(crate) version: bool,

    /// Print a completion for this shell
    #[arg(long, value_name = "SHELL", display_order = OWN + 6)]
    pub(crate) completions: Option<Shell>,
}

/// What can be asked beyond "what does it mean".
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    #[command(flatten)]
    Ask(Question),
    /// Explain every entry of crontabs, and show what starts at the same time
    #[command(after_long_help = CRONTAB_HELP)]
    Crontab(Crontabs),
}

/// Questions about expressions.
#[derive(Debug, Subcommand)]
pub(crate) enum Question {
    /// Say why a schedule runs at a time, or why it does not
    #[command(after_long_help = WHY_HELP)]
    Why {
        /// The schedule
        #[arg(value_name = "EXPR", required = true)]
        expression: Vec<String>,
        /// The time in question, such as 2026-03-08T02:30, or 02:30 for today's
        #[arg(long, value_name = "TIME")]
        at: String,
    },
    /// Group all dialects by what they do with a schedule
    #[command(after_long_help = COMPARE_HELP)]
    Compare {
        /// The schedule
        #[arg(value_name = "EXPR", required = true)]
        expression: Vec<String>,
    },
    /// List the runs that come and go when B takes the place of A
    #[command(after_long_help = DIFF_HELP)]
    Diff {
        /// The old schedule
        #[arg(value_name = "A")]
        a: String,
        /// The new schedule
        #[arg(value_name = "B")]
        b: String,
    },
    /// Write a schedule for another scheduler, and prove that it is the same
    #[command(after_long_help = CONVERT_HELP)]
    Convert {
        /// The schedule
        #[arg(value_name = "EXPR", required = true)]
        expression: Vec<String>,
        /// Whose words to use
        #[arg(long, value_name = "NAME", value_parser = dialects(), hide_possible_values = true)]
        to: &'static Dialect,
    },
    /// Show what the coming changes of the clock do to a schedule, daemon by daemon
    #[command(after_long_help = DST_HELP, display_order = LAST)]
    Dst {
        /// The schedule
        #[arg(value_name = "EXPR", required = true)]
        expression: Vec<String>,
    },
}

/// Crontabs, and the pictures of them.
#[derive(Debug, Args)]
pub(crate) struct Crontabs {
    /// Files, directories, or - for stdin
    #[arg(value_name = "PATH", required = true)]
    pub(crate) paths: Vec<PathBuf>,
    /// Whether entries have a user column [default: told by path and content]
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<UserColumn>,
    /// Draw one day, a line for each entry: 2026-03-08, today, tomorrow
    #[arg(long, value_name = "DAY", num_args = 0..=1, default_missing_value = "today")]
    pub(crate) timeline: Option<String>,
    /// Draw how many start in each minute of a day or a week
    #[arg(long, value_name = "SPAN", num_args = 0..=1, default_missing_value = "week", conflicts_with = "timeline")]
    pub(crate) load: Option<Span>,
    /// Write the timeline or the load map to this file as SVG; - is stdout
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,
}

/// Whether entries have a user column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserColumn {
    /// Told by path and content
    Auto,
    /// A user's own crontab: no user column
    User,
    /// /etc/crontab, /etc/cron.d: with a user column
    System,
}

/// How much a load map shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Span {
    /// Today, or the day of --after
    Day,
    /// Seven days
    Week,
}

/// The question that is listed behind `crontab`.
const LAST: usize = 400;
/// Those that all commands take are listed behind the command's own.
const COMMON: usize = 500;
/// And those of the program as a whole last.
const OWN: usize = 600;

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Whose rules to go by
    #[arg(
        long,
        value_name = "NAME",
        global = true, display_order = COMMON + 1,
        default_value = "debian",
        hide_possible_values = true
    )]
    #[arg(value_parser = dialects(), long_help = dialect_help())]
    pub(crate) dialect: &'static Dialect,

    /// The time zone, such as Europe/Berlin or +02:00 [default: the one of this host]
    #[arg(long, value_name = "ZONE", global = true, display_order = COMMON + 2)]
    pub(crate) tz: Option<String>,

    /// List the runs after this time [default: now]
    #[arg(long, value_name = "TIME", global = true, display_order = COMMON + 3)]
    pub(crate) after: Option<String>,

    /// List the runs before this time, the nearest first
    #[arg(long, value_name = "TIME", global = true, display_order = COMMON + 4, conflicts_with = "after")]
    pub(crate) before: Option<String>,

    /// List all runs from A (included) to B (excluded)
    #[arg(long, num_args = 2, value_names = ["A", "B"], global = true, display_order = COMMON + 5, conflicts_with_all = ["after", "before"])]
    pub(crate) between: Option<Vec<String>>,

    /// How many runs to list [default: 5]
    #[arg(
        short = 'n',
        value_name = "COUNT",
        global = true, display_order = COMMON + 6,
        allow_negative_numbers = true
    )]
    #[arg(value_parser = count)]
    pub(crate) count: Option<usize>,

    /// Print JSON
    #[arg(long, global = true, display_order = COMMON + 7)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", global = true, display_order = COMMON + 8, default_value = "auto")]
    pub(crate) color: Color,

    /// Print the answer only: no warnings, no explanations
    #[arg(short, long, global = true, display_order = COMMON + 9)]
    pub(crate) quiet: bool,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

fn count(text: &str) -> Result<usize, &'static str> {
    text.parse().map_err(|_| "a number, such as 5")
}

fn dialect_help() -> String {
    let names: Vec<String> = dialect::ALL
        .iter()
        .map(|dialect| format!("- {}: {}", dialect.name, dialect.title))
        .collect();
    format!("Whose rules to go by:\n{}", names.join("\n"))
}

fn dialects() -> impl TypedValueParser<Value = &'static Dialect> {
    let values = dialect::ALL.iter().map(|dialect| {
        PossibleValue::new(dialect.name)
            .help(dialect.title)
            .aliases(dialect.aliases)
    });
    PossibleValuesParser::new(values).try_map(|name| dialect::find(&name).ok_or("not known"))
}
