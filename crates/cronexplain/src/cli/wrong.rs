//! Wrong options, told like any other culprit: the command line with carets, the cause, the cure.

use std::error::Error;
use std::ffi::OsString;
use std::ops::Range;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, CommandFactory};

use crate::options::Options;
use crate::trouble::Trouble;

/// What is wrong with the command line; none where clap's own words are wanted, as for `--help`.
pub(super) fn trouble(args: &[OsString], error: &clap::Error) -> Option<Trouble> {
    let line = Line::of(args);
    let about = About { error };
    let (message, span, help) = match error.kind() {
        ErrorKind::UnknownArgument => line.unknown(&about)?,
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => line.value(&about)?,
        ErrorKind::MissingRequiredArgument => {
            let missing = about.get(ContextKind::InvalidArg)?.replace(", ", " and ");
            (format!("{missing} is missing"), line.end(), about.usage()?)
        }
        ErrorKind::WrongNumberOfValues => {
            let (option, expected) = (
                about.get(ContextKind::InvalidArg)?,
                about.get(ContextKind::ExpectedNumValues)?,
            );
            let actual = about.get(ContextKind::ActualNumValues)?;
            let message = format!("{option} wants {expected} values, not {actual}");
            (message, line.option(&option)?, line.see_help())
        }
        ErrorKind::ArgumentConflict => {
            let one = about.get(ContextKind::InvalidArg)?;
            let other = about.get(ContextKind::PriorArg)?;
            let message = if one == other {
                format!("{one} is there twice")
            } else {
                format!("{one} and {other} do not go together")
            };
            (message, line.option(&one)?, "leave one of them out".to_owned())
        }
        _ => return None,
    };
    Some(Trouble {
        span,
        ..Trouble::new("command line", &line.text, message, &help)
    })
}

/// No schedule at all.
pub(super) fn nothing() -> Trouble {
    let line = Line::of(&[OsString::from("cronexplain")]);
    let help = "cronexplain '0 0 1 * MON', or cronexplain --help";
    Trouble {
        span: line.end(),
        ..Trouble::new("command line", &line.text, "the schedule is missing", help)
    }
}

/// What clap says besides the kind of error.
struct About<'e> {
    error: &'e clap::Error,
}

impl About<'_> {
    fn get(&self, kind: ContextKind) -> Option<String> {
        match self.error.get(kind)? {
            ContextValue::String(one) => Some(one.clone()),
            ContextValue::Strings(all) => Some(all.join(", ")),
            ContextValue::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// `cronexplain why --at <TIME> <EXPR>...`
    fn usage(&self) -> Option<String> {
        let ContextValue::StyledStr(usage) = self.error.get(ContextKind::Usage)? else {
            return None;
        };
        let usage = usage.to_string();
        Some(usage.trim().strip_prefix("Usage: ")?.to_owned())
    }
}

/// The command line as one would type it.
struct Line {
    text: String,
    words: Vec<Word>,
}

struct Word {
    text: String,
    /// Where it stands in the line, quotes included.
    span: Range<usize>,
}

/// Message, place and help.
type Found = Option<(String, Range<usize>, String)>;

impl Line {
    fn of(args: &[OsString]) -> Line {
        let mut line = Line {
            text: "cronexplain".to_owned(),
            words: Vec::new(),
        };
        for arg in args.iter().skip(1) {
            let text = arg.to_string_lossy().into_owned();
            let plain = |c: char| c.is_alphanumeric() || "-_=+:,./@%".contains(c);
            let shown = match !text.is_empty() && text.chars().all(plain) {
                true => text.clone(),
                false => format!("'{}'", text.replace('\'', "'\\''")),
            };
            line.text.push(' ');
            let start = line.text.len();
            line.text.push_str(&shown);
            let span = start..line.text.len();
            line.words.push(Word { text, span });
        }
        line
    }

    /// Behind the last word.
    fn end(&self) -> Range<usize> {
        self.text.len()..self.text.len()
    }

    /// The last place of an option that clap calls `--tz <ZONE>`.
    fn option(&self, named: &str) -> Option<Range<usize>> {
        let name = named.split(' ').next()?;
        let is = |word: &&Word| word.text == name || word.text.starts_with(&format!("{name}="));
        let word = self.words.iter().rfind(is)?;
        Some(word.span.start..word.span.start + name.len())
    }

    fn unknown(&self, about: &About<'_>) -> Found {
        let named = about.get(ContextKind::InvalidArg)?;
        let word = self
            .words
            .iter()
            .find(|word| word.text == named)
            .or_else(|| self.words.iter().find(|word| word.text.starts_with(&named)))?;
        let text = &word.text;
        if !text.starts_with('-') {
            let help = self
                .see_help()
                .replace("lists the options", "tells what it takes");
            return Some((
                format!("one argument too many: `{text}`"),
                word.span.clone(),
                help,
            ));
        }
        let expression =
            text.contains(char::is_whitespace) || text[1..].starts_with(|c: char| c.is_ascii_digit());
        let help = if expression {
            let quoted = &self.text[word.span.clone()];
            format!("an expression that begins with - goes last, after --: cronexplain -- {quoted}")
        } else if let Some(command) = owner(&named) {
            format!("it belongs to cronexplain {command}")
        } else if let Some(near) = about.get(ContextKind::SuggestedArg) {
            format!("did you mean `{near}`?")
        } else {
            self.see_help()
        };
        Some((format!("no such option: `{text}`"), word.span.clone(), help))
    }

    fn value(&self, about: &About<'_>) -> Found {
        let (option, value) = (
            about.get(ContextKind::InvalidArg)?,
            about.get(ContextKind::InvalidValue)?,
        );
        if value.is_empty() {
            return Some((
                format!("{option} wants a value"),
                self.option(&option)?,
                self.see_help(),
            ));
        }
        let word = self.words.iter().rfind(|word| word.text.ends_with(&value))?;
        let quote = usize::from(self.text[word.span.clone()].ends_with('\''));
        let end = word.span.end - quote;
        let span = match word.text == value {
            true => word.span.clone(),
            false => end.saturating_sub(value.len())..end,
        };
        let help = match (
            about.get(ContextKind::SuggestedValue),
            about.get(ContextKind::ValidValue),
        ) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(all)) => format!("it takes {all}"),
            (None, None) => format!("it takes {}", about.error.source()?),
        };
        Some((format!("`{value}` is no value of {option}"), span, help))
    }

    fn see_help(&self) -> String {
        let mut commands = Options::command()
            .get_subcommands()
            .map(|one| one.get_name().to_owned())
            .collect::<Vec<_>>();
        commands.retain(|name| self.words.iter().any(|word| word.text == *name));
        match commands.first() {
            Some(command) => format!("cronexplain {command} --help lists the options"),
            None => "cronexplain --help lists the options".to_owned(),
        }
    }
}

/// The command that has an option which the others lack.
fn owner(option: &str) -> Option<String> {
    let name = option.strip_prefix("--")?;
    let has = |command: &&clap::Command| {
        command
            .get_arguments()
            .any(|arg: &Arg| arg.get_long() == Some(name))
    };
    Options::command()
        .get_subcommands()
        .find(has)
        .map(|command| command.get_name().to_owned())
}
