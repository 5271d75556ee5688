//! Local time as Go's package `time` has it, which the Go libraries lean on.

use crate::face::Face;
use crate::zone::Zone;

/// What the clock shows at an instant.
pub(super) fn face(zone: &Zone, at: i64) -> Face {
    Face::of(at + offset(zone, at))
}

/// The instant of a local second: Go takes the offset that is in force where the local second read as UTC leads to.
/// Of two instants that is the first east of Greenwich and mostly the second west of it, and a time in a gap is
/// moved back or forth alike.
pub(super) fn instant(zone: &Zone, local: i64) -> i64 {
    local - offset(zone, local - offset(zone, local))
}

fn offset(zone: &Zone, at: i64) -> i64 {
    i64::from(zone.segment(at).offset)
}
