//! How many lines a run may log.

use crate::clock::Stamp;
use std::path::{Path, PathBuf};

/// journald's own limits where nobody set others.
const BURST: u64 = 10_000;
const INTERVAL_MICROS: u64 = 30_000_000;
/// The part of the host's limit that one run may use: cron's other jobs log under the same service.
const PART: u64 = 4;

/// Lets through so many lines in each interval.
pub(super) struct Rate {
    lines: u64,
    interval_micros: u64,
    begun: u64,
    used: u64,
}

impl Rate {
    /// `lines` in half a minute where the user chose (0: any), else a part of what journald takes from a service.
    pub(super) fn new(lines: Option<u64>) -> Rate {
        let (lines, interval_micros) = match lines {
            Some(lines) => (lines, INTERVAL_MICROS),
            None => {
                let (burst, interval_micros) = configured(&configuration());
                (burst.div_ceil(PART), interval_micros)
            }
        };
        Rate {
            lines,
            interval_micros,
            begun: 0,
            used: 0,
        }
    }

    /// Whether a line of this time may be logged.
    pub(super) fn allows(&mut self, at: Stamp) -> bool {
        if self.lines == 0 || self.interval_micros == 0 {
            return true;
        }
        if at.since_start_micros.saturating_sub(self.begun) >= self.interval_micros {
            self.begun = at.since_start_micros;
            self.used = 0;
        }
        self.used += 1;
        self.used <= self.lines
    }
}

/// journald's configuration, in the order in which a later setting wins.
fn configuration() -> String {
    let directories = [
        "/usr/lib/systemd/journald.conf.d",
        "/etc/systemd/journald.conf.d",
        "/run/systemd/journald.conf.d",
    ];
    let mut files: Vec<PathBuf> = directories
        .iter()
        .filter_map(|directory| std::fs::read_dir(directory).ok())
        .flat_map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())))
        .collect();
    files.sort_by_key(|file| file.file_name().map(|name| name.to_owned()));
    files.insert(0, Path::new("/etc/systemd/journald.conf").to_owned());
    files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Burst and interval as configured; 0 for none.
fn configured(text: &str) -> (u64, u64) {
    let value = |name: &str| {
        let of_line = |line: &str| {
            Some(
                line.trim()
                    .strip_prefix(name)?
                    .trim_start()
                    .strip_prefix('=')?
                    .trim()
                    .to_owned(),
            )
        };
        text.lines().filter_map(of_line).next_back()
    };
    let burst = value("RateLimitBurst")
        .and_then(|text| text.parse().ok())
        .unwrap_or(BURST);
    let interval = value("RateLimitIntervalSec").and_then(|text| crate::options::duration(&text).ok());
    (
        burst,
        interval.map_or(INTERVAL_MICROS, |interval| interval.as_micros() as u64),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, burst: u64, seconds: u64) {
        assert_eq!(configured(text), (burst, seconds * 1_000_000), "{text}");
    }

    #[test]
    fn the_host_s_limit_is_read() {
        check("", 10_000, 30);
        check("[Journal]\n#RateLimitBurst=5\n", 10_000, 30);
        check(
            "[Journal]\nRateLimitBurst = 200\nRateLimitIntervalSec=1min\n",
            200,
            60,
        );
        check(
            "RateLimitBurst=200\nRateLimitBurst=300\nRateLimitIntervalSec=0\n",
            300,
            0,
        );
    }

    #[test]
    fn a_run_uses_its_part_of_each_interval() {
        let mut rate = Rate {
            lines: 2,
            interval_micros: 1_000,
            begun: 0,
            used: 0,
        };
        let allowed: Vec<bool> = [0, 10, 20, 999, 1_000, 1_001, 1_002]
            .map(|at| rate.allows(Stamp::at_micros(at)))
            .into();
        assert_eq!(allowed, [true, true, false, false, true, true, false]);
    }
}
