//! What a clock shows, unit by unit.

use std::ops::{Index, IndexMut};

use crate::calendar::{civil_from_days, days_from_civil, month_length, split, weekday_of};
use crate::plan::{DAY, Plan};

/// A unit of time, the smallest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    Month,
    Year,
}

impl Unit {
    pub(crate) const ALL: [Unit; 6] = [
        Unit::Second,
        Unit::Minute,
        Unit::Hour,
        Unit::Day,
        Unit::Month,
        Unit::Year,
    ];

    /// The next larger unit.
    pub(crate) fn above(self) -> Option<Unit> {
        Unit::ALL.get(self as usize + 1).copied()
    }

    /// The next smaller unit.
    pub(crate) fn below(self) -> Option<Unit> {
        Unit::ALL.get((self as usize).checked_sub(1)?).copied()
    }

    /// What the unit starts with when the next larger one goes up.
    pub(crate) fn lowest(self) -> i64 {
        i64::from(self >= Unit::Day)
    }
}

/// The face of a clock with a calendar. What is set too high or too low carries over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Face([i64; 6]);

impl Face {
    /// What the clock shows at a local second.
    pub(crate) fn of(local: i64) -> Face {
        let (days, time) = split(local);
        let (year, month, day) = civil_from_days(days);
        let [second, minute, hour] = [time % 60, time / 60 % 60, time / 3600];
        Face([second, minute, hour, day, month, 0].map(i64::from)).with(Unit::Year, year)
    }

    /// The local second.
    pub(crate) fn local(&self) -> i64 {
        let [second, minute, hour, day, month, year] = self.0;
        let months = year * 12 + month - 1;
        let first = days_from_civil(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, 1);
        (first + day - 1) * DAY + hour * 3600 + minute * 60 + second
    }

    pub(crate) fn with(mut self, unit: Unit, value: i64) -> Face {
        self[unit] = value;
        self
    }

    /// The start of a unit: all smaller ones at their lowest.
    pub(crate) fn start_of(mut self, unit: Unit) -> Face {
        for smaller in Unit::ALL.into_iter().filter(|smaller| *smaller < unit) {
            self[smaller] = smaller.lowest();
        }
        self
    }

    /// The values of a unit up to the month that match, as bits; for days, those of the month shown.
    pub(crate) fn matching(&self, plan: &Plan, unit: Unit) -> u64 {
        match unit {
            Unit::Second => plan.seconds,
            Unit::Minute => plan.minutes,
            Unit::Hour => u64::from(plan.hours),
            Unit::Day => {
                let (year, month) = (self[Unit::Year], self[Unit::Month] as u32);
                let first = weekday_of(days_from_civil(year, month, 1)) as usize;
                u64::from(plan.days[first][month_length(year, month) as usize - 28])
            }
            Unit::Month => u64::from(plan.months),
            Unit::Year => u64::MAX,
        }
    }
}

impl Index<Unit> for Face {
    type Output = i64;

    fn index(&self, unit: Unit) -> &i64 {
        &self.0[unit as usize]
    }
}

impl IndexMut<Unit> for Face {
    fn index_mut(&mut self, unit: Unit) -> &mut i64 {
        &mut self.0[unit as usize]
    }
}
