//! The entries as they are read: lines for people, or one object for programs.

use std::io::{self, Write};

use schedule::describe::has_seconds;
use serde::Serialize;

use super::{Entry, Load, Rest};
use crate::answer::Place;
use crate::json::VERSION;
use crate::report::stamp;
use crate::time::distance;
use crate::trouble::visible;

/// Writes entries one by one.
pub(crate) struct Listing<'l> {
    place: &'l Place,
    /// What people call the daemon.
    title: &'static str,
    json: bool,
    entries: usize,
    /// The file of the entry before.
    file: Option<String>,
}

/// What stands before the entries.
#[derive(Serialize)]
struct Head<'a> {
    version: u32,
    zone: &'a str,
    dialect: &'a str,
}

/// What follows them.
#[derive(Serialize)]
struct Tail<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<&'a Load>,
    dropped: &'a [String],
}

impl<'l> Listing<'l> {
    pub(crate) fn new(place: &'l Place, title: &'static str, json: bool) -> Listing<'l> {
        Listing {
            place,
            title,
            json,
            entries: 0,
            file: None,
        }
    }

    pub(crate) fn begin(&self, out: &mut dyn Write) -> io::Result<()> {
        if !self.json {
            return Ok(());
        }
        let head = serde_json::to_string(&Head {
            version: VERSION,
            zone: self.place.zone.name(),
            dialect: self.place.dialect.name,
        })?;
        write!(out, "{},\"entries\":[", head.strip_suffix('}').unwrap_or(&head))
    }

    /// One entry with its meaning and its next run.
    pub(crate) fn entry(&mut self, entry: &Entry<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.entries += 1;
        if self.json {
            if self.entries > 1 {
                out.write_all(b",")?;
            }
            serde_json::to_writer(&mut *out, entry)?;
            return Ok(());
        }
        self.name_file(entry.file, out)?;
        let style = self.place.style;
        let user = entry
            .user
            .map(|user| format!("{}: ", visible(user)))
            .unwrap_or_default();
        let command = format!("{user}{}", visible(&shortened(&entry.command)));
        let expression = style.bold(&visible(&shortened(&entry.expression)));
        writeln!(out, "\n{:>4}  {expression}  {command}", entry.line)?;
        match (&entry.sentence, &entry.error) {
            (Some(sentence), _) => writeln!(out, "      {}", visible(sentence))?,
            (None, Some(error)) => writeln!(out, "      Cannot be read: {}.", visible(error))?,
            (None, None) => {}
        }
        if let Some(run) = &entry.coming {
            let seconds = entry.schedule.is_some_and(has_seconds);
            let far = style.dim(&distance(self.place.now, run.at));
            writeln!(out, "      next {}  {far}", stamp(run.at, seconds))?;
        }
        Ok(())
    }

    fn name_file(&mut self, file: &str, out: &mut dyn Write) -> io::Result<()> {
        if self.file.as_deref() != Some(file) {
            let gap = if self.file.is_some() { "\n" } else { "" };
            let name = self.place.style.bold(&visible(file));
            writeln!(out, "{gap}{name} ({})", visible(self.place.zone.name()))?;
            self.file = Some(file.to_owned());
        }
        Ok(())
    }

    /// Says that there are none, or closes the object.
    pub(crate) fn end(&self, load: Option<&Load>, rest: &Rest, out: &mut dyn Write) -> io::Result<()> {
        if self.json {
            let dropped = &rest.dropped;
            let tail = serde_json::to_string(&Tail { load, dropped })?;
            return writeln!(out, "],{}", tail.strip_prefix('{').unwrap_or(&tail));
        }
        if self.entries == 0 {
            out.write_all(b"No entries.\n")?;
        }
        Ok(())
    }

    /// Which files do not run at all.
    pub(crate) fn warn(&self, rest: &Rest, out: &mut dyn Write) -> io::Result<()> {
        for file in rest.dropped.iter().filter(|_| !self.json) {
            let (file, daemon) = (visible(file), self.title);
            writeln!(
                out,
                "\nNothing of {file} runs: {daemon} drops a whole file for one line that it cannot read."
            )?;
        }
        Ok(())
    }
}

/// A text in one line of bearable length.
fn shortened(text: &str) -> String {
    const LONGEST: usize = 100;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
