use std::path::Path;

use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F007",
    name: "refused-file",
    severity: Severity::Error,
    confidence: Confidence::High,
    explanation: include_str!("refused_file.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    if !file.live {
        return Vec::new();
    }
    let path = file.path.map(Path::new).filter(|path| is_in_place(path));
    let state = path.and_then(|path| host::file_state(path).ok().flatten());
    let Some(state) = state else { return Vec::new() };
    let is_debian = file.crontab.daemon.name == "debian";
    let mut found = Vec::new();
    let mut tell = |message: String, help: &str| found.push(Finding::new(0..0, message).help(help));
    if !state.regular {
        tell(
            "this is no regular file: cron does not read it".to_owned(),
            "put a file in its place",
        );
    }
    if state.owner != 0 {
        let message = format!(
            "the file belongs to user {}: cron says \"WRONG FILE OWNER\" and ignores it",
            state.owner
        );
        tell(message, "chown root:root");
    }
    // cronie takes no executable file either.
    let refused = if is_debian { 0o022 } else { 0o133 };
    if state.mode & refused != 0 {
        let words = if is_debian {
            "INSECURE MODE"
        } else {
            "BAD FILE MODE"
        };
        tell(
            format!(
                "the file's mode is {:04o}: cron says \"{words}\" and ignores it",
                state.mode
            ),
            "chmod 644",
        );
    }
    if is_debian && state.links > 1 {
        let message = format!(
            "the file has {} names: cron says \"NUMBER OF HARD LINKS > 1\" and ignores it",
            state.links
        );
        tell(message, "make a copy of its own");
    }
    found
}

/// Whether the file is where a daemon reads it, and not in somebody's repository.
fn is_in_place(path: &Path) -> bool {
    let Ok(absolute) = std::path::absolute(path) else {
        return false;
    };
    absolute == Path::new("/etc/crontab") || absolute.parent() == Some(Path::new("/etc/cron.d"))
}
