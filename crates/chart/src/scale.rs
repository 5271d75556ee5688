//! Counts as four shades, in proportion to the greatest.

/// The deepest shade; the lightest is 1, and 0 stands for nothing.
pub(crate) const DEEPEST: usize = 4;

/// What shade a count gets.
pub(crate) struct Scale {
    least: u64,
    most: u64,
}

impl Scale {
    /// A scale for these counts. It begins at zero, so that 52 and 53 look alike.
    pub(crate) fn of(counts: impl Iterator<Item = u64>) -> Scale {
        let (mut least, mut most) = (u64::MAX, 0);
        for count in counts.filter(|count| *count > 0) {
            least = least.min(count);
            most = most.max(count);
        }
        Scale { least, most }
    }

    /// Whether all counts that are not zero are the same.
    pub(crate) fn is_flat(&self) -> bool {
        self.least >= self.most
    }

    /// The greatest count, unless all are zero.
    pub(crate) fn most(&self) -> Option<u64> {
        Some(self.most).filter(|count| *count > 0)
    }

    /// 0 for nothing, 1 to 4 for a quarter of the greatest count each.
    pub(crate) fn level(&self, count: u64) -> usize {
        if count == 0 || self.most == 0 {
            return 0;
        }
        let quarter = (u128::from(count) * 4).div_ceil(u128::from(self.most));
        usize::try_from(quarter).map_or(DEEPEST, |level| level.min(DEEPEST))
    }

    /// The shades that occur between 1 and the greatest count, with what they stand for: `73-144`.
    pub(crate) fn legend(&self) -> Vec<(usize, String)> {
        if self.is_flat() {
            return self
                .most()
                .map(|count| (DEEPEST, count.to_string()))
                .into_iter()
                .collect();
        }
        let bound =
            |level: usize| u64::try_from(u128::from(self.most) * level as u128 / 4).unwrap_or(self.most);
        let ranges = (1..=DEEPEST).map(|level| (level, bound(level - 1) + 1, bound(level)));
        let filled = ranges.filter(|(_, first, last)| first <= last);
        filled
            .map(|(level, first, last)| (level, range(first, last)))
            .collect()
    }
}

fn range(first: u64, last: u64) -> String {
    if first == last {
        first.to_string()
    } else {
        format!("{first}-{last}")
    }
}
