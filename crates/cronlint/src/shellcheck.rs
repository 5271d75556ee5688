//! ShellCheck over the commands of a crontab and the repository's shell scripts that they run: one process a file.
//!
//! Each command becomes a file of its own in a temporary directory, below a line that names the shell; what ShellCheck
//! says of it is carried back to the crontab, past `\%` and all else that the daemon changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, Stdio};

use crontab::{Crontab, Entry};
use diagnostic::{Diagnostic, Severity};
use serde::Deserialize;

use crate::command::Command as Parsed;
use crate::files::named;
use crate::lint::Settings;
use crate::repository::State;
use crate::rule::{Finding, Job};
use crate::rules::shellcheck::RULE;

/// ShellCheck, ready to run.
#[derive(Debug)]
pub struct ShellCheck {
    program: &'static str,
}

/// What it may not know of a command alone: files that are read in, and variables that the crontab or the daemon sets.
const DISABLED: &str = "SC1090,SC1091,SC2154";

/// As many files as fit into one command line on every system.
const PORTION: usize = 2000;

#[derive(Debug, Deserialize)]
struct Answer {
    comments: Vec<Comment>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Comment {
    file: String,
    line: usize,
    end_line: usize,
    column: usize,
    end_column: usize,
    level: String,
    code: u32,
    message: String,
}

impl Comment {
    fn severity(&self) -> Severity {
        match &*self.level {
            "error" => Severity::Error,
            "warning" => Severity::Warning,
            "info" => Severity::Info,
            _ => Severity::Hint,
        }
    }
}

/// What is looked at: a command, or a script and who names it.
struct Subject<'t> {
    entry: &'t Entry<'t>,
    script: Option<NamedScript>,
}

struct NamedScript {
    path: String,
    /// The word in the crontab.
    word: diagnostic::Span,
    /// How many lines stand above its own.
    above: usize,
}

impl ShellCheck {
    /// The installed one, or why there is none.
    pub fn find() -> Result<ShellCheck, String> {
        let program = "shellcheck";
        let asked = Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .output();
        match asked {
            Ok(output) if output.status.success() => Ok(ShellCheck { program }),
            Ok(output) => Err(format!("`{program} --version` fails: {}", output.status)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(
                "ShellCheck is not installed, and --shellcheck does nothing (Debian: apt-get install shellcheck)".to_owned(),
            ),
            Err(error) => Err(format!("cannot run {program}: {error}")),
        }
    }

    /// What it finds in a crontab's commands and the scripts that they name.
    pub(crate) fn check(
        &self,
        crontab: &Crontab<'_>,
        jobs: &[Job<'_>],
        settings: &Settings<'_>,
    ) -> Result<Vec<Diagnostic>, String> {
        let cannot = |error: io::Error| format!("cannot run ShellCheck: {error}");
        let directory = tempfile::tempdir().map_err(cannot)?;
        let mut subjects: Vec<Subject<'_>> = Vec::new();
        let mut seen: BTreeSet<String> = BTreeSet::new();
        for job in jobs {
            let Some(shell) = dialect(job) else { continue };
            let text = format!(
                "# shellcheck shell={shell} disable={DISABLED}\n{}\n",
                job.command()
            );
            lay(directory.path(), subjects.len(), text.as_bytes()).map_err(cannot)?;
            subjects.push(Subject {
                entry: job.entry,
                script: None,
            });
            for (script, text) in scripts(job, settings) {
                if seen.insert(script.path.clone()) {
                    lay(directory.path(), subjects.len(), &text).map_err(cannot)?;
                    let script = Some(script);
                    subjects.push(Subject {
                        entry: job.entry,
                        script,
                    });
                }
            }
        }
        let mut found = Vec::new();
        for first in (0..subjects.len()).step_by(PORTION) {
            let names = (first..subjects.len().min(first + PORTION)).map(|index| format!("{index}.sh"));
            let comments = self.run(directory.path(), names.collect())?;
            found.extend(findings(crontab, &subjects, &comments));
        }
        Ok(found
            .into_iter()
            .map(|finding| finding.into_diagnostic(&RULE))
            .collect())
    }

    fn run(&self, directory: &Path, names: Vec<String>) -> Result<Vec<Comment>, String> {
        let mut command = Command::new(self.program);
        command.args(["--norc", "--format", "json1", "--"]).args(names);
        // The same answer on every machine.
        command
            .env_remove("SHELLCHECK_OPTS")
            .current_dir(directory)
            .stdin(Stdio::null());
        let output = command
            .output()
            .map_err(|error| format!("cannot run ShellCheck: {error}"))?;
        let answer: Result<Answer, _> = serde_json::from_slice(&output.stdout);
        answer.map(|answer| answer.comments).map_err(|_| {
            let said = String::from_utf8_lossy(&output.stderr);
            format!(
                "ShellCheck fails: {}",
                said.lines().next().unwrap_or("it says nothing")
            )
        })
    }
}

fn lay(directory: &Path, index: usize, text: &[u8]) -> io::Result<()> {
    fs::write(directory.join(format!("{index}.sh")), text)
}

/// ShellCheck's name for the shell that reads a job; none for others, and for commands that we cannot read either:
/// other rules tell of those.
fn dialect(job: &Job<'_>) -> Option<&'static str> {
    if job.whole.is_some() || !job.script.errors.is_empty() || crate::command::is_template(job.command()) {
        return None;
    }
    match job.shell().rsplit('/').next()? {
        "sh" | "dash" | "ash" | "cronwrap" => Some("dash"),
        "bash" | "rbash" => Some("bash"),
        "ksh" | "mksh" | "ksh93" => Some("ksh"),
        _ => None,
    }
}

/// The repository's shell scripts that a job names: each with its text.
fn scripts(job: &Job<'_>, settings: &Settings<'_>) -> Vec<(NamedScript, Vec<u8>)> {
    let Some(repository) = settings.repository else {
        return Vec::new();
    };
    let command = Parsed::new(job);
    let found = named(&command).into_iter().filter_map(|named| {
        let script = repository.script(settings.path, &named.path)?;
        let State::Present { mut text, .. } = script.state else {
            return None;
        };
        let first = host::first_line(&text).map(|line| String::from_utf8_lossy(line).into_owned());
        let shell = |name: &str| ["sh", "bash", "dash", "ksh"].contains(&name);
        match &first {
            Some(line) => {
                let asks = line.split(['/', ' ']).any(shell);
                asks.then_some(())?;
            }
            // The shell that reads it is the one that it is handed to.
            None => {
                let shell = named.by.filter(|by| shell(by))?;
                text.splice(
                    0..0,
                    format!("# shellcheck shell={shell} disable=SC2148\n").into_bytes(),
                );
            }
        }
        let script = NamedScript {
            path: script.path,
            word: command.place(&named.word.span),
            above: usize::from(first.is_none()),
        };
        Some((script, text))
    });
    found.collect()
}

fn findings(crontab: &Crontab<'_>, subjects: &[Subject<'_>], comments: &[Comment]) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut of_scripts: BTreeMap<usize, Vec<&Comment>> = BTreeMap::new();
    for comment in comments {
        let index = comment
            .file
            .strip_suffix(".sh")
            .and_then(|index| index.parse::<usize>().ok());
        let Some((index, subject)) = index.and_then(|index| Some((index, subjects.get(index)?))) else {
            continue;
        };
        match subject.script {
            None => found.push(of_command(crontab, subject.entry, comment)),
            Some(_) => of_scripts.entry(index).or_default().push(comment),
        }
    }
    for (index, comments) in of_scripts {
        if let Some(script) = &subjects[index].script {
            found.extend(of_script(script, &comments));
        }
    }
    found
}

/// The second line is the command; columns count characters.
fn of_command(crontab: &Crontab<'_>, entry: &Entry<'_>, comment: &Comment) -> Finding {
    let text = &*entry.command.text;
    let byte = |line: usize, column: usize| match line {
        0 | 1 => 0,
        2 => text
            .char_indices()
            .nth(column.saturating_sub(1))
            .map_or(text.len(), |(at, _)| at),
        _ => text.len(),
    };
    let start = byte(comment.line, comment.column);
    let end = byte(comment.end_line, comment.end_column).max(start);
    let place = entry.command.source(start..end);
    let place = place.start..place.end.min(crontab.text.len());
    Finding::new(place, format!("SC{}: {}", comment.code, comment.message))
        .severity(comment.severity())
        .note(format!("https://www.shellcheck.net/wiki/SC{}", comment.code))
}

fn of_script(script: &NamedScript, comments: &[&Comment]) -> Option<Finding> {
    let worst = comments.iter().map(|comment| comment.severity()).max()?;
    let count = match comments.len() {
        1 => "a finding".to_owned(),
        many => format!("{many} findings"),
    };
    let message = format!("ShellCheck has {count} in `{}` of this repository", script.path);
    let mut finding = Finding::new(script.word.clone(), message).severity(worst);
    for comment in comments {
        let line = comment.line.saturating_sub(script.above);
        let Comment {
            column,
            code,
            message,
            ..
        } = comment;
        finding = finding.note(format!("{}:{line}:{column}: SC{code}: {message}", script.path));
    }
    Some(finding)
}
