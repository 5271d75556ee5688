//! The days of a schedule in words: "on the 1st of every month, or on Monday".

use super::words::{and, or, ordinal, progression, range, segments, values};
use crate::field::{DayRule, FieldSet, Fields, SpecialDay};
use crate::names::{MONTHS, WEEKDAYS};

const FEBRUARY: u64 = 1 << 2;
const ALL_MONTHS: u64 = 0x1ffe;
const ALL_WEEKDAYS: u64 = 0x7f;

/// The days in words.
pub(super) struct Days {
    /// What the sentence begins with when the months hold for all of it: `In January: `.
    pub(super) lead: String,
    /// What follows the times of day, with its blank.
    pub(super) text: String,
    /// No day is left out.
    pub(super) every_day: bool,
}

/// The days that three fields and their rule make; `text` is the expression.
pub(super) fn days(fields: &Fields, rule: DayRule, text: &str, every_day: &str) -> Days {
    let months = fields.month.bits;
    let (dom, dow) = (&fields.day_of_month, &fields.day_of_week);
    let plain = |words: String| Days {
        lead: String::new(),
        text: words,
        every_day: false,
    };
    match (is_every(dom), is_every(dow), rule) {
        (true, true, _) => Days {
            every_day: months == ALL_MONTHS,
            ..plain(match months {
                ALL_MONTHS => every_day.to_owned(),
                _ => format!("{every_day} {}", in_months(months)),
            })
        },
        (_, _, DayRule::Either) => either(fields, text),
        (false, _, DayRule::NthWeekday) if !dow.starred && !dom.starred => {
            plain(format!(" {}", nth_weekdays(dom, dow, months)))
        }
        (true, false, _) => {
            let comma = if is_stretch(dow) && is_run(months) {
                ","
            } else {
                ""
            };
            let words = weekdays(dow, months);
            plain(match months {
                ALL_MONTHS => format!(" {words}"),
                _ if !dow.special.is_empty() => format!(" {words}"),
                _ => format!(" {words}{comma} {}", in_months(months)),
            })
        }
        (false, true, _) => {
            let words = on_month_days(dom, months);
            plain(format!(" {words}{}", starting_again(dom, months)))
        }
        (false, false, _) => {
            let words = on_month_days(dom, months);
            plain(format!(" {words}, but only if it is also {}", a_weekday(dow)))
        }
    }
}

/// Either field is enough. The months hold for both, so they come first.
fn either(fields: &Fields, text: &str) -> Days {
    let (dom, dow, months) = (&fields.day_of_month, &fields.day_of_week, fields.month.bits);
    let every = months == ALL_MONTHS;
    let first = match () {
        () if dom.is_empty() => format!(
            "on no day of the month ({} matches nothing)",
            &text[dom.span.clone()]
        ),
        () if is_every(dom) => "on any day of the month".to_owned(),
        () if every => on_month_days(dom, months),
        () => format!("on {} of the month{}", month_days(dom), aside(dom, months)),
    };
    let second = match () {
        () if dow.is_empty() => format!(
            "on no day of the week ({} matches nothing)",
            &text[dow.span.clone()]
        ),
        () if is_every(dow) => "on any day of the week".to_owned(),
        () => weekdays(dow, ALL_MONTHS),
    };
    let all = if is_every(dom) || is_every(dow) {
        " (that is, every day)"
    } else {
        ""
    };
    let lead = if every {
        String::new()
    } else {
        format!("{}: ", in_months(months))
    };
    Days {
        lead,
        text: format!(" {first}, or {second}{all}"),
        every_day: false,
    }
}

fn is_every(set: &FieldSet) -> bool {
    set.is_full()
}

/// `on the 1st and 15th of every month`, with an aside on the months that lack the day.
fn on_month_days(dom: &FieldSet, months: u64) -> String {
    let lacking = dom.bits == 1 << 31 && months == ALL_MONTHS && dom.special.is_empty();
    let has = if lacking {
        " that has one"
    } else {
        &aside(dom, months)
    };
    format!("on {} {}{has}", month_days(dom), of_months(months))
}

/// `the 1st to 7th and every 2nd day from the 9th to the 31st`
fn month_days(dom: &FieldSet) -> String {
    let stepped = |part: &super::words::Progression| {
        let (first, last) = (ordinal(part.first), ordinal(part.last));
        format!("every {} day from the {first} to the {last}", ordinal(part.step))
    };
    let whole = progression(dom.bits)
        .filter(|steps| !steps.is_run() && (steps.len() >= 5 || steps.len() >= 3 && steps.spans(1, 32)));
    let parts = whole.map_or_else(|| segments(dom.bits, 5), |steps| vec![steps]);
    let (plain, steps): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| part.is_run());
    let mut items: Vec<String> = plain.iter().map(|part| range(part, ordinal)).collect();
    if let Some(first) = items.first_mut() {
        first.insert_str(0, "the ");
    }
    items.extend(steps.iter().map(stepped));
    items.extend(special_days(&dom.special));
    and(&items)
}

/// `the last 3 days`, `the last day`, `the weekday nearest to the 15th`
fn special_days(special: &[SpecialDay]) -> Vec<String> {
    let from_the_end = (0..)
        .zip(special)
        .all(|(before, day)| *day == SpecialDay::Last { before });
    match special.len() {
        many @ 2.. if from_the_end => vec![format!("the last {many} days")],
        _ => special.iter().map(special_day).collect(),
    }
}

fn special_day(day: &SpecialDay) -> String {
    match *day {
        SpecialDay::Last { before: 0 } => "the last day".to_owned(),
        SpecialDay::Last { before: 1 } => "the day before the last".to_owned(),
        SpecialDay::Last { before } => format!("the {} day before the last", ordinal(before)),
        SpecialDay::NearestWeekday { day } => format!("the weekday nearest to the {}", ordinal(day)),
        SpecialDay::LastWeekday { before: 0 } => "the last weekday".to_owned(),
        SpecialDay::LastWeekday { before } => {
            format!(
                "the weekday nearest to the {} day before the last",
                ordinal(before)
            )
        }
        SpecialDay::Nth { weekday, nth } => format!("the {} {}", ordinal(nth), weekday_name(weekday)),
        SpecialDay::LastOf { weekday } => format!("the last {}", weekday_name(weekday)),
    }
}

/// Steps that begin on the 1st and end near the end of the month jump unevenly into the next one.
fn starting_again(dom: &FieldSet, months: u64) -> &'static str {
    let steps = progression(dom.bits).filter(|steps| steps.len() >= 3 && steps.spans(1, 32));
    match steps {
        Some(steps) if !steps.is_run() && months == ALL_MONTHS && dom.special.is_empty() => {
            ", starting again on the 1st"
        }
        _ => "",
    }
}

/// ` (never in February)`: the months that lack all of these days.
fn aside(dom: &FieldSet, months: u64) -> String {
    if dom.bits == 0 || dom.bits.trailing_zeros() < 29 || !dom.special.is_empty() {
        return String::new();
    }
    let lacking = lacking(dom.bits, months);
    let leap = dom.bits & 1 << 29 != 0 && months & FEBRUARY != 0;
    match (leap, lacking) {
        (true, _) if months == FEBRUARY => " (only in leap years)".to_owned(),
        (true, _) => " (in February only in leap years)".to_owned(),
        (false, 0) => String::new(),
        (false, lacking) => format!(" (never in {})", and(&month_names(lacking))),
    }
}

/// Those of the months that have none of the days, even in leap years.
pub(super) fn lacking(days: u64, months: u64) -> u64 {
    values(months)
        .filter(|month| days & month_length_bits(*month) == 0)
        .fold(0, |bits, month| bits | 1 << month)
}

fn month_length_bits(month: u32) -> u64 {
    match month {
        2 => (1 << 30) - 2,
        4 | 6 | 9 | 11 => (1 << 31) - 2,
        _ => (1 << 32) - 2,
    }
}

pub(super) fn month_names(months: u64) -> Vec<String> {
    values(months)
        .filter_map(|month| MONTHS.get(month as usize - 1))
        .map(|name| (*name).to_owned())
        .collect()
}

fn weekday_name(weekday: u32) -> &'static str {
    WEEKDAYS[weekday as usize % 7]
}

/// Behind days of the month: `of every month`, `of January and March`.
fn of_months(months: u64) -> String {
    match months {
        ALL_MONTHS => "of every month".to_owned(),
        _ if is_run(months) => format!("of every month {}", in_months(months)),
        _ => format!("of {}", months_listed(months)),
    }
}

/// Elsewhere: `in January and March`, `from March to May`.
fn in_months(months: u64) -> String {
    match progression(months) {
        _ if months == ALL_MONTHS => "in every month".to_owned(),
        Some(run) if is_run(months) => {
            format!(
                "from {} to {}",
                MONTHS[run.first as usize - 1],
                MONTHS[run.last as usize - 1]
            )
        }
        _ => format!("in {}", months_listed(months)),
    }
}

fn is_run(months: u64) -> bool {
    months != ALL_MONTHS && progression(months).is_some_and(|run| run.is_run() && run.len() >= 3)
}

/// `January, March and June to August`, `every 3rd month from January to October`.
fn months_listed(months: u64) -> String {
    let name = |month: u32| MONTHS[month as usize - 1].to_owned();
    match progression(months) {
        Some(steps) if steps.len() >= 4 && !steps.is_run() => {
            let (first, last) = (name(steps.first), name(steps.last));
            format!("every {} month from {first} to {last}", ordinal(steps.step))
        }
        _ => and(&segments(months, 12)
            .iter()
            .map(|part| range(part, name))
            .collect::<Vec<_>>()),
    }
}

/// `on Monday and Wednesday`, `every day from Monday to Friday`, `on the 3rd Friday of every month`.
fn weekdays(dow: &FieldSet, months: u64) -> String {
    if !dow.special.is_empty() {
        let special: Vec<String> = dow.special.iter().map(special_day).collect();
        let plain = if dow.bits == 0 {
            String::new()
        } else {
            format!("{}, and ", plain_weekdays(dow.bits))
        };
        return format!("{plain}on {} {}", and(&special), of_months(months));
    }
    plain_weekdays(dow.bits)
}

fn plain_weekdays(bits: u64) -> String {
    match stretch(bits) {
        Some((first, last)) => format!("every day from {first} to {last}"),
        None => format!("on {}", and(&weekday_names(bits))),
    }
}

/// `a Monday, Wednesday or Friday`, `a day from Monday to Friday`.
fn a_weekday(dow: &FieldSet) -> String {
    let special = dow.special.iter().map(special_day);
    let plain = match stretch(dow.bits) {
        Some((first, last)) => vec![format!("a day from {first} to {last}")],
        None => {
            let mut names = weekday_names(dow.bits);
            if let Some(first) = names.first_mut() {
                first.insert_str(0, "a ");
            }
            names
        }
    };
    or(&plain.into_iter().chain(special).collect::<Vec<_>>())
}

/// dcron: `on the 1st, 3rd and last Monday of every month`; numbers above 5 mean the last.
fn nth_weekdays(dom: &FieldSet, dow: &FieldSet, months: u64) -> String {
    let numbers = values(dom.bits).filter(|number| *number <= 5).map(ordinal);
    let last = (dom.bits >> 6 != 0).then(|| "last".to_owned());
    let which: Vec<String> = numbers.chain(last).collect();
    format!(
        "on the {} {} {}",
        and(&which),
        and(&weekday_names(dow.bits)),
        of_months(months)
    )
}

/// Monday first, so that the weekend stays together.
fn weekday_names(bits: u64) -> Vec<String> {
    [1, 2, 3, 4, 5, 6, 0]
        .into_iter()
        .filter(|weekday| bits >> weekday & 1 == 1)
        .map(|weekday| weekday_name(weekday).to_owned())
        .collect()
}

fn is_stretch(dow: &FieldSet) -> bool {
    dow.special.is_empty() && stretch(dow.bits).is_some()
}

/// The first and last day of three or more days in a row, over the weekend too.
fn stretch(bits: u64) -> Option<(&'static str, &'static str)> {
    let count = bits.count_ones();
    if !(3..7).contains(&count) {
        return None;
    }
    let run = (1 << count) - 1;
    let turned = |start: u32| (run << start | run << start >> 7) & ALL_WEEKDAYS;
    (0..7)
        .find(|start| turned(*start) == bits)
        .map(|start| (weekday_name(start), weekday_name(start + count - 1)))
}
