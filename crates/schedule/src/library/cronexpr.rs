//! `Next` of the expression library in supercronic: the next value of each unit, put together by Go's `time.Date`,
//! which in a gap answers with a time that is not later, so that the loop stands still.

use super::go::{Local, date, local};
use crate::calendar::month_length;
use crate::plan::Plan;
use crate::zone::Zone;

pub(super) const LAST_YEAR: i64 = 2099;
const FIRST_YEAR: i64 = 1970;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let now = local(zone, at);
    Search { plan, zone }.next(now)
}

struct Search<'a> {
    plan: &'a Plan,
    zone: &'a Zone,
}

impl Search<'_> {
    fn next(&self, now: Local) -> Option<i64> {
        if !self.has_year(now.year) {
            return self.year(now.year);
        }
        if self.plan.months >> now.month & 1 == 0 || self.days(now.year, now.month) == 0 {
            return self.month(now.year, now.month);
        }
        if self.days(now.year, now.month) >> now.day & 1 == 0 {
            return self.day(now);
        }
        if self.plan.hours >> now.hour & 1 == 0 {
            return self.hour(now);
        }
        if self.plan.minutes >> now.minute & 1 == 0 {
            return self.minute(now);
        }
        match after(self.plan.seconds, now.second) {
            Some(second) => Some(self.date(now.year, now.month, now.day, [now.hour, now.minute, second])),
            None => self.minute(now),
        }
    }

    fn minute(&self, now: Local) -> Option<i64> {
        match after(self.plan.minutes, now.minute) {
            Some(minute) => Some(self.date(
                now.year,
                now.month,
                now.day,
                [now.hour, minute, self.first_second()],
            )),
            None => self.hour(now),
        }
    }

    fn hour(&self, now: Local) -> Option<i64> {
        match after(u64::from(self.plan.hours), now.hour) {
            Some(hour) => {
                let minute = self.plan.minutes.trailing_zeros();
                Some(self.date(now.year, now.month, now.day, [hour, minute, self.first_second()]))
            }
            None => self.day(now),
        }
    }

    fn day(&self, now: Local) -> Option<i64> {
        match after(u64::from(self.days(now.year, now.month)), now.day) {
            Some(day) => Some(self.date(now.year, now.month, day, self.first_time())),
            None => self.month(now.year, now.month),
        }
    }

    fn month(&self, year: i64, mut month: u32) -> Option<i64> {
        while let Some(next) = after(u64::from(self.plan.months), month) {
            let days = self.days(year, next);
            if days != 0 {
                return Some(self.date(year, next, days.trailing_zeros(), self.first_time()));
            }
            month = next;
        }
        self.year(year)
    }

    fn year(&self, mut year: i64) -> Option<i64> {
        while let Some(next) = (year + 1..=LAST_YEAR).find(|year| self.has_year(*year)) {
            let month = self.plan.months.trailing_zeros();
            let days = self.days(next, month);
            if days != 0 {
                return Some(self.date(next, month, days.trailing_zeros(), self.first_time()));
            }
            if let Some(later) = self.month_of_year(next, month) {
                return Some(later);
            }
            year = next;
        }
        None
    }

    fn month_of_year(&self, year: i64, mut month: u32) -> Option<i64> {
        while let Some(next) = after(u64::from(self.plan.months), month) {
            let days = self.days(year, next);
            if days != 0 {
                return Some(self.date(year, next, days.trailing_zeros(), self.first_time()));
            }
            month = next;
        }
        None
    }

    fn has_year(&self, year: i64) -> bool {
        match &self.plan.years {
            Some(years) => years.iter().any(|listed| i64::from(*listed) == year),
            None => (FIRST_YEAR..=LAST_YEAR).contains(&year),
        }
    }

    fn days(&self, year: i64, month: u32) -> u32 {
        if month > 12 {
            return 0;
        }
        let days = |day: &u32| self.plan.day_of_month_matches(year, month, *day);
        (1..=month_length(year, month))
            .filter(days)
            .fold(0, |mask, day| mask | 1 << day)
    }

    fn first_second(&self) -> u32 {
        self.plan.seconds.trailing_zeros()
    }

    fn first_time(&self) -> [u32; 3] {
        [
            self.plan.hours.trailing_zeros(),
            self.plan.minutes.trailing_zeros(),
            self.first_second(),
        ]
    }

    fn date(&self, year: i64, month: u32, day: u32, time: [u32; 3]) -> i64 {
        date(self.zone, year, month, day, time)
    }
}

/// The next set bit above one.
fn after(bits: u64, bit: u32) -> Option<u32> {
    let left = bits & (u64::MAX << bit << 1);
    (left != 0).then(|| left.trailing_zeros())
}
