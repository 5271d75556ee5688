use std::collections::HashMap;

use crontab::Entry;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S023",
    name: "repeated-entry",
    severity: Severity::Warning,
    confidence: Confidence::High,
    explanation: include_str!("repeated_entry.md"),
    check,
};

/// Makes a line of the schedule's words, the user and the command, with one line end behind each.
fn normalize(key: &mut Vec<u8>, text: &[u8], entry: &Entry<'_>) {
    key.clear();
    let words = entry.words.iter().map(|span| &text[span.clone()]);
    let user = entry.user.as_ref().map(|user| user.name.as_bytes());
    let command = text[entry.rest.clone()].trim_ascii();
    for part in words.chain(user).chain([command]) {
        key.extend_from_slice(part);
        key.push(b'\n');
    }
}

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut seen: HashMap<Vec<u8>, usize> = HashMap::new();
    let mut key = Vec::new();
    let mut found = Vec::new();
    let text = file.crontab.text;
    for (index, entry) in file.crontab.entries() {
        if entry.schedule.is_err() || entry.command.text.trim().is_empty() {
            continue;
        }
        normalize(&mut key, text, entry);
        match seen.get(&key) {
            Some(&first) => {
                let lines = &file.crontab.lines;
                let finding = Finding::new(
                    lines[index].span.clone(),
                    format!("the same entry as line {}", lines[first].number),
                )
                .note("the job runs twice at the same time")
                .help("remove one of them");
                found.push(finding);
            }
            None => {
                seen.insert(key.clone(), index);
            }
        }
    }
    found
}
