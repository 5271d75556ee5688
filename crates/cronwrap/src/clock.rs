//! Times of a run: the wall clock for people, the monotonic clock for everything that is measured.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// When something was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The wall clock, in microseconds since 1970. May go back when somebody sets the clock.
    pub(crate) wall_micros: i64,
    /// Since the start of the run, by a clock that nobody can set.
    pub(crate) since_start_micros: u64,
}

/// The start of a run, from which its times count.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    pub(crate) start: Instant,
}

impl Clock {
    pub(crate) fn start() -> Clock {
        Clock {
            start: Instant::now(),
        }
    }

    pub(crate) fn stamp(&self) -> Stamp {
        let wall = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_micros() as i64,
            Err(before) => -(before.duration().as_micros() as i64),
        };
        Stamp {
            wall_micros: wall,
            since_start_micros: self.elapsed().as_micros() as u64,
        }
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }
}

impl Stamp {
    #[cfg(test)]
    pub(crate) fn at_micros(micros: u64) -> Stamp {
        Stamp {
            wall_micros: micros as i64,
            since_start_micros: micros,
        }
    }
}
