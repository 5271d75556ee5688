use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F032",
    name: "too-many-lines",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("too_many_lines.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(limit) = file.crontab.daemon.line_limit else {
        return Vec::new();
    };
    let Some(line) = file.crontab.lines.get(limit) else {
        return Vec::new();
    };
    let message = format!(
        "`crontab` installs no more than {limit} lines, and there are {}",
        file.crontab.lines.len()
    );
    vec![Finding::new(line.span.clone(), message).help("split it, such as into several files in /etc/cron.d")]
}
