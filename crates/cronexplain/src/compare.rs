//! One expression under every scheduler: who does the same, and where the others begin to differ.

mod difference;

use std::fmt::Write;
use std::hash::{DefaultHasher, Hash, Hasher};

use chrono::{DateTime, TimeDelta, Utc};
use schedule::Schedule;
use serde::Serialize;

use crate::answer::{Answer, Place, table};
use crate::json::VERSION;
use crate::reading::{self, Reading, Refusal};
use crate::report::{iso, sentence};
use crate::trouble::{Trouble, visible};
use difference::Difference;

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
    /// The name, with what it was given.
    #[serde(skip)]
    label: String,
}

/// Groups all dialects by what they do in the span; the first group holds the dialect that was asked for.
pub(crate) fn compare(text: &str, place: &Place) -> Result<Answer, Trouble> {
    let (read, refused) = reading::everywhere(text, place);
    if read.is_empty() {
        // Nobody reads it: the dialect that was asked for says why.
        return Schedule::parse(text, place.dialect).map_or_else(
            |error| Err(Trouble::expression(text, &error)),
            |_| Err(Trouble::new("expression", text, "no dialect reads this", "")),
        );
    }
    let (from, to) = place.span(
        read.first()
            .map_or(1, |one| days_to_compare(&one.schedule, place)),
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
    for reading in read {
        let member = Member {
            name: reading.schedule.dialect().name,
            label: reading.label(),
            given: reading.given,
            converted: reading.converted,
        };
        let schedule = reading.schedule;
        let key = fingerprint(&schedule, from, to, place);
        match groups
            .iter_mut()
            .find(|group| group.key == key && group.schedule.is_reboot() == schedule.is_reboot())
        {
            Some(group) => group.dialects.push(member),
            None => {
                let differs = groups
                    .first()
                    .and_then(|first| difference::between(&first.schedule, &schedule, from, to, place));
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
            .map(|member| visible(&member.label).into_owned())
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
