//! The rule that closes a zone file, in POSIX's `TZ` form: what holds after the last listed change.

use super::Period;
use crate::calendar::{CYCLE_YEARS, days_from_civil, is_leap, month_length, weekday_of, year_of};

/// A whole rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rule {
    pub(super) standard: i32,
    pub(super) summer: Option<Summer>,
}

/// Summer time: its offset, and when it starts and ends each year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Summer {
    pub(super) offset: i32,
    pub(super) start: Change,
    pub(super) end: Change,
}

/// A day of each year, and seconds after its local midnight (may be negative or beyond a day).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) day: Day,
    pub(super) time: i32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Day {
    /// `J60`: 1 to 365, 29 February is never counted.
    Julian(u32),
    /// `59`: 0 to 365, 29 February is counted.
    OfYear(u32),
    /// `M3.5.0`: month, week (5 is the last), weekday (0 is Sunday).
    Weekday { month: u32, week: u32, weekday: u32 },
}

impl Rule {
    /// Reads `std offset [dst [offset] [,start[/time],end[/time]]]`.
    pub(super) fn parse(text: &str) -> Option<Rule> {
        let mut input = Input { rest: text };
        input.name()?;
        let standard = -input.time()?;
        if input.rest.is_empty() {
            return Some(Rule {
                standard,
                summer: None,
            });
        }
        input.name()?;
        let offset = match input.rest.chars().next() {
            None | Some(',') => standard + 3600,
            Some(_) => -input.time()?,
        };
        // Without dates the C library takes the United States' of 2007.
        if input.rest.is_empty() {
            input.rest = ",M3.2.0,M11.1.0";
        }
        let start = input.change()?;
        let end = input.change()?;
        input.rest.is_empty().then_some(Rule {
            standard,
            summer: Some(Summer { offset, start, end }),
        })
    }
}

struct Input<'a> {
    rest: &'a str,
}

impl Input<'_> {
    fn name(&mut self) -> Option<()> {
        let end = if self.rest.starts_with('<') {
            self.rest.find('>')? + 1
        } else {
            self.rest
                .find(|c: char| !c.is_ascii_alphabetic())
                .unwrap_or(self.rest.len())
        };
        self.rest = (end >= 3).then(|| &self.rest[end..])?;
        Some(())
    }

    fn take(&mut self, c: char) -> bool {
        match self.rest.strip_prefix(c) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn number(&mut self) -> Option<u32> {
        let end = self
            .rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(self.rest.len());
        let number = self
            .rest
            .get(..end)
            .filter(|digits| (1..=3).contains(&digits.len()))?;
        self.rest = &self.rest[end..];
        number.parse().ok()
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self) -> Option<i32> {
        let negative = self.take('-');
        if !negative {
            self.take('+');
        }
        let mut seconds = self.number().filter(|hours| *hours <= 167)? as i32 * 3600;
        for unit in [60, 1] {
            if !self.take(':') {
                break;
            }
            seconds += self.number().filter(|part| *part < 60)? as i32 * unit;
        }
        Some(if negative { -seconds } else { seconds })
    }

    fn change(&mut self) -> Option<Change> {
        let day = self.take(',').then(|| self.day())??;
        let time = if self.take('/') { self.time()? } else { 7200 };
        Some(Change { day, time })
    }

    fn day(&mut self) -> Option<Day> {
        if self.take('J') {
            return self
                .number()
                .filter(|day| (1..=365).contains(day))
                .map(Day::Julian);
        }
        if !self.take('M') {
            return self.number().filter(|day| *day <= 365).map(Day::OfYear);
        }
        let month = self.number().filter(|month| (1..=12).contains(month))?;
        let week = self
            .take('.')
            .then(|| self.number())?
            .filter(|week| (1..=5).contains(week))?;
        let weekday = self
            .take('.')
            .then(|| self.number())?
            .filter(|weekday| *weekday <= 6)?;
        Some(Day::Weekday { month, week, weekday })
    }
}

impl Change {
    /// Local seconds of this year's change, on the clock in force before it.
    fn in_year(self, year: i64) -> i64 {
        let january = days_from_civil(year, 1, 1);
        let day = match self.day {
            Day::Julian(day) => january + i64::from(day) - 1 + i64::from(is_leap(year) && day >= 60),
            Day::OfYear(day) => january + i64::from(day),
            Day::Weekday { month, week, weekday } => {
                let first = days_from_civil(year, month, 1);
                let to_weekday = (i64::from(weekday) - i64::from(weekday_of(first))).rem_euclid(7);
                let day = to_weekday + 7 * (i64::from(week) - 1);
                let length = i64::from(month_length(year, month));
                first + if day >= length { day - 7 } else { day }
            }
        };
        day * 86_400 + i64::from(self.time)
    }
}

/// Adds 400 years of the rule after the listed periods; returns the periods and where the repetition ends.
pub(super) fn extend(mut periods: Vec<Period>, rule: &Rule) -> (Vec<Period>, i64) {
    if periods.is_empty() {
        periods.push(Period {
            start: i64::MIN,
            offset: rule.standard,
            daylight: false,
        });
    }
    let listed = periods.last().map_or(i64::MIN, |period| period.start);
    let Some(summer) = &rule.summer else {
        let last = periods[periods.len() - 1];
        if last.offset != rule.standard || last.daylight {
            // The file says otherwise from its last change on; the listed one is what the daemons take.
            return (periods, i64::MAX);
        }
        return (periods, i64::MAX);
    };
    let first_year = if listed == i64::MIN {
        1970
    } else {
        year_of(listed.div_euclid(86_400))
    };
    for year in first_year..=first_year + CYCLE_YEARS + 1 {
        let start = summer.start.in_year(year) - i64::from(rule.standard);
        let end = summer.end.in_year(year) - i64::from(summer.offset);
        let mut changes = [
            Period {
                start,
                offset: summer.offset,
                daylight: true,
            },
            Period {
                start: end,
                offset: rule.standard,
                daylight: false,
            },
        ];
        changes.sort_by_key(|change| change.start);
        for change in changes {
            let last = periods[periods.len() - 1];
            if change.start > last.start && (change.offset, change.daylight) != (last.offset, last.daylight) {
                periods.push(change);
            }
        }
    }
    let horizon = days_from_civil(first_year + CYCLE_YEARS + 1, 1, 1) * 86_400;
    (periods, horizon)
}
