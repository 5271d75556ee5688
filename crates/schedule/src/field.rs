//! The fields of an expression, as sets of the values that match.

use std::fmt;
use std::ops::Range;

/// One position of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Field {
    /// 0 to 59; only in dialects with six fields or more.
    Second,
    /// 0 to 59.
    Minute,
    /// 0 to 23.
    Hour,
    /// 1 to 31.
    DayOfMonth,
    /// 1 to 12.
    Month,
    /// 0 to 6, Sunday is 0.
    DayOfWeek,
    /// Only in dialects with seven fields.
    Year,
}

impl Field {
    /// The five fields of a crontab line, in order.
    pub const FIVE: [Field; 5] = [
        Field::Minute,
        Field::Hour,
        Field::DayOfMonth,
        Field::Month,
        Field::DayOfWeek,
    ];

    /// Those fields between the second and the year, for dialects that have these.
    pub const SEVEN: [Field; 7] = [
        Field::Second,
        Field::Minute,
        Field::Hour,
        Field::DayOfMonth,
        Field::Month,
        Field::DayOfWeek,
        Field::Year,
    ];

    /// The name in the reader's words, such as `day of month`.
    pub fn name(self) -> &'static str {
        match self {
            Field::Second => "second",
            Field::Minute => "minute",
            Field::Hour => "hour",
            Field::DayOfMonth => "day of month",
            Field::Month => "month",
            Field::DayOfWeek => "day of week",
            Field::Year => "year",
        }
    }

    /// The smallest value that the field can have; a [`FieldSet`] never holds a smaller one.
    pub fn first(self) -> u32 {
        match self {
            Field::DayOfMonth | Field::Month => 1,
            Field::Year => 1970,
            _ => 0,
        }
    }

    /// The largest value that the field can have; a [`FieldSet`] never holds a larger one (Sunday is 0, not 7).
    pub fn last(self) -> u32 {
        match self {
            Field::Second | Field::Minute => 59,
            Field::Hour => 23,
            Field::DayOfMonth => 31,
            Field::Month => 12,
            Field::DayOfWeek => 6,
            Field::Year => 2099,
        }
    }

    /// A set with every value of the field.
    pub(crate) fn full(self) -> u64 {
        match self {
            // Years are kept as a list.
            Field::Year => u64::MAX,
            _ => span_bits(self.first(), self.last()),
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The bits `first..=last`.
pub(crate) const fn span_bits(first: u32, last: u32) -> u64 {
    if first > last {
        0
    } else {
        (u64::MAX >> (63 - last)) & (u64::MAX << first)
    }
}

/// The values of one field that match.
///
/// ```
/// use schedule::{Field, Schedule, dialect};
///
/// let schedule = Schedule::parse("*/20 9-17 * * mon-fri", &dialect::DEBIAN).unwrap();
/// let fields = schedule.fields().unwrap();
/// assert_eq!(fields.minute.values().collect::<Vec<_>>(), [0, 20, 40]);
/// assert!(fields.minute.starred && !fields.hour.starred);
/// assert!(fields.month.is_full());
/// assert_eq!(&schedule.text()[fields.day_of_week.span.clone()], "mon-fri");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldSet {
    /// Which field this is.
    pub field: Field,
    /// Bit `n` is set when the value `n` matches. Sundays are bit 0, never bit 7.
    pub bits: u64,
    /// Where the field stands in the expression's text; for a macro, the whole macro.
    pub span: Range<usize>,
    /// Whether the dialect counts the field as "every": what decides the day rule and, for minute and hour,
    /// what a daemon does when the clock moves. Not the same as [`FieldSet::is_full`]: for Debian `*/2` is starred
    /// and `1-31` is not.
    pub starred: bool,
    /// Days that depend on the month, such as `L` or `MON#2`, in dialects that have them.
    pub special: Vec<SpecialDay>,
}

impl FieldSet {
    pub(crate) fn new(field: Field, bits: u64, span: Range<usize>, starred: bool) -> FieldSet {
        FieldSet {
            field,
            bits,
            span,
            starred,
            special: Vec::new(),
        }
    }

    /// Whether every value of the field matches.
    pub fn is_full(&self) -> bool {
        self.bits == self.field.full()
    }

    /// Whether no value matches, so that the field alone keeps the schedule from firing.
    pub fn is_empty(&self) -> bool {
        self.bits == 0 && self.special.is_empty()
    }

    /// Whether `value` matches (special days aside).
    pub fn contains(&self, value: u32) -> bool {
        value < 64 && self.bits >> value & 1 == 1
    }

    /// The matching values, ascending.
    ///
    /// ```
    /// use schedule::{Schedule, dialect};
    ///
    /// let schedule = Schedule::parse("0 8-18/5 * * *", &dialect::DEBIAN).unwrap();
    /// let hours = schedule.fields().unwrap().hour.values();
    /// assert_eq!(hours.collect::<Vec<_>>(), [8, 13, 18]);
    /// ```
    pub fn values(&self) -> impl Iterator<Item = u32> + use<> {
        let mut bits = self.bits;
        std::iter::from_fn(move || {
            let value = bits.trailing_zeros();
            (bits != 0).then(|| bits &= bits - 1).map(|()| value)
        })
    }
}

/// A day that is not the same number in every month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SpecialDay {
    /// The last day of the month, or so many days before it: `L`, `L-3`.
    Last {
        /// Days before the last.
        before: u32,
    },
    /// The weekday (Monday to Friday) nearest to this day without leaving the month: `15W`.
    NearestWeekday {
        /// The day of month.
        day: u32,
    },
    /// The weekday (Monday to Friday) nearest to the last day of the month, or to so many days before: `LW`.
    LastWeekday {
        /// Days before the last.
        before: u32,
    },
    /// The nth such day of the week: `6#3`.
    Nth {
        /// 0 is Sunday.
        weekday: u32,
        /// 1 to 5.
        nth: u32,
    },
    /// The last such day of the week: `5L`.
    LastOf {
        /// 0 is Sunday.
        weekday: u32,
    },
}

/// The sets of all fields.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fields {
    /// Seconds, in dialects that have them.
    pub second: Option<FieldSet>,
    /// Minutes.
    pub minute: FieldSet,
    /// Hours.
    pub hour: FieldSet,
    /// Days of the month.
    pub day_of_month: FieldSet,
    /// Months.
    pub month: FieldSet,
    /// Days of the week; 0 is Sunday.
    pub day_of_week: FieldSet,
    /// The years, where an expression restricts them, ascending.
    pub years: Option<Vec<i32>>,
}

impl Fields {
    /// The set of one field; none for a field that the dialect lacks, and for years.
    pub fn get(&self, field: Field) -> Option<&FieldSet> {
        match field {
            Field::Second => self.second.as_ref(),
            Field::Minute => Some(&self.minute),
            Field::Hour => Some(&self.hour),
            Field::DayOfMonth => Some(&self.day_of_month),
            Field::Month => Some(&self.month),
            Field::DayOfWeek => Some(&self.day_of_week),
            Field::Year => None,
        }
    }

    pub(crate) fn get_mut(&mut self, field: Field) -> Option<&mut FieldSet> {
        match field {
            Field::Second => self.second.as_mut(),
            Field::Minute => Some(&mut self.minute),
            Field::Hour => Some(&mut self.hour),
            Field::DayOfMonth => Some(&mut self.day_of_month),
            Field::Month => Some(&mut self.month),
            Field::DayOfWeek => Some(&mut self.day_of_week),
            Field::Year => None,
        }
    }
}

/// How the two day fields go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DayRule {
    /// A day matches when **either** field does: both are restricted.
    Either,
    /// A day matches when **both** fields do; with a full field that is what the other one says.
    Both,
    /// dcron, both restricted: the day of month says **which** of the month's such weekdays, 1 to 5; a larger number
    /// is the last.
    NthWeekday,
}
