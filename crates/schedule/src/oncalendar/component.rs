//! One item of a list of values: a number, a range, a number with a step.

/// Microseconds in a second.
pub(crate) const SECOND: i32 = 1_000_000;

/// `start`, `start..stop`, `start/repeat` or `start..stop/repeat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Component {
    pub(crate) start: i32,
    /// The end of a range; none for a step runs on to the unit's end, and past it.
    pub(crate) stop: Option<i32>,
    /// The step; 0 for a lone value.
    pub(crate) repeat: i32,
}
