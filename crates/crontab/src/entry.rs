//! Entries: a schedule, perhaps a user, a command and its input.

use std::borrow::Cow;

use schedule::{Field, ParseError, Schedule};

use crate::text::{Builder, Text};
use crate::{Daemon, Kind, Span};

/// A line that runs a command on a schedule.
#[derive(Debug)]
pub struct Entry<'t> {
    /// When it runs, or why that cannot be said. Places in it count from the start of `schedule_span`:
    /// see [`Entry::in_schedule`].
    pub schedule: Result<Schedule, ParseError>,
    /// What is wrong in its other fields, once the first one is put right.
    pub more_errors: Vec<ParseError>,
    /// The whole schedule.
    pub schedule_span: Span,
    /// Its words: up to five fields, or one macro.
    pub words: Vec<Span>,
    /// The user column, in a system crontab.
    pub user: Option<User<'t>>,
    /// Everything after the schedule and the user.
    pub rest: Span,
    /// The command as the shell gets it.
    pub command: Text<'t>,
    /// What the job reads on its standard input, if a `%` begins it.
    pub input: Option<Text<'t>>,
    /// Whether the run is kept out of the log.
    pub unlogged: bool,
    /// What else the daemon refuses.
    pub trouble: Option<Trouble>,
}

/// The user column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User<'t> {
    /// Its text.
    pub name: Cow<'t, str>,
    /// Where it is.
    pub span: Span,
}

/// What the daemon refuses in an entry besides its schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// No user and no command.
    NoUser,
    /// A user and nothing after it.
    NoCommand,
    /// A command that begins with a star: one field too many.
    StarCommand,
    /// An option before the command that the daemon does not know.
    BadOption,
    /// A command longer than the daemon takes.
    TooLong,
}

impl Entry<'_> {
    /// Where a part of the schedule's text lies in the crontab.
    pub fn in_schedule(&self, part: &Span) -> Span {
        let limit = self.schedule_span.end;
        (self.schedule_span.start + part.start).min(limit)..(self.schedule_span.start + part.end).min(limit)
    }
}

/// Whether a line may be meant as an entry: its first word could begin a schedule in some dialect.
pub(crate) fn looks_like_entry(line: &[u8], _daemon: &Daemon) -> bool {
    let mut words = line
        .split(|&byte| byte == b' ' || byte == b'\t')
        .filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return false };
    let second = words.next();
    match first[0] {
        b'@' => first.len() > 1 && first[1].is_ascii_alphabetic(),
        b'*' => true,
        b'-' | b'?' | b'0'..=b'9' => field_like(first) && second.is_none_or(field_like),
        // `H` and `R` of other schedulers, and bytes that were pasted before a schedule.
        b'H' | b'R' | b'~' => {
            first.len() < 12 && second.is_some_and(|word| field_like(word) && word[0] != b'=')
        }
        0x80.. => second.is_some_and(field_like) && words.next().is_some_and(field_like),
        _ => false,
    }
}

/// What is wrong with the schedule at the start of a line.
pub(crate) fn schedule_error(line: &[u8], daemon: &'static Daemon) -> Option<ParseError> {
    let (_, end) = schedule_words(line, 0, line.len(), daemon);
    Schedule::parse(&schedule_text(&line[..end]), daemon.dialect).err()
}

/// Where the schedule at the start of a line ends. A macro is a string, which a NUL ends.
pub(crate) fn schedule_end(line: &[u8], daemon: &'static Daemon) -> usize {
    if line.first() == Some(&b'@') {
        0
    } else {
        schedule_words(line, 0, line.len(), daemon).1
    }
}

/// Whether a word could be a field of a schedule.
fn field_like(word: &[u8]) -> bool {
    let first = word[0];
    let values = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'*' | b'/'
                    | b','
                    | b'-'
                    | b'~'
                    | b'#'
                    | b'?'
                    | b'+'
                    | b':'
                    | b'.'
                    | b';'
                    | b'L'
                    | b'W'
                    | 0x80..
            )
    };
    (first.is_ascii_digit()
        || matches!(
            first,
            b'*' | b'?' | b'/' | b',' | b'-' | b'~' | b'H' | b'L' | 0x80..
        )
        || is_name(word))
        && word.iter().all(values)
}

/// Whether a word begins with the name of a month or a weekday.
fn is_name(word: &[u8]) -> bool {
    const NAMES: &[&[u8]] = &[
        b"sun", b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"jan", b"feb", b"mar", b"apr", b"may",
        b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec",
    ];
    word.get(..3)
        .is_some_and(|start| NAMES.iter().any(|name| start.eq_ignore_ascii_case(name)))
}

/// Reads an entry; `line` begins at its first byte that is no blank and ends before what ends the line.
pub(crate) fn read<'t>(text: &'t [u8], line: Span, kind: Kind, daemon: &'static Daemon) -> Entry<'t> {
    // A carriage return at the end is told by itself; the command is easier to read without it.
    let end = line.end - usize::from(text[line.clone()].ends_with(b"\r"));
    let dash = daemon.takes_leading_dash && text[line.start] == b'-';
    let line = line.start + usize::from(dash)..line.end;
    let (words, schedule_end) = schedule_words(text, line.start, end, daemon);
    let schedule_span = line.start..schedule_end;
    let schedule_text = schedule_text(&text[schedule_span.clone()]);
    let schedule = Schedule::parse(&schedule_text, daemon.dialect);
    let more_errors = match &schedule {
        Err(first) if words.len() == 5 => more_errors(&schedule_text, &words, line.start, first, daemon),
        _ => Vec::new(),
    };
    let mut rest = skip_blanks(text, schedule_end, end);
    let star = rest < end && text[rest] == b'*' && daemon.refuses_star_command;
    let mut user = None;
    if kind.has_user_column() && rest < end {
        let stop = end_of_word(text, rest, end);
        user = Some(User {
            name: String::from_utf8_lossy(&text[rest..stop]),
            span: rest..stop,
        });
        rest = skip_blanks(text, stop, end);
    }
    let (after, bad, quiet) = options(text, rest..end, daemon);
    rest = after;
    let (command, input) = command(text, rest..end, daemon);
    let trouble = if star {
        Some(Trouble::StarCommand)
    } else if kind.has_user_column() && user.is_none() {
        Some(Trouble::NoUser)
    } else if rest >= end {
        Some(Trouble::NoCommand)
    } else if bad {
        Some(Trouble::BadOption)
    } else if daemon.command_limit.is_some_and(|limit| line.end - rest > limit) {
        Some(Trouble::TooLong)
    } else {
        None
    };
    Entry {
        schedule,
        more_errors,
        schedule_span,
        words,
        user,
        rest: rest..end,
        command,
        input,
        unlogged: dash || quiet,
        trouble,
    }
}

/// Where the command begins behind its options, whether one of them is unknown, and whether one keeps the run out of
/// the log.
fn options(text: &[u8], place: Span, daemon: &Daemon) -> (usize, bool, bool) {
    let Some(known) = daemon.command_options else {
        return (place.start, false, false);
    };
    let (mut at, mut quiet) = (place.start, false);
    while at < place.end && text[at] == b'-' {
        let end = end_of_word(text, at, place.end);
        let letters = &text[at + 1..end];
        if letters.is_empty() || !letters.iter().all(|letter| known.as_bytes().contains(letter)) {
            return (at, true, quiet);
        }
        quiet |= letters.contains(&b'q');
        at = skip_blanks(text, end, place.end);
    }
    (at, false, quiet)
}

/// The errors of the fields after the first wrong one: that one is taken for a star, and so on.
fn more_errors(
    text: &str,
    words: &[Span],
    start: usize,
    first: &ParseError,
    daemon: &'static Daemon,
) -> Vec<ParseError> {
    let mut text = text.as_bytes().to_vec();
    let mut errors: Vec<ParseError> = Vec::new();
    let mut last = first.clone();
    while errors.len() < words.len() {
        let Some(index) = last
            .field
            .and_then(|field| Field::FIVE.iter().position(|&other| other == field))
        else {
            break;
        };
        let word = words[index].start - start..words[index].end - start;
        if text
            .get(word.clone())
            .is_none_or(|word| word.first() == Some(&b'*') && word[1..].trim_ascii().is_empty())
        {
            break;
        }
        text[word.clone()].fill(b' ');
        text[word.start] = b'*';
        let Ok(Err(error)) = std::str::from_utf8(&text).map(|text| Schedule::parse(text, daemon.dialect))
        else {
            break;
        };
        errors.push(error.clone());
        last = error;
    }
    errors
}

/// The words of the schedule, and where it ends.
fn schedule_words(text: &[u8], start: usize, end: usize, _daemon: &Daemon) -> (Vec<Span>, usize) {
    let wanted = if text.get(start) == Some(&b'@') { 1 } else { 5 };
    let mut words = Vec::with_capacity(wanted);
    let mut at = start;
    while words.len() < wanted {
        let first = skip_blanks(text, at, end);
        if first >= end {
            break;
        }
        at = end_of_word(text, first, end);
        words.push(first..at);
    }
    (words, at)
}

/// The schedule as text, byte for byte as long: what is not UTF-8 becomes a sign that no dialect knows. Of one that has
/// such bytes, and is refused at the first of them, no more is copied than up to there and a command's length.
fn schedule_text(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => Cow::Owned(
            bytes
                .iter()
                .take(error.valid_up_to().saturating_add(LONGEST))
                .map(|&byte| if byte < 0x80 { char::from(byte) } else { '\u{1a}' })
                .collect(),
        ),
    }
}

/// The longest argument that Linux passes to a program (`MAX_ARG_STRLEN`), and so the longest command that a shell is
/// given: no more than that of a line is read, and a byte by which its reader sees that there is more.
pub(crate) const LONGEST: usize = 128 * 1024 + 1;

/// The first part of a command, as long as any daemon could run one.
fn runnable(text: &[u8], place: Span) -> Span {
    let mut end = place.end.min(place.start + LONGEST);
    // Not in the middle of a character.
    while end < place.end && text[end] & 0xc0 == 0x80 {
        end += 1;
    }
    place.start..end
}

/// The command and its input.
fn command<'t>(text: &'t [u8], place: Span, daemon: &Daemon) -> (Text<'t>, Option<Text<'t>>) {
    let place = runnable(text, place);
    if daemon.joins_lines {
        return (joined(text, place), None);
    }
    if !daemon.percent_is_newline
        || !text[place.clone()]
            .iter()
            .any(|&byte| byte == b'%' || byte == b'\\')
    {
        return (Text::plain(text, place), None);
    }
    let mut builder = Builder::new(text, place.start);
    let mut at = place.start;
    while at < place.end {
        let next = text.get(at + 1).filter(|_| at + 1 < place.end);
        match (text[at], next) {
            (b'%', _) => {
                builder.keep(at);
                let command = builder.finish(place.start..at);
                return (command, Some(input(text, at + 1..place.end)));
            }
            (b'\\', Some(b'%')) => {
                builder.keep(at);
                builder.replace(at + 2, "%");
                at += 2;
            }
            // Debian alone also takes one of two backslashes away, and so the second one does not escape.
            (b'\\', Some(b'\\')) if daemon.joins_backslashes => {
                builder.keep(at);
                builder.replace(at + 2, "\\");
                at += 2;
            }
            (b'\\', Some(b'\\')) => at += 2,
            _ => at += 1,
        }
    }
    builder.keep(place.end);
    (builder.finish(place), None)
}

/// The command without the backslashes and line ends that join its lines.
fn joined(text: &[u8], place: Span) -> Text<'_> {
    let mut builder = Builder::new(text, place.start);
    let mut ends = (place.start..place.end.saturating_sub(1)).filter(|&at| text[at..].starts_with(b"\\\n"));
    let Some(first) = ends.next() else {
        return Text::plain(text, place);
    };
    for at in std::iter::once(first).chain(ends) {
        builder.keep(at);
        builder.replace(at + 2, "");
    }
    builder.keep(place.end);
    builder.finish(place)
}

/// What the job reads: `%` begins a new line, `\%` is a percent sign, and the last line is always ended.
fn input(text: &[u8], place: Span) -> Text<'_> {
    let mut builder = Builder::new(text, place.start);
    let mut at = place.start;
    while at < place.end {
        match (text[at], text.get(at + 1).filter(|_| at + 1 < place.end)) {
            (b'%', _) => {
                builder.keep(at);
                builder.replace(at + 1, "\n");
                at += 1;
            }
            (b'\\', Some(b'%')) => {
                builder.keep(at);
                builder.replace(at + 2, "%");
                at += 2;
            }
            _ => at += 1,
        }
    }
    builder.keep(place.end);
    let ended = place.is_empty() || text[place.end - 1] == b'%' && !text[..place.end - 1].ends_with(b"\\");
    if !ended {
        builder.replace(place.end, "\n");
    }
    builder.finish(place)
}

fn skip_blanks(text: &[u8], from: usize, end: usize) -> usize {
    (from..end).find(|&at| !is_blank(text[at])).unwrap_or(end)
}

fn end_of_word(text: &[u8], from: usize, end: usize) -> usize {
    (from..end).find(|&at| is_blank(text[at])).unwrap_or(end)
}

fn is_blank(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

#[cfg(test)]
mod tests {
    use crate::{Crontab, Kind, daemon};

    #[test]
    fn no_more_of_a_command_is_read_than_a_shell_can_be_given() {
        for word in ["a ", "ä", "a%", "\\%"] {
            let text = format!("@daily {}\n", word.repeat(100_000));
            for daemon in daemon::ALL {
                let crontab = Crontab::parse(text.as_bytes(), Kind::User, daemon);
                for (_, entry) in crontab.entries() {
                    let input = entry.input.as_ref().map_or(0, |input| input.text.len());
                    let read = entry.command.text.len().max(input);
                    assert!(read <= 128 * 1024 + 4, "{}: {word}: {read}", daemon.name);
                    assert_eq!(entry.rest.end, text.len() - 1, "{}: {word}", daemon.name);
                }
            }
        }
    }
}
