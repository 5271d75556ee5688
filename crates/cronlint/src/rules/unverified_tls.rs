use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X007",
    name: "unverified-tls",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("unverified_tls.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| unverified(command, call))
        })
        .collect()
}

fn unverified(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call.program()?;
    let arguments = program.arguments;
    let option = match program.base() {
        "curl" => arguments.iter().find(|word| {
            let text = word.leading();
            text == "--insecure"
                || text.starts_with('-') && !text.starts_with("--") && text.len() <= 6 && text.contains('k')
        })?,
        "wget" => arguments.iter().find(|word| word.is("--no-check-certificate"))?,
        "git" => arguments
            .iter()
            .find(|word| word.leading() == "http.sslVerify=false")?,
        _ => return None,
    };
    let local = arguments.iter().any(|word| {
        let text = command.slice(&word.span);
        ["localhost", "127.0.0.1", "[::1]", ".local"]
            .iter()
            .any(|host| text.contains(host))
    });
    (!local).then(|| {
        command
            .finding(&option.span, format!("`{}` talks to whoever answers: the certificate is not checked", option.leading()))
            .help("leave it out, or name the certificate's authority (`--cacert FILE`, `--ca-certificate=FILE`)")
    })
}
