//! An expression made ready for the search: bit sets of seconds, minutes and hours, and the matching days of every
//! kind of month.
//!
//! A month's days depend only on the weekday it begins with and on its length: 28 kinds of month, which is what the
//! 14 shapes of a year are made of. The day rule is settled once, when these 28 masks are made, so that the search
//! never asks about it again.

use std::sync::OnceLock;

use crate::calendar::{
    CYCLE_YEARS, civil_from_days, days_from_civil, is_leap, month_length, split, weekday_of,
};
use crate::dillon::nth_weekdays;
use crate::field::{DayRule, Fields, SpecialDay};

pub(crate) const DAY: i64 = 86_400;

/// A local time by its date, with the second of the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) date: u32,
    pub(crate) time: u32,
}

impl Civil {
    #[inline]
    fn local(&self) -> i64 {
        days_from_civil(self.year, self.month, self.date) * DAY + i64::from(self.time)
    }
}

/// Days of a month as bits 1 to 31, by the weekday of the 1st (0 is Sunday) and by length minus 28.
pub(crate) type DayTable = [[u32; 4]; 7];

/// The sets that the search runs on. Times are local seconds: the clock's face read as if it were UTC.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) seconds: u64,
    pub(crate) minutes: u64,
    pub(crate) hours: u32,
    /// Bits 1 to 12.
    pub(crate) months: u16,
    pub(crate) days: DayTable,
    /// Ascending; none means every year.
    pub(crate) years: Option<Box<[i32]>>,
    /// Days that match only because the weekday nearest to an earlier day was asked for.
    pub(crate) moved_later: Option<Box<DayTable>>,
    tally: OnceLock<Box<Tally>>,
}

impl Plan {
    pub(crate) fn new(fields: &Fields, rule: DayRule) -> Plan {
        Plan {
            seconds: fields.second.as_ref().map_or(1, |set| set.bits),
            minutes: fields.minute.bits,
            hours: fields.hour.bits as u32,
            months: fields.month.bits as u16,
            days: day_table(fields, rule),
            years: fields.years.as_deref().map(Box::from),
            moved_later: moved_later(fields),
            tally: OnceLock::new(),
        }
    }

    /// Whether nothing in 400 years matches.
    pub(crate) fn never(&self) -> bool {
        if self.minutes == 0 || self.hours == 0 || self.seconds == 0 || self.months & 0x1ffe == 0 {
            return true;
        }
        match &self.years {
            Some(years) => !years.iter().any(|year| {
                let year = i64::from(*year);
                (1..=12).any(|month| self.month(year, month, days_from_civil(year, month, 1)) != 0)
            }),
            None => !(1..=12)
                .filter(|month| self.months >> month & 1 == 1)
                .any(|month| {
                    // Years 1999 and 2000: every month at its shortest and longest.
                    let lengths = [1999, 2000].map(|year| month_length(year, month) as usize - 28);
                    self.days
                        .iter()
                        .any(|kinds| lengths.iter().any(|length| kinds[*length] != 0))
                }),
        }
    }

    /// The matching days of a month that begins on the day `first`.
    #[inline]
    fn month(&self, year: i64, month: u32, first: i64) -> u32 {
        if self.months >> month & 1 == 0 || !self.has_year(year) {
            return 0;
        }
        self.days[weekday_of(first) as usize][(month_length(year, month) & 3) as usize]
    }

    #[inline]
    fn has_year(&self, year: i64) -> bool {
        self.years
            .as_ref()
            .is_none_or(|years| years.iter().any(|listed| i64::from(*listed) == year))
    }

    /// Whether a day matches.
    #[inline]
    pub(crate) fn matches_day(&self, day: i64) -> bool {
        let (year, month, date) = civil_from_days(day);
        self.month(year, month, day - i64::from(date) + 1) >> date & 1 == 1
    }

    /// Whether a date matches by its day; the year's list is not asked.
    pub(crate) fn day_of_month_matches(&self, year: i64, month: u32, day: u32) -> bool {
        let first = weekday_of(days_from_civil(year, month, 1)) as usize;
        self.days[first][month_length(year, month) as usize - 28] >> day & 1 == 1
    }

    /// Whether a local second matches.
    #[inline]
    pub(crate) fn matches(&self, local: i64) -> bool {
        let (day, time) = split(local);
        self.seconds >> (time % 60) & 1 == 1
            && self.minutes >> (time / 60 % 60) & 1 == 1
            && self.hours >> (time / 3600) & 1 == 1
            && self.matches_day(day)
    }

    /// The first match at or after a local second.
    #[inline]
    pub(crate) fn next(&self, local: i64) -> Option<i64> {
        let (day, time) = split(local);
        let (year, month, date) = civil_from_days(day);
        let found = self.next_civil(
            Civil {
                year,
                month,
                date,
                time,
            },
            weekday_of(day - i64::from(date) + 1),
        )?;
        Some(found.local())
    }

    /// The first match of the same day at or after a local time in a month that begins on the weekday `first`.
    #[inline]
    pub(crate) fn later_that_day(&self, from: Civil, first: u32) -> Option<u32> {
        if self.months >> from.month & 1 == 0 || self.years.is_some() && !self.has_year(from.year) {
            return None;
        }
        let kind = (month_length(from.year, from.month) & 3) as usize;
        if self.days[first as usize % 7][kind] >> from.date & 1 == 0 {
            return None;
        }
        self.time_from(from.time)
    }

    /// The first match at or after a local time in a month that begins on the weekday `first`.
    #[inline]
    pub(crate) fn next_civil(&self, from: Civil, first: u32) -> Option<Civil> {
        let Civil {
            year,
            month,
            date,
            time,
        } = from;
        let mut mask = 0;
        if self.months >> month & 1 == 1 && (self.years.is_none() || self.has_year(year)) {
            mask = self.days[first as usize % 7][(month_length(year, month) & 3) as usize];
        }
        if mask >> date & 1 == 1
            && let Some(time) = self.time_from(time)
        {
            return Some(Civil { time, ..from });
        }
        let time = self.first_time();
        let later = mask & (u32::MAX << date << 1);
        if later != 0 {
            return Some(Civil {
                date: later.trailing_zeros(),
                time,
                ..from
            });
        }
        self.in_later_month(year, month)
    }

    /// The first matching second of every matching day.
    #[inline]
    fn first_time(&self) -> u32 {
        self.hours.trailing_zeros() * 3600
            + self.minutes.trailing_zeros() * 60
            + self.seconds.trailing_zeros()
    }

    /// As [`Plan::next`], for a search that never finds a day moved later once it begins behind the day itself.
    pub(crate) fn next_unmoved(&self, local: i64) -> Option<i64> {
        let found = self.next(local)?;
        let day = found.div_euclid(DAY);
        if self.is_lost(day, local.div_euclid(DAY)) {
            self.next_unmoved((day + 1) * DAY)
        } else {
            Some(found)
        }
    }

    /// Whether a matching day is one moved later from a day before the one that a search begins on.
    pub(crate) fn is_lost(&self, day: i64, begin: i64) -> bool {
        let Some(moved) = &self.moved_later else {
            return false;
        };
        let (year, month, date) = civil_from_days(day);
        let first = weekday_of(day - i64::from(date) + 1);
        // From a Sunday by one day, from a Saturday that is the 1st by two.
        let by = if date == 3 && first == 6 { 2 } else { 1 };
        begin > day - by && moved[first as usize][month_length(year, month) as usize - 28] >> date & 1 == 1
    }

    /// The last match at or before a local second.
    pub(crate) fn previous(&self, local: i64) -> Option<i64> {
        let day = local.div_euclid(DAY);
        let (year, month, date) = civil_from_days(day);
        let mask = self.month(year, month, day - i64::from(date) + 1);
        if mask >> date & 1 == 1
            && let Some(time) = self.time_until((local - day * DAY) as u32)
        {
            return Some(day * DAY + i64::from(time));
        }
        let earlier = mask & !(u32::MAX << date);
        let day = if earlier != 0 {
            day - i64::from(date - earlier.ilog2())
        } else {
            self.day_in_earlier_month(year, month)?
        };
        Some(day * DAY + i64::from(self.time_until(86_399)?))
    }

    /// The first match after a month.
    fn in_later_month(&self, mut year: i64, month: u32) -> Option<Civil> {
        let mut left = u32::from(self.months) & (u32::MAX << month << 1);
        let last = self.last_year(year);
        loop {
            while left != 0 {
                let month = left.trailing_zeros();
                left &= left - 1;
                let mask = self.month(year, month, days_from_civil(year, month, 1));
                if mask != 0 {
                    return Some(Civil {
                        year,
                        month,
                        date: mask.trailing_zeros(),
                        time: self.first_time(),
                    });
                }
            }
            if year >= last {
                return None;
            }
            year += 1;
            left = u32::from(self.months);
        }
    }

    /// The last year that a search from a year on has to look at.
    fn last_year(&self, year: i64) -> i64 {
        let horizon = year + CYCLE_YEARS + 1;
        let last = self
            .years
            .as_ref()
            .and_then(|years| years.last())
            .map_or(horizon, |last| i64::from(*last));
        horizon.min(last)
    }

    /// The last matching day before a month.
    fn day_in_earlier_month(&self, year: i64, month: u32) -> Option<i64> {
        let mut below = month;
        for year in (year - CYCLE_YEARS - 1..=year).rev() {
            for month in (1..below).rev() {
                let start = days_from_civil(year, month, 1);
                let mask = self.month(year, month, start);
                if mask != 0 {
                    return Some(start - 1 + i64::from(mask.ilog2()));
                }
            }
            below = 13;
        }
        None
    }

    /// The first matching second of a day at or after a second of it.
    #[inline]
    fn time_from(&self, time: u32) -> Option<u32> {
        let (hour, minute) = (time / 3600, time / 60 % 60);
        if self.hours >> hour & 1 == 1 {
            let seconds = self.seconds & (u64::MAX << (time % 60));
            if seconds != 0 && self.minutes >> minute & 1 == 1 {
                return Some(hour * 3600 + minute * 60 + seconds.trailing_zeros());
            }
            let minutes = self.minutes & (u64::MAX << minute << 1);
            if minutes != 0 {
                return Some(hour * 3600 + minutes.trailing_zeros() * 60 + self.seconds.trailing_zeros());
            }
        }
        let hours = self.hours & (u32::MAX << hour << 1);
        let first = self.minutes.trailing_zeros() * 60 + self.seconds.trailing_zeros();
        (hours != 0).then(|| hours.trailing_zeros() * 3600 + first)
    }

    /// The last matching second of a day at or before a second of it.
    fn time_until(&self, time: u32) -> Option<u32> {
        let last = |bits: u64| 63 - bits.leading_zeros();
        if self.seconds == 0 || self.minutes == 0 {
            return None;
        }
        let (hour, minute) = (time / 3600, time / 60 % 60);
        let in_hour = self.hours >> hour & 1 == 1;
        let seconds = self.seconds & (u64::MAX >> (63 - time % 60));
        if seconds != 0 && self.minutes >> minute & 1 == 1 && in_hour {
            return Some(hour * 3600 + minute * 60 + last(seconds));
        }
        let minutes = self.minutes & !(u64::MAX << minute);
        if minutes != 0 && in_hour {
            return Some(hour * 3600 + last(minutes) * 60 + last(self.seconds));
        }
        let hours = self.hours & !(u32::MAX << hour);
        (hours != 0).then(|| hours.ilog2() * 3600 + last(self.minutes) * 60 + last(self.seconds))
    }

    /// How many matches there are from a local second (included) to another (excluded).
    pub(crate) fn count(&self, from: i64, to: i64) -> u64 {
        if from >= to {
            return 0;
        }
        let ((first, begin), (last, end)) = (split(from), split(to));
        let tally = self.tally.get_or_init(|| Box::new(Tally::of(self)));
        let mut count = self.days_between(first, last, tally) * tally.per_day;
        if end > 0 && self.matches_day(last) {
            count += self.in_day_before(end);
        }
        if begin > 0 && self.matches_day(first) {
            count -= self.in_day_before(begin);
        }
        count
    }

    /// Calls `each` with every match from a local second (included) to another (excluded), ascending.
    pub(crate) fn list(&self, from: i64, to: i64, each: &mut impl FnMut(i64)) {
        if from >= to {
            return;
        }
        let times = self.times();
        let (last, _) = split(to - 1);
        let (mut day, mut time) = split(from);
        while day <= last {
            if self.matches_day(day) {
                let start = day * DAY;
                let skip = times.partition_point(|listed| *listed < time);
                let stop = times.partition_point(|listed| start + i64::from(*listed) < to);
                for listed in &times[skip..stop.max(skip)] {
                    each(start + i64::from(*listed));
                }
                (day, time) = (day + 1, 0);
                continue;
            }
            match self.next(day * DAY) {
                Some(next) => (day, time) = (split(next).0, 0),
                None => return,
            }
        }
    }

    /// The matching seconds of a matching day.
    fn times(&self) -> Vec<u32> {
        let mut times = Vec::new();
        for hour in bits(u64::from(self.hours)) {
            for minute in bits(self.minutes) {
                times.extend(bits(self.seconds).map(|second| hour * 3600 + minute * 60 + second));
            }
        }
        times
    }

    /// How many matching seconds of a matching day lie before a second of it.
    fn in_day_before(&self, time: u32) -> u64 {
        let count = |bits: u64| u64::from(bits.count_ones());
        let below = |bits: u64, limit: u32| count(bits & !(u64::MAX.checked_shl(limit).unwrap_or(0)));
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let (minutes, seconds) = (count(self.minutes), count(self.seconds));
        let mut found = below(u64::from(self.hours), hour) * minutes * seconds;
        if hour < 24 && self.hours >> hour & 1 == 1 {
            found += below(self.minutes, minute) * seconds;
            if self.minutes >> minute & 1 == 1 {
                found += below(self.seconds, second);
            }
        }
        found
    }

    /// How many days match, from one (included) to another (excluded).
    fn days_between(&self, from: i64, to: i64, tally: &Tally) -> u64 {
        let (mut year, mut month, date) = civil_from_days(from);
        let mut first = from - i64::from(date) + 1;
        let mut weekday = weekday_of(first);
        let mut skip = u32::MAX << date;
        let mut count = 0;
        while first < to {
            let leap = is_leap(year);
            let length_of_year = 365 + i64::from(leap);
            if month == 1 && skip == u32::MAX << 1 && first + length_of_year <= to && self.years.is_none() {
                count += u64::from(tally.years[usize::from(leap)][weekday as usize]);
                first += length_of_year;
                weekday = (weekday + 1 + u32::from(leap)) % 7;
                year += 1;
                continue;
            }
            let length = month_length(year, month);
            if self.months >> month & 1 == 1 && self.has_year(year) {
                let mut mask = self.days[weekday as usize][(length & 3) as usize] & skip;
                if let Some(end) = u32::try_from(to - first).ok().filter(|end| *end < length) {
                    mask &= !(u32::MAX << end << 1);
                }
                count += u64::from(mask.count_ones());
            }
            skip = u32::MAX << 1;
            first += i64::from(length);
            weekday = (weekday + length) % 7;
            (year, month) = if month == 12 {
                (year + 1, 1)
            } else {
                (year, month + 1)
            };
        }
        count
    }
}

/// What counting needs, made when it is first asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Tally {
    per_day: u64,
    /// The matching days of each of the 14 shapes of a year: leap or not, by the weekday of 1 January.
    years: [[u16; 7]; 2],
}

impl Tally {
    fn of(plan: &Plan) -> Tally {
        let mut years = [[0; 7]; 2];
        for (leap, shapes) in years.iter_mut().enumerate() {
            for (first, days) in shapes.iter_mut().enumerate() {
                let mut weekday = first as u32;
                for month in 1..=12 {
                    let length = month_length(1999 + leap as i64, month);
                    if plan.months >> month & 1 == 1 {
                        *days += plan.days[weekday as usize][(length & 3) as usize].count_ones() as u16;
                    }
                    weekday = (weekday + length) % 7;
                }
            }
        }
        Tally {
            per_day: plan.in_day_before(86_400),
            years,
        }
    }
}

/// The set bits, ascending.
fn bits(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let bit = bits.trailing_zeros();
        (bits != 0).then(|| bits &= bits - 1).map(|()| bit)
    })
}

/// The 28 masks, the day rule settled.
fn day_table(fields: &Fields, rule: DayRule) -> DayTable {
    let dates = fields.day_of_month.bits as u32 & !1;
    let weekdays = fields.day_of_week.bits as u32 & 0x7f;
    // The week's pattern over and over: bit n is the weekday n % 7.
    let weeks = (u64::from(weekdays) * 0x0002_0408_1020_4081) & ((1 << 49) - 1);
    let special = !(fields.day_of_month.special.is_empty() && fields.day_of_week.special.is_empty());
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
fn moved_later(fields: &Fields) -> Option<Box<DayTable>> {
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
