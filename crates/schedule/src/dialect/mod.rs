//! The dialects: one file each, all in one list.
//!
//! A dialect is data (its names, the source of its truth, the rules that a page about it shows) and one function
//! that reads an expression.

mod bcron;
mod busybox;
mod cronie;
mod dcron;
mod debian;
mod eventbridge;
mod freebsd;
mod github_actions;
mod kubernetes;
mod quartz;
mod rust_cron;
mod supercronic;
mod systemd;
mod systemd_cron;
mod vixie;

use std::fmt;

use crate::daylight::Daylight;
use crate::error::ParseError;
use crate::schedule::Parsed;

pub use bcron::BCRON;
pub use busybox::BUSYBOX;
pub use cronie::CRONIE;
pub use dcron::DCRON;
pub use debian::DEBIAN;
pub use eventbridge::EVENTBRIDGE;
pub use freebsd::FREEBSD;
pub use github_actions::GITHUB_ACTIONS;
pub use kubernetes::KUBERNETES;
pub use quartz::QUARTZ;
pub use rust_cron::RUST_CRON;
pub use supercronic::SUPERCRONIC;
pub use systemd::SYSTEMD;
pub use systemd_cron::SYSTEMD_CRON;
pub use vixie::VIXIE;

/// All dialects, in the order in which they are shown.
pub static ALL: &[&Dialect] = &[
    &DEBIAN,
    &CRONIE,
    &VIXIE,
    &BUSYBOX,
    &DCRON,
    &BCRON,
    &KUBERNETES,
    &SUPERCRONIC,
    &SYSTEMD,
    &SYSTEMD_CRON,
    &QUARTZ,
    &RUST_CRON,
    &FREEBSD,
    &GITHUB_ACTIONS,
    &EVENTBRIDGE,
];

/// The dialect of a name or alias, such as `debian`; letter case does not matter.
///
/// ```
/// use schedule::dialect;
///
/// assert_eq!(dialect::find("Debian").unwrap().name, "debian");
/// assert!(dialect::find("windows").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Dialect> {
    let is = |other: &&str| other.eq_ignore_ascii_case(name);
    ALL.iter()
        .copied()
        .find(|dialect| is(&dialect.name) || dialect.aliases.iter().any(is))
}

/// An expression language: what one scheduler reads, and what it makes of it.
pub struct Dialect {
    /// The name used on command lines, such as `debian`.
    pub name: &'static str,
    /// The scheduler in words, such as `Debian's cron`.
    pub title: &'static str,
    /// Where our knowledge comes from: measured (with the version) or documented (with the page).
    pub source: &'static str,
    /// Other names that [`find`] takes.
    pub aliases: &'static [&'static str],
    /// The number of fields that an expression has: the smallest and the largest.
    pub fields: (usize, usize),
    /// The `@words` that it knows.
    pub macros: &'static [&'static str],
    /// What it does when the clock moves.
    pub daylight: Daylight,
    /// What sets it apart, a sentence each.
    pub notes: &'static [&'static str],
    pub(crate) parse: fn(&str, &'static Dialect) -> Result<Parsed, ParseError>,
}

impl Dialect {
    /// Whether the truth about it was measured with the scheduler itself, rather than read in its documentation.
    pub fn is_measured(&self) -> bool {
        self.source.starts_with("measured")
    }
}

impl PartialEq for Dialect {
    fn eq(&self, other: &Dialect) -> bool {
        self.name == other.name
    }
}

impl Eq for Dialect {}

impl fmt::Debug for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dialect({})", self.name)
    }
}
