//! The Gregorian calendar in whole numbers: days since 1970-01-01, months, weekdays.

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, NaiveDateTime, Timelike, Utc};

/// The calendar repeats itself, weekdays included, after so many years.
pub(crate) const CYCLE_YEARS: i64 = 400;
/// Those years in days.
pub(crate) const CYCLE_DAYS: i64 = 146_097;
/// Those years in seconds.
pub(crate) const CYCLE_SECONDS: i64 = CYCLE_DAYS * 86_400;
/// Nothing fires after this second (the year 200,000): far inside what chrono can show.
pub(crate) const LAST_SECOND: i64 = 6_249_222_230_400;

/// Days since 1970-01-01 of a date (Howard Hinnant's algorithm).
#[inline]
pub(crate) fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year = (year + BIAS * CYCLE_YEARS) as u32;
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted + 2) / 5 + day - 1;
    let century = year / 100;
    let days = year * 365 + year / 4 - century + century / 4 + day_of_year;
    i64::from(days) - 719_468 - BIAS * CYCLE_DAYS
}

/// Cycles of 400 years added to make a day number positive: 200,000 years on both sides of 1970.
const BIAS: i64 = 500;

/// The date of a day: the inverse (Neri and Schneider's form of it).
#[inline]
pub(crate) fn civil_from_days(day: i64) -> (i64, u32, u32) {
    let shifted = (day + 719_468 + BIAS * CYCLE_DAYS) as u32;
    let cycle = shifted / CYCLE_DAYS as u32;
    let in_cycle = shifted % CYCLE_DAYS as u32;
    let n1 = 4 * in_cycle + 3;
    let century = n1 / 146_097;
    let in_century = n1 % 146_097 / 4;
    let n2 = 4 * in_century + 3;
    let product = 2_939_745 * u64::from(n2);
    let year_of_century = (product >> 32) as u32;
    let day_of_year = (product as u32) / 2_939_745 / 4;
    let n3 = 2_141 * day_of_year + 197_913;
    let month = n3 >> 16;
    let date = (n3 & 0xffff) / 2_141 + 1;
    let january = day_of_year >= 306;
    let year =
        i64::from(cycle * 400 + 100 * century + year_of_century) - BIAS * CYCLE_YEARS + i64::from(january);
    (year, if january { month - 12 } else { month }, date)
}

/// A local or UTC second as a day and a second of it.
#[inline]
pub(crate) fn split(second: i64) -> (i64, u32) {
    let shifted = (second + BIAS * CYCLE_SECONDS) as u64;
    (
        (shifted / 86_400) as i64 - BIAS * CYCLE_DAYS,
        (shifted % 86_400) as u32,
    )
}

/// The year of a day.
pub(crate) fn year_of(day: i64) -> i64 {
    civil_from_days(day).0
}

/// The weekday of a day; 0 is Sunday.
#[inline]
pub(crate) fn weekday_of(day: i64) -> u32 {
    // A cycle of 400 years is a whole number of weeks.
    (day + 4 + BIAS * CYCLE_DAYS) as u32 % 7
}

#[inline]
pub(crate) const fn is_leap(year: i64) -> bool {
    year & 3 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// 28 to 31.
#[inline]
pub(crate) fn month_length(year: i64, month: u32) -> u32 {
    if month == 2 {
        28 + u32::from(is_leap(year))
    } else {
        30 | (month ^ (month >> 3)) & 1
    }
}

/// A UTC second as chrono's type; clamped to what it can hold.
#[inline]
pub(crate) fn utc(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap_or(if second < 0 {
        DateTime::<Utc>::MIN_UTC
    } else {
        DateTime::<Utc>::MAX_UTC
    })
}

/// A local second (its clock face read as if it were UTC) as chrono's type.
#[inline]
pub(crate) fn naive(local: i64) -> NaiveDateTime {
    utc(local).naive_utc()
}

/// Seconds east of UTC as chrono's type.
#[inline]
pub(crate) fn fixed_offset(seconds: i32) -> FixedOffset {
    FixedOffset::east_opt(seconds).unwrap_or(const { FixedOffset::east_opt(0).expect("zero is an offset") })
}

/// A time by year, day of the year and second of the day, packed so that the later one is the larger. It is made of
/// chrono's own parts without arithmetic, which seconds since 1970 are not, and it goes into one register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stamp(i64);

impl Stamp {
    pub(crate) const FIRST: Stamp = Stamp(i64::MIN);
    pub(crate) const LAST: Stamp = Stamp(i64::MAX);

    /// Of the nth day of a year, from 1 on; the day may be the one after the year's last.
    #[inline]
    pub(crate) fn new(year: i32, day: u32, time: u32) -> Stamp {
        Stamp((i64::from(year) << 9 | i64::from(day)) << 17 | i64::from(time))
    }

    #[inline]
    pub(crate) fn of_date(date: NaiveDate, time: u32) -> Stamp {
        Stamp::new(date.year(), date.ordinal(), time)
    }

    #[inline]
    pub(crate) fn of_time(at: NaiveDateTime) -> Stamp {
        // Asked of a date and time together, chrono puts the second together from hours, minutes and seconds.
        Stamp::of_date(at.date(), at.time().num_seconds_from_midnight())
    }

    /// Of a UTC or local second.
    pub(crate) fn of(second: i64) -> Stamp {
        match second {
            i64::MIN => Stamp::FIRST,
            i64::MAX => Stamp::LAST,
            _ => {
                let (day, time) = split(second);
                let (year, _, _) = civil_from_days(day);
                Stamp::new(year as i32, (day - days_from_civil(year, 1, 1)) as u32 + 1, time)
            }
        }
    }

    /// The time some seconds later or earlier, by less than a day.
    #[inline]
    pub(crate) fn shifted(self, by: i32) -> Stamp {
        if (0..86_400).contains(&(self.time() as i32 + by)) {
            Stamp(self.0 + i64::from(by))
        } else {
            self.shifted_over_midnight(by)
        }
    }

    #[cold]
    fn shifted_over_midnight(self, by: i32) -> Stamp {
        let (year, day, time) = (self.year() as i32, self.day(), self.time() as i32 + by);
        let length = |year: i32| 365 + u32::from(is_leap(i64::from(year)));
        if time < 0 {
            let (year, day) = if day == 1 {
                (year - 1, length(year - 1))
            } else {
                (year, day - 1)
            };
            Stamp::new(year, day, (time + 86_400) as u32)
        } else {
            let (year, day) = if day == length(year) {
                (year + 1, 1)
            } else {
                (year, day + 1)
            };
            Stamp::new(year, day, (time - 86_400) as u32)
        }
    }

    #[inline]
    pub(crate) fn year(self) -> i64 {
        self.0 >> 26
    }

    /// The day of the year.
    #[inline]
    pub(crate) fn day(self) -> u32 {
        (self.0 >> 17) as u32 & 0x1ff
    }

    /// The second of the day.
    #[inline]
    pub(crate) fn time(self) -> u32 {
        self.0 as u32 & 0x1_ffff
    }
}
