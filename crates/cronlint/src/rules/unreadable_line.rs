use crontab::{Content, Unreadable};
use diagnostic::{Edit, Severity, Span};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::{has_placeholder, unreadable};

pub(super) static RULE: Rule = Rule {
    code: "F033",
    name: "unreadable-line",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unreadable_line.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, line) in file.crontab.lines.iter().enumerate() {
        let Content::Unreadable(reason) = &line.content else {
            continue;
        };
        let text = &file.crontab.text[line.span.clone()];
        let whole = trimmed(text, &line.span);
        let finding = match reason {
            Unreadable::EmptyValue { name } => {
                let shown = String::from_utf8_lossy(&file.crontab.text[name.clone()]).into_owned();
                let edit = Edit {
                    span: whole.end..whole.end,
                    text: "\"\"".to_owned(),
                };
                let finding = Finding::new(whole, "an assignment without a value is none")
                    .help(format!("write `{shown}=\"\"` for an empty value"));
                // Behind a NUL byte, with which the daemon's line ends, quotes are of no use.
                if text.trim_ascii().ends_with(b"=") && !text.contains(&0) {
                    finding.fix("write an empty value", vec![edit])
                } else {
                    finding
                }
            }
            Unreadable::BadName { name } => Finding::new(name.clone(), "this is no name of a variable")
                .help("a name is letters, digits and `_`, directly before the `=`"),
            Unreadable::Text if has_placeholder(&String::from_utf8_lossy(text)) => {
                found.push(
                    Finding::new(whole, "this line belongs to a template")
                        .severity(Severity::Info)
                        .help("lint what the template makes"),
                );
                continue;
            }
            Unreadable::Text => foreign(text, whole),
            _ => continue,
        };
        found.push(finding.note(unreadable(file, index)));
    }
    found
}

fn trimmed(text: &[u8], span: &Span) -> Span {
    // A form feed is a blank here, and none to the daemons: a line of nothing else is not empty.
    if text.trim_ascii().is_empty() {
        return span.clone();
    }
    let start = text.len() - text.trim_ascii_start().len();
    span.start + start..span.start + text.trim_ascii_end().len()
}

/// Text that is neither schedule nor assignment.
fn foreign(text: &[u8], whole: Span) -> Finding {
    let text = String::from_utf8_lossy(text);
    let text = text.trim();
    let finding = Finding::new(
        whole.clone(),
        "this is neither an assignment, an entry nor a comment",
    );
    let comment = |mark: usize| {
        let edit = Edit {
            span: whole.start..whole.start + mark,
            text: "#".to_owned(),
        };
        ("a comment begins with `#`", Some(edit))
    };
    let (help, edit) = if text.starts_with("//") {
        comment(2)
    } else if text.starts_with([';', '!']) || text.starts_with("--") || text.starts_with("/*") {
        ("a comment begins with `#`", None)
    } else if text.contains("crontab -") || text.starts_with("$ ") || text.contains("GNU nano") {
        ("this looks like a terminal's text: paste the crontab alone", None)
    } else {
        ("make it a comment with `#`, or put a schedule before it", None)
    };
    let finding = finding.help(help);
    match edit {
        Some(edit) => finding.unsafe_fix("make it a comment", vec![edit]),
        None => finding,
    }
}
