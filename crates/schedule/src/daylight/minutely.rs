//! The main loop of Dillon's cron and of busybox: wake up every minute, look at the minutes since the last time, and
//! give up when that was more than an hour ago or ahead.

use super::Firing;
use crate::plan::Plan;
use crate::zone::Zone;

/// How such a daemon sleeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Wakeups {
    /// It wakes up so many seconds into the minute.
    pub margin: i64,
    /// It sleeps so many seconds after it has looked for jobs, before it sleeps until the next minute.
    pub pause: i64,
    /// When the clock was set back by up to an hour, it waits until the clock is where it was.
    pub waits: bool,
}

/// A difference of more than an hour is a new time, and nothing runs for it.
const DISPARITY: i64 = 3600;

/// Everything from an instant until the clock shows another, with the clock being set on the way.
pub(super) fn run(
    plan: &Plan,
    how: Wakeups,
    zone: &Zone,
    (from, to): (i64, i64),
    steps: &[(i64, i64)],
) -> Vec<Firing> {
    if from > to {
        return Vec::new();
    }
    let mut clock = Clock {
        now: from - 60,
        steps: steps.iter().rev().copied().collect(),
    };
    let mut firings = Vec::new();
    let mut looked = clock.now;
    while !clock.steps.is_empty() || clock.now <= to {
        clock.sleep(60 + how.margin - clock.now.rem_euclid(60));
        let passed = clock.now - looked;
        if passed.abs() > DISPARITY {
            looked = clock.now;
        } else if passed > 0 {
            let due = due(plan, zone, looked, clock.now);
            firings.extend(due.map(|minute| (firing(zone, clock.now, minute), clock.steps.is_empty())));
            looked = clock.now;
            clock.sleep(how.pause);
        } else if !how.waits {
            looked = clock.now;
        }
    }
    firings.retain(|(firing, last)| if *last { firing.at <= to } else { firing.at >= from });
    firings.into_iter().map(|(firing, _)| firing).collect()
}

/// The wall clock, which somebody sets now and then.
struct Clock {
    now: i64,
    /// The next one last.
    steps: Vec<(i64, i64)>,
}

impl Clock {
    fn sleep(&mut self, seconds: i64) {
        self.now += seconds;
        if let Some((_, by)) = self.steps.pop_if(|(at, _)| self.now >= *at) {
            self.now += by;
        }
    }
}

/// The last minute after one instant and up to another that matches. However many do, the job runs once.
fn due(plan: &Plan, zone: &Zone, after: i64, until: i64) -> Option<i64> {
    let first = (after - after.rem_euclid(60)..=until)
        .step_by(60)
        .filter(|minute| *minute > after);
    first
        .filter(|minute| plan.matches(minute + i64::from(zone.segment(*minute).offset)))
        .last()
}

fn firing(zone: &Zone, now: i64, minute: i64) -> Firing {
    let at = now - now.rem_euclid(60);
    let meant = (at != minute).then(|| minute + i64::from(zone.segment(minute).offset));
    Firing { at, meant }
}
