//! The machine's crontabs, its cron daemon, its users and its time zones.
//!
//! [`zone`] finds a zone as the machine's own cron does: in its zone files, and among those that we carry where it has
//! none. A [`Machine`] is asked what it holds: this one, or one whose files lie in a directory, such as an image. It is
//! read and never changed.
//!
//! ```
//! use host::{Machine, zone};
//!
//! assert_eq!(zone(Some("Europe/Berlin")).unwrap().name(), "Europe/Berlin");
//! let error = zone(Some("Europe/Berlni")).unwrap_err();
//! assert_eq!(error.help(), "did you mean `Europe/Berlin`?");
//!
//! let nothing = Machine::at("/there/is/no/such/image");
//! assert!(nothing.crontabs().is_empty() && nothing.cron_daemon().is_none());
//! ```

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
