//! Whole crontabs: what each entry means, when it runs next, and what starts at the same time.

use std::fmt::Write;

use chrono::NaiveDate;
use crontab::{Complaint, Content, Crontab, Daemon, Kind};
use schedule::describe::has_seconds;
use schedule::{Dialect, Occurrence, Schedule, Zone};
use serde::Serialize;

use crate::answer::{Place, Verdict};
use crate::json::{Run, VERSION};
use crate::load::Load;
use crate::report::{sentence, stamp};
use crate::time::distance;
use crate::trouble::{Trouble, visible};

/// A crontab with its name.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What was found in all of them.
#[derive(Serialize)]
pub(crate) struct Found {
    version: u32,
    pub(crate) zone: String,
    dialect: &'static str,
    pub(crate) entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) load: Option<Load>,
    /// Files of which the daemon runs nothing, because of one bad line.
    dropped: Vec<String>,
    #[serde(skip)]
    pub(crate) troubles: Vec<Trouble>,
    /// The daemon.
    #[serde(skip)]
    title: &'static str,
}

/// One line that runs something.
#[derive(Serialize)]
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) line: usize,
    expression: String,
    user: Option<String>,
    pub(crate) command: String,
    /// The zone that CRON_TZ names, where the daemon heeds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    sentence: Option<String>,
    never_fires: bool,
    error: Option<String>,
    next: Option<Run>,
    #[serde(skip)]
    pub(crate) in_zone: Option<Zone>,
    #[serde(skip)]
    pub(crate) schedule: Option<Schedule>,
    #[serde(skip)]
    coming: Option<Occurrence>,
}

/// Which picture of the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum View {
    /// A list alone.
    List,
    /// One day, a line for each entry.
    Timeline(NaiveDate),
    /// So many days from this one on, all entries together.
    Load(NaiveDate, u32),
}

/// The daemon that reads crontabs in a dialect.
pub(crate) fn daemon(dialect: &'static Dialect) -> Result<&'static Daemon, Trouble> {
    crontab::daemon::ALL
        .iter()
        .copied()
        .find(|daemon| daemon.dialect == dialect)
        .ok_or_else(|| {
            let names: Vec<&str> = crontab::daemon::ALL
                .iter()
                .map(|daemon| daemon.dialect.name)
                .collect();
            let message = format!("{} reads no crontabs", dialect.title);
            Trouble::new(
                "--dialect",
                dialect.name,
                message,
                &format!("daemons that do: {}", names.join(", ")),
            )
        })
}

/// Reads the crontabs as a daemon does; `zones` finds those that CRON_TZ names, where the daemon heeds it.
pub(crate) fn read(
    files: &[File],
    kind: Option<Kind>,
    daemon: &'static Daemon,
    place: &Place,
    zones: &dyn Fn(&str) -> Option<Zone>,
) -> Found {
    let mut found = Found {
        version: VERSION,
        zone: place.zone.name().to_owned(),
        dialect: daemon.dialect.name,
        entries: Vec::new(),
        load: None,
        dropped: Vec::new(),
        title: daemon.title,
        troubles: Vec::new(),
    };
    for file in files {
        let kind = kind.unwrap_or_else(|| Kind::guess(Some(&file.name), &file.bytes));
        let crontab = Crontab::parse(&file.bytes, kind, daemon);
        for (line, entry) in crontab.entries() {
            let zone = crontab
                .environment(line)
                .get("CRON_TZ")
                .text()
                .filter(|_| daemon.honours_cron_tz)
                .and_then(zones);
            found
                .entries
                .push(read_entry(file, crontab.lines[line].number, entry, zone, place));
        }
        let verdict = crontab.verdict();
        found.troubles.extend(
            verdict
                .complaints
                .iter()
                .map(|complaint| trouble(file, &crontab, complaint)),
        );
        if verdict.dropped {
            found.dropped.push(file.name.clone());
        }
    }
    found
}

fn read_entry(
    file: &File,
    line: usize,
    entry: &crontab::Entry<'_>,
    zone: Option<Zone>,
    place: &Place,
) -> Entry {
    let text = |span: &std::ops::Range<usize>| {
        String::from_utf8_lossy(&file.bytes[span.clone()])
            .trim()
            .to_owned()
    };
    let schedule = entry.schedule.as_ref().ok().cloned();
    let coming = schedule
        .as_ref()
        .and_then(|one| one.after(place.now, zone.as_ref().unwrap_or(&place.zone)).next());
    Entry {
        file: file.name.clone(),
        line,
        expression: text(&entry.schedule_span),
        user: entry.user.as_ref().map(|user| user.name.clone().into_owned()),
        command: text(&entry.rest),
        zone: zone.as_ref().map(|zone| zone.name().to_owned()),
        sentence: schedule.as_ref().map(sentence),
        never_fires: schedule
            .as_ref()
            .is_some_and(|one| one.never_fires() && !one.is_reboot()),
        error: entry.schedule.as_ref().err().map(ToString::to_string),
        next: coming.map(|run| Run::new(&run, place.now, schedule.as_ref().is_some_and(has_seconds))),
        in_zone: zone,
        schedule,
        coming,
    }
}

/// What the daemon refuses, in our words where it is a schedule, else in its own.
fn trouble(file: &File, crontab: &Crontab<'_>, complaint: &Complaint) -> Trouble {
    let line = &crontab.lines[complaint.line];
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    let same = text.len() == file.bytes.len();
    let mut trouble = match &line.content {
        Content::Entry(entry) => match &entry.schedule {
            Err(error) => {
                let span = entry.in_schedule(&error.span);
                Trouble {
                    span,
                    ..Trouble::expression("", error)
                }
            }
            Ok(_) => refused(crontab, complaint),
        },
        _ => refused(crontab, complaint),
    };
    trouble.place = file.name.clone().into();
    if !same {
        // Bytes that are no text have shifted the places; the line still tells.
        trouble.message = format!("line {}: {}", line.number, trouble.message);
        trouble.span = 0..0;
    }
    trouble.text = text.into();
    trouble
}

fn refused(crontab: &Crontab<'_>, complaint: &Complaint) -> Trouble {
    let title = crontab.daemon.title;
    let message = match &complaint.said {
        Some(words) => format!("{title} says \"{words}\""),
        None => format!("{title} does not read this line"),
    };
    Trouble {
        span: complaint.span.clone(),
        ..Trouble::new("", "", message, "")
    }
}

impl Found {
    /// 2 for an entry that cannot be read, 1 for one that never fires.
    pub(crate) fn verdict(&self) -> Verdict {
        match () {
            () if !self.troubles.is_empty() => Verdict::Unreadable,
            () if self.entries.iter().any(|entry| entry.never_fires) => Verdict::Finding,
            () => Verdict::Fine,
        }
    }

    /// Each entry with its meaning and its next run.
    pub(crate) fn list(&self, place: &Place) -> String {
        let mut text = String::new();
        let mut file = None;
        for entry in &self.entries {
            if file != Some(&entry.file) {
                let gap = if file.is_some() { "\n" } else { "" };
                let _ = writeln!(
                    text,
                    "{gap}{} ({})",
                    place.style.bold(&visible(&entry.file)),
                    visible(&self.zone)
                );
                file = Some(&entry.file);
            }
            let user = entry
                .user
                .as_ref()
                .map(|user| format!("{}: ", visible(user)))
                .unwrap_or_default();
            let command = format!("{user}{}", visible(&entry.command));
            let _ = writeln!(
                text,
                "\n{:>4}  {}  {}",
                entry.line,
                place.style.bold(&visible(&entry.expression)),
                shortened(&command)
            );
            let meaning = match (&entry.sentence, &entry.error) {
                (Some(sentence), _) => visible(sentence).into_owned(),
                (None, Some(error)) => format!("Cannot be read: {}.", visible(error)),
                (None, None) => continue,
            };
            let _ = writeln!(text, "      {meaning}");
            if let Some(run) = &entry.coming {
                let seconds = entry.schedule.as_ref().is_some_and(has_seconds);
                let _ = writeln!(
                    text,
                    "      next {}  {}",
                    stamp(run.at, seconds),
                    place.style.dim(&distance(place.now, run.at))
                );
            }
        }
        if self.entries.is_empty() {
            text.push_str("No entries.\n");
        }
        text
    }

    /// Which files do not run at all.
    pub(crate) fn warnings(&self) -> String {
        let mut text = String::new();
        for file in &self.dropped {
            let (file, daemon) = (visible(file), self.title);
            let _ = writeln!(
                text,
                "\nNothing of {file} runs: {daemon} drops a whole file for one line that it cannot read."
            );
        }
        text
    }
}

/// A command in one line of bearable length.
fn shortened(command: &str) -> String {
    const LONGEST: usize = 100;
    match command.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &command[..end]),
        None => command.to_owned(),
    }
}
