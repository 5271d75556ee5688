//! What each scheduler does when the clock moves: at the start and end of summer time, and when a zone changes its
//! offset for good.
//!
//! Between two such moments every scheduler does the same: it runs what the local time matches. So a schedule's
//! occurrences are those of the plain search, but for a short *disturbance* after each change of the offset, which
//! is worked out here, per daemon.

mod catch_up;
mod minutely;

use chrono::{DateTime, Utc};

pub(crate) use catch_up::is_plain;
pub use minutely::Wakeups;

use crate::calendar::{fixed_offset, naive, utc};
use crate::library;
use crate::occurrences::{Occurrence, Shift};
use crate::plan::Plan;
use crate::schedule::{Engine, Schedule};
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
    FollowClock(Wakeups),
    /// Each next time is computed from the last one; near a change of the clock, what the arithmetic makes of it.
    Stepwise(Library),
    /// systemd: the gap is skipped, the overlap depends on the expression.
    Calendar,
    /// The times are UTC, whatever the zone that they are shown in.
    Utc,
    /// As the crate that evaluates the dialect decides.
    Crate,
}

/// Whose arithmetic of local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Library {
    /// robfig's cron for Go: the gap is skipped, the overlap runs twice where hours are counted through.
    Robfig,
    /// The expression library of supercronic: its `Next` can stand still at a gap.
    Cronexpr,
    /// bcron: the gap is moved by the change, the overlap runs once for jobs of a single hour.
    Bcron,
    /// Quartz, on Java's calendar: the gap is skipped, what the clock shows twice fires the second time.
    Quartz,
}

impl Library {
    /// After how many years it gives up.
    pub(crate) fn horizon(self) -> Option<i64> {
        match self {
            Library::Robfig => Some(5),
            Library::Bcron => Some(10),
            Library::Cronexpr | Library::Quartz => None,
        }
    }
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
            Daylight::CatchUp { inclusive, stale } => catch_up::disturbance(
                segment,
                catch_up::Job {
                    plan,
                    wild,
                    inclusive,
                    stale,
                },
                zone,
            ),
            Daylight::FollowClock(_)
            | Daylight::Stepwise(_)
            | Daylight::Calendar
            | Daylight::Utc
            | Daylight::Crate => none,
        }
    }
}

/// Somebody sets the clock while the daemon runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockStep {
    /// When, on the clock as it was.
    pub at: DateTime<Utc>,
    /// By how much, in seconds.
    pub seconds: i64,
}

/// What a daemon runs from an instant (included) until its clock shows another (included) and all steps are done, in
/// the order in which it runs it; nothing when the clock shows that from the start. None for a dialect whose way with
/// a set clock is not known.
///
/// ```
/// use schedule::daylight::{self, ClockStep};
/// use schedule::{Schedule, Zone, dialect};
///
/// let time = |text: &str| text.parse().unwrap();
/// let schedule = Schedule::parse("0 3 * * *", &dialect::DEBIAN).unwrap();
/// // Two hours forward at 02:00:30: the job of 03:00 is caught up.
/// let step = ClockStep { at: time("2026-02-02T02:00:30Z"), seconds: 7200 };
/// let (from, to) = (time("2026-02-02T00:00:00Z"), time("2026-02-02T10:00:00Z"));
/// let runs = daylight::run(&schedule, &Zone::utc(), from, to, &[step]).unwrap();
/// assert_eq!(runs[0].at.to_string(), "2026-02-02 04:01:00 +00:00");
/// ```
pub fn run(
    schedule: &Schedule,
    zone: &Zone,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    steps: &[ClockStep],
) -> Option<Vec<Occurrence>> {
    let Engine::Plan(plan) = &schedule.engine else {
        return None;
    };
    let window = (from.timestamp(), to.timestamp());
    let steps: Vec<(i64, i64)> = steps
        .iter()
        .map(|step| (step.at.timestamp(), step.seconds))
        .collect();
    let firings = match schedule.dialect().daylight {
        Daylight::CatchUp { inclusive, stale } => {
            let job = catch_up::Job {
                plan,
                wild: schedule.wild,
                inclusive,
                stale,
            };
            catch_up::run(job, zone, window, &steps)
        }
        Daylight::FollowClock(how) => minutely::run(plan, how, zone, window, &steps),
        Daylight::Stepwise(Library::Bcron) => library::run_bcron(plan, zone, window, &steps),
        Daylight::Stepwise(_) | Daylight::Calendar | Daylight::Utc | Daylight::Crate => return None,
    };
    let occurrence = |firing: Firing| Occurrence {
        at: utc(firing.at).with_timezone(&fixed_offset(zone.segment(firing.at).offset)),
        shift: firing.meant.map(|local| Shift::Moved { from: naive(local) }),
    };
    Some(firings.into_iter().map(occurrence).collect())
}
