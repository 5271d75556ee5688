//! `Next` of robfig's cron: go up by months, days, hours, minutes until all match, and begin again whenever a larger
//! unit changes on the way.

use super::go::{Local, add_day, add_month, date, local};
use crate::plan::Plan;
use crate::zone::Zone;

/// It gives up after so many years.
pub(super) const YEARS: i64 = 5;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let mut at = at + 1;
    let limit = local(zone, at).year + YEARS;
    let mut search = Search {
        plan,
        zone,
        added: false,
    };
    loop {
        if local(zone, at).year > limit {
            return None;
        }
        match search.step(at) {
            Ok(found) => return Some(found),
            Err(wrapped) => at = wrapped,
        }
    }
}

struct Search<'a> {
    plan: &'a Plan,
    zone: &'a Zone,
    /// Whether a unit was raised already, so that the smaller ones stand at their first value.
    added: bool,
}

impl Search<'_> {
    /// One pass from months down to minutes; an error is where to begin again.
    fn step(&mut self, mut at: i64) -> Result<i64, i64> {
        let zone = self.zone;
        while self.plan.months >> local(zone, at).month & 1 == 0 {
            at = self.floor(at, |now| date(zone, now.year, now.month, 1, [0, 0, 0]));
            at = add_month(zone, at);
            if local(zone, at).month == 1 {
                return Err(at);
            }
        }
        while !self.matches_day(&local(zone, at)) {
            at = self.floor(at, |now| date(zone, now.year, now.month, now.day, [0, 0, 0]));
            at = add_day(zone, at);
            // Where midnight does not exist, the hour is another one.
            let hour = i64::from(local(zone, at).hour);
            if hour > 12 {
                at += (24 - hour) * 3600;
            } else {
                at -= hour * 3600;
            }
            if local(zone, at).day == 1 {
                return Err(at);
            }
        }
        while self.plan.hours >> local(zone, at).hour & 1 == 0 {
            at = self.floor(at, |now| {
                date(zone, now.year, now.month, now.day, [now.hour, 0, 0])
            });
            at += 3600;
            if local(zone, at).hour == 0 {
                return Err(at);
            }
        }
        while self.plan.minutes >> local(zone, at).minute & 1 == 0 {
            at = self.floor(at, |_| at - at.rem_euclid(60));
            at += 60;
            if local(zone, at).minute == 0 {
                return Err(at);
            }
        }
        while self.plan.seconds >> local(zone, at).second & 1 == 0 {
            self.added = true;
            at += 1;
            if local(zone, at).second == 0 {
                return Err(at);
            }
        }
        Ok(at)
    }

    /// The first time that a unit is raised, the smaller ones go to their first value.
    fn floor(&mut self, at: i64, floor: impl Fn(Local) -> i64) -> i64 {
        if self.added {
            return at;
        }
        self.added = true;
        floor(local(self.zone, at))
    }

    fn matches_day(&self, now: &Local) -> bool {
        self.plan.day_of_month_matches(now.year, now.month, now.day)
    }
}
