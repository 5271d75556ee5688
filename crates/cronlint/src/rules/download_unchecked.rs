use diagnostic::Severity;

use crate::command::{Call, Command, has_option};
use crate::paths::is_where_cron_starts;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C037",
    name: "download-unchecked",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("download_unchecked.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| download(command, call))
        })
        .collect()
}

fn download(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call
        .program()
        .filter(|program| matches!(program.base(), "wget" | "curl") && !call.step.elsewhere)?;
    let arguments = program.arguments;
    let span = &program.word.span;
    let url = arguments
        .iter()
        .find(|word| is_url(&word.leading()) || is_url(word.trailing().trim_start()))?;
    match program.base() {
        "wget" => {
            let placed = has_option(
                arguments,
                "OPicrmN",
                &[
                    "output-document",
                    "directory-prefix",
                    "spider",
                    "input-file",
                    "delete-after",
                    "recursive",
                    "mirror",
                ],
            );
            let here = is_where_cron_starts(call) && !placed;
            here.then(|| {
                let name = command.slice(&url.span);
                command
                    .finding(span, "`wget` leaves a file in the home directory at each run")
                    .note(format!(
                        "a further copy of {name} with a number is written each time"
                    ))
                    .help("write `-q -O /dev/null` to call a page, or `-O FILE` to keep it")
            })
        }
        "curl" => {
            let checks = has_option(
                arguments,
                "fwIi",
                &[
                    "fail",
                    "fail-with-body",
                    "fail-early",
                    "write-out",
                    "head",
                    "include",
                ],
            );
            let piped = call.step.position + 1 < call.step.pipeline.commands.len();
            let last = call.step.followed_by.is_none() && !call.step.substituted;
            (!checks && !piped && last).then(|| {
                command
                    .finding(span, "`curl` succeeds when the server answers with an error")
                    .help("write `curl -fsS`: it fails then, and prints nothing but errors")
                    .severity(Severity::Hint)
            })
        }
        _ => None,
    }
}

fn is_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://") || text.starts_with("ftp://")
}
