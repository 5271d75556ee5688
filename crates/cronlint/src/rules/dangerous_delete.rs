use diagnostic::Severity;
use shell::{Change, Part, PartKind, Word};

use crate::command::{Call, Command, has_option};
use crate::paths::{is_relative, is_where_cron_starts};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C032",
    name: "dangerous-delete",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("dangerous_delete.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| delete(command, call)))
        .collect()
}

fn delete(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    if call.step.elsewhere {
        return None;
    }
    call.programs.iter().find_map(|program| match program.base() {
        "rm" if has_option(program.arguments, "rR", &["recursive"]) => program
            .arguments
            .iter()
            .find_map(|word| unset_prefix(command, word)),
        "find" => find(command, call, program.arguments),
        _ => None,
    })
}

/// `$DIR/*`, where nobody sets DIR: then it is `/*`.
fn unset_prefix(command: &Command<'_>, word: &Word) -> Option<Finding> {
    let parts = match &word.parts[..] {
        [
            Part {
                kind: PartKind::DoubleQuoted { parts, .. },
                ..
            },
            rest @ ..,
        ] => {
            return prefix(command, word, parts.first()?, parts.get(1).or(rest.first())?);
        }
        parts => parts,
    };
    prefix(command, word, parts.first()?, parts.get(1)?)
}

fn prefix(command: &Command<'_>, word: &Word, first: &Part, second: &Part) -> Option<Finding> {
    let PartKind::Variable(variable) = &first.kind else {
        return None;
    };
    let slash = matches!(&second.kind, PartKind::Literal(text) if text.starts_with('/'));
    let known = command.crontab_sets(&variable.name) || is_assigned(command, &variable.name);
    if !slash
        || variable.change != Change::None
        || known
        || matches!(variable.name.as_str(), "HOME" | "PWD" | "TMPDIR")
    {
        return None;
    }
    let name = &variable.name;
    let text = command.slice(&word.span);
    let rest = text
        .split_once('/')
        .map_or("", |(_, rest)| rest)
        .trim_end_matches('"');
    let message = format!("nobody sets `{name}`, so this deletes `/{rest}`");
    let new = format!("${{{name}:?}}");
    Some(
        command
            .finding(&word.span, message)
            .help(format!("write `{new}`, which stops the command when it is empty"))
            .unsafe_fix(format!("write `{new}`"), vec![command.edit(&first.span, &new)]),
    )
}

fn is_assigned(command: &Command<'_>, name: &str) -> bool {
    let reads_in = |call: &Call<'_>| matches!(call.name(), "." | "source" | "eval" | "read" | "for");
    let loops = command.text().contains(&format!("for {name} in"));
    loops
        || command.calls.iter().any(|call| {
            let own = call
                .step
                .command
                .assignments
                .iter()
                .any(|assignment| assignment.name == name);
            let exported = call
                .arguments()
                .iter()
                .any(|word| word.leading().starts_with(&format!("{name}=")));
            own || exported || reads_in(call)
        })
}

/// `find` that deletes below a directory nobody named.
fn find(command: &Command<'_>, call: &Call<'_>, arguments: &[Word]) -> Option<Finding> {
    let deletes = arguments.iter().position(|word| word.is("-delete"));
    let runs_rm = arguments.windows(2).position(|pair| {
        matches!(pair, [exec, program] if matches!(exec.leading().as_ref(), "-exec" | "-execdir" | "-ok") && program.leading().ends_with("rm"))
    });
    let action = arguments.get(deletes.or(runs_rm)?)?;
    let start = arguments
        .iter()
        .find(|word| !matches!(word.leading().as_ref(), "-L" | "-H" | "-P"))?;
    let leading = start.leading();
    let nowhere = leading.starts_with(['-', '(', '!']);
    if !is_where_cron_starts(call) || !(nowhere || is_relative(start)) {
        return None;
    }
    let span = if nowhere {
        action.span.clone()
    } else {
        start.span.clone()
    };
    let message = "this deletes below the directory where the job starts, as a rule the user's home";
    Some(
        command
            .finding(&span, message)
            .help("name the directory: `find /path/to/it ...`"),
    )
}
