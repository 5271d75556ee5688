use diagnostic::{Edit, Severity, Span};

use crate::rule::{Confidence, File, Finding, Job, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C001",
    name: "unescaped-percent",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("unescaped_percent.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.jobs.iter().filter_map(|job| percent(file, job)).collect()
}

fn percent(file: &File<'_>, job: &Job<'_>) -> Option<Finding> {
    let input = job.entry.input.as_ref()?;
    // The marks of a template, `<% %>` and `{% %}`, are gone when cron reads the file.
    let whole = file.crontab.text.get(job.entry.rest.clone()).unwrap_or_default();
    if whole.windows(2).any(|pair| pair == b"<%" || pair == b"{%") {
        return None;
    }
    let first = input.span.start - 1..input.span.start;
    let wanted = is_deliberate(job, &input.text);
    let others = further(file.crontab.text, &input.span);
    let edits = std::iter::once(first.start).chain(others.iter().map(|span| span.start));
    let edits = edits
        .map(|at| Edit {
            span: at..at,
            text: "\\".to_owned(),
        })
        .collect();
    let command = job.command().trim_end();
    let mut finding = Finding::new(
        first,
        "`%` ends the command: cron puts the rest on its standard input",
    )
    .note(format!("the command that runs is `{command}`"))
    .help("write `\\%` for a percent sign");
    for (number, span) in others.into_iter().enumerate().take(5) {
        finding = finding.related(span, if number == 0 { "a line end, and so on" } else { "" });
    }
    if wanted {
        return Some(finding.severity(Severity::Info));
    }
    Some(finding.fix("write `\\%`", edits))
}

/// The other percent signs of the line that are not escaped.
fn further(text: &[u8], input: &Span) -> Vec<Span> {
    let mut found = Vec::new();
    let mut at = input.start;
    while at < input.end {
        match text[at] {
            b'\\' if text.get(at + 1) == Some(&b'%') => at += 1,
            b'%' => found.push(at..at + 1),
            _ => {}
        }
        at += 1;
    }
    found
}

/// Programs that read a text which a crontab gives them with `%` on purpose.
const READERS: &[&str] = &[
    "mail", "mailx", "sendmail", "cat", "write", "wall", "at", "bc", "ed", "mysql", "psql", "sqlite3",
];

/// Whether the input looks wanted: the last program of a whole command reads one, and the text after `%` is no
/// remainder of a format.
fn is_deliberate(job: &Job<'_>, input: &str) -> bool {
    let command = job.command().trim();
    let whole = job.script.errors.is_empty() && !command.ends_with(['+', '"', '\'', '(', '{', '=']);
    let last = command.rsplit(['|', ';', '&']).next().unwrap_or(command);
    let program = last.split_ascii_whitespace().next().unwrap_or("");
    let program = program.rsplit('/').next().unwrap_or(program);
    whole && READERS.contains(&program) && !input.starts_with(['2', '3'])
}
