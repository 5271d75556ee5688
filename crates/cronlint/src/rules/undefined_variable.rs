use std::collections::HashSet;

use diagnostic::{Severity, Span};
use shell::{Change, Value, Variable, Word};

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C028",
    name: "undefined-variable",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("undefined_variable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(undefined).collect()
}

fn undefined(command: &Command<'_>) -> Vec<Finding> {
    if !command.text().contains('$') {
        return Vec::new();
    }
    let assigned = assigned(command);
    let unknown = command
        .calls
        .iter()
        .filter(|call| matches!(call.name(), "." | "source" | "eval"));
    // What is read in may set anything; what stands before it is as it is.
    let limit = unknown.map(|call| call.span().start).min().unwrap_or(usize::MAX);
    let mut uses: Vec<(&Variable, Vec<Span>)> = Vec::new();
    for call in command
        .calls
        .iter()
        .filter(|call| call.span().start <= limit && !call.step.elsewhere)
    {
        let expanded = call.step.inside.iter().any(|inner| inner.expanded);
        for word in words(call) {
            for (variable, part) in word.variables() {
                // Inside `bash -c "..."` the outer shell has put its values in, and reports them itself.
                let named = !expanded || command.slice(&part.span).starts_with('\\');
                if named && is_undefined(command, call, variable, &assigned) {
                    let place = part.span.clone();
                    match uses.iter_mut().find(|(known, _)| known.name == variable.name) {
                        Some((_, places)) if places.contains(&place) => {}
                        Some((_, places)) => places.push(place),
                        None => uses.push((variable, vec![place])),
                    }
                }
            }
        }
    }
    uses.into_iter()
        .filter_map(|(variable, places)| finding(command, &variable.name, &places))
        .collect()
}

fn words<'c>(call: &'c Call<'_>) -> impl Iterator<Item = &'c Word> {
    let simple = call.step.command;
    let values = simple
        .assignments
        .iter()
        .filter_map(|assignment| match &assignment.value {
            Value::Word(word) => Some(word),
            Value::Array(_) => None,
        });
    let targets = simple.redirections.iter().map(|redirection| &redirection.target);
    values.chain(&simple.words).chain(targets)
}

fn is_undefined(
    command: &Command<'_>,
    call: &Call<'_>,
    variable: &Variable,
    assigned: &HashSet<String>,
) -> bool {
    let name = variable.name.as_str();
    let plain = matches!(
        variable.change,
        Change::None | Change::Length | Change::Trim(_) | Change::Substring | Change::Replace
    );
    let ordinary = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && name != "_";
    let nobody = matches!(command.job.environment.get(name), crontab::Value::Unset);
    plain && ordinary && nobody && !assigned.contains(name) && !SHELL.contains(&name) && !is_bash(call, name)
}

/// Variables that every shell sets.
const SHELL: &[&str] = &[
    "PWD", "OLDPWD", "PPID", "IFS", "OPTIND", "OPTARG", "PS1", "PS2", "PS4", "HOME", "LOGNAME", "SHELL",
    "PATH",
];

/// Variables that bash sets; under dash another rule names them.
fn is_bash(_call: &Call<'_>, name: &str) -> bool {
    name.starts_with("BASH") || BASH.contains(&name)
}

const BASH: &[&str] = &[
    "RANDOM",
    "SECONDS",
    "HOSTNAME",
    "UID",
    "EUID",
    "OSTYPE",
    "MACHTYPE",
    "HOSTTYPE",
    "PIPESTATUS",
    "FUNCNAME",
    "LINENO",
    "SHLVL",
    "SHELLOPTS",
    "REPLY",
    "GROUPS",
    "DIRSTACK",
    "EPOCHSECONDS",
    "EPOCHREALTIME",
    "SRANDOM",
    "COMP_WORDS",
];

/// The variables that the command itself sets, wherever that is.
fn assigned(command: &Command<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for call in &command.calls {
        names.extend(
            call.step
                .command
                .assignments
                .iter()
                .map(|assignment| assignment.name.clone()),
        );
        // `export A=b`, `read a b`, `env A=b`: every argument that begins as an assignment or is a name.
        let takes_names = matches!(
            call.name(),
            "export"
                | "read"
                | "declare"
                | "typeset"
                | "local"
                | "readonly"
                | "getopts"
                | "let"
                | "printf"
                | "mapfile"
                | "readarray"
                | "env"
        );
        let arguments = call.step.command.words.iter().skip(1).map(Word::leading);
        names.extend(
            arguments
                .filter(|text| takes_names || text.contains('='))
                .map(|text| text.split(['=', '+']).next().unwrap_or_default().to_owned()),
        );
        for (variable, _) in words(call).flat_map(Word::variables) {
            if matches!(variable.change, Change::Assign(_)) {
                names.insert(variable.name.clone());
            }
        }
    }
    names.extend(command.names.iter().map(|&name| name.to_owned()));
    names
}

fn finding(command: &Command<'_>, name: &str, places: &[Span]) -> Option<Finding> {
    let (first, others) = places.split_first()?;
    let mut finding = command.finding(first, format!("nobody sets `{name}`: it is empty in a job"));
    for place in others.iter().take(5) {
        finding = finding.related(command.place(place), "and here");
    }
    if name != "USER" {
        return Some(
            finding
                .note("a job does not have your terminal's variables, nor those of a container's ENV")
                .help(format!(
                    "put `{name}=...` above the entry, or `${{{name}:-default}}` if it may be empty"
                )),
        );
    }
    let edits: Option<Vec<_>> = places
        .iter()
        .map(|place| match command.slice(place) {
            "$USER" => Some(command.edit(place, "$LOGNAME")),
            "${USER}" => Some(command.edit(place, "${LOGNAME}")),
            _ => None,
        })
        .collect();
    let finding = finding
        .note("Debian's cron sets LOGNAME, HOME, SHELL and PATH, and no USER")
        .help("write `$LOGNAME`");
    Some(match edits {
        Some(edits) => finding.fix("write `$LOGNAME`", edits),
        None => finding,
    })
}
