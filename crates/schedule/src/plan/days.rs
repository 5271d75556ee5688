//! The matching days of the 28 kinds of month.

use crate::dillon::nth_weekdays;
use crate::field::{DayRule, Fields, SpecialDay};

/// Days of a month as bits 1 to 31, by the weekday of the 1st (0 is Sunday) and by length minus 28.
pub(crate) type DayTable = [[u32; 4]; 7];

/// Every day of every kind of month.
pub(super) const FULL: DayTable = [[(1 << 29) - 2, (1 << 30) - 2, (1 << 31) - 2, u32::MAX - 1]; 7];

/// The 28 masks, the day rule settled.
pub(super) fn day_table(fields: &Fields, rule: DayRule) -> DayTable {
    let dates = fields.day_of_month.bits as u32 & !1;
    let weekdays = fields.day_of_week.bits as u32 & 0x7f;
    let special = !(fields.day_of_month.special.is_empty() && fields.day_of_week.special.is_empty());
    if !special && is_full(dates, weekdays, rule) {
        return FULL;
    }
    // The week's pattern over and over: bit n is the weekday n % 7.
    let weeks = (u64::from(weekdays) * 0x0002_0408_1020_4081) & ((1 << 49) - 1);
    let nth = match rule {
        DayRule::NthWeekday => nth_weekdays(u64::from(dates), u64::from(weekdays)),
        _ => Vec::new(),
    };
    let mut table = [[0; 4]; 7];
    for (first, kinds) in table.iter_mut().enumerate() {
        // Bit 1 is the 1st of the month, whose weekday is `first`.
        let on_weekday = ((weeks >> first) << 1) as u32;
        let together = |dates: u32, on_weekday: u32| match rule {
            DayRule::Either => dates | on_weekday,
            _ => dates & on_weekday,
        };
        let days = together(dates, on_weekday);
        for (extra, mask) in kinds.iter_mut().enumerate() {
            let shape = (first as u32, 28 + extra as u32);
            let mut days = days;
            if rule == DayRule::NthWeekday {
                days = special_days(&nth, shape);
            } else if special {
                let dates = dates | special_days(&fields.day_of_month.special, shape);
                days = together(
                    dates,
                    on_weekday | special_days(&fields.day_of_week.special, shape),
                );
            }
            *mask = days & (u32::MAX >> (3 - extra));
        }
    }
    table
}

/// Whether plain days are all days.
fn is_full(dates: u32, weekdays: u32, rule: DayRule) -> bool {
    let (dates, weekdays) = (dates == u32::MAX - 1, weekdays == 0x7f);
    match rule {
        DayRule::Either => dates || weekdays,
        DayRule::Both => dates && weekdays,
        DayRule::NthWeekday => false,
    }
}

fn special_days(special: &[SpecialDay], (first, length): (u32, u32)) -> u32 {
    let weekday = |day: u32| (first + day - 1) % 7;
    let mask = |day: Option<u32>| day.map_or(0, |day| 1 << day);
    special.iter().fold(0, |days, special| {
        days | match *special {
            SpecialDay::Last { before } => mask(length.checked_sub(before).filter(|day| *day > 0)),
            SpecialDay::NearestWeekday { day } => mask(
                (1..=length)
                    .contains(&day)
                    .then(|| nearest(day, weekday(day), length)),
            ),
            SpecialDay::LastWeekday { before } => mask(
                length
                    .checked_sub(before)
                    .filter(|day| *day > 0)
                    .map(|day| nearest(day, weekday(day), length)),
            ),
            SpecialDay::Nth { weekday: wanted, nth } => {
                let day = 1 + (wanted + 7 - first) % 7 + 7 * (nth - 1);
                mask((day <= length).then_some(day))
            }
            SpecialDay::LastOf { weekday: wanted } => mask(Some(length - (weekday(length) + 7 - wanted) % 7)),
        }
    })
}

/// The days that only a nearest weekday behind the day itself makes match, for fields that have one.
pub(super) fn moved_later(fields: &Fields) -> Option<Box<DayTable>> {
    let special = &fields.day_of_month.special;
    let days = special
        .iter()
        .filter(|special| matches!(special, SpecialDay::NearestWeekday { .. }));
    let days: Vec<SpecialDay> = days.copied().collect();
    if days.is_empty() {
        return None;
    }
    let mut table = [[0; 4]; 7];
    for (first, kinds) in table.iter_mut().enumerate() {
        for (extra, mask) in kinds.iter_mut().enumerate() {
            let shape = (first as u32, 28 + extra as u32);
            let others: Vec<SpecialDay> = special
                .iter()
                .filter(|special| !days.contains(special))
                .copied()
                .collect();
            let fixed = fields.day_of_month.bits as u32 | special_days(&others, shape);
            for day in &days {
                let found = special_days(&[*day], shape);
                if matches!(day, SpecialDay::NearestWeekday { day } if found > 1 << day) {
                    *mask |= found & !fixed;
                }
            }
        }
    }
    Some(Box::new(table))
}

/// The weekday nearest to a day, in the same month.
fn nearest(day: u32, weekday: u32, length: u32) -> u32 {
    match weekday {
        6 if day == 1 => 3,
        6 => day - 1,
        0 if day == length => day - 2,
        0 => day + 1,
        _ => day,
    }
}
