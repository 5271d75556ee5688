//! How much starts at once: firings a minute over a day or several, with the collisions marked.

use chrono::{Days, NaiveDate};

use crate::axis;
use crate::svg::{MARGIN, Svg, TOP, n};
use crate::terminal::{Glyphs, Ink, Page, Terminal};
use crate::{MINUTES_A_DAY, plural};

/// Firings of all jobs together, minute by minute.
///
/// One day becomes a grid of hours and minutes, several days a line each. A minute in which at least
/// [`collision`](LoadMap::collision) jobs start is a collision.
///
/// ```
/// use chart::{Glyphs, LoadMap, Terminal};
/// use chrono::NaiveDate;
///
/// let mut counts = vec![0; 7 * 1440];
/// counts[0] = 3; // Monday, 00:00
/// counts[1440 + 90] = 1; // Tuesday, 01:30
/// let first = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
/// let week = LoadMap { title: "A week", first, counts: &counts, collision: 2 };
/// assert_eq!(
///     week.text(&Terminal { width: 70, glyphs: Glyphs::Ascii, color: false }),
///     "A week\n\
///      \x20      00    03    06    09    12    15    18    21\n\
///      Mon 23 3...............................................\n\
///      Tue 24 ...1............................................\n\
///      Wed 25 ................................................\n\
///      Thu 26 ................................................\n\
///      Fri 27 ................................................\n\
///      Sat 28 ................................................\n\
///      Sun 29 ................................................\n\
///      4 firings; a digit is the most in one minute of the 30 of its column\n\
///      1 minute with 2 or more at once: Mon 23 00:00 x3\n"
/// );
/// assert_eq!(week.busiest(1)[0].at.to_string(), "2026-11-23 00:00:00");
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LoadMap<'a> {
    /// What is written on top; empty for nothing.
    pub title: &'a str,
    /// The first day.
    pub first: NaiveDate,
    /// Firings in each minute from the first day's midnight on: 1440 for a day, 10080 for a week. A last
    /// day that is not complete is filled up with zeros.
    pub counts: &'a [u32],
    /// From how many starts in one minute on it is a collision; 2 unless there is a reason.
    pub collision: u32,
}

/// A minute in which much starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    /// When, on the wall clock.
    pub at: chrono::NaiveDateTime,
    /// How many start.
    pub count: u32,
}

/// Collisions that are named below a map.
const NAMED: usize = 8;
/// A minute in SVG, when a line is a day.
const MINUTE: f64 = 0.6;

impl LoadMap<'_> {
    /// The collisions, the worst first and the earlier of equals first; at most `limit`.
    pub fn busiest(&self, limit: usize) -> Vec<Busy> {
        let least = self.collision.max(1);
        let mut minutes: Vec<(usize, u32)> = self
            .counts
            .iter()
            .copied()
            .enumerate()
            .filter(|(_, count)| *count >= least)
            .collect();
        minutes.sort_by_key(|(minute, count)| (std::cmp::Reverse(*count), *minute));
        let busy = |(minute, count): (usize, u32)| {
            let of_day = (minute % MINUTES_A_DAY) as u32;
            let at = self
                .day(minute / MINUTES_A_DAY)?
                .and_hms_opt(of_day / 60, of_day % 60, 0)?;
            Some(Busy { at, count })
        };
        minutes.into_iter().filter_map(busy).take(limit).collect()
    }

    /// Digits: how many start in a minute, or, where a column is several minutes, in the worst of them.
    pub fn text(&self, terminal: &Terminal) -> String {
        let mut page = Page::new(terminal, self.title);
        let grain = if self.days() > 1 {
            self.lines_of_days(&mut page)
        } else {
            self.lines_of_hours(&mut page)
        };
        let column = match grain {
            1 => "a digit is the number of starts in its minute".to_owned(),
            _ => format!("a digit is the most in one minute of the {grain} of its column"),
        };
        let total = format!("{};", plural(self.total(), "firing"));
        page.flow(&[(Ink::Plain, total), (Ink::Plain, column)], " ");
        self.name_collisions(&mut page, terminal.glyphs);
        page.finish()
    }

    fn lines_of_hours(&self, page: &mut Page<'_>) -> usize {
        let left = "00 ".len();
        let grain = axis::merged(60, page.room(left));
        axis::header(page, left, 60, grain, 1);
        for hour in 0..24 {
            page.ink(Ink::Dim, &format!("{hour:02}"));
            page.to(left);
            self.digits(page, hour * 60, 60, grain);
        }
        grain
    }

    fn lines_of_days(&self, page: &mut Page<'_>) -> usize {
        let left = "Mon 23 ".len();
        let grain = axis::hours(page, left, page.room(left));
        for day in 0..self.days() {
            page.ink(Ink::Dim, &self.day_name(day));
            page.to(left);
            self.digits(page, day * MINUTES_A_DAY, MINUTES_A_DAY, grain);
        }
        grain
    }

    fn digits(&self, page: &mut Page<'_>, from: usize, minutes: usize, grain: usize) {
        for start in (from..from + minutes).step_by(grain) {
            let most = (start..start + grain)
                .map(|minute| self.count(minute))
                .max()
                .unwrap_or(0);
            let ink = match most {
                0 => Ink::Shade(0),
                _ if self.collides(most) => Ink::Alarm,
                _ => Ink::Shade(2),
            };
            let digit = match most {
                0 => page.glyphs().shade(0).to_string(),
                1..=9 => most.to_string(),
                _ => "+".to_owned(),
            };
            page.ink(ink, &digit);
        }
        page.end();
    }

    fn name_collisions(&self, page: &mut Page<'_>, glyphs: Glyphs) {
        let collisions = self.collisions();
        if collisions == 0 {
            return;
        }
        let head = format!(
            "{} with {} or more at once:",
            plural(collisions, "minute"),
            self.collision.max(1)
        );
        let named = self.busiest(NAMED);
        let more = (named.len() as u64) < collisions;
        let mut words = vec![(Ink::Plain, head)];
        for (index, busy) in named.iter().enumerate() {
            let comma = if more || index + 1 < named.len() { "," } else { "" };
            let name = self.busy_name(busy, glyphs.times());
            words.push((Ink::Alarm, format!("{name}{comma}")));
        }
        if more {
            words.push((Ink::Plain, "...".to_owned()));
        }
        page.flow(&words, " ");
    }

    /// A strip of bars for each day, collisions in another colour and the worst of them named.
    pub fn svg(&self) -> String {
        let days = self.days();
        let strip = if days > 1 { 48.0 } else { 160.0 };
        let left = MARGIN + if days > 1 { 60.0 } else { 26.0 };
        let right = left + MINUTES_A_DAY as f64 * MINUTE;
        let top = TOP + 22.0;
        let bottom = top + days as f64 * strip;
        let mut svg = Svg::new(right + MARGIN + 10.0, bottom + 50.0, self.title);
        let mut lines = String::new();
        for hour in (0..=24).step_by(3) {
            let x = left + hour as f64 * 60.0 * MINUTE;
            svg.text("soft mid", x, top - 8.0, &format!("{hour:02}:00"));
            lines.push_str(&format!("M{} {}V{}", n(x), n(top - 3.0), n(bottom)));
        }
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1);
        for day in 0..days {
            let base = top + (day + 1) as f64 * strip;
            lines.push_str(&format!("M{} {}H{}", n(left), n(base), n(right)));
            if days > 1 {
                svg.text("soft", MARGIN, base - 6.0, &self.day_name(day));
            }
            // The one scale of all strips is written beside the first.
            if day == 0 {
                svg.text("soft", right + 5.0, base - strip + 18.0, &most.to_string());
            }
        }
        svg.path("line", &lines);
        for day in 0..days {
            let base = top + (day + 1) as f64 * strip;
            let unit = (strip - 14.0) / f64::from(most);
            for (class, alarming) in [("bar", false), ("alarm", true)] {
                svg.path(class, &self.bars(day, alarming, left, base, unit));
            }
        }
        self.draw_summary(&mut svg, left, bottom + 20.0);
        svg.finish(&self.description())
    }

    /// The bars of one day, those of collisions or the others; equal neighbours are one.
    fn bars(&self, day: usize, alarming: bool, left: f64, base: f64, unit: f64) -> String {
        let start = day * MINUTES_A_DAY;
        let mut path = String::new();
        let mut minute = 0;
        while minute < MINUTES_A_DAY {
            let count = self.count(start + minute);
            let run = (minute..MINUTES_A_DAY)
                .take_while(|next| self.count(start + next) == count)
                .count();
            if count > 0 && self.collides(count) == alarming {
                let x = left + minute as f64 * MINUTE;
                // Wide enough to be seen, however short a minute is.
                let width = (run as f64 * MINUTE).max(1.6);
                let top = base - unit * f64::from(count);
                path.push_str(&format!(
                    "M{} {}V{}h{}V{}z",
                    n(x),
                    n(base),
                    n(top),
                    n(width),
                    n(base)
                ));
            }
            minute += run;
        }
        path
    }

    fn draw_summary(&self, svg: &mut Svg, left: f64, y: f64) {
        let total = plural(self.total(), "firing");
        svg.text("soft", left, y, &total);
        let mut x = left + 6.2 * total.len() as f64 + 20.0;
        let least = self.collision.max(1);
        if least > 1 {
            svg.rect("bar", [x, y - 10.0, 12.0, 12.0], "");
            let below = if least == 2 {
                "1 in a minute".to_owned()
            } else {
                format!("1-{} in a minute", least - 1)
            };
            svg.text("soft", x + 17.0, y, &below);
            x += 17.0 + 6.2 * below.len() as f64 + 14.0;
        }
        svg.rect("alarm", [x, y - 10.0, 12.0, 12.0], "");
        let above = format!("{least} or more: {}", plural(self.collisions(), "minute"));
        svg.text("soft", x + 17.0, y, &above);
        // Six fit beside each other, however large their counts are.
        let named: Vec<String> = self
            .busiest(6)
            .iter()
            .map(|busy| self.busy_name(busy, '×'))
            .collect();
        if !named.is_empty() {
            svg.text(
                "soft",
                left,
                y + 18.0,
                &format!("most at once: {}", named.join(", ")),
            );
        }
    }

    fn description(&self) -> String {
        let days = plural(self.days() as u64, "day");
        let collisions = plural(self.collisions(), "minute");
        let mut text = format!(
            "Load map of {days} from {}: {}, {collisions} with {} or more at once.",
            self.first,
            plural(self.total(), "firing"),
            self.collision.max(1)
        );
        for busy in self.busiest(NAMED) {
            text.push_str(&format!(" {}: {}.", busy.at.format("%F %H:%M"), busy.count));
        }
        text
    }

    fn busy_name(&self, busy: &Busy, times: char) -> String {
        let form = if self.days() > 1 { "%a %d %H:%M" } else { "%H:%M" };
        format!("{} {times}{}", busy.at.format(form), busy.count)
    }

    fn count(&self, minute: usize) -> u32 {
        self.counts.get(minute).copied().unwrap_or(0)
    }

    fn total(&self) -> u64 {
        self.counts.iter().copied().map(u64::from).sum()
    }

    fn collides(&self, count: u32) -> bool {
        count >= self.collision.max(1)
    }

    fn collisions(&self) -> u64 {
        self.counts.iter().filter(|count| self.collides(**count)).count() as u64
    }

    fn days(&self) -> usize {
        self.counts.len().div_ceil(MINUTES_A_DAY).max(1)
    }

    fn day(&self, index: usize) -> Option<NaiveDate> {
        self.first.checked_add_days(Days::new(index as u64))
    }

    /// `Mon 23`.
    fn day_name(&self, index: usize) -> String {
        self.day(index)
            .map_or_else(|| "?".to_owned(), |day| day.format("%a %d").to_string())
    }
}
