//! Times as people write them on a command line, and the span of time to look at.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};
use schedule::{LocalTime, Transition, Zone};

use crate::trouble::Trouble;

/// The runs to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// So many after an instant.
    After(DateTime<Utc>, usize),
    /// So many before an instant, the nearest first.
    Before(DateTime<Utc>, usize),
    /// Those from an instant (included) to another (excluded), at most so many.
    Between(DateTime<Utc>, DateTime<Utc>, usize),
}

impl Window {
    /// How many runs it may list.
    pub(crate) fn limit(&self) -> usize {
        match *self {
            Window::After(_, limit) | Window::Before(_, limit) | Window::Between(_, _, limit) => limit,
        }
    }
}

const EXAMPLES: &str = "write a time as 2026-03-08, 2026-03-08T02:30, 2026-03-08T02:30:00+01:00 or 02:30, or now, today, tomorrow";

/// A time as it was written: the clock may skip it, or show it twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    /// What the clock shows, or would show.
    pub(crate) local: NaiveDateTime,
    /// The instant; of two the first; in a gap the jump.
    pub(crate) at: DateTime<Utc>,
    /// The second of two.
    pub(crate) second: Option<DateTime<Utc>>,
    /// The change of the clock that skips it.
    pub(crate) gap: Option<Transition>,
}

impl Moment {
    /// The instants at which the clock shows it.
    pub(crate) fn instants(&self) -> impl Iterator<Item = DateTime<Utc>> {
        [Some(self.at).filter(|_| self.gap.is_none()), self.second]
            .into_iter()
            .flatten()
    }

    fn local(local: NaiveDateTime, zone: &Zone) -> Moment {
        let (at, second, gap) = match zone.to_utc(local) {
            LocalTime::Single(at) => (at.to_utc(), None, None),
            LocalTime::Ambiguous(first, second) => (first.to_utc(), Some(second.to_utc()), None),
            LocalTime::Gap(change) => (change.at, None, Some(change)),
        };
        Moment {
            local,
            at,
            second,
            gap,
        }
    }

    fn instant(at: DateTime<Utc>, zone: &Zone) -> Moment {
        let local = at.with_timezone(&zone.offset_at(at)).naive_local();
        Moment {
            local,
            at,
            second: None,
            gap: None,
        }
    }
}

/// Reads a time: local in the zone unless it carries an offset.
pub(crate) fn read(
    place: &'static str,
    text: &str,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, Trouble> {
    moment(place, text, zone, now).map(|moment| moment.at)
}

/// Reads a time, and tells what the clock does there.
pub(crate) fn moment(
    place: &'static str,
    text: &str,
    zone: &Zone,
    now: DateTime<Utc>,
) -> Result<Moment, Trouble> {
    let text = text.trim();
    let trouble = |message: &str| Trouble::new(place, text, format!("{message}: `{text}`"), EXAMPLES);
    if let Some(instant) = relative(text, zone, now) {
        return Ok(Moment::instant(instant, zone));
    }
    if text.is_empty() {
        return Err(Trouble::new(place, text, "no time is given", EXAMPLES));
    }
    if !text.is_ascii() {
        return Err(trouble("not a time"));
    }
    if text.as_bytes().get(2) == Some(&b':') {
        let time = time_of_day(text).ok_or_else(|| trouble("there is no such time of day"))?;
        return Ok(Moment::local(today(zone, now).and_time(time), zone));
    }
    let (date, rest) = text.split_at(text.len().min(10));
    let (year, month, day) = numbers(date).ok_or_else(|| trouble("not a time"))?;
    let date = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| trouble("there is no such day"))?;
    let rest = rest.strip_prefix(['T', 't', ' ']).unwrap_or(rest);
    let (clock, offset) = split_offset(rest).ok_or_else(|| trouble("not a time"))?;
    let time = time_of_day(clock).ok_or_else(|| trouble("there is no such time of day"))?;
    let local = date.and_time(time);
    match offset {
        Some(offset) => {
            let instant = local
                .checked_sub_offset(offset)
                .ok_or_else(|| trouble("out of range"))?;
            Ok(Moment::instant(instant.and_utc(), zone))
        }
        None => Ok(Moment::local(local, zone)),
    }
}

/// The instant of a local time: the first of two, or the moment of the jump where the clock skips it.
pub(crate) fn in_zone(local: NaiveDateTime, zone: &Zone) -> DateTime<Utc> {
    Moment::local(local, zone).at
}

fn relative(text: &str, zone: &Zone, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let days = match text.to_ascii_lowercase().as_str() {
        "now" => return Some(now),
        "yesterday" => -1,
        "today" => 0,
        "tomorrow" => 1,
        _ => return None,
    };
    let day = today(zone, now).checked_add_signed(TimeDelta::days(days))?;
    Some(in_zone(day.and_time(NaiveTime::MIN), zone))
}

fn today(zone: &Zone, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&zone.offset_at(now)).date_naive()
}

/// `2026-03-08`
fn numbers(date: &str) -> Option<(i32, u32, u32)> {
    let mut parts = date.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let sized = year.len() == 4 && month.len() == 2 && day.len() == 2 && parts.next().is_none();
    let digits = [year, month, day]
        .iter()
        .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
    (sized && digits).then_some(())?;
    Some((year.parse().ok()?, month.parse().ok()?, day.parse().ok()?))
}

/// The time of day and the offset behind it, if any.
fn split_offset(text: &str) -> Option<(&str, Option<FixedOffset>)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, FixedOffset::east_opt(0)));
    }
    let Some(place) = text.find(['+', '-']) else {
        return Some((text, None));
    };
    let (clock, offset) = text.split_at(place);
    let digits: String = offset[1..].chars().filter(|c| *c != ':').collect();
    if !matches!(digits.len(), 2 | 4) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let hours: i32 = digits[..2].parse().ok()?;
    let minutes: i32 = if digits.len() == 4 {
        digits[2..].parse().ok()?
    } else {
        0
    };
    let sign = if offset.starts_with('-') { -1 } else { 1 };
    let seconds = sign * (hours * 3600 + minutes * 60);
    (minutes < 60)
        .then(|| FixedOffset::east_opt(seconds))?
        .map(|offset| (clock.trim_end(), Some(offset)))
}

/// Nothing, `02:30` or `02:30:15`.
fn time_of_day(text: &str) -> Option<NaiveTime> {
    match text.len() {
        0 => Some(NaiveTime::MIN),
        5 => NaiveTime::parse_from_str(text, "%H:%M").ok(),
        8 => NaiveTime::parse_from_str(text, "%H:%M:%S")
            .ok()
            .filter(|_| !text.ends_with("60")),
        _ => None,
    }
}

/// How long until then, as one would say it: `in 3 days`, `2 hours ago`.
pub(crate) fn distance(now: DateTime<Utc>, at: DateTime<FixedOffset>) -> String {
    let length = at.to_utc() - now;
    let nights = (at.date_naive() - now.with_timezone(at.offset()).date_naive())
        .num_days()
        .abs();
    let words = span(length.abs(), nights);
    match length.num_seconds() {
        0 => "now".to_owned(),
        1.. => format!("in {words}"),
        _ => format!("{words} ago"),
    }
}

fn span(length: TimeDelta, nights: i64) -> String {
    let (seconds, minutes, hours) = (length.num_seconds(), length.num_minutes(), length.num_hours());
    match () {
        () if seconds < 60 => count(seconds, "second"),
        () if minutes < 60 => count(minutes, "minute"),
        () if hours < 24 && minutes % 60 == 0 => count(hours, "hour"),
        () if hours < 24 => format!("{} {}", count(hours, "hour"), count(minutes % 60, "minute")),
        () if nights < 730 => count(nights.max(1), "day"),
        () => format!("{} years", nights * 400 / 146_097),
    }
}

/// `1 day`, `3 days`
pub(crate) fn count(number: i64, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Zone {
        Zone::from_chrono_tz(chrono_tz::Europe::Berlin)
    }

    fn noon() -> DateTime<Utc> {
        "2026-11-21T11:00:00Z".parse().unwrap()
    }

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = read("--after", text, &berlin(), noon());
        assert_eq!(
            found.map_or_else(|error| error.message, |at| at.to_rfc3339()),
            expected,
            "{text}"
        );
    }

    #[test]
    fn a_time_is_local_unless_it_has_an_offset() {
        check("2026-07-01", "2026-06-30T22:00:00+00:00");
        check("2026-07-01T02:30", "2026-07-01T00:30:00+00:00");
        check("2026-07-01 02:30:15", "2026-07-01T00:30:15+00:00");
        check("2026-07-01T02:30Z", "2026-07-01T02:30:00+00:00");
        check("2026-07-01T02:30-04:00", "2026-07-01T06:30:00+00:00");
        check("2026-07-01T02:30+0530", "2026-06-30T21:00:00+00:00");
        check("2026-07-01 02:30 +01", "2026-07-01T01:30:00+00:00");
    }

    #[test]
    fn a_repeated_time_is_the_first_and_a_skipped_one_the_jump() {
        check("2026-10-25T02:30", "2026-10-25T00:30:00+00:00");
        check("2026-03-29T02:30", "2026-03-29T01:00:00+00:00");
    }

    #[test]
    fn days_have_names() {
        check("now", "2026-11-21T11:00:00+00:00");
        check("today", "2026-11-20T23:00:00+00:00");
        check("tomorrow", "2026-11-21T23:00:00+00:00");
    }

    #[test]
    fn a_time_of_day_is_one_of_today() {
        check("02:30", "2026-11-21T01:30:00+00:00");
        check("23:59:59", "2026-11-21T22:59:59+00:00");
        check("25:00", "there is no such time of day: `25:00`");
        check("02:60", "there is no such time of day: `02:60`");
        check("02:", "there is no such time of day: `02:`");
        check("", "no time is given");
        check("yesterday", "2026-11-19T23:00:00+00:00");
    }

    #[test]
    fn what_is_no_time_is_refused() {
        check("soon", "not a time: `soon`");
        check("2026", "not a time: `2026`");
        check("2026-1-1", "not a time: `2026-1-1`");
        check("2026-02-30", "there is no such day: `2026-02-30`");
        check(
            "2026-02-03T24:00",
            "there is no such time of day: `2026-02-03T24:00`",
        );
        check(
            "2026-02-03T23:59:60",
            "there is no such time of day: `2026-02-03T23:59:60`",
        );
        check("2026-02-03T10:00+99:00", "not a time: `2026-02-03T10:00+99:00`");
        check("２０２６-01-01", "not a time: `２０２６-01-01`");
        check("99999999999-01-01", "not a time: `99999999999-01-01`");
    }

    #[test]
    fn a_distance_is_said_in_the_largest_unit() {
        let check = |at: &str, expected: &str| assert_eq!(distance(noon(), at.parse().unwrap()), expected);
        check("2026-11-21T12:00:40+01:00", "in 40 seconds");
        check("2026-11-21T12:01:00+01:00", "in 1 minute");
        check("2026-11-21T15:00:00+01:00", "in 3 hours");
        check("2026-11-21T13:30:00+01:00", "in 1 hour 30 minutes");
        check("2026-11-24T00:00:00+01:00", "in 3 days");
        check("2026-11-20T11:00:00+01:00", "1 day ago");
        check("2028-02-29T00:00:00+01:00", "in 465 days");
        check("2044-02-29T00:00:00+01:00", "in 17 years");
        check("2026-11-21T12:00:00+01:00", "now");
    }
}
