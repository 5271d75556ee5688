use diagnostic::{Severity, Span};

use crate::command::{Call, Command, has_option};
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X011",
    name: "persistence",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("persistence.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| persistence(command, call))
        })
        .collect()
}

/// Names of programs that mine money, and of families that run them.
const MINERS: &[&str] = &[
    "xmrig",
    "minerd",
    "cpuminer",
    "kinsing",
    "kdevtmpfsi",
    "xmr-stak",
    "kthreaddk",
    "sysrv",
];

fn persistence(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let (span, what) = decoded(call)
        .or_else(|| hidden(command, call))
        .or_else(|| miner(call))?;
    Some(
        command
            .finding(
                &span,
                format!("{what}: this is how intruders keep their programs running"),
            )
            .help("find out who wrote this line, before you remove it"),
    )
}

/// `base64 -d | sh`
fn decoded(call: &Call<'_>) -> Option<(Span, &'static str)> {
    let program = call.program()?;
    let decodes = matches!(program.base(), "base64" | "openssl" | "xxd")
        && has_option(program.arguments, "dDr", &["decode"]);
    let run = call
        .step
        .pipeline
        .commands
        .iter()
        .skip(call.step.position + 1)
        .any(|next| {
            next.as_simple()
                .and_then(shell::SimpleCommand::program)
                .is_some_and(|program| {
                    shell::is_shell(program.base()) || matches!(program.base(), "python" | "python3" | "perl")
                })
        });
    (decodes && run).then(|| (call.span().clone(), "a hidden text is decoded and run"))
}

/// A program in memory or in a hidden directory of a place where anybody can write.
fn hidden(command: &Command<'_>, call: &Call<'_>) -> Option<(Span, &'static str)> {
    let program = call.program()?;
    let script = script(program.base(), program.arguments);
    let mut words = [Some(program.word), script].into_iter().flatten();
    words.find_map(|word| {
        let path = command.slice(&word.span);
        let open = ["/tmp/", "/var/tmp/", "/dev/shm/"]
            .iter()
            .any(|directory| path.starts_with(directory));
        let what = if path.starts_with("/dev/shm/") {
            "a program is run from shared memory"
        } else if open && path.contains("/.") {
            "a program is run from a hidden place in a directory of everybody's"
        } else {
            return None;
        };
        Some((word.span.clone(), what))
    })
}

fn miner(call: &Call<'_>) -> Option<(Span, &'static str)> {
    let program = call.program()?;
    MINERS
        .contains(&program.base())
        .then(|| (program.word.span.clone(), "this program mines money"))
}
