//! Occurrences one after the other, forwards and backwards, and how many there are.

use chrono::{DateTime, TimeDelta, Utc};

use super::super::component::SECOND;
use super::{Calendar, END, QUIET};
use crate::calendar::{fixed_offset, utc};
use crate::occurrences::{Occurrence, Shift};
use crate::zone::Zone;

/// An instant as microseconds since 1970, rounded down.
fn micros(at: DateTime<Utc>) -> i64 {
    at.timestamp()
        .saturating_mul(SECOND)
        .saturating_add(i64::from(at.timestamp_subsec_micros()))
}

/// The occurrence at an instant, on the host's clock.
fn occurrence(zone: &Zone, at: i64) -> Occurrence {
    let second = at.div_euclid(SECOND);
    let segment = zone.segment(second);
    let instant = utc(second) + TimeDelta::microseconds(at.rem_euclid(SECOND));
    let mut shift = None;
    if second < segment.start.saturating_add(QUIET) {
        let (_, again) = zone.instants(second + i64::from(segment.offset));
        shift = again
            .is_some_and(|(again, _)| again == second)
            .then_some(Shift::Repeated);
    }
    Occurrence {
        at: instant.with_timezone(&fixed_offset(segment.offset)),
        shift,
    }
}

/// One after the other, each the next after the one before.
#[derive(Debug, Clone)]
pub(crate) struct Chained<'a> {
    calendar: &'a Calendar,
    zone: &'a Zone,
    after: Option<i64>,
}

impl<'a> Chained<'a> {
    pub(crate) fn new(calendar: &'a Calendar, zone: &'a Zone, after: DateTime<Utc>) -> Chained<'a> {
        Chained {
            calendar,
            zone,
            after: Some(micros(after).max(-1)),
        }
    }
}

impl Iterator for Chained<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        self.after = self.calendar.next(self.calendar.zone(self.zone), self.after?);
        Some(occurrence(self.zone, self.after?))
    }
}

/// The same backwards.
#[derive(Debug, Clone)]
pub(crate) struct Back<'a> {
    calendar: &'a Calendar,
    zone: &'a Zone,
    before: Option<i64>,
}

impl<'a> Back<'a> {
    pub(crate) fn new(calendar: &'a Calendar, zone: &'a Zone, before: DateTime<Utc>) -> Back<'a> {
        // Rounded up: what elapses in the same microsecond lies before it.
        let rest = i64::from(!before.timestamp_subsec_nanos().is_multiple_of(1000));
        Back {
            calendar,
            zone,
            before: Some(
                micros(before)
                    .saturating_add(rest)
                    .clamp(0, (END + QUIET) * SECOND),
            ),
        }
    }
}

impl Iterator for Back<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        self.before = self
            .calendar
            .previous(self.calendar.zone(self.zone), self.before?);
        Some(occurrence(self.zone, self.before?))
    }
}

/// How often it elapses from an instant (included) to another (excluded).
pub(crate) fn count(calendar: &Calendar, zone: &Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> u64 {
    let zone = calendar.zone(zone);
    let last = micros(to - TimeDelta::nanoseconds(1));
    let even = calendar.whole && calendar.reach.is_nothing();
    let mut after = micros(from - TimeDelta::nanoseconds(1)).max(-1);
    let mut count = 0;
    while let Some(at) = calendar.next(zone, after).filter(|at| *at <= last) {
        count += 1;
        after = at;
        // The rest of a quiet period by counting bits.
        let second = at.div_euclid(SECOND);
        let segment = zone.segment(second);
        let offset = i64::from(segment.offset);
        let end = (last.div_euclid(SECOND) + 1)
            .min(segment.end.saturating_sub(QUIET))
            .min(END - offset);
        if even && segment.start.saturating_add(QUIET) <= second && end > second {
            count += calendar.plan.count(second + 1 + offset, end + offset);
            after = end * SECOND - 1;
        }
    }
    count
}
