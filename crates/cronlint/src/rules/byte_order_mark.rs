use crontab::Content;
use diagnostic::{Edit, Severity};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F003",
    name: "byte-order-mark",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("byte_order_mark.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if !file.crontab.text.starts_with("\u{feff}".as_bytes()) {
        return Vec::new();
    }
    let consequence = match file.crontab.lines.first().map(|line| &line.content) {
        Some(Content::Assignment(_)) => "it becomes part of the variable's name",
        _ => "the first line is no longer what it looks like: cron says \"bad minute\"",
    };
    let finding = Finding::new(0..3, "the file begins with a byte order mark")
        .note(consequence)
        .help("save the file as UTF-8 without a byte order mark")
        .fix(
            "remove it",
            vec![Edit {
                span: 0..3,
                text: String::new(),
            }],
        );
    vec![finding]
}
