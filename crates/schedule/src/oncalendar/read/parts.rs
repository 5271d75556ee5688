//! The parts of an expression, in the order in which they stand in it: weekdays, date, time.

use super::super::component::{Component, SECOND};
use super::super::{LAST_YEAR, Spans, Spec, ZoneWord};
use super::{Read, Reader, WEEKDAYS};
use crate::calendar::civil_from_days;
use crate::field::Field;
use crate::plan::DAY;
use crate::zone::Zone;

impl Reader<'_> {
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
    pub(super) fn weekdays(&mut self, spec: &mut Spec) -> Read<()> {
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
    pub(super) fn epoch(&mut self, spec: &mut Spec) -> Read<()> {
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
    pub(super) fn date(&mut self, spec: &mut Spec) -> Read<()> {
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
    pub(super) fn time(&mut self, spec: &mut Spec) -> Read<()> {
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
}
