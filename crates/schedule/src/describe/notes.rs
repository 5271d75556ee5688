//! Parts of an expression that do nothing.

use super::words;
use crate::field::{Field, FieldSet, Fields};
use crate::schedule::Schedule;

/// The parts that could go without a change: items that are listed twice or that others include, and days that no
/// month in question has.
///
/// ```
/// use schedule::{Schedule, describe, dialect};
///
/// let schedule = Schedule::parse("*/5,15,15 0 * * *", &dialect::DEBIAN).unwrap();
/// assert_eq!(
///     describe::notes(&schedule),
///     ["`15` in the minute is listed twice", "`15` in the minute adds nothing to `*/5`"]
/// );
/// ```
pub fn notes(schedule: &Schedule) -> Vec<String> {
    let Some(fields) = schedule.fields().filter(|_| !schedule.text().starts_with('@')) else {
        return Vec::new();
    };
    let mut found: Vec<String> = Field::FIVE
        .iter()
        .filter_map(|field| fields.get(*field))
        .flat_map(|set| idle_items(schedule, set))
        .collect();
    if !schedule.never_fires() {
        found.extend(missing_days(fields));
    }
    found
}

/// A longer list is not taken apart.
const MANY: usize = 120;

/// Items of a list that the others include.
fn idle_items(schedule: &Schedule, set: &FieldSet) -> Vec<String> {
    let text = schedule.text();
    let Some(field) = text.get(set.span.clone()).filter(|field| field.contains(',')) else {
        return Vec::new();
    };
    let count = field.split(',').count();
    if count > MANY {
        let name = super::spoken(set.field).0;
        return vec![format!(
            "the {name} lists {count} items for {} values",
            set.bits.count_ones()
        )];
    }
    let items: Vec<(&str, u64)> = field
        .split(',')
        .map(|item| (item, alone(schedule, set, item).unwrap_or_default()))
        .collect();
    let mut kept: Vec<bool> = vec![true; items.len()];
    let mut found = Vec::new();
    let mut order: Vec<usize> = (0..items.len()).collect();
    // Of two that include each other the later one goes; small ones go before large ones.
    order.sort_by_key(|index| (items[*index].1.count_ones(), std::cmp::Reverse(*index)));
    for index in order {
        let (item, bits) = items[index];
        // In a day field a star also decides how the two go together.
        let rules = item.contains('*') && matches!(set.field, Field::DayOfMonth | Field::DayOfWeek);
        let others = || {
            items
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != index && kept[*other])
        };
        let rest = others().fold(0, |all, (_, (_, bits))| all | bits);
        if bits == 0 || rules || bits & !rest != 0 {
            continue;
        }
        let name = super::spoken(set.field).0;
        let twin = others().any(|(_, (other, _))| *other == item);
        let wider = others().find(|(_, (_, other))| bits & !other == 0);
        found.push(match wider {
            _ if twin => format!("`{item}` in the {name} is listed twice"),
            Some((_, (other, _))) => format!("`{item}` in the {name} adds nothing to `{other}`"),
            None => format!("`{item}` in the {name} adds nothing to the rest of the list"),
        });
        kept[index] = false;
    }
    found
}

/// What an item would match if it stood alone.
fn alone(schedule: &Schedule, set: &FieldSet, item: &str) -> Option<u64> {
    let text = schedule.text();
    let single = format!("{}{item}{}", &text[..set.span.start], &text[set.span.end..]);
    let read = Schedule::parse(&single, schedule.dialect()).ok()?;
    read.fields()?.get(set.field).map(|set| set.bits)
}

/// `the 31st never comes in February`
fn missing_days(fields: &Fields) -> Option<String> {
    let (dom, months) = (&fields.day_of_month, fields.month.bits);
    let missing: Vec<String> = dom
        .values()
        .filter(|day| super::days::lacking(1 << day, months) == months)
        .map(words::ordinal)
        .collect();
    let some = !missing.is_empty() && !dom.is_full() && dom.bits.count_ones() as usize > missing.len();
    some.then(|| {
        let comes = if missing.len() == 1 { "comes" } else { "come" };
        format!(
            "the {} never {comes} in {}",
            words::and(&missing),
            words::and(&super::days::month_names(months))
        )
    })
}
