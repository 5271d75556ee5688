//! The list of rules that `--list-rules` prints.

use serde::Serialize;

use crate::rules::RULES;

/// Every rule: a line each, or JSON.
pub(crate) fn rules(json: bool) -> String {
    if json { as_json() } else { as_lines() }
}

fn as_lines() -> String {
    let width = RULES.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
    let line = |rule: &&crate::rule::Rule| {
        let about = about(rule.explanation);
        format!(
            "{} {:7} {:width$}  {about}\n",
            rule.code,
            rule.severity.name(),
            rule.name
        )
    };
    RULES.iter().map(line).collect()
}

#[derive(Serialize)]
struct Listing {
    version: u32,
    rules: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    code: &'static str,
    name: &'static str,
    severity: &'static str,
    confidence: &'static str,
    about: String,
}

fn as_json() -> String {
    let item = |rule: &&crate::rule::Rule| Item {
        code: rule.code,
        name: rule.name,
        severity: rule.severity.name(),
        confidence: rule.confidence.name(),
        about: about(rule.explanation),
    };
    let listing = Listing {
        version: 1,
        rules: RULES.iter().map(item).collect(),
    };
    serde_json::to_string_pretty(&listing).unwrap_or_default() + "\n"
}

/// The first sentence of a rule's page: what it finds.
fn about(page: &str) -> String {
    let paragraph: Vec<&str> = page.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ");
    let end = text.find(". ").unwrap_or(text.trim_end_matches('.').len());
    text[..end].trim_start_matches("Finds ").to_owned()
}
