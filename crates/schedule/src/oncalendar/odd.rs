//! What systemd accepts and the author can hardly have meant.

use super::calendar::Calendar;
use super::component::{Chain, SECOND};
use super::{ZoneWord, zones};
use crate::error::{Warning, WarningKind};
use crate::field::Field;

pub(super) fn warnings(text: &str, calendar: &Calendar) -> Vec<Warning> {
    let mut found = Vec::new();
    found.extend(no_such_day(calendar));
    found.extend(overshoots(text, calendar));
    found.extend(short_year(text, calendar));
    found.extend(abbreviation(calendar));
    found
}

fn no_such_day(calendar: &Calendar) -> Option<Warning> {
    let span = calendar.spec.span_of(Field::DayOfMonth);
    calendar
        .never()
        .then(|| Warning::new(WarningKind::NoSuchDay, Some(Field::DayOfMonth), span))
}

/// The first values of a unit that a step running past the unit's end steps over.
fn lost(chain: &Chain, first: i64, length: i64) -> Option<i64> {
    let end = first + length;
    let overshoot = chain
        .iter()
        .filter(|one| one.is_open())
        .filter_map(|one| one.at_or_after(end))
        .min()?;
    let smallest = chain.iter().map(|one| one.start).min()?;
    // From the unit's last value the next unit's first is one step, and nothing is stepped over. Behind a second, its
    // fractions come first.
    let ends = length <= 60 && chain.iter().any(|one| one.at_or_after(end - 1) == Some(end - 1));
    (smallest + length < overshoot && !ends).then_some(smallest)
}

/// What a step that is carried over the end of its unit loses there, as the search sets back only the unit above.
pub(crate) fn losses(calendar: &Calendar) -> Vec<(Field, String)> {
    let (spec, plan) = (&calendar.spec, &calendar.plan);
    let mut found = Vec::new();
    let round = |bits: u64, last: u32| bits & 1 == 1 && bits >> last & 1 == 1;
    let hours = u64::from(plan.hours);
    let next_hour = hours & hours >> 1 != 0 || round(hours, 23);
    if let Some(second) = lost(&spec.second, 0, 60 * SECOND).filter(|_| round(plan.minutes, 59) && next_hour)
    {
        let second = second / SECOND;
        found.push((
            Field::Second,
            format!("second {second} of minute 0 where it ran in the minute before"),
        ));
    }
    if let Some(minute) = lost(&spec.minute, 0, 60).filter(|_| round(hours, 23)) {
        found.push((
            Field::Minute,
            format!("00:{minute:02} where it ran in the hour before"),
        ));
    }
    if let Some(hour) = lost(&spec.hour, 0, 24).filter(|_| spec.weekdays == 0 && touches_month_ends(calendar))
    {
        found.push((
            Field::Hour,
            format!("hour {hour:02} on the 1st of a month where it ran on the day before"),
        ));
    }
    let days = !spec.end_of_month && plan.months >> 12 & 1 == 1 && plan.months >> 1 & 1 == 1;
    if let Some(day) = lost(&spec.day, 1, 31).filter(|_| days) {
        found.push((
            Field::DayOfMonth,
            format!("{day} January where the December before counts too"),
        ));
    }
    found
}

fn overshoots(text: &str, calendar: &Calendar) -> Vec<Warning> {
    let spec = &calendar.spec;
    let warning = |(field, what): (Field, String)| {
        let span = spec.span_of(field);
        let item = &text[span.clone()];
        let message =
            format!("the step in `{item}` runs past the end of its unit, and systemd then misses {what}");
        Warning::oddity(message, Some(field), span).with_help(range_instead(spec.chain(field), field))
    };
    losses(calendar).into_iter().map(warning).collect()
}

/// Whether the last day of some month and the 1st of the next both match.
fn touches_month_ends(calendar: &Calendar) -> bool {
    let plan = &calendar.plan;
    (1..=12u32).any(|month| {
        let next = month % 12 + 1;
        let both = plan.months >> month & 1 == 1 && plan.months >> next & 1 == 1;
        let last = [28, 29, 30, 31].into_iter().enumerate();
        both && (0..7).any(|day| {
            plan.days[day][3] >> 1 & 1 == 1
                && last
                    .clone()
                    .any(|(extra, last)| plan.days[day][extra] >> last & 1 == 1)
        })
    })
}

fn range_instead(chain: &Chain, field: Field) -> String {
    let open = chain.iter().find(|one| one.is_open());
    let last = field.last();
    match open {
        Some(one) if field != Field::Second => {
            format!(
                "write `{}..{last}/{}`: a range ends with its unit",
                one.start, one.repeat
            )
        }
        Some(one) if one.start % SECOND == 0 && one.repeat % SECOND == 0 => format!(
            "write `{}..{last}/{}`: a range ends with its unit",
            one.start / SECOND,
            one.repeat / SECOND
        ),
        _ => "end the step with a range, as in `0..59/7`".to_owned(),
    }
}

fn short_year(text: &str, calendar: &Calendar) -> Option<Warning> {
    let span = calendar.spec.span_of(Field::Year);
    let written = &text[span.clone()];
    let short = |number: &str| (1..=2).contains(&number.len());
    let mut starts = written
        .split(',')
        .flat_map(|item| item.split('/').next().map(|range| range.split("..")));
    let number = starts.find_map(|mut range| {
        range.find(|number| short(number) && number.bytes().all(|digit| digit.is_ascii_digit()))
    })?;
    let value: i64 = number.parse().ok()?;
    let year = if value < 70 { 2000 + value } else { 1900 + value };
    let warning = Warning::oddity(
        format!("the year `{number}` is taken as {year}"),
        Some(Field::Year),
        span,
    );
    Some(warning.with_help(format!("write `{year}`")))
}

fn abbreviation(calendar: &Calendar) -> Option<Warning> {
    let ZoneWord::Named(name, _) = &calendar.spec.zone else {
        return None;
    };
    if name == "UTC" || !zones::is_like_an_abbreviation(name) {
        return None;
    }
    let message = format!(
        "on a host whose own zone goes by `{name}` at times, this is that zone, and only while it goes by that name; elsewhere it is the zone file {name}"
    );
    let warning = Warning::oddity(message, None, calendar.spec.spans.zone.clone());
    Some(warning.with_help("name a place, as in `Europe/Berlin`"))
}
