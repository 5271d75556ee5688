//! What each scheduler does when the clock moves: at the start and end of summer time, and when a zone changes its
//! offset for good.
//!
//! Between two such moments every scheduler does the same: it runs what the local time matches. So a schedule's
//! occurrences are those of the plain search, but for a short *disturbance* after each change of the offset, which
//! is worked out here, per daemon.

mod catch_up;

use crate::plan::Plan;
use crate::zone::{Segment, Zone};

/// What a scheduler does when the clock moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Daylight {
    /// Vixie's cron and its heirs. A job whose minute or hour begins with a star follows the clock: not run in the
    /// gap, run twice in the overlap. Any other is fixed: what the gap swallowed is caught up right after a change
    /// of less than three hours, and nothing is repeated after a backward one of up to three hours.
    CatchUp {
        /// A backward change of exactly three hours still counts as small.
        inclusive: bool,
        /// The daemon takes a new offset only when summer time starts or ends.
        stale: bool,
    },
    /// Whatever the clock shows: the gap is skipped, the overlap runs twice.
    FollowClock,
    /// As the library that evaluates the dialect decides.
    Library,
}

/// A firing: an instant (UTC seconds), and the local second that it was meant for when that is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Firing {
    pub(crate) at: i64,
    pub(crate) meant: Option<i64>,
}

/// What happens after a change of the offset, until the plain search holds again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disturbance {
    /// From here on the plain search holds.
    pub(crate) resume: i64,
    /// What fires from the change until then, ascending.
    pub(crate) firings: Vec<Firing>,
}

/// No disturbance lasts longer.
pub(crate) const LONGEST: i64 = 5 * 3600;

impl Disturbance {
    /// Of the change at the start of a period of the zone.
    pub(crate) fn at(segment: &Segment, plan: &Plan, wild: bool, rule: Daylight, zone: &Zone) -> Disturbance {
        let none = Disturbance {
            resume: segment.start,
            firings: Vec::new(),
        };
        if segment.start == i64::MIN {
            return none;
        }
        match rule {
            Daylight::CatchUp { inclusive, .. } => {
                catch_up::disturbance(segment, plan, wild, inclusive, zone)
            }
            Daylight::FollowClock | Daylight::Library => none,
        }
    }
}
