//! GitLab's code quality report: a JSON array.

use serde::Serialize;

use crate::{Format, Report, Severity, Style, Tool, fingerprints};

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "gitlab",
    about: "a code quality report for GitLab",
    render,
};

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

fn render(reports: &[Report<'_>], _tool: &Tool, _style: Style) -> String {
    let issues: Vec<Issue<'_>> = reports.iter().flat_map(issues).collect();
    serde_json::to_string_pretty(&issues).unwrap_or_default() + "\n"
}

fn issues<'a>(report: &'a Report<'_>) -> Vec<Issue<'a>> {
    let pairs = report.diagnostics.iter().zip(fingerprints(report));
    pairs
        .map(|(diagnostic, fingerprint)| {
            let (start, end) = report.source.positions(&diagnostic.span);
            Issue {
                description: diagnostic.message.clone(),
                check_name: format!("{}-{}", diagnostic.code, diagnostic.name),
                fingerprint,
                severity: match diagnostic.severity {
                    Severity::Error => "major",
                    Severity::Warning => "minor",
                    Severity::Info | Severity::Hint => "info",
                },
                // GitLab takes paths as they are in the repository.
                location: Location {
                    path: report.source.name().trim_start_matches("./"),
                    lines: Lines {
                        begin: start.line,
                        end: end.line,
                    },
                },
            }
        })
        .collect()
}
