//! The occurrences before an instant.

use chrono::{DateTime, Utc};

use super::careful::{Backward, Search};
use super::rust_cron::RustCron;
use super::{Occurrence, every, plain};
use crate::calendar::LAST_SECOND;
use crate::daylight::{Daylight, Library};
use crate::plan::Plan;
use crate::schedule::{Engine, Schedule};
use crate::zone::Zone;
use crate::{library, oncalendar};

/// The occurrences before an instant, descending. Made by [`Schedule::before`].
#[derive(Debug, Clone)]
pub struct Earlier<'a> {
    inner: InnerBack<'a>,
}

#[derive(Debug, Clone)]
enum InnerBack<'a> {
    Never,
    Utc {
        plan: &'a Plan,
        zone: &'a Zone,
        until: i64,
    },
    Plan(Backward<'a>),
    Steps {
        plan: &'a Plan,
        zone: &'a Zone,
        library: Library,
        until: i64,
    },
    Calendar(oncalendar::Back<'a>),
    Every {
        zone: &'a Zone,
        until: i64,
        seconds: i64,
    },
    RustCron(RustCron<'a>),
}

impl<'a> Earlier<'a> {
    pub(crate) fn new(schedule: &'a Schedule, zone: &'a Zone, from: DateTime<Utc>) -> Earlier<'a> {
        // The last second that lies before the instant.
        let until = from.timestamp() - i64::from(from.timestamp_subsec_nanos() == 0);
        let inner = match &schedule.engine {
            _ if schedule.never_fires() => InnerBack::Never,
            Engine::Reboot => InnerBack::Never,
            Engine::Every(seconds) => InnerBack::Every {
                zone,
                until,
                seconds: *seconds,
            },
            Engine::Plan(plan) => match schedule.dialect().daylight {
                Daylight::Utc => InnerBack::Utc { plan, zone, until },
                Daylight::Stepwise(library) => InnerBack::Steps {
                    plan,
                    zone,
                    library,
                    until,
                },
                _ => InnerBack::Plan(Backward::new(Search::backwards(schedule, plan, zone), until)),
            },
            Engine::Calendar(calendar) => InnerBack::Calendar(oncalendar::Back::new(calendar, zone, from)),
            Engine::RustCron(inner) => InnerBack::RustCron(RustCron {
                schedule: inner,
                zone,
                at: from,
            }),
        };
        Earlier { inner }
    }
}

impl Iterator for Earlier<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        match &mut self.inner {
            InnerBack::Never => None,
            InnerBack::Utc { plan, zone, until } => {
                let at = plan.previous((*until).clamp(-LAST_SECOND, LAST_SECOND))?;
                *until = at - 1;
                Some(every(zone, at))
            }
            InnerBack::Plan(backward) => backward.next(),
            InnerBack::Steps {
                plan,
                zone,
                library,
                until,
            } => {
                let at = library::previous(plan, zone, *library, *until)?;
                *until = at - 1;
                Some(plain(plan, zone, at))
            }
            InnerBack::Every { zone, until, seconds } => {
                *until -= *seconds;
                Some(every(zone, *until + 1))
            }
            InnerBack::Calendar(calendar) => calendar.next(),
            InnerBack::RustCron(search) => search.previous(),
        }
    }
}
