use diagnostic::Severity;
use shell::{Item, Operator, Redirection, SimpleCommand, TerminatorKind, Word};

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C011",
    name: "redirection-typo",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("redirection_typo.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(typos).collect()
}

fn typos(command: &Command<'_>) -> Vec<Finding> {
    let lists = &command.lists;
    let pairs = lists.iter().flat_map(|list| list.items.windows(2));
    let mut found: Vec<Finding> = pairs
        .filter_map(|pair| {
            if let [item, next] = pair {
                split_by_ampersand(command, item, next)
            } else {
                None
            }
        })
        .collect();
    found.extend(
        command
            .calls
            .iter()
            .flat_map(|call| in_call(command, call.step.command)),
    );
    found
}

/// `x &2>file` and `x >file 2&1`: the `&` ends the command and sends it to the background.
fn split_by_ampersand(command: &Command<'_>, item: &Item, next: &Item) -> Option<Finding> {
    let end = item
        .end
        .as_ref()
        .filter(|end| end.kind == TerminatorKind::Background)?;
    if end.span.end != next.and_or.span.start {
        return None;
    }
    let shell::Command::Simple(simple) = next.and_or.first.commands.first()? else {
        return None;
    };
    if let ([], [redirection, ..]) = (&simple.words[..], &simple.redirections[..]) {
        let descriptor = redirection.descriptor?;
        let span = end.span.start..redirection.operator_span.end;
        let sign = command.slice(&redirection.operator_span);
        let message =
            format!("`&` sends the command to the background, and `{descriptor}{sign}` redirects nothing");
        let right = format!("{descriptor}{sign}");
        let edit = command.edit(&end.span, "");
        let finding = command.finding(&span, message).help(format!("write `{right}`"));
        return Some(finding.unsafe_fix(format!("write `{right}`"), vec![edit]));
    }
    let name = simple.words.first()?;
    let number = name.is("1") || name.is("2");
    let before = command.text().get(..end.span.start)?;
    if !number || !before.ends_with(['2', '1', '>']) {
        return None;
    }
    let start = before.rfind([' ', '\t']).map_or(0, |at| at + 1);
    let span = start..name.span.end;
    let text = command.slice(&span);
    let message =
        format!("`{text}` is not a redirection: `&` ends the command and sends it to the background");
    let finding = command.finding(&span, message).help("write `2>&1`");
    Some(if matches!(text, "2&1" | "2&>1" | "2>&1") {
        finding.fix("write `2>&1`", vec![command.edit(&span, "2>&1")])
    } else {
        finding
    })
}

fn in_call(command: &Command<'_>, simple: &SimpleCommand) -> Vec<Finding> {
    let mut found = Vec::new();
    // `&2>1`: the `&` in front is told already.
    let before = command.text().get(..simple.span.start).unwrap_or_default();
    if simple.words.is_empty() && before.ends_with('&') && !before.ends_with("&&") {
        return found;
    }
    found.extend(of_nothing(command, simple));
    for redirection in &simple.redirections {
        let previous = simple
            .words
            .iter()
            .find(|word| word.span.end == redirection.operator_span.start);
        found.extend(file_named_by_number(command, redirection, previous));
        found.extend(separate_number(command, redirection, simple));
    }
    found
}

/// `x >file; 2>&1`: a command that is nothing but a copy of a stream.
fn of_nothing(command: &Command<'_>, simple: &SimpleCommand) -> Option<Finding> {
    let copies = simple
        .redirections
        .iter()
        .all(|redirection| redirection.duplicates().is_some());
    if !simple.words.is_empty() || !simple.assignments.is_empty() || simple.redirections.is_empty() || !copies
    {
        return None;
    }
    let text = command.slice(&simple.span);
    let finding = command.finding(
        &simple.span,
        format!("`{text}` is a command of its own here, and redirects nothing"),
    );
    Some(finding.help("leave out the `;` in front of it"))
}

/// `2>1` and `2&>1`: a file whose name is a number.
fn file_named_by_number(
    command: &Command<'_>,
    redirection: &Redirection,
    before: Option<&Word>,
) -> Option<Finding> {
    let target = redirection.output_file()?;
    let name = target.literal()?;
    if !matches!(name.as_ref(), "0" | "1" | "2") || target.is_quoted() {
        return None;
    }
    // Of `2&>1` the shell takes the 2 for an argument.
    let number = before.filter(|word| redirection.descriptor.is_none() && (word.is("2") || word.is("1")));
    let start = number.map_or(redirection.span.start, |word| word.span.start);
    let span = start..redirection.span.end;
    let descriptor = number.map_or_else(
        || redirection.stream().to_string(),
        |word| word.leading().into_owned(),
    );
    let right = if descriptor == "1" {
        format!(">&{name}")
    } else {
        format!("{descriptor}>&{name}")
    };
    let text = command.slice(&span);
    let message = format!("`{text}` writes a file called `{name}`");
    let finding = command.finding(&span, message).help(format!("write `{right}`"));
    Some(if descriptor == *name {
        finding
    } else {
        finding.fix(format!("write `{right}`"), vec![command.edit(&span, &right)])
    })
}

/// `2 >&1`: with a blank the number is an argument, and the redirection does nothing.
fn separate_number(
    command: &Command<'_>,
    redirection: &Redirection,
    simple: &SimpleCommand,
) -> Option<Finding> {
    let copies_itself = redirection.descriptor.is_none()
        && redirection.operator == Operator::WriteDuplicate
        && redirection.target.is("1");
    let start = redirection.span.start;
    let number = simple
        .words
        .iter()
        .find(|word| word.span.end < start && word.is("2"))?;
    let blank = command.slice(&(number.span.end..start));
    if !copies_itself || !blank.trim().is_empty() {
        return None;
    }
    let span = number.span.start..redirection.span.end;
    let finding = command.finding(
        &span,
        "the blank makes `2` an argument, and standard error is not redirected",
    );
    Some(
        finding
            .help("write `2>&1`")
            .fix("write `2>&1`", vec![command.edit(&span, "2>&1")]),
    )
}
