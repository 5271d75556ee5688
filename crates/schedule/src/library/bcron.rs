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

/// The C library's broken-down time.
#[derive(Debug, Clone, Copy)]
struct Tm {
    second: i64,
    minute: i64,
    hour: i64,
    day: i64,
    /// 0 to 11.
    month: i64,
    /// Since 1900.
    year: i64,
    weekday: i64,
    daylight: bool,
}

fn localtime(zone: &Zone, at: i64) -> Tm {
    let segment = zone.segment(at);
    let local = at + i64::from(segment.offset);
    let (days, time) = (local.div_euclid(86_400), local.rem_euclid(86_400));
    let (year, month, day) = civil_from_days(days);
    Tm {
        second: time % 60,
        minute: time / 60 % 60,
        hour: time / 3600,
        day: i64::from(day),
        month: i64::from(month) - 1,
        year: year - 1900,
        weekday: i64::from(weekday_of(days)),
        daylight: segment.daylight,
    }
}

struct Walk<'a> {
    zone: &'a Zone,
    /// Whether the zone knows summer time at all.
    has_summer: bool,
    /// One hour only: the job is not to run twice in a repeated hour.
    daily: bool,
    at: i64,
    tm: Tm,
}

fn walk(plan: &Plan, zone: &Zone, start: i64) -> Option<i64> {
    let mut tm = localtime(zone, start);
    let at = start - tm.second;
    tm.second = 0;
    let has_summer = zone.has_summer_time();
    let mut walk = Walk {
        zone,
        has_summer,
        daily: plan.hours.count_ones() <= 1,
        at,
        tm,
    };
    let (mut latest, mut stuck) = (walk.at, 0);
    while walk.at < start + HORIZON && stuck < STUCK {
        let tm = walk.tm;
        (latest, stuck) = if walk.at > latest {
            (walk.at, 0)
        } else {
            (latest, stuck + 1)
        };
        if plan.months >> (tm.month + 1) & 1 == 0 {
            walk.advance_month();
        } else if !day_matches(plan, &tm) {
            walk.advance_day();
        } else if plan.hours >> tm.hour & 1 == 0 {
            walk.advance_hour(walk.daily);
        } else if plan.minutes >> tm.minute & 1 == 0 {
            walk.advance_minute();
        } else {
            return Some(walk.at);
        }
    }
    None
}

/// The day as the walk has it, which after a change of the clock need not be the clock's.
fn day_matches(plan: &Plan, tm: &Tm) -> bool {
    let first = (tm.weekday - (tm.day - 1)).rem_euclid(7);
    plan.days[first as usize][3] >> tm.day & 1 == 1
}

/// It reckons leap years from the years since 1900.
fn days_in_month(month: i64, year: i64) -> i64 {
    match month {
        1 if year % 4 != 0 => 28,
        1 if year % 100 != 0 => 29,
        1 => 28 + i64::from(year % 400 == 0),
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

impl Walk<'_> {
    /// To midnight, where the clock was moved on the way.
    fn fix_hour(&mut self) {
        self.tm = localtime(self.zone, self.at);
        while self.tm.hour > 12 {
            self.at += (24 - self.tm.hour) * 3600;
            self.tm = localtime(self.zone, self.at);
        }
        if self.tm.hour > 0 {
            self.at -= self.tm.hour * 3600;
            self.tm.hour = 0;
        }
    }

    fn next_month(tm: &mut Tm) {
        (tm.second, tm.minute, tm.hour) = (0, 0, 0);
        tm.weekday = (tm.weekday + days_in_month(tm.month, tm.year) - (tm.day - 1)) % 7;
        tm.day = 1;
        tm.month += 1;
        if tm.month >= 12 {
            tm.month = 0;
            tm.year += 1;
        }
    }

    fn next_day(tm: &mut Tm) {
        (tm.second, tm.minute, tm.hour) = (0, 0, 0);
        tm.weekday = (tm.weekday + 1) % 7;
        tm.day += 1;
        if tm.day > days_in_month(tm.month, tm.year) {
            Walk::next_month(tm);
        }
    }

    fn since_midnight(&self) -> i64 {
        self.tm.hour * 3600 + self.tm.minute * 60 + self.tm.second
    }

    fn advance_month(&mut self) {
        let left = days_in_month(self.tm.month, self.tm.year) - (self.tm.day - 1);
        self.at += left * 86_400 - self.since_midnight();
        if self.has_summer {
            self.fix_hour()
        } else {
            Walk::next_month(&mut self.tm)
        }
    }

    fn advance_day(&mut self) {
        self.at += 86_400 - self.since_midnight();
        if self.has_summer {
            self.fix_hour()
        } else {
            Walk::next_day(&mut self.tm)
        }
    }

    fn advance_hour(&mut self, daily: bool) {
        let (before, was_daylight) = (self.tm.hour, self.tm.daylight);
        self.at += 3600 - self.tm.minute * 60 - self.tm.second;
        if !self.has_summer {
            (self.tm.second, self.tm.minute) = (0, 0);
            self.tm.hour += 1;
            if self.tm.hour >= 24 {
                Walk::next_day(&mut self.tm);
            }
            return;
        }
        self.tm = localtime(self.zone, self.at);
        if self.tm.hour > before + 1 {
            // The hour that the clock jumped over is looked at all the same.
            self.tm.hour = before + 1;
            if was_daylight {
                self.at -= 3600;
            }
        } else if daily && self.tm.hour == before {
            self.advance_hour(false);
        }
    }

    fn advance_minute(&mut self) {
        self.at += 60 - self.tm.second;
        self.tm.second = 0;
        self.tm.minute += 1;
        if self.tm.minute >= 60 {
            self.advance_hour(self.daily);
        }
    }
}
