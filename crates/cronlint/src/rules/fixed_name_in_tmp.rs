use diagnostic::Severity;
use shell::Word;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X004",
    name: "fixed-name-in-tmp",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("fixed_name_in_tmp.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let root = file.commands.iter().filter(|command| command.is_root());
    root.flat_map(|command| command.calls.iter().flat_map(move |call| files(command, call)))
        .collect()
}

fn files(command: &Command<'_>, call: &Call<'_>) -> Vec<Finding> {
    if call.step.elsewhere {
        return Vec::new();
    }
    let redirections = call
        .step
        .command
        .redirections
        .iter()
        .chain(call.step.around.iter().copied());
    let targets = redirections.filter_map(|redirection| redirection.output_file());
    let tee = call
        .program()
        .filter(|program| program.base() == "tee")
        .map_or(&[][..], |program| program.arguments);
    targets
        .chain(tee)
        .filter_map(|word| fixed(command, word))
        .collect()
}

fn fixed(command: &Command<'_>, word: &Word) -> Option<Finding> {
    let name = word.literal()?;
    let rest = ["/tmp/", "/var/tmp/", "/dev/shm/"]
        .iter()
        .find_map(|directory| name.strip_prefix(directory))?;
    // A directory below may be one that only root can write.
    (!rest.is_empty() && !rest.contains('/')).then(|| {
        command
            .finding(
                &word.span,
                format!("root writes `{name}`, a name that anybody can take first"),
            )
            .help("write below /var/log, /run or /root, or use `mktemp`")
    })
}
