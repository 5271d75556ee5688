//! supercronic: the cron for containers, by its expression library.

use super::Dialect;
use crate::daylight::{Daylight, Library};
use crate::error::{ParseError, ParseErrorKind, Warning, WarningKind};
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::names::{MONTHS, WEEKDAYS};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;

/// The cron for containers.
pub static SUPERCRONIC: Dialect = Dialect {
    name: "supercronic",
    title: "supercronic",
    source: "measured: the expression library of v0.2.48, not the daemon",
    aliases: &["cronexpr"],
    fields: (5, 7),
    macros: &["@yearly", "@annually", "@monthly", "@weekly", "@daily", "@hourly"],
    daylight: Daylight::Stepwise(Library::Cronexpr),
    notes: &[
        "five fields; a sixth is the year; with seven the first is the second",
        "both day fields restricted: either one; a star or `?` in the list of one makes it unrestricted",
        "`L`, `LW`, `15W`, `5L` and `5#3` are known",
        "a single value with a step goes to the end: `5/15` is 5, 20, 35, 50",
        "a day of week with a leading zero is Sunday; `5-7` is an error, as 7 is taken as 0",
        "a step larger than the field's last value is an error",
    ],
    parse,
};

/// The words stand for these fields, wherever they are found in the text.
const WORDS: [(&str, &str); 6] = [
    ("@yearly", "0 0 0 1 1 * *"),
    ("@annually", "0 0 0 1 1 * *"),
    ("@monthly", "0 0 0 1 * * *"),
    ("@weekly", "0 0 0 * * 0 *"),
    ("@daily", "0 0 0 * * * *"),
    ("@hourly", "0 0 * * * * *"),
];

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let trimmed = text.trim_matches(is_space);
    if trimmed.is_empty() {
        return Err(suggest::empty(text));
    }
    if let Some((_, fields)) = WORDS.iter().find(|(word, _)| *word == trimmed) {
        let start = text.len() - text.trim_start_matches(is_space).len();
        return read(fields, dialect, &|_| start..start + trimmed.len());
    }
    if let Some((word, _)) = WORDS.iter().find(|(word, _)| text.contains(word)) {
        let at = text.find(word).unwrap_or(0);
        return Err(suggest::after_macro(text, at..at + word.len(), dialect));
    }
    if trimmed.starts_with('@') {
        let start = text.len() - text.trim_start_matches(is_space).len();
        return Err(suggest::unknown_macro(
            trimmed,
            start..start + trimmed.len(),
            dialect,
        ));
    }
    read(text, dialect, &|span| span)
}

/// Go's `\s`.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r')
}

type Span = std::ops::Range<usize>;

fn read(text: &str, dialect: &'static Dialect, place: &dyn Fn(Span) -> Span) -> Result<Parsed, ParseError> {
    let words: Vec<&str> = text.split(is_space).filter(|word| !word.is_empty()).collect();
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    if words.len() < 5 {
        return Err(suggest::too_few_fields(text, Field::FIVE[words.len()], dialect));
    }
    if words.len() > 7 {
        return Err(suggest::too_many_fields(text, start(words[7]), 7, dialect));
    }
    let skip = usize::from(words.len() < 7);
    let mut reader = Reader {
        text,
        dialect,
        warnings: Vec::new(),
    };
    let mut sets = Vec::new();
    for (word, field) in words.iter().zip(&Field::SEVEN[skip..]) {
        let span = start(word)..start(word) + word.len();
        sets.push((reader.field(span.clone(), *field)?, place(span)));
    }
    let mut take = |field: Field| {
        let at = sets.iter().position(|(set, _)| set.field == field)?;
        let (set, span) = sets.swap_remove(at);
        Some(Read { span, ..set })
    };
    let set = |read: Option<Read>, field: Field| match read {
        Some(read) => FieldSet {
            field,
            bits: read.bits,
            span: read.span,
            starred: read.open,
            special: read.special,
        },
        None => FieldSet::new(field, 1, 0..0, false),
    };
    let years = take(Field::Year).filter(|read| !read.open).map(|read| read.years);
    let fields = Fields {
        second: take(Field::Second).map(|read| set(Some(read), Field::Second)),
        minute: set(take(Field::Minute), Field::Minute),
        hour: set(take(Field::Hour), Field::Hour),
        day_of_month: set(take(Field::DayOfMonth), Field::DayOfMonth),
        month: set(take(Field::Month), Field::Month),
        day_of_week: set(take(Field::DayOfWeek), Field::DayOfWeek),
        years,
    };
    let both = !fields.day_of_month.starred && !fields.day_of_week.starred;
    let day_rule = if both { DayRule::Either } else { DayRule::Both };
    Ok(Parsed {
        engine: Engine::Plan(Plan::new(&fields, day_rule)),
        fields: Some(Box::new(fields)),
        day_rule,
        wild: true,
        warnings: reader.warnings,
        random: Vec::new(),
    })
}

/// A field as it was read.
struct Read {
    field: Field,
    bits: u64,
    years: Vec<i32>,
    special: Vec<SpecialDay>,
    /// A star or `?` among its items, which makes it every value.
    open: bool,
    span: Span,
}

struct Reader<'a> {
    text: &'a str,
    dialect: &'static Dialect,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn field(&mut self, span: Span, field: Field) -> Result<Read, ParseError> {
        let mut read = Read {
            field,
            bits: 0,
            years: Vec::new(),
            special: Vec::new(),
            open: false,
            span: span.clone(),
        };
        let word = &self.text[span.clone()];
        let items: Vec<&str> = word.split(',').filter(|item| !item.is_empty()).collect();
        if items.is_empty() {
            return Err(
                ParseError::new(ParseErrorKind::EmptyItem, Some(field), span).with_help("give a value")
            );
        }
        for item in items {
            let at = item.as_ptr() as usize - self.text.as_ptr() as usize;
            self.item(&mut read, at..at + item.len())?;
        }
        if read.open {
            read.bits = field.full();
        }
        read.years.sort_unstable();
        read.years.dedup();
        Ok(read)
    }

    fn item(&mut self, read: &mut Read, span: Span) -> Result<(), ParseError> {
        let (field, text) = (read.field, self.text[span.clone()].to_ascii_lowercase());
        if text == "*" || text == "?" {
            read.open = true;
            return Ok(());
        }
        if let Some(special) = special(field, &text) {
            read.special.push(special);
            return Ok(());
        }
        let (range, step) = match text.split_once('/') {
            Some((range, step)) if !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()) => {
                (range, Some(step))
            }
            Some(_) => return Err(self.refuse(span, field)),
            None => (text.as_str(), None),
        };
        let last = i64::from(field.last());
        let (first, last) = match range.split_once('-') {
            _ if range == "*" && step.is_some() => (i64::from(field.first()), last),
            Some((first, last)) => match (value(field, first), value(field, last)) {
                (Some(first), Some(last)) => (first, last),
                _ => return Err(self.refuse(span, field)),
            },
            None => match (value(field, range), step) {
                (Some(value), None) => (value, value),
                (Some(value), Some(_)) => (value, last),
                (None, _) => return Err(self.refuse(span, field)),
            },
        };
        // With a step it does not look: such a range is empty.
        if last < first && step.is_none() {
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[span.clone()].to_owned(),
            };
            return Err(ParseError::new(kind, Some(field), span));
        }
        let step = self.step(step, field, &span)?;
        if last < first {
            let kind = WarningKind::ReversedRange {
                range: self.text[span.clone()].to_owned(),
            };
            self.warnings.push(Warning::new(kind, Some(field), span.clone()));
        }
        self.surprise(field, range, &span);
        for value in (first..=last).step_by(step) {
            match field {
                Field::Year => read.years.push(value as i32),
                _ => read.bits |= 1 << value,
            }
        }
        Ok(())
    }

    /// A step is looked up in the list of the numbers that it knows: one or two digits, or a year.
    fn step(&self, step: Option<&str>, field: Field, span: &Span) -> Result<usize, ParseError> {
        let Some(written) = step else { return Ok(1) };
        let known = written.len() <= 2
            || written.len() == 4 && (written.starts_with("19") || written.starts_with("20"));
        let step: usize = written.parse().ok().filter(|_| known).unwrap_or(0);
        let last = field.last() as usize;
        if (1..=last).contains(&step) {
            return Ok(step);
        }
        let kind = ParseErrorKind::StepTooLarge {
            step: written.to_owned(),
            last: last as i64,
        };
        Err(ParseError::new(kind, Some(field), span.clone()))
    }

    fn surprise(&mut self, field: Field, range: &str, span: &Span) {
        let zero = |word: &str| word.len() == 2 && word.starts_with('0');
        if field == Field::DayOfWeek && range.split('-').any(zero) {
            let message = "a day of week with a leading zero is taken as Sunday";
            let warning = Warning::oddity(message, Some(field), span.clone());
            self.warnings.push(warning.with_help("leave the zero out"));
        }
    }

    fn refuse(&self, span: Span, field: Field) -> ParseError {
        let text = &self.text[span.clone()];
        if text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        {
            return suggest::unknown_name(self.text, span, field, self.dialect);
        }
        if text.parse::<i64>().is_ok_and(|value| value >= 0) && field != Field::Year {
            let value = text.parse().unwrap_or(0);
            return suggest::out_of_range(self.text, value, span, field, self.dialect);
        }
        let kind = ParseErrorKind::Unexpected {
            found: text.to_owned(),
        };
        ParseError::new(kind, Some(field), span).with_help(suggest::allowed(field))
    }
}

/// A value of a field; months and weekdays are looked up as words, and what is not found is 0.
fn value(field: Field, text: &str) -> Option<i64> {
    let named = |names: &[&str]| {
        names
            .iter()
            .map(|name| name.to_ascii_lowercase())
            .position(|name| name == text || name[..3] == *text)
    };
    match field {
        Field::Month if named(&MONTHS).is_some() => return named(&MONTHS).map(|at| at as i64 + 1),
        Field::DayOfWeek if named(&WEEKDAYS).is_some() => return named(&WEEKDAYS).map(|at| at as i64),
        _ => {}
    }
    let digits = if field == Field::Year { 4..=4 } else { 1..=2 };
    let number: i64 = text
        .parse()
        .ok()
        .filter(|_| digits.contains(&text.len()) && text.as_bytes()[0] != b'+')?;
    let last = if field == Field::DayOfWeek {
        7
    } else {
        i64::from(field.last())
    };
    if number < i64::from(field.first()) || number > last {
        return None;
    }
    let zero = text.len() == 2 && text.starts_with('0');
    Some(match field {
        Field::DayOfWeek if zero => 0,
        Field::DayOfWeek => number % 7,
        _ => number,
    })
}

fn special(field: Field, text: &str) -> Option<SpecialDay> {
    match field {
        Field::DayOfMonth => match text {
            "l" => Some(SpecialDay::Last { before: 0 }),
            "lw" => Some(SpecialDay::LastWeekday { before: 0 }),
            _ => {
                let day = value(field, text.strip_suffix('w')?)?;
                Some(SpecialDay::NearestWeekday { day: day as u32 })
            }
        },
        Field::DayOfWeek => {
            if let Some((weekday, nth)) = text.split_once('#') {
                let nth = nth
                    .parse()
                    .ok()
                    .filter(|n| nth.len() == 1 && (1..=5).contains(n))?;
                return Some(SpecialDay::Nth {
                    weekday: value(field, weekday)? as u32,
                    nth,
                });
            }
            let weekday = value(field, text.strip_suffix('l')?)?;
            Some(SpecialDay::LastOf {
                weekday: weekday as u32,
            })
        }
        _ => None,
    }
}
