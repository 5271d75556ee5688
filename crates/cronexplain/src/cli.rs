//! The command line: reads arguments, environment and clock, prints, and picks the exit code.

mod crontab;
mod progress;
mod wrong;

use std::ffi::OsString;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;

use chart::{Glyphs, Terminal};
use chrono::{DateTime, Utc};
use clap::{CommandFactory, FromArgMatches};
use progress::Progress;
use schedule::{Schedule, Zone};

use crate::answer::{Answer, Place, Verdict};
use crate::json::Extras;
use crate::options::{Color, Command, Common, Options, Question};
use crate::pictures::Picture;
use crate::style::Style;
use crate::time::Window;
use crate::trouble::{Trouble, visible};
use crate::{compare, convert, differ, dst, expression, files, json, pictures, report, time, why, year};

/// How many runs are listed where nothing else is said.
const LISTED: usize = 5;

/// What cannot be read, and what cannot be written.
enum Failure {
    Trouble(Trouble),
    Io(io::Error),
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Failure {
        Failure::Trouble(trouble)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Io(error)
    }
}

/// Runs the program.
pub fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().collect();
    let options = match parse(args.clone()) {
        Ok(options) => options,
        Err(error) => return refuse(&args, &error),
    };
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let mut out = BufWriter::with_capacity(1 << 16, stdout.lock());
    let verdict = run(&options, &mut out, terminal)
        .or_else(|failure| match failure {
            Failure::Trouble(trouble) => complain(&mut out, &options.common, &trouble),
            Failure::Io(error) => Err(error),
        })
        .and_then(|verdict| out.flush().map(|()| verdict));
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

/// Help that was asked for, or what is wrong with the command line.
fn refuse(args: &[OsString], error: &clap::Error) -> ExitCode {
    let Some(trouble) = wrong::trouble(args, error) else {
        let _ = error.print();
        return ExitCode::from(error.exit_code().try_into().unwrap_or(2));
    };
    if args.iter().any(|arg| arg == "--json") {
        let _ = writeln!(io::stdout(), "{}", json::trouble(&trouble));
    }
    let stderr = io::stderr();
    let color = color(Color::Auto, stderr.is_terminal());
    let _ = stderr.lock().write_all(trouble.human(color, false).as_bytes());
    ExitCode::from(Verdict::Unreadable as u8)
}

/// Bytes that are no text become visible signs, so that they are reported like any other culprit; paths stay.
fn parse(args: Vec<OsString>) -> Result<Options, clap::Error> {
    let paths = args.iter().any(|arg| arg == "crontab");
    let text = |arg: OsString| match arg.into_string() {
        Ok(text) => OsString::from(text),
        Err(bytes) if paths => bytes,
        Err(bytes) => OsString::from(bytes.to_string_lossy().into_owned()),
    };
    Options::from_arg_matches(&Options::command().try_get_matches_from(args.into_iter().map(text))?)
}

fn run(options: &Options, out: &mut dyn Write, terminal: bool) -> Result<Verdict, Failure> {
    if options.version {
        let (version, zones) = (env!("CARGO_PKG_VERSION"), host::zone_source());
        writeln!(out, "cronexplain {version} (time zones: {zones})")?;
        return Ok(Verdict::Fine);
    }
    if let Some(shell) = options.completions {
        clap_complete::generate(shell, &mut Options::command(), "cronexplain", out);
        return Ok(Verdict::Fine);
    }
    let (place, window) = place(&options.common, Utc::now(), terminal)?;
    match &options.command {
        Some(Command::Crontab(crontabs)) => crontab::read(options, crontabs, &place, out),
        Some(Command::Ask(question)) => {
            let mut progress = Progress::new(&options.common, io::stderr().is_terminal());
            let answer = ask(question, &place, &mut |part| progress.tell(part))?;
            progress.end();
            print(out, &answer.text, &answer.json, options.common.json)?;
            Ok(answer.verdict)
        }
        None if options.expressions.is_empty() => Err(Failure::Trouble(wrong::nothing())),
        None => explain(options, &place, window, out),
    }
}

fn print(out: &mut dyn Write, text: &str, json: &str, as_json: bool) -> io::Result<()> {
    if as_json {
        writeln!(out, "{json}")
    } else {
        out.write_all(text.as_bytes())
    }
}

/// Where and when the question is asked.
fn place(common: &Common, now: DateTime<Utc>, terminal: bool) -> Result<(Place, Window), Trouble> {
    let zone = host::zone(common.tz.as_deref()).map_err(|error| Trouble::zone(&error))?;
    let window = window(common, &zone, now)?;
    let (from, to) = match window {
        Window::After(from, _) => (Some(from).filter(|_| common.after.is_some()), None),
        Window::Before(to, _) => (None, Some(to)),
        Window::Between(from, to, _) => (Some(from), Some(to)),
    };
    let style = Style {
        color: color(common.color, terminal),
        quiet: common.quiet,
    };
    Ok((
        Place {
            dialect: common.dialect,
            zone,
            now,
            from,
            to,
            count: common.count,
            style,
        },
        window,
    ))
}

fn window(common: &Common, zone: &Zone, now: DateTime<Utc>) -> Result<Window, Trouble> {
    let read = |option: &'static str, text: &str| time::read(option, text, zone, now);
    if let Some([from, to]) = common.between.as_deref() {
        let (start, end) = (read("--between", from)?, read("--between", to)?);
        if end < start {
            let message = format!("the window ends before it begins: {from} to {to}");
            let help = "A is the earlier time and included, B the later and excluded";
            return Err(Trouble::new("--between", to, message, help));
        }
        return Ok(Window::Between(start, end, common.count.unwrap_or(usize::MAX)));
    }
    let limit = common.count.unwrap_or(LISTED);
    match (&common.before, &common.after) {
        (Some(before), _) => Ok(Window::Before(read("--before", before)?, limit)),
        (None, Some(after)) => Ok(Window::After(read("--after", after)?, limit)),
        (None, None) => Ok(Window::After(now, limit)),
    }
}

/// The main job: every expression with its meaning and its runs.
fn explain(
    options: &Options,
    place: &Place,
    window: Window,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let found = expression::read(&options.expressions, place.dialect, exists);
    let several = found.len() > 1;
    let mut worst = Verdict::Fine;
    for (index, one) in found.iter().enumerate() {
        if several && !options.common.json && !place.style.quiet {
            let text = one.as_ref().map_or_else(|trouble| &*trouble.text, Schedule::text);
            let gap = if index == 0 { "" } else { "\n" };
            writeln!(out, "{gap}{}", place.style.dim(&format!("# {}", visible(text))))?;
        }
        let verdict = match one {
            Ok(schedule) => explain_one(options, schedule, place, window, out)?,
            Err(trouble) => complain(out, &options.common, trouble)?,
        };
        worst = worst.max(verdict);
    }
    Ok(worst)
}

fn explain_one(
    options: &Options,
    schedule: &Schedule,
    place: &Place,
    window: Window,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let drawn = options.calendar || options.heat || options.svg.is_some();
    let extras = Extras {
        figures: options.year.then(|| year::figures(schedule, place)),
        picture: drawn.then(|| pictures::year(schedule, place)),
    };
    let file = options.svg.as_deref();
    let alone = file.is_some_and(|file| file.as_os_str() == "-");
    if alone {
        // Only the picture goes to stdout, so that it is a picture.
    } else if options.common.json {
        json::explain(out, schedule, place, window, &extras)?;
    } else {
        report::explain(out, schedule, place, window)?;
        let terminal = terminal(place.style);
        if let Some(figures) = &extras.figures {
            write!(out, "\n{}", figures.text(place))?;
        }
        for (asked, picture) in [
            (options.calendar, Picture::Calendar),
            (options.heat, Picture::Heat),
        ] {
            if let Some(year) = extras.picture.as_ref().filter(|_| asked && file.is_none()) {
                write!(out, "\n{}", year.text(picture, &terminal))?;
            }
        }
    }
    if let (Some(file), Some(year)) = (file, &extras.picture) {
        let picture = if options.heat {
            Picture::Heat
        } else {
            Picture::Calendar
        };
        files::write(file, &year.svg(picture), out)??;
    }
    let never = schedule.never_fires() && !schedule.is_reboot();
    Ok(if never { Verdict::Finding } else { Verdict::Fine })
}

/// Answers a question about expressions.
fn ask(question: &Question, place: &Place, tell: &mut dyn FnMut(f64)) -> Result<Answer, Trouble> {
    let one = |words: &[String]| expression::one(words, place.dialect, exists);
    match question {
        Question::Why { expression, at } => {
            let moment = time::moment("--at", at, &place.zone, place.now)?;
            Ok(why::why(&one(expression)?, &moment, place))
        }
        Question::Compare { expression } => compare::compare(&expression.join(" "), place),
        Question::Diff { a, b } => Ok(differ::diff(
            &one(std::slice::from_ref(a))?,
            &one(std::slice::from_ref(b))?,
            place,
        )),
        Question::Convert { expression, to } => convert::convert(&one(expression)?, to, place, tell),
        Question::Dst { expression } => Ok(dst::dst(one(expression)?.text(), place)),
    }
}

/// What cannot be read goes to stderr for people, and to stdout too where a program listens.
fn complain(out: &mut dyn Write, common: &Common, trouble: &Trouble) -> io::Result<Verdict> {
    if common.json {
        writeln!(out, "{}", json::trouble(trouble))?;
    }
    out.flush()?;
    to_stderr(common, trouble);
    Ok(Verdict::Unreadable)
}

fn to_stderr(common: &Common, trouble: &Trouble) {
    let stderr = io::stderr();
    let color = color(common.color, stderr.is_terminal());
    let _ = stderr
        .lock()
        .write_all(trouble.human(color, common.quiet).as_bytes());
}

fn exists(word: &str) -> bool {
    Path::new(word).exists()
}

fn color(choice: Color, terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    }
}

/// What pictures are made for: the terminal's width, and blocks where the locale has them.
fn terminal(style: Style) -> Terminal {
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0));
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    let unicode = cfg!(windows)
        || locale.is_some_and(|value| value.to_ascii_lowercase().replace('-', "").contains("utf8"));
    let glyphs = if unicode { Glyphs::Unicode } else { Glyphs::Ascii };
    Terminal {
        width,
        glyphs,
        color: style.color,
    }
}
