use diagnostic::Severity;
use shell::{Duplicate, Redirection};

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C013",
    name: "double-redirection",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("double_redirection.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| double(command, call)))
        .collect()
}

fn double(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let redirections = &call.step.command.redirections;
    let file = |redirection: &&Redirection| redirection.output_file().is_some();
    for (index, first) in redirections
        .iter()
        .enumerate()
        .filter(|(_, redirection)| file(redirection))
    {
        let rest = redirections.get(index + 1..).unwrap_or_default();
        // A copy taken in between (`>a 2>&1 >b`) gives the first file a use.
        let used = rest
            .iter()
            .take_while(|next| !file(next))
            .any(|next| next.duplicates() == Some(Duplicate::Descriptor(first.stream())));
        let Some(second) = rest
            .iter()
            .find(|next| file(next) && next.stream() == first.stream())
        else {
            continue;
        };
        // A file called `1` is a slip of another kind.
        if used || second.target.is("1") || second.target.is("2") {
            continue;
        }
        let (one, two) = (
            command.slice(&first.target.span),
            command.slice(&second.target.span),
        );
        let stream = if first.stream() == 2 {
            "standard error"
        } else {
            "standard output"
        };
        let message = if one == two {
            format!("{stream} is redirected to `{two}` twice")
        } else {
            format!("{stream} goes to `{two}` only: `{one}` stays empty")
        };
        let mut finding = command
            .finding(&second.span, message)
            .related(command.place(&first.span), "redirected here first");
        finding = if first.stream() == 1 {
            finding.help("write `2>` for the errors, or `| tee FILE` for two copies")
        } else {
            finding.help("keep one of the two")
        };
        return Some(finding);
    }
    None
}
