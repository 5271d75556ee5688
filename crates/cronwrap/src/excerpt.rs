//! Excerpts of a job's output, without its secrets: for the record, for a ping's body, for a message to people.

use crate::capture::{Capture, OutputLine, Stream};
use crate::redact::Redactor;
use crate::timestamps::rfc3339;

/// Of the output so much is kept in the record, half of it from the beginning.
const KEPT: usize = 32 * 1024;
/// So many lines are quoted to people.
const QUOTED: usize = 20;
/// So many bytes of a quoted line.
const QUOTED_BYTES: usize = 500;
/// What is left out of a line whose beginning is unknown.
const BLIND: usize = 1024;

/// The lines of an output that were kept, each without its secrets when it is asked for.
pub(crate) struct Excerpt<'a> {
    lines: Vec<OutputLine<'a>>,
    /// All lines that there were.
    total: u64,
    redactor: &'a Redactor,
}

impl<'a> Excerpt<'a> {
    pub(crate) fn of(capture: &'a Capture, redactor: &'a Redactor) -> Excerpt<'a> {
        let (mut lines, tail) = capture.lines();
        lines.extend(tail);
        Excerpt {
            lines,
            total: capture.total().lines,
            redactor,
        }
    }

    /// A line without its secrets. A line whose beginning was not kept may begin inside one.
    fn clean<'b>(&self, line: &'b OutputLine<'_>) -> OutputLine<'b> {
        let bytes = match line.beheaded {
            true => &line.bytes[line.bytes.len().min(BLIND)..],
            false => &line.bytes[..],
        };
        OutputLine {
            bytes: self.redactor.redact(bytes),
            ..*line
        }
    }

    /// Beginning and end with their times, and between them how much is missing, as the record keeps it.
    pub(crate) fn both_ends(&self) -> Vec<u8> {
        let all: Vec<String> = self.lines.iter().map(|line| shown(&self.clean(line))).collect();
        let from_head = how_many_fit(all.iter(), KEPT / 2);
        let from_tail = how_many_fit(all[from_head..].iter().rev(), KEPT / 2);
        let mut kept = all[..from_head].concat();
        let missing = self.total.saturating_sub((from_head + from_tail) as u64);
        if missing > 0 {
            kept.push_str(&format!("[... {missing} lines ...]\n"));
        }
        kept.push_str(&all[all.len() - from_tail..].concat());
        kept.into_bytes()
    }

    /// The first lines of standard error, for people.
    pub(crate) fn first_errors(&self) -> Vec<String> {
        let errors = self.lines.iter().filter(|line| line.stream == Stream::Err);
        errors.take(QUOTED).map(|line| self.quoted(line)).collect()
    }

    /// The last lines of everything, for people.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        let last = &self.lines[self.lines.len().saturating_sub(QUOTED)..];
        last.iter().map(|line| self.quoted(line)).collect()
    }

    fn quoted(&self, line: &OutputLine<'_>) -> String {
        let line = self.clean(line);
        let near = &line.bytes[..line.bytes.len().min(QUOTED_BYTES)];
        String::from_utf8_lossy(near).into_owned()
    }

    /// As many whole lines from the end as there is room for, with their times, and how many they are. Where not
    /// even the last has room, its end.
    pub(crate) fn end_within(&self, room: usize) -> (String, usize) {
        let (mut chosen, mut left) = (Vec::new(), room);
        for line in self.lines.iter().rev() {
            let line = &self.clean(line);
            let text = shown(line);
            match left.checked_sub(text.len()) {
                Some(rest) => left = rest,
                None if chosen.is_empty() && room > 60 => {
                    chosen.push(end_of(line, room));
                    break;
                }
                None => break,
            }
            chosen.push(text);
        }
        let count = chosen.len();
        (chosen.into_iter().rev().collect(), count)
    }
}

fn how_many_fit<'a>(lines: impl Iterator<Item = &'a String>, mut room: usize) -> usize {
    let fits = |line: &&String| match room.checked_sub(line.len()) {
        Some(rest) => {
            room = rest;
            true
        }
        None => false,
    };
    lines.take_while(fits).count()
}

/// A line as it is stored and sent: its time, its stream, its text.
fn shown(line: &OutputLine<'_>) -> String {
    format!(
        "{}{}{}\n",
        prefix(line),
        if line.beheaded { "..." } else { "" },
        String::from_utf8_lossy(&line.bytes)
    )
}

fn prefix(line: &OutputLine<'_>) -> String {
    match line.stream.tag() {
        "" => format!("{} ", rfc3339(line.at)),
        tag => format!("{} {tag} ", rfc3339(line.at)),
    }
}

/// The end of a line that is too long for the body, from a character's first byte on.
fn end_of(line: &OutputLine<'_>, room: usize) -> String {
    let prefix = prefix(line);
    // Not the whole of a line of megabytes, of which only the end is wanted.
    let near = &line.bytes[line.bytes.len().saturating_sub(room)..];
    let text = String::from_utf8_lossy(near);
    let cut = text
        .len()
        .saturating_sub(room.saturating_sub(prefix.len() + "...\n".len()));
    let cut = (cut..=text.len())
        .find(|&at| text.is_char_boundary(at))
        .unwrap_or(0);
    format!("{prefix}...{}\n", &text[cut..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Stamp;

    #[test]
    fn of_a_long_output_beginning_and_end_are_kept_and_the_rest_is_counted() {
        let mut capture = Capture::default();
        for number in 0..100_000 {
            capture.push(
                Stamp::default(),
                Stream::Out,
                format!("line {number}\n").as_bytes(),
            );
        }
        let kept = String::from_utf8(Excerpt::of(&capture, &Redactor::default()).both_ends()).expect("text");
        assert!(kept.len() <= KEPT + 100, "{}", kept.len());
        let lines: Vec<&str> = kept.lines().collect();
        assert!(lines[0].ends_with(" out line 0") && lines[lines.len() - 1].ends_with(" out line 99999"));
        let missing = lines
            .iter()
            .find(|line| line.starts_with("[... "))
            .expect("a gap");
        assert_eq!(
            *missing,
            format!("[... {} lines ...]", 100_000 - (lines.len() - 1))
        );
    }

    #[test]
    fn a_short_output_is_kept_whole_and_once() {
        let mut capture = Capture::default();
        capture.push(Stamp::default(), Stream::Err, b"one\n");
        capture.push(Stamp::default(), Stream::Out, b"two\n");
        let redactor = Redactor::default();
        let excerpt = Excerpt::of(&capture, &redactor);
        let kept = String::from_utf8(excerpt.both_ends()).expect("text");
        assert_eq!((kept.lines().count(), kept.contains("[...")), (2, false));
        assert_eq!(excerpt.first_errors(), ["one"]);
        assert_eq!(excerpt.last_lines(), ["one", "two"]);
    }
}
