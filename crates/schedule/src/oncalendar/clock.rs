//! Local time as the C library's `mktime` computes it: what systemd's search rests on.
//!
//! `mktime` guesses that the zone's offset is the one that it found last, and corrects the guess until the local
//! time comes out right. In the hour that occurs twice the guess therefore decides which of the two it is; in the gap
//! the guesses swing to and fro, and the flag of summer time decides which end of the gap comes out.

use crate::face::{Face, Unit};
use crate::zone::Zone;

/// A local time, its units possibly beyond their bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    pub(super) face: Face,
    /// Summer time: yes, no, or not known.
    pub(super) daylight: Option<bool>,
}

/// A zone, and the offset that the last conversion found.
#[derive(Debug, Clone)]
pub(super) struct Clock<'a> {
    zone: &'a Zone,
    offset: i64,
}

/// How long a summer or winter can be at most, and the shortest one: the C library's figures.
const LONGEST_HALF: i64 = 536_454_000 / 2 + SHORTEST;
const SHORTEST: i64 = 601_200;

impl<'a> Clock<'a> {
    pub(super) fn new(zone: &'a Zone, at: i64) -> Clock<'a> {
        Clock {
            zone,
            offset: i64::from(zone.segment(at).offset),
        }
    }

    /// `localtime`
    pub(super) fn read(&self, at: i64) -> Time {
        let segment = self.zone.segment(at);
        Time {
            face: Face::of(at + i64::from(segment.offset)),
            daylight: Some(segment.daylight),
        }
    }

    /// `mktime`: the instant, and the time put in order; none before 1970.
    pub(super) fn instant(&mut self, time: &mut Time) -> Option<i64> {
        // Seconds beyond the minute are added at the end.
        let beyond = time.face[Unit::Second];
        let second = beyond.clamp(0, 59);
        let local = time.face.with(Unit::Second, second).local();
        let at = self.find(local, time.daylight)?;
        self.offset = local - at;
        let at = at + beyond - second;
        *time = self.read(at);
        (at >= 0).then_some(at)
    }

    fn find(&self, local: i64, wanted: Option<bool>) -> Option<i64> {
        let mut at = local - self.offset;
        let (mut before, mut last) = (at, at);
        let mut last_daylight = false;
        for _ in 0..6 {
            let segment = self.zone.segment(at);
            let error = local - at - i64::from(segment.offset);
            if error == 0 {
                return match wanted {
                    Some(wanted) if wanted != segment.daylight => self.neighbour(at, local, wanted),
                    _ => Some(at),
                };
            }
            let settles = match wanted {
                None => last_daylight <= segment.daylight,
                Some(wanted) => wanted != segment.daylight,
            };
            if at == before && at != last && settles {
                return Some(at);
            }
            (before, last, last_daylight) = (last, at, segment.daylight);
            at += error;
        }
        None
    }

    /// The same local time by the offset of the nearest period with the wanted flag.
    fn neighbour(&self, at: i64, local: i64, wanted: bool) -> Option<i64> {
        let mut delta = SHORTEST;
        while delta < LONGEST_HALF {
            for probe in [at - delta, at + delta] {
                let segment = self.zone.segment(probe);
                if segment.daylight == wanted {
                    return Some(local - i64::from(segment.offset));
                }
            }
            delta += SHORTEST;
        }
        None
    }
}
