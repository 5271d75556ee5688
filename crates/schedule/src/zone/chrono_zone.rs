//! Makes a table of changes out of chrono-tz, which only answers single questions.

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, Tz};

use super::posix::{self, Change, Day, Rule, Summer};
use super::{Period, Zone};
use crate::calendar::{civil_from_days, days_from_civil, month_length, weekday_of};

const DAY: i64 = 86_400;
/// chrono-tz knows no changes before this year that a schedule could meet.
const FIRST_YEAR: i64 = 1880;
/// The rule is read off these years: late enough to be the lasting one, early enough to be listed.
const RULE_YEARS: std::ops::RangeInclusive<i64> = 2084..=2096;

pub(super) fn read(tz: Tz) -> Zone {
    let start = days_from_civil(FIRST_YEAR, 1, 1) * DAY;
    let end = days_from_civil(*RULE_YEARS.end() + 1, 1, 1) * DAY;
    let (offset, daylight) = state(tz, start);
    let mut periods = vec![Period {
        start: i64::MIN,
        offset,
        daylight,
    }];
    let mut known = (offset, daylight);
    let mut at = start;
    while at < end {
        let next = state(tz, at + DAY);
        if next != known {
            let change = first_second(tz, at, at + DAY, known);
            known = state(tz, change);
            periods.push(Period {
                start: change,
                offset: known.0,
                daylight: known.1,
            });
            // A second change on the same day is found from here.
            if known != next {
                at = change;
                continue;
            }
        }
        at += DAY;
    }
    match rule(&periods) {
        Some(rule) => {
            let (periods, horizon) = posix::extend(periods, &rule);
            Zone::from_periods(tz.name(), periods, horizon)
        }
        None => Zone::from_periods(tz.name(), periods, i64::MAX),
    }
}

fn state(tz: Tz, at: i64) -> (i32, bool) {
    let Some(instant) = DateTime::from_timestamp(at, 0) else {
        return (0, false);
    };
    let offset = tz.offset_from_utc_datetime(&instant.naive_utc());
    (offset.fix().local_minus_utc(), !offset.dst_offset().is_zero())
}

/// The first second after `low`, up to `high`, at which the state is no longer `known`.
fn first_second(tz: Tz, mut low: i64, mut high: i64, known: (i32, bool)) -> i64 {
    while high - low > 1 {
        let middle = low + (high - low) / 2;
        if state(tz, middle) == known {
            low = middle
        } else {
            high = middle
        }
    }
    high
}

/// The yearly rule that the changes of the last listed years follow, if they do.
fn rule(periods: &[Period]) -> Option<Rule> {
    let first = days_from_civil(*RULE_YEARS.start(), 1, 1) * DAY;
    let tail: Vec<(Period, Period)> = periods
        .windows(2)
        .filter(|pair| pair[1].start >= first)
        .map(|pair| (pair[0], pair[1]))
        .collect();
    let years = RULE_YEARS.count();
    if tail.len() != 2 * years {
        return None;
    }
    type Changes = Vec<(Period, Period)>;
    let (start, end): (Changes, Changes) = tail.into_iter().partition(|(_, after)| after.daylight);
    let summer = start.first()?.1.offset;
    let standard = end.first()?.1.offset;
    let summer = Summer {
        offset: summer,
        start: change(&start)?,
        end: change(&end)?,
    };
    Some(Rule {
        standard,
        summer: Some(summer),
    })
}

/// The "nth weekday of the month" that all these changes fall on.
fn change(changes: &[(Period, Period)]) -> Option<Change> {
    let local = |pair: &(Period, Period)| pair.1.start + i64::from(pair.0.offset);
    let first = local(changes.first()?);
    let (_, month, _) = civil_from_days(first.div_euclid(DAY));
    let weekday = weekday_of(first.div_euclid(DAY));
    let weeks = (1..=5).find(|week| {
        changes.iter().all(|pair| {
            let day = local(pair).div_euclid(DAY);
            let (year, in_month, date) = civil_from_days(day);
            let last = date + 7 > month_length(year, in_month);
            in_month == month
                && weekday_of(day) == weekday
                && local(pair).rem_euclid(DAY) == first.rem_euclid(DAY)
                && (if *week == 5 {
                    last
                } else {
                    (date - 1) / 7 + 1 == *week
                })
        })
    })?;
    let time = i32::try_from(first.rem_euclid(DAY)).ok()?;
    Some(Change {
        day: Day::Weekday {
            month,
            week: weeks,
            weekday,
        },
        time,
    })
}
