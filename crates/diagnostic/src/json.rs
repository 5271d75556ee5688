//! For programs: one JSON object, its layout fixed by `version`.
//!
//! ```json
//! {"version": 1, "tool": {"name": "cronlint", "version": "0.1.0"},
//!  "files": [{"file": "crontab", "diagnostics": [
//!    {"code": "C001", "name": "unescaped-percent", "severity": "error", "message": "...",
//!     "start": {"byte": 20, "line": 1, "column": 21}, "end": {"byte": 21, "line": 1, "column": 22},
//!     "label": null, "related": [{"message": "...", "start": {}, "end": {}}], "notes": [], "help": null,
//!     "fix": {"message": "...", "safety": "safe", "edits": [{"start": {}, "end": {}, "text": "..."}]}}]}],
//!  "summary": {"error": 1, "warning": 0, "info": 0, "hint": 0}}
//! ```
//! Keys are never removed or renamed within a version; new ones may come. Bytes count from 0, lines and
//! columns from 1, columns in characters; `end` is the place after the last character.

use serde::Serialize;

use crate::{Diagnostic, Format, Report, Severity, Source, Span, Style, Tool};

/// The layout's version.
pub const JSON_VERSION: u32 = 1;

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "json",
    about: "one JSON object with a version, for programs",
    render,
};

fn render(reports: &[Report<'_>], tool: &Tool, _style: Style) -> String {
    let count = |severity| {
        reports
            .iter()
            .flat_map(|r| &r.diagnostics)
            .filter(|d| d.severity == severity)
            .count()
    };
    let output = Output {
        version: JSON_VERSION,
        tool: ToolName {
            name: tool.name,
            version: tool.version,
        },
        files: reports.iter().map(file).collect(),
        summary: Summary {
            error: count(Severity::Error),
            warning: count(Severity::Warning),
            info: count(Severity::Info),
            hint: count(Severity::Hint),
        },
    };
    let mut text = serde_json::to_string_pretty(&output).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Output<'a> {
    version: u32,
    tool: ToolName<'a>,
    files: Vec<File<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct ToolName<'a> {
    name: &'a str,
    version: &'a str,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warning: usize,
    info: usize,
    hint: usize,
}

#[derive(Serialize)]
struct File<'a> {
    file: &'a str,
    diagnostics: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    code: &'a str,
    name: &'a str,
    severity: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Place,
    label: Option<&'a str>,
    related: Vec<RelatedItem<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fix: Option<FixItem<'a>>,
}

#[derive(Serialize)]
struct RelatedItem<'a> {
    message: &'a str,
    #[serde(flatten)]
    place: Place,
}

#[derive(Serialize)]
struct FixItem<'a> {
    message: &'a str,
    safety: &'a str,
    edits: Vec<EditItem<'a>>,
}

#[derive(Serialize)]
struct EditItem<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

#[derive(Serialize)]
struct Place {
    start: Point,
    end: Point,
}

#[derive(Serialize)]
struct Point {
    byte: usize,
    line: usize,
    column: usize,
}

fn file<'a>(report: &'a Report<'_>) -> File<'a> {
    let diagnostics = report
        .diagnostics
        .iter()
        .map(|diagnostic| item(&report.source, diagnostic))
        .collect();
    File {
        file: report.source.name(),
        diagnostics,
    }
}

fn item<'a>(source: &Source<'_>, diagnostic: &'a Diagnostic) -> Item<'a> {
    let related = |related: &'a crate::Related| RelatedItem {
        message: &related.message,
        place: place(source, &related.span),
    };
    let edit = |edit: &'a crate::Edit| EditItem {
        place: place(source, &edit.span),
        text: &edit.text,
    };
    Item {
        code: diagnostic.code,
        name: diagnostic.name,
        severity: diagnostic.severity.name(),
        message: &diagnostic.message,
        place: place(source, &diagnostic.span),
        label: diagnostic.label.as_deref(),
        related: diagnostic.related.iter().map(related).collect(),
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        fix: diagnostic.fix.as_ref().map(|fix| FixItem {
            message: &fix.message,
            safety: fix.safety.name(),
            edits: fix.edits.iter().map(edit).collect(),
        }),
    }
}

fn place(source: &Source<'_>, span: &Span) -> Place {
    let point = |byte: usize| {
        let at = source.position(byte);
        Point {
            byte,
            line: at.line,
            column: at.column,
        }
    };
    Place {
        start: point(span.start),
        end: point(span.end),
    }
}
