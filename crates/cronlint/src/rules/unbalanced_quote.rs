use crontab::{Content, Unreadable};
use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::unreadable;

pub(super) static RULE: Rule = Rule {
    code: "F019",
    name: "unbalanced-quote",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("unbalanced_quote.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (index, line) in file.crontab.lines.iter().enumerate() {
        let finding = match &line.content {
            Content::Unreadable(Unreadable::OpenQuote { quote }) => Finding::new(
                quote.clone(),
                "the quote around the value is never closed",
            )
            .help(
                "close it, or leave both out: a value needs no quotes unless it begins or ends with blanks",
            ),
            Content::Unreadable(Unreadable::TextAfterQuote { rest }) => {
                Finding::new(rest.clone(), "text follows the quoted value")
                    .help("quote the whole value, with the other kind of quote if it holds this one")
            }
            _ => continue,
        };
        found.push(finding.note(unreadable(file, index)));
    }
    found
}
