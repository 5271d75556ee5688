//! Schedulers that compute each next time from the last one, each with its own arithmetic of local time.
//!
//! Away from changes of the clock they all find what the plain search finds. Near one they do what their arithmetic
//! does, oddities included.

mod bcron;
mod cronexpr;
mod go;
mod quartz;
mod robfig;

use crate::calendar::year_of;
use crate::daylight::Library;
use crate::plan::Plan;
use crate::zone::{Segment, Zone};

pub(crate) use bcron::run as run_bcron;
pub(crate) use quartz::LAST_YEAR as QUARTZ_LAST_YEAR;

/// A change of the clock is felt at most so many seconds away.
const REACH: i64 = 3 * 86_400;

/// The loop over "what comes next?".
#[derive(Debug, Clone)]
pub(crate) struct Stepper<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) zone: &'a Zone,
    pub(crate) library: Library,
    /// The last answer, or where the loop began.
    pub(crate) at: i64,
    pub(crate) done: bool,
}

impl<'a> Stepper<'a> {
    pub(crate) fn new(plan: &'a Plan, zone: &'a Zone, library: Library, from: i64) -> Stepper<'a> {
        Stepper {
            plan,
            zone,
            library,
            at: from,
            done: false,
        }
    }

    /// The next answer; none when there is none, and when the library is stuck on the same or an earlier time.
    pub(crate) fn next(&mut self) -> Option<i64> {
        if self.done {
            return None;
        }
        let found = self
            .quick()
            .or_else(|| self.exact())
            .filter(|found| *found > self.at);
        self.done = found.is_none();
        self.at = found?;
        found
    }

    /// What the plain search finds, when no change of the clock is near it or where we stand.
    fn quick(&self) -> Option<i64> {
        let calm = |segment: &Segment, at: i64| {
            at > segment.start.saturating_add(REACH) && at.saturating_add(REACH) < segment.end
        };
        let here = self.zone.segment(self.at);
        if !calm(&here, self.at) {
            return None;
        }
        let local = self.at + i64::from(here.offset);
        let next = match self.library {
            Library::Quartz => self.plan.next_unmoved(local + 1)?,
            _ => self.plan.next(local + 1)?,
        };
        let there = self.zone.segment(next - i64::from(here.offset));
        if self.library == Library::Bcron && here.start != there.start && !self.zone.has_summer_time() {
            // It does not look at the clock on the way.
            return None;
        }
        let found = next - i64::from(there.offset);
        if let Some(years) = self.library.horizon()
            && year_of(next.div_euclid(86_400)) > year_of((local + 1).div_euclid(86_400)) + years - 1
        {
            // Near the end of what the library looks at, it decides itself.
            return None;
        }
        let ended = match self.library {
            Library::Quartz => year_of(next.div_euclid(86_400)) > quartz::LAST_YEAR,
            Library::Cronexpr => year_of(next.div_euclid(86_400)) > cronexpr::LAST_YEAR,
            _ => false,
        };
        (calm(&there, found) && !ended).then_some(found)
    }

    fn exact(&self) -> Option<i64> {
        match self.library {
            Library::Robfig => robfig::next(self.plan, self.zone, self.at),
            Library::Cronexpr => cronexpr::next(self.plan, self.zone, self.at),
            Library::Bcron => bcron::next(self.plan, self.zone, self.at),
            Library::Quartz => quartz::next(self.plan, self.zone, self.at),
        }
    }
}

/// The answers before an instant, descending: the loop run from before each change of the clock.
pub(crate) fn previous(plan: &Plan, zone: &Zone, library: Library, until: i64) -> Option<i64> {
    let mut until = until;
    loop {
        let segment = zone.segment(until);
        let local = until + i64::from(segment.offset);
        // The latest time at which the plain search would fire, whatever the offset was then.
        let plain = plan.previous(local + REACH / 2)?;
        let there = zone.segment(plain - i64::from(segment.offset));
        let near = (plain - i64::from(there.offset) - 2 * REACH).min(until - 2 * REACH);
        // The run before decides on the next one, however far away: bcron does not see an offset change on the way.
        let far = plan
            .previous(local - REACH)
            .map_or(near, |run| near.min(run - REACH));
        let last = last_on_the_way(Stepper::new(plan, zone, library, far), near, until);
        if last.is_some() {
            return last;
        }
        if far < -62_000_000_000 {
            return None;
        }
        until = far;
    }
}

/// The last answer up to an instant of a loop that begins before it.
fn last_on_the_way(mut stepper: Stepper<'_>, near: i64, until: i64) -> Option<i64> {
    let mut last = None;
    loop {
        match stepper.next() {
            Some(found) if found <= until => last = Some(found),
            Some(_) => return last,
            // It stands still at a change of the clock, which a daemon started behind it has never seen; or what comes
            // next is too far away, but not from shortly before it.
            None => {
                let change = stepper.zone.segment(stepper.at).end;
                let behind = if stepper.at < change - 1 {
                    change - 1
                } else {
                    change
                };
                let again = if stepper.at < near {
                    behind.min(near)
                } else {
                    behind
                };
                if again > until {
                    return last;
                }
                stepper = Stepper::new(stepper.plan, stepper.zone, stepper.library, again);
            }
        }
    }
}
