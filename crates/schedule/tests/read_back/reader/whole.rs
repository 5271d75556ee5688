//! Sentences of dialects that know seconds and years: what stands around the part that `read` reads.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};

use super::text::{Text, steps};
use super::{Meaning, lower, read};

/// What such a sentence says.
#[derive(Debug)]
pub(crate) struct Whole {
    pub(crate) meaning: Meaning,
    pub(crate) seconds: BTreeSet<u32>,
    /// None: all years.
    pub(crate) years: Option<BTreeSet<u32>>,
    /// What systemd is said to forget.
    pub(crate) forgets: Vec<Forgotten>,
    /// Only the first time on a day that lies behind a weekend.
    pub(crate) once: bool,
}

impl Whole {
    /// Whether a month is among those in question.
    pub(crate) fn counts(&self, year: u32, month: u32) -> bool {
        self.meaning.months.contains(&month) && self.years.as_ref().is_none_or(|years| years.contains(&year))
    }
}

/// A time that systemd loses where a step of its expression runs past the end of a unit.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Forgotten {
    /// Second N of minute 0, where it ran in the minute before.
    Second(u32),
    /// 00:MM, where it ran in the hour before.
    Minute(u32),
    /// The whole hour HH on the 1st of a month, where it ran on the day before.
    Hour(u32),
    /// This day of January, where the December before is among the months and years.
    Day(u32),
}

/// Reads a sentence; the error is the rest that it could not read.
pub(crate) fn read_whole(sentence: &str) -> Result<Whole, String> {
    let (rest, forgets) = forgotten(sentence)?;
    let moved = ", but only the first time on a day that a weekend has moved it on to.";
    let (rest, once) = match rest.strip_suffix(moved) {
        Some(before) => (format!("{before}."), true),
        None => (rest, false),
    };
    let (rest, years) = split_years(&rest)?;
    let (rest, seconds) = split_seconds(&rest)?;
    Ok(Whole {
        meaning: read(&rest)?,
        seconds,
        years,
        forgets,
        once,
    })
}

fn forgotten(sentence: &str) -> Result<(String, Vec<Forgotten>), String> {
    let Some((before, rest)) = sentence.split_once(" (systemd forgets ") else {
        return Ok((sentence.to_owned(), Vec::new()));
    };
    let (said, after) = rest.split_once(')').ok_or(rest)?;
    let parts = said.split(", ").flat_map(|part| part.split(" and "));
    let forgets: Option<Vec<Forgotten>> = parts.map(one_forgotten).collect();
    Ok((format!("{before}{after}"), forgets.ok_or(said)?))
}

fn one_forgotten(part: &str) -> Option<Forgotten> {
    let (what, when) = part.split_once(" where ")?;
    let number = |text: &str| text.parse().ok();
    match when.strip_prefix("it ran ").unwrap_or(when) {
        "in the minute before" => {
            let second = what.strip_prefix("second ")?.strip_suffix(" of minute 0")?;
            number(second).map(Forgotten::Second)
        }
        "in the hour before" => number(what.strip_prefix("00:")?).map(Forgotten::Minute),
        "on the day before" => {
            let hour = what
                .strip_prefix("hour ")?
                .strip_suffix(" on the 1st of a month")?;
            number(hour).map(Forgotten::Hour)
        }
        "the December before counts too" => number(what.strip_suffix(" January")?).map(Forgotten::Day),
        _ => None,
    }
}

/// `, from 2027 to 2029`, `, in 2027, 2028 and 2030 to 2040`, `, in every 2nd year from 2027 to 2125`: at the end of the sentence.
fn split_years(sentence: &str) -> Result<(String, Option<BTreeSet<u32>>), String> {
    let year = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.find(' ') == Some(4);
    let range = sentence
        .match_indices(", from ")
        .map(|(at, from)| (at, &sentence[at + from.len()..]))
        .find(|(_, rest)| year(rest));
    if let Some((at, rest)) = range {
        let mut text = Text(rest.to_owned());
        let read = text.attempt(|text| {
            let first = text.number()?;
            let last = text.eat(" to ").then(|| text.number())??;
            steps(first, last, 1)
        });
        return match read {
            Some(years) if text.0 == "." => Ok((format!("{}.", &sentence[..at]), Some(years))),
            _ => Err(text.0),
        };
    }
    let ends = |at: &usize| {
        let rest = &sentence[at + ", in ".len()..];
        rest.starts_with(|c: char| c.is_ascii_digit())
            || rest.starts_with("every ") && rest.contains(" year from ")
    };
    let Some(at) = sentence.match_indices(", in ").map(|(at, _)| at).find(ends) else {
        return Ok((sentence.to_owned(), None));
    };
    let mut text = Text(sentence[at + ", in ".len()..].to_owned());
    let years = text.attempt(|text| {
        let step = text.eat("every ").then(|| text.ordinal())??;
        let first = text.eat(" year from ").then(|| text.number())??;
        let last = text.eat(" to ").then(|| text.number())??;
        steps(first, last, step)
    });
    let listed = |text: &mut Text| {
        text.list(" and ", |text| {
            let first = text.number()?;
            let last = text.attempt(|text| text.eat(" to ").then(|| text.number())?);
            steps(first, last.unwrap_or(first), 1)
        })
    };
    let years = years.or_else(|| listed(&mut text));
    if years.is_none() || text.0 != "." {
        return Err(text.0);
    }
    Ok((format!("{}.", &sentence[..at]), years))
}

/// `Every 7 seconds from second 0 to 56: at 10:00`, `At second 5 of every minute`, `Every 10 seconds on Monday`
fn split_seconds(sentence: &str) -> Result<(String, BTreeSet<u32>), String> {
    let whole = || Ok((sentence.to_owned(), BTreeSet::from([0])));
    if let Some(found) = one_second(sentence) {
        return Ok(found);
    }
    let mut text = Text(lower(sentence));
    let read = text.attempt(|text| match text.every("second") {
        Some(step) => {
            let span = text.attempt(|text| {
                let first = text.eat(" from second ").then(|| text.number())??;
                let last = text.eat(" to ").then(|| text.number())??;
                Some((first, last))
            });
            match span {
                Some((first, last)) => steps(first, last, step),
                None => 60u32
                    .is_multiple_of(step)
                    .then(|| (0..60).step_by(step as usize).collect()),
            }
        }
        None => text.eat("at ").then(|| text.set("second", Text::number))?,
    });
    let Some(seconds) = read else { return whole() };
    let even = lower(sentence).starts_with("every ") && !lower(sentence).contains(" from second ");
    if text.eat(": ") {
        return Ok((text.0, seconds));
    }
    if text.eat(" of every minute") || even {
        return Ok((format!("Every minute{}", text.0), seconds));
    }
    Err(text.0)
}

/// `At 02:30:07 and 14:30:07 on Monday`: the times without the second that they all have.
fn one_second(sentence: &str) -> Option<(String, BTreeSet<u32>)> {
    let first = sentence.strip_prefix("At ")?.get(..8)?;
    let second = first.strip_prefix(|c: char| c.is_ascii_digit())?.get(4..)?;
    let number = second.strip_prefix(':')?.parse().ok()?;
    let timed = |word: &str| {
        let end = word.trim_end_matches([',', '.']);
        let mark = &word[end.len()..];
        match end.strip_suffix(second) {
            Some(time) if time.len() == 5 => format!("{time}{mark}"),
            _ => word.to_owned(),
        }
    };
    let words: Vec<String> = sentence.split(' ').map(timed).collect();
    Some((words.join(" "), BTreeSet::from([number])))
}

/// The weekday nearest to a day of a month without leaving it; none in a month without the day.
pub(crate) fn nearest_weekday(month: NaiveDate, target: u32) -> Option<u32> {
    let last = u32::from(month.num_days_in_month());
    let weekday = month.with_day(target)?.weekday();
    Some(match weekday {
        Weekday::Sat if target == 1 => 3,
        Weekday::Sat => target - 1,
        Weekday::Sun if target == last => target - 2,
        Weekday::Sun => target + 1,
        _ => target,
    })
}
