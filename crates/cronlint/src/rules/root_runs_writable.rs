use diagnostic::Severity;
use shell::{Directory, Word};

use crate::command::{Call, Command};
use crate::paths::script;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X003",
    name: "root-runs-writable",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("root_runs_writable.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let root = file.commands.iter().filter(|command| command.is_root());
    root.flat_map(|command| command.calls.iter().flat_map(move |call| runs(command, call)))
        .collect()
}

fn runs(command: &Command<'_>, call: &Call<'_>) -> Vec<Finding> {
    if call.step.elsewhere {
        return Vec::new();
    }
    let own = call
        .programs
        .iter()
        .filter(|program| !program.switches_user() && !program.is_elsewhere());
    own.filter_map(|program| {
        let script = script(program.base(), program.arguments);
        [Some(program.word), script]
            .into_iter()
            .flatten()
            .find_map(|word| writable(command, call, word))
    })
    .collect()
}

fn writable(command: &Command<'_>, call: &Call<'_>, word: &Word) -> Option<Finding> {
    let leading = word.leading();
    let (path, shown) = match call.step.directory {
        // `cd /home/x && ./y`
        Directory::Chosen(directory)
            if leading.starts_with("./") || leading.contains('/') && !leading.starts_with('/') =>
        {
            (
                format!("{}/{leading}", directory.leading()),
                command.slice(&word.span),
            )
        }
        _ => (leading.into_owned(), command.slice(&word.span)),
    };
    let others = others(&path)?;
    let message = format!("root runs `{shown}`, which {others}");
    let finding = command
        .finding(&word.span, message)
        .help("keep what root runs in a directory that only root can write, such as /usr/local/sbin");
    Some(if others == ANYBODY {
        finding.severity(Severity::Error)
    } else {
        finding
    })
}

const ANYBODY: &str = "anybody on the machine can put there";

/// Who else can write a path, as far as it tells.
fn others(path: &str) -> Option<&'static str> {
    let below = |directory: &str| {
        path.strip_prefix(directory)
            .is_some_and(|rest| rest.starts_with('/') && rest.len() > 1)
    };
    if ["/tmp", "/var/tmp", "/dev/shm"].into_iter().any(below) {
        Some(ANYBODY)
    } else if path.strip_prefix("/home/").is_some_and(|rest| rest.contains('/')) {
        Some("the owner of that home can change")
    } else if ["/var/www", "/srv/www", "/usr/share/nginx/html"]
        .into_iter()
        .any(below)
    {
        Some("the web server's user can change, as a rule")
    } else if ["/media", "/mnt", "/run/media"].into_iter().any(below) {
        Some("lies on a disk that others may mount or write")
    } else {
        None
    }
}
