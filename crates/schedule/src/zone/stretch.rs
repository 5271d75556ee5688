//! The zone's periods as the quick search sees them: without their disturbed beginnings, and by [`Stamp`].

use std::ops::Range;

use chrono::FixedOffset;

use super::Period;
use crate::calendar::{Stamp, fixed_offset};
use crate::daylight::{LONGEST, is_plain};

/// A period without the part after its start in which anything unusual can happen.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    /// From here on no change disturbs any more, and the clock shows what it never showed before. Not before the
    /// period's end when there is no such part.
    pub(crate) calm: Stamp,
    /// The first second of the next period.
    pub(crate) end: Stamp,
    pub(crate) offset: FixedOffset,
    /// How many changes up to the start of the period were not plain ones.
    pub(crate) odd: u32,
    /// The clock never shows anything before this local time from the end on.
    pub(crate) shown_later: Stamp,
}

/// What a change of the clock made it jump over or show again: local times.
#[derive(Debug, Clone)]
pub(crate) struct Change {
    /// The hours of the day that this touches.
    pub(crate) hours: u32,
    /// Whether it is those hours of one day and nothing else.
    pub(crate) is_hours: bool,
    pub(crate) from: Stamp,
    pub(crate) to: Stamp,
    pub(crate) backward: bool,
}

/// A zone's stretches, ascending, and where each year's begin.
#[derive(Debug)]
pub(crate) struct Stretches {
    all: Box<[Stretch]>,
    /// The changes at the starts of the stretches but the first.
    changes: Box<[Change]>,
    /// The hours of the day that any of them touches.
    hours: u32,
    /// The first stretch that ends in each year or later, from `first_year` on.
    years: Box<[u16]>,
    first_year: i64,
    /// From here on a daemon that has just started knows all offsets of the zone, see `Zone::stale`.
    settled: Stamp,
}

/// Later years are left to the careful search.
const LAST_YEAR: i64 = 2200;

impl Stretches {
    /// Of periods that end for good at `horizon`.
    pub(super) fn of(periods: &[Period], horizon: i64, last_quiet: i64) -> Stretches {
        let late = |period: &Period| Stamp::of(period.start) > Stamp::new(LAST_YEAR as i32, 1, 0);
        let (periods, horizon) = match periods.iter().position(late) {
            Some(first) => (&periods[..first], periods[first].start),
            None => (periods, horizon),
        };
        let all = stretches(periods, horizon);
        let first_year = all.first().map_or(0, |first| first.end.year().min(LAST_YEAR));
        let mut found = 0;
        let years = (first_year..=LAST_YEAR).map(|year| {
            while all.get(found).is_some_and(|stretch| stretch.end.year() < year) {
                found += 1;
            }
            u16::try_from(found).unwrap_or(u16::MAX)
        });
        let changes = periods.windows(2).map(|pair| change(&pair[0], &pair[1]));
        let changes: Box<[Change]> = changes.collect();
        Stretches {
            years: years.collect(),
            hours: changes.iter().fold(0, |hours, change| hours | change.hours),
            changes,
            all: all.into(),
            first_year,
            // Daemons are taken to have been started the minute before.
            settled: Stamp::of(last_quiet.saturating_add(60)),
        }
    }

    /// Whether a daemon started at an instant that takes a new offset only when summer time starts or ends may come to
    /// have a wrong one.
    #[inline]
    pub(crate) fn can_be_stale(&self, stamp: Stamp) -> bool {
        stamp < self.settled
    }

    /// The stretch that an instant lies in; none where care is needed.
    #[inline]
    pub(crate) fn at(&self, stamp: Stamp) -> Option<&Stretch> {
        self.find(stamp).map(|(_, stretch)| stretch)
    }

    /// The stretch that an instant lies in, and its number; none where care is needed.
    #[inline(always)]
    pub(crate) fn find(&self, stamp: Stamp) -> Option<(usize, &Stretch)> {
        // A year before the first one becomes a number beyond all years.
        let year = (stamp.year() - self.first_year) as usize;
        let mut index = usize::from(*self.years.get(year)?);
        let mut stretch = self.all.get(index)?;
        while stamp >= stretch.end {
            index += 1;
            stretch = self.all.get(index)?;
        }
        (stamp >= stretch.calm).then_some((index, stretch))
    }

    /// The changes between two stretches; none when no change of the zone ever touched some hours of the day.
    #[inline(always)]
    pub(crate) fn changes(&self, stretches: Range<usize>, hours: u32) -> &[Change] {
        if self.hours & hours == 0 {
            &[]
        } else {
            &self.changes[stretches]
        }
    }
}

fn stretches(periods: &[Period], horizon: i64) -> Vec<Stretch> {
    let mut all = Vec::with_capacity(periods.len());
    let (mut highest, mut odd) = (i64::MIN, 0);
    for (at, period) in periods.iter().enumerate() {
        let offset = i64::from(period.offset);
        let end = periods.get(at + 1).map_or(horizon, |next| next.start);
        let mut calm = i64::MIN;
        if let Some(before) = at.checked_sub(1).map(|before| &periods[before]) {
            calm = period.start.saturating_add(LONGEST).max(highest - offset);
            let segments = (before.until(period.start), period.until(end));
            odd += u32::from(!is_plain(&segments.0, &segments.1));
        }
        highest = highest.max(end.saturating_add(offset));
        all.push(Stretch {
            calm: Stamp::of(calm),
            end: Stamp::of(end),
            offset: fixed_offset(period.offset),
            odd,
            shown_later: Stamp::LAST,
        });
    }
    // No offset is a day or more.
    let mut lowest = if horizon == i64::MAX {
        i64::MAX
    } else {
        horizon - 86_400
    };
    for (period, stretch) in periods.iter().zip(&mut all).rev() {
        stretch.shown_later = Stamp::of(lowest);
        lowest = lowest.min(period.start.saturating_add(i64::from(period.offset)));
    }
    all
}

fn change(before: &Period, after: &Period) -> Change {
    let (old, new) = (
        after.start + i64::from(before.offset),
        after.start + i64::from(after.offset),
    );
    let (first, last) = (old.min(new), old.max(new));
    let (from, to) = (Stamp::of(first), Stamp::of(last));
    let mut hours = 0;
    let mut hour = first.div_euclid(3600);
    while hour * 3600 < last {
        hours |= 1 << hour.rem_euclid(24);
        hour += 1;
    }
    let same_day = (from.year(), from.day()) == (to.year(), to.day());
    Change {
        hours,
        is_hours: same_day && first % 3600 == 0 && last % 3600 == 0,
        from,
        to,
        backward: new < old,
    }
}
