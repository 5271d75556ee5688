//! The record of a run, and what is told out of it. Where it cannot be written, all is told without it.

use super::Telling;
use delivery::DeliveryError;
use history::{Decision, History, HistoryError, NewReport, NewRun, Usual};
use reporting::{
    Delivered, RunFacts, Told, decide, decide_lost, decide_running, deliver, deliver_unrecorded,
};
use std::sync::mpsc::Sender;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The longest that others may keep us from the record.
const PATIENCE: Duration = Duration::from_secs(5);
/// The status that the alert rule is given where none is known: not a first run, or each would be told as one.
const UNKNOWN: &str = "{}";

/// The record, if there is one.
pub(super) struct Record<'a> {
    telling: &'a Telling,
    told: Told,
    say: &'a Sender<String>,
    history: Option<Mutex<History>>,
    /// The record could not be written before: then it is not waited for a second time.
    is_troubled: bool,
    swept: bool,
    /// Where lost runs are told.
    lost_to: Vec<String>,
}

impl<'a> Record<'a> {
    pub(super) fn open(telling: &'a Telling, told: Told, say: &'a Sender<String>) -> Record<'a> {
        let mut record = Record {
            telling,
            told,
            say,
            history: None,
            is_troubled: false,
            swept: false,
            lost_to: Vec::new(),
        };
        if let Some(folder) = &telling.folder {
            // A record that others hold must not cost the last pings their time.
            let opened = History::open(folder, PATIENCE.min(telling.total / 2));
            let opened = record.or_say(opened);
            let note = opened.as_ref().and_then(History::note);
            if let Some(note) = note {
                let _ = say.send(format!("record: {note}"));
            }
            record.history = opened.map(|mut history| {
                history.set_retention(telling.book.settings.record().retention);
                Mutex::new(history)
            });
        }
        record
    }

    /// Writes down that the run has begun: from now on one that is killed is not forgotten.
    pub(super) fn begin(&mut self, run: &NewRun) {
        let Some(history) = &self.history else { return };
        let begun = locked(history).begin_early(run);
        self.is_troubled = self.or_say(begun).is_none();
    }

    /// The run takes its time: its beginning is to survive a power failure, too, and runs before it that never ended
    /// are told now, not when it ends.
    pub(super) fn goes_on(&mut self, run: &NewRun) {
        let Some(history) = self.history.as_ref().filter(|_| !self.is_troubled) else {
            return;
        };
        let kept = locked(history).reach_disk();
        let _ = self.or_say(kept);
        self.sweep(run);
        self.tell_lost();
    }

    /// Tells of lost runs at once, not when this one ends: that may be in hours. A part of the time, or this run's
    /// own end would come too late.
    fn tell_lost(&mut self) {
        let keys = std::mem::take(&mut self.lost_to);
        let Some(history) = self.history.as_ref().filter(|_| !keys.is_empty()) else {
            return;
        };
        let deadline = Instant::now() + self.telling.total / 4;
        let delivered = deliver(history, &self.telling.book, Vec::new(), &keys, deadline);
        self.say_failures(&delivered, true);
    }

    /// Tells people that the run is still going on.
    pub(super) fn still_running(&mut self, run: &NewRun, so_far: Duration) {
        let usual = self.usual(&run.job);
        let decision = decide_running(run, so_far, usual, &self.told);
        let deadline = Instant::now() + self.telling.total;
        let ours = self.history.as_ref().and_then(|history| {
            let kept = locked(history).tell(run, &decision);
            Some((history, self.or_say(kept)?))
        });
        let delivered = match ours {
            Some((history, ours)) => deliver(history, &self.telling.book, ours, &[], deadline),
            None => deliver_unrecorded(&self.telling.book, run.id, &run.job, &decision.reports, deadline),
        };
        self.say_failures(&delivered, true);
    }

    /// Writes down how the run ended, and delivers what is to be told of it.
    pub(super) fn finish(&mut self, facts: &RunFacts, body: &str, deadline: Instant) {
        let mut decided = None;
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = if self.is_troubled {
            Duration::from_millis(100)
        } else {
            PATIENCE.min(left / 3)
        };
        self.open_again(patience);
        let kept = self.history.as_ref().map(|history| {
            let mut history = locked(history);
            history.set_patience(patience)?;
            history.finish(&facts.run, &facts.end, |status| {
                decided.insert(decide(facts, &self.told, body, status)).clone()
            })
        });
        let kept = kept.and_then(|kept| self.or_say(kept));
        if kept.is_some() && !self.swept {
            self.sweep(&facts.run);
        }
        match kept.zip(self.history.as_ref()) {
            Some((ours, history)) => {
                let mut keys: Vec<String> = ours.iter().map(|report| report.address.clone()).collect();
                // Also those that stand behind earlier reports, which are then delivered first.
                keys.extend(
                    decided
                        .iter()
                        .flat_map(|all| &all.reports)
                        .map(|report| report.address.clone()),
                );
                keys.append(&mut self.lost_to);
                keys.sort();
                keys.dedup();
                let delivered = deliver(history, &self.telling.book, ours, &keys, deadline);
                self.say_failures(&delivered, true);
                if delivered.iter().any(|one| one.error.is_some()) {
                    // Where nothing ever gets through, nobody may ever call --flush either.
                    let bounds = self.telling.book.settings.record().bounds;
                    let bounded = locked(history).bound(bounds, SystemTime::now());
                    let _ = self.or_say(bounded);
                }
            }
            None => {
                let decision = decide(facts, &self.told, body, Some(UNKNOWN));
                let (run, job) = (facts.run.id, &facts.run.job);
                // The last quarter of the time is for the record: whoever kept us from it may be done with it by then.
                let until = match &self.telling.folder {
                    Some(_) => deadline - deadline.saturating_duration_since(Instant::now()) / 4,
                    None => deadline,
                };
                let delivered = deliver_unrecorded(&self.telling.book, run, job, &decision.reports, until);
                let outcomes = decision.reports.into_iter().zip(&delivered);
                let untold = outcomes.filter(|(_, one)| one.error.is_some());
                let untold = untold.map(|(report, _)| report).collect();
                let is_kept = self.record_at_least(facts, untold, deadline);
                self.say_failures(&delivered, is_kept);
            }
        }
    }

    /// On a busy host others may have kept us from opening it before; what went wrong was said then.
    fn open_again(&mut self, patience: Duration) {
        if let (None, Some(folder)) = (&self.history, &self.telling.folder) {
            self.history = History::open(folder, patience).ok().map(Mutex::new);
        }
    }

    /// Writes down a run that was told without the record, and what of it could not be told. Whether it is there.
    fn record_at_least(&mut self, facts: &RunFacts, untold: Vec<NewReport>, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        self.open_again(left.min(PATIENCE));
        let Some(history) = &self.history else {
            return false;
        };
        let decision = Decision {
            reports: untold,
            ..Decision::default()
        };
        let left = deadline.saturating_duration_since(Instant::now());
        let mut history = locked(history);
        let patient = history.set_patience(left.min(PATIENCE));
        // That it could not be written was said before.
        patient
            .and_then(|()| history.finish(&facts.run, &facts.end, |_| decision))
            .is_ok()
    }

    /// How long the job usually takes; nobody wants to know where there is nobody to tell it.
    pub(super) fn usual(&self, job: &str) -> Option<Usual> {
        if self.told.channels.is_empty() {
            return None;
        }
        locked(self.history.as_ref()?).usual(job).ok()?
    }

    /// When a run of the job last succeeded.
    pub(super) fn last_success(&self, job: &str) -> Option<SystemTime> {
        self.telling.files.metrics.as_ref()?;
        locked(self.history.as_ref()?).last_success(job).ok()?
    }

    fn sweep(&mut self, run: &NewRun) {
        self.swept = true;
        let Some(history) = &self.history else { return };
        let mut keys = Vec::new();
        let lost = locked(history).sweep(&run.host, |lost, status| {
            let of_others = (lost.job != run.job).then(|| self.told_of(&lost.job));
            let decision = decide_lost(lost, &run.host, of_others.as_ref().unwrap_or(&self.told), status);
            keys.extend(decision.reports.iter().map(|report| report.address.clone()));
            decision
        });
        keys.sort();
        keys.dedup();
        self.lost_to = keys;
        for lost in self.or_say(lost).unwrap_or_default() {
            let _ = self.say.send(format!("run {} of {} was lost", lost.id, lost.job));
        }
    }

    /// Whom another job tells, as far as the settings know.
    fn told_of(&self, job: &str) -> Told {
        let (book, settings) = (&self.telling.book, self.telling.book.settings.job(job));
        let monitors = settings
            .monitors
            .iter()
            .flat_map(|name| book.of_monitor(name, job));
        let channels = settings
            .channels
            .iter()
            .flat_map(|name| book.of_channel(name, job));
        Told {
            monitors: monitors.collect(),
            channels: channels.collect(),
            rule: settings.rule,
            hold: Duration::ZERO,
        }
    }

    fn or_say<T>(&self, result: Result<T, HistoryError>) -> Option<T> {
        result
            .map_err(|error| self.say.send(format!("record: {error}")))
            .ok()
    }

    fn say_failures(&self, delivered: &[Delivered], is_kept: bool) {
        for Delivered {
            target,
            error,
            to_people,
            unsettled,
            ..
        } in delivered
        {
            if let Some(why) = unsettled {
                let _ = self
                    .say
                    .send(format!("record: {target} was told, and is told again: {why}"));
            }
            let Some(error) = error else { continue };
            let kept = match is_kept {
                true if error.is_permanent() => "; laid aside, see cronwrap --outbox",
                true => "; kept, and sent by a later run",
                false => "",
            };
            let error = DeliveryError {
                place: target.clone(),
                ..error.clone()
            };
            let what = if *to_people { "" } else { "last ping: " };
            let _ = self.say.send(format!("{what}{error}{kept}"));
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
