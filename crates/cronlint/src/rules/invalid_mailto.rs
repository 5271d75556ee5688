use crontab::Assignment;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::has_placeholder;

pub(super) static RULE: Rule = Rule {
    code: "F021",
    name: "invalid-mailto",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("invalid_mailto.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let lines = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "MAILTO");
    lines.filter_map(|(_, assignment)| look(assignment)).collect()
}

fn look(assignment: &Assignment<'_>) -> Option<Finding> {
    let value = assignment.value.as_ref();
    // Other rules tell of these.
    let told = value.contains(['$', '`', '=']) || value.contains(" #") || has_placeholder(value);
    if told || value.is_empty() {
        return None;
    }
    let finding = |message: &str| Finding::new(assignment.value_span.clone(), message);
    if value.starts_with('-') {
        return Some(
            finding("an address that begins with a hyphen is an option to sendmail")
                .help("write the address"),
        );
    }
    if value.contains(|c: char| ";|&<>(){}'\"\\!".contains(c)) {
        let finding =
            finding("an address with signs that mean something to a shell: cron sends no mail to it");
        return Some(finding.help("write plain addresses, separated by commas"));
    }
    let addresses: Vec<&str> = value.split(',').map(str::trim).collect();
    if addresses.iter().any(|address| address.is_empty()) {
        return Some(finding("an empty address in the list").help("separate addresses by one comma"));
    }
    let blank = addresses
        .iter()
        .any(|address| address.contains(char::is_whitespace));
    blank.then(|| {
        finding("addresses are separated by commas, not by blanks").help(format!(
            "write `MAILTO={}`",
            value
                .split([',', ' ', '\t'])
                .filter(|address| !address.is_empty())
                .collect::<Vec<_>>()
                .join(",")
        ))
    })
}
