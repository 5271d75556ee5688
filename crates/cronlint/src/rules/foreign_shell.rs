use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C043",
    name: "foreign-shell",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("foreign_shell.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| foreign(command, call))
        })
        .collect()
}

/// The verbs with which PowerShell's commands begin.
const VERBS: &[&str] = &[
    "Add",
    "Clear",
    "Compare",
    "ConvertFrom",
    "ConvertTo",
    "Convert",
    "Copy",
    "Export",
    "ForEach",
    "Format",
    "Get",
    "Import",
    "Invoke",
    "Measure",
    "Move",
    "New",
    "Out",
    "Remove",
    "Rename",
    "Restart",
    "Select",
    "Send",
    "Set",
    "Sort",
    "Start",
    "Stop",
    "Tee",
    "Test",
    "Update",
    "Where",
    "Write",
];

/// Windows' own shells.
pub(super) const WINDOWS: &[&str] = &["cmd", "cmd.exe", "powershell", "powershell.exe"];

/// Whether a name is one of PowerShell's commands: a verb, a dash and a noun.
pub(super) fn is_cmdlet(name: &str) -> bool {
    name.split_once('-').is_some_and(|(verb, noun)| {
        VERBS.contains(&verb)
            && noun.starts_with(|c: char| c.is_ascii_uppercase())
            && noun.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn foreign(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|_| !call.step.elsewhere)?;
    let span = &program.word.span;
    if is_cmdlet(program.name.as_deref().unwrap_or_default()) {
        let name = program.base();
        let message = format!("`{name}` is a command of PowerShell's, and cron's shell is not PowerShell");
        let help = match name {
            "Out-File" => "redirect: `> FILE`, or `>> FILE` for `-Append`",
            "Tee-Object" => "write `tee FILE`",
            "Write-Host" | "Write-Output" => "write `echo`",
            _ => "put all of it into one argument: `pwsh -c '...'`",
        };
        return Some(command.finding(span, message).help(help));
    }
    let text = command.slice(span);
    let drive = text.len() > 3
        && text.is_char_boundary(1)
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.get(1..3) == Some(":\\");
    let quoted_drive = text.trim_start_matches('"').get(1..3) == Some(":\\");
    let windows = matches!(
        program.base(),
        "cmd" | "cmd.exe" | "powershell" | "powershell.exe"
    );
    let batch = [".bat", ".cmd"]
        .iter()
        .any(|end| text.to_ascii_lowercase().ends_with(end));
    (drive || quoted_drive || batch || windows).then(|| {
        command
            .finding(span, format!("`{text}` is a program for Windows"))
            .help("name a program of this system; for Windows there is the Task Scheduler")
    })
}
