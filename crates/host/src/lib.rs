//! The machine's crontabs, its cron daemon, its users and its time zones.

mod accounts;
mod files;
mod machine;
mod services;
mod zoneinfo;

pub use accounts::Account;
pub use files::{CARRIAGE_RETURN, first_line};
pub use machine::{FileState, Machine, Way};
pub use services::{Installed, owner_by_path};
pub use zoneinfo::{ZoneNotFound, zone, zone_source};
