//! Reads the sentences of `describe` by their words alone; it knows nothing of bit sets or fields.

pub(crate) mod whole;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};

/// What a sentence says.
#[derive(Debug)]
pub(crate) struct Meaning {
    /// Minutes of the day.
    pub(crate) times: BTreeSet<u32>,
    months: BTreeSet<u32>,
    days: Days,
}

#[derive(Debug)]
enum Days {
    Never,
    Every,
    Month(BTreeSet<u32>),
    Week(BTreeSet<u32>),
    Either(BTreeSet<u32>, BTreeSet<u32>),
    Both(BTreeSet<u32>, BTreeSet<u32>),
    /// Which of the month's such weekdays; 6 is the last.
    Nth(BTreeSet<u32>, BTreeSet<u32>),
}

impl Meaning {
    /// Whether it runs on that day.
    pub(crate) fn runs_on(&self, day: NaiveDate) -> bool {
        let weekday = &day.weekday().num_days_from_sunday();
        self.months.contains(&day.month())
            && match &self.days {
                Days::Never => false,
                Days::Every => true,
                Days::Month(days) => month_day(days, day),
                Days::Week(days) => days.contains(weekday),
                Days::Either(dom, dow) => month_day(dom, day) || dow.contains(weekday),
                Days::Both(dom, dow) => month_day(dom, day) && dow.contains(weekday),
                Days::Nth(which, dow) => {
                    let last = day.day() + 7 > u32::from(day.num_days_in_month());
                    let nth = which.contains(&((day.day() - 1) / 7 + 1)) || last && which.contains(&6);
                    nth && dow.contains(weekday)
                }
            }
    }
}

/// Days that depend on the month, as numbers beyond it: so many days before the last, the weekday nearest to a day,
/// and the weekday nearest to a day so many before the last.
const BEFORE_LAST: u32 = 100;
const NEAREST: u32 = 200;
const NEAREST_BEFORE_LAST: u32 = 300;

/// Whether a day is among those that were read.
fn month_day(days: &BTreeSet<u32>, day: NaiveDate) -> bool {
    let last = u32::from(day.num_days_in_month());
    let nearest = |target: u32| whole::nearest_weekday(day, target) == Some(day.day());
    days.iter().any(|&said| match said {
        NEAREST_BEFORE_LAST.. => last.checked_sub(said - NEAREST_BEFORE_LAST).is_some_and(nearest),
        NEAREST.. => nearest(said - NEAREST),
        BEFORE_LAST.. => day.day() + (said - BEFORE_LAST) == last,
        _ => day.day() == said,
    })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Reads a sentence; the error is the rest that it could not read.
pub(crate) fn read(sentence: &str) -> Result<Meaning, String> {
    let mut text = Text(lower(sentence));
    if text.eat("never: ") {
        return Ok(Meaning {
            times: BTreeSet::new(),
            months: BTreeSet::new(),
            days: Days::Never,
        });
    }
    let lead = text.attempt(|text| text.in_months().filter(|_| text.eat(": ")));
    text.0 = lower(&text.0.clone());
    let (times, needs_wrap) = text.clock().ok_or_else(|| text.0.clone())?;
    let (days, months) = text.days(lead.is_some()).ok_or_else(|| text.0.clone())?;
    if let Some(hours) = needs_wrap.filter(|_| text.eat(", then ")) {
        let said = text
            .number()
            .filter(|_| text.eat(" hour") && (text.eat("s over midnight") || text.eat(" over midnight")));
        if said != Some(hours) {
            return Err(text.0.clone());
        }
    }
    if text.0 != "." {
        return Err(text.0.clone());
    }
    Ok(Meaning {
        times,
        months: lead.or(months).unwrap_or_else(|| (1..=12).collect()),
        days,
    })
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_lowercase().chain(letters).collect())
        .unwrap_or_default()
}

struct Text(String);

impl Text {
    fn eat(&mut self, word: &str) -> bool {
        let rest = self.0.strip_prefix(word).map(str::to_owned);
        rest.map(|rest| self.0 = rest).is_some()
    }

    /// Runs a reader; what fails eats nothing.
    fn attempt<T>(&mut self, read: impl FnOnce(&mut Text) -> Option<T>) -> Option<T> {
        let before = self.0.clone();
        let found = read(self);
        if found.is_none() {
            self.0 = before;
        }
        found
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let number = self.0[..digits].parse().ok()?;
        self.0.drain(..digits);
        Some(number)
    }

    /// `2nd`, with the right ending.
    fn ordinal(&mut self) -> Option<u32> {
        self.attempt(|text| {
            let number = text.number()?;
            let ending = match number {
                1 | 21 | 31 | 41 | 51 => "st",
                2 | 22 | 32 | 42 | 52 => "nd",
                3 | 23 | 33 | 43 | 53 => "rd",
                _ => "th",
            };
            text.eat(ending).then_some(number)
        })
    }

    /// `a, b and c` (or another word for the last comma).
    fn list(
        &mut self,
        last: &str,
        item: impl Fn(&mut Text) -> Option<BTreeSet<u32>>,
    ) -> Option<BTreeSet<u32>> {
        let mut found = item(self)?;
        loop {
            let more = self.attempt(|text| {
                let separated = text.eat(", ") || text.eat(last);
                separated.then(|| item(text)).flatten()
            });
            match more {
                Some(more) => found.extend(more),
                None => return Some(found),
            }
        }
    }

    /// `every `, `every 5 ` and the unit; never `every 1 `.
    fn every(&mut self, unit: &str) -> Option<u32> {
        self.attempt(|text| {
            if !text.eat("every ") {
                return None;
            }
            if text.eat(unit) {
                return Some(1);
            }
            let step = text.number().filter(|step| *step > 1)?;
            (text.eat(" ") && text.eat(unit) && text.eat("s")).then_some(step)
        })
    }

    fn time(&mut self) -> Option<u32> {
        self.attempt(|text| {
            let hour = text.two_digits().filter(|hour| *hour < 24)?;
            let minute = text
                .eat(":")
                .then(|| text.two_digits())?
                .filter(|minute| *minute < 60)?;
            Some(hour * 60 + minute)
        })
    }

    fn two_digits(&mut self) -> Option<u32> {
        let two = self
            .0
            .get(..2)
            .filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number = two.parse().ok()?;
        self.0.drain(..2);
        Some(number)
    }

    /// The times of day, and how long the last step over midnight is where the steps do not fit.
    fn clock(&mut self) -> Option<(BTreeSet<u32>, Option<u32>)> {
        if let Some(step) = self.every("minute") {
            return self.minutes(step).map(|times| (times, None));
        }
        if let Some(found) = self.attempt(Text::times) {
            return Some(found);
        }
        let minutes = self.attempt(|text| {
            text.eat("at ")
                .then(|| text.set("minute", Text::number))
                .flatten()
        })?;
        let hours = self.eat(" of ").then(|| self.hours()).flatten()?;
        Some((product(&hours, &minutes), None))
    }

    /// What follows `every 5 minutes`.
    fn minutes(&mut self, step: u32) -> Option<BTreeSet<u32>> {
        if self.eat(" from minute ") {
            let first = self.number()?;
            let last = self.eat(" to ").then(|| self.number())??;
            let hours = self.eat(" of ").then(|| self.hours()).flatten()?;
            return Some(product(&hours, &steps(first, last, step)?));
        }
        let all: BTreeSet<u32> = (0..60).step_by(step as usize).collect();
        let mut rest = step;
        if self.eat(", then ") {
            rest = self.number()?;
            (self.eat(" minute")
                && (self.eat("s at the top of the hour") || self.eat(" at the top of the hour")))
            .then_some(())?;
            let (from, to) = match self.attempt(|text| text.eat(", from ").then(|| text.span()).flatten()) {
                Some(ends) => ends,
                None => (0, 23 * 60 + all.last()?),
            };
            (all.last()? + rest == 60 && rest != step && from % 60 == 0 && to % 60 == *all.last()?)
                .then_some(())?;
            return Some(product(&(from / 60..=to / 60).collect(), &all));
        }
        if let Some((from, to)) = self.attempt(|text| text.eat(" from ").then(|| text.span()).flatten()) {
            return steps(from, to, step);
        }
        (all.last()? + rest == 60).then_some(())?;
        let hours = if self.eat(" of ") {
            self.hours()?
        } else {
            (0..24).collect()
        };
        Some(product(&hours, &all))
    }

    fn span(&mut self) -> Option<(u32, u32)> {
        let from = self.time()?;
        let to = self.eat(" to ").then(|| self.time())??;
        Some((from, to))
    }

    /// `at 01:05, 03:05 and every hour from 09:05 to 12:05`
    fn times(&mut self) -> Option<(BTreeSet<u32>, Option<u32>)> {
        let stretch = |text: &mut Text| {
            let step = text.every("hour")? * 60;
            let (from, to) = text.eat(" from ").then(|| text.span()).flatten()?;
            Some((from, to, step))
        };
        let before = self.0.clone();
        if let Some((from, to, step)) = self.attempt(stretch) {
            if !self.0.starts_with(" and every ") && !self.0.starts_with(", every ") {
                return Some((steps(from, to, step)?, Some(24 - to / 60)));
            }
            self.0 = before;
        } else if !self.eat("at ") {
            return None;
        }
        let item = |text: &mut Text| match text.attempt(stretch) {
            Some((from, to, step)) => steps(from, to, step),
            None => text.time().map(|time| BTreeSet::from([time])),
        };
        Some((self.list(" and ", item)?, None))
    }

    fn hours(&mut self) -> Option<BTreeSet<u32>> {
        if let Some(found) = self.attempt(|text| text.set("hour", Text::two_digits)) {
            return Some(found);
        }
        self.eat("every hour").then_some(())?;
        let some = self.attempt(|text| {
            let first = text.eat(" from ").then(|| text.two_digits())??;
            let last = text.eat(" to ").then(|| text.two_digits())??;
            steps(first, last, 1)
        });
        Some(some.unwrap_or_else(|| (0..24).collect()))
    }

    /// `minute 5`, `minutes 1 to 3 and every 5th from 10 to 50`, `every 2nd hour from 00 to 22`.
    fn set(&mut self, unit: &str, value: impl Fn(&mut Text) -> Option<u32>) -> Option<BTreeSet<u32>> {
        let stepped = |text: &mut Text| {
            let step = text.eat("every ").then(|| text.ordinal())??;
            let _ = text.eat(&format!(" {unit}"));
            let first = text.eat(" from ").then(|| value(text))??;
            let last = text.eat(" to ").then(|| value(text))??;
            steps(first, last, step)
        };
        let item = |text: &mut Text| {
            if let Some(found) = text.attempt(stepped) {
                return Some(found);
            }
            let first = value(text)?;
            let last = text
                .attempt(|text| text.eat(" to ").then(|| value(text))?)
                .unwrap_or(first);
            steps(first, last, 1)
        };
        if self.0.starts_with("every ") {
            return self.list(" and ", item);
        }
        (self.eat(&format!("{unit}s ")) || self.eat(&format!("{unit} "))).then_some(())?;
        self.list(" and ", item)
    }

    /// The days, and the months where they are named here.
    fn days(&mut self, months_lead: bool) -> Option<(Days, Option<BTreeSet<u32>>)> {
        let _ = self.attempt(|text| {
            (text.eat(",")
                && (text.0.starts_with(" on ")
                    || text.0.starts_with(" every day")
                    || text.0.starts_with(" in ")
                    || text.0.starts_with(" from ")))
            .then_some(())
        });
        if let Some(days) = self.attempt(Text::nth_weekdays) {
            return self.of_months().map(|months| (days, Some(months)));
        }
        if let Some(first) =
            self.attempt(|text| text.eat(" on ").then(|| text.month_days(months_lead)).flatten())
        {
            let months = if months_lead {
                self.eat(" of the month").then(|| (1..=12).collect())
            } else {
                self.of_months()
            };
            let (first, months) = match first {
                Some(days) => (days, months?),
                None => (BTreeSet::new(), (1..=12).collect()),
            };
            self.aside();
            return self
                .second_days(first)
                .map(|days| (days, Some(months).filter(|_| !months_lead)));
        }
        let week = self.attempt(Text::week_days);
        let days = match week {
            Some(week) => Days::Week(week),
            None => {
                let _ = self.eat(" every day");
                Days::Every
            }
        };
        let _ = self.attempt(|text| (text.eat(",") && text.0.starts_with(" from")).then_some(()));
        let months = self.attempt(|text| text.eat(" ").then(|| text.in_months()).flatten());
        Some((days, months))
    }

    /// ` on the 1st, 3rd and last Monday and Friday`
    fn nth_weekdays(&mut self) -> Option<Days> {
        self.eat(" on the ").then_some(())?;
        let which = self.list(" and ", |text| {
            let number = if text.eat("last") { Some(6) } else { text.ordinal() };
            number.map(|number| BTreeSet::from([number]))
        })?;
        self.eat(" ").then_some(())?;
        let weekdays = self.list(" and ", Text::week_day)?;
        self.0.starts_with(" of ").then_some(Days::Nth(which, weekdays))
    }

    /// What follows the days of the month.
    fn second_days(&mut self, first: BTreeSet<u32>) -> Option<Days> {
        if self.eat(", but only if it is also a day from ") {
            return self.week_span().map(|second| Days::Both(first, second));
        }
        if self.eat(", but only if it is also a ") {
            return self
                .list(" or ", Text::week_day)
                .map(|second| Days::Both(first, second));
        }
        if self.eat(", or") {
            let second = if self.eat(" on any day of the week") {
                (0..7).collect()
            } else if self.eat(" on no day of the week") {
                BTreeSet::new()
            } else {
                self.week_days()?
            };
            self.aside();
            return Some(Days::Either(first, second));
        }
        let _ = self.eat(", starting again on the 1st");
        Some(Days::Month(first))
    }

    /// `(never in February)`
    fn aside(&mut self) {
        if let Some(end) = self.0.starts_with(" (").then(|| self.0.find(')')).flatten() {
            self.0.drain(..=end);
        }
    }

    /// The days of the month; none of them in `no day of the month`.
    fn month_days(&mut self, months_lead: bool) -> Option<Option<BTreeSet<u32>>> {
        if self.eat("no day of the month") {
            return Some(None);
        }
        if self.eat("any day") {
            if !months_lead {
                // The days are those of every month.
                self.0 = self.0.replacen(" of the month", " of every month", 1);
            }
            return Some(Some((1..=31).collect()));
        }
        let stepped = |text: &mut Text| {
            let step = text.eat("every ").then(|| text.ordinal())??;
            let first = text.eat(" day from the ").then(|| text.ordinal())??;
            let last = text.eat(" to the ").then(|| text.ordinal())??;
            steps(first, last, step)
        };
        let item = |text: &mut Text| {
            if let Some(found) = text.attempt(stepped).or_else(|| text.attempt(Text::special_day)) {
                return Some(found);
            }
            let _ = text.eat("the ");
            let first = text.ordinal()?;
            let last = text
                .attempt(|text| text.eat(" to ").then(|| text.ordinal())?)
                .unwrap_or(first);
            steps(first, last, 1)
        };
        self.list(" and ", item).map(Some)
    }

    /// `the last 3 days`, `the 2nd day before the last`, `the weekday nearest to the 15th`
    fn special_day(&mut self) -> Option<BTreeSet<u32>> {
        let one = |day: u32| Some(BTreeSet::from([day]));
        self.eat("the ").then_some(())?;
        if self.eat("last day") {
            return one(BEFORE_LAST);
        }
        if self.eat("last weekday") {
            return one(NEAREST_BEFORE_LAST);
        }
        if self.eat("last ") {
            let many = self.number()?;
            return self
                .eat(" days")
                .then(|| (0..many).map(|before| BEFORE_LAST + before).collect());
        }
        if self.eat("day before the last") {
            return one(BEFORE_LAST + 1);
        }
        let nearest = self.eat("weekday nearest to the ");
        let number = self.ordinal()?;
        match (nearest, self.eat(" day before the last")) {
            (true, true) => one(NEAREST_BEFORE_LAST + number),
            (true, false) => one(NEAREST + number),
            (false, true) => one(BEFORE_LAST + number),
            (false, false) => None,
        }
    }

    fn of_months(&mut self) -> Option<BTreeSet<u32>> {
        if self.eat(" of every month that has one") {
            return Some((1..=12).collect());
        }
        if self.eat(" of every month from ") {
            return self.month_span();
        }
        if self.eat(" of every month") {
            return Some((1..=12).collect());
        }
        self.eat(" of ").then(|| self.month_list()).flatten()
    }

    fn in_months(&mut self) -> Option<BTreeSet<u32>> {
        if self.eat("from ") {
            return self.month_span();
        }
        self.eat("in ").then(|| self.month_list()).flatten()
    }

    fn month_span(&mut self) -> Option<BTreeSet<u32>> {
        let first = self.name(&MONTHS)?;
        let last = self.eat(" to ").then(|| self.name(&MONTHS))??;
        steps(first + 1, last + 1, 1)
    }

    fn month_list(&mut self) -> Option<BTreeSet<u32>> {
        if self.eat("every ") {
            let step = self.ordinal()?;
            let first = self.eat(" month from ").then(|| self.name(&MONTHS))?? + 1;
            let last = self.eat(" to ").then(|| self.name(&MONTHS))?? + 1;
            return steps(first, last, step);
        }
        self.list(" and ", |text| {
            let first = text.name(&MONTHS)? + 1;
            let last = text
                .attempt(|text| text.eat(" to ").then(|| text.name(&MONTHS))?)
                .map_or(first, |last| last + 1);
            steps(first, last, 1)
        })
    }

    fn week_days(&mut self) -> Option<BTreeSet<u32>> {
        if self.eat(" every day from ") {
            return self.week_span();
        }
        self.eat(" on ")
            .then(|| self.list(" and ", Text::week_day))
            .flatten()
    }

    fn week_day(&mut self) -> Option<BTreeSet<u32>> {
        self.name(&WEEKDAYS).map(|day| BTreeSet::from([day]))
    }

    fn week_span(&mut self) -> Option<BTreeSet<u32>> {
        let first = self.name(&WEEKDAYS)?;
        let mut last = self.eat(" to ").then(|| self.name(&WEEKDAYS))??;
        if last < first {
            last += 7;
        }
        Some((first..=last).map(|day| day % 7).collect())
    }

    fn name(&mut self, names: &[&str]) -> Option<u32> {
        let found = names.iter().position(|name| self.eat(name))?;
        u32::try_from(found).ok()
    }
}

/// From the first to the last, which must be hit.
fn steps(first: u32, last: u32, step: u32) -> Option<BTreeSet<u32>> {
    let fits = first <= last && (last - first).is_multiple_of(step);
    fits.then(|| (first..=last).step_by(step as usize).collect())
}

fn product(hours: &BTreeSet<u32>, minutes: &BTreeSet<u32>) -> BTreeSet<u32> {
    hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute))
        .collect()
}
