use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};

use crontab::Entry;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "S023",
    name: "repeated-entry",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("repeated_entry.md"),
    check,
};

/// What makes two entries the same: the schedule's words, the user and the command.
#[derive(PartialEq, Eq, Hash)]
struct Key<'t> {
    words: [&'t [u8]; 5],
    user: Option<&'t str>,
    command: &'t [u8],
}

impl<'t> Key<'t> {
    fn of(entry: &'t Entry<'_>, text: &'t [u8]) -> Key<'t> {
        let mut words: [&[u8]; 5] = [b""; 5];
        for (word, span) in words.iter_mut().zip(&entry.words) {
            *word = &text[span.clone()];
        }
        Key {
            words,
            user: entry.user.as_ref().map(|user| &*user.name),
            command: text[entry.rest.clone()].trim_ascii(),
        }
    }
}

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut seen: HashMap<Key<'_>, usize> = HashMap::new();
    let mut found = Vec::new();
    let text = file.crontab.text;
    for (index, entry) in file.crontab.entries() {
        if entry.schedule.is_err() || entry.command.text.trim().is_empty() {
            continue;
        }
        match seen.entry(Key::of(entry, text)) {
            Occupied(first) => {
                let lines = &file.crontab.lines;
                let finding = Finding::new(
                    lines[index].span.clone(),
                    format!("the same entry as line {}", lines[*first.get()].number),
                )
                .note("the job runs twice at the same time")
                .help("remove one of them");
                found.push(finding);
            }
            Vacant(place) => {
                place.insert(index);
            }
        }
    }
    found
}
