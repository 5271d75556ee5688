use crontab::daemon::FinalNewline;
use diagnostic::{Edit, Severity};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F001",
    name: "missing-final-newline",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("missing_final_newline.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some((_, end)) = file.crontab.unended_line() else {
        return Vec::new();
    };
    let daemon = file.crontab.daemon;
    let message = match daemon.final_newline {
        FinalNewline::Required => format!(
            "no newline ends the last line: {} ignores the whole file",
            daemon.title
        ),
        FinalNewline::DropsLine => format!("no newline ends the last line: {} does not run it", daemon.title),
        FinalNewline::Optional => return Vec::new(),
    };
    let edit = Edit {
        span: end.clone(),
        text: "\n".to_owned(),
    };
    let mut finding = Finding::new(end, message).help("end the line with a newline");
    if daemon.final_newline == FinalNewline::Required {
        finding = finding.note("cron logs \"Missing newline before EOF, this crontab file will be ignored\"");
    }
    vec![finding.fix("add a newline", vec![edit])]
}
