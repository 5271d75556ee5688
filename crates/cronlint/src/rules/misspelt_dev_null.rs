use diagnostic::Severity;
use shell::Redirection;

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C014",
    name: "misspelt-dev-null",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("misspelt_dev_null.md"),
    check,
};

/// Devices that are as near to it as a slip.
const DEVICES: &[&str] = &["/dev/full", "/dev/null"];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(misspelt).collect()
}

fn misspelt(command: &Command<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for call in &command.calls {
        let redirections = &call.step.command.redirections;
        for (index, redirection) in redirections.iter().enumerate() {
            let next = redirections
                .get(index + 1)
                .filter(|next| next.span.start == redirection.span.end);
            found.extend(glued(command, redirection, next).or_else(|| typo(command, redirection)));
        }
    }
    found
}

/// `>/dev/null2>&1`: the number belongs to the name of the file.
fn glued(command: &Command<'_>, redirection: &Redirection, next: Option<&Redirection>) -> Option<Finding> {
    let target = redirection.output_file()?;
    let name = target.literal()?;
    let (file, number) = name.split_at_checked(name.len().checked_sub(1)?)?;
    let next = next.filter(|next| next.descriptor.is_none())?;
    if file != "/dev/null" || !matches!(number, "1" | "2") {
        return None;
    }
    let at = target.span.end - 1;
    let span = target.span.start..next.span.end;
    let message =
        format!("without a blank this writes a file called `{name}`, and the errors are not redirected");
    let finding = command
        .finding(&span, message)
        .help("put a blank in front of the number");
    Some(finding.fix(
        "put a blank in front of the number",
        vec![command.edit(&(at..at), " ")],
    ))
}

fn typo(command: &Command<'_>, redirection: &Redirection) -> Option<Finding> {
    let target = redirection.output_file()?;
    let name = target.literal()?;
    let windows = matches!(name.as_ref(), "nul" | "NUL" | "nul:" | "NUL:");
    let near = name.len() >= 6 && name.contains('d') && distance(&name, "/dev/null") <= 2;
    if !(near || windows) || DEVICES.contains(&name.as_ref()) || is_other_device(&name) {
        return None;
    }
    let effect = if name.starts_with("/dev/") {
        "which fills memory"
    } else {
        "which nobody reads"
    };
    let message = format!("`{name}` is not the null device: this writes a file, {effect}");
    let finding = command.finding(&target.span, message).help("write `/dev/null`");
    Some(finding.fix("write `/dev/null`", vec![command.edit(&target.span, "/dev/null")]))
}

/// Whether the name is that of another thing in /dev that people write to.
fn is_other_device(name: &str) -> bool {
    let Some(device) = name.strip_prefix("/dev/") else {
        return false;
    };
    device.starts_with("tty")
        || device.starts_with("ttl")
        || device.contains('/') && !device.starts_with("null")
}

/// How many characters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row.first().copied().unwrap_or(0);
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let above = row[j + 1];
            row[j + 1] = (diagonal + usize::from(x != *y)).min(above + 1).min(row[j] + 1);
            diagonal = above;
        }
    }
    row.last().copied().unwrap_or(0)
}
