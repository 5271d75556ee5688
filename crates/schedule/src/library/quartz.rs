//! Quartz: the smallest unit that does not match goes up, all below it start over, and after each such step a Java
//! calendar works out anew which instant that is.
//!
//! That calendar puts a local time that the clock jumped over behind the gap by as much as it lay in it, and takes
//! the second one of a time that the clock showed twice.

use crate::face::{Face, Unit};
use crate::plan::{DAY, Plan};
use crate::zone::Zone;

/// The last year it looks at: a hundred years from the day that it was measured on.
pub(crate) const LAST_YEAR: i64 = 2126;
const FIRST_YEAR: i64 = 1970;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let local = at + 1 + i64::from(zone.segment(at + 1).offset);
    let search = Search {
        plan,
        zone,
        begin: local.div_euclid(DAY),
    };
    let mut face = Face::of(local);
    // Having set the second it goes on with the minute, whatever second the calendar made of it.
    let mut smallest = Unit::Second;
    while face[Unit::Year] <= LAST_YEAR {
        let mut units = Unit::ALL.into_iter().filter(|unit| *unit >= smallest);
        let Some(unit) = units.find(|unit| search.value_from(&face, *unit) != Some(face[*unit])) else {
            return Some(instant(zone, &face));
        };
        face = search.raised(&face, unit)?;
        smallest = if unit == Unit::Second {
            Unit::Minute
        } else {
            Unit::Second
        };
    }
    None
}

struct Search<'a> {
    plan: &'a Plan,
    zone: &'a Zone,
    /// The local day on which the search began.
    begin: i64,
}

impl Search<'_> {
    /// The first matching value of a unit at or after the one shown, as long as no larger unit goes up.
    fn value_from(&self, face: &Face, unit: Unit) -> Option<i64> {
        let now = face[unit];
        if unit == Unit::Year {
            return match &self.plan.years {
                Some(years) => years
                    .iter()
                    .map(|year| i64::from(*year))
                    .find(|year| *year >= now),
                None => Some(now.max(FIRST_YEAR)),
            };
        }
        let mut values = face.matching(self.plan, unit) & (u64::MAX << now);
        if unit == Unit::Day && self.plan.is_lost(face.local().div_euclid(DAY), self.begin) {
            values &= !(1 << now);
        }
        (values != 0).then(|| i64::from(values.trailing_zeros()))
    }

    /// The face after a unit went up; none when there are no more years.
    fn raised(&self, face: &Face, unit: Unit) -> Option<Face> {
        let mut raised = face.start_of(unit);
        match (self.value_from(face, unit), unit) {
            (Some(value), _) => raised[unit] = value,
            (None, _) => {
                // Which days match depends on the month, so that its 1st comes first.
                let values = face.matching(self.plan, unit);
                raised[unit] = if unit == Unit::Day {
                    1
                } else {
                    i64::from(values.trailing_zeros())
                };
                raised[unit.above()?] += 1;
            }
        }
        let hour = raised[Unit::Hour];
        let shown = self.shown(&raised);
        // Quartz's own care for summer time: an hour that the clock does not show is tried as the next one.
        let skipped = matches!(unit, Unit::Minute | Unit::Hour) && hour != 24 && shown[Unit::Hour] != hour;
        Some(if skipped {
            self.shown(&shown.with(Unit::Hour, hour + 1))
        } else {
            shown
        })
    }

    /// What the calendar shows once it was set to a face.
    fn shown(&self, face: &Face) -> Face {
        let at = instant(self.zone, face);
        Face::of(at + i64::from(self.zone.segment(at).offset))
    }
}

/// Java's instant of a wall-clock time, by the offset of the last change whose new wall clock is not later.
fn instant(zone: &Zone, face: &Face) -> i64 {
    let local = face.local();
    let mut segment = zone.segment(local + 100_000);
    while segment.start > i64::MIN && segment.start + i64::from(segment.offset) > local {
        segment = zone.segment(segment.start - 1);
    }
    local - i64::from(segment.offset)
}
