//! What elapsed before an instant. Which times did depends on where the search came from: where a step overshoots its
//! unit, or where the search stands still, so it is run again from well before.

use super::super::FIRST_YEAR;
use super::super::component::SECOND;
use super::Calendar;
use crate::calendar::{civil_from_days, year_of};
use crate::field::Field;
use crate::plan::DAY;
use crate::zone::Zone;

/// Units whose end a step may overshoot.
const OVERSHOT: [Field; 4] = [Field::DayOfMonth, Field::Hour, Field::Minute, Field::Second];

impl Calendar {
    /// Where a time lies so shortly after the end of a unit that the search may have stepped over it: that end.
    fn end_before(&self, zone: &Zone, at: i64, unit: Field) -> Option<i64> {
        let second = at.div_euclid(SECOND);
        let offset = i64::from(zone.segment(second).offset);
        let local = second + offset;
        let (day, time) = (local.div_euclid(DAY), local.rem_euclid(DAY));
        let (_, month, date) = civil_from_days(day);
        let date = i64::from(date);
        let reach = self.reach;
        let end = match unit {
            Field::DayOfMonth if month == 1 && date <= reach.day => (day - date + 1) * DAY,
            Field::Hour if date == 1 && time / 3600 < reach.hour => day * DAY,
            Field::Minute if time < 3600 && time / 60 < reach.minute => day * DAY,
            Field::Second if time % 3600 * SECOND < reach.second => local - time % 3600,
            Field::Second if !self.whole && time % 60 == 0 && reach.second > 0 => local - time % 60,
            _ => return None,
        };
        Some((end - offset) * SECOND)
    }

    /// The last matching second that the clock showed before an instant; whether it elapsed is another question.
    fn match_before(&self, zone: &Zone, instant: i64) -> Option<i64> {
        let last = instant - 1;
        let mut local = last + i64::from(zone.segment(last).offset);
        loop {
            local = self.plan.previous(local)?;
            if year_of(local.div_euclid(DAY)) < FIRST_YEAR {
                return None;
            }
            match zone.instants(local).0 {
                Some((at, _)) if at < instant => return Some(at),
                _ => local -= 1,
            }
        }
    }

    /// The last time before an instant that matches and elapses for who looks at the right moment.
    fn candidate(&self, zone: &Zone, before: i64) -> Option<i64> {
        let mut second = before.div_euclid(SECOND) + i64::from(before.rem_euclid(SECOND) > 0);
        loop {
            second = self.match_before(zone, second)?;
            if self.whole {
                return Some(second * SECOND);
            }
            // The last of the fractions in that second which comes before the instant.
            let found = |after: i64| self.next(zone, after).filter(|at| *at < before);
            let (mut low, mut high) = (second * SECOND - 1, before.min((second + 1) * SECOND));
            let Some(mut last) = found(low) else { continue };
            while low + 1 < high {
                let middle = low + (high - low) / 2;
                match found(middle) {
                    Some(at) => (low, last) = (middle, at),
                    None => high = middle,
                }
            }
            return Some(last);
        }
    }

    /// The last elapse before an instant, on the way of a search that comes from well before it.
    pub(super) fn previous(&self, zone: &Zone, before: i64) -> Option<i64> {
        let (mut earlier, mut back) = (Some(before), 2);
        loop {
            for _ in 0..back {
                earlier = earlier.and_then(|at| self.candidate(zone, at));
            }
            // From where no step overshoots: what comes next is what the search comes by.
            let at = OVERSHOT
                .into_iter()
                .fold(earlier, |at, unit| {
                    let at = at?;
                    match self.end_before(zone, at, unit) {
                        Some(end) => self.candidate(zone, end),
                        None => Some(at),
                    }
                })
                .unwrap_or(-1);
            let last = self.last_on_the_way(zone, at, before);
            if last.is_some() || earlier.is_none() {
                return last;
            }
            back *= 2;
        }
    }

    /// The last elapse before an instant for a search that goes from one to the next.
    fn last_on_the_way(&self, zone: &Zone, mut at: i64, before: i64) -> Option<i64> {
        let mut last = None;
        while at < before {
            match self.next(zone, at) {
                Some(found) if found < before => {
                    at = found;
                    last = Some(found);
                }
                Some(_) => break,
                // It stands still at a change of the clock, which who starts behind it has never seen.
                None => {
                    let change = zone.segment(at.div_euclid(SECOND)).end.saturating_mul(SECOND);
                    at = if at < change - 1 { change - 1 } else { change };
                }
            }
        }
        last
    }
}
