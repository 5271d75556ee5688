use std::collections::HashMap;

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

/// The schedule's words, the command, the user.
type Key<'t> = (Vec<&'t [u8]>, &'t [u8], Option<&'t str>);

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut seen: HashMap<Key<'_>, usize> = HashMap::new();
    let mut found = Vec::new();
    let text = file.crontab.text;
    for (index, entry) in file.crontab.entries() {
        if entry.schedule.is_err() || entry.command.text.trim().is_empty() {
            continue;
        }
        let fields = entry.words.iter().map(|span| &text[span.clone()]).collect();
        let user = entry.user.as_ref().map(|user| user.name.as_ref());
        let key = (fields, text[entry.rest.clone()].trim_ascii(), user);
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
                seen.insert(key, index);
            }
        }
    }
    found
}
