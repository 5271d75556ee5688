//! systemd's calendar expressions, `Mon..Fri *-*-* 09:00:00`: what they say and when they elapse.
//!
//! An expression is a set of weekdays and six lists of values: year, month, day, hour, minute, and the second in
//! microseconds. It is read (`read`), put into systemd's normal form (`text`), held against what surprises (`odd`),
//! and searched: by systemd's own steps near changes of the clock and where a step overshoots its unit (`search`, on
//! the C library's `clock`), by bit sets everywhere else (`calendar`).

mod calendar;
mod clock;
mod component;
mod odd;
mod read;
mod search;
mod text;
mod trouble;
mod zones;

use std::ops::Range;

pub(crate) use calendar::{Back, Calendar, Chained, count};
use component::Chain;
pub(crate) use odd::losses;

use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::schedule::{Engine, Parsed};
use crate::zone::Zone;

/// The years that systemd knows.
pub(crate) const FIRST_YEAR: i64 = 1970;
pub(crate) const LAST_YEAR: i64 = 2199;

/// An expression, as systemd keeps it.
#[derive(Debug, Clone)]
pub(crate) struct Spec {
    /// Bit 0 is Monday; 0 is any day.
    weekdays: u8,
    /// Days count from the end of the month.
    end_of_month: bool,
    year: Chain,
    month: Chain,
    day: Chain,
    hour: Chain,
    minute: Chain,
    /// In microseconds.
    second: Chain,
    zone: ZoneWord,
    /// Where the parts stand in the text.
    spans: Spans,
}

/// The zone in which it is read.
#[derive(Debug, Clone)]
enum ZoneWord {
    /// The host's.
    Host,
    /// Another, by the name given.
    Named(String, Zone),
}

#[derive(Debug, Clone, Default)]
struct Spans {
    weekdays: Range<usize>,
    year: Range<usize>,
    month: Range<usize>,
    day: Range<usize>,
    hour: Range<usize>,
    minute: Range<usize>,
    second: Range<usize>,
    zone: Range<usize>,
}

impl Spec {
    fn chain(&self, field: Field) -> &Chain {
        match field {
            Field::Second => &self.second,
            Field::Minute => &self.minute,
            Field::Hour => &self.hour,
            Field::DayOfMonth | Field::DayOfWeek => &self.day,
            Field::Month => &self.month,
            Field::Year => &self.year,
        }
    }

    /// Whether no fraction of a second is named.
    fn is_whole(&self) -> bool {
        let whole = |number: i64| number % component::SECOND == 0;
        self.second
            .iter()
            .all(|one| whole(one.start) && whole(one.repeat))
    }

    /// The sets of the parts, fractions of seconds dropped.
    fn fields(&self) -> Fields {
        let set = |field: Field, first: i64, last: i64, span: &Range<usize>| {
            let chain = self.chain(field);
            let values = chain.iter().flat_map(|one| one.values(last));
            let bits = match chain.is_empty() {
                true => (first..=last).fold(0, |bits, value| bits | 1 << value),
                false => values.fold(0u64, |bits, value| bits | 1 << value),
            };
            FieldSet::new(field, bits, span.clone(), chain.is_empty())
        };
        let spans = &self.spans;
        let mut day = set(Field::DayOfMonth, 1, 31, &spans.day);
        if self.end_of_month {
            day.bits = 0;
            day.special = self.days_from_the_end();
        }
        let mut second = FieldSet::new(Field::Second, 0, spans.second.clone(), false);
        for value in 0..60 {
            let (start, end) = (value * component::SECOND, (value + 1) * component::SECOND);
            let hit = |one: &component::Component| one.at_or_after(start).is_some_and(|at| at < end);
            second.bits |= u64::from(self.second.iter().any(hit)) << value;
        }
        second.starred = second.is_full();
        Fields {
            second: Some(second),
            minute: set(Field::Minute, 0, 59, &spans.minute),
            hour: set(Field::Hour, 0, 23, &spans.hour),
            day_of_month: day,
            month: set(Field::Month, 1, 12, &spans.month),
            day_of_week: self.weekday_set(),
            years: self.years(),
        }
    }

    fn weekday_set(&self) -> FieldSet {
        let days = u64::from(self.weekdays);
        // Monday is bit 0 there and bit 1 here.
        let bits = match days {
            0 => Field::DayOfWeek.full(),
            _ => (days << 1 | days >> 6) & 0x7f,
        };
        FieldSet::new(Field::DayOfWeek, bits, self.spans.weekdays.clone(), days == 0)
    }

    fn years(&self) -> Option<Vec<i32>> {
        let values = self.year.iter().flat_map(|one| one.values(LAST_YEAR));
        let mut years: Vec<i32> = values.map(|year| year as i32).collect();
        years.sort_unstable();
        years.dedup();
        (!self.year.is_empty()).then_some(years)
    }

    fn days_from_the_end(&self) -> Vec<SpecialDay> {
        let mut before: Vec<u32> = Vec::new();
        for one in &self.day {
            // `~3/1` runs from the third last day on, towards the end.
            let days: Vec<i64> = match (one.stop, one.repeat) {
                (None, 0) => vec![one.start],
                (None, step) => (1..=one.start).rev().step_by(step as usize).collect(),
                (Some(stop), step) => (one.start..=stop).rev().step_by(step.max(1) as usize).collect(),
            };
            before.extend(days.into_iter().map(|day| day as u32 - 1));
        }
        before.sort_unstable();
        before.dedup();
        before
            .into_iter()
            .map(|before| SpecialDay::Last { before })
            .collect()
    }
}

/// Reads an expression.
pub(crate) fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let spec = read::read(text, dialect)?;
    let fields = spec.fields();
    let calendar = Calendar::new(spec, &fields);
    let warnings = odd::warnings(text, &calendar);
    Ok(Parsed {
        engine: Engine::Calendar(Box::new(calendar)),
        fields: None,
        day_rule: DayRule::Both,
        wild: true,
        warnings,
        random: Vec::new(),
    })
}
