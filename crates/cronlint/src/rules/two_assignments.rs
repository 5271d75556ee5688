use crontab::Assignment;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F017",
    name: "two-assignments",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("two_assignments.md"),
    check,
};

/// Variables whose values never hold `NAME=value`.
const PLAIN: &[&str] = &[
    "HOME", "LANG", "LC_ALL", "LOGNAME", "MAILFROM", "MAILTO", "PATH", "SHELL", "TZ", "USER",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.crontab
        .assignments()
        .filter_map(|(_, assignment)| look(file.crontab.text, assignment))
        .collect()
}

fn look(text: &[u8], assignment: &Assignment<'_>) -> Option<Finding> {
    if assignment.quote.is_some() {
        return None;
    }
    // Not `assignment.value`: a byte that is not UTF-8 is longer there.
    let value = std::str::from_utf8(&text[assignment.value_span.clone()]).ok()?;
    let (at, name) = second(value)?;
    if !PLAIN.contains(&assignment.name.as_ref()) && !PLAIN.contains(&name) {
        return None;
    }
    let start = assignment.value_span.start + at;
    let first = &assignment.name;
    Some(
        Finding::new(
            start..start + name.len() + 1,
            format!("one line, one assignment: this is part of `{first}`"),
        )
        .note(format!("`{first}` is `{value}`, and `{name}` is not set"))
        .help("put it on a line of its own"),
    )
}

/// A second `NAME=` after a blank or `;` in a value.
fn second(value: &str) -> Option<(usize, &str)> {
    value
        .char_indices()
        .filter(|&(_, c)| c == ' ' || c == '\t' || c == ';')
        .find_map(|(at, _)| {
            let rest = &value[at + 1..];
            let word = rest.split('=').next().filter(|word| word.len() < rest.len())?;
            let valid = word.starts_with(|c: char| c.is_ascii_uppercase() || c == '_')
                && word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            valid.then_some((at + 1, word))
        })
}
