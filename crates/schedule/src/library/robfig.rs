//! robfig's cron for Go, which kubernetes runs: months and days go by the calendar, hours and smaller units by the
//! time that passes. So a repeated hour is run again, a skipped one is not, and the rest are oddities of that walk.

use super::go;
use crate::face::{Face, Unit};
use crate::plan::{DAY, Plan};
use crate::zone::Zone;

/// It gives up after so many years.
pub(super) const YEARS: i64 = 5;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let mut walk = Walk {
        zone,
        at: at + 1,
        aligned: false,
    };
    let mut face = walk.face();
    let last_year = face[Unit::Year] + YEARS;
    // Units larger than this matched before and are not looked at.
    let mut largest = Unit::Month;
    while largest < Unit::Month || face[Unit::Year] <= last_year {
        let Some(unit) = missed(plan, &face, largest) else {
            return Some(walk.at);
        };
        walk.step_over(unit, plan);
        face = walk.face();
        // It takes for granted that a larger unit begins where this one is at its lowest, and nowhere else: where the
        // clock jumps from 23:59 to 01:00 it goes on as if it still were the day before.
        largest = if face[unit] == unit.lowest() {
            Unit::Month
        } else {
            unit
        };
    }
    None
}

/// The largest unit up to one that does not match.
fn missed(plan: &Plan, face: &Face, largest: Unit) -> Option<Unit> {
    let mut units = Unit::ALL.into_iter().rev().filter(|unit| *unit <= largest);
    units.find(|unit| face.matching(plan, *unit) >> face[*unit] & 1 == 0)
}

struct Walk<'a> {
    zone: &'a Zone,
    at: i64,
    /// Whether it has gone to the start of a unit already; it does so before its first step and never again, so that
    /// the steps of an hour go from half hour to half hour behind a change of half an hour.
    aligned: bool,
}

impl Walk<'_> {
    fn face(&self) -> Face {
        go::face(self.zone, self.at)
    }

    fn step_over(&mut self, unit: Unit, plan: &Plan) {
        if !std::mem::replace(&mut self.aligned, true) {
            self.align(unit);
        }
        match unit {
            Unit::Second => self.at += self.seconds_to_go(plan),
            Unit::Minute => self.at += 60,
            Unit::Hour => self.at += 3600,
            Unit::Day => {
                self.at = go::instant(self.zone, self.face().local() + DAY);
                self.go_to_nearest_midnight();
            }
            Unit::Month | Unit::Year => {
                let face = self.face();
                let later = face.with(Unit::Month, face[Unit::Month] + 1);
                self.at = go::instant(self.zone, later.local());
            }
        }
    }

    /// To the next second that matches or the minute's end, one by one only where the clock is changed before.
    fn seconds_to_go(&self, plan: &Plan) -> i64 {
        let second = self.face()[Unit::Second];
        let later = plan.seconds & (u64::MAX << second << 1);
        let to_go = i64::from(later.trailing_zeros().min(60)) - second;
        if self.at + to_go < self.zone.segment(self.at).end {
            to_go
        } else {
            1
        }
    }

    fn align(&mut self, unit: Unit) {
        match unit {
            Unit::Second => {}
            // A minute is one of the world's clock, a local offset of some seconds notwithstanding.
            Unit::Minute => self.at -= self.at.rem_euclid(60),
            _ => self.at = go::instant(self.zone, self.face().start_of(unit).local()),
        }
    }

    /// Where the clock skips or repeats midnight, a day begins at another hour.
    fn go_to_nearest_midnight(&mut self) {
        let hour = self.face()[Unit::Hour];
        let hours = if hour > 12 { 24 - hour } else { -hour };
        self.at += hours * 3600;
    }
}
