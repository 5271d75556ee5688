//! Months with the days that fire marked.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, Months, NaiveDate, Weekday};

use crate::plural;
use crate::scale::Scale;
use crate::svg::{MARGIN, Svg, TOP};
use crate::terminal::{Ink, Page, Terminal, legend};

/// Months, and how often something fires on each of their days.
///
/// ```
/// use chart::{Calendar, Glyphs, Terminal};
/// use chrono::{NaiveDate, Weekday};
///
/// let day = |day| NaiveDate::from_ymd_opt(2026, 2, day).unwrap();
/// let counts = [(day(1), 1), (day(15), 4)].into();
/// let calendar = Calendar {
///     title: "0 9 1,15 * *",
///     first: day(1),
///     months: 1,
///     week_start: Weekday::Mon,
///     counts: &counts,
/// };
/// let text = calendar.text(&Terminal { width: 80, glyphs: Glyphs::Ascii, color: false });
/// assert_eq!(
///     text,
///     "0 9 1,15 * *\n\
///      \n\
///      \x20  February 2026\n\
///      Mo Tu We Th Fr Sa Su\n\
///      \x20                  1-\n\
///      \x20.  .  .  .  .  .  .\n\
///      \x20.  .  .  .  .  . 15#\n\
///      \x20.  .  .  .  .  .  .\n\
///      \x20.  .  .  .  .  .\n\
///      \n\
///      2 of 28 days, 5 firings  - 1  + 2  * 3  # 4\n"
/// );
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Calendar<'a> {
    /// What is written on top; empty for nothing.
    pub title: &'a str,
    /// Any day of the first month.
    pub first: NaiveDate,
    /// How many months; 12 for a year.
    pub months: u32,
    /// The day that weeks begin with.
    pub week_start: Weekday,
    /// Firings on each day; days that are missing have none, days of other months are left out.
    pub counts: &'a BTreeMap<NaiveDate, u64>,
}

/// A month in the terminal: seven times a number and its mark.
const MONTH_COLUMNS: usize = 7 * 3;
const GAP: usize = 2;
/// A day in SVG, and the space that a month takes.
const CELL: f64 = 24.0;
const MONTH_WIDTH: f64 = 7.0 * CELL + 22.0;
const MONTH_HEIGHT: f64 = 6.0 * CELL + 56.0;

impl Calendar<'_> {
    /// The months side by side, as many as fit: a day that fires shows its number, the others a dot.
    /// Where some fire more often than others, a mark behind the number says how often.
    pub fn text(&self, terminal: &Terminal) -> String {
        let months = self.all_months();
        let scale = self.scale();
        let mut page = Page::new(terminal, self.title);
        let abreast = abreast(months.len(), (terminal.width + GAP) / (MONTH_COLUMNS + GAP));
        for row in months.chunks(abreast) {
            page.end();
            let left = |index: usize| index * (MONTH_COLUMNS + GAP);
            for (index, month) in row.iter().enumerate() {
                let name = month.format("%B %Y").to_string();
                page.to(left(index) + (MONTH_COLUMNS - 1).saturating_sub(name.len()) / 2);
                page.ink(Ink::Bold, &name);
            }
            page.end();
            for index in 0..row.len() {
                page.to(left(index));
                page.ink(
                    Ink::Dim,
                    &self.weekdays().map(|day| two(day).to_owned()).join(" "),
                );
            }
            page.end();
            let weeks = row.iter().map(|month| self.weeks(*month)).max().unwrap_or(0);
            for week in 0..weeks {
                for (index, month) in row.iter().enumerate() {
                    page.to(left(index));
                    self.week(&mut page, terminal, &scale, *month, week);
                }
                page.end();
            }
        }
        page.end();
        let mut words = vec![(Ink::Plain, self.summary())];
        match scale.is_flat() {
            true => words.extend(
                scale
                    .most()
                    .map(|count| (Ink::Plain, format!("({count} on each)"))),
            ),
            false => words.extend(legend(terminal.glyphs, &scale)),
        }
        page.flow(&words, "  ");
        page.finish()
    }

    /// The months in rows of up to four, the days shaded by how often they fire.
    pub fn svg(&self) -> String {
        let months = self.all_months();
        let scale = self.scale();
        let abreast = abreast(months.len(), 4);
        let rows = months.len().div_ceil(abreast.max(1));
        let width = (MONTH_WIDTH * abreast as f64 - 22.0 + 2.0 * MARGIN).max(420.0);
        // Beside the summary or, where that leaves no room, below it.
        let beside = abreast >= 4;
        let height = TOP + rows as f64 * MONTH_HEIGHT + if beside { 28.0 } else { 50.0 };
        let mut svg = Svg::new(width, height, self.title);
        for (index, month) in months.iter().enumerate() {
            let x = MARGIN + (index % abreast) as f64 * MONTH_WIDTH;
            let y = TOP + (index / abreast) as f64 * MONTH_HEIGHT;
            self.draw_month(&mut svg, &scale, *month, x, y);
        }
        let summary = self.summary();
        let below = height - 18.0;
        if beside {
            svg.text("soft", MARGIN, below, &summary);
            svg.legend(
                &scale,
                MARGIN + 6.2 * summary.len() as f64 + 20.0,
                below,
                " a day",
            );
        } else {
            svg.text("soft", MARGIN, below - 22.0, &summary);
            svg.legend(&scale, MARGIN, below, " a day");
        }
        svg.finish(&self.description())
    }

    fn draw_month(&self, svg: &mut Svg, scale: &Scale, month: NaiveDate, x: f64, y: f64) {
        let middle = |column: usize| x + column as f64 * CELL + (CELL - 2.0) / 2.0;
        svg.text(
            "mid",
            x + 3.5 * CELL - 1.0,
            y + 12.0,
            &month.format("%B %Y").to_string(),
        );
        for (column, day) in self.weekdays().into_iter().enumerate() {
            svg.text("soft mid", middle(column), y + 32.0, two(day));
        }
        for day in days(month) {
            let cell = self.offset(month) + day.day0() as usize;
            let (row, column) = (cell / 7, cell % 7);
            let count = self.count(day);
            let level = scale.level(count);
            let tip = if count == 0 {
                String::new()
            } else {
                format!("{day}: {}", plural(count, "firing"))
            };
            let top = y + 38.0 + row as f64 * CELL;
            let place = [x + column as f64 * CELL, top, CELL - 2.0, CELL - 2.0];
            svg.rect(&format!("s{level}"), place, &tip);
            svg.text(
                &format!("day n{level}"),
                middle(column),
                top + 15.0,
                &day.day().to_string(),
            );
        }
    }

    fn week(&self, page: &mut Page<'_>, terminal: &Terminal, scale: &Scale, month: NaiveDate, week: usize) {
        let offset = self.offset(month);
        for column in 0..7 {
            let day = (week * 7 + column)
                .checked_sub(offset)
                .and_then(|index| day_of(month, index));
            let Some(day) = day else {
                page.put("   ");
                continue;
            };
            let level = scale.level(self.count(day));
            let shade = terminal.glyphs.shade(level);
            // Where all that fire do so equally often, the number is mark enough.
            let mark = if scale.is_flat() { ' ' } else { shade };
            match level {
                0 => page.ink(Ink::Shade(0), &format!(" {shade} ")),
                _ => page.ink(Ink::Shade(level), &format!("{:2}{mark}", day.day())),
            }
        }
    }

    fn all_months(&self) -> Vec<NaiveDate> {
        let first = self.first.with_day(1).unwrap_or(self.first);
        (0..self.months)
            .map_while(|index| first.checked_add_months(Months::new(index)))
            .collect()
    }

    fn all_days(&self) -> impl Iterator<Item = NaiveDate> {
        self.all_months().into_iter().flat_map(days)
    }

    fn count(&self, day: NaiveDate) -> u64 {
        self.counts.get(&day).copied().unwrap_or(0)
    }

    fn scale(&self) -> Scale {
        Scale::of(self.all_days().map(|day| self.count(day)))
    }

    fn weekdays(&self) -> [Weekday; 7] {
        let mut day = self.week_start;
        [(); 7].map(|()| {
            let this = day;
            day = day.succ();
            this
        })
    }

    /// Empty places before the first of a month.
    fn offset(&self, month: NaiveDate) -> usize {
        month.weekday().days_since(self.week_start) as usize
    }

    fn weeks(&self, month: NaiveDate) -> usize {
        (self.offset(month) + days(month).count()).div_ceil(7)
    }

    /// `261 of 365 days, 522 firings`.
    fn summary(&self) -> String {
        let counts = self.all_days().map(|day| self.count(day));
        let (mut all, mut firing, mut total) = (0, 0, 0_u64);
        for count in counts {
            all += 1;
            firing += u64::from(count > 0);
            total = total.saturating_add(count);
        }
        format!("{firing} of {}, {}", plural(all, "day"), plural(total, "firing"))
    }

    fn description(&self) -> String {
        let months = self.all_months();
        let (Some(first), Some(last)) = (months.first(), months.last()) else {
            return "No months.".to_owned();
        };
        let (first, last) = (
            first.format("%B %Y").to_string(),
            last.format("%B %Y").to_string(),
        );
        let span = if first == last {
            first
        } else {
            format!("{first} to {last}")
        };
        let counts = self.all_days().map(|day| (self.count(day), day));
        // The first of equals.
        let most = counts.fold(None, |most: Option<(u64, NaiveDate)>, next| match most {
            Some(most) if most.0 >= next.0 => Some(most),
            _ => Some(next),
        });
        let most = most.filter(|(count, _)| *count > 0);
        let peak = most.map_or(String::new(), |(count, day)| {
            format!(" At most {count} a day, first on {day}.")
        });
        format!("Calendar of {span}: {}.{peak}", self.summary())
    }
}

/// How many months stand side by side when `fit` would: a number that fills the rows of a year.
fn abreast(months: usize, fit: usize) -> usize {
    let fit = fit.min(months);
    [12, 6, 4, 3, 2]
        .into_iter()
        .find(|count| *count <= fit)
        .unwrap_or(1)
}

fn days(month: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    (0..31).map_while(move |index| day_of(month, index))
}

/// The day `index` days after the first of a month, if it is still that month's.
fn day_of(month: NaiveDate, index: usize) -> Option<NaiveDate> {
    let day = month.checked_add_days(Days::new(index as u64))?;
    (day.month() == month.month()).then_some(day)
}

fn two(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "Mo",
        Weekday::Tue => "Tu",
        Weekday::Wed => "We",
        Weekday::Thu => "Th",
        Weekday::Fri => "Fr",
        Weekday::Sat => "Sa",
        Weekday::Sun => "Su",
    }
}
