//! The search in chrono's own dates and in whole minutes, for schedules of whole minutes in every year.

use chrono::NaiveDate;

use super::Plan;
use super::year::Years;

impl Plan {
    /// Whether the search in whole minutes will do.
    pub(crate) fn is_quick(&self) -> bool {
        self.seconds == 1 && self.years.is_none()
    }

    /// The first match at or after a minute of a day; the minute may be the one after the day's last.
    #[inline(always)]
    pub(crate) fn next_minute(&self, date: NaiveDate, minute: u32) -> Option<(NaiveDate, u32)> {
        if let Some(minute) = self.minute_from(minute)
            && (self.daily || self.year_table().contains_date(date))
        {
            return Some((date, minute));
        }
        let date = if self.daily {
            date.succ_opt()?
        } else {
            self.year_table().after(date)?
        };
        Some((
            date,
            self.hours.trailing_zeros() * 60 + self.minutes.trailing_zeros(),
        ))
    }

    /// The first matching minute of a day at or after one of it.
    #[inline(always)]
    fn minute_from(&self, minute: u32) -> Option<u32> {
        let (hour, in_hour) = (minute / 60, minute % 60);
        let later = self.minutes >> in_hour;
        if self.hours >> hour & 1 == 1 && later != 0 {
            return Some(minute + later.trailing_zeros());
        }
        let hours = self.hours & (u32::MAX << hour << 1);
        (hours != 0).then(|| hours.trailing_zeros() * 60 + self.minutes.trailing_zeros())
    }

    #[inline]
    pub(super) fn year_table(&self) -> &Years {
        self.year_table.get_or_init(|| Box::new(Years::of(self)))
    }
}
