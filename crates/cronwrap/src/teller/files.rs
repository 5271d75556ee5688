//! What is written about a run for other programs.

use reporting::{RunFacts, metrics, result_json, status_line, write_atomically};
use std::io::Write;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::SystemTime;

/// Where to write it.
#[derive(Default)]
pub(crate) struct Files {
    /// Metrics for Prometheus' textfile collector.
    pub(crate) metrics: Option<PathBuf>,
    /// One line for Icinga and friends.
    pub(crate) status: Option<PathBuf>,
    /// JSON.
    pub(crate) result: Option<ResultTo>,
}

/// Where the JSON goes.
pub(crate) enum ResultTo {
    /// Into this file.
    File(PathBuf),
    /// To whoever gave us this descriptor.
    Descriptor(OwnedFd),
}

impl Files {
    pub(crate) fn is_empty(&self) -> bool {
        self.metrics.is_none() && self.status.is_none() && self.result.is_none()
    }

    /// Writes all of them; what failed, in words.
    pub(super) fn write(&self, facts: &RunFacts, last_success: Option<SystemTime>) -> Vec<String> {
        let mut failures = Vec::new();
        let mut write = |path: &PathBuf, text: String| {
            if let Err(error) = write_atomically(path, text.as_bytes()) {
                failures.push(format!("cannot write {}: {error}", path.display()));
            }
        };
        if let Some(path) = &self.metrics {
            write(path, metrics(facts, last_success));
        }
        if let Some(path) = &self.status {
            write(path, status_line(facts));
        }
        match &self.result {
            Some(ResultTo::File(path)) => write(path, result_json(facts)),
            Some(ResultTo::Descriptor(descriptor)) => {
                let sent = descriptor.try_clone().map(std::fs::File::from);
                let sent = sent.and_then(|mut file| file.write_all(result_json(facts).as_bytes()));
                failures.extend(
                    sent.err()
                        .map(|error| format!("cannot write the result: {error}")),
                );
            }
            None => {}
        }
        failures
    }
}
