use std::io::ErrorKind;
use std::path::Path;

use diagnostic::Severity;
use host::{CARRIAGE_RETURN, Machine, first_line};

use crate::command::Command;
use crate::files::{Named, is_asked, named};
use crate::repository::State;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C020",
    name: "missing-file",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("missing_file.md"),
    check,
};

/// What is wrong with a file, and the cure where it is not plain.
struct Trouble {
    what: String,
    cure: Option<String>,
}

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.live.is_none() && file.repository.is_none() {
        return Vec::new();
    }
    let commands = file.commands.iter().filter(|command| !is_asked(command));
    commands.flat_map(|command| look(file, command)).collect()
}

fn look(file: &File<'_>, command: &Command<'_>) -> Vec<Finding> {
    let troubled = named(command).into_iter().filter_map(|named| {
        let here = |machine| on_machine(machine, command, &named);
        let trouble = in_repository(file, &named).or_else(|| file.live.and_then(here))?;
        let shown = command.slice(&named.word.span);
        let finding = command.finding(&named.word.span, format!("`{shown}` {}", trouble.what));
        Some(match trouble.cure {
            Some(cure) => finding.help(cure),
            None => finding,
        })
    });
    troubled.collect()
}

fn trouble(what: impl Into<String>, cure: Option<String>) -> Option<Trouble> {
    let what = what.into();
    Some(Trouble { what, cure })
}

fn in_repository(file: &File<'_>, named: &Named<'_, '_>) -> Option<Trouble> {
    let script = file.repository?.script(file.path, &named.path)?;
    let path = &script.path;
    match script.state {
        State::Unknown => None,
        State::Missing => trouble(
            format!("is `{path}` of this repository, which does not exist"),
            Some("correct the path, or `git add` the file".to_owned()),
        ),
        State::Present { executable, .. } if named.by.is_none() && executable == Some(false) => trouble(
            format!("is `{path}` of this repository, which git does not have as executable"),
            Some(format!("git update-index --chmod=+x {path}")),
        ),
        State::Present { text, .. } => {
            let first = first_line(&text).filter(|_| named.by.is_none());
            first.filter(|line| line.ends_with(b"\r"))?;
            trouble(
                format!("is `{path}` of this repository: {CARRIAGE_RETURN}"),
                Some(format!(
                    "give it Unix line ends, and write `{path} text eol=lf` into .gitattributes"
                )),
            )
        }
    }
}

fn on_machine(machine: &Machine, command: &Command<'_>, named: &Named<'_, '_>) -> Option<Trouble> {
    let path = Path::new(&named.path);
    let runs = named.by.is_none();
    let state = match machine.state(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return trouble("does not exist on this machine", None);
        }
        state => state.ok()?,
    };
    if !state.regular {
        return runs.then(|| trouble("is no file", None)).flatten();
    }
    if runs && !state.is_executable() {
        return trouble("is not executable", Some(format!("chmod +x {}", named.path)));
    }
    let account = command
        .job
        .account()
        .and_then(|name| machine.account(name).ok().flatten());
    if let Some(account) = account
        && let Some(part) = machine.refuses(&account, path, if runs { 1 } else { 4 })
    {
        let what = match (part == named.path, runs) {
            (true, true) => format!("may not be run by `{}`", account.name),
            (true, false) => format!("may not be read by `{}`", account.name),
            (false, _) => format!(
                "cannot be reached by `{}`, which may not enter `{part}`",
                account.name
            ),
        };
        return trouble(
            what,
            Some(format!(
                "change its mode or owner, or run the job as another account than `{}`",
                account.name
            )),
        );
    }
    let reason = runs.then(|| machine.script_trouble(path)).flatten()?;
    trouble(format!("does not start: {reason}"), None)
}
