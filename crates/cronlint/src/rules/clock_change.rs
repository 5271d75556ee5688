use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diagnostic::Severity;
use schedule::{Schedule, Shift, Transition, Zone};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S024",
    name: "clock-change",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("clock_change.md"),
    check,
};

/// A job that runs in so many hours of the day, or more, may well miss or repeat one.
const OFTEN: usize = 12;
/// How far ahead the changes of the clock are looked at.
const AHEAD: TimeDelta = TimeDelta::days(400);
/// What a daemon does late, it does within this time.
const LATE: TimeDelta = TimeDelta::hours(6);

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut zones: Vec<(String, Option<Zone>)> = Vec::new();
    let mut found = Vec::new();
    for (index, entry) in file.crontab.entries() {
        let Ok(schedule) = &entry.schedule else { continue };
        if schedule
            .fields()
            .is_none_or(|fields| fields.hour.values().count() >= OFTEN)
        {
            continue;
        }
        let environment = file.crontab.environment(index);
        let own = environment
            .assignment("CRON_TZ")
            .filter(|_| file.crontab.daemon.honours_cron_tz);
        let zone = match own {
            None => file.zone,
            Some(assignment) => {
                let name = assignment.value.as_ref();
                if !zones.iter().any(|(known, _)| known == name) {
                    zones.push((name.to_owned(), crate::zone::named(name)));
                }
                let zone = zones.iter().find(|(known, _)| known == name);
                zone.and_then(|(_, zone)| zone.as_ref())
            }
        };
        let Some(zone) = zone else { continue };
        if let Some(finding) = look(schedule, zone, file.now) {
            found.push(finding.at(entry.schedule_span.clone()));
        }
    }
    found
}

/// What the coming changes do to the runs of a schedule.
#[derive(Default)]
struct Changes {
    words: Vec<String>,
    notes: Vec<String>,
}

fn look(schedule: &Schedule, zone: &Zone, now: DateTime<Utc>) -> Option<Changes> {
    let mut changes = Changes::default();
    let coming = zone
        .transitions(now)
        .filter(|change| change.before != change.after)
        .take_while(|change| change.at < now + AHEAD)
        .take(2);
    for change in coming {
        let day = change.at.with_timezone(&change.before).format("%a %-d %b %Y");
        let (from, to) = (clock(&change, true), clock(&change, false));
        if to > from {
            if let Some(time) = skipped(schedule, zone, &change) {
                changes.words.push(format!("no run on {day}"));
                changes.notes.push(format!(
                    "in {}, the clock goes from {} to {} on {day}, past {}",
                    zone.name(),
                    from.format("%H:%M"),
                    to.format("%H:%M"),
                    time.format("%H:%M")
                ));
            }
        } else if let Some(time) = repeated(schedule, zone, &change) {
            changes.words.push(format!("two runs on {day}"));
            changes.notes.push(format!(
                "in {}, the clock goes back from {} to {} on {day}, and shows {} twice",
                zone.name(),
                from.format("%H:%M"),
                to.format("%H:%M"),
                time.format("%H:%M")
            ));
        }
    }
    (!changes.words.is_empty()).then_some(changes)
}

/// What the clock shows at a change, before or after it.
fn clock(change: &Transition, before: bool) -> NaiveDateTime {
    let offset = if before { change.before } else { change.after };
    change.at.with_timezone(&offset).naive_local()
}

/// The first time that the clock skips and at which the job would have run; none if it runs at another time instead.
fn skipped(schedule: &Schedule, zone: &Zone, change: &Transition) -> Option<NaiveDateTime> {
    let gap = clock(change, false) - clock(change, true);
    let unmoved = Zone::fixed(change.before);
    let wanted = schedule.between(change.at, change.at + gap, &unmoved);
    let wanted: Vec<NaiveDateTime> = wanted.map(|occurrence| occurrence.at.naive_local()).collect();
    let caught_up: Vec<NaiveDateTime> = schedule
        .between(change.at, change.at + LATE, zone)
        .filter_map(|occurrence| match occurrence.shift {
            Some(Shift::Moved { from }) => Some(from),
            _ => None,
        })
        .collect();
    wanted.into_iter().find(|time| !caught_up.contains(time))
}

/// The first time that the clock shows twice and at which the job runs twice.
fn repeated(schedule: &Schedule, zone: &Zone, change: &Transition) -> Option<NaiveDateTime> {
    let length = clock(change, true) - clock(change, false);
    let mut second = schedule.between(change.at, change.at + length, zone);
    second
        .find(|occurrence| matches!(occurrence.shift, Some(Shift::Repeated)))
        .map(|occurrence| occurrence.at.naive_local())
}

impl Changes {
    fn at(self, span: crontab::Span) -> Finding {
        let finding = Finding::new(span, format!("{}: the clock changes", self.words.join(", and ")));
        self.notes
            .into_iter()
            .fold(finding, Finding::note)
            .help("choose an hour that the clock neither skips nor repeats, or run the machine in UTC")
    }
}
