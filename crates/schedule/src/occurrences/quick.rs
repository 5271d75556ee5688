//! The search where no change of the clock is near, which is nearly always. It stays in chrono's own dates: turning
//! them into seconds and back costs more than the search itself.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::calendar::Stamp;
use crate::daylight::Daylight;
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::zone::{Change, Stretch, Stretches, Zone};

/// The first occurrence after an instant; none where a change of the clock is near, or nothing is found.
#[inline(always)]
pub(super) fn next(
    plan: &Plan,
    stale: bool,
    zone: &Zone,
    after: DateTime<Utc>,
) -> Option<DateTime<FixedOffset>> {
    let after = Moment::of(after.naive_utc());
    let (found, offset) = match zone.constant() {
        Some(offset) => {
            let local = plan_next(plan, after.shifted(offset.local_minus_utc())?)?;
            (local.shifted(-offset.local_minus_utc())?, offset)
        }
        None => in_stretch(plan, stale, zone, after)?,
    };
    Some(DateTime::from_naive_utc_and_offset(found.joined()?, offset))
}

/// How often a schedule fires from a whole second (included) to another (excluded); none where care is needed.
#[inline]
pub(super) fn count(schedule: &Schedule, zone: &Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<u64> {
    let plan = schedule.quick_plan()?;
    let (from, to) = (Stamp::of_time(from.naive_utc()), Stamp::of_time(to.naive_utc()));
    if from >= to {
        return Some(0);
    }
    let (first, last, changes) = match zone.constant() {
        Some(offset) => (offset, offset, &[][..]),
        None => offsets(schedule, plan, zone.stretches(), from, to)?,
    };
    // As if the clock had not changed: each local time once.
    let (begin, end) = (
        from.shifted(first.local_minus_utc()),
        to.shifted(last.local_minus_utc()),
    );
    let count = plan.count_in_any_year(begin, end);
    Some(if changes.is_empty() {
        count
    } else {
        changed(count, plan, changes)
    })
}

/// The offsets at both ends of a window, and the changes between that the schedule may notice; none where care is
/// needed.
#[inline(always)]
fn offsets<'a>(
    schedule: &Schedule,
    plan: &Plan,
    stretches: &'a Stretches,
    from: Stamp,
    to: Stamp,
) -> Option<(FixedOffset, FixedOffset, &'a [Change])> {
    if schedule.stale && stretches.can_be_stale(from) {
        return None;
    }
    let ((begin, first), (end, last)) = (stretches.find(from)?, stretches.find(to)?);
    let catches_up = matches!(schedule.dialect().daylight, Daylight::CatchUp { .. });
    if catches_up && first.odd != last.odd {
        return None;
    }
    let changes = if catches_up && !schedule.wild {
        &[]
    } else {
        stretches.changes(begin..end, plan.hours)
    };
    Some((first.offset, last.offset, changes))
}

/// What follows the clock misses what it jumps over, and runs again what it shows again.
#[inline(never)]
fn changed(count: u64, plan: &Plan, changes: &[Change]) -> u64 {
    let noticed = changes.iter().filter(|change| change.hours & plan.hours != 0);
    noticed.fold(count, |count, change| {
        let touched = if change.is_hours {
            plan.count_in_hours(change.from, change.to)
        } else {
            plan.count_in_any_year(change.from, change.to)
        };
        if change.backward {
            count + touched
        } else {
            count - touched
        }
    })
}

/// A date, and a second of its day.
#[derive(Clone, Copy)]
struct Moment {
    date: NaiveDate,
    time: u32,
}

impl Moment {
    #[inline(always)]
    fn of(at: NaiveDateTime) -> Moment {
        Moment {
            date: at.date(),
            // Asked of a date and time together, chrono puts it together from hours, minutes and seconds.
            time: at.time().num_seconds_from_midnight(),
        }
    }

    #[inline(always)]
    fn joined(self) -> Option<NaiveDateTime> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.time, 0)?;
        Some(self.date.and_time(time))
    }

    #[inline(always)]
    fn stamp(self) -> Stamp {
        Stamp::of_date(self.date, self.time)
    }

    /// The moment some seconds later or earlier, by less than a day.
    #[inline(always)]
    fn shifted(self, by: i32) -> Option<Moment> {
        let time = self.time as i32 + by;
        Some(match time {
            0..86_400 => Moment {
                time: time as u32,
                ..self
            },
            86_400.. => Moment {
                date: self.date.succ_opt()?,
                time: (time - 86_400) as u32,
            },
            _ => Moment {
                date: self.date.pred_opt()?,
                time: (time + 86_400) as u32,
            },
        })
    }
}

/// The first match after a local time.
#[inline(always)]
fn plan_next(plan: &Plan, after: Moment) -> Option<Moment> {
    let (date, minute) = plan.next_minute(after.date, after.time / 60 + 1)?;
    Some(Moment {
        date,
        time: minute * 60,
    })
}

/// Whether the quick search may go on from an instant.
pub(super) fn is_calm(stale: bool, zone: &Zone, at: DateTime<Utc>) -> bool {
    zone.constant().is_some() || stretch(stale, zone, Moment::of(at.naive_utc()).stamp()).is_some()
}

#[inline(always)]
fn stretch(stale: bool, zone: &Zone, at: Stamp) -> Option<&Stretch> {
    let stretches = zone.stretches();
    if stale && stretches.can_be_stale(at) {
        return None;
    }
    stretches.at(at)
}

#[inline(always)]
fn in_stretch(plan: &Plan, stale: bool, zone: &Zone, after: Moment) -> Option<(Moment, FixedOffset)> {
    let here = stretch(stale, zone, after.stamp())?;
    let offset = here.offset.local_minus_utc();
    let passed = after.shifted(offset)?;
    let local = plan_next(plan, passed)?;
    let found = local.shifted(-offset)?;
    if found.stamp() < here.end {
        return Some((found, here.offset));
    }
    // Behind the end of the stretch. No local time between matches, so no change of the clock between makes anything
    // fire, unless the clock goes back to before where the search began.
    let there = zone.stretches().at(found.stamp())?;
    let found = local.shifted(-there.offset.local_minus_utc())?;
    let calm = there.calm <= found.stamp() && found.stamp() < there.end;
    (calm && passed.stamp() < here.shown_later).then_some((found, there.offset))
}
