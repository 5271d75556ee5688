//! What the daemon makes of a file as a whole, and what it says.

use schedule::{Field, ParseError, ParseErrorKind};

use crate::daemon::{Assignments, FinalNewline, OnError, Refused};
use crate::line::{Content, Ending};
use crate::{Crontab, Daemon, Entry, Kind, Span, Trouble, entry};

/// What the daemon makes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Every complaint that the daemon would have, in order. One that drops the whole file at the first error
    /// logs that one alone.
    pub complaints: Vec<Complaint>,
    /// Whether nothing of the file runs.
    pub dropped: bool,
}

/// A complaint of the daemon, in its own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The words of Debian's cron and its relatives, such as `bad minute`.
    pub words: &'static str,
    /// This daemon's own words; none: it says nothing, or nobody knows.
    pub said: Option<String>,
    /// The index of the line.
    pub line: usize,
    /// The place, as exact as we know it.
    pub span: Span,
}

pub(crate) fn verdict(crontab: &Crontab<'_>) -> Verdict {
    let daemon = crontab.daemon;
    let mut complaints: Vec<Complaint> = Vec::new();
    for (line, content) in crontab.lines.iter().enumerate() {
        let found = match &content.content {
            Content::Blank | Content::Comment => None,
            Content::Entry(entry) => entry.complaint(crontab.kind, daemon),
            Content::Assignment(_) if !daemon.refuses_assignments() => None,
            // Such daemons skip what they take for an assignment without a word.
            Content::Unreadable(_)
                if daemon.assignments != Assignments::All && !daemon.refuses_assignments() =>
            {
                None
            }
            Content::Assignment(_) | Content::Unreadable(_) => Some((
                unreadable(crontab.text, &content.span, daemon),
                content.span.clone(),
            )),
        };
        complaints.extend(found.map(|(words, span)| Complaint {
            words,
            said: match &content.content {
                Content::Entry(entry) => crontab.says(line, span.start, words, entry.schedule.as_ref().err()),
                _ => crontab.says_of_unreadable(line),
            },
            line,
            span,
        }));
    }
    let mut dropped = daemon.on_error == OnError::DropsFile && !complaints.is_empty();
    if let Some((line, span)) = crontab.unended_line() {
        match daemon.final_newline {
            FinalNewline::Optional => {}
            FinalNewline::DropsLine => complaints.push(Complaint {
                words: "missing newline before EOF",
                said: Some("missing newline before EOF".to_owned()),
                line,
                span,
            }),
            // It notices before it looks at the line, unless a NUL hides the end from it.
            FinalNewline::Required => {
                let whole = &crontab.text[crontab.lines[line].span.clone()];
                if !whole.contains(&0) {
                    complaints.retain(|complaint| complaint.line != line);
                }
                complaints.push(Complaint {
                    words: "Missing newline before EOF",
                    said: Some("Missing newline before EOF".to_owned()),
                    line,
                    span,
                });
                dropped = true;
            }
        }
    }
    Verdict { complaints, dropped }
}

impl Crontab<'_> {
    /// What the daemon says of a line that is no assignment to it and no entry to us.
    pub fn says_of_unreadable(&self, line: usize) -> Option<String> {
        let span = &self.lines[line].span;
        let start = first_of(self.text, span);
        let error = entry::schedule_error(&self.text[start..span.end], self.daemon);
        let at = error.as_ref().map_or(start, |error| start + error.span.start);
        let part = error.as_ref().map_or("bad minute", words_for_error);
        self.says(line, at, part, error.as_ref())
    }

    /// What the daemon says of a line that it refuses; none: nothing, or nobody knows. `part` is what Debian's cron
    /// would say, and `at` where in the text it stumbles.
    pub fn says(
        &self,
        line: usize,
        at: usize,
        part: &'static str,
        error: Option<&ParseError>,
    ) -> Option<String> {
        let start = first_of(self.text, &self.lines[line].span);
        let end = self.lines[line].span.end.min(start + entry::LONGEST);
        let text = String::from_utf8_lossy(&self.text[start..end]);
        (self.daemon.says)(&Refused {
            line: &text,
            at: at.saturating_sub(start),
            part,
            error,
        })
    }

    /// The last line, if it is an entry, an assignment or unreadable and no newline ends it.
    pub fn unended_line(&self) -> Option<(usize, Span)> {
        let (index, line) = self.lines.iter().enumerate().next_back()?;
        let counts = !matches!(line.content, Content::Blank | Content::Comment);
        (counts && line.ending == Ending::Nothing).then_some((index, line.span.end..line.span.end))
    }
}

impl Entry<'_> {
    /// What the daemon says of the entry, and of which part.
    pub fn complaint(&self, kind: Kind, daemon: &Daemon) -> Option<(&'static str, Span)> {
        if let Err(error) = &self.schedule {
            return Some((words_for_error(error), self.in_schedule(&error.span)));
        }
        let user = self.user.as_ref().map(|user| user.span.clone());
        let blank_follows = user.as_ref().is_none_or(|user| self.rest.start > user.end);
        match self.trouble? {
            Trouble::StarCommand => {
                let at = user.map_or(self.rest.start, |user| user.start);
                Some(("bad command", at..at + 1))
            }
            Trouble::NoUser => Some(("bad command", self.schedule_span.end..self.schedule_span.end)),
            Trouble::NoCommand if daemon.takes_empty_command && (kind == Kind::User || blank_follows) => None,
            Trouble::NoCommand => Some(("bad command", self.rest.clone())),
            Trouble::BadOption => Some(("bad option", self.rest.clone())),
            Trouble::TooLong => Some(("command too long", self.rest.clone())),
        }
    }
}

/// What Debian's cron, cronie and ISC cron say of a schedule that cannot be read.
pub fn words_for_error(error: &ParseError) -> &'static str {
    if matches!(error.kind, ParseErrorKind::UnknownMacro { .. }) {
        return "bad time specifier";
    }
    match error.field {
        Some(Field::Hour) => "bad hour",
        Some(Field::DayOfMonth) => "bad day-of-month",
        Some(Field::Month) => "bad month",
        Some(Field::DayOfWeek) => "bad day-of-week",
        _ => "bad minute",
    }
}

fn unreadable(text: &[u8], span: &Span, daemon: &'static Daemon) -> &'static str {
    let error = entry::schedule_error(&text[first_of(text, span)..span.end], daemon);
    error.as_ref().map_or("bad minute", words_for_error)
}

/// Where a line begins behind its blanks.
fn first_of(text: &[u8], span: &Span) -> usize {
    let blanks = text[span.clone()]
        .iter()
        .take_while(|&&byte| byte == b' ' || byte == b'\t')
        .count();
    span.start + blanks
}
