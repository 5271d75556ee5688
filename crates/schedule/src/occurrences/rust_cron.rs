//! The crate `cron`'s own search.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Occurrence, Shift};
use crate::zone::{ChronoZone, Transition, Zone};

/// The crate `cron`'s own search, on our zone.
#[derive(Debug, Clone)]
pub(super) struct RustCron<'a> {
    pub(super) schedule: &'a cron::Schedule,
    pub(super) zone: &'a Zone,
    pub(super) at: DateTime<Utc>,
}

impl RustCron<'_> {
    pub(super) fn next(&mut self) -> Option<Occurrence> {
        let at = self.at.with_timezone(&ChronoZone(self.zone));
        // Within an hour that comes again the crate goes back to the first one; its second answer is ahead.
        let next = self.schedule.after(&at).find(|next| *next > at)?;
        self.found(next)
    }

    pub(super) fn previous(&mut self) -> Option<Occurrence> {
        let zone = ChronoZone(self.zone);
        let previous = self.schedule.after(&self.at.with_timezone(&zone)).next_back();
        let near = |change: Transition| (change.at - self.at).abs() < TimeDelta::days(1);
        let before = self.at - TimeDelta::days(1);
        if !self.zone.transitions(before).next().is_some_and(near) {
            return self.found(previous?);
        }
        // Going back, the crate takes each local time that occurs twice for the second one, be it later than where
        // it comes from. Going forwards it does not.
        let close = previous.as_ref().map_or(before, |at| at.to_utc().min(self.at)) - TimeDelta::hours(4);
        let last_from = |at: DateTime<Utc>| {
            let mut forward = RustCron { at, ..self.clone() };
            let runs = std::iter::from_fn(|| forward.next());
            runs.take_while(|run| run.at < self.at).last()
        };
        if let Some(last) = last_from(close).or_else(|| last_from(before)) {
            self.at = last.at.to_utc();
            return Some(last);
        }
        self.found(previous.filter(|at| at.to_utc() < self.at)?)
    }

    fn found(&mut self, at: DateTime<ChronoZone<'_>>) -> Option<Occurrence> {
        self.at = at.to_utc();
        let at = at.fixed_offset();
        if self.zone.calm_offset(at.naive_utc()).is_some() {
            return Some(Occurrence { at, shift: None });
        }
        let (_, second) = self.zone.instants(at.naive_local().and_utc().timestamp());
        let shift = second
            .is_some_and(|(instant, _)| instant == at.timestamp())
            .then_some(Shift::Repeated);
        Some(Occurrence { at, shift })
    }
}
