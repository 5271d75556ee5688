use diagnostic::Severity;
use shell::{Part, PartKind};

use crate::command::{Call, Command};
use crate::paths::is_where_cron_starts;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C040",
    name: "glob-in-home",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("glob_in_home.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| glob(command, call)))
        .collect()
}

fn glob(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    if !matches!(
        program.base(),
        "rm" | "mv" | "shred" | "truncate" | "gzip" | "chmod" | "chown" | "rename"
    ) || !is_where_cron_starts(call)
    {
        return None;
    }
    let word = program.arguments.iter().find(|word| {
        let leading = word.leading();
        word.has_glob()
            && !leading.starts_with(['/', '~', '-'])
            && !matches!(
                word.parts.first(),
                Some(Part {
                    kind: PartKind::Tilde(_),
                    ..
                })
            )
            && word.variables().next().is_none()
    })?;
    let text = command.slice(&word.span);
    let message =
        format!("`{text}` is looked for in the directory where the job starts, as a rule the user's home");
    Some(
        command
            .finding(&word.span, message)
            .help("write the directory: `/path/to/it/...`, or `cd /path/to/it && ...`"),
    )
}
