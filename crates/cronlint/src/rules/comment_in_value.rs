use crontab::Assignment;
use diagnostic::{Edit, Severity};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F018",
    name: "comment-in-value",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("comment_in_value.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.crontab
        .assignments()
        .filter_map(|(_, assignment)| look(file.crontab.text, assignment))
        .collect()
}

fn look(text: &[u8], assignment: &Assignment<'_>) -> Option<Finding> {
    if assignment.quote.is_some() {
        return None;
    }
    // Not `assignment.value`: a byte that is not UTF-8 is longer there.
    let span = assignment.value_span.clone();
    let value = &text[span.clone()];
    let hash = value.windows(2).position(|mark| matches!(mark, b" #" | b"\t#"))?;
    let comment = &value[hash + 2..];
    // A single `#word` may well be data.
    if comment
        .first()
        .is_some_and(|first| !matches!(first, b' ' | b'\t' | b'#'))
        && !comment.contains(&b' ')
    {
        return None;
    }
    let kept = value[..hash].trim_ascii_end();
    let edit = Edit {
        span: span.start + kept.len()..span.end,
        text: String::new(),
    };
    Some(
        Finding::new(
            span.start + hash + 1..span.end,
            "a comment cannot follow a value: it becomes part of it",
        )
        .note(format!("`{}` is `{}`", assignment.name, assignment.value))
        .help("put the comment on a line of its own")
        .unsafe_fix("remove the comment", vec![edit]),
    )
}
