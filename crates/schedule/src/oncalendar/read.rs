//! Reads an expression as systemd does.

mod parts;
mod values;

use std::ops::Range;

use super::component::{self, Chain, SECOND};
use super::trouble::Trouble;
use super::zones;
use super::{FIRST_YEAR, LAST_YEAR, Spans, Spec, ZoneWord};
use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::field::Field;
use crate::zone::Zone;

type Read<T> = Result<T, ParseError>;

/// Full names and short ones; Monday first.
pub(super) const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// The words for whole expressions, and what stands for them.
pub(super) const WORDS: [(&str, &str); 13] = [
    ("minutely", "*-*-* *:*:00"),
    ("hourly", "*-*-* *:00:00"),
    ("daily", "*-*-* 00:00:00"),
    ("weekly", "Mon *-*-* 00:00:00"),
    ("monthly", "*-*-01 00:00:00"),
    ("quarterly", "*-01,04,07,10-01 00:00:00"),
    ("semiannually", "*-01,07-01 00:00:00"),
    ("semi-annually", "*-01,07-01 00:00:00"),
    ("biannually", "*-01,07-01 00:00:00"),
    ("bi-annually", "*-01,07-01 00:00:00"),
    ("yearly", "*-01-01 00:00:00"),
    ("annually", "*-01-01 00:00:00"),
    // A slip of the pen that systemd once made, and still reads.
    ("anually", "*-01-01 00:00:00"),
];

pub(super) fn read(text: &str, dialect: &'static Dialect) -> Read<Spec> {
    let (end, zone) = zone_word(text);
    let trouble = Trouble { text, end, dialect };
    let body = &text[..end];
    if body.is_empty() {
        return Err(trouble.empty());
    }
    let word = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(body));
    let mut spec = match word {
        Some((_, meaning)) => {
            let mut spec = Reader::new(meaning, meaning.len(), dialect).spec()?;
            spec.spans = Spans::whole(0..end);
            spec
        }
        None => Reader::new(text, end, dialect).spec()?,
    };
    if let ZoneWord::Named(..) = zone {
        spec.spans.zone = (end + 1).min(text.len())..text.len();
        spec.zone = zone;
    }
    finish(&mut spec, &trouble)?;
    Ok(spec)
}

/// The zone at the end, and where the rest ends.
fn zone_word(text: &str) -> (usize, ZoneWord) {
    let bytes = text.as_bytes();
    let utc = bytes
        .len()
        .checked_sub(4)
        .filter(|at| bytes[*at..].eq_ignore_ascii_case(b" UTC"));
    if let Some(at) = utc {
        return (at, ZoneWord::Named("UTC".to_owned(), Zone::utc()));
    }
    if let Some(at) = text.rfind(' ')
        && let Some(zone) = zones::find(&text[at + 1..])
    {
        return (at, ZoneWord::Named(text[at + 1..].to_owned(), zone));
    }
    (text.len(), ZoneWord::Host)
}

/// 12 is 2012, 89 is 1989.
fn full_year(year: i64) -> i64 {
    match year {
        0..=69 => year + 2000,
        70..=99 => year + 1900,
        _ => year,
    }
}

/// What an expression may hold is looked at when it has been put in order.
fn finish(spec: &mut Spec, trouble: &Trouble<'_>) -> Read<()> {
    if spec.weekdays == 0x7f {
        spec.weekdays = 0;
    }
    if spec.day.is_empty() {
        spec.end_of_month = false;
    }
    for one in &mut spec.year {
        one.start = full_year(one.start);
        one.stop = one.stop.map(full_year);
    }
    let units = [
        (Field::Year, FIRST_YEAR, LAST_YEAR),
        (Field::Month, 1, 12),
        (Field::DayOfMonth, 1, 31),
        (Field::Hour, 0, 23),
        (Field::Minute, 0, 59),
        (Field::Second, 0, 60 * SECOND - 1),
    ];
    for (field, first, last) in units {
        let from_the_end = spec.end_of_month && field == Field::DayOfMonth;
        let chain = match field {
            Field::Year => &mut spec.year,
            Field::Month => &mut spec.month,
            Field::DayOfMonth => &mut spec.day,
            Field::Hour => &mut spec.hour,
            Field::Minute => &mut spec.minute,
            _ => &mut spec.second,
        };
        component::normalize(chain);
        if let Some((one, last)) = component::invalid(chain, first, last, from_the_end) {
            let span = spec.span_of(field);
            return Err(trouble.invalid(field, one, span, (first, last), from_the_end));
        }
    }
    Ok(())
}

impl Spans {
    fn whole(span: Range<usize>) -> Spans {
        Spans {
            weekdays: span.clone(),
            year: span.clone(),
            month: span.clone(),
            day: span.clone(),
            hour: span.clone(),
            minute: span.clone(),
            second: span,
            zone: 0..0,
        }
    }
}

impl Spec {
    pub(super) fn span_of(&self, field: Field) -> Range<usize> {
        let spans = &self.spans;
        match field {
            Field::Second => &spans.second,
            Field::Minute => &spans.minute,
            Field::Hour => &spans.hour,
            Field::DayOfMonth => &spans.day,
            Field::Month => &spans.month,
            Field::DayOfWeek => &spans.weekdays,
            Field::Year => &spans.year,
        }
        .clone()
    }
}

/// Goes through the text, part by part.
struct Reader<'a> {
    text: &'a str,
    end: usize,
    at: usize,
    trouble: Trouble<'a>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, end: usize, dialect: &'static Dialect) -> Reader<'a> {
        let trouble = Trouble { text, end, dialect };
        Reader {
            text,
            end,
            at: 0,
            trouble,
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..self.end]
    }

    fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn spec(&mut self) -> Read<Spec> {
        let mut spec = Spec {
            weekdays: 0,
            end_of_month: false,
            year: Chain::new(),
            month: Chain::new(),
            day: Chain::new(),
            hour: Chain::new(),
            minute: Chain::new(),
            second: Chain::new(),
            zone: ZoneWord::Host,
            spans: Spans::default(),
        };
        self.weekdays(&mut spec)?;
        if self.peek() == Some(b'@') {
            self.epoch(&mut spec)?;
        } else {
            self.date(&mut spec)?;
            self.time(&mut spec)?;
        }
        Ok(spec)
    }
}
