//! The keys of the sections that are no kind's own, each with its meaning: the documents show these lists.

use toml::Value;

use super::text;
use crate::duration::parse_duration;

/// What `[defaults]` and `[jobs.NAME]` may hold for reporting; cronwrap's own options come on top.
pub const REPORT_KEYS: &[(&str, &str)] = &[
    ("monitors", "the names of the monitors to ping"),
    ("channels", "the names of the channels to tell"),
    ("silent", "how long nobody is told of another failure"),
    (
        "ok-silent",
        "after how long without an alert a success is told again",
    ),
    ("after", "how many failures in a row are one"),
    (
        "slower",
        "how many times its longest usual time a run may take before it is told",
    ),
    (
        "running",
        "after how long people are told that a run is still going on",
    ),
    ("deadline", "how long delivering may take after the job's end"),
];

/// What `[record]` may hold.
pub const RECORD_KEYS: &[(&str, &str)] = &[
    ("age", "runs older than this are forgotten; 400 days if not set"),
    ("runs", "so many runs of each job are kept; 100000 if not set"),
    (
        "outputs",
        "of so many successful runs of a job the output's head and tail are kept, of failures always; 20 if not set",
    ),
    ("outbox-reports", "so many reports wait at most; 10000 if not set"),
    ("outbox-age", "no report waits longer; 30 days if not set"),
];

/// What a section of any monitor or channel may hold besides its kind's own settings.
pub const TARGET_KEYS: &[(&str, &str)] = &[
    (
        "client-certificate",
        "a PEM file with the certificate that we show to the server",
    ),
    ("client-key", "a PEM file with the key of that certificate"),
    (
        "ca-file",
        "a PEM file with the certificates to trust instead of the host's",
    ),
    (
        "proxy",
        "the way there, such as `http://proxy:3128`; `none` for straight",
    ),
    ("pause", "the shortest time between two messages of a channel"),
    (
        "link",
        "where people see more of the job; shown in alerts, so without a key",
    ),
];

/// Whether a key's value can be used at all.
pub(super) fn usable(key: &str, value: &Value) -> Result<(), String> {
    let text = text(value);
    match key {
        "silent" | "ok-silent" | "running" | "deadline" | "age" | "outbox-age" | "pause" => {
            parse_duration(&text).map(drop)
        }
        "runs" | "outputs" | "outbox-reports" => match text.parse::<u32>() {
            Ok(_) => Ok(()),
            Err(_) => Err("a number is wanted".to_owned()),
        },
        "after" => match text.parse::<u32>() {
            Ok(1..) => Ok(()),
            _ => Err("a number from 1 on is wanted".to_owned()),
        },
        "slower" => match text.parse::<f64>() {
            Ok(factor) if factor > 1.0 => Ok(()),
            _ => Err("a number above 1 is wanted, such as 2.5".to_owned()),
        },
        _ => Ok(()),
    }
}
