//! The zone's periods as the quick search sees them: without their disturbed beginnings, and by [`Stamp`].

use chrono::FixedOffset;

use super::Period;
use crate::calendar::{Stamp, fixed_offset};
use crate::daylight::LONGEST;

/// A period without the part after its start in which anything unusual can happen.
#[derive(Debug, Clone)]
pub(crate) struct Stretch {
    /// From here on no change disturbs any more, and the clock shows what it never showed before. Not before the
    /// period's end when there is no such part.
    pub(crate) calm: Stamp,
    /// The first second of the next period.
    pub(crate) end: Stamp,
    pub(crate) offset: FixedOffset,
    /// The clock never shows anything before this local time from the end on.
    pub(crate) shown_later: Stamp,
}

/// A zone's stretches, ascending, and where each year's begin.
#[derive(Debug)]
pub(crate) struct Stretches {
    all: Box<[Stretch]>,
    /// The stretch that holds the beginning of each year, from `first_year` on.
    years: Box<[u16]>,
    first_year: i64,
    /// From here on a daemon that has just started knows all offsets of the zone, see `Zone::stale`.
    settled: Stamp,
}

/// Zones without a rule stay as they are; the quick search finds them in the index up to this year.
const LAST_YEAR: i64 = 2500;

impl Stretches {
    /// Of periods that end for good at `horizon`.
    pub(super) fn of(periods: &[Period], horizon: i64, last_quiet: i64) -> Stretches {
        let mut all = Vec::with_capacity(periods.len());
        let mut highest = i64::MIN;
        for (at, period) in periods.iter().enumerate() {
            let offset = i64::from(period.offset);
            let end = periods.get(at + 1).map_or(horizon, |next| next.start);
            let calm = period.start.saturating_add(LONGEST);
            let calm = if at == 0 {
                i64::MIN
            } else {
                calm.max(highest - offset)
            };
            highest = highest.max(end.saturating_add(offset));
            all.push(Stretch {
                calm: Stamp::of(calm),
                end: Stamp::of(end),
                offset: fixed_offset(period.offset),
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
        // Daemons are taken to have been started the minute before.
        Stretches::indexed(all, Stamp::of(last_quiet.saturating_add(60)))
    }

    fn indexed(all: Vec<Stretch>, settled: Stamp) -> Stretches {
        let (Some(first), Some(last)) = (all.first(), all.last()) else {
            return Stretches {
                all: Box::default(),
                years: Box::default(),
                first_year: 0,
                settled,
            };
        };
        let first_year = first.end.year().min(LAST_YEAR);
        let mut found = 0;
        let years = (first_year..=last.end.year().min(LAST_YEAR)).map(|year| {
            while all.get(found).is_some_and(|stretch| stretch.end.year() < year) {
                found += 1;
            }
            u16::try_from(found).unwrap_or(u16::MAX)
        });
        Stretches {
            years: years.collect(),
            all: all.into(),
            first_year,
            settled,
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
        let year = usize::try_from(stamp.year() - self.first_year).ok()?;
        let first = usize::from(*self.years.get(year)?);
        let found = self
            .all
            .get(first..)?
            .iter()
            .find(|stretch| stamp < stretch.end)?;
        (stamp >= found.calm).then_some(found)
    }
}
