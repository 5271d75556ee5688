//! Lets a library that speaks chrono ask our table, so that it sees the same zone as everything else here.

use std::fmt;

use chrono::{FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone};

use super::Zone;
use crate::calendar::fixed_offset;

/// A zone as chrono's trait wants it.
#[derive(Clone, Copy)]
pub(crate) struct ChronoZone<'a>(pub(crate) &'a Zone);

/// An offset that remembers its zone.
#[derive(Clone, Copy)]
pub(crate) struct ChronoOffset<'a> {
    zone: &'a Zone,
    seconds: FixedOffset,
}

impl Offset for ChronoOffset<'_> {
    #[inline]
    fn fix(&self) -> FixedOffset {
        self.seconds
    }
}

impl fmt::Debug for ChronoOffset<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fix(), f)
    }
}

impl<'a> ChronoZone<'a> {
    #[inline]
    fn offset(&self, seconds: FixedOffset) -> ChronoOffset<'a> {
        ChronoOffset {
            zone: self.0,
            seconds,
        }
    }
}

impl<'a> TimeZone for ChronoZone<'a> {
    type Offset = ChronoOffset<'a>;

    fn from_offset(offset: &ChronoOffset<'a>) -> ChronoZone<'a> {
        ChronoZone(offset.zone)
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ChronoOffset<'a>> {
        self.offset_from_local_datetime(&NaiveDateTime::from(*local))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ChronoOffset<'a>> {
        if let Some(offset) = self.0.calm_offset_of_local(*local) {
            return MappedLocalTime::Single(self.offset(offset));
        }
        let offset = |seconds: i32| self.offset(fixed_offset(seconds));
        match self.0.instants(local.and_utc().timestamp()) {
            (Some((_, first)), Some((_, second))) => {
                MappedLocalTime::Ambiguous(offset(first), offset(second))
            }
            (Some((_, only)), None) | (None, Some((_, only))) => MappedLocalTime::Single(offset(only)),
            (None, None) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ChronoOffset<'a> {
        self.offset_from_utc_datetime(&NaiveDateTime::from(*utc))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ChronoOffset<'a> {
        self.offset(self.0.calm_offset(*utc).unwrap_or_else(|| {
            let segment = self.0.segment(utc.and_utc().timestamp());
            fixed_offset(segment.offset)
        }))
    }
}
