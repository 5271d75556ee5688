//! The search of systemd 252, with the C library's `mktime` under it: what a local time in a gap or an overlap means
//! depends on the offset that `mktime` found last, so that is kept beside the time.

use super::{Component, SECOND, Spec};
use crate::calendar::{civil_from_days, days_from_civil, weekday_of};
use crate::zone::Zone;

const LAST_YEAR: i64 = 2199;
/// It takes so many turns for an endless loop.
const TURNS: usize = 1000;

/// The next elapse after an instant, in microseconds.
pub(crate) fn next(spec: &Spec, zone: &Zone, after: i64) -> Option<i64> {
    let at = after + 1;
    let seconds = at.div_euclid(SECOND);
    let mut clock = Clock {
        zone: if spec.utc { None } else { Some(zone) },
        offset: 0,
    };
    if let Some(zone) = clock.zone {
        clock.offset = -i64::from(zone.segment(seconds).offset);
    }
    let mut time = clock.broken_down(seconds);
    let mut micro = at.rem_euclid(SECOND);
    find(spec, &mut clock, &mut time, &mut micro)?;
    let found = clock.mktime(&mut time)?;
    Some(found * SECOND + micro)
}

/// The last elapse at or before an instant: searched forwards from ever earlier starts.
pub(crate) fn previous(spec: &Spec, zone: &Zone, until: i64) -> Option<i64> {
    let mut window = 3600 * SECOND;
    loop {
        let start = (until - window).max(0) - 1;
        let mut last = None;
        let mut at = start;
        while let Some(found) = next(spec, zone, at).filter(|found| *found <= until && *found > at) {
            last = Some(found);
            at = found;
        }
        if last.is_some() || start < 0 {
            return last;
        }
        window *= 8;
    }
}

/// Broken-down local time; any field may be out of range until it is normalized.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Time {
    year: i64,
    /// 0 to 11.
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    /// Whether summer time is asked for; none leaves it to the C library.
    daylight: Option<bool>,
}

impl Time {
    /// The clock's face as seconds.
    fn face(&self) -> i64 {
        let months = self.year * 12 + self.month;
        let first = days_from_civil(months.div_euclid(12), months.rem_euclid(12) as u32 + 1, 1);
        (first + self.day - 1) * 86_400 + self.hour * 3600 + self.minute * 60 + self.second
    }

    fn from_face(face: i64) -> Time {
        let (days, time) = (face.div_euclid(86_400), face.rem_euclid(86_400));
        let (year, month, day) = civil_from_days(days);
        Time {
            year,
            month: i64::from(month) - 1,
            day: i64::from(day),
            hour: time / 3600,
            minute: time / 60 % 60,
            second: time % 60,
            daylight: None,
        }
    }

    /// Midnight of the 1st of January, or of the month, or of the day, or the full hour, or the full minute.
    fn reset_from(&mut self, unit: Unit) {
        if unit <= Unit::Month {
            self.month = 0;
        }
        if unit <= Unit::Day {
            self.day = 1;
        }
        if unit <= Unit::Hour {
            self.hour = 0;
        }
        if unit <= Unit::Minute {
            self.minute = 0;
        }
        self.second = 0;
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

/// The C library's idea of local time.
struct Clock<'a> {
    /// None is UTC.
    zone: Option<&'a Zone>,
    /// What had to be added to the clock's face last time; the first guess of the next time.
    offset: i64,
}

impl Clock<'_> {
    fn broken_down(&self, at: i64) -> Time {
        let offset = self.zone.map_or(0, |zone| i64::from(zone.segment(at).offset));
        Time::from_face(at + offset)
    }

    /// Normalizes a time and finds its instant; none before 1970, where systemd gives up.
    fn mktime(&mut self, time: &mut Time) -> Option<i64> {
        let Some(zone) = self.zone else {
            let at = time.face();
            *time = Time::from_face(at);
            return Some(at).filter(|at| *at >= 0);
        };
        // Seconds out of range are added only when the rest is settled.
        let second = time.second.clamp(0, 59);
        let face = Time { second, ..*time }.face();
        let (mut at, mut before, mut last) = (face + self.offset, face + self.offset, face + self.offset);
        let mut last_daylight = false;
        let mut probes = 6;
        let mut exists = true;
        loop {
            let segment = zone.segment(at);
            let error = face - (at + i64::from(segment.offset));
            if error == 0 {
                break;
            }
            // Going back and forth between two answers: a time that does not exist. The one with summer time is
            // taken, or the one that differs from what was asked for.
            let wanted = match time.daylight {
                None => last_daylight <= segment.daylight,
                Some(daylight) => daylight != segment.daylight,
            };
            if at == before && at != last && wanted {
                exists = false;
                break;
            }
            probes -= 1;
            if probes == 0 {
                return None;
            }
            before = last;
            last = at;
            at += error;
            last_daylight = segment.daylight;
        }
        if let Some(daylight) = time
            .daylight
            .filter(|daylight| exists && *daylight != zone.segment(at).daylight)
        {
            at = face - neighbour(zone, at, daylight)?;
        }
        self.offset = at - face;
        at += time.second - second;
        *time = Time {
            daylight: Some(zone.segment(at).daylight),
            ..self.broken_down(at)
        };
        Some(at).filter(|at| *at >= 0)
    }

    /// Whether a time is as it was written: false when it had to be normalized, none beyond all bounds.
    fn within_bounds(&mut self, time: &mut Time) -> Option<bool> {
        if time.year > LAST_YEAR {
            return None;
        }
        let mut found = *time;
        self.mktime(&mut found)?;
        // Whatever unit changed, the one below it begins anew; the ones below that are left as they are.
        let pairs = [
            (found.year, time.year),
            (found.month, time.month),
            (found.day, time.day),
            (found.hour, time.hour),
            (found.minute, time.minute),
            (found.second, time.second),
        ];
        let Some(changed) = pairs.iter().position(|(found, time)| found != time) else {
            return Some(true);
        };
        match changed {
            0 => found.month = 0,
            1 => found.day = 1,
            2 => found.hour = 0,
            3 => found.minute = 0,
            4 => found.second = 0,
            _ => {}
        }
        if pairs[changed].0 < pairs[changed].1 {
            return None;
        }
        *time = found;
        Some(false)
    }
}

/// The offset of the nearest time with or without summer time, as the C library looks for it: in strides of a week,
/// seven years to both sides.
fn neighbour(zone: &Zone, at: i64, daylight: bool) -> Option<i64> {
    const STRIDE: i64 = 601_200;
    let far = 457_243_209 / 2 + STRIDE;
    let times = (1..)
        .map(|n| n * STRIDE)
        .take_while(|delta| *delta < far)
        .flat_map(|delta| [at - delta, at + delta]);
    let found = times
        .map(|time| zone.segment(time))
        .find(|segment| segment.daylight == daylight)?;
    Some(i64::from(found.offset))
}

/// Goes up from years to microseconds until all match.
fn find(spec: &Spec, clock: &mut Clock<'_>, time: &mut Time, micro: &mut i64) -> Option<()> {
    let mut search = Search {
        begin: (time.face(), *micro),
        keeps_daylight: false,
    };
    for _ in 0..TURNS {
        let _ = clock.mktime(time);
        if !search.keeps_daylight {
            time.daylight = None;
        }
        match matching(&spec.year, time.year)? {
            year if year != time.year => {
                time.year = year;
                time.reset_from(Unit::Month);
                *micro = 0;
            }
            _ => {}
        }
        // Here anything out of bounds ends the search.
        if clock.within_bounds(time) != Some(true) {
            return None;
        }
        match search.turn(spec, clock, time, micro) {
            Turn::Found => return Some(()),
            Turn::Again => {}
        }
    }
    None
}

enum Turn {
    Found,
    Again,
}

struct Search {
    /// The clock's face where the search began.
    begin: (i64, i64),
    /// Summer time is no longer left to the C library.
    keeps_daylight: bool,
}

impl Search {
    fn turn(&mut self, spec: &Spec, clock: &mut Clock<'_>, time: &mut Time, micro: &mut i64) -> Turn {
        let month = matching(&spec.month, time.month + 1).map(|month| month - 1);
        if !settle(
            clock,
            time,
            micro,
            Unit::Day,
            month,
            |time| &mut time.month,
            |time| time.year += 1,
        ) {
            return Turn::Again;
        }
        let day = matching_day(spec, clock, time);
        if !settle(
            clock,
            time,
            micro,
            Unit::Hour,
            day,
            |time| &mut time.day,
            |time| time.month += 1,
        ) {
            return Turn::Again;
        }
        if !matches_weekday(spec, clock, time) {
            time.day += 1;
            time.reset_from(Unit::Hour);
            *micro = 0;
            return Turn::Again;
        }
        let hour = matching(&spec.hour, time.hour);
        if !settle(
            clock,
            time,
            micro,
            Unit::Minute,
            hour,
            |time| &mut time.hour,
            |time| time.day += 1,
        ) {
            return Turn::Again;
        }
        let minute = matching(&spec.minute, time.minute);
        if !settle(
            clock,
            time,
            micro,
            Unit::Second,
            minute,
            |time| &mut time.minute,
            |time| time.hour += 1,
        ) {
            return Turn::Again;
        }
        let Some(found) = matching(&spec.microsecond, time.second * SECOND + *micro) else {
            time.minute += 1;
            (time.second, *micro) = (0, 0);
            return Turn::Again;
        };
        (time.second, *micro) = (found / SECOND, found % SECOND);
        match clock.within_bounds(time) {
            Some(true)
                if (time.face(), *micro) < self.begin && clock.zone.is_some() && !self.keeps_daylight =>
            {
                // A gap has led it back: it goes on an hour later, and from then on with the summer time it finds there.
                self.keeps_daylight = true;
                time.hour += 1;
                Turn::Again
            }
            Some(true) => Turn::Found,
            Some(false) => Turn::Again,
            None => {
                time.minute += 1;
                (time.second, *micro) = (0, 0);
                Turn::Again
            }
        }
    }
}

/// Sets a unit to what was found, the smaller ones to their first value where it changed; where nothing was found,
/// or it lies out of bounds, raises the unit above. True when all is as it was written.
fn settle(
    clock: &mut Clock<'_>,
    time: &mut Time,
    micro: &mut i64,
    below: Unit,
    found: Option<i64>,
    unit: impl Fn(&mut Time) -> &mut i64,
    raise: impl Fn(&mut Time),
) -> bool {
    if let Some(found) = found {
        let changed = *unit(time) != found;
        *unit(time) = found;
        if changed {
            time.reset_from(below);
            *micro = 0;
        }
        if let Some(as_written) = clock.within_bounds(time) {
            return as_written;
        }
    }
    raise(time);
    let above = match below {
        Unit::Day => Unit::Month,
        Unit::Hour => Unit::Day,
        Unit::Minute => Unit::Hour,
        _ => Unit::Minute,
    };
    time.reset_from(above);
    *micro = 0;
    false
}

/// The smallest value of a list at or after one.
fn matching(chain: &[Component], value: i64) -> Option<i64> {
    if chain.is_empty() {
        return Some(value);
    }
    smallest(chain.iter().copied(), value)
}

fn smallest(chain: impl Iterator<Item = Component>, value: i64) -> Option<i64> {
    let mut found: Option<i64> = None;
    for Component { start, stop, repeat } in chain {
        if start >= value {
            if found.is_none_or(|found| start < found) {
                found = Some(start);
            }
        } else if repeat > 0 {
            let next = start + repeat * ((value - start + repeat - 1) / repeat);
            if found.is_none_or(|found| next < found) && (stop < 0 || next <= stop) {
                found = Some(next);
            }
        }
    }
    found
}

fn matching_day(spec: &Spec, clock: &mut Clock<'_>, time: &Time) -> Option<i64> {
    if !spec.end_of_month || spec.day.is_empty() {
        return matching(&spec.day, time.day);
    }
    let mut from_end = |day: i64| {
        let mut end = Time {
            month: time.month + 1,
            day: 1 - day,
            ..*time
        };
        match clock.mktime(&mut end) {
            Some(_) if end.month == time.month => end.day,
            _ => -1,
        }
    };
    let days: Vec<Component> = spec
        .day
        .iter()
        .map(|component| {
            let (start, stop) = (from_end(component.start), from_end(component.stop));
            let (start, stop) = if stop > 0 { (stop, start) } else { (start, stop) };
            Component {
                start,
                stop,
                repeat: component.repeat,
            }
        })
        .collect();
    smallest(days.into_iter(), time.day)
}

fn matches_weekday(spec: &Spec, clock: &mut Clock<'_>, time: &Time) -> bool {
    let Some(bits) = spec.weekdays else { return true };
    let mut copy = *time;
    if clock.mktime(&mut copy).is_none() {
        return false;
    }
    let day = days_from_civil(copy.year, copy.month as u32 + 1, copy.day as u32);
    // Bit 0 is Monday.
    bits >> ((weekday_of(day) + 6) % 7) & 1 == 1
}
