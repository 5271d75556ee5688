//! When the job starts under cronwrap, whatever the monitor does, beside the bare job.

use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, SystemTime};

use monitor::{Fault, Monitor, Options, Tls};

use crate::table::{Row, Table};

const ROUNDS: usize = 15;
/// What the pings may cost after the job's end; its start does not depend on it.
const DEADLINE: &str = "200ms";

/// A monitor as it is met, and the URL to ping there; it lives as long as the bench.
struct Met {
    name: &'static str,
    url: Option<String>,
    _monitor: Option<Monitor>,
}

pub(crate) fn tables() -> Vec<Table> {
    let (cronwrap, job) = (crate::capture::cronwrap(), crate::capture::this());
    let all = monitors();
    let mut bare = Vec::new();
    let mut late: Vec<Vec<f64>> = all.iter().map(|_| Vec::new()).collect();
    for _ in 0..ROUNDS {
        // All in turn, so that a slow moment of the machine is everybody's.
        bare.push(started_after(&[&job, "started"]));
        for (met, late) in all.iter().zip(&mut late) {
            let mut words = vec![cronwrap.as_str(), "--no-record", "--ping-deadline", DEADLINE];
            if let Some(url) = &met.url {
                words.extend(["--ping", url]);
            }
            words.extend(["--", &job, "started"]);
            late.push(started_after(&words));
        }
    }
    let bare = median(bare);
    let shown = |after: f64| {
        let later = after - bare;
        vec![format!("{after:.2} ms"), format!("{later:.2} ms")]
    };
    let alone = Row {
        name: "the job alone".to_owned(),
        cells: Ok(shown(bare)),
    };
    let rows = all.iter().zip(late).map(|(met, late)| Row {
        name: met.name.to_owned(),
        cells: match median(late) {
            after if after.is_finite() => Ok(shown(after)),
            _ => Err("the job did not say when it started".to_owned()),
        },
    });
    vec![Table {
        title: "The job's start under cronwrap, by what the monitor does (median)".to_owned(),
        columns: ["the job runs after", "later than alone"]
            .map(str::to_owned)
            .to_vec(),
        rows: std::iter::once(alone).chain(rows).collect(),
    }]
}

fn monitors() -> Vec<Met> {
    let at = |name, url: &str| Met {
        name,
        url: Some(url.to_owned()),
        _monitor: None,
    };
    let met = |name, monitor: Monitor| Met {
        name,
        url: Some(monitor.ping_url()),
        _monitor: Some(monitor),
    };
    let drips = Fault::SlowLoris {
        pause: Duration::from_millis(20),
    };
    let broken = Fault::Status {
        code: 500,
        times: u32::MAX,
        retry_after: None,
    };
    let expired = Options {
        tls: Some(Tls::Expired),
        ..Options::default()
    };
    vec![
        Met {
            name: "no monitor",
            url: None,
            _monitor: None,
        },
        met("answers at once", Monitor::start()),
        at("refuses the connection", "http://127.0.0.1:9/ping/x"),
        at("its name does not resolve", "http://no-such-host.invalid/ping/x"),
        met("black hole", Monitor::faulty(Fault::BlackHole)),
        met("never accepts", Monitor::faulty(Fault::NeverAccepts)),
        met("drips its answer", Monitor::faulty(drips)),
        met("answers 500", Monitor::faulty(broken)),
        met(
            "bad certificate",
            Monitor::with(expired).expect("a monitor on the loopback"),
        ),
    ]
}

/// Milliseconds from our call to the job's first moment.
fn started_after(words: &[&str]) -> f64 {
    let before = SystemTime::now();
    let output = Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output();
    let said = output
        .ok()
        .and_then(|output| String::from_utf8(output.stdout).ok())
        .unwrap_or_default();
    let at: f64 = said.trim().parse().unwrap_or(f64::NAN);
    let before = before.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    at - before.as_secs_f64() * 1e3
}

/// The job: prints when it started, in milliseconds.
pub(crate) fn say_when() -> ExitCode {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    println!("{:.3}", now.as_secs_f64() * 1e3);
    ExitCode::SUCCESS
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
