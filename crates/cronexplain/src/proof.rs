//! Whether one schedule runs at the same instants as another, or as several together.
//!
//! Both are asked by running them, the crate `cron` by the crate itself. What keeps that short is how schedules are
//! made: as long as the clock does not change, they run at the same times on each of their days. The span is cut into
//! days of 24 hours. Those near a change of the clock are compared run by run. Of the others, each schedule is asked
//! for its first and its last run, which tell which of its own days the day has a part of; those that agree in all of
//! these are alike, and one of them is compared run by run.

use std::collections::{HashMap, VecDeque};
use std::iter::Peekable;

use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use schedule::describe::has_seconds;
use schedule::{Occurrence, Schedule, Shift, Zone};
use serde::Serialize;

use crate::answer::Place;
use crate::report::{iso, stamp};

/// An instant at which only one of the two runs, or one of them twice.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Counterexample {
    pub(crate) at: String,
    pub(crate) what: String,
    /// How many such instants there are in the whole span.
    pub(crate) count: u64,
    /// All of them lie at changes of the clock.
    pub(crate) clock_changes_only: bool,
}

/// What the comparison has found.
#[derive(Debug, Default)]
pub(crate) struct Proof {
    /// Runs of the first schedule.
    pub(crate) runs: u64,
    /// The last instant at which both ran.
    last: Option<DateTime<FixedOffset>>,
    pub(crate) counterexample: Option<Counterexample>,
}

/// A schedule, and those that are to do the same together.
pub(crate) struct Claim<'c> {
    pub(crate) source: &'c Schedule,
    pub(crate) targets: &'c [Schedule],
    pub(crate) place: &'c Place,
}

/// A stretch of time.
type Stretch = (DateTime<Utc>, DateTime<Utc>);

/// What a change of the clock does to a schedule, it does within this time.
const NEAR: TimeDelta = TimeDelta::hours(36);
/// How many ends of days are tried.
const REMEMBERED: usize = 8;
const DAY: TimeDelta = TimeDelta::days(1);
/// How much is counted between two words about it.
const COUNTED: TimeDelta = TimeDelta::days(7);

impl Claim<'_> {
    /// Compares the two from an instant (included) to another (excluded); `tell` hears how much of that is done.
    pub(crate) fn prove(&self, from: DateTime<Utc>, to: DateTime<Utc>, tell: &mut dyn FnMut(f64)) -> Proof {
        let whole = (to - from).num_seconds().max(1) as f64;
        let mut tell = |at: DateTime<Utc>| tell((at - from).num_seconds() as f64 / whole);
        let mut proof = Proof::default();
        let mut ends = vec![VecDeque::new(); self.targets.len() + 1];
        let regular = self.targets.iter().chain([self.source]).all(has_regular_days);
        let (mut begin, zone) = (from, &self.place.zone);
        while begin < to {
            // Where the clock is calm, up to near the next change; else up to behind it.
            let (end, calm) = if regular {
                calm_until(begin, to, zone)
            } else {
                (to, false)
            };
            if calm {
                self.compare_days((begin, end), &mut ends, &mut proof, &mut tell);
            } else {
                self.compare_runs((begin, end), &mut proof, &mut tell);
            }
            begin = end;
        }
        proof
    }

    /// A stretch in which the clock does not change, day by day; `ends` are those of other days.
    fn compare_days(
        &self,
        (begin, end): Stretch,
        ends: &mut [VecDeque<TimeDelta>],
        proof: &mut Proof,
        tell: &mut impl FnMut(DateTime<Utc>),
    ) {
        // The runs of a kind of day on which both do the same.
        let mut same: HashMap<Vec<Option<(TimeDelta, TimeDelta)>>, u64> = HashMap::new();
        let mut day = begin;
        while day < end {
            let next = day.checked_add_signed(DAY).map_or(end, |next| next.min(end));
            tell(day);
            let kind = self.kind_of_day((day, next), ends);
            if let Some(runs) = same.get(&kind).filter(|_| next - day == DAY) {
                proof.runs += runs;
            } else {
                let mut found = Proof::default();
                self.compare_runs((day, next), &mut found, tell);
                if found.counterexample.is_none() && next - day == DAY {
                    same.insert(kind, found.runs);
                }
                proof.add(found);
            }
            day = next;
        }
    }

    /// The first and the last run of each schedule in a day, from its begin on; `ends` remembers last ones.
    fn kind_of_day(
        &self,
        day: Stretch,
        ends: &mut [VecDeque<TimeDelta>],
    ) -> Vec<Option<(TimeDelta, TimeDelta)>> {
        let schedules = self.targets.iter().chain([self.source]).zip(ends);
        let zone = &self.place.zone;
        schedules
            .map(|(one, ends)| first_and_last(one, day, zone, ends))
            .collect()
    }

    /// A stretch run by run.
    fn compare_runs(&self, (begin, end): Stretch, proof: &mut Proof, tell: &mut impl FnMut(DateTime<Utc>)) {
        let (targets, zone) = (self.targets, &self.place.zone);
        let merged = targets
            .first()
            .is_some_and(|target| target.dialect().name == "systemd");
        let lists = targets
            .iter()
            .map(|target| target.between(begin, end, zone).peekable())
            .collect();
        let mut left = self.source.between(begin, end, zone).peekable();
        let mut right = Union { lists, merged }.peekable();
        for step in 0u64.. {
            let (run, of_source) = match (left.peek().copied(), right.peek().copied()) {
                (None, None) => return,
                (Some(one), Some(other)) if one.at == other.at => {
                    if step % (1 << 16) == 0 {
                        tell(one.at.to_utc());
                    }
                    proof.runs += 1;
                    proof.last = Some(one.at);
                    left.next();
                    right.next();
                    continue;
                }
                (Some(one), other) if other.is_none_or(|other| one.at < other.at) => {
                    proof.runs += 1;
                    left.next();
                    (one, true)
                }
                (_, Some(other)) => {
                    right.next();
                    (other, false)
                }
                (Some(_), None) => return,
            };
            if step % (1 << 16) == 0 {
                tell(run.at.to_utc());
            }
            self.note(proof, &run, of_source);
        }
    }

    /// One of the two does not have a run.
    fn note(&self, proof: &mut Proof, run: &Occurrence, of_source: bool) {
        let at_change = self.place.near_a_change(run.at.to_utc());
        if let Some(one) = &mut proof.counterexample {
            one.count += 1;
            one.clock_changes_only &= at_change;
            return;
        }
        let source = self.source;
        let target = self.targets.first().unwrap_or(source).dialect();
        let (has, lacks) = if of_source {
            (source.dialect(), target)
        } else {
            (target, source.dialect())
        };
        let seconds = has_seconds(source);
        let why = match run.shift {
            Some(Shift::Moved { from }) => format!(" (for {}, which the clock skips)", from.format("%H:%M")),
            Some(Shift::Repeated) => " (the second time that the clock shows it)".to_owned(),
            None => String::new(),
        };
        proof.counterexample = Some(Counterexample {
            at: iso(run.at, seconds),
            what: match proof.last {
                Some(last) if last == run.at => {
                    format!("at {} {} runs it twice{why}", stamp(run.at, seconds), has.title)
                }
                _ => format!(
                    "at {} {} runs it{why} and {} does not",
                    stamp(run.at, seconds),
                    has.title,
                    lacks.title
                ),
            },
            count: 1,
            clock_changes_only: at_change,
        });
    }
}

impl Proof {
    /// Nothing to compare: both are one expression of one dialect, whose runs are counted; `tell` hears how far.
    pub(crate) fn of_the_same(
        schedule: &Schedule,
        zone: &Zone,
        (from, to): Stretch,
        tell: &mut dyn FnMut(f64),
    ) -> Proof {
        let whole = (to - from).num_seconds().max(1) as f64;
        // Where days depend on those before them, they are not counted apart.
        let piece = if has_regular_days(schedule) {
            COUNTED
        } else {
            to - from
        };
        let (mut begin, mut runs) = (from, 0);
        while begin < to {
            tell((begin - from).num_seconds() as f64 / whole);
            let end = begin.checked_add_signed(piece).map_or(to, |end| end.min(to));
            runs += schedule.count(begin, end, zone);
            begin = end;
        }
        Proof {
            runs,
            ..Proof::default()
        }
    }

    /// Takes over what was found in a later stretch.
    fn add(&mut self, later: Proof) {
        self.runs += later.runs;
        self.last = later.last;
        match (&mut self.counterexample, later.counterexample) {
            (Some(first), Some(more)) => {
                first.count += more.count;
                first.clock_changes_only &= more.clock_changes_only;
            }
            (first @ None, more) => *first = more,
            (Some(_), None) => {}
        }
    }
}

/// Whether it runs at the same times on each of its days while the clock of the zone does not change.
fn has_regular_days(schedule: &Schedule) -> bool {
    // The normal form ends with the time of day; behind it stands the zone, if there is one.
    let own_zone = || {
        let text = schedule.normalized().unwrap_or_default();
        !text.rsplit(' ').next().is_some_and(|last| last.contains(':'))
    };
    let is_calendar = schedule.normalized().is_some();
    // Of systemd's steps some lose times on some days; each of them is warned of.
    !is_calendar && schedule.fields().is_some()
        || is_calendar && schedule.warnings().is_empty() && !own_zone()
}

/// The first and the last run of a day, from its begin on. To search backwards is slow for some, so that the ends of
/// other days are tried first.
fn first_and_last(
    schedule: &Schedule,
    (begin, end): Stretch,
    zone: &Zone,
    ends: &mut VecDeque<TimeDelta>,
) -> Option<(TimeDelta, TimeDelta)> {
    let since = |run: Occurrence| run.at.to_utc() - begin;
    let first = since(schedule.between(begin, end, zone).next()?);
    let is_last = |last: &TimeDelta| {
        let mut runs = schedule.between(begin + *last, end, zone).map(since);
        runs.next() == Some(*last) && runs.next().is_none()
    };
    if let Some(last) = ends.iter().copied().find(is_last) {
        return Some((first, last));
    }
    let last = since(schedule.before(end, zone).next()?);
    ends.push_front(last);
    ends.truncate(REMEMBERED);
    Some((first, last))
}

/// Until when the clock is calm; where a change is near, until when it is.
fn calm_until(begin: DateTime<Utc>, to: DateTime<Utc>, zone: &Zone) -> (DateTime<Utc>, bool) {
    let mut changes = zone.transitions(
        begin
            .checked_sub_signed(NEAR - TimeDelta::seconds(1))
            .unwrap_or(begin),
    );
    let Some(change) = changes.next() else {
        return (to, true);
    };
    let near = change.at.checked_sub_signed(NEAR).unwrap_or(begin);
    if near > begin {
        return (near.min(to), true);
    }
    let far = change.at.checked_add_signed(NEAR).unwrap_or(to);
    (far.clamp(begin, to), false)
}

/// The runs of several schedules as one ascending list.
struct Union<I: Iterator<Item = Occurrence>> {
    lists: Vec<Peekable<I>>,
    /// One timer with several lines runs once where two of them meet.
    merged: bool,
}

impl<I: Iterator<Item = Occurrence>> Iterator for Union<I> {
    type Item = Occurrence;

    fn next(&mut self) -> Option<Occurrence> {
        let at = self
            .lists
            .iter_mut()
            .filter_map(|list| list.peek().map(|run| run.at))
            .min()?;
        let mut found = None;
        for list in &mut self.lists {
            if list.peek().is_some_and(|run| run.at == at) && (found.is_none() || self.merged) {
                found = list.next();
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::style::Style;
    use schedule::{convert, dialect};

    /// The same comparison without any day taken for like another.
    fn run_by_run(claim: &Claim<'_>, from: DateTime<Utc>, to: DateTime<Utc>) -> Proof {
        let mut proof = Proof::default();
        claim.compare_runs((from, to), &mut proof, &mut |_| ());
        proof
    }

    fn check(text: &str, source: &str, zone: &str) {
        let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
        let place = Place {
            dialect: dialect::find(source).expect("a dialect"),
            zone: Zone::from_chrono_tz(zone.parse().expect("a zone")),
            now: time("2027-02-03T04:05:06Z"),
            from: None,
            to: None,
            count: None,
            style: Style {
                color: false,
                quiet: false,
            },
        };
        let schedule = Schedule::parse(text, place.dialect).expect("a schedule");
        let mut proved = 0;
        for target in dialect::ALL {
            let Ok(found) = convert::expressions(&schedule, target) else {
                continue;
            };
            let targets: Vec<Schedule> = found
                .iter()
                .filter_map(|text| Schedule::parse(text, target).ok())
                .collect();
            let (source, targets, place) = (&schedule, &*targets, &place);
            let claim = Claim {
                source,
                targets,
                place,
            };
            let (from, to) = (time("2027-02-03T04:05:06Z"), time("2027-11-12T08:09:10Z"));
            let (quick, slow) = (claim.prove(from, to, &mut |_| ()), run_by_run(&claim, from, to));
            let shown = |proof: &Proof| format!("{} runs, {:?}", proof.runs, proof.counterexample);
            assert_eq!(
                shown(&quick),
                shown(&slow),
                "{text} as {found:?} for {} in {zone}",
                target.name
            );
            proved += usize::from(quick.counterexample.is_none());
        }
        assert!(proved > 0, "{text} in {zone}: nothing is proved");
    }

    #[test]
    fn a_zone_of_its_own_makes_days_irregular() {
        let regular =
            |text: &str| has_regular_days(&Schedule::parse(text, &dialect::SYSTEMD).expect("a schedule"));
        assert!(regular("*:*:*") && regular("Mon 2:30") && regular("daily") && regular("*:0/30:0.5"));
        assert!(!regular("2:30 Europe/Paris") && !regular("*:*:* UTC") && !regular("*:0/7"));
    }

    #[test]
    fn days_that_are_alike_stand_for_each_other() {
        check("*/20 * * * *", "debian", "UTC");
        check("59 23,0 * * 0", "cronie", "Europe/Berlin");
        check("30 2 1-7 * *", "kubernetes", "Australia/Lord_Howe");
        check("15 */5 13 * 5", "debian", "America/New_York");
        check("10 0,12 * * 1-5", "github-actions", "Asia/Kolkata");
        check("0 3 * 3,10 *", "cronie", "Africa/Casablanca");
        check("0 0 1 * MON", "debian", "Antarctica/Troll");
        check("0 45 23 L * ?", "quartz", "Europe/Berlin");
        check("Mon..Fri *-*-* 02:00/20:00", "systemd", "Europe/Berlin");
        check("*:0/7", "systemd", "UTC");
        check("0 */30 * * * *", "rust-cron", "Europe/Berlin");
        check("*:0/30:0 Asia/Tokyo", "systemd", "Europe/Berlin");
    }
}
