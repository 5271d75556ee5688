//! The table of a zone's periods, and the index into it.

use std::sync::OnceLock;

use super::{Period, Segment, Stretches};

/// `1 << SHIFT` seconds (97 days) is a bucket of the index.
const SHIFT: u32 = 23;

#[derive(Debug)]
pub(super) struct Table {
    /// Ascending; the first one starts at `i64::MIN`.
    pub(super) periods: Vec<Period>,
    /// Where the repeating 400 years end; `i64::MAX` when nothing repeats.
    pub(super) horizon: i64,
    /// For each bucket from `base` on, the period in force at its first second.
    pub(super) index: Vec<u16>,
    pub(super) base: i64,
    /// The start of the last period that differs from the one before it in nothing but the offset.
    pub(super) last_quiet: i64,
    /// Made when it is first asked for.
    pub(super) stretches: OnceLock<Stretches>,
}

impl Table {
    #[inline]
    pub(super) fn segment(&self, at: i64) -> Segment {
        let mut found = if at < self.base {
            0
        } else {
            let bucket = ((at - self.base) >> SHIFT) as usize;
            usize::from(self.index[bucket.min(self.index.len() - 1)])
        };
        while self.periods.get(found + 1).is_some_and(|next| next.start <= at) {
            found += 1;
        }
        let period = self.periods[found];
        let end = self.periods.get(found + 1).map_or(i64::MAX, |next| next.start);
        period.until(end)
    }
}

pub(super) fn index(periods: &[Period]) -> (Vec<u16>, i64) {
    let (Some(first), Some(last)) = (periods.get(1), periods.last()) else {
        return (Vec::new(), i64::MAX);
    };
    let base = first.start;
    let buckets = ((last.start - base) >> SHIFT) + 1;
    let mut found = 0;
    let index = (0..buckets)
        .map(|bucket| {
            let start = base + (bucket << SHIFT);
            while periods.get(found + 1).is_some_and(|next| next.start <= start) {
                found += 1;
            }
            u16::try_from(found).unwrap_or(u16::MAX)
        })
        .collect();
    (index, base)
}
