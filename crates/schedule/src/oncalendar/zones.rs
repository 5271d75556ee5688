//! The zone that an expression may name at its end.

use std::sync::{Mutex, PoisonError};

use chrono_tz::Tz;

use crate::zone::Zone;

/// The zone of a name as the zone directory has it; none for anything else. Letter case counts.
pub(super) fn find(name: &str) -> Option<Zone> {
    let plain = name.strip_prefix("posix/").unwrap_or(name);
    let tz: Tz = plain.parse().ok()?;
    // Making the table of a zone takes far longer than the rest of the expression, and few zones are in use.
    static KNOWN: Mutex<Vec<(Tz, Zone)>> = Mutex::new(Vec::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, zone)) = known.iter().find(|(other, _)| *other == tz) {
        return Some(zone.clone());
    }
    let zone = Zone::from_chrono_tz(tz);
    known.push((tz, zone.clone()));
    Some(zone)
}

/// A name that may as well be the abbreviation of the host's own zone, which systemd looks at first.
pub(super) fn is_like_an_abbreviation(name: &str) -> bool {
    (3..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
}
