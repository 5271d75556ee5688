use crontab::{Content, Entry, Line};
use diagnostic::{Edit, Severity, Span};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::Refusal;

pub(super) static RULE: Rule = Rule {
    code: "F004",
    name: "pasted-character",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("pasted_character.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let lines = file.crontab.lines.iter().enumerate();
    lines
        .flat_map(|(index, line)| {
            let consequence = match &line.content {
                Content::Entry(entry) if !file.crontab.text[entry.schedule_span.clone()].is_ascii() => {
                    consequence(file, index, entry)
                }
                _ => None,
            };
            look(file.crontab.text, line, consequence.as_deref())
        })
        .collect()
}

/// What comes of it where it stands in a schedule.
fn consequence(file: &File<'_>, line: usize, entry: &Entry<'_>) -> Option<String> {
    match &entry.schedule {
        Err(error) => {
            let at = entry.in_schedule(&error.span).start;
            let part = crontab::words_for_error(error);
            let refusal = Refusal {
                line,
                at,
                part,
                error: Some(error),
            };
            Some(refusal.consequence(file))
        }
        Ok(schedule) => {
            let odd = schedule.warnings().iter();
            odd.map(ToString::to_string).find(|text| !text.is_ascii())
        }
    }
}

/// After so many in one line, more of them help nobody.
const MOST: usize = 32;

fn look(text: &[u8], line: &Line<'_>, consequence: Option<&str>) -> Vec<Finding> {
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
                _ if quote.is_none() && span.start != 0 && found.len() < MOST => {
                    // In a schedule nothing but a dash can be meant, in a command it may be part of a name.
                    let before = if span.start < schedule { ' ' } else { before };
                    let is_read_by_cron = span.start < schedule;
                    found.extend(name(character, before).map(|what| {
                        let finding = finding(span, what, schedule);
                        match consequence.filter(|_| is_read_by_cron) {
                            Some(consequence) => finding.note(consequence),
                            None => finding,
                        }
                    }));
                }
                _ => {}
            }
            before = character;
        }
        at += chunk.invalid().len();
    }
    found
}

/// Whether a character of a schedule was pasted there.
pub(super) fn is_in_schedule(character: char) -> bool {
    name(character, ' ').is_some()
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
