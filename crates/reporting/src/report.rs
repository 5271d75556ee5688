//! From a run that ended to the reports about it.

use std::time::{Duration, SystemTime};

use delivery::Message;
use history::{Decision, LostRun, NewReport};
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
    Ping {
        code: Option<u8>,
        failed: bool,
        body: String,
        at: i64,
    },
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

/// What is to be kept and told of a run; `body` is for the monitors, `status` what the last run left.
///
/// Given to [`history::History::finish`], it is done in the transaction of the run.
pub fn decide(facts: &RunFacts, told: &Told, body: &str, status: Option<&str>) -> Decision {
    let now = seconds(SystemTime::now());
    let (kept, alert) = told.rule.decide(read(status), seen(facts, &told.rule), now);
    let ping = Payload::Ping {
        code: Some(facts.exit_code).filter(|code| (*code == 0) != facts.end.failed),
        failed: facts.end.failed,
        body: body.to_owned(),
        at: now,
    };
    let mut reports: Vec<NewReport> = told.monitors.iter().map(|address| ping.report(address)).collect();
    if let Some(alert) = alert {
        let places: Vec<String> = told
            .monitors
            .iter()
            .map(|address| address.place.clone())
            .collect();
        reports.extend(messages(&message::alert(facts, alert, &places), told, now));
    }
    Decision {
        status: Some(written(&kept)),
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
    let message = message::lost(lost, host);
    let ping = Payload::Ping {
        code: None,
        failed: true,
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
