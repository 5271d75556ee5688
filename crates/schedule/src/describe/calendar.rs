//! systemd's calendar events as sets of values, and what their repetitions lose.

use chrono::{DateTime, Utc};

use super::words::and;
use crate::field::{Field, FieldSet, Fields, SpecialDay};
use crate::schedule::Schedule;
use crate::systemd::{Component, SECOND, Spec};
use crate::zone::Zone;

/// The last year that systemd knows.
const LAST_YEAR: i64 = 2199;

/// The sets that the parts of a calendar event name; fractions of a second are dropped.
pub(super) fn fields(spec: &Spec) -> Fields {
    let mut day = set(Field::DayOfMonth, &spec.day, 1);
    if spec.end_of_month {
        day.bits = 0;
        day.special = days_from_the_end(&spec.day);
    }
    let weekdays = match spec.weekdays {
        // Monday is bit 0 there and bit 1 here.
        Some(days) => u64::from(days) << 1 & 0x7f | u64::from(days) >> 6,
        None => Field::DayOfWeek.full(),
    };
    let years: Vec<i32> = spec
        .year
        .iter()
        .flat_map(|one| values(one, LAST_YEAR, 1))
        .map(|year| year as i32)
        .collect();
    Fields {
        second: Some(set(Field::Second, &spec.microsecond, SECOND)),
        minute: set(Field::Minute, &spec.minute, 1),
        hour: set(Field::Hour, &spec.hour, 1),
        day_of_month: day,
        month: set(Field::Month, &spec.month, 1),
        day_of_week: FieldSet::new(Field::DayOfWeek, weekdays, 0..0, spec.weekdays.is_none()),
        years: (!years.is_empty()).then_some(years),
    }
}

fn set(field: Field, chain: &[Component], unit: i64) -> FieldSet {
    let last = i64::from(field.last());
    let named = chain
        .iter()
        .flat_map(|one| values(one, last, unit))
        .fold(0, |bits, value| bits | 1u64 << value);
    let bits = if chain.is_empty() {
        field.full()
    } else {
        named & field.full()
    };
    FieldSet::new(field, bits, 0..0, chain.is_empty())
}

/// The values of one item, up to the last one of its unit.
fn values(one: &Component, last: i64, unit: i64) -> impl Iterator<Item = i64> + use<> {
    let end = match (one.stop, one.repeat) {
        (-1, 0) => one.start,
        (-1, _) => (last + 1) * unit - 1,
        (stop, _) => stop,
    };
    let step = match one.repeat {
        0 => unit,
        repeat => repeat,
    };
    (one.start..=end)
        .step_by(usize::try_from(step.max(1)).unwrap_or(1))
        .map(move |value| (value / unit).min(last))
}

/// `~3/1` runs from the third last day on, towards the end.
fn days_from_the_end(chain: &[Component]) -> Vec<SpecialDay> {
    let mut before: Vec<u32> = Vec::new();
    for one in chain {
        let step = usize::try_from(one.repeat.max(1)).unwrap_or(1);
        let first = match (one.stop, one.repeat) {
            (-1, 0) => one.start,
            (-1, _) => 1,
            _ => one.start,
        };
        let last = if one.stop < 0 { one.start } else { one.stop };
        let days = (first..=last).rev().step_by(step);
        before.extend(days.filter_map(|day| u32::try_from(day - 1).ok()));
    }
    before.sort_unstable();
    before.dedup();
    before
        .into_iter()
        .map(|before| SpecialDay::Last { before })
        .collect()
}

/// ` in Europe/Berlin`, and what systemd leaves out: a repetition without an end forgets to begin anew.
pub(super) fn aside(schedule: &Schedule, spec: &Spec) -> String {
    let zone = match &spec.zone {
        Some(zone) => format!(", on the clock of {}", zone.name()),
        None if spec.utc => ", on the clock of UTC".to_owned(),
        None => String::new(),
    };
    let open = |chain: &[Component]| chain.iter().any(|one| one.stop == -1 && one.repeat > 0);
    if ![&spec.month, &spec.day, &spec.hour, &spec.minute]
        .into_iter()
        .any(|chain| open(chain))
    {
        return zone;
    }
    let lost: Vec<String> = [
        ("2030-01-02T00:00:00Z", "2030-01-03T00:00:00Z", "after a midnight"),
        ("2030-05-01T00:00:00Z", "2030-06-01T00:00:00Z", "of a month"),
        ("2031-01-01T00:00:00Z", "2032-01-01T00:00:00Z", "of a year"),
    ]
    .into_iter()
    .filter(|(from, to, _)| loses_the_first(schedule, spec, from, to))
    .map(|(_, _, word)| word.to_owned())
    .collect();
    match lost.is_empty() {
        true => zone,
        false => format!("{zone} (systemd forgets the first one {})", and(&lost[..1])),
    }
}

/// Whether the first time that the sets name in a span is left out, though others come.
fn loses_the_first(schedule: &Schedule, spec: &Spec, from: &str, to: &str) -> bool {
    let time = |text: &str| text.parse::<DateTime<Utc>>().ok();
    let (Some(from), Some(to)) = (time(from), time(to)) else {
        return false;
    };
    let sets = fields(spec);
    let mut day = from.date_naive();
    let zone = Zone::utc();
    let earlier = from - chrono::TimeDelta::days(1);
    let Some(found) = schedule
        .after(earlier, &zone)
        .map(|run| run.at.to_utc())
        .find(|at| *at >= from)
    else {
        return false;
    };
    // The day part must be plain for this to be told; the hosts of such expressions name no days.
    if spec.weekdays.is_some() || !sets.day_of_month.special.is_empty() || spec.zone.is_some() || spec.utc {
        return false;
    }
    while day < to.date_naive() {
        use chrono::Datelike;
        if sets.month.contains(day.month()) && sets.day_of_month.contains(day.day()) {
            let low = |set: &FieldSet| set.values().next().unwrap_or_default();
            let second = sets.second.as_ref().map_or(0, low);
            let first = day
                .and_hms_opt(low(&sets.hour), low(&sets.minute), second)
                .map(|at| at.and_utc());
            return first.is_some_and(|first| first < found && found < to);
        }
        let Some(next) = day.succ_opt() else { return false };
        day = next;
    }
    false
}
