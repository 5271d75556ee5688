//! When an expression elapses next, found the way systemd finds it: unit by unit from the year down, each time asking
//! the C library whether the time is one.
//!
//! A step that runs past its unit's end is carried over into the next unit, and only the unit right below the one that
//! changed is set back to its start. This is how `*:0/7` loses the midnight after every day (minute 63 of hour 23 is
//! 00:03, and the hour is set back, not the minute), and why it is done here in the same steps.

use super::clock::{Clock, Time};
use super::component::{Component, SECOND};
use super::{LAST_YEAR, Spec};
use crate::calendar::weekday_of;
use crate::face::Unit;
use crate::field::Field;
use crate::plan::DAY;
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
        begin: (time.face.local(), micro),
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

/// What a unit comes to.
#[derive(PartialEq, Eq)]
enum Stand {
    /// Its value is in the list, and the time is one.
    Fits,
    /// The clock never shows that time, but another, which has been taken over.
    Moved,
    /// Nothing is left in the unit above.
    Over,
}

struct Search<'a> {
    spec: &'a Spec,
    clock: Clock<'a>,
    time: Time,
    micro: i64,
    /// What the clock showed at the start: a local second, and microseconds.
    begin: (i64, i64),
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
        for unit in Unit::ALL.into_iter().rev() {
            match (self.stand(unit), unit.above()) {
                (Stand::Fits, _) => {}
                (_, None) => return Attempt::Never,
                (Stand::Moved, _) => return Attempt::Again,
                (Stand::Over, Some(above)) => return self.raised(above),
            }
            if unit == Unit::Day && !self.weekday_fits() {
                return self.raised(unit);
            }
        }
        if (self.time.face.local(), self.micro) < self.begin && !self.keeps_daylight {
            // A gap has led it back. It goes on an hour later, with the summer time that it finds there.
            self.keeps_daylight = true;
            self.time.face[Unit::Hour] += 1;
            return Attempt::Again;
        }
        Attempt::Found
    }

    fn raised(&mut self, unit: Unit) -> Attempt {
        self.time.face[unit] += 1;
        self.start_over_below(unit);
        Attempt::Again
    }

    fn start_over_below(&mut self, unit: Unit) {
        self.time.face = self.time.face.start_of(unit);
        self.micro = 0;
    }

    /// Moves a unit on to its next value.
    fn stand(&mut self, unit: Unit) -> Stand {
        let spec = self.spec;
        let chain = spec.chain(field(unit));
        if chain.is_empty() {
            return self.bounds();
        }
        let value = match unit {
            Unit::Second => self.time.face[unit] * SECOND + self.micro,
            _ => self.time.face[unit],
        };
        let from_the_end = unit == Unit::Day && spec.end_of_month;
        let found = chain.iter().filter_map(|one| match from_the_end {
            true => self.in_this_month(one).at_or_after(value),
            false => one.at_or_after(value),
        });
        let Some(found) = found.min() else {
            return Stand::Over;
        };
        if unit == Unit::Second {
            (self.time.face[unit], self.micro) = (found / SECOND, found % SECOND);
        } else if found != value {
            self.time.face[unit] = found;
            self.start_over_below(unit);
        }
        self.bounds()
    }

    /// Whether the time is one. Where it is not, the next attempt starts from what it turns into, with the unit below
    /// the largest that changed set back.
    fn bounds(&mut self) -> Stand {
        if self.time.face[Unit::Year] > LAST_YEAR {
            return Stand::Over;
        }
        let mut real = self.time;
        if self.clock.instant(&mut real).is_none() {
            return Stand::Over;
        }
        let (asked, found) = (self.time.face, real.face);
        let mut units = Unit::ALL.into_iter().rev();
        let Some(changed) = units.find(|unit| asked[*unit] != found[*unit]) else {
            return Stand::Fits;
        };
        if found[changed] < asked[changed] {
            return Stand::Over;
        }
        if let Some(below) = changed.below() {
            real.face[below] = below.lowest();
        }
        self.time = real;
        Stand::Moved
    }

    /// Days counted from the end of the month in question as days of it.
    fn in_this_month(&mut self, one: &Component) -> Component {
        let (start, stop) = (self.last_but(one.start), one.stop.map(|stop| self.last_but(stop)));
        let stop = stop.filter(|stop| *stop > 0);
        Component {
            start: stop.unwrap_or(start),
            stop: stop.map(|_| start).filter(|stop| *stop > 0),
            repeat: one.repeat,
        }
    }

    /// The day that many from the end of the month in question; -1 where the month is too short.
    fn last_but(&mut self, day: i64) -> i64 {
        let mut time = self.time;
        let month = time.face[Unit::Month];
        time.face[Unit::Month] += 1;
        time.face[Unit::Day] = 1 - day;
        match self.clock.instant(&mut time) {
            Some(_) if time.face[Unit::Month] == month => time.face[Unit::Day],
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
        // Monday is bit 0 there and 1 here.
        let day = weekday_of(time.face.local().div_euclid(DAY));
        self.spec.weekdays >> ((day + 6) % 7) & 1 == 1
    }
}

fn field(unit: Unit) -> Field {
    match unit {
        Unit::Second => Field::Second,
        Unit::Minute => Field::Minute,
        Unit::Hour => Field::Hour,
        Unit::Day => Field::DayOfMonth,
        Unit::Month => Field::Month,
        Unit::Year => Field::Year,
    }
}
