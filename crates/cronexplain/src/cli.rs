//! The command line: reads arguments, environment and clock, prints, and picks the exit code.

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use chrono::{DateTime, Utc};
use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches};
use schedule::{Schedule, Zone};

use crate::options::{Color, Common, Options};
use crate::report::Style;
use crate::time::Window;
use crate::trouble::{Trouble, visible};
use crate::{expression, json, report, time};

/// How many runs are listed where nothing else is said.
const LISTED: usize = 5;

/// What the program found, as its exit code. Ordered: the worst wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verdict {
    /// It fires.
    Fine = 0,
    /// It never fires.
    Finding = 1,
    /// Something cannot be read.
    Unreadable = 2,
}

/// Runs the program.
pub fn main() -> ExitCode {
    let options = match parse(std::env::args_os().collect()) {
        Ok(options) => options,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(error.exit_code().try_into().unwrap_or(2));
        }
    };
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let verdict = run(&options, &mut out, terminal).and_then(|verdict| out.flush().map(|()| verdict));
    match verdict {
        Ok(verdict) => ExitCode::from(verdict as u8),
        // A reader that has seen enough, such as `head`, is no failure.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "cronexplain: cannot write: {error}");
            ExitCode::from(2)
        }
    }
}

/// Bytes that are no text become visible signs, so that they are reported like any other culprit.
fn parse(args: Vec<OsString>) -> Result<Options, clap::Error> {
    let args = args.into_iter().map(|arg| match arg.into_string() {
        Ok(text) => OsString::from(text),
        Err(bytes) => OsString::from(bytes.to_string_lossy().into_owned()),
    });
    Options::from_arg_matches(&Options::command().try_get_matches_from(args)?)
}

fn run(options: &Options, out: &mut dyn Write, terminal: bool) -> io::Result<Verdict> {
    if options.version {
        writeln!(
            out,
            "cronexplain {} (time zones: {})",
            env!("CARGO_PKG_VERSION"),
            host::zone_source()
        )?;
        return Ok(Verdict::Fine);
    }
    if let Some(shell) = options.completions {
        clap_complete::generate(shell, &mut Options::command(), "cronexplain", out);
        return Ok(Verdict::Fine);
    }
    if options.expressions.is_empty() {
        let _ = Options::command()
            .error(
                ErrorKind::MissingRequiredArgument,
                "no schedule: cronexplain '0 0 1 * MON'",
            )
            .print();
        return Ok(Verdict::Unreadable);
    }
    let session = match Session::new(&options.common, terminal) {
        Ok(session) => session,
        Err(trouble) => return Session::bare(&options.common, terminal).report(out, &trouble),
    };
    session.explain(out, &options.expressions)
}

/// One run of the program: where and when it is, and how it prints.
struct Session<'a> {
    common: &'a Common,
    zone: Zone,
    window: Window,
    now: DateTime<Utc>,
    style: Style,
}

impl<'a> Session<'a> {
    /// For reports about the options themselves.
    fn bare(common: &'a Common, terminal: bool) -> Session<'a> {
        let now = Utc::now();
        let style = Style {
            color: color(common.color, terminal),
            quiet: common.quiet,
        };
        Session {
            common,
            zone: Zone::utc(),
            window: Window::After(now, LISTED),
            now,
            style,
        }
    }

    fn new(common: &'a Common, terminal: bool) -> Result<Session<'a>, Trouble> {
        let session = Session::bare(common, terminal);
        let zone = host::zone(common.tz.as_deref()).map_err(|error| Trouble::zone(&error))?;
        let window = window(common, &zone, session.now)?;
        Ok(Session {
            zone,
            window,
            ..session
        })
    }

    fn explain(&self, out: &mut dyn Write, words: &[String]) -> io::Result<Verdict> {
        let found = expression::read(words, self.common.dialect, |word| Path::new(word).exists());
        let several = found.len() > 1;
        let mut worst = Verdict::Fine;
        for (index, one) in found.iter().enumerate() {
            if several && !self.common.json && !self.style.quiet {
                let text = one
                    .as_ref()
                    .map_or_else(|trouble| trouble.text.as_str(), Schedule::text);
                let gap = if index == 0 { "" } else { "\n" };
                writeln!(out, "{gap}{}", self.style.dim(&format!("# {}", visible(text))))?;
            }
            let verdict = match one {
                Ok(schedule) => self.one(out, schedule)?,
                Err(trouble) => self.report(out, trouble)?,
            };
            worst = worst.max(verdict);
        }
        Ok(worst)
    }

    fn one(&self, out: &mut dyn Write, schedule: &Schedule) -> io::Result<Verdict> {
        if self.common.json {
            json::explain(out, schedule, &self.zone, self.window, self.now)?;
        } else {
            report::explain(out, schedule, &self.zone, self.window, self.now, self.style)?;
        }
        let never = schedule.never_fires() && !schedule.is_reboot();
        Ok(if never { Verdict::Finding } else { Verdict::Fine })
    }

    /// What cannot be read goes to stderr for people, and to stdout too where a program listens.
    fn report(&self, out: &mut dyn Write, trouble: &Trouble) -> io::Result<Verdict> {
        if self.common.json {
            writeln!(out, "{}", json::trouble(trouble))?;
        }
        out.flush()?;
        let stderr = io::stderr();
        let color = color(self.common.color, stderr.is_terminal());
        let _ = stderr
            .lock()
            .write_all(trouble.human(color, self.style.quiet).as_bytes());
        Ok(Verdict::Unreadable)
    }
}

fn color(choice: Color, terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

fn window(common: &Common, zone: &Zone, now: DateTime<Utc>) -> Result<Window, Trouble> {
    if let Some([from, to]) = common.between.as_deref() {
        let (start, end) = (
            time::read("--between", from, zone, now)?,
            time::read("--between", to, zone, now)?,
        );
        if end < start {
            let message = format!("the window ends before it begins: {from} to {to}");
            return Err(Trouble::new(
                "--between",
                to,
                message,
                "A is the earlier time and included, B the later and excluded",
            ));
        }
        return Ok(Window::Between(start, end, common.count.unwrap_or(usize::MAX)));
    }
    let limit = common.count.unwrap_or(LISTED);
    if let Some(text) = &common.before {
        return Ok(Window::Before(time::read("--before", text, zone, now)?, limit));
    }
    match &common.after {
        Some(text) => Ok(Window::After(time::read("--after", text, zone, now)?, limit)),
        None => Ok(Window::After(now, limit)),
    }
}
