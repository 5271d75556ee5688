//! The crontab grammar of Matthew Dillon's cron: dcron, and busybox, which took it over.
//!
//! Both fill small arrays of bytes and go round them, so ranges wrap, a number too large wraps or fills everything,
//! and a number below the first writes into the array before. What their arrays hold in the end is what runs, so the
//! arrays are what we keep while reading.

mod items;

use std::ops::Range;

use crate::dialect::Dialect;
use crate::error::{ParseError, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// What one of the two reads differently.
pub(crate) struct Grammar {
    /// Where the array of each field begins; they lie one behind the other, 135 bytes in all.
    pub(crate) layout: [(Field, usize); 5],
    /// A field that cannot be read is complained about, and the line is kept with what was read.
    pub(crate) keeps_bad_lines: bool,
    /// A number above the field wraps as the end of a range; else the whole field is filled.
    pub(crate) end_wraps: bool,
    /// Names are known in any case; else in small letters and with one capital.
    pub(crate) any_case: bool,
    /// After a slash the number is looked for beyond blanks.
    pub(crate) step_skips_blanks: bool,
    /// Both day fields restricted: the day of month says which of the month's such weekdays; else either will do.
    pub(crate) nth_weekday: bool,
    /// The month is read and never asked.
    pub(crate) ignores_month: bool,
}

const CELLS: usize = 135;

/// The slots of a field's array, and what is added to a number to find its slot.
fn slots(field: Field) -> (i32, i64) {
    match field {
        Field::Hour => (24, 0),
        Field::DayOfMonth => (32, 0),
        Field::Month => (12, -1),
        Field::DayOfWeek => (7, 0),
        _ => (60, 0),
    }
}

/// Reads five fields.
pub(crate) fn parse(text: &str, dialect: &'static Dialect, grammar: &Grammar) -> Result<Parsed, ParseError> {
    let mut reader = Reader {
        text,
        at: 0,
        dialect,
        grammar,
        cells: [false; CELLS],
        warnings: Vec::new(),
        complaint: None,
    };
    reader.skip_blanks();
    if reader.at == text.len() {
        return Err(suggest::empty(text));
    }
    let mut spans: [Range<usize>; 5] = Default::default();
    for (field, span) in Field::FIVE.into_iter().zip(&mut spans) {
        if reader.at == text.len() {
            return Err(suggest::too_few_fields(text, field, dialect));
        }
        *span = reader.field(field)?;
        reader.skip_blanks();
    }
    if reader.at < text.len() {
        return Err(suggest::too_many_fields(text, reader.at, 5, dialect));
    }
    Ok(reader.finish(spans))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    dialect: &'static Dialect,
    grammar: &'a Grammar,
    cells: [bool; CELLS],
    warnings: Vec<Warning>,
    /// What is wrong with the field at hand.
    complaint: Option<ParseError>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn at_blank(&self) -> bool {
        matches!(self.peek(), None | Some(b' ' | b'\t'))
    }

    fn skip_blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// A field; what cannot be read of it is an error, or a warning where the line is kept.
    fn field(&mut self, field: Field) -> Result<Range<usize>, ParseError> {
        let start = self.at;
        while !self.at_blank() {
            let item = self.at;
            match self.item(field, item) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    self.complaint = Some(error);
                    break;
                }
            }
        }
        if self.complaint.is_none() && !self.at_blank() {
            self.complaint = Some(suggest::after_value(self.text, self.at, start, field));
        }
        // busybox needs something after a comma or a dash; dcron's loop simply ends there.
        if self.complaint.is_none() && self.grammar.keeps_bad_lines {
            let last = self.text.as_bytes()[self.at - 1];
            if last == b',' {
                self.complaint = Some(suggest::no_value(
                    self.text,
                    self.at,
                    self.at,
                    field,
                    self.dialect,
                ));
            } else if last == b'-' {
                self.complaint = Some(suggest::missing_range_end(self.text, start..self.at, field));
            }
        }
        let Some(error) = self.complaint.take() else {
            return Ok(start..self.at);
        };
        if !self.grammar.keeps_bad_lines {
            return Err(error);
        }
        while !self.at_blank() {
            self.at += 1;
        }
        let kind = WarningKind::Kept {
            item: self.text[start..self.at].to_owned(),
        };
        let help = error
            .help()
            .map_or(error.to_string(), |help| format!("{error}: {help}"));
        self.warnings
            .push(Warning::new(kind, Some(field), start..self.at).with_help(help));
        Ok(start..self.at)
    }

    fn cell(&self, field: Field, slot: usize) -> bool {
        self.grammar
            .layout
            .iter()
            .any(|(of, base)| *of == field && self.cells[base + slot])
    }

    /// The set of a field as its array has it.
    fn set(&self, field: Field, span: &Range<usize>) -> FieldSet {
        let (slots, offset) = slots(field);
        let bits = (0..slots as usize)
            .filter(|slot| self.cell(field, *slot))
            .fold(0u64, |bits, slot| bits | 1 << slot);
        let full = bits == u64::MAX >> (64 - slots);
        let bits = if offset == -1 { bits << 1 } else { bits };
        let bits = if field == Field::DayOfMonth {
            bits & !1
        } else {
            bits
        };
        FieldSet::new(field, bits, span.clone(), full)
    }

    /// A day field counts when one of its slots is empty, slot 0 of the days among them: `1-31` counts.
    fn finish(mut self, spans: [Range<usize>; 5]) -> Parsed {
        let [minute, hour, day, month, weekday] = &spans;
        let mut fields = Fields {
            second: None,
            minute: self.set(Field::Minute, minute),
            hour: self.set(Field::Hour, hour),
            day_of_month: self.set(Field::DayOfMonth, day),
            month: self.set(Field::Month, month),
            day_of_week: self.set(Field::DayOfWeek, weekday),
            years: None,
        };
        if self.grammar.ignores_month && !fields.month.is_full() {
            let message = format!(
                "{} reads the month and never asks it: this runs in every month",
                self.dialect.title
            );
            self.warnings
                .push(Warning::oddity(message, Some(Field::Month), month.clone()));
            fields.month = FieldSet::new(Field::Month, Field::Month.full(), month.clone(), true);
        }
        let both = !fields.day_of_month.starred && !fields.day_of_week.starred;
        let day_rule = match (both, self.grammar.nth_weekday) {
            (false, _) => DayRule::Both,
            (true, true) => DayRule::NthWeekday,
            (true, false) => DayRule::Either,
        };
        if day_rule == DayRule::NthWeekday {
            let message = "with both day fields restricted, the day of month says which of the month's such weekdays: \
                           1 to 5, larger for the last";
            self.warnings
                .push(Warning::oddity(message, None, day.start..weekday.end));
        }
        let plan = Plan::new(&fields, day_rule);
        Parsed {
            engine: Engine::Plan(plan),
            fields: Some(Box::new(fields)),
            day_rule,
            wild: true,
            warnings: self.warnings,
            random: Vec::new(),
        }
    }
}

/// What dcron's `15 * 5` means: the days of these weekdays that are the nth, or for numbers above 5 the last.
pub(crate) fn nth_weekdays(numbers: u64, weekdays: u64) -> Vec<SpecialDay> {
    let week = (0..7).filter(|weekday| weekdays >> weekday & 1 == 1);
    week.flat_map(|weekday| {
        let nth = (1..=5)
            .filter(move |nth| numbers >> nth & 1 == 1)
            .map(move |nth| SpecialDay::Nth { weekday, nth });
        nth.chain((numbers >> 6 != 0).then_some(SpecialDay::LastOf { weekday }))
    })
    .collect()
}
