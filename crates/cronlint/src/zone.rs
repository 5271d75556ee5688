//! Time zones by name, the same on every machine: those that are built in, not those of /usr/share/zoneinfo.

use chrono_tz::Tz;
use schedule::Zone;

/// The zone of that name, such as `Europe/Berlin`.
pub(crate) fn named(name: &str) -> Option<Zone> {
    name.trim_start_matches(':')
        .parse::<Tz>()
        .ok()
        .map(Zone::from_chrono_tz)
}
