use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C041",
    name: "user-service-without-bus",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("user_service_without_bus.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| user(command, call)))
        .collect()
}

fn user(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|program| {
        matches!(
            program.base(),
            "systemctl" | "systemd-run" | "busctl" | "loginctl"
        )
    })?;
    let option = program.arguments.iter().find(|word| word.is("--user"))?;
    let names = ["XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"];
    let set = names
        .iter()
        .any(|name| command.crontab_sets(name) || command.text().contains(&format!("{name}=")));
    let machine = program
        .arguments
        .iter()
        .any(|word| word.leading().starts_with("--machine") || word.is("-M"));
    let sourced = command
        .calls
        .iter()
        .any(|call| matches!(call.name(), "." | "source" | "eval"));
    (!set && !machine && !sourced && !call.step.elsewhere).then(|| {
        command
            .finding(&option.span, "`--user` does not find the user's service manager: a job has no XDG_RUNTIME_DIR")
            .help("write `XDG_RUNTIME_DIR=/run/user/$(id -u)` in front, and `loginctl enable-linger` for times without a login")
    })
}
