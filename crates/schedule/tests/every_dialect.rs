//! What must hold in every dialect, for any schedule, zone and time: the next occurrence is later and matches, the one
//! before it is found again, and nothing is skipped that a walk from minute to minute finds.

use chrono::{DateTime, Datelike, NaiveDateTime, TimeDelta, Timelike, Utc};
use proptest::prelude::*;
use schedule::{DayRule, Daylight, Dialect, Schedule, Shift, Zone, dialect};

/// What is asked for, to be written in each dialect's own words.
#[derive(Debug, Clone)]
struct Wanted {
    minutes: Vec<u32>,
    hours: Vec<u32>,
    dates: Vec<u32>,
    months: Vec<u32>,
    /// Sunday is 0.
    weekdays: Vec<u32>,
}

const MINUTES: (u32, u32) = (0, 59);
const HOURS: (u32, u32) = (0, 23);
const DATES: (u32, u32) = (1, 31);
const MONTHS: (u32, u32) = (1, 12);
const WEEKDAYS: (u32, u32) = (0, 6);

fn values((first, last): (u32, u32), any: u32) -> impl Strategy<Value = Vec<u32>> {
    prop_oneof![
        any => Just((first..=last).collect()),
        2 => prop::collection::btree_set(first..=last, 1..4).prop_map(|set| set.into_iter().collect()),
        2 => (first..=last, 1..=last).prop_map(move |(start, step)| (start..=last).step_by(step as usize).collect()),
        1 => (first..=last, first..=last).prop_map(|(a, b)| (a.min(b)..=a.max(b)).collect()),
    ]
}

fn wanted() -> impl Strategy<Value = Wanted> {
    let parts = (
        values(MINUTES, 1),
        values(HOURS, 2),
        values(DATES, 5),
        values(MONTHS, 8),
        values(WEEKDAYS, 4),
    );
    parts.prop_map(|(minutes, hours, dates, months, weekdays)| Wanted {
        minutes,
        hours,
        dates,
        months,
        weekdays,
    })
}

/// A list of values as ranges, or a star where it is all of them.
fn list(values: &[u32], (first, last): (u32, u32), shift: u32, to: &str) -> String {
    if values.len() as u32 == last - first + 1 {
        return "*".to_owned();
    }
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for value in values.iter().map(|value| value + shift) {
        match runs.last_mut() {
            Some((_, end)) if *end + 1 == value => *end = value,
            _ => runs.push((value, value)),
        }
    }
    let run = |(start, end): (u32, u32)| match start == end {
        true => start.to_string(),
        false => format!("{start}{to}{end}"),
    };
    runs.into_iter().map(run).collect::<Vec<_>>().join(",")
}

impl Wanted {
    /// In a dialect's words; none where it has none for it.
    fn written(&self, dialect: &Dialect) -> Option<String> {
        let in_fields = |to: &str, shift: u32| {
            let minute = list(&self.minutes, MINUTES, 0, to);
            let hour = list(&self.hours, HOURS, 0, to);
            let date = list(&self.dates, DATES, 0, to);
            let month = list(&self.months, MONTHS, 0, to);
            (
                minute,
                hour,
                date,
                month,
                list(&self.weekdays, WEEKDAYS, shift, to),
            )
        };
        match dialect.name {
            "systemd" => {
                let (minute, hour, date, month, _) = in_fields("..", 0);
                let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
                let days: Vec<&str> = self.weekdays.iter().map(|day| names[*day as usize]).collect();
                Some(format!("{} *-{month}-{date} {hour}:{minute}:00", days.join(",")))
            }
            "rust-cron" => {
                let (minute, hour, date, month, weekday) = in_fields("-", 1);
                Some(format!("0 {minute} {hour} {date} {month} {weekday}"))
            }
            "quartz" | "eventbridge" => {
                let (minute, hour, date, month, weekday) = in_fields("-", 1);
                let days = match (date.as_str(), weekday.as_str()) {
                    (_, "*") => (date.as_str(), "?"),
                    ("*", _) => ("?", weekday.as_str()),
                    _ => return None,
                };
                let fields = format!("{minute} {hour} {} {month} {}", days.0, days.1);
                Some(match dialect.name {
                    "quartz" => format!("0 {fields}"),
                    _ => format!("cron({fields} *)"),
                })
            }
            _ => {
                let (minute, hour, date, month, weekday) = in_fields("-", 0);
                Some(format!("{minute} {hour} {date} {month} {weekday}"))
            }
        }
    }

    /// Whether a schedule made of this is to run at a local time.
    fn matches(&self, schedule: &Schedule, local: NaiveDateTime) -> bool {
        let date = self.dates.contains(&local.day());
        let weekday = self.weekdays.contains(&local.weekday().num_days_from_sunday());
        // dcron: the day of the month says which of the weekdays, and from 6 on the last.
        let last =
            (local + TimeDelta::days(7)).month() != local.month() && self.dates.iter().any(|date| *date > 5);
        let nth = last || self.dates.contains(&((local.day() - 1) / 7 + 1));
        let day = match schedule.day_rule() {
            DayRule::Either => date || weekday,
            DayRule::Both => date && weekday,
            DayRule::NthWeekday => weekday && nth,
        };
        // dcron never asks the month.
        day && local.second() == 0
            && self.minutes.contains(&local.minute())
            && self.hours.contains(&local.hour())
            && (self.months.contains(&local.month()) || schedule.dialect().name == "dcron")
    }
}

/// Zones with large, small, odd and rare changes.
fn zone() -> impl Strategy<Value = Zone> {
    use chrono_tz::{Africa, America, Antarctica, Asia, Australia, Europe, Pacific};
    let zones = [
        chrono_tz::Tz::UTC,
        Europe::Berlin,
        America::New_York,
        America::Sao_Paulo,
        Australia::Lord_Howe,
        Antarctica::Troll,
        Africa::Casablanca,
        Asia::Tehran,
        America::Caracas,
        Pacific::Apia,
    ];
    prop::sample::select(zones.to_vec()).prop_map(Zone::from_chrono_tz)
}

/// A minute's start: near a change of the zone's clock, or anywhere in the years that all dialects know.
fn instant(zone: &Zone, seed: u32, near: bool) -> DateTime<Utc> {
    let minute = |seconds: i64| DateTime::from_timestamp(seconds.div_euclid(60) * 60, 0).expect("a time");
    let anywhere = minute(i64::from(seed) % 3_900_000_000 + 86_400);
    match zone.transitions(anywhere).next() {
        Some(change) if near => minute(change.at.timestamp() - i64::from(seed) % (6 * 86_400)),
        _ => anywhere,
    }
}

/// Whether no change of the clock is less than three days from an instant: nearer ones have dialects disagree.
fn is_calm(zone: &Zone, at: DateTime<Utc>) -> bool {
    let days = TimeDelta::days(3) + TimeDelta::hours(1);
    zone.transitions(at - days)
        .next()
        .is_none_or(|change| change.at > at + days)
}

/// Whether cronie or bcron would go by an old offset: cronie takes a new one only when summer time starts or ends, bcron
/// only in zones that have summer time.
fn is_stale(dialect: &Dialect, zone: &Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
    let mut changes = zone
        .transitions(from - TimeDelta::days(1))
        .take_while(|change| change.at <= to);
    let quiet = |at: DateTime<Utc>| zone.is_daylight(at) == zone.is_daylight(at - TimeDelta::seconds(1));
    let keeps = matches!(dialect.daylight, Daylight::CatchUp { stale: true, .. }) || dialect.name == "bcron";
    keeps && changes.any(|change| quiet(change.at))
}

/// The schedule in each dialect that has words for it.
fn in_every_dialect(wanted: &Wanted) -> impl Iterator<Item = Schedule> {
    let written = |dialect: &&'static Dialect| {
        let text = wanted.written(dialect)?;
        Some(
            Schedule::parse(&text, dialect)
                .unwrap_or_else(|error| panic!("{} {text}: {error}", dialect.name)),
        )
    };
    dialect::ALL
        .iter()
        .filter_map(written)
        .collect::<Vec<_>>()
        .into_iter()
}

fn local(schedule: &Schedule, zone: &Zone, at: DateTime<Utc>) -> NaiveDateTime {
    match schedule.dialect().daylight {
        Daylight::Utc => at.naive_utc(),
        _ => at.with_timezone(&zone.offset_at(at)).naive_local(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_next_occurrence_is_later_and_matches(wanted in wanted(), zone in zone(), seed: u32, near: bool) {
        let from = instant(&zone, seed, near);
        for schedule in in_every_dialect(&wanted) {
            let (name, text) = (schedule.dialect().name, schedule.text());
            let mut before = from;
            for next in schedule.after(from, &zone).take(4) {
                let at = next.at.to_utc();
                // Of those that the clock jumped over several may be caught up together.
                prop_assert!(at > from && at >= before, "{name} {text}: {at} after {before}");
                let meant = match next.shift {
                    Some(Shift::Moved { from }) => from,
                    _ => local(&schedule, &zone, at),
                };
                let stale = is_stale(schedule.dialect(), &zone, from, at);
                prop_assert!(stale || wanted.matches(&schedule, meant), "{name} {text}: {next:?}");
                before = at;
            }
        }
    }

    #[test]
    fn the_one_before_the_next_is_the_same(wanted in wanted(), zone in zone(), seed: u32, near: bool) {
        let from = instant(&zone, seed, near);
        // bcron works out a run when the last one is over, up to ten years before: going back starts from there.
        let worked_out = from - TimeDelta::days(10 * 366);
        for schedule in in_every_dialect(&wanted) {
            let (dialect, text) = (schedule.dialect(), schedule.text());
            for next in schedule.after(from, &zone).take(4) {
                let at = next.at.to_utc();
                // Who starts to search in the hour that comes again finds runs that who comes from before does not.
                let restarts = dialect.name.starts_with("systemd") || dialect.name == "rust-cron";
                if is_stale(dialect, &zone, worked_out, at) || restarts && next.shift == Some(Shift::Repeated) {
                    break;
                }
                let back = schedule.before(at + TimeDelta::seconds(1), &zone).next();
                prop_assert_eq!(back.map(|back| back.at), Some(next.at), "{} {}", dialect.name, text);
            }
        }
    }

    #[test]
    fn nothing_is_skipped_and_nothing_added(wanted in wanted(), zone in zone(), seed: u32, near: bool) {
        let from = instant(&zone, seed, near);
        let to = from + TimeDelta::days(12);
        // One stretch without changes: at a change on the way a library may stand still for good.
        let calm: Vec<DateTime<Utc>> = (0..12 * 1440)
            .map(|minute| from + TimeDelta::minutes(minute))
            .skip_while(|at| !is_calm(&zone, *at))
            .take_while(|at| is_calm(&zone, *at))
            .collect();
        let Some((start, end)) = calm.first().copied().zip(calm.last().copied()) else {
            return Ok(());
        };
        for schedule in in_every_dialect(&wanted) {
            if is_stale(schedule.dialect(), &zone, from, to) {
                continue;
            }
            let matches = |at: &DateTime<Utc>| wanted.matches(&schedule, local(&schedule, &zone, *at));
            let expected: Vec<DateTime<Utc>> = calm.iter().copied().filter(matches).collect();
            let found = schedule.between(start, end + TimeDelta::minutes(1), &zone);
            let found: Vec<DateTime<Utc>> = found.map(|run| run.at.to_utc()).collect();
            let differs = expected.iter().zip(&found).find(|(expected, found)| expected != found);
            let (name, text) = (schedule.dialect().name, schedule.text());
            prop_assert_eq!(differs, None, "{} {}", name, text);
            prop_assert_eq!(found.len(), expected.len(), "{} {} from {}", name, text, start);
        }
    }

    #[test]
    fn counting_agrees_with_listing(
        wanted in wanted(), zone in zone(), seed: u32, near: bool, days in prop_oneof![0..20i64, 0..800i64],
    ) {
        let from = instant(&zone, seed, near);
        let to = from + TimeDelta::days(days) + TimeDelta::seconds(i64::from(seed) % 86_400);
        for schedule in in_every_dialect(&wanted) {
            let mut listed = 0;
            schedule.for_each_between(from, to, &zone, |_| listed += 1);
            let (name, text) = (schedule.dialect().name, schedule.text());
            prop_assert_eq!(schedule.count(from, to, &zone), listed, "{} {}", name, text);
        }
    }
}
