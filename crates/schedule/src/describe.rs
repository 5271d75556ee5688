//! What a schedule means, in one English sentence.
//!
//! The sentence is made from the sets of values that match, not from the text, so it says what the scheduler does:
//! `*/90` in the minute is "at minute 0", `MON#2` of Debian's cron is "on Monday".

mod calendar;
mod clock;
mod days;
mod notes;
mod words;

pub use notes::notes;

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};

use crate::error::WarningKind;
use crate::field::{DayRule, Field, FieldSet, Fields, SpecialDay};
use crate::schedule::{Engine, RandomValue, Schedule};

/// What the schedule means, as one English sentence.
///
/// ```
/// use schedule::{Schedule, describe, dialect};
///
/// let schedule = Schedule::parse("0 0 1 * MON", &dialect::DEBIAN).unwrap();
/// assert_eq!(describe::sentence(&schedule), "At 00:00 on the 1st of every month, or on Monday.");
/// ```
pub fn sentence(schedule: &Schedule) -> String {
    let words = match schedule.fields() {
        Some(fields) => {
            never(schedule, fields).unwrap_or_else(|| when(schedule, fields, None) + &drawn(schedule))
        }
        None => without_fields(schedule),
    };
    let mut letters = words.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).chain(['.']).collect())
        .unwrap_or_default()
}

/// The sets of a schedule: its fields', or what a calendar event names.
pub(crate) fn sets(schedule: &Schedule) -> Option<Cow<'_, Fields>> {
    match (&schedule.engine, schedule.fields()) {
        (_, Some(fields)) => Some(Cow::Borrowed(fields)),
        (Engine::Calendar(calendar), None) => Some(Cow::Owned(calendar.fields())),
        _ => None,
    }
}

/// Whether its times are more than whole minutes.
///
/// ```
/// use schedule::{Schedule, describe, dialect};
///
/// let seconds = |text: &str| describe::has_seconds(&Schedule::parse(text, &dialect::RUST_CRON).unwrap());
/// assert!(seconds("15 0 0 * * *") && !seconds("0 0 0 * * *"));
/// ```
pub fn has_seconds(schedule: &Schedule) -> bool {
    if let Engine::Calendar(calendar) = &schedule.engine
        && calendar.fractions().is_some()
    {
        return true;
    }
    sets(schedule).is_none_or(|sets| sets.second.as_ref().is_some_and(|second| second.bits != 1))
}

/// What is no set of fields.
fn without_fields(schedule: &Schedule) -> String {
    match &schedule.engine {
        Engine::Reboot => "once after every boot, when the cron daemon starts".to_owned(),
        Engine::Every(seconds) => {
            format!(
                "every {}, counted from the last run or the scheduler's start",
                words::duration(*seconds)
            )
        }
        Engine::Calendar(calendar) => {
            let fields = calendar.fields();
            never(schedule, &fields).unwrap_or_else(|| {
                when(schedule, &fields, calendar::fractions(calendar)) + &calendar::aside(calendar)
            })
        }
        _ => String::new(),
    }
}

/// `, where minute 0 stands for one drawn from 0 to 59`
fn drawn(schedule: &Schedule) -> String {
    let stands = |random: &RandomValue| {
        let (name, values) = (spoken(random.field).0, &random.values);
        let (first, last) = (values.first()?, values.last()?);
        Some(format!(
            "{name} {first} stands for one drawn from {first} to {last}"
        ))
    };
    let parts: Vec<String> = schedule.random().iter().filter_map(stands).collect();
    match parts.is_empty() {
        true => String::new(),
        false => format!(", where {} when the crontab is read", words::and(&parts)),
    }
}

/// How the two day fields go together, in words; none where at most one of them restricts the days.
///
/// ```
/// use schedule::{Schedule, describe, dialect};
///
/// let schedule = Schedule::parse("0 0 */2 * MON", &dialect::DEBIAN).unwrap();
/// let rule = describe::day_rule(&schedule).unwrap();
/// assert!(rule.starts_with("A day must match both day fields, because `*/2` begins with a star"));
/// ```
pub fn day_rule(schedule: &Schedule) -> Option<String> {
    let fields = schedule.fields()?;
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    let text = |set: &FieldSet| schedule.text()[set.span.clone()].to_owned();
    if plain_star(&text(dom)) || plain_star(&text(dow)) || dom.span == dow.span {
        return None;
    }
    let (first, second) = (text(dom), text(dow));
    Some(match schedule.day_rule() {
        DayRule::Either => format!(
            "Either day field is enough: a day matches when its number is in `{first}` or its weekday is in `{second}`."
        ),
        DayRule::NthWeekday => {
            format!("With both day fields set, `{first}` says which of the month's `{second}` it is.")
        }
        DayRule::Both => {
            let because = match (dom.starred, dow.starred) {
                (true, true) => format!(", because `{first}` and `{second}` begin with a star"),
                (true, false) => format!(", because `{first}` begins with a star"),
                (false, true) => format!(", because `{second}` begins with a star"),
                (false, false) => String::new(),
            };
            format!("A day must match both day fields{because}.")
        }
    })
}

/// A field that says nothing about days.
fn plain_star(text: &str) -> bool {
    matches!(text, "*" | "?")
}

/// On how many days of a year a schedule runs under its own day rule, and would under the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayCounts {
    /// Days on which either field matches.
    pub either: u32,
    /// Days on which both do.
    pub both: u32,
}

/// Counts the days of `year` that the two day fields match; none without two plain day fields.
pub fn day_counts(schedule: &Schedule, year: i32) -> Option<DayCounts> {
    let fields = schedule.fields()?;
    let first = NaiveDate::from_ymd_opt(year, 1, 1)?;
    if !fields.day_of_month.special.is_empty() || !fields.day_of_week.special.is_empty() {
        return None;
    }
    let mut counts = DayCounts { either: 0, both: 0 };
    for day in first.iter_days().take_while(|day| day.year() == year) {
        if fields.month.contains(day.month()) {
            let first = fields.day_of_month.contains(day.day());
            let second = fields.day_of_week.contains(day.weekday().num_days_from_sunday());
            counts.either += u32::from(first || second);
            counts.both += u32::from(first && second);
        }
    }
    Some(counts)
}

/// When it runs; the seconds in words where they are more than a set.
fn when(schedule: &Schedule, fields: &Fields, fractions: Option<String>) -> String {
    let mut clock = clock::clock(fields.minute.bits, fields.hour.bits);
    let whole = || {
        let second = fields.second.as_ref().filter(|second| second.bits != 1)?;
        Some(clock::seconds(second.bits))
    };
    let single = fields
        .second
        .as_ref()
        .filter(|second| second.bits != 1 && second.bits.is_power_of_two());
    match single.filter(|_| fractions.is_none() && clock.is_times()) {
        Some(second) => clock.add_second(second.bits.trailing_zeros()),
        None => {
            if let Some(seconds) = fractions.or_else(whole) {
                add_seconds(&mut clock, &seconds, fields);
            }
        }
    }
    let every_day = if clock.of_a_day { " every day" } else { "" };
    let days = days::days(fields, schedule.day_rule(), schedule.text(), every_day);
    let comma = if clock.comma && !days.text.is_empty() {
        ","
    } else {
        ""
    };
    let wrap = clock
        .wrap
        .filter(|_| days.every_day)
        .map(|wrap| format!(", {wrap}"))
        .unwrap_or_default();
    let years = fields.years.as_deref().map(in_years).unwrap_or_default();
    let once = once_when_moved(schedule, fields);
    format!(
        "{}{}{comma}{}{wrap}{years}{once}",
        days.lead, clock.text, days.text
    )
}

/// Quartz searches on from its last run, and finds a day that a weekend has moved later only from before it.
fn once_when_moved(schedule: &Schedule, fields: &Fields) -> &'static str {
    let moves = |day: &SpecialDay| matches!(day, SpecialDay::NearestWeekday { .. });
    let seconds = fields
        .second
        .as_ref()
        .map_or(1, |second| second.bits.count_ones());
    let times = seconds * fields.minute.bits.count_ones() * fields.hour.bits.count_ones();
    let quartz = schedule.dialect().name == "quartz";
    if quartz && times > 1 && fields.day_of_month.special.iter().any(moves) {
        return ", but only the first time on a day that a weekend has moved it on to";
    }
    ""
}

/// Seconds other than 0 go before the rest: `at second 15: at 02:30`.
fn add_seconds(clock: &mut clock::Clock, words: &str, fields: &Fields) {
    clock.text = if fields.minute.is_full() && fields.hour.is_full() {
        clock::of_every_minute(words)
    } else {
        format!("{words}: {}", clock.text)
    };
}

/// `, from 2027 to 2029`, `, in 2027, 2028 and 2030 to 2040`, `, in every 2nd year from 2027 to 2125`
fn in_years(years: &[i32]) -> String {
    if let Some(steps) = stepped_years(years) {
        return format!(", in {steps}");
    }
    let mut runs: Vec<(i32, i32)> = Vec::new();
    for &year in years {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == year => *last = year,
            _ => runs.push((year, year)),
        }
    }
    let words: Vec<String> = runs
        .iter()
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first} to {last}")
            }
        })
        .collect();
    let range = runs.len() == 1 && years.len() > 1;
    format!(", {} {}", if range { "from" } else { "in" }, words::and(&words))
}

fn stepped_years(years: &[i32]) -> Option<String> {
    let (first, last) = (years.first()?, years.last()?);
    let step = u32::try_from(years.get(1)? - first).ok()?;
    let even = years.windows(2).all(|pair| pair[1].abs_diff(pair[0]) == step);
    (even && step > 1 && years.len() >= 4)
        .then(|| format!("every {} year from {first} to {last}", words::ordinal(step)))
}

/// Why the schedule never fires, if it does not.
fn never(schedule: &Schedule, fields: &Fields) -> Option<String> {
    let clock: Vec<&FieldSet> = [
        Some(&fields.minute),
        Some(&fields.hour),
        Some(&fields.month),
        fields.second.as_ref(),
    ]
    .into_iter()
    .flatten()
    .filter(|set| set.is_empty())
    .collect();
    if !clock.is_empty() {
        return Some(format!("never: {}", nothing_matches(schedule, &clock)));
    }
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    let no_date = dom.special.is_empty() && days::lacking(dom.bits, fields.month.bits) == fields.month.bits;
    let silent = match schedule.day_rule() {
        DayRule::Either => no_date && dow.is_empty(),
        DayRule::Both | DayRule::NthWeekday => no_date || dow.is_empty(),
    };
    if silent {
        return Some(format!("never: {}", no_day(schedule, fields, no_date)));
    }
    schedule
        .never_fires()
        .then(|| "never: there is no such date".to_owned())
}

/// Which day field keeps it from firing.
fn no_day(schedule: &Schedule, fields: &Fields, no_date: bool) -> String {
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    let missing = (no_date && !dom.is_empty()).then(|| {
        let days: Vec<String> = words::values(dom.bits).map(words::ordinal).collect();
        let months = days::month_names(fields.month.bits);
        let verb = if months.len() == 1 { "has" } else { "have" };
        format!("{} {verb} no {}", words::and(&months), words::or(&days))
    });
    let empty: Vec<&FieldSet> = [dom, dow].into_iter().filter(|set| set.is_empty()).collect();
    let empty = (!empty.is_empty()).then(|| nothing_matches(schedule, &empty));
    missing
        .into_iter()
        .chain(empty)
        .collect::<Vec<_>>()
        .join(", and ")
}

/// `the hour 22-2 matches no hour, because it runs backwards`
fn nothing_matches(schedule: &Schedule, sets: &[&FieldSet]) -> String {
    let parts: Vec<String> = sets
        .iter()
        .map(|set| {
            let (name, value) = spoken(set.field);
            format!(
                "the {name} {} matches no {value}",
                &schedule.text()[set.span.clone()]
            )
        })
        .collect();
    let backwards = sets.iter().all(|set| {
        schedule
            .warnings()
            .iter()
            .any(|one| one.field == Some(set.field) && matches!(one.kind, WarningKind::ReversedRange { .. }))
    });
    let because = match (backwards, sets.len()) {
        (false, _) => "",
        (true, 1) => ", because it runs backwards",
        (true, _) => ", because they run backwards",
    };
    format!("{}{because}", parts.join(", and "))
}

/// The field's name in a sentence, and what it counts.
fn spoken(field: Field) -> (&'static str, &'static str) {
    match field {
        Field::Second => ("second", "second"),
        Field::Minute => ("minute", "minute"),
        Field::Hour => ("hour", "hour"),
        Field::DayOfMonth => ("day of the month", "day"),
        Field::Month => ("month", "month"),
        Field::DayOfWeek => ("day of the week", "day"),
        Field::Year => ("year", "year"),
    }
}
