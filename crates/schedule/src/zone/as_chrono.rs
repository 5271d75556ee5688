//! Lets a library that speaks chrono ask our table, so that it sees the same zone as everything else here.

use std::fmt;

use chrono::{FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, Offset, TimeZone};

use super::Zone;
use crate::calendar::fixed_offset;

/// A zone as chrono's trait wants it.
#[derive(Clone)]
pub(crate) struct ChronoZone(pub(crate) Zone);

/// An offset that remembers its zone.
#[derive(Clone)]
pub(crate) struct ChronoOffset {
    zone: Zone,
    seconds: i32,
}

impl Offset for ChronoOffset {
    fn fix(&self) -> FixedOffset {
        fixed_offset(self.seconds)
    }
}

impl fmt::Debug for ChronoOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fix(), f)
    }
}

impl ChronoZone {
    fn offset(&self, seconds: i32) -> ChronoOffset {
        ChronoOffset {
            zone: self.0.clone(),
            seconds,
        }
    }
}

impl TimeZone for ChronoZone {
    type Offset = ChronoOffset;

    fn from_offset(offset: &ChronoOffset) -> ChronoZone {
        ChronoZone(offset.zone.clone())
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ChronoOffset> {
        self.offset_from_local_datetime(&NaiveDateTime::from(*local))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ChronoOffset> {
        match self.0.instants(local.and_utc().timestamp()) {
            (Some((_, first)), Some((_, second))) => {
                MappedLocalTime::Ambiguous(self.offset(first), self.offset(second))
            }
            (Some((_, only)), None) | (None, Some((_, only))) => MappedLocalTime::Single(self.offset(only)),
            (None, None) => MappedLocalTime::None,
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ChronoOffset {
        self.offset_from_utc_datetime(&NaiveDateTime::from(*utc))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ChronoOffset {
        self.offset(self.0.segment(utc.and_utc().timestamp()).offset)
    }
}
