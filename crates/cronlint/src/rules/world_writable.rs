use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X008",
    name: "world-writable",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("world_writable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| open(command, call)))
        .collect()
}

fn open(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program().filter(|_| !call.step.elsewhere)?;
    let mode = match program.base() {
        "chmod" | "install" | "mkdir" => program
            .arguments
            .iter()
            .find(|word| word.literal().is_some_and(|text| opens(&text)))?,
        "umask" => program.arguments.first().filter(|word| {
            word.literal()
                .is_some_and(|text| !text.is_empty() && text.bytes().all(|byte| byte == b'0'))
        })?,
        _ => return None,
    };
    let named = matches!(program.base(), "chmod" | "umask")
        || program
            .arguments
            .windows(2)
            .any(|pair| matches!(pair, [option, value] if option.is("-m") && value.span == mode.span));
    let devices = program
        .arguments
        .iter()
        .any(|word| word.leading().starts_with("/dev/"));
    (named && !devices).then(|| {
        let text = mode.leading();
        command
            .finding(
                &mode.span,
                format!("`{text}` lets every user of the machine write there"),
            )
            .help("give the file to the user or group who needs it: `chown`, `chmod g+w`")
    })
}

/// Whether a mode gives everybody the right to write, without the sticky bit.
fn opens(mode: &str) -> bool {
    let octal = mode.len() >= 3 && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte));
    if octal {
        let sticky = mode.len() == 4 && mode.starts_with(['1', '3', '5', '7']);
        return !sticky && mode.ends_with(['2', '3', '6', '7']);
    }
    mode.split(',').any(|clause| {
        let at = clause.find(['+', '=']);
        at.is_some_and(|at| {
            let (who, what) = clause.split_at(at);
            (who.is_empty() || who.contains(['o', 'a']))
                && who.bytes().all(|byte| b"ugoa".contains(&byte))
                && what.contains('w')
                && !who.is_empty()
        })
    })
}
