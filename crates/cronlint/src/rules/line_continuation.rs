use crontab::Content;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F030",
    name: "line-continuation",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("line_continuation.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    if file.crontab.daemon.joins_lines {
        return found;
    }
    for line in &file.crontab.lines {
        if !matches!(line.content, Content::Entry(_) | Content::Assignment(_)) {
            continue;
        }
        let text = &file.crontab.text[line.span.clone()];
        let length = text.trim_ascii_end().len();
        let backslashes = text[..length]
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'\\')
            .count();
        if backslashes % 2 == 1 {
            let end = line.span.start + length;
            let finding = Finding::new(end - 1..end, "a backslash does not join lines in a crontab")
                .note("the next line is read by itself, as a schedule or an assignment")
                .help("write the command on one line, or put it into a script");
            found.push(finding);
        }
    }
    found
}
