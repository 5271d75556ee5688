use diagnostic::Severity;
use shell::{Item, TerminatorKind};

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C007",
    name: "unchecked-cd",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("unchecked_cd.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(unchecked).collect()
}

fn unchecked(command: &Command<'_>) -> Vec<Finding> {
    if command
        .calls
        .iter()
        .any(|call| call.name() == "set" && has_option(call.arguments(), "e", &[]))
    {
        return Vec::new();
    }
    let pairs = command.lists.iter().flat_map(|list| list.items.windows(2));
    pairs
        .filter_map(|pair| {
            if let [item, next] = pair {
                pair_finding(command, item, next)
            } else {
                None
            }
        })
        .collect()
}

fn pair_finding(command: &Command<'_>, item: &Item, next: &Item) -> Option<Finding> {
    let end = item
        .end
        .as_ref()
        .filter(|end| end.kind == TerminatorKind::Sequence)?;
    // `x && cd y; z`: the last command of the chain is what may fail here; `cd x || exit; y` is checked.
    let last = item.and_or.rest.last();
    if last.is_some_and(|(connector, _)| !connector.and) {
        return None;
    }
    let pipeline = last.map_or(&item.and_or.first, |(_, pipeline)| pipeline);
    let [shell::Command::Simple(simple)] = &pipeline.commands[..] else {
        return None;
    };
    let call = command.call_at(simple.span.start)?;
    if !matches!(call.name(), "cd" | "chdir" | "pushd") {
        return None;
    }
    let target = call
        .arguments()
        .iter()
        .find(|word| !word.leading().starts_with('-'))?;
    if target.is("/") || target.is("/tmp") || is_home(command.slice(&target.span)) {
        return None;
    }
    let place = command.slice(&target.span);
    let message =
        format!("when `cd {place}` fails, the next command runs all the same, in the wrong directory");
    let edit = command.edit(&end.span, " &&");
    let finding = command
        .finding(&simple.span, message)
        .help(format!("write `cd {place} && ...`"))
        .unsafe_fix("put `&&` in the place of `;`", vec![edit]);
    let behind = next.and_or.span.start;
    let destroys = command
        .calls
        .iter()
        .any(|call| call.span().start >= behind && destroys(call));
    Some(if destroys {
        finding.severity(Severity::Error)
    } else {
        finding
    })
}

fn is_home(text: &str) -> bool {
    matches!(text, "~" | "$HOME" | "\"$HOME\"" | "${HOME}")
}

/// Whether a call deletes or overwrites what lies in the directory.
fn destroys(call: &Call<'_>) -> bool {
    let arguments = call.arguments();
    match call.base() {
        "rm" => has_option(arguments, "rR", &["recursive"]) || arguments.iter().any(|word| word.has_glob()),
        "find" => arguments.iter().any(|word| word.is("-delete") || word.is("rm")),
        "rsync" => arguments
            .iter()
            .any(|word| word.leading().starts_with("--delete")),
        "git" => arguments
            .first()
            .is_some_and(|word| word.is("clean") || word.is("reset")),
        _ => false,
    }
}
