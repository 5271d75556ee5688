//! Time zones as tables of offset changes: what a daemon knows of local time.
//!
//! A table holds the changes that a zone file lists, and 400 years of what its closing rule makes after them. The
//! Gregorian calendar repeats itself, weekdays included, every 400 years, so the last 400 years of the table
//! stand for all later ones.

mod as_chrono;
mod chrono_zone;
mod error;
mod local;
mod posix;
mod stretch;
mod table;
mod tzif;

use std::fmt;
use std::sync::{Arc, OnceLock};

use chrono::{DateTime, FixedOffset, NaiveDateTime, Utc};

use crate::calendar::{CYCLE_SECONDS, Stamp, fixed_offset, utc};

pub(crate) use as_chrono::ChronoZone;
pub use error::ZoneError;
pub use local::LocalTime;
pub(crate) use stretch::{Change, Stretch, Stretches};
use table::{Table, index};

/// A time zone: a name and its offset changes.
///
/// ```
/// use chrono::{DateTime, Utc};
/// use schedule::Zone;
///
/// let berlin = Zone::from_chrono_tz(chrono_tz::Europe::Berlin);
/// let summer: DateTime<Utc> = "2026-07-01T12:00:00Z".parse().unwrap();
/// assert_eq!(berlin.offset_at(summer).local_minus_utc(), 7200);
/// assert_eq!(Zone::utc().name(), "UTC");
/// ```
#[derive(Clone)]
pub struct Zone {
    name: Arc<str>,
    /// The offset of a zone that never changes it.
    constant: Option<FixedOffset>,
    table: Arc<Table>,
}

/// One change of a zone's offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Transition {
    /// When it happens.
    pub at: DateTime<Utc>,
    /// The offset until then.
    pub before: FixedOffset,
    /// The offset from then on.
    pub after: FixedOffset,
    /// Whether summer time is in force from then on (the C library's `tm_isdst`).
    pub daylight: bool,
}

/// An offset in force from `start` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// First second, UTC.
    pub(crate) start: i64,
    /// Seconds east of UTC.
    pub(crate) offset: i32,
    /// Summer time.
    pub(crate) daylight: bool,
}

impl Period {
    fn until(self, end: i64) -> Segment {
        Segment {
            start: self.start,
            end,
            offset: self.offset,
            daylight: self.daylight,
        }
    }
}

/// A period with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) start: i64,
    /// First second that no longer belongs to it.
    pub(crate) end: i64,
    pub(crate) offset: i32,
    pub(crate) daylight: bool,
}

impl Zone {
    /// Coordinated Universal Time.
    pub fn utc() -> Zone {
        Zone::from_periods(
            "UTC",
            vec![Period {
                start: i64::MIN,
                offset: 0,
                daylight: false,
            }],
            i64::MAX,
        )
    }

    /// A zone that never changes its offset.
    pub fn fixed(offset: FixedOffset) -> Zone {
        let period = Period {
            start: i64::MIN,
            offset: offset.local_minus_utc(),
            daylight: false,
        };
        Zone::from_periods(&offset.to_string(), vec![period], i64::MAX)
    }

    /// A zone from the bytes of a zone file (TZif, as below `/usr/share/zoneinfo`).
    pub fn from_tzif(name: &str, bytes: &[u8]) -> Result<Zone, ZoneError> {
        tzif::read(name, bytes)
    }

    /// A zone from a POSIX rule such as `CET-1CEST,M3.5.0,M10.5.0/3`.
    pub fn from_posix_rule(rule: &str) -> Result<Zone, ZoneError> {
        let parsed =
            posix::Rule::parse(rule).ok_or_else(|| ZoneError::new(rule, "not a POSIX time zone rule"))?;
        let (periods, horizon) = posix::extend(Vec::new(), &parsed);
        Ok(Zone::from_periods(rule, periods, horizon))
    }

    /// A zone from the table that chrono-tz carries.
    pub fn from_chrono_tz(tz: chrono_tz::Tz) -> Zone {
        chrono_zone::read(tz)
    }

    fn from_periods(name: &str, mut periods: Vec<Period>, horizon: i64) -> Zone {
        periods.dedup_by(|next, kept| next.offset == kept.offset && next.daylight == kept.daylight);
        let (index, base) = index(&periods);
        let quiet = periods
            .windows(2)
            .filter(|pair| pair[0].daylight == pair[1].daylight);
        let last_quiet = quiet.map(|pair| pair[1].start).next_back().unwrap_or(i64::MIN);
        Zone {
            name: name.into(),
            constant: match periods.as_slice() {
                [only] => Some(fixed_offset(only.offset)),
                _ => None,
            },
            table: Arc::new(Table {
                periods,
                horizon,
                index,
                base,
                last_quiet,
                stretches: OnceLock::new(),
            }),
        }
    }

    /// The zone as a daemon sees it that started at a second and takes a new offset only when summer time starts or
    /// ends; none when that makes no difference any more.
    pub(crate) fn stale(&self, from: i64) -> Option<Zone> {
        if from >= self.table.last_quiet {
            return None;
        }
        let mut periods = Vec::with_capacity(self.table.periods.len());
        for period in &self.table.periods {
            let quiet = periods
                .last()
                .is_some_and(|last: &Period| last.daylight == period.daylight);
            if period.start <= from || !quiet {
                periods.push(*period);
            }
        }
        Some(Zone::from_periods(&self.name, periods, self.table.horizon))
    }

    /// Whether summer time is in force in any period.
    pub(crate) fn has_summer_time(&self) -> bool {
        self.table.periods.iter().any(|period| period.daylight)
    }

    /// The same changes without the flag of summer time: what a program sees whose C library has forgotten about it.
    ///
    /// glibc does so when a program asks for a time after the last listed change of a zone that has given summer time
    /// up. bcron then walks over the next change without looking; one job of many in its crontabs is enough.
    pub fn without_summer_time(&self) -> Zone {
        let mut periods = self.table.periods.clone();
        for period in &mut periods {
            period.daylight = false;
        }
        Zone::from_periods(&self.name, periods, self.table.horizon)
    }

    /// The zone's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The offset in force at an instant.
    pub fn offset_at(&self, at: DateTime<Utc>) -> FixedOffset {
        fixed_offset(self.segment(at.timestamp()).offset)
    }

    /// Whether summer time is in force at an instant.
    pub fn is_daylight(&self, at: DateTime<Utc>) -> bool {
        self.segment(at.timestamp()).daylight
    }

    /// The changes from an instant on (included), ascending; without end where a rule goes on for ever.
    ///
    /// ```
    /// use schedule::Zone;
    ///
    /// let zone = Zone::from_chrono_tz(chrono_tz::Europe::Berlin);
    /// let next = zone.transitions("2026-01-01T00:00:00Z".parse().unwrap()).next().unwrap();
    /// assert_eq!(next.at.to_string(), "2026-03-29 01:00:00 UTC");
    /// assert!(next.daylight);
    /// ```
    pub fn transitions(&self, from: DateTime<Utc>) -> impl Iterator<Item = Transition> + use<'_> {
        let mut segment = self.segment(from.timestamp().saturating_sub(1));
        std::iter::from_fn(move || {
            let next = (segment.end < crate::calendar::LAST_SECOND).then(|| self.segment(segment.end))?;
            let change = transition(segment, next);
            segment = next;
            Some(change)
        })
    }

    /// The offset of a zone that never changes it.
    #[inline]
    pub(crate) fn constant(&self) -> Option<FixedOffset> {
        self.constant
    }

    /// The offset at an instant that is not soon after a change of the clock.
    #[inline]
    pub(crate) fn calm_offset(&self, at: NaiveDateTime) -> Option<FixedOffset> {
        self.constant().or_else(|| {
            let stretch = self.stretches().at(Stamp::of_time(at))?;
            Some(stretch.offset)
        })
    }

    /// The periods as the quick search sees them.
    #[inline]
    pub(crate) fn stretches(&self) -> &Stretches {
        let table = &*self.table;
        table
            .stretches
            .get_or_init(|| Stretches::of(&table.periods, table.horizon, table.last_quiet))
    }

    /// The period in force at a UTC second.
    #[inline]
    pub(crate) fn segment(&self, at: i64) -> Segment {
        let table = &*self.table;
        if let [only] = table.periods.as_slice() {
            return Segment {
                start: i64::MIN,
                end: i64::MAX,
                offset: only.offset,
                daylight: only.daylight,
            };
        }
        if at < table.horizon {
            return table.segment(at);
        }
        let shift = ((at - table.horizon) / CYCLE_SECONDS + 1) * CYCLE_SECONDS;
        let found = table.segment(at - shift);
        Segment {
            start: found.start + shift,
            end: found.end.saturating_add(shift),
            ..found
        }
    }
}

fn transition(before: Segment, after: Segment) -> Transition {
    Transition {
        at: utc(after.start),
        before: fixed_offset(before.offset),
        after: fixed_offset(after.offset),
        daylight: after.daylight,
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.name == other.name
            && self.table.horizon == other.table.horizon
            && self.table.periods == other.table.periods
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({}, {} periods)", self.name, self.table.periods.len())
    }
}
