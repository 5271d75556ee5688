//! What the items of a list add to the set of their field.

use std::ops::Range;

use super::item::Item;
use super::{Reader, Years};
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::{Field, FieldSet, SpecialDay};

/// A number that Quartz takes for `?` in a day field.
const NONE: i64 = 98;
/// A number that it takes for `*`; it stands for one here, too.
pub(super) const ALL: i64 = 99;
/// The first year that `*` stands for.
const FIRST_YEAR: i64 = 1970;

/// What follows the first value of an item: without it, the value is alone.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps {
    /// The last value; none for that of the field.
    pub(super) to: Option<i64>,
    /// Below 1 as if it were not there.
    pub(super) by: i64,
}

/// What the items of a field came to.
#[derive(Default)]
pub(super) struct Set {
    /// Values below 64.
    pub(super) bits: u64,
    pub(super) years: Vec<i64>,
    /// `?`.
    pub(super) none: bool,
    /// `*`.
    pub(super) all: bool,
    pub(super) special: Vec<SpecialDay>,
    /// `6L`.
    pub(super) last: bool,
    /// `6#3`.
    pub(super) nth: u32,
}

impl Reader<'_> {
    /// Adds a value, or the values that steps come to from there.
    pub(super) fn add(&mut self, item: &Item, value: i64, steps: Option<Steps>) -> Result<(), ParseError> {
        let field = item.field;
        let (first, last) = self.limits(field);
        let mark = value == ALL || value == NONE && matches!(field, Field::DayOfMonth | Field::DayOfWeek);
        let end = steps.and_then(|steps| steps.to).filter(|end| *end > last);
        let outside = |value: &i64| !mark && !(first..=last).contains(value);
        if let Some(culprit) = Some(value).filter(outside).or(end.filter(|_| !mark)) {
            match self.years {
                Years::Reached(_) if field == Field::Year => self.beyond_reach(item, culprit),
                _ => return Err(self.out_of_range(item, culprit)),
            }
        }
        match (steps.filter(|steps| steps.by > 0), value) {
            (Some(steps), _) => return self.add_steps(item, value, steps),
            (None, ALL) => self.set(field).all = true,
            (None, NONE) if field != Field::Year => self.set(field).none = true,
            (None, _) => self.insert(field, value),
        }
        Ok(())
    }

    fn beyond_reach(&mut self, item: &Item, year: i64) {
        let (_, last) = self.limits(Field::Year);
        if year > last {
            let message = format!("{year} is never reached: the years end with {last}");
            self.warnings
                .push(Warning::oddity(message, Some(Field::Year), item.span.clone()));
        }
    }

    /// Steps that go on at the field's first value when they come to its last; for years there is no way round.
    fn add_steps(&mut self, item: &Item, value: i64, steps: Steps) -> Result<(), ParseError> {
        let (first, last) = self.limits(item.field);
        let start = if value == ALL { first } else { value };
        let stop = steps.to.unwrap_or(last);
        let round = if stop < start { last - first + 1 } else { 0 };
        if round > 0 && item.field == Field::Year {
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[item.span.clone()].to_owned(),
            };
            return Err(item.error(kind));
        }
        let stop = if item.field == Field::Year {
            stop.min(last)
        } else {
            stop + round
        };
        for found in (start..=stop).step_by(usize::try_from(steps.by).unwrap_or(1)) {
            self.insert(
                item.field,
                if found > last && round > 0 {
                    found - round
                } else {
                    found
                },
            );
        }
        Ok(())
    }

    /// The values of a field, the first and the last.
    pub(super) fn limits(&self, field: Field) -> (i64, i64) {
        match (field, self.years) {
            (Field::DayOfWeek, _) => (1, 7),
            (Field::Year, Years::Reached(last) | Years::Allowed(last)) => (FIRST_YEAR, last),
            _ => (i64::from(field.first()), i64::from(field.last())),
        }
    }

    fn insert(&mut self, field: Field, value: i64) {
        let (_, last) = self.limits(field);
        let set = self.set(field);
        if field == Field::Year {
            set.years.extend(Some(value).filter(|year| *year <= last));
        } else if value < 64 {
            set.bits |= 1 << value;
        }
    }
}

pub(super) fn field_set(set: Set, field: Field, span: Range<usize>) -> FieldSet {
    let mut bits = set.bits;
    let mut special = set.special;
    if set.none || set.all {
        return FieldSet {
            field,
            bits: field.full(),
            span,
            starred: true,
            special: Vec::new(),
        };
    }
    if field == Field::DayOfWeek {
        if (set.last || set.nth > 0) && bits != 0 {
            // Only the smallest of the days counts.
            let first = bits.trailing_zeros();
            bits = 0;
            let weekday = (first + 6) % 7;
            match set.last {
                true => special.push(SpecialDay::LastOf { weekday }),
                // 8 and more are never reached.
                false if first <= 7 => special.push(SpecialDay::Nth {
                    weekday,
                    nth: set.nth,
                }),
                false => {}
            }
        } else {
            // 1 is Sunday.
            bits = bits >> 1 & 0x7f;
        }
    }
    FieldSet {
        field,
        bits,
        span,
        starred: false,
        special,
    }
}
