//! The times of day.

use std::collections::BTreeSet;

use super::text::{Text, steps};

impl Text {
    /// The times of day, and how long the last step over midnight is where the steps do not fit.
    pub(super) fn clock(&mut self) -> Option<(BTreeSet<u32>, Option<u32>)> {
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
    pub(super) fn set(
        &mut self,
        unit: &str,
        value: impl Fn(&mut Text) -> Option<u32>,
    ) -> Option<BTreeSet<u32>> {
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
}

fn product(hours: &BTreeSet<u32>, minutes: &BTreeSet<u32>) -> BTreeSet<u32> {
    hours
        .iter()
        .flat_map(|hour| minutes.iter().map(move |minute| hour * 60 + minute))
        .collect()
}
