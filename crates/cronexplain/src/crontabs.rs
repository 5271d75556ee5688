//! Whole crontabs: what each entry means, when it runs next, and what starts at the same time.
//!
//! A crontab is read line by line and each entry told at once, so that a long one takes no more memory than its bytes.

mod listing;
mod load;
mod timeline;

use std::borrow::Cow;
use std::io;
use std::ops::Range;

use crontab::{Complaint, Content, Crontab, Daemon, Kind};
use schedule::describe::has_seconds;
use schedule::{Dialect, Occurrence, Schedule, Zone};
use serde::Serialize;

use crate::answer::{Place, Verdict};
use crate::json::Run;
use crate::report::sentence;
use crate::style::Style;
use crate::trouble::{self, Trouble, bearable};

pub(crate) use listing::Listing;
pub(crate) use load::{Counter, Load};
pub(crate) use timeline::Timeline;

/// How many lines that cannot be read are shown.
const TROUBLES: usize = 20;

/// The C library, and so cronie, takes what it does not know for UTC.
const UNKNOWN_ZONE: &str = "this time zone is not known: what is shown is in UTC";
const ZONES: &str = "zones have names such as `Europe/Berlin`, `America/New_York` or `UTC`";

/// A crontab with its name.
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// One line that runs something.
#[derive(Serialize)]
pub(crate) struct Entry<'f> {
    pub(crate) file: &'f str,
    pub(crate) line: usize,
    expression: Cow<'f, str>,
    user: Option<&'f str>,
    pub(crate) command: Cow<'f, str>,
    /// The zone that CRON_TZ names, where the daemon heeds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<&'f str>,
    sentence: Option<String>,
    never_fires: bool,
    error: Option<String>,
    next: Option<Run>,
    /// The zone that decides when it runs.
    #[serde(skip)]
    pub(crate) in_zone: &'f Zone,
    #[serde(skip)]
    pub(crate) schedule: Option<&'f Schedule>,
    #[serde(skip)]
    coming: Option<Occurrence>,
}

/// What is left to say when all entries have been told.
#[derive(Default)]
pub(crate) struct Rest {
    /// Files of which the daemon runs nothing, because of one bad line.
    dropped: Vec<String>,
    /// The first lines that cannot be read, as they are shown.
    pub(crate) troubles: Vec<String>,
    /// How many more there are.
    pub(crate) more: usize,
    never: bool,
}

/// Who reads, where, and how it tells of lines that cannot be read.
pub(crate) struct Reader<'r> {
    pub(crate) daemon: &'static Daemon,
    /// Whether there is a user column; none: each file tells.
    pub(crate) kind: Option<Kind>,
    pub(crate) place: &'r Place,
    /// Finds the zones that CRON_TZ names, where the daemon heeds it.
    pub(crate) zones: &'r dyn Fn(&str) -> Option<Zone>,
    pub(crate) troubles: Style,
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

impl Reader<'_> {
    /// Hands over each entry of a file, and keeps what is to be said of the file in the end.
    pub(crate) fn read(
        &self,
        file: &File,
        rest: &mut Rest,
        mut each: impl FnMut(&Entry<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let daemon = self.daemon;
        let kind = self
            .kind
            .unwrap_or_else(|| Kind::guess(Some(&file.name), &file.bytes));
        let mut own_zone: Option<Zone> = None;
        let mut dropped = false;
        for line in Crontab::each_line(&file.bytes, kind, daemon) {
            match &line.lines[0].content {
                Content::Entry(entry) => {
                    let entry = self.entry(file, line.lines[0].number, entry, own_zone.as_ref());
                    rest.never |= entry.never_fires;
                    each(&entry)?;
                }
                Content::Assignment(assigned) if daemon.honours_cron_tz && assigned.name == "CRON_TZ" => {
                    let zone = line.environment(1).get("CRON_TZ");
                    let name = zone.text().filter(|name| !name.is_empty());
                    own_zone = name.map(|name| (self.zones)(name).unwrap_or_else(Zone::utc));
                    if name.is_some_and(|name| (self.zones)(name).is_none()) {
                        rest.trouble(|| {
                            shown(
                                file,
                                &line,
                                &assigned.value_span,
                                UNKNOWN_ZONE,
                                Some(ZONES),
                                self.troubles,
                            )
                        });
                    }
                }
                _ => {}
            }
            let verdict = line.verdict();
            dropped |= verdict.dropped;
            for complaint in &verdict.complaints {
                rest.trouble(|| trouble(file, &line, complaint, self.troubles));
            }
        }
        if dropped {
            rest.dropped.push(file.name.clone());
        }
        Ok(())
    }

    fn entry<'e>(
        &'e self,
        file: &'e File,
        line: usize,
        entry: &'e crontab::Entry<'_>,
        own_zone: Option<&'e Zone>,
    ) -> Entry<'e> {
        let text = |span: &Range<usize>| String::from_utf8_lossy(file.bytes[span.clone()].trim_ascii());
        let (zone, now) = (own_zone.unwrap_or(&self.place.zone), self.place.now);
        let schedule = entry.schedule.as_ref().ok();
        let coming = schedule.and_then(|one| one.after(now, zone).next());
        Entry {
            file: &file.name,
            line,
            expression: text(&entry.schedule_span),
            user: entry.user.as_ref().map(|user| &*user.name),
            command: text(&entry.rest),
            zone: own_zone.map(Zone::name),
            sentence: schedule.map(sentence),
            never_fires: schedule.is_some_and(|one| one.never_fires() && !one.is_reboot()),
            error: entry
                .schedule
                .as_ref()
                .err()
                .map(|error| bearable(error.to_string())),
            next: coming.map(|run| Run::new(&run, now, schedule.is_some_and(has_seconds))),
            in_zone: zone,
            schedule,
            coming,
        }
    }
}

/// What the daemon refuses, in our words where it is a schedule, else in its own.
fn trouble(file: &File, line: &Crontab<'_>, complaint: &Complaint, style: Style) -> String {
    let (message, help, span) = match &line.lines[0].content {
        Content::Entry(entry) if entry.schedule.is_err() => {
            let error = entry.schedule.as_ref().err();
            let span = error.map(|error| entry.in_schedule(&error.span));
            let message = error.map(|error| bearable(error.to_string()));
            let help = error.and_then(schedule::ParseError::help).map(bearable);
            (message.unwrap_or_default(), help, span.unwrap_or_default())
        }
        _ => {
            let title = line.daemon.title;
            let message = match &complaint.said {
                Some(words) => format!("{title} says \"{words}\""),
                None => format!("{title} does not read this line"),
            };
            (bearable(message), None, complaint.span.clone())
        }
    };
    shown(file, line, &span, &message, help.as_deref(), style)
}

/// A message about a place in the file that lies in this line.
fn shown(
    file: &File,
    line: &Crontab<'_>,
    span: &Range<usize>,
    message: &str,
    help: Option<&str>,
    style: Style,
) -> String {
    let whole = line.lines[0].full_span();
    let span = span.start.saturating_sub(whole.start)..span.end.saturating_sub(whole.start);
    let (text, number) = (&file.bytes[whole], line.lines[0].number);
    trouble::in_file(&file.name, number, text, &span, message, help, style)
}

impl Rest {
    /// One more line with which something is wrong.
    fn trouble(&mut self, shown: impl FnOnce() -> String) {
        if self.troubles.len() == TROUBLES {
            self.more += 1;
        } else {
            self.troubles.push(shown());
        }
    }

    /// 2 for an entry that cannot be read, 1 for one that never fires.
    pub(crate) fn verdict(&self) -> Verdict {
        match () {
            () if !self.troubles.is_empty() => Verdict::Unreadable,
            () if self.never => Verdict::Finding,
            () => Verdict::Fine,
        }
    }
}
