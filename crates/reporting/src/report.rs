//! From a run that ended to the reports about it.

use std::time::{Duration, SystemTime};

use delivery::{Message, PingKind};
use history::{Decision, LostRun, NewReport, NewRun, Outcome, Usual};
use serde::{Deserialize, Serialize};

use crate::alert::{AlertRule, AlertStatus, Seen};
use crate::book::Address;
use crate::facts::RunFacts;
use crate::message;

/// A report as the outbox keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Payload {
    /// For a monitor.
    Ping { says: String, body: String, at: i64 },
    /// For people.
    Message {
        subject: String,
        text: String,
        failed: bool,
        host: String,
        at: i64,
    },
}

impl Payload {
    /// When it was meant; seconds since 1970.
    pub(crate) fn at(&self) -> i64 {
        match self {
            Payload::Ping { at, .. } | Payload::Message { at, .. } => *at,
        }
    }

    fn report(&self, address: &Address) -> NewReport {
        NewReport {
            target: address.place.clone(),
            address: address.key.clone(),
            payload: serde_json::to_vec(self).unwrap_or_default(),
        }
    }
}

/// Whom a job tells.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// The monitors, which are told of every run.
    pub monitors: Vec<Address>,
    /// The channels, which are told when the alert rule says so.
    pub channels: Vec<Address>,
    /// The alert rule.
    pub rule: AlertRule,
    /// How long we ourselves will be delivering.
    pub hold: Duration,
}

impl Told {
    /// Where people see more.
    fn places(&self) -> Vec<String> {
        self.monitors.iter().map(Address::shown).collect()
    }
}

/// What is to be kept and told of a run; `body` is for the monitors, `status` what the last run left.
///
/// Given to [`history::History::finish`], it is done in the transaction of the run.
pub fn decide(facts: &RunFacts, told: &Told, body: &str, status: Option<&str>) -> Decision {
    let now = seconds(SystemTime::now());
    let mut decision = Decision {
        status: None,
        reports: Vec::new(),
        hold: told.hold,
    };
    if let Some(kind) = facts.ping {
        let ping = Payload::Ping {
            says: word_of(kind),
            body: body.to_owned(),
            at: now,
        };
        decision
            .reports
            .extend(told.monitors.iter().map(|address| ping.report(address)));
    }
    // A run that was skipped says nothing of whether the job is well.
    if facts.end.outcome == Outcome::Skipped && !facts.end.failed {
        return decision;
    }
    let (kept, alert) = told.rule.decide(read(status), seen(facts, &told.rule), now);
    decision.status = Some(written(&kept));
    if let Some(alert) = alert {
        let message = message::alert(facts, alert, &told.places());
        decision.reports.extend(messages(&message, told, now));
    }
    decision
}

/// What is to be told of a run that has been going on for long.
pub fn decide_running(run: &NewRun, so_far: Duration, usual: Option<Usual>, told: &Told) -> Decision {
    let message = message::still_running(run, so_far, usual, &told.places());
    let reports = messages(&message, told, seconds(SystemTime::now()));
    Decision {
        status: None,
        reports,
        hold: told.hold,
    }
}

/// What is to be kept and told of a run that never came to its end.
pub fn decide_lost(lost: &LostRun, host: &str, told: &Told, status: Option<&str>) -> Decision {
    let now = seconds(SystemTime::now());
    // A lost run is told always: the next one may succeed, and nobody would know.
    let rule = AlertRule {
        silent: Duration::ZERO,
        after: 1,
        ..told.rule
    };
    let before = read(status).unwrap_or_default();
    let (kept, _) = rule.decide(Some(before), Seen::Failed, now);
    let message = message::lost(lost, host, &told.places());
    let ping = Payload::Ping {
        says: word_of(PingKind::Fail),
        body: message.text.clone(),
        at: now,
    };
    let mut reports: Vec<NewReport> = told.monitors.iter().map(|address| ping.report(address)).collect();
    reports.extend(messages(&message, told, now));
    Decision {
        status: Some(written(&kept)),
        reports,
        hold: Duration::ZERO,
    }
}

fn messages(message: &Message, told: &Told, at: i64) -> Vec<NewReport> {
    let payload = Payload::Message {
        subject: message.subject.clone(),
        text: message.text.clone(),
        failed: message.failed,
        host: message.host.clone(),
        at,
    };
    told.channels
        .iter()
        .map(|address| payload.report(address))
        .collect()
}

/// A ping as the outbox keeps it.
fn word_of(kind: PingKind) -> String {
    match kind {
        PingKind::Start => "start".to_owned(),
        PingKind::Success => "success".to_owned(),
        PingKind::Fail => "fail".to_owned(),
        PingKind::Log => "log".to_owned(),
        PingKind::ExitCode(code) => code.to_string(),
    }
}

/// And back; what is none of our words is a failure rather than nothing.
pub(crate) fn ping_of(word: &str) -> PingKind {
    match word {
        "start" => PingKind::Start,
        "success" => PingKind::Success,
        "log" => PingKind::Log,
        word => word.parse().map_or(PingKind::Fail, PingKind::ExitCode),
    }
}

/// How many runs are needed to call one slow.
const ENOUGH: usize = 5;

fn seen(facts: &RunFacts, rule: &AlertRule) -> Seen {
    let limit = rule.slower.zip(facts.usual.filter(|usual| usual.runs >= ENOUGH));
    match limit {
        _ if facts.end.failed => Seen::Failed,
        Some((factor, usual)) if facts.end.took > usual.longest.mul_f64(factor) => Seen::Slow,
        _ => Seen::Ok,
    }
}

/// A status that cannot be read is none: then the next run is told as the first.
fn read(status: Option<&str>) -> Option<AlertStatus> {
    status.and_then(|text| serde_json::from_str(text).ok())
}

fn written(status: &AlertStatus) -> String {
    serde_json::to_string(status).unwrap_or_default()
}

pub(crate) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
