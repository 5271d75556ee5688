//! When a cron schedule fires, under the rules of one scheduler.
//!
//! An expression means what its scheduler makes of it, and no two schedulers agree. So a [`Schedule`] is read in a
//! [`Dialect`], and everything after that (the sets of its fields, when it fires, what it does when the clock moves)
//! is what that scheduler does, oddities included.
//!
//! ```
//! use schedule::{Schedule, Zone, dialect};
//!
//! let schedule = Schedule::parse("30 2 * * *", &dialect::DEBIAN).unwrap();
//! let zone = Zone::from_chrono_tz(chrono_tz::America::New_York);
//! let from = "2026-03-07T12:00:00-05:00".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap();
//! let next = schedule.after(from.into(), &zone).next().unwrap();
//! // 02:30 does not exist that night: Debian's cron runs the job when the clock has jumped.
//! assert_eq!(next.at.to_rfc3339(), "2026-03-08T03:00:00-04:00");
//! ```
//!
//! Nothing here reads a clock, a file or the environment: the time and the zone are arguments.

mod calendar;
mod carried;
pub mod convert;
pub mod daylight;
pub mod describe;
pub mod dialect;
mod dillon;
mod error;
mod face;
mod field;
mod library;
pub mod names;
mod occurrences;
mod oncalendar;
mod plan;
mod schedule;
mod suggest;
mod vixie;
mod zone;

pub use daylight::Daylight;
pub use dialect::Dialect;
pub use error::{ParseError, ParseErrorKind, Warning, WarningKind};
pub use field::{DayRule, Field, FieldSet, Fields, SpecialDay};
pub use occurrences::{Between, Earlier, Occurrence, Occurrences, Shift};
pub use schedule::{RandomValue, Schedule};
pub use zone::{LocalTime, Transition, Zone, ZoneError};
