use crontab::Assignment;
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F029",
    name: "bad-path-value",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("bad_path_value.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let paths = file
        .crontab
        .assignments()
        .filter(|(_, assignment)| assignment.name == "PATH");
    paths
        .flat_map(|(_, assignment)| look(file.crontab.text, assignment))
        .collect()
}

fn look(text: &[u8], assignment: &Assignment<'_>) -> Vec<Finding> {
    let value = &text[assignment.value_span.clone()];
    if value.is_empty() {
        let message = "PATH is empty: the jobs find no program that is called by its name";
        return vec![Finding::new(assignment.value_span.clone(), message).help("write `PATH=/usr/bin:/bin`")];
    }
    let mut found = Vec::new();
    let mut start = assignment.value_span.start;
    for part in value.split(|&byte| byte == b':') {
        let span = start..start + part.len();
        start = span.end + 1;
        let shown = String::from_utf8_lossy(part);
        let finding = match part.first() {
            Some(b'/' | b'$' | b'~' | b'`') => None,
            // A template's placeholder.
            Some(b'<' | b'{' | b'@' | b'%') => None,
            None => Some("an empty part of PATH is the directory in which the job runs".to_owned()),
            Some(_) if part.contains(&b' ') || part.contains(&b'#') => None,
            Some(_) => Some(format!(
                "`{shown}` depends on the directory in which the job runs"
            )),
        };
        found.extend(finding.map(|message| {
            Finding::new(span, message).help("leave it out, or write the directory's absolute path")
        }));
    }
    found
}
