use crontab::daemon::OnError;
use crontab::{Kind, Trouble};
use diagnostic::{Severity, Span};
use schedule::ParseErrorKind;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::missing_user;
use crate::rules::support::{Refusal, refused};

pub(super) static RULE: Rule = Rule {
    code: "S002",
    name: "wrong-field-count",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("wrong_field_count.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let few = |kind: &ParseErrorKind| {
        matches!(
            kind,
            ParseErrorKind::TooFewFields { .. }
                | ParseErrorKind::TooManyFields { .. }
                | ParseErrorKind::Empty
        )
    };
    let mut found = refused(file, few);
    found.extend(
        file.crontab
            .entries()
            .filter_map(|(line, entry)| too_many(file, line, entry)),
    );
    found.extend(
        file.crontab
            .entries()
            .filter_map(|(line, entry)| no_command(file, line, entry)),
    );
    found
}

/// An entry that ends where its command should begin.
fn no_command(file: &File<'_>, line: usize, entry: &crontab::Entry<'_>) -> Option<Finding> {
    let nothing = entry.trouble == Some(Trouble::NoCommand);
    // Where the command stands in the user's place, that is told.
    if entry.schedule.is_err() || !nothing || missing_user::in_users_place(entry).is_some() {
        return None;
    }
    let daemon = file.crontab.daemon;
    let finding = Finding::new(
        entry.schedule_span.clone(),
        "there is no command behind the schedule",
    )
    .help("write the command on the same line, or remove this one");
    // Some take it and run nothing; busybox skips it.
    Some(match entry.complaint(file.crontab.kind, daemon) {
        None if daemon.on_error == OnError::KeepsLine => finding
            .note(format!("{} skips the line without a word", daemon.title))
            .severity(Severity::Warning),
        None => finding
            .note(format!("{} takes it and runs nothing", daemon.title))
            .severity(Severity::Warning),
        Some((part, span)) => finding.note(Refusal::of(line, span.start, part).consequence(file)),
    })
}

/// An entry whose command, or user, begins with what can only be another field.
fn too_many(file: &File<'_>, line: usize, entry: &crontab::Entry<'_>) -> Option<Finding> {
    if entry.schedule.is_err() {
        return None;
    }
    let start = entry
        .user
        .as_ref()
        .map_or(entry.rest.start, |user| user.span.start);
    let rest = &file.crontab.text[start..entry.rest.end];
    let length: usize = rest
        .iter()
        .take_while(|&&byte| byte != b' ' && byte != b'\t')
        .count();
    let (word, more) = rest.split_at(length);
    if entry.trouble == Some(Trouble::StarCommand) {
        return Some(
            one_more(start..start + length).note(Refusal::of(line, start, "bad command").consequence(file)),
        );
    }
    let span: Span = start..start + length;
    if !is_field(word) || more.trim_ascii().is_empty() {
        return None;
    }
    let finding = one_more(span);
    Some(match file.crontab.kind {
        Kind::System => finding.note(Refusal::of(line, start, "bad username").consequence(file)),
        Kind::User => finding.note(format!(
            "cron takes five and runs `{}`",
            String::from_utf8_lossy(rest).trim()
        )),
    })
}

fn one_more(span: Span) -> Finding {
    Finding::new(span, "this looks like a sixth field: crontabs have five")
        .help("minute, hour, day of month, month, day of week; Quartz and others begin with seconds or end with a year")
}

/// `*`, `?`, `*/5`, `MON-FRI`, `2026`: no program is called that.
fn is_field(word: &[u8]) -> bool {
    match word {
        b"*" | b"?" => true,
        [b'*', b'/', rest @ ..] => !rest.is_empty() && rest.iter().all(u8::is_ascii_digit),
        _ => {
            let digits = word
                .iter()
                .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b',' | b'/' | b'*'));
            let names = word.split(|b| matches!(b, b'-' | b',')).all(is_day);
            !word.is_empty()
                && (digits
                    && (word.len() < 3 || word.contains(&b'-') || word.contains(&b'/') || is_year(word))
                    || names)
        }
    }
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && (word.starts_with(b"19") || word.starts_with(b"20"))
}

fn is_day(word: &[u8]) -> bool {
    const DAYS: &[&[u8]] = &[b"SUN", b"MON", b"TUE", b"WED", b"THU", b"FRI", b"SAT"];
    DAYS.iter().any(|day| word.eq_ignore_ascii_case(day))
}
