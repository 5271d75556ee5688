//! The expression library of supercronic: the next local time that matches, made an instant by Go's package `time`.
//! In a gap, and in a repeated hour, that instant need not be later, and then the library stands still.

use super::go;
use crate::calendar::{days_from_civil, year_of};
use crate::plan::{DAY, Plan};
use crate::zone::Zone;

/// It knows the years from here on,
const FIRST_YEAR: i64 = 1970;
/// up to here.
pub(super) const LAST_YEAR: i64 = 2099;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    let first = days_from_civil(FIRST_YEAR, 1, 1) * DAY;
    let local = go::face(zone, at).local() + 1;
    let found = plan.next(local.max(first))?;
    (year_of(found.div_euclid(DAY)) <= LAST_YEAR).then(|| go::instant(zone, found))
}
