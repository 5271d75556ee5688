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
    text[..end_of_sentence(&text)]
        .trim_start_matches("Finds ")
        .to_owned()
}

/// Where the first sentence ends: before a full stop and a blank that are no part of a command.
fn end_of_sentence(text: &str) -> usize {
    let mut stops = text.match_indices(". ").map(|(at, _)| at);
    stops
        .find(|&at| text[..at].matches('`').count().is_multiple_of(2))
        .unwrap_or(text.trim_end_matches('.').len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_ends_outside_of_commands() {
        let page = "# X\n\nFinds `. ~/x` and `a\n| sh`. More.\n\nAnd more.\n";
        assert_eq!(about(page), "`. ~/x` and `a | sh`");
        assert_eq!(about("# X\n\nFinds it.\n"), "it");
    }
}
