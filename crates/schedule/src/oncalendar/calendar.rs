//! An expression made ready for the search.
//!
//! Away from changes of the clock, and where no step overshoots its unit, what elapses next is the next time that
//! matches: bit sets find it. Everything else goes systemd's own way, step by step.

use chrono::{DateTime, TimeDelta, Utc};

use super::component::{Component, SECOND};
use super::{FIRST_YEAR, LAST_YEAR, Spec, ZoneWord, search, text};
use crate::calendar::{civil_from_days, fixed_offset, utc, year_of};
use crate::field::{DayRule, Field, Fields};
use crate::occurrences::{Occurrence, Shift};
use crate::plan::{DAY, Plan};
use crate::zone::{Segment, Zone};

/// So far from a change of the clock nothing is left of it: no change is larger than a day, and a day more.
const QUIET: i64 = 2 * DAY + 1;

/// The first local second that systemd no longer knows.
const END: i64 = 7_258_118_400;

/// An expression, its bit sets, and what systemd's search stumbles over.
#[derive(Debug, Clone)]
pub(crate) struct Calendar {
    pub(super) spec: Spec,
    pub(super) plan: Plan,
    whole: bool,
    reach: Reach,
}

/// How far a step that does not end with its unit reaches into the next one; 0 where all do. A search that leaves such
/// a unit comes out that far in the next one, too late when the unit above ends with it.
#[derive(Debug, Clone, Copy)]
struct Reach {
    /// In microseconds.
    second: i64,
    minute: i64,
    hour: i64,
    day: i64,
}

impl Reach {
    fn of(spec: &Spec) -> Reach {
        let past = |chain: &super::Chain, end: i64| {
            let open = chain.iter().filter(|one| one.is_open());
            open.filter_map(|one| Some(one.at_or_after(end)? - end))
                .max()
                .unwrap_or(0)
        };
        // A month has 28 days or more, and then a step of more than one may end anywhere.
        let open = spec.day.iter().filter(|one| one.is_open() && one.repeat > 1);
        Reach {
            second: past(&spec.second, 60 * SECOND),
            minute: past(&spec.minute, 60),
            hour: past(&spec.hour, 24),
            day: open.map(|one| one.repeat).max().unwrap_or(0),
        }
    }

    fn is_nothing(self) -> bool {
        self.second.max(self.minute).max(self.hour).max(self.day) == 0
    }
}

/// Units whose end a step may overshoot.
const OVERSHOT: [Field; 4] = [Field::DayOfMonth, Field::Hour, Field::Minute, Field::Second];

impl Calendar {
    pub(super) fn new(spec: Spec, fields: &Fields) -> Calendar {
        Calendar {
            plan: Plan::new(fields, DayRule::Both),
            whole: spec.is_whole(),
            reach: Reach::of(&spec),
            spec,
        }
    }

    pub(crate) fn normalized(&self) -> String {
        text::normalized(&self.spec)
    }

    /// The zone that it names itself.
    pub(crate) fn zone_name(&self) -> Option<&str> {
        match &self.spec.zone {
            ZoneWord::Named(name, _) => Some(name),
            ZoneWord::Host => None,
        }
    }

    /// The sets that its parts name; fractions of a second are dropped.
    pub(crate) fn fields(&self) -> Fields {
        self.spec.fields()
    }

    /// The seconds where they have fractions: the first, the last and the step of each item, in microseconds.
    pub(crate) fn fractions(&self) -> Option<Vec<(i64, i64, i64)>> {
        let item = |one: &Component| match (one.stop, one.repeat) {
            (None, 0) => (one.start, one.start, 0),
            (stop, step) => {
                // A range without a step goes by whole seconds.
                let step = if step == 0 { SECOND } else { step };
                let end = stop.unwrap_or(60 * SECOND - 1);
                (one.start, end - (end - one.start) % step, step)
            }
        };
        (!self.whole).then(|| self.spec.second.iter().map(item).collect())
    }

    /// Whether no date that it names exists.
    pub(crate) fn never(&self) -> bool {
        self.plan.never()
    }

    /// The zone that it is read in, for a host in `zone`.
    fn zone<'a>(&'a self, zone: &'a Zone) -> &'a Zone {
        match &self.spec.zone {
            ZoneWord::Host => zone,
            ZoneWord::Named(_, named) => named,
        }
    }

    /// What elapses first after an instant; both in microseconds.
    pub(super) fn next(&self, zone: &Zone, after: i64) -> Option<i64> {
        if after > (END + QUIET) * SECOND {
            return None;
        }
        match self.plain_next(zone, after) {
            Plain::Found(at) => Some(at * SECOND),
            Plain::Never => None,
            Plain::Unsure => self.searched(zone, after),
        }
    }

    /// By systemd's own steps.
    fn searched(&self, zone: &Zone, after: i64) -> Option<i64> {
        search::next(&self.spec, zone, after).filter(|at| *at > after)
    }

    /// By bit sets, where they are to be trusted.
    fn plain_next(&self, zone: &Zone, after: i64) -> Plain {
        // The first whole second after it.
        let from = after.div_euclid(SECOND) + 1;
        if !self.whole || after < 0 {
            return Plain::Unsure;
        }
        let segment = zone.segment(from);
        if from.saturating_sub(QUIET) < segment.start {
            return Plain::Unsure;
        }
        let offset = i64::from(segment.offset);
        let Some(local) = self.plan.next(from + offset).filter(|local| *local < END) else {
            return Plain::Never;
        };
        // The time at which systemd starts to search may still lie in the second before.
        if self.may_overshoot((after + 1).div_euclid(SECOND) + offset, local) {
            return Plain::Unsure;
        }
        if local - offset < segment.end.saturating_sub(QUIET) {
            return Plain::Found(local - offset);
        }
        beyond(zone, segment, local)
    }

    /// Whether the search from one local second to another leaves a unit that a step of it overshoots.
    fn may_overshoot(&self, from: i64, to: i64) -> bool {
        let reach = self.reach;
        let same = |unit: i64| from.div_euclid(unit) == to.div_euclid(unit);
        if reach.is_nothing() || same(60) {
            return false;
        }
        if reach.second > 0 || same(DAY) {
            return reach.second > 0;
        }
        let (one, other) = (
            civil_from_days(from.div_euclid(DAY)),
            civil_from_days(to.div_euclid(DAY)),
        );
        reach.minute > 0
            || reach.hour > 0 && (one.0, one.1) != (other.0, other.1)
            || reach.day > 0 && one.0 != other.0
    }

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
    fn previous(&self, zone: &Zone, before: i64) -> Option<i64> {
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

enum Plain {
    Found(i64),
    Never,
    Unsure,
}

/// The instant of a match that lies behind the end of the period. No change in between may touch a midnight, since
/// the search steps from midnight to midnight.
fn beyond(zone: &Zone, from: Segment, local: i64) -> Plain {
    let (Some((at, _)), None) = zone.instants(local) else {
        return Plain::Unsure;
    };
    let target = zone.segment(at);
    if at - QUIET < target.start || at + QUIET > target.end {
        return Plain::Unsure;
    }
    let mut before = from;
    for _ in 0..64 {
        if before.end > at + 32 * DAY {
            return Plain::Found(at);
        }
        let after = zone.segment(before.end);
        let change = [before.offset, after.offset].map(|offset| before.end + i64::from(offset));
        let (low, high) = (change[0].min(change[1]), change[0].max(change[1]));
        if (low - 1).div_euclid(DAY) != high.div_euclid(DAY) {
            return Plain::Unsure;
        }
        before = after;
    }
    Plain::Unsure
}

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

const _: () = assert!(END == days_end());

/// The first day that systemd no longer knows, in seconds.
const fn days_end() -> i64 {
    let years = LAST_YEAR + 1 - 1970;
    // Leap years from 1972 to 2196, without 2100.
    (years * 365 + 57 - 1) * DAY
}
