//! The days and the months.

use std::collections::BTreeSet;

use super::text::{Text, steps};
use super::{BEFORE_LAST, Days, NEAREST, NEAREST_BEFORE_LAST};

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

impl Text {
    /// The days, and the months where they are named here.
    pub(super) fn days(&mut self, months_lead: bool) -> Option<(Days, Option<BTreeSet<u32>>)> {
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

    pub(super) fn in_months(&mut self) -> Option<BTreeSet<u32>> {
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
}
