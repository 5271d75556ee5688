use std::path::Path;

use diagnostic::Severity;
use host::{Machine, first_line};
use shell::Word;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F036",
    name: "skipped-by-run-parts",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("skipped_by_run_parts.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(machine) = file.live else {
        return Vec::new();
    };
    // cronie's package brings a run-parts of its own, which takes nearly any name.
    let any_name = file.crontab.daemon.name == "cronie";
    let mut found = Vec::new();
    for command in file.commands {
        for call in command.calls.iter().filter(|call| !call.step.elsewhere) {
            if let Some((word, directory)) = directory(call) {
                let any_name = any_name || has_pattern(call);
                found.extend(look(machine, command, word, &directory, any_name));
            }
        }
    }
    found
}

/// The directory whose programs a call of run-parts runs.
fn directory<'c>(call: &Call<'c>) -> Option<(&'c Word, String)> {
    if call.base() != "run-parts" {
        return None;
    }
    let only_shows = |word: &Word| matches!(&*word.leading(), "--test" | "--list");
    let arguments = call.arguments();
    let word = arguments.last()?;
    let path = word.literal()?;
    (path.starts_with('/') && !arguments.iter().any(only_shows)).then(|| (word, path.into_owned()))
}

/// Whether it takes other names than those that it takes by itself.
fn has_pattern(call: &Call<'_>) -> bool {
    let pattern = |word: &Word| word.leading().starts_with("--regex") || word.leading() == "--lsbsysinit";
    call.arguments().iter().any(pattern)
}

fn look(
    machine: &Machine,
    command: &Command<'_>,
    word: &Word,
    directory: &str,
    any_name: bool,
) -> Vec<Finding> {
    let trouble = |name: &String| trouble(machine, directory, name, any_name);
    let troubles = machine.names(directory).into_iter();
    troubles
        .filter_map(|name| trouble(&name).map(|(what, cure)| (format!("{directory}/{name}"), what, cure)))
        .map(|(path, what, cure)| {
            let message = format!("`{path}` does not run: {what}");
            command.finding(&word.span, message).help(cure)
        })
        .collect()
}

/// Why run-parts of Debian (5.7, measured) does not run what is meant as a program, and the cure.
fn trouble(machine: &Machine, directory: &str, name: &str, any_name: bool) -> Option<(String, String)> {
    let path = Path::new(directory).join(name);
    if is_left_behind(name) {
        return None;
    }
    let Ok(state) = machine.state(&path) else {
        let broken = machine.link_state(&path).is_ok_and(|state| state.link);
        return broken.then(|| {
            (
                "the link leads nowhere".to_owned(),
                "remove the link, or mend it".to_owned(),
            )
        });
    };
    let start = machine.read(&path, 512).ok()?;
    let is_script = first_line(&start).is_some();
    let executable = state.is_executable();
    // A README and its like.
    if !state.regular || !(executable || is_script) {
        return None;
    }
    let path = path.display();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !any_name && !name.bytes().all(is_plain) {
        let better = better_name(name);
        let why = "run-parts passes over names with other characters than letters, digits, `_` and `-`";
        return Some((why.to_owned(), format!("mv {path} {directory}/{better}")));
    }
    if !executable {
        let why = "run-parts passes over it, as it is not executable";
        return Some((why.to_owned(), format!("chmod +x {path}")));
    }
    if !is_script
        && start
            .iter()
            .all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..))
    {
        let why = "it does not begin with `#!`, so that the kernel does not start it (\"Exec format error\")";
        return Some((
            why.to_owned(),
            "begin it with `#!/bin/sh`, or with what is to read it".to_owned(),
        ));
    }
    let why = machine.script_trouble(path.to_string().as_ref())?;
    Some((why, "correct its first line".to_owned()))
}

/// What a package manager, an editor or somebody who switched it off left there, and `.placeholder`.
fn is_left_behind(name: &str) -> bool {
    const ENDS: &[&str] = &[
        "~",
        ".bak",
        ".disabled",
        ".dpkg-bak",
        ".dpkg-dist",
        ".dpkg-new",
        ".dpkg-old",
        ".dpkg-tmp",
        ".off",
        ".old",
        ".orig",
        ".rpmnew",
        ".rpmorig",
        ".rpmsave",
        ".save",
        ".swp",
        ".ucf-dist",
        ".ucf-old",
    ];
    name.starts_with('.') || ENDS.iter().any(|end| name.ends_with(end))
}

/// `backup.sh` is `backup`, `my.job` is `my-job`.
fn better_name(name: &str) -> String {
    let stem = [".sh", ".bash", ".py", ".pl", ".rb", ".php", ".cron"]
        .iter()
        .find_map(|end| name.strip_suffix(end))
        .unwrap_or(name);
    let plain = |c: char| {
        if c.is_ascii_alphanumeric() || c == '_' {
            c
        } else {
            '-'
        }
    };
    stem.chars().map(plain).collect()
}
