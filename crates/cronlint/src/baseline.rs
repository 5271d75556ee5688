//! A file of findings that are known and not reported again.
//!
//! `{"version": 1, "findings": [{"fingerprint": "...", "code": "C001", "file": "crontab"}]}`: only the fingerprint
//! counts; the rest is for those who read the file. A fingerprint is made of the rule, the file's name and the text
//! of the line, so that it outlives changes elsewhere in the file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use diagnostic::{Report, fingerprints};
use serde::{Deserialize, Serialize};

use crate::complaint::{reason, with_help};

/// The layout's version.
const VERSION: u32 = 1;

#[derive(Debug, Serialize, Deserialize)]
struct Baseline {
    version: u32,
    findings: Vec<Known>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Known {
    fingerprint: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    file: String,
}

/// The fingerprints in a baseline file.
pub(crate) fn read(path: &Path) -> Result<BTreeSet<String>, String> {
    let fail = |reason: String| {
        let cause = format!("cannot read the baseline in {}: {reason}", path.display());
        with_help(
            &cause,
            &format!("`--write-baseline {}` writes one", path.display()),
        )
    };
    let text = fs::read_to_string(path).map_err(|error| fail(reason(&error)))?;
    let baseline: Baseline = serde_json::from_str(&text)
        .map_err(|error| fail(format!("it is none from line {} on", error.line())))?;
    if baseline.version != VERSION {
        return Err(fail(format!("version {} is not {VERSION}", baseline.version)));
    }
    Ok(baseline
        .findings
        .into_iter()
        .map(|known| known.fingerprint)
        .collect())
}

/// Writes what was found as a baseline.
pub(crate) fn write(path: &Path, reports: &[Report<'_>]) -> Result<(), String> {
    let known = |report: &Report<'_>| {
        let pairs: Vec<Known> = report
            .diagnostics
            .iter()
            .zip(fingerprints(report))
            .map(|(diagnostic, fingerprint)| Known {
                fingerprint,
                code: diagnostic.code.to_owned(),
                file: report.source.name().to_owned(),
            })
            .collect();
        pairs
    };
    let baseline = Baseline {
        version: VERSION,
        findings: reports.iter().flat_map(known).collect(),
    };
    let text = serde_json::to_string_pretty(&baseline).unwrap_or_default() + "\n";
    fs::write(path, text).map_err(|error| format!("cannot write {}: {}", path.display(), reason(&error)))
}

/// Leaves out what the baseline knows.
pub(crate) fn leave_out(report: &mut Report<'_>, known: &BTreeSet<String>) {
    let fingerprints = fingerprints(report);
    let mut fingerprints = fingerprints.iter();
    report.diagnostics.retain(|_| {
        fingerprints
            .next()
            .is_none_or(|fingerprint| !known.contains(fingerprint))
    });
}
