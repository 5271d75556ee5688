//! SARIF 2.1.0, for code scanning services.

use serde_json::{Value, json};

use crate::{Diagnostic, Fix, Format, Report, Severity, Source, Span, Style, Tool, ToolRule, fingerprints};

/// The format's entry in the list.
pub(crate) static FORMAT: Format = Format {
    name: "sarif",
    about: "SARIF 2.1.0, for code scanning",
    render,
};

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

fn render(reports: &[Report<'_>], tool: &Tool, _style: Style) -> String {
    let results: Vec<Value> = reports.iter().flat_map(|report| results(report, tool)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": tool.name,
                "semanticVersion": tool.version,
                "rules": tool.rules.iter().map(rule).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn rule(rule: &ToolRule) -> Value {
    let about = rule
        .explanation
        .split("\n\n")
        .nth(1)
        .unwrap_or_default()
        .replace('\n', " ");
    json!({
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": about},
        "fullDescription": {"text": about},
        "help": {"text": rule.explanation, "markdown": rule.explanation},
        "defaultConfiguration": {"level": level(rule.severity)},
    })
}

fn results(report: &Report<'_>, tool: &Tool) -> Vec<Value> {
    let pairs = report.diagnostics.iter().zip(fingerprints(report));
    pairs
        .map(|(diagnostic, fingerprint)| result(report, tool, diagnostic, &fingerprint))
        .collect()
}

fn result(report: &Report<'_>, tool: &Tool, diagnostic: &Diagnostic, fingerprint: &str) -> Value {
    let source = &report.source;
    let mut text = diagnostic.message.clone();
    for line in diagnostic.notes.iter().chain(&diagnostic.help) {
        text.push('\n');
        text.push_str(line);
    }
    let mut result = json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": {"text": text},
        "locations": [{"physicalLocation": place(source, &diagnostic.span)}],
        "partialFingerprints": {"line/v1": fingerprint},
    });
    if let Some(index) = tool.rules.iter().position(|rule| rule.code == diagnostic.code) {
        result["ruleIndex"] = json!(index);
    }
    if !diagnostic.related.is_empty() {
        let related = diagnostic.related.iter().map(|related| {
            json!({"physicalLocation": place(source, &related.span), "message": {"text": related.message}})
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fix) = &diagnostic.fix {
        result["fixes"] = json!([edits(source, fix)]);
    }
    result
}

fn edits(source: &Source<'_>, fix: &Fix) -> Value {
    let replacements: Vec<Value> = fix
        .edits
        .iter()
        .map(|edit| json!({"deletedRegion": region(source, &edit.span), "insertedContent": {"text": edit.text}}))
        .collect();
    json!({
        "description": {"text": fix.message},
        "artifactChanges": [{"artifactLocation": {"uri": uri(source.name())}, "replacements": replacements}],
    })
}

fn place(source: &Source<'_>, span: &Span) -> Value {
    json!({"artifactLocation": {"uri": uri(source.name())}, "region": region(source, span)})
}

fn region(source: &Source<'_>, span: &Span) -> Value {
    let (start, end) = source.positions(span);
    json!({"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column})
}

/// hint and info are both a note.
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "note",
    }
}

/// A path as a URI: relative stays relative.
fn uri(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/!$&'()*+,;=@".contains(&byte);
    let encode = |byte: u8| {
        if plain(byte) {
            char::from(byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    let path: String = name.trim_start_matches("./").bytes().map(encode).collect();
    if name.starts_with('/') {
        format!("file://{path}")
    } else {
        path
    }
}
