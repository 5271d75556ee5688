use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C031",
    name: "sleep-arguments",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("sleep_arguments.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| sleep(command, call)))
        .collect()
}

fn sleep(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|program| program.base() == "sleep")?;
    let at = program
        .arguments
        .iter()
        .position(|word| word.literal().is_some_and(|text| !is_duration(&text)))?;
    let word = program.arguments.get(at).filter(|word| !word.is_quoted())?;
    let before = program.arguments.get(at.checked_sub(1)?)?;
    let text = word.leading();
    let message = format!("`sleep` takes `{text}` for a time and fails: nothing else runs");
    let finding = command.finding(&word.span, message);
    let begins_command = text.contains('/')
        || text.len() > 1
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if !begins_command {
        return Some(finding.help("write the time without a blank, such as `15m`"));
    }
    let end = before.span.end;
    let edit = command.edit(&(end..end), " &&");
    Some(
        finding
            .help("write `sleep 15 && command`")
            .fix("put `&&` in between", vec![edit]),
    )
}

/// What `sleep` takes: a number, perhaps with a fraction and a unit.
fn is_duration(text: &str) -> bool {
    let number = text.trim_end_matches(['s', 'm', 'h', 'd']);
    text.starts_with('-')
        || text == "infinity"
        || text.len() - number.len() <= 1 && number.parse::<f64>().is_ok()
}
