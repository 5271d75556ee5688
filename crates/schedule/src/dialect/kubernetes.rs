//! Kubernetes' CronJob: `ParseStandard` of robfig's cron for Go.

use super::Dialect;
use crate::daylight::{Daylight, Library};
use crate::error::{ParseError, ParseErrorKind, Warning};
use crate::field::{DayRule, Field, FieldSet, Fields, span_bits};
use crate::plan::Plan;
use crate::schedule::{Engine, Parsed};
use crate::suggest;
use crate::vixie::{self, names};

/// Kubernetes' CronJobs, and other users of robfig's cron for Go.
pub static KUBERNETES: Dialect = Dialect {
    name: "kubernetes",
    title: "Kubernetes",
    source: "measured: robfig cron v3.0.1, ParseStandard, a loop over Next",
    aliases: &["k8s", "robfig"],
    fields: (5, 5),
    macros: &[
        "@yearly",
        "@annually",
        "@monthly",
        "@weekly",
        "@daily",
        "@midnight",
        "@hourly",
        "@every",
    ],
    daylight: Daylight::Stepwise(Library::Robfig),
    notes: &[
        "both day fields restricted: either one; a star or `?` anywhere in the list of one of them: both",
        "a single value with a step goes to the end: `5/15` is 5, 20, 35, 50",
        "`?` is `*`; empty items of a list are skipped",
        "a Sunday is 0 and never 7; a range that runs backwards is an error",
        "`@every 1h30m` counts from when it starts",
        "it looks five years ahead",
    ],
    parse,
};

fn parse(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    if text.is_empty() {
        return Err(suggest::empty(text));
    }
    if text.starts_with("TZ=") || text.starts_with("CRON_TZ=") {
        let what = "Kubernetes refuses a zone in the schedule".to_owned();
        let end = text.find(' ').unwrap_or(text.len());
        return Err(
            ParseError::new(ParseErrorKind::Unsupported { what }, None, 0..end)
                .with_help("use the field `timeZone` of the CronJob"),
        );
    }
    if text.starts_with('@') {
        return descriptor(text, dialect);
    }
    five_fields(text, dialect)
}

/// Reads five fields as robfig's parser does.
pub(super) fn five_fields(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    match words.len() {
        0 => return Err(suggest::empty(text)),
        1..5 => return Err(suggest::too_few_fields(text, Field::FIVE[words.len()], dialect)),
        5 => {}
        _ => return Err(suggest::too_many_fields(text, start(words[5]), 5, dialect)),
    }
    let mut warnings = Vec::new();
    let mut field = |at: usize| {
        read_field(
            text,
            start(words[at]),
            words[at],
            Field::FIVE[at],
            dialect,
            &mut warnings,
        )
    };
    let fields = Fields {
        second: None,
        minute: field(0)?,
        hour: field(1)?,
        day_of_month: field(2)?,
        month: field(3)?,
        day_of_week: field(4)?,
        years: None,
    };
    let starred = fields.day_of_month.starred || fields.day_of_week.starred;
    let day_rule = if starred { DayRule::Both } else { DayRule::Either };
    Ok(Parsed {
        engine: Engine::Plan(Plan::new(&fields, day_rule)),
        fields: Some(Box::new(fields)),
        day_rule,
        wild: true,
        warnings,
        random: Vec::new(),
    })
}

fn descriptor(text: &str, dialect: &'static Dialect) -> Result<Parsed, ParseError> {
    if let Some(duration) = text.strip_prefix("@every ") {
        let span = text.len() - duration.len()..text.len();
        let seconds = seconds(duration).ok_or_else(|| {
            let kind = ParseErrorKind::Unexpected {
                found: duration.to_owned(),
            };
            ParseError::new(kind, None, span).with_help("a duration such as `90s`, `5m` or `1h30m`")
        })?;
        return Ok(Parsed {
            engine: Engine::Every(seconds.max(1)),
            fields: None,
            day_rule: DayRule::Both,
            wild: true,
            warnings: Vec::new(),
            random: Vec::new(),
        });
    }
    if !dialect.macros.contains(&text) || text == "@every" {
        return Err(suggest::unknown_macro(text, 0..text.len(), dialect));
    }
    vixie::special(text, 0, dialect)
}

/// Go's `time.ParseDuration`, in whole seconds.
fn seconds(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    if rest.is_empty() {
        return None;
    }
    if rest == "0" {
        return Some(0);
    }
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .filter(|digits| *digits > 0)?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let units = [
            ("ns", 1e-9),
            ("us", 1e-6),
            ("µs", 1e-6),
            ("ms", 1e-3),
            ("s", 1.0),
            ("m", 60.0),
            ("h", 3600.0),
        ];
        let (unit, size) = units.into_iter().find(|(unit, _)| {
            let end = rest
                .find(|c: char| c.is_ascii_digit() || c == '.')
                .unwrap_or(rest.len());
            &rest[..end] == *unit
        })?;
        total += number * size;
        rest = &rest[unit.len()..];
    }
    // 290 years, as far as Go's durations go.
    (total < 9.2e9).then_some(total as i64)
}

fn read_field(
    text: &str,
    start: usize,
    word: &str,
    field: Field,
    dialect: &'static Dialect,
    warnings: &mut Vec<Warning>,
) -> Result<FieldSet, ParseError> {
    let span = start..start + word.len();
    let mut set = FieldSet::new(field, 0, span.clone(), false);
    for item in word.split(',').filter(|item| !item.is_empty()) {
        let at = start + (item.as_ptr() as usize - word.as_ptr() as usize);
        let (bits, star) = Item {
            text,
            at,
            item,
            field,
            dialect,
        }
        .read()?;
        set.bits |= bits;
        set.starred |= star;
    }
    if set.bits == 0 {
        warnings.push(Warning::oddity(
            format!("the {field} has no value, so this never runs"),
            Some(field),
            span,
        ));
    }
    Ok(set)
}

struct Item<'a> {
    text: &'a str,
    at: usize,
    item: &'a str,
    field: Field,
    dialect: &'static Dialect,
}

impl Item<'_> {
    fn error(&self, kind: ParseErrorKind) -> ParseError {
        ParseError::new(kind, Some(self.field), self.at..self.at + self.item.len())
    }

    fn other(&self, message: &str) -> ParseError {
        self.error(ParseErrorKind::Other {
            message: format!("{message} in `{}`", self.item),
        })
    }

    /// The values, and whether there is a star among them.
    fn read(&self) -> Result<(u64, bool), ParseError> {
        let (first, last) = (i64::from(self.field.first()), i64::from(self.field.last()));
        let (range, step) = match self.item.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (self.item, None),
        };
        let (low, high) = match range.split_once('-') {
            Some((low, high)) => (low, Some(high)),
            None => (range, None),
        };
        let star = low == "*" || low == "?";
        let (begin, mut end) = if star {
            (first, last)
        } else {
            let begin = self.number(low, self.at)?;
            match high {
                None => (begin, begin),
                Some(high) if high.contains('-') => return Err(self.other("too many hyphens")),
                Some(high) => (begin, self.number(high, self.at + low.len() + 1)?),
            }
        };
        let step = match step {
            None => 1,
            Some(step) if step.contains('/') => return Err(self.other("too many slashes")),
            Some(step) => {
                if high.is_none() {
                    end = last;
                }
                self.step(step)?
            }
        };
        self.check(begin, end)?;
        let bits = (begin..=end)
            .step_by(step)
            .fold(0, |bits, value| bits | 1u64 << value);
        debug_assert!(bits & !span_bits(first as u32, last as u32) == 0);
        Ok((bits, star && step == 1))
    }

    fn check(&self, begin: i64, end: i64) -> Result<(), ParseError> {
        let (first, last) = (i64::from(self.field.first()), i64::from(self.field.last()));
        if begin < first || end > last {
            let value = if begin < first { begin } else { end };
            let error = self.error(ParseErrorKind::OutOfRange {
                value: value.to_string(),
                first,
                last,
            });
            return Err(match (self.field, value) {
                (Field::DayOfWeek, 7) => error.with_help("Sunday is 0 here, and never 7"),
                (Field::Hour, 24) => error.with_help("midnight is hour 0"),
                _ => error,
            });
        }
        if begin > end {
            let range = self.at..self.at + self.item.find('/').unwrap_or(self.item.len());
            let kind = ParseErrorKind::ReversedRange {
                range: self.text[range.clone()].to_owned(),
            };
            let help = suggest::unrolled(self.text, range.clone(), self.field, (begin, end, 1));
            return Err(ParseError {
                help,
                ..ParseError::new(kind, Some(self.field), range)
            });
        }
        Ok(())
    }

    fn step(&self, step: &str) -> Result<usize, ParseError> {
        match integer(step) {
            Some(0) => Err(self
                .error(ParseErrorKind::ZeroStep)
                .with_help("the smallest step is 1")),
            Some(step) if step > 0 => Ok(usize::try_from(step).unwrap_or(usize::MAX)),
            _ => Err(self
                .error(ParseErrorKind::MissingStep)
                .with_help("give a number after the slash, as in `*/5`")),
        }
    }

    fn number(&self, word: &str, at: usize) -> Result<i64, ParseError> {
        let (known, first) = names(self.field);
        if let Some(value) = known.iter().position(|name| name.eq_ignore_ascii_case(word)) {
            return Ok(value as i64 + first);
        }
        if let Some(value) = integer(word).filter(|value| *value >= 0) {
            return Ok(value);
        }
        if word.is_empty() || !word.starts_with(|c: char| c.is_ascii_alphanumeric()) {
            return Err(suggest::no_value(
                self.text,
                at,
                self.at,
                self.field,
                self.dialect,
            ));
        }
        Err(suggest::unknown_name(
            self.text,
            at..at + word.len(),
            self.field,
            self.dialect,
        ))
    }
}

/// Go's `strconv.Atoi`: a sign and digits, and nothing else.
fn integer(text: &str) -> Option<i64> {
    text.parse().ok()
}
