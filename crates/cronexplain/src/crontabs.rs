//! Whole crontabs: what each entry means, when it runs next, and what starts at the same time.

use std::fmt::Write;

use chart::{LoadMap, MINUTES_A_DAY, Row, Terminal, Timeline};
use chrono::{Days, NaiveDate, NaiveTime, Timelike};
use crontab::{Complaint, Content, Crontab, Daemon, Kind};
use schedule::describe::has_seconds;
use schedule::{Dialect, Occurrence, Schedule, Zone};
use serde::Serialize;

use crate::answer::{Place, Verdict};
use crate::json::{Run, VERSION};
use crate::report::{sentence, stamp};
use crate::time::{distance, in_zone};
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
    zone: String,
    dialect: &'static str,
    entries: Vec<Entry>,
    #[serde(skip_serializing_if = "Option::is_none")]
    load: Option<Load>,
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
struct Entry {
    file: String,
    line: usize,
    expression: String,
    user: Option<String>,
    command: String,
    /// The zone that CRON_TZ names, where the daemon heeds it.
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
    sentence: Option<String>,
    never_fires: bool,
    error: Option<String>,
    next: Option<Run>,
    #[serde(skip)]
    in_zone: Option<Zone>,
    #[serde(skip)]
    schedule: Option<Schedule>,
    #[serde(skip)]
    coming: Option<Occurrence>,
}

/// How much starts when.
#[derive(Serialize)]
struct Load {
    #[serde(serialize_with = "crate::json::shown")]
    first: NaiveDate,
    days: u32,
    starts: u64,
    collisions: u64,
    busiest: Vec<Busy>,
    /// Minutes of the hour in which nothing starts in the whole span.
    free_minutes: Vec<u32>,
    #[serde(skip)]
    counts: Vec<u32>,
}

#[derive(Serialize)]
struct Busy {
    at: String,
    starts: u32,
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
    let message = format!("{} says \"{}\"", crontab.daemon.title, complaint.words);
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

    /// Adds up the starts of so many days.
    pub(crate) fn add_load(&mut self, first: NaiveDate, days: u32, zone: &Zone) {
        let mut counts = vec![0u32; MINUTES_A_DAY * days as usize];
        for entry in &self.entries {
            for (day, minute) in entry.starts(first, days, zone) {
                counts[day * MINUTES_A_DAY + minute] += 1;
            }
        }
        let map = LoadMap {
            title: "",
            first,
            counts: &counts,
            collision: 2,
        };
        let busiest = map.busiest(10).into_iter();
        let mut of_hour = [false; 60];
        counts
            .iter()
            .enumerate()
            .filter(|(_, count)| **count > 0)
            .for_each(|(minute, _)| of_hour[minute % 60] = true);
        self.load = Some(Load {
            first,
            days,
            starts: counts.iter().map(|count| u64::from(*count)).sum(),
            collisions: counts.iter().filter(|count| **count > 1).count() as u64,
            busiest: busiest
                .map(|busy| Busy {
                    at: busy.at.format("%Y-%m-%dT%H:%M").to_string(),
                    starts: busy.count,
                })
                .collect(),
            free_minutes: (0u32..60).filter(|minute| !of_hour[*minute as usize]).collect(),
            counts,
        });
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

    /// The picture of a view as SVG.
    pub(crate) fn svg(&self, view: View, place: &Place) -> Result<String, Trouble> {
        match view {
            View::Timeline(day) => Ok(self.timeline(day, &place.zone, |timeline| timeline.svg())),
            View::Load(..) => Ok(self.load_map(|map| map.svg()).unwrap_or_default()),
            View::List => Err(Trouble::new(
                "--svg",
                "",
                "there is no picture to write",
                "add --timeline DAY or --load week",
            )),
        }
    }

    /// One day, a row for each entry that runs on it.
    pub(crate) fn timeline<T>(&self, day: NaiveDate, zone: &Zone, draw: impl Fn(&Timeline<'_>) -> T) -> T {
        let several = self
            .entries
            .iter()
            .any(|entry| entry.file != self.entries[0].file);
        let rows: Vec<(String, Vec<u16>)> = self
            .entries
            .iter()
            .filter_map(|entry| {
                entry.schedule.as_ref()?;
                let minutes = entry
                    .starts(day, 1, zone)
                    .map(|(_, minute)| minute as u16)
                    .collect();
                let place = if several {
                    format!("{}:{}", entry.file, entry.line)
                } else {
                    entry.line.to_string()
                };
                Some((format!("{place} {}", entry.command), minutes))
            })
            .collect();
        let rows: Vec<Row<'_>> = rows
            .iter()
            .map(|(label, minutes)| Row { label, minutes })
            .collect();
        draw(&Timeline {
            title: &format!("{} ({})", day.format("%A %Y-%m-%d"), self.zone),
            rows: &rows,
        })
    }

    /// All entries together, minute by minute.
    pub(crate) fn load_map<T>(&self, draw: impl Fn(&LoadMap<'_>) -> T) -> Option<T> {
        let load = self.load.as_ref()?;
        let title = format!(
            "Starts from {} on, {} ({})",
            load.first,
            crate::time::count(load.days.into(), "day"),
            self.zone
        );
        Some(draw(&LoadMap {
            title: &title,
            first: load.first,
            counts: &load.counts,
            collision: 2,
        }))
    }

    /// What the load map leaves to say.
    pub(crate) fn advice(&self, terminal: &Terminal) -> String {
        let mut text = self.load_map(|map| map.text(terminal)).unwrap_or_default();
        let Some(load) = &self.load else { return text };
        if load.free_minutes.is_empty() {
            text.push_str("No minute of the hour is always free.\n");
        } else {
            let shown: Vec<String> = spread(&load.free_minutes)
                .into_iter()
                .map(|minute| minute.to_string())
                .collect();
            let _ = writeln!(
                text,
                "{} of the 60 minutes of the hour are always free; for something new take {}.",
                load.free_minutes.len(),
                shown.join(", ")
            );
        }
        text
    }
}

impl Entry {
    /// The day (from 0) and minute of each start, as the clock of `zone` shows it.
    fn starts<'a>(
        &'a self,
        first: NaiveDate,
        days: u32,
        zone: &'a Zone,
    ) -> impl Iterator<Item = (usize, usize)> + 'a {
        let midnight = |day: NaiveDate| in_zone(day.and_time(NaiveTime::MIN), zone);
        let end = first.checked_add_days(Days::new(days.into())).unwrap_or(first);
        let own = self.in_zone.as_ref().unwrap_or(zone);
        let runs = self
            .schedule
            .iter()
            .flat_map(move |one| one.between(midnight(first), midnight(end), own));
        runs.filter_map(move |run| {
            let at = run.at.with_timezone(&zone.offset_at(run.at.to_utc()));
            let day = usize::try_from((at.date_naive() - first).num_days()).ok()?;
            Some((day, (at.hour() * 60 + at.minute()) as usize)).filter(|(day, _)| *day < days as usize)
        })
    }
}

/// Up to five of them, far apart.
fn spread(minutes: &[u32]) -> Vec<u32> {
    let wanted = minutes.len().min(5);
    (0..wanted)
        .map(|index| minutes[(2 * index + 1) * minutes.len() / (2 * wanted)])
        .collect()
}

/// A command in one line of bearable length.
fn shortened(command: &str) -> String {
    const LONGEST: usize = 100;
    match command.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &command[..end]),
        None => command.to_owned(),
    }
}
