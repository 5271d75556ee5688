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
        .filter_map(|(_, assignment)| look(assignment))
        .collect()
}

fn look(assignment: &Assignment<'_>) -> Option<Finding> {
    if assignment.quote.is_some() {
        return None;
    }
    let value = assignment.value.as_ref();
    let hash = [" #", "\t#"].iter().filter_map(|mark| value.find(mark)).min()?;
    // A single `#word` may well be data.
    if !value[hash + 2..].is_empty()
        && !value[hash + 2..].starts_with([' ', '\t', '#'])
        && !value[hash + 2..].contains(' ')
    {
        return None;
    }
    let span = assignment.value_span.clone();
    let kept = value[..hash].trim_end();
    let edit = Edit {
        span: span.start + kept.len()..span.end,
        text: String::new(),
    };
    Some(
        Finding::new(
            span.start + hash + 1..span.end,
            "a comment cannot follow a value: it becomes part of it",
        )
        .note(format!("`{}` is `{value}`", assignment.name))
        .help("put the comment on a line of its own")
        .unsafe_fix("remove the comment", vec![edit]),
    )
}
