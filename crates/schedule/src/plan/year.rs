//! The matching days of whole years, by the day of the year. A month's first weekday and length need not be worked
//! out, and chrono's dates are days of a year themselves: this is what the quick search and counting go by.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use super::Plan;
use crate::calendar::{CYCLE_YEARS, is_leap, month_length};

/// The matching days of each of the 14 shapes of a year: the weekday of 1 January, with 7 added in leap years.
#[derive(Debug, Clone)]
pub(super) struct Years {
    shapes: [Shape; 14],
    /// How many matches a matching day has before each hour, and before the day's end.
    before_hour: [u32; 25],
}

#[derive(Debug, Clone, Copy, Default)]
#[repr(align(64))]
pub(super) struct Shape {
    /// Bit n is the nth day of the year.
    days: [u64; 6],
    /// How many days match before each word.
    before: [u16; 6],
    /// The first matching day, 0 when there is none.
    first: u16,
    /// How many match.
    total: u16,
}

/// The first year of [`SHAPES`]: the years that people ask for need no division.
const FIRST: i64 = 1800;

/// The shape of every year of the calendar's cycle.
static SHAPES: [u8; CYCLE_YEARS as usize] = {
    let mut shapes = [0; CYCLE_YEARS as usize];
    let mut year = 0;
    // 1 January 1800 was a Wednesday.
    let mut weekday = 3;
    while year < shapes.len() {
        let leap = is_leap(FIRST + year as i64) as u8;
        shapes[year] = weekday + 7 * leap;
        weekday = (weekday + 1 + leap) % 7;
        year += 1;
    }
    shapes
};

/// By itself, as it takes many registers on a machine that has no instruction for it.
#[inline(never)]
fn count_ones(days: u64) -> u32 {
    days.count_ones()
}

#[cold]
fn in_other_cycle(since: i64) -> usize {
    since.rem_euclid(CYCLE_YEARS) as usize
}

impl Years {
    pub(super) fn of(plan: &Plan) -> Years {
        let mut years = Years {
            shapes: [Shape::default(); 14],
            before_hour: [0; 25],
        };
        for (index, shape) in years.shapes.iter_mut().enumerate() {
            let leap = index >= 7;
            let (mut weekday, mut first) = (index as u32 % 7, 1);
            for month in 1..=12 {
                let length = month_length(1999 + i64::from(leap), month);
                if plan.months >> month & 1 == 1 {
                    shape.add(first, plan.days[weekday as usize % 7][(length & 3) as usize]);
                }
                first += length;
                weekday = (weekday + length) % 7;
            }
            shape.sum();
        }
        let per_hour = plan.minutes.count_ones() * plan.seconds.count_ones();
        for hour in 0..24 {
            let here = if plan.hours >> hour & 1 == 1 { per_hour } else { 0 };
            years.before_hour[hour + 1] = years.before_hour[hour] + here;
        }
        years
    }

    /// How many matches a matching day has.
    #[inline]
    pub(super) fn per_day(&self) -> u64 {
        u64::from(self.before_hour[24])
    }

    /// How many of them lie before an hour, up to 24.
    #[inline]
    pub(super) fn before_hour(&self, hour: u32) -> u32 {
        self.before_hour[hour as usize]
    }

    #[inline(always)]
    pub(super) fn shape(&self, year: i64) -> &Shape {
        let since = year - FIRST;
        let in_cycle = if (0..CYCLE_YEARS).contains(&since) {
            since as usize
        } else {
            in_other_cycle(since)
        };
        &self.shapes[usize::from(SHAPES[in_cycle])]
    }

    #[inline]
    pub(super) fn contains_date(&self, date: NaiveDate) -> bool {
        self.shape(i64::from(date.year())).contains(date.ordinal())
    }

    /// How many days match in the years between two.
    #[inline(always)]
    pub(super) fn days_between(&self, year: i64, later: i64) -> u64 {
        if later - year > 1 {
            self.days_in(year + 1..later)
        } else {
            0
        }
    }

    #[inline(never)]
    fn days_in(&self, years: Range<i64>) -> u64 {
        years.map(|year| self.shape(year).days()).sum()
    }

    /// The first matching day after a day.
    #[inline]
    pub(super) fn after(&self, date: NaiveDate) -> Option<NaiveDate> {
        let year = date.year();
        match self.shape(i64::from(year)).after(date.ordinal()) {
            Some(ordinal) => date.with_ordinal(ordinal),
            None => self.after_year(year),
        }
    }

    /// The first matching day after a year.
    #[inline]
    fn after_year(&self, year: i32) -> Option<NaiveDate> {
        (year + 1..=year + CYCLE_YEARS as i32).find_map(|year| {
            let first = u32::from(self.shape(i64::from(year)).first);
            (first != 0)
                .then(|| NaiveDate::from_yo_opt(year, first))
                .flatten()
        })
    }
}

impl Shape {
    /// Adds the days of a month (bit n is the nth) that begins with a day of the year.
    fn add(&mut self, first: u32, days: u32) {
        let at = first - 1;
        let days = u128::from(days) << (at % 64);
        let word = (at / 64) as usize;
        self.days[word] |= days as u64;
        if let Some(next) = self.days.get_mut(word + 1) {
            *next |= (days >> 64) as u64;
        }
    }

    fn sum(&mut self) {
        for (word, days) in self.days.iter().enumerate() {
            if self.first == 0 && *days != 0 {
                self.first = (word as u32 * 64 + days.trailing_zeros()) as u16;
            }
            self.before[word] = self.total;
            self.total += days.count_ones() as u16;
        }
    }

    #[inline]
    pub(super) fn contains(&self, ordinal: u32) -> bool {
        self.days[ordinal as usize / 64 % 6] >> (ordinal % 64) & 1 == 1
    }

    /// How many days match.
    #[inline]
    pub(super) fn days(&self) -> u64 {
        u64::from(self.total)
    }

    /// How many days match before one (of 1 to 367), and whether that one does.
    #[inline(always)]
    pub(super) fn days_before(&self, ordinal: u32) -> (u64, bool) {
        let word = ordinal as usize / 64;
        let (Some(days), Some(before)) = (self.days.get(word), self.before.get(word)) else {
            return (self.days(), false);
        };
        let passed = days & !(u64::MAX << (ordinal % 64));
        let mut before = u32::from(*before);
        if passed != 0 {
            before += count_ones(passed);
        }
        (u64::from(before), days >> (ordinal % 64) & 1 == 1)
    }

    /// The first matching day after one of 1 to 366.
    #[inline]
    fn after(&self, ordinal: u32) -> Option<u32> {
        let next = ordinal + 1;
        let mut word = (next / 64) as usize;
        let mut days = *self.days.get(word)? >> (next % 64) << (next % 64);
        while days == 0 {
            word += 1;
            days = *self.days.get(word)?;
        }
        Some(word as u32 * 64 + days.trailing_zeros())
    }
}
