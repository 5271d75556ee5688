//! An expression made ready for the search: bit sets of seconds, minutes and hours, and the matching days of every
//! kind of month.
//!
//! A month's days depend only on the weekday it begins with and on its length: 28 kinds of month, which is what the
//! 14 shapes of a year are made of. The day rule is settled once, when these 28 masks are made, so that the search
//! never asks about it again.

mod days;
mod quick;
mod window;
mod year;

use std::sync::OnceLock;

use crate::calendar::{CYCLE_YEARS, civil_from_days, days_from_civil, month_length, split, weekday_of};
use crate::field::{DayRule, Fields};
use days::{DayTable, FULL, day_table, moved_later};
use year::Years;

pub(crate) const DAY: i64 = 86_400;

/// A local time by its date, with the second of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) date: u32,
    pub(crate) time: u32,
}

impl Civil {
    #[inline]
    fn local(&self) -> i64 {
        days_from_civil(self.year, self.month, self.date) * DAY + i64::from(self.time)
    }
}

/// The sets that the search runs on. Times are local seconds: the clock's face read as if it were UTC.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seconds: u64,
    pub(crate) minutes: u64,
    pub(crate) hours: u32,
    /// Bits 1 to 12.
    pub(crate) months: u16,
    pub(crate) days: DayTable,
    /// Ascending; none means every year.
    pub(crate) years: Option<Box<[i32]>>,
    /// Whether every day matches.
    daily: bool,
    /// Days that match only because the weekday nearest to an earlier day was asked for.
    pub(crate) moved_later: Option<Box<DayTable>>,
    /// Made when it is first asked for: few of the schedules that are parsed are evaluated.
    year_table: OnceLock<Box<Years>>,
}

impl Plan {
    pub(crate) fn new(fields: &Fields, rule: DayRule) -> Plan {
        let days = day_table(fields, rule);
        Plan {
            daily: fields.month.is_full() && days.iter().all(|kinds| *kinds == FULL[0]),
            seconds: fields.second.as_ref().map_or(1, |set| set.bits),
            minutes: fields.minute.bits,
            hours: fields.hour.bits as u32,
            months: fields.month.bits as u16,
            days,
            years: fields.years.as_deref().map(Box::from),
            moved_later: moved_later(fields),
            year_table: OnceLock::new(),
        }
    }

    /// Whether nothing in 400 years matches.
    pub(crate) fn never(&self) -> bool {
        if self.minutes == 0 || self.hours == 0 || self.seconds == 0 || self.months & 0x1ffe == 0 {
            return true;
        }
        match &self.years {
            Some(years) => !years.iter().any(|year| {
                let year = i64::from(*year);
                (1..=12).any(|month| self.month(year, month, days_from_civil(year, month, 1)) != 0)
            }),
            None => !(1..=12)
                .filter(|month| self.months >> month & 1 == 1)
                .any(|month| {
                    // Years 1999 and 2000: every month at its shortest and longest.
                    let lengths = [1999, 2000].map(|year| month_length(year, month) as usize - 28);
                    self.days
                        .iter()
                        .any(|kinds| lengths.iter().any(|length| kinds[*length] != 0))
                }),
        }
    }

    /// The matching days of a month that begins on the day `first`.
    #[inline]
    fn month(&self, year: i64, month: u32, first: i64) -> u32 {
        if self.months >> month & 1 == 0 || !self.has_year(year) {
            return 0;
        }
        self.days[weekday_of(first) as usize][(month_length(year, month) & 3) as usize]
    }

    #[inline]
    fn has_year(&self, year: i64) -> bool {
        self.years
            .as_ref()
            .is_none_or(|years| years.iter().any(|listed| i64::from(*listed) == year))
    }

    /// Whether a day matches.
    #[inline]
    pub(crate) fn matches_day(&self, day: i64) -> bool {
        let (year, month, date) = civil_from_days(day);
        self.month(year, month, day - i64::from(date) + 1) >> date & 1 == 1
    }

    /// Whether a local second matches.
    #[inline]
    pub(crate) fn matches(&self, local: i64) -> bool {
        let (day, time) = split(local);
        self.seconds >> (time % 60) & 1 == 1
            && self.minutes >> (time / 60 % 60) & 1 == 1
            && self.hours >> (time / 3600) & 1 == 1
            && self.matches_day(day)
    }

    /// The first match at or after a local second.
    #[inline]
    pub(crate) fn next(&self, local: i64) -> Option<i64> {
        let (day, time) = split(local);
        let (year, month, date) = civil_from_days(day);
        let found = self.next_civil(
            Civil {
                year,
                month,
                date,
                time,
            },
            weekday_of(day - i64::from(date) + 1),
        )?;
        Some(found.local())
    }

    /// The first match at or after a local time in a month that begins on the weekday `first`.
    #[inline]
    pub(crate) fn next_civil(&self, from: Civil, first: u32) -> Option<Civil> {
        let Civil {
            year,
            month,
            date,
            time,
        } = from;
        let mut mask = 0;
        if self.months >> month & 1 == 1 && (self.years.is_none() || self.has_year(year)) {
            mask = self.days[first as usize % 7][(month_length(year, month) & 3) as usize];
        }
        if mask >> date & 1 == 1
            && let Some(time) = self.time_from(time)
        {
            return Some(Civil { time, ..from });
        }
        let time = self.first_time();
        let later = mask & (u32::MAX << date << 1);
        if later != 0 {
            return Some(Civil {
                date: later.trailing_zeros(),
                time,
                ..from
            });
        }
        self.in_later_month(year, month)
    }

    /// The first matching second of every matching day.
    #[inline]
    fn first_time(&self) -> u32 {
        self.hours.trailing_zeros() * 3600
            + self.minutes.trailing_zeros() * 60
            + self.seconds.trailing_zeros()
    }

    /// As [`Plan::next`], for a search that never finds a day moved later once it begins behind the day itself.
    pub(crate) fn next_unmoved(&self, local: i64) -> Option<i64> {
        let found = self.next(local)?;
        let day = found.div_euclid(DAY);
        if self.is_lost(day, local.div_euclid(DAY)) {
            self.next_unmoved((day + 1) * DAY)
        } else {
            Some(found)
        }
    }

    /// Whether a matching day is one moved later from a day before the one that a search begins on.
    pub(crate) fn is_lost(&self, day: i64, begin: i64) -> bool {
        let Some(moved) = &self.moved_later else {
            return false;
        };
        let (year, month, date) = civil_from_days(day);
        let first = weekday_of(day - i64::from(date) + 1);
        // From a Sunday by one day, from a Saturday that is the 1st by two.
        let by = if date == 3 && first == 6 { 2 } else { 1 };
        begin > day - by && moved[first as usize][month_length(year, month) as usize - 28] >> date & 1 == 1
    }

    /// The last match at or before a local second.
    pub(crate) fn previous(&self, local: i64) -> Option<i64> {
        let day = local.div_euclid(DAY);
        let (year, month, date) = civil_from_days(day);
        let mask = self.month(year, month, day - i64::from(date) + 1);
        if mask >> date & 1 == 1
            && let Some(time) = self.time_until((local - day * DAY) as u32)
        {
            return Some(day * DAY + i64::from(time));
        }
        let earlier = mask & !(u32::MAX << date);
        let day = if earlier != 0 {
            day - i64::from(date - earlier.ilog2())
        } else {
            self.day_in_earlier_month(year, month)?
        };
        Some(day * DAY + i64::from(self.time_until(86_399)?))
    }

    /// The first match after a month.
    fn in_later_month(&self, mut year: i64, month: u32) -> Option<Civil> {
        let mut left = u32::from(self.months) & (u32::MAX << month << 1);
        let last = self.last_year(year);
        loop {
            while left != 0 {
                let month = left.trailing_zeros();
                left &= left - 1;
                let mask = self.month(year, month, days_from_civil(year, month, 1));
                if mask != 0 {
                    return Some(Civil {
                        year,
                        month,
                        date: mask.trailing_zeros(),
                        time: self.first_time(),
                    });
                }
            }
            if year >= last {
                return None;
            }
            year += 1;
            left = u32::from(self.months);
        }
    }

    /// The last year that a search from a year on has to look at.
    fn last_year(&self, year: i64) -> i64 {
        let horizon = year + CYCLE_YEARS + 1;
        let last = self
            .years
            .as_ref()
            .and_then(|years| years.last())
            .map_or(horizon, |last| i64::from(*last));
        horizon.min(last)
    }

    /// The last matching day before a month.
    fn day_in_earlier_month(&self, year: i64, month: u32) -> Option<i64> {
        let mut below = month;
        for year in (year - CYCLE_YEARS - 1..=year).rev() {
            for month in (1..below).rev() {
                let start = days_from_civil(year, month, 1);
                let mask = self.month(year, month, start);
                if mask != 0 {
                    return Some(start - 1 + i64::from(mask.ilog2()));
                }
            }
            below = 13;
        }
        None
    }

    /// The first matching second of a day at or after a second of it.
    #[inline]
    fn time_from(&self, time: u32) -> Option<u32> {
        let (hour, minute) = (time / 3600, time / 60 % 60);
        if self.hours >> hour & 1 == 1 {
            let seconds = self.seconds & (u64::MAX << (time % 60));
            if seconds != 0 && self.minutes >> minute & 1 == 1 {
                return Some(hour * 3600 + minute * 60 + seconds.trailing_zeros());
            }
            let minutes = self.minutes & (u64::MAX << minute << 1);
            if minutes != 0 {
                return Some(hour * 3600 + minutes.trailing_zeros() * 60 + self.seconds.trailing_zeros());
            }
        }
        let hours = self.hours & (u32::MAX << hour << 1);
        let first = self.minutes.trailing_zeros() * 60 + self.seconds.trailing_zeros();
        (hours != 0).then(|| hours.trailing_zeros() * 3600 + first)
    }

    /// The last matching second of a day at or before a second of it.
    fn time_until(&self, time: u32) -> Option<u32> {
        let last = |bits: u64| 63 - bits.leading_zeros();
        if self.seconds == 0 || self.minutes == 0 {
            return None;
        }
        let (hour, minute) = (time / 3600, time / 60 % 60);
        let in_hour = self.hours >> hour & 1 == 1;
        let seconds = self.seconds & (u64::MAX >> (63 - time % 60));
        if seconds != 0 && self.minutes >> minute & 1 == 1 && in_hour {
            return Some(hour * 3600 + minute * 60 + last(seconds));
        }
        let minutes = self.minutes & !(u64::MAX << minute);
        if minutes != 0 && in_hour {
            return Some(hour * 3600 + last(minutes) * 60 + last(self.seconds));
        }
        let hours = self.hours & !(u32::MAX << hour);
        (hours != 0).then(|| hours.ilog2() * 3600 + last(self.minutes) * 60 + last(self.seconds))
    }
}
