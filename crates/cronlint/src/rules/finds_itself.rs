use diagnostic::Severity;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C035",
    name: "finds-itself",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("finds_itself.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(itself).collect()
}

fn itself(command: &Command<'_>) -> Vec<Finding> {
    // The shell of a single command is replaced by that command, and is not there to be found.
    if command
        .calls
        .iter()
        .filter(|call| call.step.inside.is_empty())
        .count()
        < 2
    {
        return Vec::new();
    }
    command
        .calls
        .iter()
        .filter(|call| !call.step.elsewhere)
        .filter_map(|call| by_pattern(command, call))
        .collect()
}

fn by_pattern(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    let base = program.base();
    let whole_lines = match base {
        "pgrep" | "pkill" => {
            has_option(program.arguments, "f", &["full"]) && !has_option(program.arguments, "xP", &["exact"])
        }
        "grep" | "egrep" | "fgrep" => {
            follows_ps(call) && !has_option(program.arguments, "vE", &["invert-match"])
        }
        _ => return None,
    };
    let word = program
        .arguments
        .iter()
        .rev()
        .find(|word| !word.leading().starts_with('-'))?;
    let pattern = word.literal()?;
    let elsewhere_in_line = command.text().contains(pattern.as_ref());
    let special = pattern.contains(['[', '^', '\\', '*', '?', '(', '|', '$', '+']);
    if !whole_lines || special || !elsewhere_in_line || pattern.len() < 2 || drops_shell(command, call) {
        return None;
    }
    let effect = if base == "pkill" {
        "it also kills the shell that cron started for this line"
    } else {
        "it always finds the shell that cron started for this line"
    };
    let message = format!("`{pattern}` stands in the job's own command line: {effect}");
    let first = pattern.chars().next()?;
    let bracketed = format!("[{first}]{}", pattern.get(first.len_utf8()..)?);
    let finding = command.finding(&word.span, message).help(format!(
        "match the program's name (`{} -x NAME`), use a lock (`flock -n`), or write `'{bracketed}'`",
        if base == "pkill" { "pkill" } else { "pgrep" }
    ));
    let repeats = command.text().matches(pattern.as_ref()).count() > 1;
    Some(if repeats {
        finding
    } else {
        finding.unsafe_fix(
            format!("write `'{bracketed}'`"),
            vec![command.edit(&word.span, &format!("'{bracketed}'"))],
        )
    })
}

/// Whether the list of processes comes in, perhaps with lines taken out already.
fn follows_ps(call: &Call<'_>) -> bool {
    let before = call
        .step
        .pipeline
        .commands
        .get(..call.step.position)
        .unwrap_or_default();
    let mut names = before.iter().map(|command| {
        let word = command.as_simple().and_then(|simple| simple.words.first());
        word.map(|word| word.leading().into_owned()).unwrap_or_default()
    });
    names
        .next()
        .is_some_and(|name| name.rsplit('/').next() == Some("ps"))
        && names.all(|name| name.ends_with("grep"))
}

/// `ps | grep x | grep -v sh`: somebody has thought of it.
fn drops_shell(command: &Command<'_>, call: &Call<'_>) -> bool {
    let later = command
        .calls
        .iter()
        .filter(|other| std::ptr::eq(other.step.pipeline, call.step.pipeline));
    later
        .filter(|other| other.step.position > call.step.position)
        .any(|other| {
            let arguments = other.arguments();
            has_option(arguments, "v", &["invert-match"])
                && arguments.iter().any(|word| {
                    matches!(
                        word.leading().as_ref(),
                        "sh" | "/bin/sh" | "bash" | "sh -c" | "cron" | "CRON"
                    )
                })
        })
}
