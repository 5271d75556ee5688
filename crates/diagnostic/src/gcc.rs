//! One line a finding, as gcc prints them: editors jump to it.

use crate::{Format, Report, Severity, Style, Tool};

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "gcc",
    about: "FILE:LINE:COLUMN: SEVERITY: MESSAGE [CODE], for editors",
    render,
};

fn render(reports: &[Report<'_>], _tool: &Tool, _style: Style) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in &report.diagnostics {
            let at = report.source.position(diagnostic.span.start);
            // gcc knows errors, warnings and notes.
            let severity = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Hint => "note",
            };
            let (file, message) = (report.source.name(), one_line(&diagnostic.message));
            out += &format!(
                "{file}:{}:{}: {severity}: {message} [{}]\n",
                at.line, at.column, diagnostic.code
            );
        }
    }
    out
}

/// A message holds parts of the source, which may hold anything.
fn one_line(message: &str) -> String {
    message
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect()
}
