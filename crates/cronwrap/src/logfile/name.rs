//! The name of a log file: a path with places for the date, the job, the host and the run.

use crate::clock::Stamp;
use crate::job::file_name;
use chrono::{DateTime, Local};
use regex::Regex;
use std::path::{Path, PathBuf};

/// What a name can hold, and what stands there.
const PLACES: &[(&str, &str, &str)] = &[
    ("{date}", "%Y-%m-%d", r"\d{4}-\d{2}-\d{2}"),
    ("{time}", "%H%M%S", r"\d{6}"),
    ("{year}", "%Y", r"\d{4}"),
    ("{month}", "%m", r"\d{2}"),
    ("{day}", "%d", r"\d{2}"),
];
const RUN: &str = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/// The file of one run, and its kin.
#[derive(Clone, Debug)]
pub(crate) struct Name {
    /// This run's file.
    pub(crate) path: PathBuf,
    /// The names, in its directory, of other runs' files, where runs have files of their own.
    pub(crate) siblings: Option<Regex>,
}

impl Name {
    /// Fills the places of a pattern. A job's name cannot lead out of the directory.
    pub(crate) fn fill(pattern: &Path, job: &str, host: &str, run: &str, at: Stamp) -> Name {
        let pattern = pattern.to_string_lossy();
        let named = pattern
            .replace("{job}", &file_name(job))
            .replace("{host}", &file_name(host));
        let now = DateTime::from_timestamp_micros(at.wall_micros)
            .unwrap_or_default()
            .with_timezone(&Local);
        let mut path = named.replace("{run}", run);
        let base = named.rsplit('/').next().unwrap_or_default();
        let mut siblings = regex::escape(base).replace(r"\{run\}", RUN);
        for (place, format, expression) in PLACES {
            path = path.replace(place, &now.format(format).to_string());
            siblings = siblings.replace(&regex::escape(place), expression);
        }
        let varies = siblings != regex::escape(base);
        Name {
            path: path.into(),
            siblings: varies
                .then(|| Regex::new(&format!("^{siblings}$")).ok())
                .flatten(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, job: &str, expected: &str) -> Option<Regex> {
        let run = "0b1f2c3d-1111-4222-8333-444455556666";
        let at = Stamp {
            wall_micros: 1_795_305_600_000_000,
            since_start_micros: 0,
        };
        let name = Name::fill(Path::new(pattern), job, "web1", run, at);
        let year = at.wall_micros / 31_556_952_000_000 + 1970;
        assert_eq!(
            name.path,
            Path::new(&expected.replace("YEAR", &year.to_string())),
            "{pattern}"
        );
        name.siblings
    }

    #[test]
    fn places_are_filled() {
        assert!(check("/var/log/{job}@{host}.log", "backup", "/var/log/backup@web1.log").is_none());
        let siblings = check("/var/log/{job}-{year}.log", "backup", "/var/log/backup-YEAR.log").unwrap();
        assert!(siblings.is_match("backup-2025.log") && !siblings.is_match("backup-2025.log.1"));
        assert!(!siblings.is_match("other-2025.log"));
        let siblings = check("{job}.{run}", "a.b", "a.b.0b1f2c3d-1111-4222-8333-444455556666").unwrap();
        assert!(!siblings.is_match("aXb.0b1f2c3d-1111-4222-8333-444455556666"));
    }

    #[test]
    fn a_job_s_name_cannot_lead_out_of_the_directory() {
        check(
            "/var/log/{job}.log",
            "../../etc/passwd",
            "/var/log/_._.._etc_passwd.log",
        );
        check("/var/log/{job}/log", "..", "/var/log/_./log");
        check("/var/log/{job}.log", "a\0b\n", "/var/log/a_b_.log");
    }

    #[test]
    fn a_log_s_name_is_usable_as_an_object_key() {
        for job in [
            "nightly backup?#%&=+;:",
            "näch/tlich",
            "../..",
            "",
            &"日本".repeat(90),
        ] {
            let name = Name::fill(
                Path::new("{job}/{date}/{run}.log"),
                job,
                "web 1",
                "0b1f2c3d-1111-4222-8333-444455556666",
                Stamp::default(),
            );
            let key = name.path.to_str().unwrap();
            let parts: Vec<&str> = key.split('/').collect();
            assert_eq!(parts.len(), 3, "{key}");
            for part in parts {
                assert!(
                    !part.is_empty() && !part.starts_with('.') && part.len() <= 255,
                    "{key}"
                );
                assert!(
                    part.chars().all(|c| c.is_alphanumeric() || "._-@+".contains(c)),
                    "{key}"
                );
            }
        }
    }
}
