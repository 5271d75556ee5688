//! From local time to instants: one, none in a gap, or two.

use chrono::{DateTime, FixedOffset, NaiveDateTime};

use super::{Transition, Zone, transition};
use crate::calendar::{Stamp, fixed_offset, utc};

/// What a local time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTime {
    /// One instant.
    Single(DateTime<FixedOffset>),
    /// The clock jumped over it at this change.
    Gap(Transition),
    /// The clock showed it twice: the first and the second time.
    Ambiguous(DateTime<FixedOffset>, DateTime<FixedOffset>),
}

/// An instant (UTC seconds) and the offset then in force.
pub(crate) type Reading = (i64, i32);

impl Zone {
    /// What a local time means.
    ///
    /// ```
    /// use schedule::{LocalTime, Zone};
    ///
    /// let zone = Zone::from_chrono_tz(chrono_tz::America::New_York);
    /// let LocalTime::Gap(change) = zone.to_utc("2026-03-08T02:30:00".parse().unwrap()) else { panic!() };
    /// assert_eq!(change.at.to_string(), "2026-03-08 07:00:00 UTC");
    /// ```
    pub fn to_utc(&self, local: NaiveDateTime) -> LocalTime {
        let second = local.and_utc().timestamp();
        let nanos = local.and_utc().timestamp_subsec_nanos();
        let found = self.instants(second);
        let at = |instant: i64, offset: i32| {
            let whole = utc(instant) + chrono::TimeDelta::nanoseconds(i64::from(nanos));
            whole.with_timezone(&fixed_offset(offset))
        };
        match found {
            (Some((first, early)), Some((second, late))) => {
                LocalTime::Ambiguous(at(first, early), at(second, late))
            }
            (Some((only, offset)), None) | (None, Some((only, offset))) => {
                LocalTime::Single(at(only, offset))
            }
            (None, None) => LocalTime::Gap(self.gap_at(second)),
        }
    }

    /// The instants at which the clock shows a local second: the first and the last, with their offsets.
    pub(crate) fn instants(&self, local: i64) -> (Option<Reading>, Option<Reading>) {
        // No offset is a day or more, so the periods around the time tell all.
        let mut first = None;
        let mut last = None;
        let mut segment = self.segment(local.saturating_sub(100_000));
        loop {
            let instant = local.saturating_sub(i64::from(segment.offset));
            if instant >= segment.start && instant < segment.end {
                if first.is_none() {
                    first = Some((instant, segment.offset));
                } else {
                    last = Some((instant, segment.offset));
                }
            }
            if segment.end > local.saturating_add(100_000) {
                return (first, last);
            }
            segment = self.segment(segment.end);
        }
    }

    /// The change whose gap holds a local second that no instant shows.
    fn gap_at(&self, local: i64) -> Transition {
        let mut segment = self.segment(local.saturating_sub(100_000));
        loop {
            let next = self.segment(segment.end);
            if segment.end.saturating_add(i64::from(next.offset)) > local || next.end == i64::MAX {
                return transition(segment, next);
            }
            segment = next;
        }
    }

    /// The offset of a local time that the clock shows once, and not soon after it was changed.
    pub(crate) fn calm_offset_of_local(&self, local: NaiveDateTime) -> Option<FixedOffset> {
        self.constant().or_else(|| {
            // What the clock shows now it never showed before, and it will not be shown again.
            let stretch = self.stretches().at(Stamp::of_time(local))?;
            let at = Stamp::of_time(local.checked_sub_offset(stretch.offset)?);
            let once = Stamp::of_time(local) < stretch.shown_later;
            (once && stretch.calm <= at && at < stretch.end).then_some(stretch.offset)
        })
    }
}
