//! A year as pictures: the days as a calendar, the hours of the week as a heat map.

use std::collections::BTreeMap;

use chart::{Calendar, HeatMap, Terminal};
use chrono::{Datelike, Months, NaiveDate, NaiveTime, Timelike, Weekday};
use schedule::Schedule;
use serde::Serialize;

use crate::answer::Place;
use crate::time::in_zone;

/// Which picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Picture {
    /// Twelve months with the days that fire.
    Calendar,
    /// Hours by weekdays.
    Heat,
}

/// The runs of a year, added up.
#[derive(Debug, Serialize)]
pub(crate) struct Year {
    /// The first month.
    #[serde(serialize_with = "crate::json::shown")]
    first: NaiveDate,
    /// Runs on each day that has any.
    #[serde(serialize_with = "crate::json::keys_shown")]
    days: BTreeMap<NaiveDate, u64>,
    /// Runs in each hour of each weekday, Monday first.
    hours: [[u64; 24]; 7],
    #[serde(skip)]
    title: String,
}

/// Adds up the twelve months from the current one on, or from the month of --after.
pub(crate) fn year(schedule: &Schedule, place: &Place) -> Year {
    let from = place.from.unwrap_or(place.now);
    let today = from.with_timezone(&place.zone.offset_at(from)).date_naive();
    let first = today.with_day(1).unwrap_or(today);
    let end = first.checked_add_months(Months::new(12)).unwrap_or(first);
    let midnight = |day: NaiveDate| in_zone(day.and_time(NaiveTime::MIN), &place.zone);
    let title = format!("{} ({})", schedule.text(), place.zone.name());
    let mut year = Year {
        first,
        days: BTreeMap::new(),
        hours: [[0; 24]; 7],
        title,
    };
    for run in schedule.between(midnight(first), midnight(end), &place.zone) {
        *year.days.entry(run.at.date_naive()).or_default() += 1;
        let weekday = run.at.weekday().num_days_from_monday() as usize;
        year.hours[weekday][run.at.hour() as usize] += 1;
    }
    year
}

impl Year {
    fn calendar(&self) -> Calendar<'_> {
        Calendar {
            title: &self.title,
            first: self.first,
            months: 12,
            week_start: Weekday::Mon,
            counts: &self.days,
        }
    }

    fn heat(&self) -> HeatMap<'_> {
        HeatMap::hour_by_weekday(&self.title, &self.hours)
    }

    /// For a terminal.
    pub(crate) fn text(&self, picture: Picture, terminal: &Terminal) -> String {
        match picture {
            Picture::Calendar => self.calendar().text(terminal),
            Picture::Heat => self.heat().text(terminal),
        }
    }

    /// For a page.
    pub(crate) fn svg(&self, picture: Picture) -> String {
        match picture {
            Picture::Calendar => self.calendar().svg(),
            Picture::Heat => self.heat().svg(),
        }
    }
}
