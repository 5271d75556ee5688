//! The main loop of Vixie's cron (Debian, cronie, ISC): it keeps a *virtual* clock of the minutes whose jobs have run
//! beside the wall clock, and closes the gap between the two in one of four ways. Written after the behaviour that
//! the record sets show; the figures (5 minutes, 3 hours, 10 seconds) are the daemon's.

use super::{Disturbance, Firing, LONGEST};
use crate::plan::Plan;
use crate::zone::{Segment, Zone};

/// A jump up to here, in minutes, is a late wake-up: every minute is run, one after the other.
const LATE: i64 = 5;
/// Up to here, fixed jobs are caught up and follow-the-clock jobs go on with the clock.
const MEDIUM: i64 = 180;
/// After each minute caught up that ran something, the daemon sleeps so many seconds.
const PAUSE: i64 = 10;

pub(super) fn disturbance(segment: &Segment, job: Job<'_>, zone: &Zone) -> Disturbance {
    if let Some(plain) = plain(segment, job, zone) {
        return plain;
    }
    // Changes close to each other belong to one story: begin with the first of them.
    let mut start = segment.start;
    while let before = zone.segment(start - 1)
        && before.start > start - LONGEST
    {
        start = before.start;
    }
    let mut daemon = Daemon::started(start - 1, job, zone);
    while daemon.now < start || daemon.virtual_minute != daemon.running {
        daemon.turn();
    }
    // The minute that was woken up for last is run; the next one is the plain search's.
    let resume = ((daemon.running + 1) * 60 - daemon.offset).max(segment.start);
    let mut firings = daemon.firings;
    firings.retain(|firing| firing.at >= segment.start);
    Disturbance { resume, firings }
}

/// What the loop comes to after a plain change, but for what is caught up: a job that follows the clock does just
/// that, and after a backward change a fixed one waits until the clock is where it was.
fn plain(segment: &Segment, job: Job<'_>, zone: &Zone) -> Option<Disturbance> {
    let before = zone.segment(segment.start - 1);
    if !is_plain(&before, segment) {
        return None;
    }
    let change = i64::from(segment.offset - before.offset);
    let resume = match (job.wild, change < 0) {
        (true, _) => segment.start,
        (false, true) => segment.start - change,
        (false, false) => return None,
    };
    Some(Disturbance {
        resume,
        firings: Vec::new(),
    })
}

/// A change after which a job that follows the clock misses and repeats just what the clock does, and any other runs
/// once for each local minute: of whole minutes, well inside the daemon's limits, and with no other change near.
pub(crate) fn is_plain(before: &Segment, after: &Segment) -> bool {
    let change = after.offset - before.offset;
    let alone = after.start - LONGEST > before.start && after.end - LONGEST > after.start;
    let whole = change % 60 == 0 && before.offset % 60 == 0 && after.start % 60 == 0;
    alone && whole && (600..=10_200).contains(&change.abs())
}

/// Everything from an instant until the clock shows another, with the clock being set on the way.
pub(super) fn run(job: Job<'_>, zone: &Zone, (from, to): (i64, i64), steps: &[(i64, i64)]) -> Vec<Firing> {
    if from > to {
        return Vec::new();
    }
    let mut daemon = Daemon::started(from - 60, job, zone);
    daemon.steps = steps.iter().rev().copied().collect();
    let mut before = 0;
    while !daemon.steps.is_empty() || daemon.now <= to + 60 {
        daemon.turn();
        if !daemon.steps.is_empty() {
            before = daemon.firings.len();
        }
    }
    let mut at = 0;
    daemon.firings.retain(|firing| {
        at += 1;
        if at <= before {
            firing.at >= from
        } else {
            firing.at <= to
        }
    });
    daemon.firings
}

/// A job as the daemon sees it.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) wild: bool,
    pub(crate) inclusive: bool,
    pub(crate) stale: bool,
}

/// The daemon at the top of its loop. Minutes are local: seconds plus offset, divided by 60.
pub(crate) struct Daemon<'a> {
    job: Job<'a>,
    zone: &'a Zone,
    /// The wall clock, UTC seconds.
    pub(crate) now: i64,
    /// The offset at the last look at the clock.
    pub(crate) offset: i64,
    /// The minute of the last wake-up.
    pub(crate) running: i64,
    /// All minutes up to this one have run.
    pub(crate) virtual_minute: i64,
    /// The minute for which the job waits to be started.
    queued: Option<i64>,
    /// Whether summer time was in force at the last look.
    daylight: bool,
    /// Steps of the clock that are still to come, the next one last: when, and by how many seconds.
    steps: Vec<(i64, i64)>,
    pub(crate) firings: Vec<Firing>,
}

impl<'a> Daemon<'a> {
    /// A daemon that has just run everything up to the minute of `now`.
    pub(crate) fn started(now: i64, job: Job<'a>, zone: &'a Zone) -> Daemon<'a> {
        let segment = zone.segment(now);
        let offset = i64::from(segment.offset);
        let minute = (now + offset).div_euclid(60);
        Daemon {
            job,
            zone,
            now,
            offset,
            running: minute,
            virtual_minute: minute,
            queued: None,
            daylight: segment.daylight,
            steps: Vec::new(),
            firings: Vec::new(),
        }
    }

    /// Once round the loop.
    fn turn(&mut self) {
        self.wait();
        let behind = self.running - self.virtual_minute;
        let far_back = if self.job.inclusive {
            behind < -MEDIUM
        } else {
            behind <= -MEDIUM
        };
        if behind == 1 || far_back || behind > MEDIUM {
            self.virtual_minute = self.running;
            self.find(self.running, true, true);
        } else if behind <= 0 {
            self.find(self.running, true, false);
        } else if behind <= LATE {
            while self.virtual_minute < self.running {
                self.start_and_pause();
                self.virtual_minute += 1;
                self.find(self.virtual_minute, true, true);
            }
        } else {
            self.find(self.running, true, false);
            let mut clock = self.running;
            while self.virtual_minute < self.running && clock == self.running {
                self.start_and_pause();
                self.virtual_minute += 1;
                self.find(self.virtual_minute, false, true);
                clock = self.clock();
            }
        }
        self.start();
    }

    /// Sleeps until one second into the next minute. A step of the clock during the sleep is taken for time slept;
    /// one that leaves more than a minute to wait ends the sleep.
    fn wait(&mut self) {
        loop {
            let mut left = (self.running + 1) * 60 - (self.now + self.offset) + 1;
            while left > 0 && left < 65 {
                let start = self.now;
                self.sleep(left);
                left -= self.now - start;
            }
            let clock = self.clock();
            if clock != self.running {
                self.running = clock;
                return;
            }
        }
    }

    fn sleep(&mut self, seconds: i64) {
        self.now += seconds;
        if let Some((_, by)) = self.steps.pop_if(|(at, _)| self.now >= *at) {
            self.now += by;
        }
    }

    fn clock(&mut self) -> i64 {
        let segment = self.zone.segment(self.now);
        if !self.job.stale || segment.daylight != self.daylight {
            self.offset = i64::from(segment.offset);
            self.daylight = segment.daylight;
        }
        (self.now + self.offset).div_euclid(60)
    }

    /// Queues the job if it is of the wanted kind and the minute matches.
    fn find(&mut self, minute: i64, follow_the_clock: bool, fixed: bool) {
        let wanted = if self.job.wild { follow_the_clock } else { fixed };
        if wanted && self.job.plan.matches(minute * 60) {
            self.queued = Some(minute);
        }
    }

    fn start(&mut self) -> bool {
        let Some(minute) = self.queued.take() else {
            return false;
        };
        let local = (self.now + self.offset).div_euclid(60) * 60;
        let meant = (local != minute * 60).then_some(minute * 60);
        self.firings.push(Firing {
            at: local - self.offset,
            meant,
        });
        true
    }

    fn start_and_pause(&mut self) {
        if self.start() {
            self.sleep(PAUSE);
        }
    }
}
