//! Time zones by name, the same on every machine: those that are built in, not those of /usr/share/zoneinfo.

use schedule::Zone;

/// The zone of that name, such as `Europe/Berlin`.
pub(crate) fn named(name: &str) -> Option<Zone> {
    Zone::named(name.trim_start_matches(':'))
}

/// Which names there are.
pub(crate) const NAMES: &str = "zones have the names of /usr/share/zoneinfo, as `Europe/Berlin` or `UTC`";
