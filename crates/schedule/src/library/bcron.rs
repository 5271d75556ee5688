//! bcron: for each job it works out the next time once, right after the last run, and then waits for it. The walk
//! goes by months, days, hours and minutes on a broken-down time that is read from the clock again only now and
//! then, and only where the zone has summer time at all.

use crate::calendar::{civil_from_days, weekday_of};
use crate::daylight::Firing;
use crate::plan::Plan;
use crate::zone::Zone;

/// It looks ten years ahead.
const HORIZON: i64 = 366 * 86_400 * 10;

/// So many steps without getting later, and the walk goes in circles: it holds the year 2000 for a common year, and
/// the 29 February of that year has no days left. The daemon would hang there; we say that nothing follows.
const STUCK: u32 = 1_000;

pub(super) fn next(plan: &Plan, zone: &Zone, at: i64) -> Option<i64> {
    // The minute after; what the walk finds before it is run as soon as it wakes up.
    let start = next_minute(zone, at);
    let found = walk(plan, zone, start)?;
    Some(found.max(start))
}

/// The top of the next minute.
fn next_minute(zone: &Zone, at: i64) -> i64 {
    let later = at + 60;
    later - (later + i64::from(zone.segment(later).offset)).rem_euclid(60)
}

/// Everything from an instant until the clock shows another, with the clock being set on the way.
pub(crate) fn run(plan: &Plan, zone: &Zone, (from, to): (i64, i64), steps: &[(i64, i64)]) -> Vec<Firing> {
    if from > to {
        return Vec::new();
    }
    let mut steps: Vec<(i64, i64)> = steps.iter().rev().copied().collect();
    let mut now = from - 60;
    let mut wake = next_minute(zone, now);
    let mut due = walk(plan, zone, wake);
    let mut firings = Vec::new();
    while !steps.is_empty() || now <= to {
        now = now.max(wake);
        if let Some((_, by)) = steps.pop_if(|(at, _)| now >= *at) {
            now += by;
        }
        if now < wake {
            continue;
        }
        let fired = due.filter(|due| *due <= now);
        if let Some(meant) = fired {
            let at = now - now.rem_euclid(60);
            let meant =
                (meant - meant.rem_euclid(60) != at).then(|| meant + i64::from(zone.segment(meant).offset));
            firings.push((Firing { at, meant }, steps.is_empty()));
        }
        wake = next_minute(zone, now);
        if fired.is_some() {
            due = walk(plan, zone, wake);
        }
    }
    firings.retain(|(firing, last)| if *last { firing.at <= to } else { firing.at >= from });
    firings.into_iter().map(|(firing, _)| firing).collect()
}

/// What the walk steps over when nothing in it matches, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Month,
    Day,
    Hour,
    Minute,
}

/// The walk's own calendar: in a zone with summer time it is set by the clock after each step over an hour or more,
/// elsewhere it counts on by itself.
#[derive(Debug, Clone, Copy)]
struct Local {
    year: i64,
    /// 1 to 12.
    month: u32,
    day: i64,
    /// Sunday is 0. It is counted along with the days, not worked out.
    weekday: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Summer time is in force.
    summer: bool,
}

impl Local {
    fn at(zone: &Zone, at: i64) -> Local {
        let segment = zone.segment(at);
        let local = at + i64::from(segment.offset);
        let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        Local {
            year,
            month,
            day: i64::from(day),
            weekday: i64::from(weekday_of(days)),
            hour: time / 3_600,
            minute: time / 60 % 60,
            second: time % 60,
            summer: segment.daylight,
        }
    }

    /// What of the plan this misses, the largest unit of all.
    fn misses(&self, plan: &Plan) -> Option<Unit> {
        let first_weekday = (self.weekday - (self.day - 1)).rem_euclid(7);
        let in_set = |set: u64, value: i64| set >> value & 1 == 1;
        if !in_set(u64::from(plan.months), i64::from(self.month)) {
            Some(Unit::Month)
        } else if !in_set(u64::from(plan.days[first_weekday as usize][3]), self.day) {
            Some(Unit::Day)
        } else if !in_set(u64::from(plan.hours), self.hour) {
            Some(Unit::Hour)
        } else if !in_set(plan.minutes, self.minute) {
            Some(Unit::Minute)
        } else {
            None
        }
    }

    /// Seconds until the unit is over, by this calendar.
    fn left(&self, unit: Unit) -> i64 {
        let (minutes, hours) = (60 * self.minute + self.second, 3_600 * self.hour);
        match unit {
            Unit::Minute => 60 - self.second,
            Unit::Hour => 3_600 - minutes,
            Unit::Day => 86_400 - hours - minutes,
            Unit::Month => (self.days_in_month() - self.day + 1) * 86_400 - hours - minutes,
        }
    }

    /// It takes the years since 1900 for the years, so that 2000 is no leap year.
    fn days_in_month(&self) -> i64 {
        let since = self.year - 1900;
        let leap = since % 4 == 0 && (since % 100 != 0 || since % 400 == 0);
        match self.month {
            2 => 28 + i64::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        }
    }

    /// Counts on to the start of the next unit.
    fn count_on(&mut self, unit: Unit) {
        self.second = 0;
        match unit {
            Unit::Minute => self.minute += 1,
            Unit::Hour => (self.minute, self.hour) = (0, self.hour + 1),
            Unit::Day => {
                (self.minute, self.hour) = (0, 0);
                (self.day, self.weekday) = (self.day + 1, (self.weekday + 1) % 7);
            }
            Unit::Month => {
                (self.minute, self.hour) = (0, 0);
                self.weekday = (self.weekday + self.days_in_month() - self.day + 1) % 7;
                self.day = 1;
                (self.year, self.month) = match self.month {
                    12 => (self.year + 1, 1),
                    month => (self.year, month + 1),
                };
            }
        }
        if self.hour == 24 {
            self.count_on(Unit::Day);
        } else if self.day > self.days_in_month() {
            self.count_on(Unit::Month);
        }
    }
}

/// Where the walk is: an instant, and what its calendar shows there.
struct Walk<'a> {
    zone: &'a Zone,
    /// Whether the zone knows summer time at all.
    has_summer: bool,
    at: i64,
    local: Local,
}

fn walk(plan: &Plan, zone: &Zone, start: i64) -> Option<i64> {
    let mut local = Local::at(zone, start);
    let at = start - std::mem::take(&mut local.second);
    let has_summer = zone.has_summer_time();
    let mut walk = Walk {
        zone,
        has_summer,
        at,
        local,
    };
    // A job of one hour is not to run twice in a repeated one.
    let once_a_day = plan.hours.count_ones() <= 1;
    let (mut latest, mut stuck) = (at, 0);
    while walk.at < start + HORIZON && stuck < STUCK {
        match walk.local.misses(plan) {
            None => return Some(walk.at),
            Some(unit) => walk.step_over(unit, once_a_day),
        }
        if walk.at > latest {
            (latest, stuck) = (walk.at, 0);
        } else {
            stuck += 1;
        }
    }
    None
}

impl Walk<'_> {
    fn step_over(&mut self, unit: Unit, once_a_day: bool) {
        if unit == Unit::Minute && self.local.minute < 59 {
            self.at += self.local.left(unit);
            self.local.count_on(unit);
            return;
        }
        // The last minute of an hour is stepped over with it.
        let unit = if unit == Unit::Minute { Unit::Hour } else { unit };
        let before = self.local;
        self.at += before.left(unit);
        match (self.has_summer, unit) {
            (false, _) => self.local.count_on(unit),
            (true, Unit::Hour) => self.look_at_the_hour(&before, once_a_day),
            (true, _) => self.look_at_midnight(),
        }
    }

    /// The hour that the clock jumped over is looked at all the same; one that comes again is not, if so wished.
    fn look_at_the_hour(&mut self, before: &Local, once_a_day: bool) {
        self.local = Local::at(self.zone, self.at);
        if self.local.hour > before.hour + 1 {
            self.local.hour = before.hour + 1;
            self.at -= if before.summer { 3_600 } else { 0 };
        } else if once_a_day && self.local.hour == before.hour {
            self.step_over(Unit::Hour, false);
        }
    }

    /// To the midnight that is nearest, which the clock may have been moved away from.
    fn look_at_midnight(&mut self) {
        self.local = Local::at(self.zone, self.at);
        while self.local.hour > 12 {
            self.at += 3_600 * (24 - self.local.hour);
            self.local = Local::at(self.zone, self.at);
        }
        self.at -= 3_600 * std::mem::take(&mut self.local.hour);
    }
}
