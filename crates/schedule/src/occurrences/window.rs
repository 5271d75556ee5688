//! The occurrences of a window: iterated, listed and counted.

use chrono::{DateTime, Utc};

use super::careful::Search;
use super::{Occurrence, Occurrences, quick};
use crate::calendar::{LAST_SECOND, utc};
use crate::daylight::Daylight;
use crate::oncalendar;
use crate::schedule::{Engine, Schedule};
use crate::zone::Zone;

/// The occurrences of a window, ascending. Made by [`Schedule::between`].
#[derive(Debug, Clone)]
pub struct Between<'a> {
    inner: Occurrences<'a>,
    to: DateTime<Utc>,
}

impl<'a> Between<'a> {
    pub(crate) fn new(
        schedule: &'a Schedule,
        zone: &'a Zone,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Between<'a> {
        let inner = Occurrences::new(schedule, zone, from - chrono::TimeDelta::nanoseconds(1));
        Between { inner, to }
    }
}

impl Iterator for Between<'_> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        self.inner.next().filter(|occurrence| occurrence.at < self.to)
    }
}

/// How often a schedule fires in a window: whole days by counting bits, what the clock's changes disturb one by one.
pub(crate) fn count(schedule: &Schedule, from: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone) -> u64 {
    if from.timestamp_subsec_nanos() | to.timestamp_subsec_nanos() != 0 {
        return count(schedule, utc(whole(from)), utc(whole(to)), zone);
    }
    if let Some(count) = quick::count(schedule, zone, from, to) {
        return count;
    }
    count_carefully(schedule, from, to, zone)
}

#[cold]
fn count_carefully(schedule: &Schedule, from: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone) -> u64 {
    if from >= to {
        return 0;
    }
    let plan = match &schedule.engine {
        Engine::Plan(plan) if !matches!(schedule.dialect().daylight, Daylight::Stepwise(_)) => plan,
        Engine::Calendar(calendar) => return oncalendar::count(calendar, zone, from, to),
        _ => return Between::new(schedule, zone, from, to).count() as u64,
    };
    if schedule.never_fires() {
        return 0;
    }
    if schedule.dialect().daylight == Daylight::Utc {
        return plan.count(whole(from), whole(to));
    }

    let search = Search::forwards(schedule, plan, zone, whole(from));
    let mut count = 0;
    search.spans(whole(from), whole(to), |span| {
        count += match span {
            Span::Plain { begin, end, offset } => plan.count(begin + offset, end + offset),
            Span::Listed(_) => 1,
        };
    });
    count
}

/// Calls `each` with the UTC second of every occurrence of a window, ascending.
pub(crate) fn list(
    schedule: &Schedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    zone: &Zone,
    mut each: impl FnMut(i64),
) {
    let plan = match &schedule.engine {
        Engine::Plan(plan) if !matches!(schedule.dialect().daylight, Daylight::Stepwise(_)) => plan,
        _ => return Between::new(schedule, zone, from, to).for_each(|found| each(found.at.timestamp())),
    };
    if schedule.never_fires() || from >= to {
        return;
    }
    if schedule.dialect().daylight == Daylight::Utc {
        return plan.list(whole(from), whole(to), &mut each);
    }
    let search = Search::forwards(schedule, plan, zone, whole(from));
    search.spans(whole(from), whole(to), |span| match span {
        Span::Plain { begin, end, offset } => {
            plan.list(begin + offset, end + offset, &mut |local| each(local - offset))
        }
        Span::Listed(at) => each(at),
    });
}

/// The first whole second at or after an instant.
fn whole(at: DateTime<Utc>) -> i64 {
    (at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)).clamp(-LAST_SECOND, LAST_SECOND)
}

/// A part of a window: an undisturbed stretch of one offset, or one run of a disturbance.
enum Span {
    Plain { begin: i64, end: i64, offset: i64 },
    Listed(i64),
}

impl Search<'_> {
    /// The parts of a window, ascending.
    fn spans(&self, from: i64, to: i64, mut each: impl FnMut(Span)) {
        let zone = self.daemon_zone();
        let mut at = from;
        while at < to {
            let segment = zone.segment(at);
            let disturbance = self.disturbance(&segment, at);
            let stop = to.min(segment.end);
            let listed = disturbance
                .firings
                .iter()
                .filter(|firing| (at..stop).contains(&firing.at));
            listed.for_each(|firing| each(Span::Listed(firing.at)));
            let (begin, offset) = (at.max(disturbance.resume), i64::from(segment.offset));
            each(Span::Plain {
                begin,
                end: stop,
                offset,
            });
            at = segment.end;
        }
    }
}
