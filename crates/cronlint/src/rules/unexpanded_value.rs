use crontab::Assignment;
use diagnostic::{Severity, Span};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F014",
    name: "unexpanded-value",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unexpanded_value.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.crontab
        .assignments()
        .filter_map(|(_, assignment)| look(file.crontab.text, assignment))
        .collect()
}

fn look(text: &[u8], assignment: &Assignment<'_>) -> Option<Finding> {
    let value = &text[assignment.value_span.clone()];
    let (part, what) = expansion(value, assignment.name == "PATH")?;
    let span = assignment.value_span.start + part.start..assignment.value_span.start + part.end;
    let shown = String::from_utf8_lossy(&text[span.clone()]).into_owned();
    let name = &assignment.name;
    let (severity, message, help) = match what {
        What::Command => (
            Severity::Error,
            format!("cron runs no commands in values: `{name}` holds the text itself"),
            format!(
                "set the variable at the start of the command, where the shell runs it{}",
                if shown.contains('%') {
                    "; write `\\%` for `%` there"
                } else {
                    ""
                }
            ),
        ),
        What::Variable | What::Tilde if name == "PATH" => (
            Severity::Error,
            format!("cron does not expand `{shown}`: the job searches a directory of that very name"),
            "write the directories out".to_owned(),
        ),
        What::Variable | What::Tilde => (
            Severity::Warning,
            format!("cron does not expand `{shown}`: the value is the text itself"),
            "write the value out, or set the variable in the command, where the shell expands it".to_owned(),
        ),
    };
    Some(Finding::new(span, message).severity(severity).help(help))
}

#[derive(Clone, Copy)]
enum What {
    Variable,
    Command,
    Tilde,
}

/// The first thing in a value that a shell would expand.
fn expansion(value: &[u8], is_path: bool) -> Option<(Span, What)> {
    if let Some(tilde) = tilde(value, is_path) {
        return Some((tilde, What::Tilde));
    }
    for (at, &byte) in value.iter().enumerate() {
        let next = value.get(at + 1).copied().unwrap_or(b' ');
        match (byte, next) {
            (b'`', _) => {
                let end = value[at + 1..].iter().position(|&b| b == b'`')?;
                return Some((at..at + end + 2, What::Command));
            }
            (b'$', b'(') => {
                let end = value
                    .iter()
                    .rposition(|&b| b == b')')
                    .map_or(value.len(), |end| end + 1);
                return Some((at..end.max(at + 2), What::Command));
            }
            (b'$', b'{') => {
                let end = value[at..]
                    .iter()
                    .position(|&b| b == b'}')
                    .map_or(value.len(), |end| at + end + 1);
                return Some((at..end, What::Variable));
            }
            (b'$', first) if first.is_ascii_alphabetic() || first == b'_' => {
                let name = value[at + 1..]
                    .iter()
                    .take_while(|b| b.is_ascii_alphanumeric() || **b == b'_')
                    .count();
                return Some((at..at + 1 + name, What::Variable));
            }
            _ => {}
        }
    }
    None
}

/// `~` or `~/` at the start, or of a part of a path.
fn tilde(value: &[u8], is_path: bool) -> Option<Span> {
    let begins = |at: usize| at == 0 || is_path && value[at - 1] == b':';
    let ends = |at: usize| {
        value
            .get(at + 1)
            .is_none_or(|&next| next == b'/' || is_path && next == b':')
    };
    (0..value.len())
        .find(|&at| value[at] == b'~' && begins(at) && ends(at))
        .map(|at| at..at + 1)
}
