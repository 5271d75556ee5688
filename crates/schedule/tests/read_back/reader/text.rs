//! What is left to read of a sentence, and the small things that stand everywhere in it.

use std::collections::BTreeSet;

pub(super) struct Text(pub(super) String);

impl Text {
    pub(super) fn eat(&mut self, word: &str) -> bool {
        let rest = self.0.strip_prefix(word).map(str::to_owned);
        rest.map(|rest| self.0 = rest).is_some()
    }

    /// Runs a reader; what fails eats nothing.
    pub(super) fn attempt<T>(&mut self, read: impl FnOnce(&mut Text) -> Option<T>) -> Option<T> {
        let before = self.0.clone();
        let found = read(self);
        if found.is_none() {
            self.0 = before;
        }
        found
    }

    pub(super) fn number(&mut self) -> Option<u32> {
        let digits = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let number = self.0[..digits].parse().ok()?;
        self.0.drain(..digits);
        Some(number)
    }

    /// `2nd`, with the right ending.
    pub(super) fn ordinal(&mut self) -> Option<u32> {
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
    pub(super) fn list(
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
    pub(super) fn every(&mut self, unit: &str) -> Option<u32> {
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

    pub(super) fn time(&mut self) -> Option<u32> {
        self.attempt(|text| {
            let hour = text.two_digits().filter(|hour| *hour < 24)?;
            let minute = text
                .eat(":")
                .then(|| text.two_digits())?
                .filter(|minute| *minute < 60)?;
            Some(hour * 60 + minute)
        })
    }

    pub(super) fn two_digits(&mut self) -> Option<u32> {
        let two = self
            .0
            .get(..2)
            .filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))?;
        let number = two.parse().ok()?;
        self.0.drain(..2);
        Some(number)
    }

    pub(super) fn name(&mut self, names: &[&str]) -> Option<u32> {
        let found = names.iter().position(|name| self.eat(name))?;
        u32::try_from(found).ok()
    }
}

/// From the first to the last, which must be hit.
pub(super) fn steps(first: u32, last: u32, step: u32) -> Option<BTreeSet<u32>> {
    let fits = first <= last && (last - first).is_multiple_of(step);
    fits.then(|| (first..=last).step_by(step as usize).collect())
}
