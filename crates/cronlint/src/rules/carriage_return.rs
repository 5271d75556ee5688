use crontab::{Content, Line, Unreadable};
use diagnostic::{Edit, Severity};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F002",
    name: "carriage-return",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("carriage_return.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let lines: Vec<&Line<'_>> = file
        .crontab
        .lines
        .iter()
        .filter(|line| line.carriage_return().is_some())
        .collect();
    let harmful = |line: &&&Line<'_>| !matches!(line.content, Content::Comment | Content::Assignment(_));
    let Some(first) = lines.iter().find(harmful) else {
        return Vec::new();
    };
    let Some(place) = first.carriage_return() else {
        return Vec::new();
    };
    let edits = lines.iter().filter_map(|line| line.carriage_return());
    let edits = edits
        .map(|span| Edit {
            span,
            text: String::new(),
        })
        .collect();
    let blank = lines
        .iter()
        .find(|line| matches!(line.content, Content::Unreadable(Unreadable::CarriageReturn)));
    let message = match first.content {
        Content::Entry(_) => "the line ends with a carriage return, which becomes part of the command",
        _ => "a carriage return is no blank line to cron",
    };
    let mut finding = Finding::new(place, message)
        .help("save the file with Unix line ends, or run dos2unix on it")
        .fix("remove the carriage returns", edits);
    let mut others = lines.iter().filter(|line| line.number != first.number);
    if let Some(last) = others.next_back() {
        finding = finding.note(match lines.len() - 1 {
            1 => format!("so does line {}", last.number),
            more => format!("so do {more} more lines, the last of them line {}", last.number),
        });
    }
    if let Some(blank) = blank {
        let words =
            "holds nothing but a carriage return: cron says \"bad minute\" and ignores the whole file";
        finding = finding.note(format!("line {} {words}", blank.number));
    }
    vec![finding]
}
