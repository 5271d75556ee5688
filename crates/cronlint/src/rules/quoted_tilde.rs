use diagnostic::Severity;
use shell::{Part, PartKind, Word};

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C008",
    name: "quoted-tilde",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("quoted_tilde.md"),
    check,
};

/// Programs whose arguments are patterns or text as a rule.
const TEXT: &[&str] = &[
    "grep", "egrep", "fgrep", "sed", "awk", "gawk", "mawk", "perl", "echo", "printf", "logger",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(tildes).collect()
}

fn tildes(command: &Command<'_>) -> Vec<Finding> {
    if !command.text().contains('~') {
        return Vec::new();
    }
    let calls = command
        .calls
        .iter()
        .filter(|call| !call.step.elsewhere && !TEXT.contains(&call.base()));
    calls
        .flat_map(|call| {
            let inner: Vec<_> = call
                .step
                .command
                .inner
                .iter()
                .map(|inner| inner.span.start)
                .collect();
            let words = call
                .step
                .command
                .words
                .iter()
                .filter(move |word| !inner.contains(&word.span.start));
            let targets = call
                .step
                .command
                .redirections
                .iter()
                .map(|redirection| &redirection.target);
            words.chain(targets)
        })
        .filter_map(|word| quoted(command, word).or_else(|| after_equals(command, word)))
        .collect()
}

/// `"~/x"`: inside quotes the tilde is a tilde.
fn quoted(command: &Command<'_>, word: &Word) -> Option<Finding> {
    let first = word.parts.first()?;
    let in_double = matches!(&first.kind, PartKind::DoubleQuoted { parts, .. }
        if matches!(parts.first(), Some(Part { kind: PartKind::Literal(text), .. }) if begins_home(text)));
    let in_single = matches!(&first.kind, PartKind::SingleQuoted(text) if begins_home(text));
    if !in_double && !in_single {
        return None;
    }
    let tilde = first.span.start + 1..first.span.start + 2;
    let finding = command
        .finding(
            &tilde,
            "a quoted `~` is not the home directory, but a file of that name",
        )
        .help("write `\"$HOME/...\"`");
    Some(if in_double {
        finding.fix("write `$HOME`", vec![command.edit(&tilde, "$HOME")])
    } else {
        finding
    })
}

/// `--file=~/x`: only at the beginning of a word does a tilde mean the home directory.
fn after_equals(command: &Command<'_>, word: &Word) -> Option<Finding> {
    let Part {
        kind: PartKind::Literal(text),
        span,
    } = word.parts.first()?
    else {
        return None;
    };
    if !text.starts_with("--") {
        return None;
    }
    let at = span.start
        + text
            .find("=~/")
            .or_else(|| text.ends_with('=').then(|| text.len() - 1))?
        + 1;
    let tilde = at..at + 1;
    if command.slice(&tilde) != "~" {
        return None;
    }
    let finding = command.finding(&tilde, "`~` in the middle of a word is not the home directory");
    Some(
        finding
            .help("write `$HOME`")
            .fix("write `$HOME`", vec![command.edit(&tilde, "$HOME")]),
    )
}

fn begins_home(text: &str) -> bool {
    text == "~" || text.starts_with("~/")
}
