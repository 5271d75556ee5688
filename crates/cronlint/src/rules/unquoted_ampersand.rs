use diagnostic::Severity;
use shell::TerminatorKind;

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C038",
    name: "unquoted-ampersand",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("unquoted_ampersand.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(ampersands).collect()
}

fn ampersands(command: &Command<'_>) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    if !command.text().contains("://") {
        return found;
    }
    let mut end = 0;
    for list in &command.lists {
        for pair in list.items.windows(2) {
            let [item, next] = pair else { continue };
            let Some(sign) = item
                .end
                .as_ref()
                .filter(|sign| sign.kind == TerminatorKind::Background)
            else {
                continue;
            };
            // `x?a=1& y` is cut as well, but a blank says that the `&` was meant.
            if sign.span.start < end || sign.span.end != next.and_or.span.start {
                continue;
            }
            if let Some((finding, to)) = url(command, sign.span.start) {
                found.push(finding);
                end = to;
            }
        }
    }
    found
}

/// The URL that ends in front of the `&`, and where it would have ended with quotes.
fn url(command: &Command<'_>, ampersand: usize) -> Option<(Finding, usize)> {
    let text = command.text();
    let before = text.get(..ampersand)?;
    let start = before
        .rfind(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | '(' | ';' | '='))
        .map_or(0, |at| at + 1);
    // `=` belongs to the query; the URL begins at its scheme.
    let start = before
        .get(..start)?
        .rfind("http")
        .filter(|&at| !before.get(at..).unwrap_or_default().contains([' ', '\t']))
        .unwrap_or(start);
    let url = before.get(start..)?;
    if !(url.starts_with("http://") || url.starts_with("https://"))
        || !url.contains('?')
        || url.contains(['"', '\''])
    {
        return None;
    }
    let rest = text.get(ampersand..)?;
    let length = rest.find([' ', '\t', '>', '|', ';', ')']).unwrap_or(rest.len());
    let whole = start..ampersand + length;
    let sign = ampersand..ampersand + 1;
    let quoted = command.slice(&whole);
    let finding = command
        .finding(
            &sign,
            "the `&` ends the command: the URL is cut here, and the rest is another command",
        )
        .help("put the URL into quotes");
    let fixable = !quoted.contains(['\'', '$', '`']);
    let edit = command.edit(&whole, &format!("'{quoted}'"));
    Some((
        if fixable {
            finding.fix("put the URL into quotes", vec![edit])
        } else {
            finding
        },
        whole.end,
    ))
}
