use diagnostic::Severity;
use schedule::WarningKind;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::is_told_elsewhere;

pub(super) static RULE: Rule = Rule {
    code: "S031",
    name: "skipped-text",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("skipped_text.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line, entry) in file.crontab.entries() {
        let Ok(schedule) = &entry.schedule else { continue };
        if is_told_elsewhere(file, entry) {
            continue;
        }
        for warning in schedule.warnings() {
            let odd = matches!(
                warning.kind,
                WarningKind::SkippedJunk { .. }
                    | WarningKind::WrappedNumber { .. }
                    | WarningKind::Oddity { .. }
                    | WarningKind::Kept { .. }
            );
            if odd {
                let mut finding = Finding::new(entry.in_schedule(&warning.span), warning.to_string());
                finding = finding.help(
                    warning
                        .help()
                        .unwrap_or_else(|| "write what is meant and nothing else".to_owned()),
                );
                if matches!(warning.kind, WarningKind::Kept { .. }) {
                    let span = entry.in_schedule(&warning.span);
                    if let Some(said) = file.crontab.says(line, span.start, "bad day-of-week", None) {
                        let title = file.crontab.daemon.title;
                        finding =
                            finding.note(format!("{title} says \"{said}\" and runs the line all the same"));
                    }
                    finding = finding.severity(Severity::Error);
                }
                found.push(finding);
            }
        }
    }
    found
}
