//! The alert rule: when people are told, and when they are left in peace. Pure: the time is an argument, and what it
//! must know from one run to the next is a value that the caller keeps.
//!
//! - The first run of a job is told, so that a person knows that telling works.
//! - A change is told: the first failure after a success, and the first success after a failure that was told.
//! - A further failure is told only when `silent` has passed since people were last told of a failure; so `silent`
//!   is also the pause between two reminders.
//! - A further success is told only when `ok-silent` has passed **since people were last told anything**. The clock
//!   starts at the last alert and not at the last status: a job that runs each minute has had a status a minute ago,
//!   always, and its "still well" would never come.
//! - With `after = N` a failure counts as one only when it is the N-th in a row.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// When people are told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AlertRule {
    /// So long nobody is told of another failure.
    pub silent: Duration,
    /// After so long without an alert a success is told again; never, if not set.
    pub ok_silent: Option<Duration>,
    /// So many failures in a row are one.
    pub after: u32,
    /// A success that took so many times the longest of the usual is told.
    pub slower: Option<f64>,
}

impl Default for AlertRule {
    fn default() -> AlertRule {
        AlertRule {
            silent: Duration::from_secs(86_400),
            ok_silent: None,
            after: 1,
            slower: None,
        }
    }
}

/// What is kept of a job from one run to the next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct AlertStatus {
    /// How many of the last runs failed, without one in between that did not.
    pub failures: u32,
    /// Whether people think that the job is failing.
    pub told_failing: bool,
    /// When people were last told anything; seconds since 1970.
    pub told: Option<i64>,
    /// When they were last told of a failure.
    pub told_failure: Option<i64>,
    /// When they were last told that it was slow.
    pub told_slow: Option<i64>,
}

/// How a run looks to the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It has succeeded.
    Ok,
    /// It has succeeded, but took much longer than usual.
    Slow,
    /// It has failed.
    Failed,
}

/// Why people are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// The job's first run, and how it went: true for a failure.
    First(bool),
    /// It has failed, and had not before; the number of failures in a row.
    Failed(u32),
    /// It is failing still.
    StillFailing(u32),
    /// It has succeeded after so many failures.
    Recovered(u32),
    /// It is well still.
    StillOk,
    /// It was slow.
    Slow,
}

impl Alert {
    /// Whether this is bad news.
    pub fn is_failure(self) -> bool {
        matches!(
            self,
            Alert::First(true) | Alert::Failed(_) | Alert::StillFailing(_) | Alert::Slow
        )
    }
}

impl AlertRule {
    /// What people are to be told of a run that ended at `now` (seconds since 1970), and what is to be kept.
    ///
    /// ```
    /// use reporting::{Alert, AlertRule, Seen};
    ///
    /// let rule = AlertRule::default();
    /// let (status, first) = rule.decide(None, Seen::Ok, 0);
    /// assert_eq!(first, Some(Alert::First(false)));
    /// let (status, failed) = rule.decide(Some(status), Seen::Failed, 60);
    /// assert_eq!(failed, Some(Alert::Failed(1)));
    /// // Within a day nobody is told again.
    /// let (status, again) = rule.decide(Some(status), Seen::Failed, 120);
    /// assert_eq!(again, None);
    /// let (_, well) = rule.decide(Some(status), Seen::Ok, 180);
    /// assert_eq!(well, Some(Alert::Recovered(2)));
    /// ```
    pub fn decide(&self, before: Option<AlertStatus>, seen: Seen, now: i64) -> (AlertStatus, Option<Alert>) {
        let is_first = before.is_none();
        let mut status = before.unwrap_or_default();
        let failures = status.failures;
        status.failures = if seen == Seen::Failed {
            failures.saturating_add(1)
        } else {
            0
        };
        let alert = match seen {
            Seen::Failed => self.of_failure(&status, is_first, now),
            Seen::Ok | Seen::Slow if is_first => Some(Alert::First(false)),
            Seen::Ok | Seen::Slow if status.told_failing => Some(Alert::Recovered(failures)),
            Seen::Slow => passed(status.told_slow, self.silent, now).then_some(Alert::Slow),
            Seen::Ok => {
                let due = self
                    .ok_silent
                    .is_some_and(|pause| passed(status.told, pause, now));
                due.then_some(Alert::StillOk)
            }
        };
        if let Some(alert) = alert {
            status.told = Some(now);
            match alert {
                Alert::Slow => status.told_slow = Some(now),
                _ if alert.is_failure() => (status.told_failing, status.told_failure) = (true, Some(now)),
                _ => status.told_failing = false,
            }
        }
        (status, alert)
    }

    fn of_failure(&self, status: &AlertStatus, is_first: bool, now: i64) -> Option<Alert> {
        if status.failures < self.after {
            None
        } else if is_first {
            Some(Alert::First(true))
        } else if !status.told_failing {
            Some(Alert::Failed(status.failures))
        } else {
            passed(status.told_failure, self.silent, now).then_some(Alert::StillFailing(status.failures))
        }
    }
}

/// Whether a pause is over. A moment in the future was written by a clock that was wrong: better one alert too many.
fn passed(since: Option<i64>, pause: Duration, now: i64) -> bool {
    since.is_none_or(|since| now < since || (now - since).unsigned_abs() >= pause.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    /// Runs at these moments, `.` well, `X` failed, `s` slow; expects one letter each: `-` nobody was told, `1` first,
    /// `F` failed, `f` failing still, `R` recovered, `o` well still, `S` slow.
    fn check(rule: AlertRule, pause: i64, runs: &str, expected: &str) {
        let moments: Vec<i64> = (0..)
            .map(|run| 1_000_000 + run * pause)
            .take(runs.len())
            .collect();
        check_at(rule, &moments, runs, expected);
    }

    fn check_at(rule: AlertRule, moments: &[i64], runs: &str, expected: &str) {
        let mut status = None;
        let mut told = String::new();
        for (now, run) in moments.iter().zip(runs.chars()) {
            let seen = match run {
                '.' => Seen::Ok,
                's' => Seen::Slow,
                _ => Seen::Failed,
            };
            let (kept, alert) = rule.decide(status, seen, *now);
            // What is kept survives being written down.
            status = Some(serde_json::from_str(&serde_json::to_string(&kept).unwrap()).unwrap());
            told.push(match alert {
                None => '-',
                Some(Alert::First(_)) => '1',
                Some(Alert::Failed(_)) => 'F',
                Some(Alert::StillFailing(_)) => 'f',
                Some(Alert::Recovered(_)) => 'R',
                Some(Alert::StillOk) => 'o',
                Some(Alert::Slow) => 'S',
            });
        }
        assert_eq!(told, expected, "{rule:?} {runs}");
    }

    fn rule(silent_hours: i64, ok_silent_hours: Option<i64>, after: u32) -> AlertRule {
        let hours = |hours: i64| Duration::from_secs((hours * HOUR).unsigned_abs());
        AlertRule {
            silent: hours(silent_hours),
            ok_silent: ok_silent_hours.map(hours),
            after,
            slower: None,
        }
    }

    #[test]
    fn the_first_run_is_told_however_it_went() {
        check(rule(24, None, 1), HOUR, ".", "1");
        check(rule(24, None, 1), HOUR, "X", "1");
        check(rule(24, None, 1), HOUR, "s", "1");
        check(rule(24, None, 1), HOUR, "X.", "1R");
    }

    #[test]
    fn one_incident_is_one_alert_and_one_recovery() {
        check(rule(24, None, 1), HOUR, "..XXX...", "1-F--R--");
        check(rule(24, None, 1), HOUR, ".X.X.X.", "1FRFRFR");
    }

    #[test]
    fn a_failure_is_told_again_when_silent_has_passed_since_the_last_one_told() {
        check(rule(3, None, 1), HOUR, ".XXXXXXXX", "1F--f--f-");
        check(rule(0, None, 1), HOUR, ".XXX", "1Fff");
        let moments = [0, 10, 10 + 3 * HOUR - 1, 10 + 3 * HOUR];
        check_at(rule(3, None, 1), &moments, ".XXX", "1F-f");
    }

    #[test]
    fn a_success_is_told_again_when_ok_silent_has_passed_since_anything_was_told() {
        check(rule(24, Some(3), 1), HOUR, "........", "1--o--o-");
        let moments = [0, 3 * HOUR - 1, 3 * HOUR];
        check_at(rule(24, Some(3), 1), &moments, "...", "1-o");
        // A run in between that told nobody does not begin the pause anew.
        check_at(
            rule(24, Some(3), 1),
            &[0, 3 * HOUR - 2, 3 * HOUR - 1, 3 * HOUR],
            "....",
            "1--o",
        );
        check(rule(24, Some(3), 1), HOUR, "..XX.....", "1-F-R--o-");
        check(rule(24, None, 1), 1000 * HOUR, "....", "1---");
    }

    #[test]
    fn failures_count_only_from_the_nth_in_a_row() {
        check(rule(24, None, 3), HOUR, ".XX.XXX.", "1-----FR");
        check(rule(24, None, 3), HOUR, "XXX", "--F");
        check(rule(2, None, 2), HOUR, ".XXXXXX.", "1-F-f-fR");
        check(rule(24, None, 2), HOUR, ".X.", "1--");
    }

    #[test]
    fn a_slow_run_is_told_once_and_again_when_silent_has_passed() {
        check(rule(3, None, 1), HOUR, ".ssss.", "1S--S-");
        check(rule(3, None, 1), HOUR, ".Xs", "1FR");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_silence_anybody() {
        check_at(
            rule(24, None, 1),
            &[1_000_000, 1_000_010, 500, 510],
            ".XXX",
            "1Ff-",
        );
    }
}
