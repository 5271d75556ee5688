//! The zone that an expression may name at its end.

use crate::zone::Zone;

/// The zone of a name as the zone directory has it; none for anything else. Letter case counts.
pub(super) fn find(name: &str) -> Option<Zone> {
    Zone::named(name.strip_prefix("posix/").unwrap_or(name))
}

/// A name that may as well be the abbreviation of the host's own zone, which systemd looks at first.
pub(super) fn is_like_an_abbreviation(name: &str) -> bool {
    (3..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}
