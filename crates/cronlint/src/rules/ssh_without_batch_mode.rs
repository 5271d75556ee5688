use diagnostic::Severity;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C026",
    name: "ssh-without-batch-mode",
    severity: Severity::Hint,
    confidence: Confidence::Low,
    looks_at: LooksAt::Commands,
    explanation: include_str!("ssh_without_batch_mode.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| ssh(command, call)))
        .collect()
}

fn ssh(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    let arguments = program.arguments;
    let remote = match program.base() {
        "ssh" | "sftp" => !arguments.is_empty(),
        "scp" | "rsync" => arguments.iter().any(|word| is_remote(&word.leading())),
        _ => return None,
    };
    let text = command.slice(call.span());
    let settled = text.contains("BatchMode")
        || text.contains("sshpass")
        || text.contains(" -i ")
        || has_option(arguments, "iF", &["rsh", "password-file"]);
    (remote && !settled && !call.step.elsewhere).then(|| {
        command
            .finding(&program.word.span, "a key with a pass phrase or an unknown host key makes this fail: there is no agent and nobody to ask")
            .help("name a key for this job (`-i FILE`) and write `-o BatchMode=yes`, so that it fails at once and says why")
    })
}

/// `host:path`, but not a local path or a module of an rsync daemon.
fn is_remote(text: &str) -> bool {
    let Some((host, rest)) = text.split_once(':') else {
        return false;
    };
    !host.is_empty()
        && !host.contains('/')
        && !rest.starts_with(':')
        && !rest.starts_with("//")
        && !host.starts_with('-')
}
