//! Who holds a lock: what stands in its value, for the one who is refused.

use std::fmt;

use serde_json::{Value, json};

/// The process that holds a lock, as written into etcd.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holder {
    /// The host's name.
    pub host: String,
    /// The process that renews the lease.
    pub pid: u32,
    /// The run's id.
    pub run: String,
    /// When the run began, as RFC 3339.
    pub started: String,
}

/// What is shown of a text that another host wrote.
const LONGEST: usize = 200;

impl Holder {
    pub(crate) fn to_json(&self) -> Vec<u8> {
        let Holder {
            host,
            pid,
            run,
            started,
        } = self;
        json!({ "host": host, "pid": pid, "run": run, "started": started })
            .to_string()
            .into_bytes()
    }

    /// Reads what another wrote. A value that is not ours gives a holder of whom little is known.
    pub(crate) fn from_json(value: &[u8]) -> Holder {
        let value: Value = serde_json::from_slice(value).unwrap_or_default();
        let text = |key: &str| shown(value.get(key).and_then(Value::as_str).unwrap_or_default());
        let pid = value
            .get("pid")
            .and_then(Value::as_u64)
            .and_then(|pid| u32::try_from(pid).ok());
        Holder {
            host: text("host"),
            pid: pid.unwrap_or(0),
            run: text("run"),
            started: text("started"),
        }
    }
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.is_empty() {
            return f.write_str("someone who left no name");
        }
        write!(f, "process {} on {}", self.pid, self.host)?;
        if !self.run.is_empty() {
            write!(f, " (run {})", self.run)?;
        }
        if !self.started.is_empty() {
            write!(f, " since {}", self.started)?;
        }
        Ok(())
    }
}

/// A foreign text, short and without anything that a terminal would obey.
pub(crate) fn shown(text: &str) -> String {
    let visible = |c: char| match c {
        // Control characters, and those that turn the direction of writing.
        _ if c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
        {
            '\u{fffd}'
        }
        _ => c,
    };
    text.chars().take(LONGEST).map(visible).collect()
}
