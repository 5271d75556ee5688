//! The search: an instant after or before another, period by period of the zone.

mod careful;
mod earlier;
mod quick;
mod rust_cron;
mod window;

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

use crate::calendar::{LAST_SECOND, fixed_offset, naive, utc};
use crate::daylight::Daylight;
use crate::library::Stepper;
use crate::oncalendar;
use crate::plan::Plan;
use crate::schedule::{Engine, Schedule};
use crate::zone::Zone;
use careful::{Forward, Search};
use rust_cron::RustCron;

pub use earlier::Earlier;
pub use window::Between;
pub(crate) use window::{count, list};

/// A time at which a schedule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occurrence {
    /// When, on the clock of the zone; seconds are dropped in dialects of whole minutes.
    pub at: DateTime<FixedOffset>,
    /// What a change of the clock did to it, if anything.
    pub shift: Option<Shift>,
}

/// What a change of the clock did to an occurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shift {
    /// It was meant for this local time, which the clock jumped over.
    Moved {
        /// The local time that the expression names.
        from: NaiveDateTime,
    },
    /// The clock shows this local time for the second time.
    Repeated,
}

/// The occurrences after an instant, ascending. Made by [`Schedule::after`].
#[derive(Debug, Clone)]
pub struct Occurrences<'a> {
    schedule: &'a Schedule,
    zone: &'a Zone,
    /// The instant after which to search.
    after: DateTime<Utc>,
    /// The search that takes care of changes of the clock, while one is near.
    inner: Option<Box<Inner<'a>>>,
}

impl<'a> Occurrences<'a> {
    #[inline]
    pub(crate) fn new(schedule: &'a Schedule, zone: &'a Zone, after: DateTime<Utc>) -> Occurrences<'a> {
        Occurrences {
            schedule,
            zone,
            after,
            inner: None,
        }
    }
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    #[inline]
    fn next(&mut self) -> Option<Occurrence> {
        if self.inner.is_none()
            && let Some(plan) = self.schedule.quick_plan()
            && let Some(at) = quick::next(plan, self.schedule.stale, self.zone, self.after)
        {
            self.after = at.to_utc();
            return Some(Occurrence { at, shift: None });
        }
        // By value and part by part, so that the compiler can keep what the quick search needs in registers.
        let careful = carefully(self.schedule, self.zone, self.after, self.inner.take());
        self.inner = careful.inner;
        self.after = careful.after;
        careful.found.map(|found| Occurrence {
            at: found.at,
            shift: found.shift,
        })
    }
}

/// What one step of the careful search leaves behind.
struct Careful<'a> {
    inner: Option<Box<Inner<'a>>>,
    after: DateTime<Utc>,
    found: Option<Occurrence>,
}

#[cold]
#[inline(never)]
fn carefully<'a>(
    schedule: &'a Schedule,
    zone: &'a Zone,
    after: DateTime<Utc>,
    inner: Option<Box<Inner<'a>>>,
) -> Careful<'a> {
    let mut inner = inner.unwrap_or_else(|| Box::new(Inner::new(schedule, zone, after)));
    let found = inner.next();
    if let (Some(found), Inner::Plan(forward)) = (&found, &*inner)
        && schedule.quick_plan().is_some()
        && !forward.is_stale()
        && quick::is_calm(schedule.stale, zone, found.at.to_utc())
    {
        return Careful {
            inner: None,
            after: found.at.to_utc(),
            found: Some(*found),
        };
    }
    Careful {
        inner: Some(inner),
        after,
        found,
    }
}

#[derive(Debug, Clone)]
enum Inner<'a> {
    Never,
    Plan(Forward<'a>),
    Steps(Stepper<'a>),
    Utc { plan: &'a Plan, zone: &'a Zone, at: i64 },
    Calendar(oncalendar::Chained<'a>),
    Every { zone: &'a Zone, at: i64, seconds: i64 },
    RustCron(RustCron<'a>),
}

impl<'a> Inner<'a> {
    #[inline(never)]
    fn new(schedule: &'a Schedule, zone: &'a Zone, from: DateTime<Utc>) -> Inner<'a> {
        match &schedule.engine {
            _ if schedule.never_fires() => Inner::Never,
            Engine::Reboot => Inner::Never,
            Engine::Every(seconds) => Inner::Every {
                zone,
                at: from.timestamp(),
                seconds: *seconds,
            },
            Engine::Plan(plan) => match schedule.dialect().daylight {
                Daylight::Stepwise(library) => {
                    Inner::Steps(Stepper::new(plan, zone, library, from.timestamp()))
                }
                Daylight::Utc => Inner::Utc {
                    plan,
                    zone,
                    at: from.timestamp(),
                },
                _ => {
                    let from = from.timestamp().clamp(-LAST_SECOND, LAST_SECOND) + 1;
                    Inner::Plan(Forward::new(Search::forwards(schedule, plan, zone, from), from))
                }
            },
            Engine::Calendar(calendar) => Inner::Calendar(oncalendar::Chained::new(calendar, zone, from)),
            Engine::RustCron(inner) => Inner::RustCron(RustCron {
                schedule: inner,
                zone,
                at: from,
            }),
        }
    }

    #[inline(never)]
    fn next(&mut self) -> Option<Occurrence> {
        match self {
            Inner::Never => None,
            Inner::Plan(forward) => forward.next(),
            Inner::Steps(stepper) => {
                let at = stepper.next()?;
                Some(plain(stepper.plan, stepper.zone, at))
            }
            Inner::Utc { plan, zone, at } => {
                *at = plan.next((*at).clamp(-LAST_SECOND, LAST_SECOND) + 1)?;
                Some(every(zone, *at))
            }
            Inner::Every { zone, at, seconds } => {
                *at += *seconds;
                Some(every(zone, *at))
            }
            Inner::Calendar(calendar) => calendar.next(),
            Inner::RustCron(search) => search.next(),
        }
    }
}

/// An answer of a library: moved when the clock does not show a time that matches.
fn plain(plan: &Plan, zone: &Zone, at: i64) -> Occurrence {
    let segment = zone.segment(at);
    let local = at + i64::from(segment.offset);
    let shift = if plan.matches(local) {
        let (first, _) = zone.instants(local);
        first
            .is_some_and(|(first, _)| first < at)
            .then_some(Shift::Repeated)
    } else {
        // What it was meant for: the time by the offset before the change, or the last match before.
        let before = zone.segment(segment.start.saturating_sub(1));
        let meant = at + i64::from(before.offset);
        let meant = if plan.matches(meant) {
            Some(meant)
        } else {
            plan.previous(local)
        };
        meant.map(|meant| Shift::Moved { from: naive(meant) })
    };
    Occurrence {
        at: utc(at).with_timezone(&fixed_offset(segment.offset)),
        shift,
    }
}

fn every(zone: &Zone, at: i64) -> Occurrence {
    let offset = fixed_offset(zone.segment(at).offset);
    Occurrence {
        at: utc(at).with_timezone(&offset),
        shift: None,
    }
}
