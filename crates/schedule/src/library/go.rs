//! Go's package `time`, as far as the Go libraries lean on it.

use crate::calendar::{civil_from_days, days_from_civil, month_length};
use crate::zone::Zone;

/// A local time taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Local {
    pub(super) year: i64,
    pub(super) month: u32,
    pub(super) day: u32,
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: u32,
    pub(super) weekday: u32,
}

/// What the clock shows at an instant.
pub(super) fn local(zone: &Zone, at: i64) -> Local {
    let local = at + i64::from(zone.segment(at).offset);
    let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400) as u32);
    let (year, month, day) = civil_from_days(days);
    Local {
        year,
        month,
        day,
        hour: time / 3600,
        minute: time / 60 % 60,
        second: time % 60,
        weekday: crate::calendar::weekday_of(days),
    }
}

/// `time.Date`: the instant of a local time; in a gap or an overlap the one that Go's two lookups end up with.
pub(super) fn date(zone: &Zone, year: i64, month: u32, day: u32, time: [u32; 3]) -> i64 {
    let [hour, minute, second] = time.map(i64::from);
    let local = days_from_civil(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    let first = zone.segment(local);
    let guess = local - i64::from(first.offset);
    if first.offset == 0 || guess >= first.start && guess < first.end {
        return guess;
    }
    local - i64::from(zone.segment(guess).offset)
}

/// `Time.AddDate` of one day.
pub(super) fn add_day(zone: &Zone, at: i64) -> i64 {
    let now = local(zone, at);
    let time = [now.hour, now.minute, now.second];
    if now.day < month_length(now.year, now.month) {
        date(zone, now.year, now.month, now.day + 1, time)
    } else {
        let (year, month) = next_month(now.year, now.month);
        date(zone, year, month, 1, time)
    }
}

/// `Time.AddDate` of one month, from the 1st of one.
pub(super) fn add_month(zone: &Zone, at: i64) -> i64 {
    let now = local(zone, at);
    let (year, month) = next_month(now.year, now.month);
    date(zone, year, month, now.day, [now.hour, now.minute, now.second])
}

fn next_month(year: i64, month: u32) -> (i64, u32) {
    if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    }
}
