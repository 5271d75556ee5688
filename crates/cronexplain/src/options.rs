//! The command line, as clap knows it.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, CommandFactory, Parser, ValueEnum};
use clap_complete::Shell;
use schedule::{Dialect, dialect};

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

    /// Print the version, and where time zones come from
    #[arg(long)]
    pub(crate) version: bool,

    /// Print a completion for this shell
    #[arg(long, value_name = "SHELL")]
    pub(crate) completions: Option<Shell>,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Whose rules to go by
    #[arg(
        long,
        value_name = "NAME",
        global = true,
        default_value = "debian",
        hide_possible_values = true
    )]
    #[arg(value_parser = dialects())]
    pub(crate) dialect: &'static Dialect,

    /// The time zone, such as Europe/Berlin or +02:00 [default: the one of this host]
    #[arg(long, value_name = "ZONE", global = true)]
    pub(crate) tz: Option<String>,

    /// List the runs after this time [default: now]
    #[arg(long, value_name = "TIME", global = true)]
    pub(crate) after: Option<String>,

    /// List the runs before this time, the nearest first
    #[arg(long, value_name = "TIME", global = true, conflicts_with = "after")]
    pub(crate) before: Option<String>,

    /// List all runs from A (included) to B (excluded)
    #[arg(long, num_args = 2, value_names = ["A", "B"], global = true, conflicts_with_all = ["after", "before"])]
    pub(crate) between: Option<Vec<String>>,

    /// How many runs to list [default: 5]
    #[arg(short = 'n', value_name = "COUNT", global = true)]
    pub(crate) count: Option<usize>,

    /// Print JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// When to use colours
    #[arg(long, value_name = "WHEN", global = true, default_value = "auto")]
    pub(crate) color: Color,

    /// Print the answer only: no warnings, no explanations
    #[arg(short, long, global = true)]
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

fn dialects() -> impl TypedValueParser<Value = &'static Dialect> {
    let values = dialect::ALL.iter().map(|dialect| {
        PossibleValue::new(dialect.name)
            .help(dialect.title)
            .aliases(dialect.aliases)
    });
    PossibleValuesParser::new(values).try_map(|name| dialect::find(&name).ok_or("not known"))
}

const AFTER_HELP: &str = "\
Times:
  2026-03-08, 2026-03-08T02:30, '2026-03-08 02:30:15', each with an offset (+01:00, Z) or without;
  now, today, tomorrow. Without an offset a time is local in --tz. A local time that occurs twice
  is the first of the two; one that the clock skips is the moment of the jump.

JSON (--json):
  One object a line for each expression: version (1), expression, dialect, zone, sentence, day_rule,
  days_of_year {year, days, runs, otherwise} (where there is a day rule), reboot, never_fires,
  warnings [{message, field, start, end, help}], occurrences [{at, in_seconds, moved_from | repeated}];
  at is the local time with its UTC offset, such as 2026-03-08T03:00-04:00.
  What cannot be read: version, error {message, field, start, end, help}. start and end are bytes.

Exit codes:
  0  explained; the schedule fires (an empty window of one that fires elsewhere is 0 too)
  1  a schedule never fires
  2  an expression, a time, a zone or the options cannot be read (2 wins over 1)

Environment:
  TZ        the time zone, where --tz is not given
  NO_COLOR  set and not empty: no colours

Examples:
  cronexplain '0 0 1 * MON'
  cronexplain --tz Europe/Berlin --after 2026-03-28 -n 3 '30 2 * * *'
  cronexplain --between 2026-03-08 2026-03-09 --json --tz America/New_York '30 2 * * *'
  cronexplain --dialect rust-cron '0 0 0 1 * * *'";
