//! The matches of a window: counted and listed.

use super::year::Years;
use super::{DAY, Plan};
use crate::calendar::{Stamp, split};

impl Plan {
    /// How many matches there are from a local second (included) to another (excluded).
    pub(crate) fn count(&self, from: i64, to: i64) -> u64 {
        if from >= to {
            return 0;
        }
        let (from, to) = (Stamp::of(from), Stamp::of(to));
        match &self.years {
            Some(years) => {
                let parts = years.iter().filter_map(|year| within(*year, from, to));
                parts.map(|(from, to)| self.count_in_any_year(from, to)).sum()
            }
            None => self.count_in_any_year(from, to),
        }
    }

    /// How many matches there are between places of which the first is not after the second, if all years match.
    #[inline(always)]
    pub(crate) fn count_in_any_year(&self, from: Stamp, to: Stamp) -> u64 {
        let table = self.year_table();
        let (first, last) = (table.shape(from.year()), table.shape(to.year()));
        let (passed, from_matches) = first.days_before(from.day());
        let (mut days, to_matches) = last.days_before(to.day());
        if from.year() != to.year() {
            days += first.days() + table.days_between(from.year(), to.year());
        }
        let mut count = (days - passed) * table.per_day();
        if to_matches && to.time() > 0 {
            count += self.in_day_before(table, to.time());
        }
        if from_matches && from.time() > 0 {
            count -= self.in_day_before(table, from.time());
        }
        count
    }

    /// How many matches a place's day has in some whole hours of it.
    #[inline]
    pub(crate) fn count_in_hours(&self, from: Stamp, to: Stamp) -> u64 {
        let table = self.year_table();
        if table.shape(from.year()).contains(from.day()) {
            u64::from(table.before_hour(to.time() / 3600) - table.before_hour(from.time() / 3600))
        } else {
            0
        }
    }

    /// How many matches a matching day has before a second of it.
    #[inline(always)]
    fn in_day_before(&self, table: &Years, time: u32) -> u64 {
        let (hour, rest) = (time / 3600, time % 3600);
        let mut found = table.before_hour(hour);
        if rest > 0 && self.hours >> hour & 1 == 1 {
            found += self.in_hour_before(rest);
        }
        u64::from(found)
    }

    /// How many matches a matching hour has before a second of it.
    fn in_hour_before(&self, time: u32) -> u32 {
        let below = |bits: u64, limit: u32| (bits & !(u64::MAX << limit)).count_ones();
        let (minute, second) = (time / 60, time % 60);
        let mut found = below(self.minutes, minute) * self.seconds.count_ones();
        if self.minutes >> minute & 1 == 1 {
            found += below(self.seconds, second);
        }
        found
    }

    /// Calls `each` with every match from a local second (included) to another (excluded), ascending.
    pub(crate) fn list(&self, from: i64, to: i64, each: &mut impl FnMut(i64)) {
        if from >= to {
            return;
        }
        let times = self.times();
        let (last, _) = split(to - 1);
        let (mut day, mut time) = split(from);
        while day <= last {
            if self.matches_day(day) {
                let start = day * DAY;
                let skip = times.partition_point(|listed| *listed < time);
                let stop = times.partition_point(|listed| start + i64::from(*listed) < to);
                for listed in &times[skip..stop.max(skip)] {
                    each(start + i64::from(*listed));
                }
                (day, time) = (day + 1, 0);
                continue;
            }
            match self.next(day * DAY) {
                Some(next) => (day, time) = (split(next).0, 0),
                None => return,
            }
        }
    }

    /// The matching seconds of a matching day.
    fn times(&self) -> Vec<u32> {
        let mut times = Vec::new();
        for hour in bits(u64::from(self.hours)) {
            for minute in bits(self.minutes) {
                times.extend(bits(self.seconds).map(|second| hour * 3600 + minute * 60 + second));
            }
        }
        times
    }
}

/// The part of a year between two places.
fn within(year: i32, from: Stamp, to: Stamp) -> Option<(Stamp, Stamp)> {
    let (from, to) = (from.max(Stamp::new(year, 1, 0)), to.min(Stamp::new(year, 367, 0)));
    (from < to).then_some((from, to))
}

/// The set bits, ascending.
fn bits(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        (bits != 0).then(|| bits &= bits - 1).map(|()| bit)
    })
}
