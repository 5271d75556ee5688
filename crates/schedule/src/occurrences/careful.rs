//! The search that takes care of changes of the clock: period by period of the zone, forwards and backwards.

use super::{Occurrence, Shift};
use crate::calendar::{LAST_SECOND, fixed_offset, naive, utc};
use crate::daylight::{Daylight, Disturbance, Firing, LONGEST};
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::zone::{Segment, Zone};

/// No change of a zone's clock is larger, in seconds: dates have been skipped and repeated.
pub(super) const LARGEST_CHANGE: i64 = 2 * 86_400;

/// What is searched for.
#[derive(Debug, Clone)]
pub(super) struct Search<'a> {
    pub(super) plan: &'a Plan,
    pub(super) wild: bool,
    pub(super) rule: Daylight,
    /// The zone on people's clocks.
    zone: &'a Zone,
    /// The daemon's idea of it, where it is another.
    stale: Option<Zone>,
}

impl<'a> Search<'a> {
    /// Forwards from a second on, with a daemon that was started the minute before.
    pub(super) fn forwards(schedule: &Schedule, plan: &'a Plan, zone: &'a Zone, from: i64) -> Search<'a> {
        let rule = schedule.dialect().daylight;
        let stale = matches!(rule, Daylight::CatchUp { stale: true, .. })
            .then(|| zone.stale(from - 60))
            .flatten();
        Search {
            plan,
            wild: schedule.wild,
            rule,
            zone,
            stale,
        }
    }

    /// Backwards; nobody knows when the daemon was started, so its idea of the zone is the right one.
    pub(super) fn backwards(schedule: &Schedule, plan: &'a Plan, zone: &'a Zone) -> Search<'a> {
        Search {
            plan,
            wild: schedule.wild,
            rule: schedule.dialect().daylight,
            zone,
            stale: None,
        }
    }

    /// The zone that the daemon goes by.
    #[inline]
    pub(super) fn daemon_zone(&self) -> &Zone {
        self.stale.as_ref().unwrap_or(self.zone)
    }

    /// The disturbance at the start of a period, when anything at or after `from` can belong to it.
    pub(super) fn disturbance(&self, segment: &Segment, from: i64) -> Disturbance {
        if segment.start == i64::MIN || from >= segment.start.saturating_add(LONGEST) {
            return Disturbance {
                resume: segment.start,
                firings: Vec::new(),
            };
        }
        Disturbance::at(segment, self.plan, self.wild, self.rule, self.daemon_zone())
    }

    fn occurrence(&self, firing: Firing, segment: &Segment) -> Occurrence {
        let shown = if self.stale.is_some() {
            &self.zone.segment(firing.at)
        } else {
            segment
        };
        let at = utc(firing.at).with_timezone(&fixed_offset(shown.offset));
        let shift = match firing.meant {
            Some(local) => Some(Shift::Moved { from: naive(local) }),
            None => self.repeated(firing.at, shown).then_some(Shift::Repeated),
        };
        Occurrence { at, shift }
    }

    /// Whether the clock showed this local time before.
    #[inline]
    fn repeated(&self, at: i64, segment: &Segment) -> bool {
        if at >= segment.start.saturating_add(LARGEST_CHANGE) {
            return false;
        }
        let before = self.zone.segment(segment.start.saturating_sub(1));
        before.offset > segment.offset && at < segment.start + i64::from(before.offset - segment.offset)
    }
}

/// The search forwards.
#[derive(Debug, Clone)]
pub(super) struct Forward<'a> {
    search: Search<'a>,
    segment: Segment,
    disturbance: Disturbance,
    /// The next entry of the disturbance's list.
    listed: usize,
    /// Nothing before this instant is of interest any more.
    from: i64,
}

impl<'a> Forward<'a> {
    #[inline]
    pub(super) fn new(search: Search<'a>, from: i64) -> Forward<'a> {
        let segment = search.daemon_zone().segment(from);
        let disturbance = search.disturbance(&segment, from);
        Forward {
            search,
            segment,
            disturbance,
            listed: 0,
            from,
        }
    }

    #[inline]
    pub(super) fn next(&mut self) -> Option<Occurrence> {
        loop {
            while let Some(firing) = self.disturbance.firings.get(self.listed).copied() {
                self.listed += 1;
                if firing.at >= self.from {
                    return Some(self.search.occurrence(firing, &self.segment));
                }
            }
            let from = self.from.max(self.disturbance.resume);
            let offset = i64::from(self.segment.offset);
            let at = self.search.plan.next(from.max(self.segment.start) + offset)? - offset;
            if at < self.segment.end && from < self.segment.end {
                self.from = at + 1;
                return (at <= LAST_SECOND)
                    .then(|| self.search.occurrence(Firing { at, meant: None }, &self.segment));
            }
            if self.segment.end > LAST_SECOND {
                return None;
            }
            self.enter()?;
        }
    }

    /// Whether the daemon goes by another zone than people's clocks.
    pub(super) fn is_stale(&self) -> bool {
        self.search.stale.is_some()
    }

    /// Goes on to the next period, or to the one before the next match when that is far away: what lies between can
    /// have no disturbance that fires, as no local time in it matches, not even one that the clock shows again.
    fn enter(&mut self) -> Option<()> {
        let offset = i64::from(self.segment.offset);
        let shown_again = self.segment.end + offset - LARGEST_CHANGE;
        let at = self.search.plan.next(shown_again)?;
        let near = (at - offset - LARGEST_CHANGE).max(self.segment.end);
        self.segment = self.search.daemon_zone().segment(near);
        self.from = self.from.max(near);
        self.disturbance = self.search.disturbance(&self.segment, self.from);
        self.listed = 0;
        Some(())
    }
}

/// The search backwards.
#[derive(Debug, Clone)]
pub(super) struct Backward<'a> {
    search: Search<'a>,
    segment: Segment,
    disturbance: Disturbance,
    /// Entries of the disturbance's list that are still to come, counted from its start.
    listed: usize,
    /// Nothing after this instant is of interest any more.
    until: i64,
    /// The same at the start: a minute of the plain search may also have fired in the disturbance before it.
    bound: i64,
}

impl<'a> Backward<'a> {
    pub(super) fn new(search: Search<'a>, until: i64) -> Backward<'a> {
        let segment = search.daemon_zone().segment(until);
        let disturbance = search.disturbance(&segment, segment.start);
        let listed = disturbance.firings.len();
        Backward {
            search,
            segment,
            disturbance,
            listed,
            until,
            bound: until,
        }
    }

    pub(super) fn next(&mut self) -> Option<Occurrence> {
        loop {
            let offset = i64::from(self.segment.offset);
            let at = self
                .search
                .plan
                .previous(self.until.min(self.segment.end - 1) + offset)?
                - offset;
            if at >= self.disturbance.resume.max(self.segment.start) {
                self.until = at - 1;
                return Some(self.search.occurrence(Firing { at, meant: None }, &self.segment));
            }
            while let Some(last) = self.listed.checked_sub(1) {
                self.listed = last;
                let firing = self.disturbance.firings[last];
                if firing.at <= self.bound {
                    return Some(self.search.occurrence(firing, &self.segment));
                }
            }
            if self.segment.start <= -LAST_SECOND {
                return None;
            }
            self.enter()?;
        }
    }

    /// Goes back to the period before, or to the one after the match before when that is far away.
    fn enter(&mut self) -> Option<()> {
        let offset = i64::from(self.segment.offset);
        let shown_before = self.segment.start + offset + LARGEST_CHANGE;
        let at = self.search.plan.previous(shown_before)?;
        let near = (at - offset + LARGEST_CHANGE).min(self.segment.start - 1);
        self.until = self.until.min(near);
        self.segment = self.search.daemon_zone().segment(near);
        let search = &self.search;
        self.disturbance = search.disturbance(&self.segment, self.segment.start);
        self.listed = self.disturbance.firings.len();
        Some(())
    }
}
