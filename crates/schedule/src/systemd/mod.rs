//! systemd's calendar events (`OnCalendar=`): a grammar and a search of their own.

mod next;
mod parse;

pub(crate) use next::{next, previous};
pub(crate) use parse::parse;

use crate::zone::Zone;

/// One item of a list: a value, a range, either with a repetition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Component {
    pub(crate) start: i64,
    /// -1 when there is no end.
    pub(crate) stop: i64,
    /// 0 when it does not repeat.
    pub(crate) repeat: i64,
}

/// A calendar event. An empty list is a star; seconds are counted in microseconds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spec {
    /// Bit 0 is Monday; none means every day.
    pub(crate) weekdays: Option<u8>,
    pub(crate) year: Vec<Component>,
    pub(crate) month: Vec<Component>,
    pub(crate) day: Vec<Component>,
    pub(crate) hour: Vec<Component>,
    pub(crate) minute: Vec<Component>,
    pub(crate) microsecond: Vec<Component>,
    /// Days are counted from the end of the month.
    pub(crate) end_of_month: bool,
    /// The zone that the expression itself names.
    pub(crate) zone: Option<Zone>,
    pub(crate) utc: bool,
}

/// Microseconds of a second.
pub(crate) const SECOND: i64 = 1_000_000;
