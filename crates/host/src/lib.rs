//! The machine's crontabs, its cron daemon, its users and its time zones.

mod zoneinfo;

pub use zoneinfo::{ZoneNotFound, zone, zone_source};
