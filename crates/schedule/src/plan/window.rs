//! The matches of a window: counted and listed.

use super::{DAY, Plan};
use crate::calendar::{day_of_year, split};

/// A local time by year, day of the year and second of the day; the second may be the one after the day's last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) year: i32,
    pub(crate) ordinal: u32,
    pub(crate) time: u32,
}

impl Place {
    #[inline]
    fn of(local: i64) -> Place {
        let (day, time) = split(local);
        let (year, ordinal) = day_of_year(day);
        Place {
            year: year as i32,
            ordinal,
            time,
        }
    }
}

impl Plan {
    /// How many matches there are from a local second (included) to another (excluded).
    pub(crate) fn count(&self, from: i64, to: i64) -> u64 {
        if from >= to {
            return 0;
        }
        self.count_between(Place::of(from), Place::of(to))
    }

    /// As [`Plan::count`], between places of which the first is not after the second.
    #[inline]
    pub(crate) fn count_between(&self, from: Place, to: Place) -> u64 {
        let days = if self.years.is_none() {
            self.year_table().days_between(from, to, |_| true)
        } else {
            self.year_table()
                .days_between(from, to, |year| self.has_year(i64::from(year)))
        };
        days * self.year_table().per_day + self.in_day(to) - self.in_day(from)
    }

    /// How many matches the day of a place has before it.
    #[inline]
    fn in_day(&self, place: Place) -> u64 {
        let matches = place.time > 0
            && self.year_table().contains(place.year, place.ordinal)
            && (self.years.is_none() || self.has_year(i64::from(place.year)));
        if matches {
            self.in_day_before(place.time)
        } else {
            0
        }
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

    /// How many matching seconds of a matching day lie before a second of it.
    pub(super) fn in_day_before(&self, time: u32) -> u64 {
        let count = |bits: u64| u64::from(bits.count_ones());
        let below = |bits: u64, limit: u32| count(bits & !(u64::MAX.checked_shl(limit).unwrap_or(0)));
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let (minutes, seconds) = (count(self.minutes), count(self.seconds));
        let mut found = below(u64::from(self.hours), hour) * minutes * seconds;
        if hour < 24 && self.hours >> hour & 1 == 1 {
            found += below(self.minutes, minute) * seconds;
            if self.minutes >> minute & 1 == 1 {
                found += below(self.seconds, second);
            }
        }
        found
    }
}

/// The set bits, ascending.
fn bits(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        (bits != 0).then(|| bits &= bits - 1).map(|()| bit)
    })
}
