//! The crontab grammar of Matthew Dillon's cron: dcron, and busybox, which took it over.
//!
//! Both fill small arrays of bytes and go round them, so ranges wrap, a number too large wraps or fills everything,
//! and a number below the first writes into the array before. What their arrays hold in the end is what runs, so the
//! arrays are what we keep while reading.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;
use crate::vixie::names;

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
/// Both give up a field after so many steps round its array.
const FAILSAFE: u32 = 1024;

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

    /// An item and the comma after it; false when there is no comma.
    fn item(&mut self, field: Field, item: usize) -> Result<bool, ParseError> {
        let (slots, _) = slots(field);
        let (mut first, mut last) = (-1, -1);
        loop {
            // Both daemons know "not there yet" by a value below 0, whatever the text was.
            if self.peek() == Some(b'*') {
                (first, last) = (0, slots - 1);
                self.at += 1;
            } else {
                let value = self.value(field, item)?;
                if first < 0 { first = value } else { last = value }
            }
            if self.peek() != Some(b'-') || last >= 0 {
                break;
            }
            self.at += 1;
            if self.at_blank() {
                // dcron drops such a range, busybox complains about it.
                return Ok(true);
            }
        }
        if last < 0 {
            last = first;
        }
        if self.grammar.end_wraps {
            last %= slots;
        }
        let step = if self.peek() == Some(b'/') {
            self.step(field, item)
        } else {
            1
        };
        if !self.fill(field, first, last, step) {
            let (low, high) = (i64::from(field.first()), i64::from(field.last()));
            let value = self.text[item..self.at].to_owned();
            let kind = ParseErrorKind::OutOfRange {
                value,
                first: low,
                last: high,
            };
            return Err(ParseError::new(kind, Some(field), item..self.at));
        }
        self.surprises(field, (first, last, step), item);
        if self.peek() != Some(b',') {
            return Ok(false);
        }
        self.at += 1;
        Ok(true)
    }

    /// A number or a name, as a slot.
    fn value(&mut self, field: Field, item: usize) -> Result<i32, ParseError> {
        let (_, offset) = slots(field);
        if self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Ok((self.digits() + offset) as i32);
        }
        let rest = self.text.get(self.at..self.at + 3).unwrap_or("");
        let known = names(field).0.iter().position(|name| {
            let (head, tail) = rest.split_at_checked(1).unwrap_or_default();
            name.eq_ignore_ascii_case(rest)
                && (self.grammar.any_case
                    || !tail.bytes().any(|byte| byte.is_ascii_uppercase())
                    || head.is_empty())
        });
        if let Some(slot) = known {
            self.at += 3;
            return Ok(slot as i32);
        }
        let end = self.text[self.at..]
            .find(|c: char| !c.is_ascii_alphanumeric())
            .map_or(self.text.len(), |len| self.at + len);
        if end == self.at {
            return Err(suggest::no_value(self.text, self.at, item, field, self.dialect));
        }
        Err(suggest::unknown_name(
            self.text,
            self.at..end,
            field,
            self.dialect,
        ))
    }

    /// The C library's `strtol`, from a digit on.
    fn digits(&mut self) -> i64 {
        let mut value = 0i64;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            value = value.saturating_mul(10).saturating_add(i64::from(digit - b'0'));
            self.at += 1;
        }
        value
    }

    /// The number after a slash; 0 when there is none, which leaves the first value of the range.
    fn step(&mut self, field: Field, item: usize) -> i32 {
        self.at += 1;
        let start = self.at;
        if self.grammar.step_skips_blanks {
            self.skip_blanks();
        }
        let negative = self.peek() == Some(b'-');
        if negative || self.peek() == Some(b'+') {
            self.at += 1;
        }
        let digits = self.at;
        let value = self.digits();
        if self.at == digits {
            self.at = start;
        }
        let step = if negative { -value } else { value } as i32;
        if step < 1 {
            let message = format!("a step of less than 1 leaves the first {field} of the range");
            self.warnings
                .push(Warning::oddity(message, Some(field), item..self.at));
        }
        step
    }

    /// Goes round the field's array from one slot to another; false when it never gets there.
    fn fill(&mut self, field: Field, first: i32, last: i32, step: i32) -> bool {
        let (slots, _) = slots(field);
        let base = self
            .grammar
            .layout
            .iter()
            .find(|(of, _)| *of == field)
            .map_or(0, |(_, base)| *base);
        let mut slot = first.wrapping_sub(1);
        let mut wait = 1i32;
        let mut failsafe = FAILSAFE;
        loop {
            slot = slot.wrapping_add(1) % slots;
            wait = wait.wrapping_sub(1);
            if wait == 0 {
                // A slot below 0 lies in the array before; before the first array nothing is ours.
                if let Some(cell) = base
                    .checked_add_signed(slot as isize)
                    .and_then(|at| self.cells.get_mut(at))
                {
                    *cell = true;
                }
                wait = step;
            }
            failsafe -= 1;
            // busybox looks at the failsafe first, dcron at the end of the range.
            if failsafe == 0 && (self.grammar.keeps_bad_lines || slot != last) {
                return false;
            }
            if slot == last {
                return true;
            }
        }
    }

    fn surprises(&mut self, field: Field, (first, last, step): (i32, i32, i32), item: usize) {
        let (slots, offset) = slots(field);
        let span = item..self.at;
        let text = &self.text[span.clone()];
        let message = if field == Field::DayOfMonth && text.starts_with('*') && step > 1 {
            Some(format!(
                "days are counted from 0, so `{text}` runs on days that {step} divides"
            ))
        } else if first < 0 || first >= slots || last < 0 || last >= slots {
            let value = i64::from(first.rem_euclid(slots)) - offset;
            Some(format!(
                "`{text}` is out of range and taken as {value}, without a word in the log"
            ))
        } else {
            None
        };
        let capital = |at: usize| self.text.as_bytes()[at].is_ascii_uppercase();
        if let Some(message) = message.filter(|_| !capital(item)) {
            self.warnings.push(Warning::oddity(message, Some(field), span));
        }
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
