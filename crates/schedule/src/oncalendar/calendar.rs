//! An expression made ready for the search.
//!
//! Away from changes of the clock, and where no step overshoots its unit, what elapses next is the next time that
//! matches: bit sets find it. Everything else goes systemd's own way, step by step.

mod earlier;
mod walks;

pub(crate) use walks::{Back, Chained, count};

use super::component::{Component, SECOND};
use super::{LAST_YEAR, Spec, ZoneWord, search, text};
use crate::calendar::civil_from_days;
use crate::field::{DayRule, Fields};
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

const _: () = assert!(END == days_end());

/// The first day that systemd no longer knows, in seconds.
const fn days_end() -> i64 {
    let years = LAST_YEAR + 1 - 1970;
    // Leap years from 1972 to 2196, without 2100.
    (years * 365 + 57 - 1) * DAY
}
