//! When an expression elapses next, found the way systemd finds it: unit by unit from the year down, each time asking
//! the C library whether the time is one.
//!
//! A step that runs past its unit's end is carried over into the next unit, and only the unit right below the one that
//! changed is set back to its start. This is how `*:0/7` loses the midnight after every day (minute 63 of hour 23 is
//! 00:03, and the hour is set back, not the minute), and why it is done here in the same steps.

use super::clock::{Clock, Time};
use super::component::{Chain, Component, SECOND};
use super::{LAST_YEAR, Spec};
use crate::zone::Zone;

/// After so many attempts systemd takes the search for an endless one.
const ATTEMPTS: usize = 1000;

/// The first time after an instant; both in microseconds since 1970.
pub(super) fn next(spec: &Spec, zone: &Zone, after: i64) -> Option<i64> {
    let from = after.checked_add(1)?;
    let (second, micro) = (from.div_euclid(SECOND), from.rem_euclid(SECOND));
    let clock = Clock::new(zone, second);
    let time = clock.read(second);
    let mut search = Search {
        spec,
        clock,
        begin: (time.fields(), micro),
        time,
        micro,
        keeps_daylight: false,
    };
    for _ in 0..ATTEMPTS {
        match search.attempt() {
            Attempt::Again => {}
            Attempt::Never => return None,
            Attempt::Found => {
                let at = search.clock.instant(&mut search.time)?;
                return Some(at * SECOND + search.micro);
            }
        }
    }
    None
}

enum Attempt {
    Found,
    Again,
    Never,
}

/// What a unit's list makes of the time.
enum Step {
    /// The value is in the list.
    Fits,
    /// Moved on to the next value.
    Moved,
    /// No value is left in the unit above.
    None,
}

/// What the C library makes of it.
enum Bounds {
    Inside,
    /// It was another time, which has been taken over.
    Moved,
    Outside,
}

struct Search<'a> {
    spec: &'a Spec,
    clock: Clock<'a>,
    time: Time,
    micro: i64,
    /// The clock's face at the start.
    begin: ([i64; 6], i64),
    /// Whether the flag of summer time that was found last is asked for the next time.
    keeps_daylight: bool,
}

impl Search<'_> {
    /// From the year down, until something does not fit.
    fn attempt(&mut self) -> Attempt {
        let _ = self.clock.instant(&mut self.time);
        if !self.keeps_daylight {
            self.time.daylight = None;
        }
        let spec = self.spec;

        match move_on(&spec.year, &mut self.time.year) {
            Step::None => return Attempt::Never,
            Step::Moved => self.reset_from_month(),
            Step::Fits => {}
        }
        if !matches!(self.bounds(), Bounds::Inside) {
            return Attempt::Never;
        }

        let step = move_on(&spec.month, &mut self.time.month);
        if matches!(step, Step::Moved) {
            self.reset_from_day();
        }
        match self.check(&step) {
            Bounds::Inside => {}
            Bounds::Moved => return Attempt::Again,
            Bounds::Outside => {
                self.time.year += 1;
                self.reset_from_month();
                return Attempt::Again;
            }
        }

        let step = self.day();
        if matches!(step, Step::Moved) {
            self.reset_from_hour();
        }
        match self.check(&step) {
            Bounds::Inside => {}
            Bounds::Moved => return Attempt::Again,
            Bounds::Outside => {
                self.time.month += 1;
                self.reset_from_day();
                return Attempt::Again;
            }
        }
        if !self.weekday_fits() {
            return self.next_day();
        }
        self.time_of_day()
    }

    fn time_of_day(&mut self) -> Attempt {
        let spec = self.spec;
        let step = move_on(&spec.hour, &mut self.time.hour);
        if matches!(step, Step::Moved) {
            (self.time.minute, self.time.second, self.micro) = (0, 0, 0);
        }
        match self.check(&step) {
            Bounds::Inside => {}
            Bounds::Moved => return Attempt::Again,
            Bounds::Outside => return self.next_day(),
        }

        let step = move_on(&spec.minute, &mut self.time.minute);
        if matches!(step, Step::Moved) {
            (self.time.second, self.micro) = (0, 0);
        }
        match self.check(&step) {
            Bounds::Inside => {}
            Bounds::Moved => return Attempt::Again,
            Bounds::Outside => {
                self.time.hour += 1;
                (self.time.minute, self.time.second, self.micro) = (0, 0, 0);
                return Attempt::Again;
            }
        }

        let mut micros = self.time.second * SECOND + self.micro;
        let step = move_on(&spec.second, &mut micros);
        (self.time.second, self.micro) = (micros / SECOND, micros % SECOND);
        match self.check(&step) {
            // A gap has led it back. It goes on an hour later, with the summer time that it finds there.
            Bounds::Inside if (self.time.fields(), self.micro) < self.begin && !self.keeps_daylight => {
                self.keeps_daylight = true;
                self.time.hour += 1;
                Attempt::Again
            }
            Bounds::Inside => Attempt::Found,
            Bounds::Moved => Attempt::Again,
            Bounds::Outside => {
                self.time.minute += 1;
                (self.time.second, self.micro) = (0, 0);
                Attempt::Again
            }
        }
    }

    fn next_day(&mut self) -> Attempt {
        self.time.day += 1;
        self.reset_from_hour();
        Attempt::Again
    }

    fn reset_from_month(&mut self) {
        self.time.month = 1;
        self.reset_from_day();
    }

    fn reset_from_day(&mut self) {
        self.time.day = 1;
        self.reset_from_hour();
    }

    fn reset_from_hour(&mut self) {
        self.time.midnight();
        self.micro = 0;
    }

    fn check(&mut self, step: &Step) -> Bounds {
        match step {
            Step::None => Bounds::Outside,
            Step::Moved | Step::Fits => self.bounds(),
        }
    }

    /// Whether the time is one. Where it is not, the next attempt starts from what it turns into, with the unit below
    /// the largest that changed set back.
    fn bounds(&mut self) -> Bounds {
        if self.time.year > LAST_YEAR {
            return Bounds::Outside;
        }
        let mut real = self.time;
        if self.clock.instant(&mut real).is_none() {
            return Bounds::Outside;
        }
        let (asked, found) = (self.time.fields(), real.fields());
        let Some(changed) = (0..6).find(|unit| asked[*unit] != found[*unit]) else {
            return Bounds::Inside;
        };
        if found[changed] < asked[changed] {
            return Bounds::Outside;
        }
        match changed {
            0 => real.month = 1,
            1 => real.day = 1,
            2 => real.hour = 0,
            3 => real.minute = 0,
            4 => real.second = 0,
            _ => {}
        }
        self.time = real;
        Bounds::Moved
    }

    fn day(&mut self) -> Step {
        if !self.spec.end_of_month {
            return move_on(&self.spec.day, &mut self.time.day);
        }
        let mut found: Option<i64> = None;
        for one in &self.spec.day {
            let mut one = Component {
                start: self.last_but(one.start),
                stop: one.stop.map(|stop| self.last_but(stop)),
                repeat: one.repeat,
            };
            if let Some(stop) = one.stop.as_mut().filter(|stop| **stop > 0) {
                std::mem::swap(&mut one.start, stop);
            }
            one.stop = one.stop.filter(|stop| *stop > 0);
            found = earlier(found, one.at_or_after(self.time.day));
        }
        settle(found, &mut self.time.day)
    }

    /// The day that many from the end of the month in question; -1 where the month is too short.
    fn last_but(&mut self, day: i64) -> i64 {
        let mut time = Time {
            month: self.time.month + 1,
            day: 1 - day,
            ..self.time
        };
        match self.clock.instant(&mut time) {
            Some(_) if time.month == self.time.month => time.day,
            _ => -1,
        }
    }

    fn weekday_fits(&mut self) -> bool {
        if self.spec.weekdays == 0 {
            return true;
        }
        let mut time = self.time;
        if self.clock.instant(&mut time).is_none() {
            return false;
        }
        // Monday is bit 0, and 1970-01-01 was a Thursday.
        let day = crate::calendar::days_from_civil(time.year, time.month as u32, time.day as u32);
        self.spec.weekdays >> (day + 3).rem_euclid(7) & 1 == 1
    }
}

fn earlier(one: Option<i64>, other: Option<i64>) -> Option<i64> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

fn move_on(chain: &Chain, value: &mut i64) -> Step {
    if chain.is_empty() {
        return Step::Fits;
    }
    let found = chain
        .iter()
        .fold(None, |found, one| earlier(found, one.at_or_after(*value)));
    settle(found, value)
}

fn settle(found: Option<i64>, value: &mut i64) -> Step {
    match found {
        None => Step::None,
        Some(found) if found == *value => Step::Fits,
        Some(found) => {
            *value = found;
            Step::Moved
        }
    }
}
