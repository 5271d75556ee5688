use diagnostic::{Severity, Span};
use shell::{Part, PartKind, Word};

use crate::command::{Call, Command};
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X002",
    name: "download-to-shell",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("download_to_shell.md"),
    check,
};

const DOWNLOADS: &[&str] = &["curl", "wget", "fetch", "lynx", "aria2c"];
const SHELLS: &[&str] = &["python", "python2", "python3", "perl", "ruby", "node", "php"];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| command.calls.iter().filter_map(move |call| runs(command, call)))
        .collect()
}

fn runs(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let program = call
        .program()
        .filter(|program| DOWNLOADS.contains(&program.base()))?;
    let piped = call
        .step
        .pipeline
        .commands
        .iter()
        .skip(call.step.position + 1)
        .any(|next| {
            let Some(simple) = next.as_simple() else {
                return false;
            };
            simple.program().is_some_and(|program| {
                let scripts = SHELLS.contains(&program.base())
                    && program
                        .arguments
                        .iter()
                        .all(|word| word.is("-") || word.leading().starts_with("-u"));
                let base = program.base();
                scripts
                    || shell::is_shell(base)
                        && script(base, program.arguments).is_none()
                        && program.arguments.iter().all(|word| !word.is("-c"))
            })
        });
    // `sh -c "$(curl ...)"`, `eval "$(curl ...)"`, `bash <(curl ...)`: the text comes out of a word of another call.
    let substituted = call.step.substituted
        && command.calls.iter().any(|outer| {
            let around = outer.span().start < call.span().start && call.span().end < outer.span().end;
            let base = outer.base();
            let whole = outer.arguments().iter().any(|word| is_only(word, call.span()));
            around && whole && (shell::is_shell(base) || matches!(base, "eval" | "." | "source"))
        });
    (piped || substituted).then(|| {
        let message = format!(
            "what `{}` fetches is run unseen, whoever has put it there",
            program.base()
        );
        command
            .finding(call.span(), message)
            .help("fetch it once, read it, and run the copy; or compare a checksum before it runs")
    })
}

/// Whether the word is nothing but the substitution around a place.
fn is_only(word: &Word, inner: &Span) -> bool {
    let part = match &word.parts[..] {
        [
            Part {
                kind: PartKind::DoubleQuoted { parts, .. },
                ..
            },
        ] => parts.first(),
        parts => parts.first(),
    };
    part.is_some_and(|part| {
        matches!(
            part.kind,
            PartKind::Substitution { .. } | PartKind::Process { .. }
        ) && part.span.start <= inner.start
            && inner.end <= part.span.end
    })
}
