//! The search where no change of the clock is near, which is nearly always. It stays in chrono's own dates: turning
//! them into seconds and back costs more than the search itself.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};

use crate::calendar::Stamp;
use crate::daylight::Daylight;
use crate::plan::Plan;
use crate::schedule::Schedule;
use crate::zone::{Stretch, Zone};

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

/// How often a schedule fires from an instant (included) to a later one (excluded); none where care is needed.
#[inline]
pub(super) fn count(schedule: &Schedule, zone: &Zone, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<u64> {
    let plan = schedule.quick_plan()?;
    let (from, to) = (Moment::from_whole(from)?, Moment::from_whole(to)?);
    if let Some(offset) = zone.constant() {
        return Some(plan.count_between(from.local(offset)?, to.local(offset)?));
    }
    let stretches = zone.stretches();
    if schedule.stale && stretches.can_be_stale(from.stamp()) {
        return None;
    }
    let (first, last) = (stretches.index(from.stamp())?, stretches.index(to.stamp())?);
    // As if there had been no change: each local time once.
    let count = plan.count_between(
        from.local(stretches.get(first).offset)?,
        to.local(stretches.get(last).offset)?,
    );
    let catches_up = matches!(schedule.dialect().daylight, Daylight::CatchUp { .. });
    if catches_up && !stretches.are_plain(first..last) {
        return None;
    }
    if catches_up && !schedule.wild {
        return Some(count);
    }
    // What follows the clock misses what it jumps over, and runs again what it shows again.
    let mut count = count;
    for change in stretches.changes(first..last) {
        if change.hours & plan.hours != 0 {
            let touched = if change.is_hours {
                plan.count_in_hours(change.from, change.to)
            } else {
                plan.count_between(change.from, change.to)
            };
            count = if change.backward {
                count + touched
            } else {
                count - touched
            };
        }
    }
    Some(count)
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

    /// The first whole second at or after an instant.
    #[inline(always)]
    fn from_whole(at: DateTime<Utc>) -> Option<Moment> {
        Moment::of(at.naive_utc()).shifted(i32::from(at.timestamp_subsec_nanos() > 0))
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

    #[inline(always)]
    fn local(self, offset: FixedOffset) -> Option<Stamp> {
        Some(self.shifted(offset.local_minus_utc())?.stamp())
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
