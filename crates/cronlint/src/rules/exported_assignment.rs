use crontab::{Content, Unreadable};
use diagnostic::{Edit, Severity};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::unreadable;

pub(super) static RULE: Rule = Rule {
    code: "F016",
    name: "exported-assignment",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("exported_assignment.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, line) in file.crontab.lines.iter().enumerate() {
        let Content::Unreadable(Unreadable::Export { word }) = &line.content else {
            continue;
        };
        let shown = String::from_utf8_lossy(&file.crontab.text[word.clone()]);
        let edit = Edit {
            span: word.clone(),
            text: String::new(),
        };
        let finding = Finding::new(
            word.clone(),
            format!("`{}` is a shell command: a crontab has none", shown.trim_end()),
        )
        .note(unreadable(file, index))
        .help("write `NAME=value` alone: cron exports every variable")
        .fix(format!("remove `{}`", shown.trim_end()), vec![edit]);
        found.push(finding);
    }
    found
}
