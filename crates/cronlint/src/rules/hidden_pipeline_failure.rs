use diagnostic::Severity;

use crate::command::{Call, Command};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C019",
    name: "hidden-pipeline-failure",
    severity: Severity::Info,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("hidden_pipeline_failure.md"),
    check,
};

/// Programs whose output is worth nothing when they fail in the middle.
const DUMPS: &[&str] = &[
    "pg_dump",
    "pg_dumpall",
    "mysqldump",
    "mariadb-dump",
    "mongodump",
    "pg_basebackup",
    "mydumper",
    "xtrabackup",
    "mariabackup",
    "tar",
    "redis-cli",
    "sqlite3",
    "slapcat",
    "svnadmin",
    "influxd",
    "dump",
    "zfs",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(pipelines).collect()
}

fn pipelines(command: &Command<'_>) -> Vec<Finding> {
    if !command.text().contains('|') {
        return Vec::new();
    }
    let careful = command.calls.iter().any(|call| {
        call.name() == "set" && call.arguments().iter().any(|word| word.is("pipefail"))
            || call.step.command.words.iter().any(|word| word.is("pipefail"))
    });
    if careful || command.text().contains("PIPESTATUS") {
        return Vec::new();
    }
    let calls = command.calls.iter();
    calls.filter_map(|call| {
        let pipeline = call.step.pipeline;
        let base = call.base();
        let hidden = call.step.position + 1 < pipeline.commands.len() && DUMPS.contains(&base) && writes(call);
        let pipe = pipeline.pipes.get(call.step.position).filter(|_| hidden)?;
        let message = format!("when `{base}` fails, the pipeline succeeds all the same, with a broken result");
        let finding = command.finding(&pipe.span, message).related(command.place(call.span()), "its status is lost");
        Some(finding.help("put `SHELL=/bin/bash` above the entry and `set -o pipefail;` in front, or dump to a file first"))
    })
    .collect()
}

/// Whether the call produces something: `tar c`, not `tar x`.
fn writes(call: &Call<'_>) -> bool {
    let first = call
        .arguments()
        .first()
        .map(|word| word.leading())
        .unwrap_or_default();
    match call.base() {
        "tar" => first.trim_start_matches('-').contains('c') || first == "--create",
        "sqlite3" => call
            .arguments()
            .iter()
            .any(|word| word.leading().starts_with(".dump")),
        "redis-cli" => call.arguments().iter().any(|word| word.is("--rdb")),
        "zfs" => first == "send",
        "svnadmin" => first == "dump",
        _ => true,
    }
}
