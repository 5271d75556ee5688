//! One expression under every scheduler: who does the same, and where the others begin to differ.

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use schedule::describe::has_seconds;
use schedule::{DayRule, Dialect, Field, FieldSet, Occurrence, Schedule, Shift, convert, dialect};
use serde::Serialize;

use crate::answer::{Answer, Place, table};
use crate::json::VERSION;
use crate::report::{iso, sentence, stamp};
use crate::trouble::{Trouble, visible};

#[derive(Serialize)]
struct Json<'a> {
    version: u32,
    expression: &'a str,
    zone: &'a str,
    from: String,
    to: String,
    groups: Vec<Group>,
    refused: Vec<Refusal>,
}

/// Dialects that do the same.
#[derive(Serialize)]
struct Group {
    dialects: Vec<Member>,
    runs: u64,
    sentence: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    differs: Option<Difference>,
    #[serde(skip)]
    key: (u64, u64),
    #[serde(skip)]
    schedule: Schedule,
}

#[derive(Serialize)]
struct Member {
    name: &'static str,
    /// What it was given, where that is not the expression itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    given: Option<String>,
    /// That is a conversion: its grammar is another one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    converted: bool,
}

/// A schedule, what the dialect was given for it where that is not the expression, and whether it was converted.
type Reading = (Schedule, Option<String>, bool);

/// Where a group leaves the first one.
#[derive(Serialize)]
struct Difference {
    at: String,
    /// The run that only one of the two has, in words.
    what: String,
    why: Vec<String>,
}

#[derive(Serialize)]
struct Refusal {
    dialect: &'static str,
    reason: String,
}

/// Groups all dialects by what they do in the span; the first group holds the dialect that was asked for.
pub(crate) fn compare(text: &str, place: &Place) -> Result<Answer, Trouble> {
    let mut order: Vec<&'static Dialect> = dialect::ALL.to_vec();
    order.sort_by_key(|dialect| *dialect != place.dialect);
    let mut refused = Vec::new();
    let mut read = Vec::new();
    let asked = Schedule::parse(text, place.dialect).ok();
    for dialect in order {
        let found = reading(text, dialect)
            .map(|(schedule, given)| (schedule, given, false))
            .or_else(|reason| translated(asked.as_ref(), dialect).unwrap_or(Err(reason)));
        match found {
            Ok(found) => read.push(found),
            Err(reason) => refused.push(Refusal {
                dialect: dialect.name,
                reason,
            }),
        }
    }
    if read.is_empty() {
        // Nobody reads it: the dialect that was asked for says why.
        return Schedule::parse(text, place.dialect).map_or_else(
            |error| Err(Trouble::expression(text, &error)),
            |_| Err(Trouble::new("expression", text, "no dialect reads this", "")),
        );
    }
    let (from, to) = place.span(
        read.first()
            .map_or(1, |(schedule, ..)| days_to_compare(schedule, place)),
    );
    let groups = grouped(read, from, to, place);
    let day = |at: DateTime<Utc>| iso(at.with_timezone(&place.zone.offset_at(at)), false);
    let json = Json {
        version: VERSION,
        expression: text,
        zone: place.zone.name(),
        from: day(from),
        to: day(to),
        groups,
        refused,
    };
    let finding = json.groups.len() != 1 || !json.refused.is_empty();
    Ok(Answer::new(words(&json, from, to, place), &json, finding))
}

/// Those that run at the same times, together.
fn grouped(read: Vec<Reading>, from: DateTime<Utc>, to: DateTime<Utc>, place: &Place) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (schedule, given, converted) in read {
        let member = Member {
            name: schedule.dialect().name,
            given,
            converted,
        };
        let key = fingerprint(&schedule, from, to, place);
        match groups
            .iter_mut()
            .find(|group| group.key == key && group.schedule.is_reboot() == schedule.is_reboot())
        {
            Some(group) => group.dialects.push(member),
            None => {
                let differs = groups
                    .first()
                    .and_then(|first| difference(&first.schedule, &schedule, from, to, place));
                let sentence = sentence(&schedule);
                groups.push(Group {
                    dialects: vec![member],
                    runs: key.0,
                    sentence,
                    differs,
                    key,
                    schedule,
                });
            }
        }
    }
    groups
}

/// What the dialect that was asked for means, put into the words of one with another grammar; none where the grammar
/// is the same, so that what it does with the expression itself is the answer.
fn translated(asked: Option<&Schedule>, dialect: &'static Dialect) -> Option<Result<Reading, String>> {
    let asked = asked?;
    let own = |dialect: &Dialect| matches!(dialect.name, "systemd" | "eventbridge");
    let seconds = |dialect: &Dialect| own(dialect) || dialect.fields.1 > 5;
    if asked.dialect() == dialect || !own(dialect) && !seconds(asked.dialect()) {
        return None;
    }
    Some(match convert::expressions(asked, dialect).as_deref() {
        Ok([one]) => Schedule::parse(one, dialect)
            .map(|schedule| (schedule, Some(one.clone()), true))
            .map_err(|error| error.to_string()),
        Ok(several) => Err(format!(
            "only {} expressions together say it: see cronexplain convert",
            several.len()
        )),
        Err(reason) => Err(reason.to_string()),
    })
}

/// The schedule as the dialect reads it. Dialects that begin with the second get a 0 before it, and a `?` where
/// they ask for one.
pub(crate) fn reading(text: &str, dialect: &'static Dialect) -> Result<(Schedule, Option<String>), String> {
    let error = match Schedule::parse(text, dialect) {
        Ok(schedule) => return Ok((schedule, None)),
        Err(error) => error,
    };
    let words: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, dom, month, dow] = words.as_slice() else {
        return Err(error.to_string());
    };
    if dialect.fields.1 < 6 {
        return Err(error.to_string());
    }
    let given = |dom: &str, dow: &str| format!("0 {minute} {hour} {dom} {month} {dow}");
    let forms = [
        Some(given(dom, dow)),
        (*dow == "*").then(|| given(dom, "?")),
        (*dom == "*").then(|| given("?", dow)),
    ];
    let mut reason = None;
    for given in forms.into_iter().flatten() {
        match Schedule::parse(&given, dialect) {
            Ok(schedule) => return Ok((schedule, Some(given))),
            Err(error) => reason = reason.or(Some(format!("{error} (given `{given}`)"))),
        }
    }
    Err(reason
        .filter(|_| dialect.fields.0 > 5)
        .unwrap_or_else(|| error.to_string()))
}

/// Long enough to meet the rare, short enough to be quick: a month of what runs all the time, a year of what runs
/// often, 28 years of what hardly does.
fn days_to_compare(schedule: &Schedule, place: &Place) -> i64 {
    let from = place.from.unwrap_or(place.now);
    let upto = |days: i64| from.checked_add_signed(TimeDelta::days(days)).unwrap_or(from);
    let runs = |days: i64, limit: usize| {
        schedule
            .between(from, upto(days), &place.zone)
            .take(limit)
            .count()
    };
    match () {
        () if runs(1, 5000) == 5000 => 31,
        () if runs(31, 8000) == 8000 => 366,
        () if runs(366, 40) < 40 => 28 * 366,
        () => 4 * 366,
    }
}

/// How many runs there are, and a hash of them.
fn fingerprint(schedule: &Schedule, from: DateTime<Utc>, to: DateTime<Utc>, place: &Place) -> (u64, u64) {
    let mut hasher = DefaultHasher::new();
    let mut count = 0;
    for run in schedule.between(from, to, &place.zone) {
        run.at.timestamp().hash(&mut hasher);
        count += 1;
    }
    (count, hasher.finish())
}

/// The first run that only one of the two has.
fn first_difference(
    one: &Schedule,
    other: &Schedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    place: &Place,
) -> Option<(Occurrence, bool)> {
    let mut left = one.between(from, to, &place.zone);
    let mut right = other.between(from, to, &place.zone);
    loop {
        return match (left.next(), right.next()) {
            (Some(a), Some(b)) if a.at == b.at => continue,
            (Some(a), Some(b)) if a.at < b.at => Some((a, true)),
            (_, Some(b)) => Some((b, false)),
            (Some(a), None) => Some((a, true)),
            (None, None) => None,
        };
    }
}

fn difference(
    first: &Schedule,
    other: &Schedule,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    place: &Place,
) -> Option<Difference> {
    let (run, of_first) = first_difference(first, other, from, to, place)?;
    let seconds = has_seconds(first) || has_seconds(other);
    let (has, lacks) = if of_first { (first, other) } else { (other, first) };
    let note = match run.shift {
        Some(Shift::Moved { from }) => format!(" (for {}, which the clock skips)", from.format("%H:%M")),
        Some(Shift::Repeated) => " (the second time that the clock shows it)".to_owned(),
        None => String::new(),
    };
    let what = format!(
        "{} runs at {}{note}, {} does not",
        has.dialect().name,
        stamp(run.at, seconds),
        lacks.dialect().name
    );
    Some(Difference {
        at: iso(run.at, seconds),
        what,
        why: reasons(first, other, run.at, place),
    })
}

/// What sets the two apart.
fn reasons(one: &Schedule, other: &Schedule, at: DateTime<FixedOffset>, place: &Place) -> Vec<String> {
    let (first, second) = (one.dialect().name, other.dialect().name);
    let mut found = Vec::new();
    if let (Some(left), Some(right)) = (one.fields(), other.fields()) {
        for field in Field::FIVE {
            if let (Some(a), Some(b)) = (left.get(field), right.get(field))
                && (a.bits != b.bits || a.special != b.special)
            {
                found.push(format!(
                    "the {field} is {} for {first}, {} for {second}",
                    values(a),
                    values(b)
                ));
            }
        }
        let restricted = |set: &FieldSet| !set.is_full();
        let both = restricted(&left.day_of_month) && restricted(&left.day_of_week)
            || left.day_of_month.bits != right.day_of_month.bits;
        if one.day_rule() != other.day_rule()
            && (both || found.is_empty() && !place.near_a_change(at.to_utc()))
        {
            found.push(format!(
                "{first} {}, {second} {}",
                rule(one.day_rule()),
                rule(other.day_rule())
            ));
        }
    }
    if found.is_empty() && place.near_a_change(at.to_utc()) {
        found.push(
            "the clock changes about then, and each has its own way with that: see cronexplain dst"
                .to_owned(),
        );
    }
    found
}

fn rule(rule: DayRule) -> &'static str {
    match rule {
        DayRule::Either => "runs when either day field matches",
        DayRule::Both => "runs when both day fields match",
        DayRule::NthWeekday => "counts the month's weekdays by the day of month",
    }
}

/// `1, 5 to 9`, `nothing`
fn values(set: &FieldSet) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut numbers = set.values().peekable();
    while let Some(first) = numbers.next() {
        let mut last = first;
        while numbers.peek() == Some(&(last + 1)) {
            last += 1;
            numbers.next();
        }
        parts.push(match last - first {
            0 => first.to_string(),
            1 => format!("{first}, {last}"),
            _ => format!("{first} to {last}"),
        });
    }
    parts.extend(
        set.special
            .iter()
            .map(|_| "a day that depends on the month".to_owned()),
    );
    match parts.len() {
        0 => "nothing".to_owned(),
        1..=8 => parts.join(", "),
        _ => format!("{} and {} more", parts[..6].join(", "), parts.len() - 6),
    }
}

fn words(json: &Json<'_>, from: DateTime<Utc>, to: DateTime<Utc>, place: &Place) -> String {
    let mut text = format!(
        "{} from {} to {} ({})\n",
        place.style.bold(&visible(json.expression)),
        place.day(from),
        place.day(to),
        visible(json.zone)
    );
    let several = json.groups.len() > 1;
    for (index, group) in json.groups.iter().enumerate() {
        let names: Vec<String> = group
            .dialects
            .iter()
            .map(|member| match &member.given {
                Some(given) if member.converted => format!("{} (as `{}`)", member.name, visible(given)),
                Some(given) => format!("{} (given `{}`)", member.name, visible(given)),
                None => member.name.to_owned(),
            })
            .collect();
        let number = if several {
            format!("{}. ", index + 1)
        } else {
            String::new()
        };
        let runs = if group.runs == 1 {
            "1 run".to_owned()
        } else {
            format!("{} runs", group.runs)
        };
        let _ = writeln!(text, "\n{number}{}", place.style.bold(&names.join(", ")));
        let _ = writeln!(
            text,
            "   {} {}",
            visible(&group.sentence),
            place.style.dim(&format!("({runs})"))
        );
        if let Some(differs) = &group.differs {
            let _ = writeln!(text, "   first difference: {}", differs.what);
            for why in &differs.why {
                let _ = writeln!(text, "   because {}", visible(why));
            }
        }
    }
    if json.groups.len() == 1 && json.refused.is_empty() {
        text.push_str("\nAll do the same.\n");
    }
    if !json.refused.is_empty() {
        let rows: Vec<Vec<String>> = json
            .refused
            .iter()
            .map(|one| vec![one.dialect.to_owned(), visible(&one.reason).into_owned()])
            .collect();
        let _ = write!(text, "\nRefused by\n{}", table(&rows));
    }
    text
}
