//! Reads calendar events as systemd 252 does.

use super::{Component, SECOND, Spec};
use crate::error::{ParseError, ParseErrorKind};
use crate::field::Field;
use crate::zone::Zone;

const INT_MAX: i64 = i32::MAX as i64;
/// No list is longer.
const LONGEST: usize = 240;

const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Reads a calendar event.
pub(crate) fn parse(text: &str) -> Result<Spec, ParseError> {
    if text.trim().is_empty() {
        return Err(ParseError::new(ParseErrorKind::Empty, None, 0..text.len())
            .with_help("weekday, date and time, such as `Mon..Fri *-*-* 09:00`"));
    }
    let mut spec = Spec::default();
    let body = zone(text, &mut spec);
    let mut reader = Reader {
        text,
        end: body.len(),
        at: 0,
    };
    if body.is_empty() {
        return Err(reader.error("a zone alone is no time"));
    }
    if !shorthand(body, &mut spec) {
        reader.weekdays(&mut spec)?;
        if !reader.date(&mut spec)? {
            reader.time(&mut spec)?;
        }
        if reader.at < reader.end {
            return Err(reader.error("nothing can follow the time"));
        }
    }
    normalize(&mut spec);
    check(&spec, text)?;
    Ok(spec)
}

/// Takes the zone off the end.
fn zone<'a>(text: &'a str, spec: &mut Spec) -> &'a str {
    let utc = text
        .len()
        .checked_sub(4)
        .filter(|at| text.is_char_boundary(*at))
        .map(|at| text.split_at(at));
    if let Some((body, end)) = utc
        && end.eq_ignore_ascii_case(" UTC")
    {
        spec.utc = true;
        return body;
    }
    let Some((body, name)) = text.rsplit_once(' ') else {
        return text;
    };
    match name.parse() {
        Ok(zone) if name.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            spec.zone = Some(Zone::from_chrono_tz(zone));
            body
        }
        _ => text,
    }
}

fn constant(value: i64) -> Vec<Component> {
    vec![Component {
        start: value,
        stop: -1,
        repeat: 0,
    }]
}

/// `daily` and the like.
fn shorthand(body: &str, spec: &mut Spec) -> bool {
    let word = body.to_ascii_lowercase();
    let months: &[i64] = match word.as_str() {
        "minutely" | "hourly" | "daily" | "weekly" | "monthly" => &[],
        "annually" | "yearly" | "anually" => &[1],
        "quarterly" => &[1, 4, 7, 10],
        "biannually" | "bi-annually" | "semiannually" | "semi-annually" => &[1, 7],
        _ => return false,
    };
    spec.microsecond = constant(0);
    if word == "minutely" {
        return true;
    }
    spec.minute = constant(0);
    if word == "hourly" {
        return true;
    }
    spec.hour = constant(0);
    match word.as_str() {
        "daily" => {}
        "weekly" => spec.weekdays = Some(1),
        _ => spec.day = constant(1),
    }
    spec.month = months.iter().flat_map(|month| constant(*month)).collect();
    true
}

struct Reader<'a> {
    text: &'a str,
    /// Where the zone begins.
    end: usize,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes()[..self.end].get(self.at).copied()
    }

    fn is(&self, bytes: &[u8]) -> bool {
        self.peek().is_none_or(|byte| bytes.contains(&byte))
    }

    fn error(&self, message: &str) -> ParseError {
        let end = self.text[self.at..self.end]
            .find(' ')
            .map_or(self.end, |length| self.at + length);
        let start = self.text[..self.at].rfind(' ').map_or(0, |space| space + 1);
        let message = format!("{message}, as systemd reads it");
        let error = ParseError::new(ParseErrorKind::Other { message }, None, start..end.max(start));
        let five = self.text.split_ascii_whitespace().count() == 5;
        if five && self.text.starts_with(|c: char| c == '*' || c.is_ascii_digit()) {
            return error.with_help("this looks like a crontab line: systemd wants `Mon..Fri *-*-* 09:00`");
        }
        error.with_help("`Mon..Fri *-*-* 09:00`, `*:0/15`, `*-*~1` or `daily`")
    }

    fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    /// `Mon..Fri,Sun`; nothing where no weekday stands.
    fn weekdays(&mut self, spec: &mut Spec) -> Result<(), ParseError> {
        let mut range: Option<usize> = None;
        let mut bits = 0u8;
        let mut first = true;
        loop {
            let Some((day, length)) = self.weekday() else {
                return if first {
                    Ok(())
                } else {
                    Err(self.error("a weekday must stand here"))
                };
            };
            let ends = self.text.as_bytes()[..self.end].get(self.at + length).copied();
            if !ends.is_none_or(|byte| b"-., ".contains(&byte)) {
                return Err(self.error("weekdays are three letters or the whole name"));
            }
            bits |= 1 << day;
            if let Some(from) = range {
                if from > day {
                    return Err(self.error("the week begins on Monday, so this range runs backwards"));
                }
                bits |= (from..day).fold(0, |bits, day| bits | 1 << day);
            }
            spec.weekdays = Some(bits);
            self.at += length;
            match self.peek() {
                None => return Ok(()),
                Some(b' ') => {
                    self.skip_blanks();
                    return Ok(());
                }
                Some(b',') => {
                    range = None;
                    self.at += 1;
                }
                Some(byte) => {
                    let dots = byte == b'.';
                    if range.is_some()
                        || dots && self.text.as_bytes()[..self.end].get(self.at + 1) != Some(&b'.')
                    {
                        return Err(self.error("a range of weekdays is `Mon..Fri`"));
                    }
                    range = Some(day);
                    self.at += if dots { 2 } else { 1 };
                }
            }
            if self.is(b" ") {
                self.skip_blanks();
                return match range {
                    None => Ok(()),
                    Some(_) => Err(self.error("the range of weekdays has no end")),
                };
            }
            first = false;
        }
    }

    fn weekday(&self) -> Option<(usize, usize)> {
        let rest = &self.text.as_bytes()[self.at..self.end];
        let starts = |name: &str| {
            rest.get(..name.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(name.as_bytes()))
        };
        WEEKDAYS.iter().enumerate().find_map(|(day, name)| {
            [name, &name[..3]]
                .into_iter()
                .find(|name| starts(name))
                .map(|name| (day, name.len()))
        })
    }

    /// The date, if one stands here; true when it was a timestamp, which has no time behind it.
    fn date(&mut self, spec: &mut Spec) -> Result<bool, ParseError> {
        let start = self.at;
        match self.peek() {
            None => return Ok(false),
            Some(b'@') => return self.timestamp(spec),
            Some(_) => {}
        }
        let first = self.chain(false)?;
        if self.is(b":") {
            // A time, not a date.
            self.at = start;
            return Ok(false);
        }
        spec.end_of_month = self.separator()?;
        let second = self.chain(false)?;
        if self.is(b" ") {
            self.skip_blanks();
            (spec.month, spec.day) = (first, second);
            return Ok(false);
        }
        if spec.end_of_month {
            return Err(self.error("the day counted from the end comes last"));
        }
        spec.end_of_month = self.separator()?;
        let third = self.chain(false)?;
        if !self.is(b" ") {
            return Err(self.error("a date is `year-month-day`"));
        }
        self.skip_blanks();
        (spec.year, spec.month, spec.day) = (first, second, third);
        Ok(false)
    }

    /// `-` or `~`; true for the latter.
    fn separator(&mut self) -> Result<bool, ParseError> {
        let separator = self.peek();
        if !matches!(separator, Some(b'-' | b'~')) {
            return Err(self.error("a date is `year-month-day`, a time is `hour:minute`"));
        }
        self.at += 1;
        Ok(separator == Some(b'~'))
    }

    /// `@SECONDS` since 1970.
    fn timestamp(&mut self, spec: &mut Spec) -> Result<bool, ParseError> {
        self.at += 1;
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        // Far beyond the last year that it takes.
        let seconds = self.text[start..self.at]
            .parse::<i64>()
            .ok()
            .filter(|seconds| *seconds < 1 << 40);
        let seconds = seconds.ok_or_else(|| self.error("a number of seconds must follow the `@`"))?;
        let (year, month, day) = crate::calendar::civil_from_days(seconds.div_euclid(86_400));
        let time = seconds.rem_euclid(86_400);
        spec.utc = true;
        (spec.year, spec.month, spec.day) = (
            constant(year),
            constant(i64::from(month)),
            constant(i64::from(day)),
        );
        (spec.hour, spec.minute) = (constant(time / 3600), constant(time / 60 % 60));
        spec.microsecond = constant(time % 60 * SECOND);
        Ok(true)
    }

    fn time(&mut self, spec: &mut Spec) -> Result<(), ParseError> {
        if self.peek().is_none() {
            (spec.hour, spec.minute, spec.microsecond) = (constant(0), constant(0), constant(0));
            return Ok(());
        }
        spec.hour = self.chain(false)?;
        self.colon()?;
        spec.minute = self.chain(false)?;
        if self.peek().is_none() {
            spec.microsecond = constant(0);
            return Ok(());
        }
        self.colon()?;
        spec.microsecond = self.chain(true)?;
        Ok(())
    }

    fn colon(&mut self) -> Result<(), ParseError> {
        if self.peek() != Some(b':') {
            return Err(self.error("a time is `hour:minute` or `hour:minute:second`"));
        }
        self.at += 1;
        Ok(())
    }

    /// A star or a list.
    fn chain(&mut self, micro: bool) -> Result<Vec<Component>, ParseError> {
        if self.peek() == Some(b'*') {
            self.at += 1;
            return Ok(if micro {
                vec![Component {
                    start: 0,
                    stop: -1,
                    repeat: SECOND,
                }]
            } else {
                Vec::new()
            });
        }
        let mut chain = Vec::new();
        loop {
            if chain.len() > LONGEST {
                return Err(self.error("the list is too long"));
            }
            let component = self.component(micro)?;
            chain.insert(0, component);
            if self.peek() != Some(b',') {
                return Ok(chain);
            }
            self.at += 1;
        }
    }

    fn component(&mut self, micro: bool) -> Result<Component, ParseError> {
        let start = self.decimal(micro)?;
        let (mut stop, mut repeat) = (-1, 0);
        if self.text.as_bytes()[self.at..self.end].starts_with(b"..") {
            self.at += 2;
            stop = self.decimal(micro)?;
            repeat = if micro { SECOND } else { 1 };
        }
        if self.peek() == Some(b'/') {
            self.at += 1;
            repeat = self.decimal(micro)?;
            if repeat == 0 {
                return Err(self.error("the smallest repetition is 1"));
            }
        } else if start > INT_MAX - repeat || micro && stop >= 0 && start + repeat > stop {
            return Err(self.error("the range is too short"));
        }
        if !self.is(b" ,-~:") {
            return Err(self.error("numbers, `a..b`, `a/step` and lists of them are allowed"));
        }
        Ok(Component { start, stop, repeat })
    }

    /// A number; seconds with up to six decimals, as microseconds.
    fn decimal(&mut self, micro: bool) -> Result<i64, ParseError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let number = self.text[start..self.at]
            .parse::<i64>()
            .ok()
            .filter(|number| *number <= INT_MAX);
        let mut value = number.ok_or_else(|| self.error("a number must stand here"))?;
        if micro {
            value *= SECOND;
            let rest = &self.text.as_bytes()[self.at..self.end];
            if rest.first() == Some(&b'.') && rest.get(1) != Some(&b'.') {
                self.at += 1;
                value += self.fraction()?;
            }
        }
        if value > INT_MAX {
            Err(self.error("the number is too large"))
        } else {
            Ok(value)
        }
    }

    /// Six decimals; the seventh rounds, the rest is skipped.
    fn fraction(&mut self) -> Result<i64, ParseError> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        let digits = &self.text.as_bytes()[start..self.at];
        if digits.is_empty() {
            return Err(self.error("decimals must follow the point"));
        }
        let digit = |at: usize| digits.get(at).map_or(0, |digit| i64::from(digit - b'0'));
        let value = (0..6).fold(0, |value, at| value * 10 + digit(at));
        Ok(value + i64::from(digit(6) >= 5))
    }
}

fn normalize(spec: &mut Spec) {
    if spec.weekdays == Some(0x7f) {
        spec.weekdays = None;
    }
    if spec.day.is_empty() {
        spec.end_of_month = false;
    }
    for component in &mut spec.year {
        for year in [&mut component.start, &mut component.stop] {
            match *year {
                0..70 => *year += 2000,
                70..100 => *year += 1900,
                _ => {}
            }
        }
    }
    let chains = [
        &mut spec.year,
        &mut spec.month,
        &mut spec.day,
        &mut spec.hour,
        &mut spec.minute,
        &mut spec.microsecond,
    ];
    for chain in chains {
        for component in chain.iter_mut() {
            normalize_component(component);
        }
        chain.sort_unstable();
        chain.dedup();
    }
}

fn normalize_component(component: &mut Component) {
    let Component { start, stop, repeat } = component;
    if *stop > *start && *repeat > 0 {
        *stop -= (*stop - *start) % *repeat;
    }
    if *stop > *start && *repeat > 0 && *start + *repeat > *stop || start == stop {
        *repeat = 0;
        *stop = -1;
    }
}

fn check(spec: &Spec, text: &str) -> Result<(), ParseError> {
    let end = spec.end_of_month;
    let chains = [
        (Field::Year, &spec.year, 1970, 2199, false),
        (Field::Month, &spec.month, 1, 12, false),
        (Field::DayOfMonth, &spec.day, 1, 31, end),
        (Field::Hour, &spec.hour, 0, 23, false),
        (Field::Minute, &spec.minute, 0, 59, false),
        (Field::Second, &spec.microsecond, 0, 60 * SECOND - 1, false),
    ];
    for (field, chain, first, last, end) in chains {
        let last = if end { last - 3 } else { last };
        if chain
            .iter()
            .all(|component| is_valid(component, first, last, end))
        {
            continue;
        }
        let unit = if field == Field::Second { SECOND } else { 1 };
        let message = format!(
            "the {field} is out of range, {} to {}, or its repetition never comes",
            first,
            last / unit
        );
        let error = ParseError::new(ParseErrorKind::Other { message }, Some(field), 0..text.len());
        return Err(match field {
            Field::DayOfMonth if end => {
                error.with_help("`~28` is the earliest day from the end that every month has")
            }
            Field::Hour => error.with_help("midnight is hour 0"),
            _ => error,
        });
    }
    Ok(())
}

fn is_valid(component: &Component, first: i64, last: i64, end_of_month: bool) -> bool {
    let Component { start, stop, repeat } = *component;
    if start < first || start > last || repeat > last - first {
        return false;
    }
    match (stop >= 0, end_of_month) {
        (true, _) => (first..=last).contains(&stop) && start + repeat <= stop,
        (false, true) => start - repeat >= first,
        (false, false) => start + repeat <= last,
    }
}
