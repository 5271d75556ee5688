//! Workflow commands that GitHub Actions turns into annotations on the changed lines.

use crate::{Format, Report, Severity, Style, Tool};

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "github",
    about: "annotations for GitHub Actions",
    render,
};

fn render(reports: &[Report<'_>], _tool: &Tool, _style: Style) -> String {
    let mut out = String::new();
    for report in reports {
        for diagnostic in &report.diagnostics {
            let (start, end) = report.source.positions(&diagnostic.span);
            let command = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Info | Severity::Hint => "notice",
            };
            let mut message = diagnostic.message.clone();
            if let Some(help) = &diagnostic.help {
                message = format!("{message}\n{help}");
            }
            // Columns of an annotation must not span lines.
            let columns = if start.line == end.line {
                format!(",col={},endColumn={}", start.column, end.column.max(start.column))
            } else {
                String::new()
            };
            out += &format!(
                "::{command} file={},line={}{columns},title={}::{}\n",
                property(report.source.name()),
                start.line,
                property(&format!("{} {}", diagnostic.code, diagnostic.name)),
                data(&message),
            );
        }
    }
    out
}

/// The runner decodes these in the message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// And these too in a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
