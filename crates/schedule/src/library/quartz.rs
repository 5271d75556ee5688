//! `getTimeAfter` of Quartz: raise seconds, minutes, hours, days, months and years of a Java calendar until all match.
//!
//! Whenever a field was set, the calendar works out its instant anew. A local time that the clock jumped over then
//! lies after the gap by as much as it lay in it; one that the clock showed twice is the second.

use crate::calendar::{civil_from_days, days_from_civil, month_length};
use crate::plan::Plan;
use crate::zone::Zone;

/// The last year it looks at: a hundred years from the day that it was measured on.
pub(super) const LAST_YEAR: i64 = 2126;
const FIRST_YEAR: i64 = 1970;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let mut calendar = Calendar::new(zone, at + 1);
    loop {
        match step(plan, &mut calendar)? {
            true => return Some(calendar.instant()),
            false if calendar.fields().year > LAST_YEAR => return None,
            false => {}
        }
    }
}

/// One pass; true when all fields match, none when there are no more years.
fn step(plan: &Plan, calendar: &mut Calendar<'_>) -> Option<bool> {
    let now = calendar.fields();
    match first(plan.seconds, now.second) {
        Some(second) => calendar.set(|fields| fields.second = second),
        None => calendar.set(|fields| {
            fields.minute += 1;
            fields.second = i64::from(plan.seconds.trailing_zeros());
        }),
    }
    let now = calendar.fields();
    let minute = first(plan.minutes, now.minute);
    if minute != Some(now.minute) {
        calendar.set(|fields| {
            fields.second = 0;
            fields.minute = minute.unwrap_or(i64::from(plan.minutes.trailing_zeros()));
        });
        calendar.set_hour(now.hour + i64::from(minute.is_none()));
        return Some(false);
    }
    calendar.set(|_| {});
    let now = calendar.fields();
    let hour = first(u64::from(plan.hours), now.hour);
    if hour != Some(now.hour) {
        calendar.set(|fields| {
            (fields.second, fields.minute) = (0, 0);
            fields.day += i64::from(hour.is_none());
        });
        calendar.set_hour(hour.unwrap_or(i64::from(plan.hours.trailing_zeros())));
        return Some(false);
    }
    calendar.set(|_| {});
    day(plan, calendar)
}

/// The part of a pass from the day on.
fn day(plan: &Plan, calendar: &mut Calendar<'_>) -> Option<bool> {
    let now = calendar.fields();
    let days = plan.days
        [crate::calendar::weekday_of(days_from_civil(now.year, now.month as u32, 1)) as usize]
        [month_length(now.year, now.month as u32) as usize - 28];
    let day = first(u64::from(days), now.day);
    let number = days_from_civil(now.year, now.month as u32, 1) + now.day - 1;
    let lost = day == Some(now.day) && plan.is_lost(number, calendar.begin);
    let day = if lost {
        first(u64::from(days), now.day + 1)
    } else {
        day
    };
    if day != Some(now.day) {
        calendar.set(|fields| {
            fields.midnight();
            fields.day = day.unwrap_or(1);
            fields.month += i64::from(day.is_none());
        });
        return Some(false);
    }
    calendar.set(|_| {});
    let now = calendar.fields();
    if now.year > LAST_YEAR {
        return None;
    }
    let month = first(u64::from(plan.months), now.month);
    if month != Some(now.month) {
        calendar.set(|fields| {
            fields.midnight();
            fields.day = 1;
            fields.month = month.unwrap_or(i64::from(plan.months.trailing_zeros()));
            fields.year += i64::from(month.is_none());
        });
        return Some(false);
    }
    let year = match &plan.years {
        Some(years) => years
            .iter()
            .map(|year| i64::from(*year))
            .find(|year| *year >= now.year)?,
        None => now.year.max(FIRST_YEAR),
    };
    if year != now.year {
        calendar.set(|fields| {
            fields.midnight();
            (fields.day, fields.month, fields.year) = (1, 1, year);
        });
        return Some(false);
    }
    calendar.set(|_| {});
    Some(true)
}

/// The first set bit at or after a value.
fn first(bits: u64, value: i64) -> Option<i64> {
    let left = bits & (u64::MAX << value);
    (left != 0).then(|| i64::from(left.trailing_zeros()))
}

/// The fields of a calendar; set too high, they carry over.
#[derive(Debug, Clone, Copy)]
struct Fields {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
}

impl Fields {
    fn midnight(&mut self) {
        (self.second, self.minute, self.hour) = (0, 0, 0);
    }
}

struct Calendar<'a> {
    zone: &'a Zone,
    fields: Fields,
    /// The instant; none after a field was set.
    at: Option<i64>,
    /// The local day on which the search began.
    begin: i64,
}

impl<'a> Calendar<'a> {
    fn new(zone: &'a Zone, at: i64) -> Calendar<'a> {
        let local = at + i64::from(zone.segment(at).offset);
        Calendar {
            zone,
            fields: split(local),
            at: Some(at),
            begin: local.div_euclid(86_400),
        }
    }

    fn set(&mut self, change: impl Fn(&mut Fields)) {
        change(&mut self.fields);
        self.at = None;
    }

    /// The fields, worked out anew where one was set.
    fn fields(&mut self) -> Fields {
        let at = self.instant();
        self.fields = split(at + i64::from(self.zone.segment(at).offset));
        self.fields
    }

    fn instant(&mut self) -> i64 {
        if let Some(at) = self.at {
            return at;
        }
        let fields = self.fields;
        let months = fields.year * 12 + fields.month - 1;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) as u32 + 1);
        let days = days_from_civil(year, month, 1) + fields.day - 1;
        let at = instant(
            self.zone,
            days * 86_400 + fields.hour * 3600 + fields.minute * 60 + fields.second,
        );
        self.at = Some(at);
        at
    }

    /// Quartz's own care for summer time: an hour that did not stick is tried as the next one.
    fn set_hour(&mut self, hour: i64) {
        self.set(|fields| fields.hour = hour);
        if hour != 24 && self.fields().hour != hour {
            self.set(|fields| fields.hour = hour + 1);
        }
    }
}

fn split(local: i64) -> Fields {
    let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    Fields {
        year,
        month: i64::from(month),
        day: i64::from(day),
        hour: time / 3600,
        minute: time / 60 % 60,
        second: time % 60,
    }
}

/// Java's offset of a wall-clock time: that of the last change whose new wall clock is not later.
fn instant(zone: &Zone, local: i64) -> i64 {
    let mut segment = zone.segment(local + 100_000);
    while segment.start > i64::MIN && segment.start + i64::from(segment.offset) > local {
        segment = zone.segment(segment.start - 1);
    }
    local - i64::from(segment.offset)
}
