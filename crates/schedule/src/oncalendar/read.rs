//! Reads an expression as systemd does.

use std::ops::Range;

use super::component::{self, Chain, Component, SECOND};
use super::trouble::Trouble;
use super::zones;
use super::{FIRST_YEAR, LAST_YEAR, Spans, Spec, ZoneWord};
use crate::calendar::civil_from_days;
use crate::dialect::Dialect;
use crate::error::ParseError;
use crate::field::Field;
use crate::plan::DAY;
use crate::zone::Zone;

/// No list may be longer.
const LONGEST: usize = 241;

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

    /// A name of a day at this place: which, and how long.
    fn weekday(&self) -> Option<(usize, usize)> {
        let rest = self.rest().as_bytes();
        let starts = |name: &str| {
            let start = rest.get(..name.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        };
        WEEKDAYS.iter().enumerate().find_map(|(day, name)| {
            let short = &name[..3];
            [*name, short]
                .into_iter()
                .find(|name| starts(name))
                .map(|name| (day, name.len()))
        })
    }

    /// `Mon,Wed..Fri`; with a `-` for the `..`, as long ago.
    fn weekdays(&mut self, spec: &mut Spec) -> Read<()> {
        let start = self.at;
        let mut from: Option<(usize, usize)> = None;
        while let Some((day, length)) = self.weekday() {
            let item = self.at;
            self.at += length;
            if !matches!(self.peek(), None | Some(b'-' | b'.' | b',' | b' ')) {
                return Err(self.trouble.weekday(item));
            }
            let first = from.map_or(day, |(first, _)| first);
            if first > day {
                let (_, place) = from.unwrap_or((0, item));
                return Err(self.trouble.weekdays_wrap(first, day, place..self.at));
            }
            for day in first..=day {
                spec.weekdays |= 1 << day;
            }
            spec.spans.weekdays = start..self.at;
            let dash = self.rest().starts_with('-');
            match self.peek() {
                None => return Ok(()),
                Some(b' ') => {
                    self.skip_blanks();
                    return Ok(());
                }
                Some(b',') => {
                    from = None;
                    self.at += 1;
                }
                _ if from.is_none() && (dash || self.rest().starts_with("..")) => {
                    from = Some((day, item));
                    self.at += if dash { 1 } else { 2 };
                }
                _ => return Err(self.trouble.after_weekday(item, self.at)),
            }
            // A comma may end the list, a range may not.
            if matches!(self.peek(), None | Some(b' ')) {
                if let Some((_, item)) = from {
                    return Err(self.trouble.open_weekdays(item..self.at));
                }
                self.skip_blanks();
                return Ok(());
            }
        }
        match self.at == start {
            true => Ok(()),
            false => Err(self.trouble.weekday(self.at)),
        }
    }

    /// `@1798761600`
    fn epoch(&mut self, spec: &mut Spec) -> Read<()> {
        let start = self.at;
        let digits = self.rest()[1..].trim_start_matches([' ', '\t', '\n', '\x0b', '\x0c', '\r']);
        let digits = digits.strip_prefix('+').unwrap_or(digits);
        let zero = digits
            .strip_prefix('-')
            .filter(|digits| digits.bytes().all(|digit| digit == b'0'));
        let digits = zero.unwrap_or(digits);
        let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let second: Option<i64> = digits.parse().ok().filter(|_| plain);
        let year = second.map(|second| civil_from_days(second.min(1 << 40) / DAY));
        let (Some(second), Some((year, month, day))) = (second, year) else {
            return Err(self.trouble.epoch(start));
        };
        if year > LAST_YEAR {
            return Err(self.trouble.epoch(start));
        }
        let lone = |value: i64| vec![Component::lone(value)];
        (spec.year, spec.month, spec.day) = (lone(year), lone(i64::from(month)), lone(i64::from(day)));
        let time = second % DAY;
        (spec.hour, spec.minute) = (lone(time / 3600), lone(time / 60 % 60));
        spec.second = lone(time % 60 * SECOND);
        spec.zone = ZoneWord::Named("UTC".to_owned(), Zone::utc());
        let weekdays = spec.spans.weekdays.clone();
        self.at = self.end;
        spec.spans = Spans::whole(start..self.end);
        spec.spans.weekdays = weekdays;
        Ok(())
    }

    /// `2027-*-01`, `12-25`, `*-02~01`; or nothing, when a time stands here.
    fn date(&mut self, spec: &mut Spec) -> Read<()> {
        let word = self.rest().split(' ').next().unwrap_or("");
        let separator = word.find(['-', '~', ':']).map(|at| word.as_bytes()[at]);
        if self.rest().is_empty() || separator == Some(b':') {
            return Ok(());
        }
        if separator.is_none() {
            return Err(self.trouble.lone_word(self.at));
        }
        let parts = word.bytes().filter(|byte| matches!(byte, b'-' | b'~')).count();
        let (first, second) = match parts {
            1 => (Field::Month, Field::DayOfMonth),
            _ => (Field::Year, Field::Month),
        };
        let (one, one_span) = self.chain(first)?;
        let from_the_end = self.separator(first)?;
        let (two, two_span) = self.chain(second)?;
        if parts == 1 {
            (spec.month, spec.day, spec.end_of_month) = (one, two, from_the_end);
            (spec.spans.month, spec.spans.day) = (one_span, two_span);
            return self.end_of_date(Field::DayOfMonth);
        }
        if from_the_end {
            return Err(self.trouble.tilde_too_early(two_span.start - 1));
        }
        spec.end_of_month = self.separator(second)?;
        let (three, three_span) = self.chain(Field::DayOfMonth)?;
        (spec.year, spec.month, spec.day) = (one, two, three);
        (spec.spans.year, spec.spans.month, spec.spans.day) = (one_span, two_span, three_span);
        self.end_of_date(Field::DayOfMonth)
    }

    fn end_of_date(&mut self, field: Field) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(b' ') => {
                self.skip_blanks();
                Ok(())
            }
            Some(_) => Err(self.trouble.after(self.at, field)),
        }
    }

    /// `-`, or `~` before days that count from the end.
    fn separator(&mut self, before: Field) -> Read<bool> {
        let found = self.peek();
        match found {
            Some(b'-' | b'~') => {
                self.at += 1;
                Ok(found == Some(b'~'))
            }
            _ => Err(self.trouble.after(self.at, before)),
        }
    }

    /// `09:00`, `*:0/15:30`; or nothing, which is midnight.
    fn time(&mut self, spec: &mut Spec) -> Read<()> {
        let zero = || vec![Component::lone(0)];
        (spec.hour, spec.minute, spec.second) = (zero(), zero(), zero());
        if self.peek().is_none() {
            return Ok(());
        }
        (spec.hour, spec.spans.hour) = self.chain(Field::Hour)?;
        self.colon(Field::Hour)?;
        (spec.minute, spec.spans.minute) = self.chain(Field::Minute)?;
        if self.peek().is_none() {
            return Ok(());
        }
        self.colon(Field::Minute)?;
        (spec.second, spec.spans.second) = self.chain(Field::Second)?;
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.trouble.after(self.at, Field::Second)),
        }
    }

    fn colon(&mut self, before: Field) -> Read<()> {
        if self.peek() != Some(b':') {
            return Err(self.trouble.no_colon(self.at, before));
        }
        self.at += 1;
        Ok(())
    }

    /// A list of values, or a star, which is an empty one.
    fn chain(&mut self, field: Field) -> Read<(Chain, Range<usize>)> {
        let start = self.at;
        let mut chain = Chain::new();
        if self.peek() == Some(b'*') {
            self.at += 1;
            if field == Field::Second {
                chain.push(Component {
                    start: 0,
                    stop: None,
                    repeat: SECOND,
                });
            }
            return Ok((chain, start..self.at));
        }
        loop {
            if chain.len() == LONGEST {
                return Err(self.trouble.too_long(start..self.at, field));
            }
            chain.push(self.item(field)?);
            if self.peek() != Some(b',') {
                return Ok((chain, start..self.at));
            }
            self.at += 1;
        }
    }

    fn item(&mut self, field: Field) -> Read<Component> {
        let item = self.at;
        let start = self.number(field, item)?;
        let mut one = Component::lone(start);
        if self.rest().starts_with("..") {
            self.at += 2;
            one.stop = Some(self.number(field, item)?);
            one.repeat = if field == Field::Second { SECOND } else { 1 };
        }
        if self.peek() == Some(b'/') {
            self.at += 1;
            one.repeat = self.number(field, item)?;
            if one.repeat == 0 {
                return Err(self.trouble.zero_step(item..self.at, field));
            }
        } else if field == Field::Second && one.stop.is_some_and(|stop| start + one.repeat > stop) {
            return Err(self.trouble.short_range(item..self.at));
        }
        match self.peek() {
            None | Some(b' ' | b',' | b'-' | b'~' | b':') => Ok(one),
            Some(_) => Err(self.trouble.after_item(item, self.at, field)),
        }
    }

    /// Digits; of seconds also a fraction, in microseconds.
    fn number(&mut self, field: Field, item: usize) -> Read<i64> {
        let digits = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return Err(self.trouble.no_number(item, self.at, field));
        }
        let start = self.at;
        self.at += digits;
        let mut value: Option<i64> = self.text[start..self.at].parse().ok();
        if field == Field::Second {
            value = value.and_then(|value| value.checked_mul(SECOND));
            if self.peek() == Some(b'.') && !self.rest().starts_with("..") {
                self.at += 1;
                let fraction = self.fraction(field, item)?;
                value = value.and_then(|value| value.checked_add(fraction));
            }
        }
        match value.filter(|value| *value <= i64::from(i32::MAX)) {
            Some(value) => Ok(value),
            None => Err(self.trouble.too_large(start..self.at, field)),
        }
    }

    /// Microseconds, the seventh digit rounded.
    fn fraction(&mut self, field: Field, item: usize) -> Read<i64> {
        let length = self.rest().bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return Err(self.trouble.no_number(item, self.at, field));
        }
        let digits = &self.rest().as_bytes()[..length];
        let digit = |place: usize| digits.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        let micros = (0..6).fold(0, |micros, place| micros * 10 + digit(place));
        self.at += length;
        Ok(micros + i64::from(digit(6) >= 5))
    }
}
