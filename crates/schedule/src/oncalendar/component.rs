//! One item of a list of values: a number, a range, a number with a step.

/// Microseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// `start`, `start..stop`, `start/repeat` or `start..stop/repeat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Component {
    pub(crate) start: i64,
    /// The end of a range. A step without one runs on to the unit's end, and past it.
    pub(crate) stop: Option<i64>,
    /// The step; 0 for a lone value.
    pub(crate) repeat: i64,
}

/// A list of values, in systemd's order; an empty one is a star.
pub(crate) type Chain = Vec<Component>;

impl Component {
    pub(crate) fn lone(start: i64) -> Component {
        Component {
            start,
            stop: None,
            repeat: 0,
        }
    }

    /// A step that only the unit's end stops.
    pub(crate) fn is_open(&self) -> bool {
        self.stop.is_none() && self.repeat > 0
    }

    /// The values up to a last one of the unit; at most as many as the unit has.
    pub(crate) fn values(&self, last: i64) -> impl Iterator<Item = i64> + use<> {
        let end = match (self.stop, self.repeat) {
            (Some(stop), _) => stop.min(last),
            (None, 0) => self.start.min(last),
            (None, _) => last,
        };
        let step = usize::try_from(self.repeat.max(1)).unwrap_or(usize::MAX);
        (self.start..=end).step_by(step)
    }

    /// The first value at or after `value`, past the unit's end if need be.
    pub(crate) fn at_or_after(&self, value: i64) -> Option<i64> {
        if self.start >= value {
            return Some(self.start);
        }
        if self.repeat == 0 {
            return None;
        }
        let steps = (value - self.start + self.repeat - 1) / self.repeat;
        let found = self.start + steps * self.repeat;
        self.stop.is_none_or(|stop| found <= stop).then_some(found)
    }

    /// Ends a range on its last value, and drops a step that never comes to a second one.
    fn normalize(&mut self) {
        let Some(stop) = self.stop else { return };
        let mut stop = stop;
        if stop > self.start && self.repeat > 0 {
            stop -= (stop - self.start) % self.repeat;
        }
        self.stop = Some(stop);
        if stop == self.start || (stop > self.start && self.repeat > 0 && self.start + self.repeat > stop) {
            *self = Component::lone(self.start);
        }
    }

    /// Whether it lies in the unit and its step fits at least once.
    fn is_valid(&self, first: i64, last: i64, from_the_end: bool) -> bool {
        if self.start < first || self.start > last || self.repeat > last - first {
            return false;
        }
        match self.stop {
            Some(stop) => stop >= first && stop <= last && self.start + self.repeat <= stop,
            None if from_the_end => self.start - self.repeat >= first,
            None => self.start + self.repeat <= last,
        }
    }
}

/// Sorts a list and drops what stands there twice. (In systemd only the same item twice; items that overlap stay.)
pub(crate) fn normalize(chain: &mut Chain) {
    chain.iter_mut().for_each(Component::normalize);
    chain.sort_by_key(|one| (one.start, one.stop.unwrap_or(-1), one.repeat));
    chain.dedup();
}

/// The first item, in systemd's order, that does not lie in its unit, and the last value that it could have had.
///
/// Counted from a month's end, days are to lie in every month: the last is 28. systemd takes the three days off again
/// for each item of a list, so the second may be 25 at most, the third 22.
pub(crate) fn invalid(chain: &Chain, first: i64, last: i64, from_the_end: bool) -> Option<(Component, i64)> {
    let mut last = last;
    for one in chain {
        last -= if from_the_end { 3 } else { 0 };
        if !one.is_valid(first, last, from_the_end) {
            return Some((*one, last));
        }
    }
    None
}
