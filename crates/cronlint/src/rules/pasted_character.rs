use crontab::{Content, Line};
use diagnostic::{Edit, Severity, Span};

use crate::rule::{Confidence, File, Finding, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F004",
    name: "pasted-character",
    severity: Severity::Error,
    confidence: Confidence::High,
    explanation: include_str!("pasted_character.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.crontab
        .lines
        .iter()
        .flat_map(|line| look(file.crontab.text, line))
        .collect()
}

fn look(text: &[u8], line: &Line<'_>) -> Vec<Finding> {
    let schedule = match &line.content {
        Content::Blank | Content::Comment => return Vec::new(),
        Content::Entry(entry) => entry.schedule_span.end,
        Content::Assignment(assignment) => assignment.value_span.start,
        Content::Unreadable(_) => line.span.end,
    };
    if text[line.span.clone()].is_ascii() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = line.span.start;
    let mut before = ' ';
    for chunk in text[line.span.clone()].utf8_chunks() {
        for character in chunk.valid().chars() {
            let span = at..at + character.len_utf8();
            at = span.end;
            match (character, quote) {
                ('\'' | '"', None) if span.start >= schedule => quote = Some(character),
                ('\'' | '"', Some(open)) if open == character => quote = None,
                _ if quote.is_none() && span.start != 0 => {
                    found.extend(name(character, before).map(|what| finding(span, what, schedule)));
                }
                _ => {}
            }
            before = character;
        }
        at += chunk.invalid().len();
    }
    found
}

/// What a character is that only looks like one which shells and cron know, and that one.
fn name(character: char, before: char) -> Option<(&'static str, &'static str)> {
    match character {
        '\u{a0}' => Some(("no-break space", " ")),
        '\u{3000}' => Some(("ideographic space", " ")),
        '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' => Some(("typographic space", " ")),
        '\u{200b}' | '\u{2060}' | '\u{feff}' => Some(("invisible character", "")),
        '\u{2018}' | '\u{2019}' if !before.is_alphanumeric() || character == '\u{2018}' => {
            Some(("typographic quote", "'"))
        }
        '\u{201c}' | '\u{201d}' | '\u{201e}' => Some(("typographic quote", "\"")),
        '\u{2010}'..='\u{2015}' | '\u{2212}' if before == ' ' => Some(("typographic dash", "-")),
        '\u{2217}' | '\u{ff0a}' => Some(("typographic star", "*")),
        _ => None,
    }
}

fn finding(span: Span, (what, plain): (&str, &str), schedule: usize) -> Finding {
    let edit = Edit {
        span: span.clone(),
        text: plain.to_owned(),
    };
    let reader = if span.start < schedule {
        "cron"
    } else {
        "the shell"
    };
    let instead = match plain {
        "" => "remove it".to_owned(),
        " " => "write a plain space".to_owned(),
        plain => format!("write `{plain}`"),
    };
    Finding::new(
        span.clone(),
        format!("{what}: to {reader} it is a letter like any other"),
    )
    .severity(if span.start < schedule {
        Severity::Error
    } else {
        Severity::Warning
    })
    .help(instead.clone())
    .unsafe_fix(instead, vec![edit])
}
