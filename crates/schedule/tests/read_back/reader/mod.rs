//! Reads the sentences of `describe` by their words alone; it knows nothing of bit sets or fields.

mod clock;
mod days;
mod text;
pub(crate) mod whole;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use text::Text;

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
