//! The machine's crontabs, its cron daemon, its users and its time zones.

mod accounts;
mod files;
mod zoneinfo;

pub use accounts::account_exists;
pub use files::{FileState, changeable_by_others, file_state, script_trouble};
pub use zoneinfo::{ZoneNotFound, zone, zone_source};
