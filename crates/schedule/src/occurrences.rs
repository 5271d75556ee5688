//! The search: an instant after or before another, period by period of the zone.

use chrono::{
    DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Utc,
};

use crate::calendar::{LAST_SECOND, fixed_offset, naive, utc};
use crate::daylight::{Daylight, Disturbance, Firing, LONGEST, Library};
use crate::library::{self, Stepper};
use crate::oncalendar;
use crate::plan::{Civil, Plan};
use crate::schedule::{Engine, Schedule};
use crate::zone::{ChronoZone, Segment, Transition, Zone};

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

/// No change of a zone's clock is larger, in seconds: dates have been skipped and repeated.
const LARGEST_CHANGE: i64 = 2 * 86_400;

/// The occurrences after an instant, ascending. Made by [`Schedule::after`].
#[derive(Debug, Clone)]
pub struct Occurrences<'a> {
    schedule: &'a Schedule,
    zone: &'a Zone,
    /// The instant after which to search.
    after: DateTime<Utc>,
    /// The offset that is in force from `calm` until `end`.
    offset: FixedOffset,
    calm: i64,
    end: i64,
    /// The search that takes care of changes of the clock, once one is near.
    inner: Option<Box<Inner<'a>>>,
}

impl<'a> Occurrences<'a> {
    #[inline]
    pub(crate) fn new(schedule: &'a Schedule, zone: &'a Zone, after: DateTime<Utc>) -> Occurrences<'a> {
        Occurrences {
            schedule,
            zone,
            after,
            offset: UTC,
            calm: i64::MAX,
            end: i64::MIN,
            inner: None,
        }
    }

    /// The next occurrence where no change of the clock is near, which is nearly always; none where care is needed.
    #[inline]
    fn quick(&mut self, plan: &Plan) -> Option<Option<Occurrence>> {
        let changes = match self.zone.constant() {
            None => true,
            Some(offset) => {
                self.offset = fixed_offset(offset);
                false
            }
        };
        let mut from = 0;
        if changes {
            from = self.after.timestamp() + 1;
            if (from < self.calm || from >= self.end) && !self.enter(from) {
                return None;
            }
        }
        let Some((local, later)) = self.next_local(plan) else {
            return Some(None);
        };
        let mut at = local;
        if self.offset != UTC {
            let Some(moved) = local.checked_sub_offset(self.offset) else {
                return Some(None);
            };
            at = moved;
        }
        let near = changes && later.is_some_and(|seconds| from + seconds < self.end);
        if changes && !near && at.and_utc().timestamp() >= self.end {
            // Far away: no local time between matches, so no change of the clock between makes anything fire.
            // But for a change that begins by showing again what has been passed.
            let near = at.and_utc().timestamp() - LARGEST_CHANGE;
            let shown = self.end + i64::from(self.zone.segment(self.end).offset);
            let passed = from + i64::from(self.offset.local_minus_utc());
            if near < self.end || shown < passed || !self.enter(near) {
                return None;
            }
            at = local.checked_sub_offset(self.offset)?;
            if at.and_utc().timestamp() >= self.end {
                return None;
            }
        }
        self.after = at.and_utc();
        Some(Some(Occurrence {
            at: DateTime::from_naive_utc_and_offset(at, self.offset),
            shift: None,
        }))
    }

    /// The first local time behind the instant that matches, and by how many seconds where it is the same day's. It
    /// stays in chrono's own dates.
    #[inline]
    fn next_local(&self, plan: &Plan) -> Option<(NaiveDateTime, Option<i64>)> {
        let mut local = self.after.naive_utc();
        if self.offset != UTC {
            local = local.checked_add_offset(self.offset)?;
        }
        let (mut day, mut time) = (local.date(), local.num_seconds_from_midnight() + 1);
        if time >= 86_400 {
            (day, time) = (day.succ_opt()?, 0);
        }
        let (month, date) = (day.month(), day.day());
        let first = (day.weekday().num_days_from_sunday() + 36 - date) % 7;
        let from = Civil {
            year: i64::from(day.year()),
            month,
            date,
            time,
        };
        if let Some(found) = plan.later_that_day(from, first) {
            let later = Some(i64::from(found - time));
            return Some((
                day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(found, 0)?),
                later,
            ));
        }
        let found = plan.next_civil(Civil { time: 86_400, ..from }, first)?;
        let day = NaiveDate::from_ymd_opt(i32::try_from(found.year).ok()?, found.month, found.date)?;
        Some((
            day.and_time(NaiveTime::from_num_seconds_from_midnight_opt(found.time, 0)?),
            None,
        ))
    }

    /// Takes the period of an instant; false when it has only just begun.
    fn enter(&mut self, at: i64) -> bool {
        let stale = matches!(
            self.schedule.dialect().daylight,
            Daylight::CatchUp { stale: true, .. }
        );
        if stale && self.zone.can_be_stale(self.after.timestamp() - 60) {
            return false;
        }
        let segment = self.zone.segment(at);
        let calm = segment.start.saturating_add(LARGEST_CHANGE);
        if at < calm {
            return false;
        }
        (self.offset, self.calm, self.end) = (fixed_offset(segment.offset), calm, segment.end);
        true
    }
}

impl Iterator for Occurrences<'_> {
    type Item = Occurrence;

    #[inline]
    fn next(&mut self) -> Option<Occurrence> {
        if self.inner.is_none()
            && let Some(plan) = self.schedule.quick_plan()
            && let Some(found) = self.quick(plan)
        {
            return found;
        }
        let (schedule, zone, after) = (self.schedule, self.zone, self.after);
        self.inner
            .get_or_insert_with(|| Box::new(Inner::new(schedule, zone, after)))
            .next()
    }
}

const UTC: FixedOffset = FixedOffset::east_opt(0).expect("zero is an offset");

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

/// What is searched for.
#[derive(Debug, Clone)]
struct Search<'a> {
    plan: &'a Plan,
    wild: bool,
    rule: Daylight,
    /// The zone on people's clocks.
    zone: &'a Zone,
    /// The daemon's idea of it, where it is another.
    stale: Option<Zone>,
}

impl<'a> Search<'a> {
    /// Forwards from a second on, with a daemon that was started the minute before.
    fn forwards(schedule: &Schedule, plan: &'a Plan, zone: &'a Zone, from: i64) -> Search<'a> {
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
    fn backwards(schedule: &Schedule, plan: &'a Plan, zone: &'a Zone) -> Search<'a> {
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
    fn daemon_zone(&self) -> &Zone {
        self.stale.as_ref().unwrap_or(self.zone)
    }

    /// The disturbance at the start of a period, when anything at or after `from` can belong to it.
    fn disturbance(&self, segment: &Segment, from: i64) -> Disturbance {
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
struct Forward<'a> {
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
    fn new(search: Search<'a>, from: i64) -> Forward<'a> {
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
    fn next(&mut self) -> Option<Occurrence> {
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

/// The search backwards.
#[derive(Debug, Clone)]
struct Backward<'a> {
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
    fn new(search: Search<'a>, until: i64) -> Backward<'a> {
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

    fn next(&mut self) -> Option<Occurrence> {
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

/// The crate `cron`'s own search, on our zone.
#[derive(Debug, Clone)]
struct RustCron<'a> {
    schedule: &'a cron::Schedule,
    zone: &'a Zone,
    at: DateTime<Utc>,
}

impl RustCron<'_> {
    fn next(&mut self) -> Option<Occurrence> {
        let at = self.at.with_timezone(&ChronoZone(self.zone.clone()));
        let next = self.schedule.after(&at).next()?;
        self.found(next)
    }

    fn previous(&mut self) -> Option<Occurrence> {
        let zone = ChronoZone(self.zone.clone());
        let previous = self.schedule.after(&self.at.with_timezone(&zone)).next_back();
        let near = |change: Transition| (change.at - self.at).abs() < TimeDelta::days(1);
        let before = self.at - TimeDelta::days(1);
        if !self.zone.transitions(before).next().is_some_and(near) {
            return self.found(previous?);
        }
        // Going back, the crate takes each local time that occurs twice for the second one, be it later than where
        // it comes from. Going forwards it does not.
        let close = previous.as_ref().map_or(before, |at| at.to_utc().min(self.at)) - TimeDelta::hours(4);
        let last_from = |at: DateTime<Utc>| {
            let mut forward = RustCron { at, ..self.clone() };
            let runs = std::iter::from_fn(|| forward.next());
            runs.take_while(|run| run.at < self.at).last()
        };
        if let Some(last) = last_from(close).or_else(|| last_from(before)) {
            self.at = last.at.to_utc();
            return Some(last);
        }
        self.found(previous.filter(|at| at.to_utc() < self.at)?)
    }

    fn found(&mut self, at: DateTime<ChronoZone>) -> Option<Occurrence> {
        self.at = at.to_utc();
        let at = at.fixed_offset();
        let (_, second) = self.zone.instants(at.naive_local().and_utc().timestamp());
        let shift = second
            .is_some_and(|(instant, _)| instant == at.timestamp())
            .then_some(Shift::Repeated);
        Some(Occurrence { at, shift })
    }
}

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
    if let (Some(plan), Some(offset)) = (schedule.quick_plan(), zone.constant()) {
        let offset = i64::from(offset);
        return plan.count(whole(from) + offset, whole(to) + offset);
    }
    let plan = match &schedule.engine {
        Engine::Plan(plan) if !matches!(schedule.dialect().daylight, Daylight::Stepwise(_)) => plan,
        Engine::Calendar(calendar) => return oncalendar::count(calendar, zone, from, to),
        _ => return Between::new(schedule, zone, from, to).count() as u64,
    };
    if schedule.never_fires() || from >= to {
        return 0;
    }
    if schedule.dialect().daylight == Daylight::Utc {
        return plan.count(whole(from), whole(to));
    }

    let search = Search::forwards(schedule, plan, zone, whole(from));
    if let Some(count) = search.count_of_fixed(whole(from), whole(to)) {
        return count;
    }
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

    /// A fixed job of the catching-up daemons runs once for every local minute, moved or not: its runs are those of
    /// the local times between, where no change is near the ends and all are smaller than three hours.
    fn count_of_fixed(&self, from: i64, to: i64) -> Option<u64> {
        let fixed = matches!(self.rule, Daylight::CatchUp { .. }) && !self.wild;
        let zone = self.daemon_zone();
        let first = zone.segment(from);
        let calm = |segment: &Segment, at: i64| at > segment.start.saturating_add(LARGEST_CHANGE);
        if !fixed || !calm(&first, from) {
            return None;
        }
        let mut segment = first;
        while segment.end < to {
            let next = zone.segment(segment.end);
            let change = next.offset - segment.offset;
            if change.abs() >= 10_800 || next.end - next.start < LARGEST_CHANGE {
                return None;
            }
            segment = next;
        }
        let offsets = (i64::from(first.offset), i64::from(segment.offset));
        calm(&segment, to).then(|| self.plan.count(from + offsets.0, to + offsets.1))
    }
}
