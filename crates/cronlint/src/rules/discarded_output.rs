use diagnostic::Severity;
use shell::{Duplicate, Operator, Redirection};

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C015",
    name: "discarded-output",
    severity: Severity::Hint,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("discarded_output.md"),
    check,
};

/// Programs whose failure somebody wants to know of.
const PRECIOUS: &[&str] = &[
    "pg_dump",
    "pg_dumpall",
    "mysqldump",
    "mariadb-dump",
    "mongodump",
    "borg",
    "borgmatic",
    "restic",
    "duplicity",
    "duply",
    "rsnapshot",
    "rdiff-backup",
    "tar",
    "rsync",
    "certbot",
    "rclone",
    "pg_basebackup",
    "mydumper",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| discarded(command, call))
        })
        .collect()
}

fn discarded(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    let base = call.base();
    let precious = PRECIOUS.contains(&base) || base.contains("backup");
    // `|| notify` looks at the failure in another way.
    let looked_at = call.step.followed_by.is_some_and(|connector| !connector.and) || call.step.condition;
    let redirections = &call.step.command.redirections;
    let to_null =
        |redirection: &&Redirection| redirection.output_file().is_some_and(|file| file.is("/dev/null"));
    let output = redirections
        .iter()
        .find(|redirection| redirection.stream() == 1 && to_null(redirection))?;
    let errors = output.operator == Operator::WriteBoth
        || redirections.iter().any(|redirection| {
            redirection.stream() == 2
                && (to_null(&redirection) || redirection.duplicates() == Some(Duplicate::Descriptor(1)))
        });
    let last = redirections.last()?;
    (precious && errors && !looked_at).then(|| {
        let span = output.span.start..last.span.end.max(output.span.end);
        command
            .finding(
                &span,
                format!("nobody will hear of it when `{base}` fails: its errors are thrown away"),
            )
            .help("throw only standard output away (`> /dev/null`), or write a log")
    })
}
