use std::path::Path;

use diagnostic::Severity;
use host::first_line;

use crate::command::Command;
use crate::files::{Named, named};
use crate::repository::State;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C021",
    name: "wrong-interpreter",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("wrong_interpreter.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.live.is_none() && file.repository.is_none() {
        return Vec::new();
    }
    file.commands
        .iter()
        .flat_map(|command| look(file, command))
        .collect()
}

fn look(file: &File<'_>, command: &Command<'_>) -> Vec<Finding> {
    let wrong = named(command).into_iter().filter_map(|named| {
        let start = start(file, &named)?;
        let shown = command.slice(&named.word.span);
        let by = named.by.map_or("", family);
        match (interpreter(&start), by) {
            (Some(asked), by) if !by.is_empty() && !serves(by, family(&asked)) => {
                let message = format!("`{shown}` asks for `{asked}` in its first line, and `{by}` reads it");
                let finding = command.finding(&named.word.span, message);
                let other = by != "sh" || !is_shell(family(&asked));
                let finding = if other {
                    finding.severity(Severity::Error)
                } else {
                    finding
                };
                Some(finding.help(format!("run it directly, or with `{asked}`")))
            }
            (None, "") if is_script(&start) => {
                let message =
                    format!("`{shown}` has no first line that says who reads it, such as `#!/bin/sh`");
                Some(command.finding(&named.word.span, message).note(
                    "a shell that cannot start a file reads it itself; flock, timeout or cronwrap do not",
                ))
            }
            _ => None,
        }
    });
    wrong.collect()
}

/// The first bytes of the file, from the repository or the machine.
fn start(file: &File<'_>, named: &Named<'_, '_>) -> Option<Vec<u8>> {
    let script = file
        .repository
        .and_then(|repository| repository.script(file.path, &named.path));
    match script.map(|script| script.state) {
        Some(State::Present { text, .. }) => Some(text),
        Some(_) => None,
        None => file.live?.read(Path::new(&named.path), 512).ok(),
    }
}

/// The program that a script asks for: of `#!/usr/bin/env -S python3 -u`, `python3`.
fn interpreter(start: &[u8]) -> Option<String> {
    let line = String::from_utf8_lossy(first_line(start)?).into_owned();
    let mut words = line.split_ascii_whitespace();
    let base = |word: &str| word.rsplit('/').next().unwrap_or(word).to_owned();
    let first = base(words.next()?);
    if first != "env" {
        return Some(first);
    }
    words
        .find(|word| !word.starts_with('-') && !word.contains('='))
        .map(base)
}

/// The name without its version, and one name for programs that read the same language.
fn family(base: &str) -> &str {
    let plain = base.trim_end_matches(|letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-'));
    match plain {
        "dash" | "ash" => "sh",
        "nodejs" => "node",
        plain => plain,
    }
}

fn is_shell(family: &str) -> bool {
    matches!(family, "sh" | "bash" | "ksh" | "mksh" | "zsh")
}

/// Whether a program reads scripts that ask for another: bash and its kin read what is written for sh.
fn serves(by: &str, asked: &str) -> bool {
    by == asked
        || is_shell(by) && asked == "sh"
        || !is_known(by)
        || !is_known(asked)
        || matches!(by, "." | "source")
}

fn is_known(family: &str) -> bool {
    is_shell(family)
        || matches!(
            family,
            "python" | "perl" | "ruby" | "php" | "node" | "Rscript" | "lua" | "tclsh"
        )
}

/// Text without a first line that says who reads it; programs begin with other bytes.
fn is_script(start: &[u8]) -> bool {
    first_line(start).is_none() && !start.is_empty() && !start.iter().take(512).any(|&byte| byte == 0)
}
