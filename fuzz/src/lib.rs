//! What the fuzz targets do with their bytes. cargo-fuzz calls these functions, and so does a test of the
//! workspace (`tests/replay.rs`) with the committed corpus, on the stable toolchain.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::LazyLock;

use chrono::{DateTime, TimeDelta, Utc};
use cronlint::config::Config;
use cronlint::fix;
use cronlint::lint::{Settings, lint};
use crontab::{Crontab, Kind, daemon};
use diagnostic::{Diagnostic, Fix};
use schedule::{Daylight, Dialect, Schedule, Shift, Zone, describe, dialect};
use shell::{Interpreter, Node};

/// Any expression in any dialect: never a panic, and spans that can be shown.
///
/// The first byte picks the dialect, the rest is the expression.
pub fn parse_schedule(data: &[u8]) {
    let Some((dialect, text)) = dialect_and_text(data) else {
        return;
    };
    match Schedule::parse(text, dialect) {
        Err(error) => {
            assert_span(text, &error.span);
            assert!(!error.to_string().is_empty());
            let _ = error.help();
        }
        Ok(schedule) => {
            assert_eq!(schedule.text(), text);
            for warning in schedule.warnings() {
                assert_span(text, &warning.span);
                assert!(!warning.to_string().is_empty());
                let _ = warning.help();
            }
            assert!(!describe::sentence(&schedule).is_empty());
            let _ = describe::day_rule(&schedule);
        }
    }
}

/// 2 March 2000, when the last place on earth has seen that February end.
const END_OF_FEBRUARY_2000: DateTime<Utc> = DateTime::from_timestamp(951_955_200, 0).unwrap();

/// Occurrences ascend, lie after their start, are found again going back, and `never_fires` keeps its word.
///
/// One byte picks the dialect, one the zone, four the start; the rest is the expression.
pub fn next_occurrence(data: &[u8]) {
    let Some((&[zone, a, b, c, d], rest)) = data.split_first_chunk::<5>() else {
        return;
    };
    let Some((dialect, text)) = dialect_and_text(rest) else {
        return;
    };
    let Ok(schedule) = Schedule::parse(text, dialect) else {
        return;
    };
    let zone = &ZONES[usize::from(zone) % ZONES.len()];
    let Some(from) = DateTime::<Utc>::from_timestamp(i64::from(u32::from_le_bytes([a, b, c, d])), 0) else {
        return;
    };
    // What a daemon with an old idea of the zone does depends on when it was started: going back, nobody knows.
    let stale = matches!(dialect.daylight, Daylight::CatchUp { stale: true, .. });
    // systemd (measured with systemd-analyze) and the crate cron run in the hour that comes again only where their
    // search begins in it.
    let restarts = dialect.name.starts_with("systemd") || dialect.name == "rust-cron";
    let begun_within = |shift: Option<Shift>| restarts && shift == Some(Shift::Repeated);
    // FreeBSD's `@N` counts from wherever the list begins.
    let floats = dialect.name == "freebsd" && text.trim().starts_with('@');
    // bcron holds 2000 for a common year: a walk that begins on its 29 February is a day off from then on.
    let astray = dialect.name == "bcron" && from < END_OF_FEBRUARY_2000;
    let mut previous = from;
    let mut count = 0;
    for occurrence in schedule.after(from, zone).take(20) {
        let at = occurrence.at.to_utc();
        assert!(at > from && at >= previous, "{text}: {at} comes after {previous}");
        assert_eq!(
            occurrence.at.offset(),
            &zone.offset_at(at),
            "{text}: the offset at {at}"
        );
        if !stale && !floats && !astray && !begun_within(occurrence.shift) {
            let back = schedule.before(at + TimeDelta::seconds(1), zone).next();
            assert_eq!(
                back.map(|back| back.at.to_utc()),
                Some(at),
                "{text}: back to {at}"
            );
        }
        previous = at;
        count += 1;
    }
    assert!(
        count == 0 || !schedule.never_fires(),
        "{text} never fires, and fires"
    );
    // A library that steps from one time to the next may take another way from another start, or get stuck.
    let steps = matches!(dialect.daylight, Daylight::Stepwise(_) | Daylight::Crate);
    if !stale && !steps && !floats {
        let listed = schedule
            .between(from, previous + TimeDelta::seconds(1), zone)
            .take(40)
            .count();
        assert!(listed >= count, "{text}: {listed} between, {count} after");
    }
}

/// Any bytes as a crontab: never a panic, lines that give back the text, places that lie in their line.
///
/// The first byte picks the kind and the daemon.
pub fn parse_crontab(data: &[u8]) {
    let Some((&first, text)) = data.split_first() else {
        return;
    };
    let kind = [Kind::System, Kind::User][usize::from(first % 2)];
    let daemon = daemon::ALL[usize::from(first / 2) % daemon::ALL.len()];
    let crontab = Crontab::parse(text, kind, daemon);
    let lines: Vec<u8> = crontab
        .lines
        .iter()
        .flat_map(|line| &text[line.full_span()])
        .copied()
        .collect();
    assert!(lines == text, "the lines give back the text");
    for (index, entry) in crontab.entries() {
        let line = &crontab.lines[index].span;
        let words = entry
            .words
            .iter()
            .cloned()
            .chain(entry.user.as_ref().map(|user| user.span.clone()));
        let texts = std::iter::once(&entry.command).chain(&entry.input);
        for part in words
            .chain(texts.clone().map(|text| text.span.clone()))
            .chain([entry.rest.clone()])
        {
            assert_within(&part, line);
        }
        if let Err(error) = &entry.schedule {
            assert_within(&entry.in_schedule(&error.span), line);
        }
        for text in texts {
            for (at, _) in text.text.char_indices() {
                assert_within(&text.source(at..at), line);
            }
        }
        let _ = crontab.environment(index).path();
    }
    for (index, assignment) in crontab.assignments() {
        let line = &crontab.lines[index].span;
        assert_within(&assignment.name_span, line);
        assert_within(&assignment.value_span, line);
    }
    for complaint in crontab.verdict().complaints {
        assert!(complaint.span.start <= complaint.span.end && complaint.span.end <= text.len());
    }
}

/// The fixes of any bytes: each by itself touches its own bytes alone and removes its finding; together they add none,
/// and nothing is left to fix that `--fix` would have fixed.
///
/// The first byte picks the kind and the daemon.
pub fn fix(data: &[u8]) {
    let Some((&first, text)) = data.split_first() else {
        return;
    };
    let settings = Settings {
        kind: Some([Kind::System, Kind::User][usize::from(first % 2)]),
        daemon: daemon::ALL[usize::from(first / 2) % daemon::ALL.len()],
        ..Settings::default()
    };
    let found = lint(text, &settings);
    for diagnostic in &found {
        assert!(diagnostic.span.start <= diagnostic.span.end && diagnostic.span.end <= text.len());
        assert!(!diagnostic.message.is_empty());
        if let Some(fix) = &diagnostic.fix {
            let fixed = with_edits(text, fix);
            let left = lint(&fixed, &settings);
            let start = moved(diagnostic.span.start, fix);
            let same = |other: &&Diagnostic| (other.code, other.span.start) == (diagnostic.code, start);
            let still = left
                .iter()
                .find(same)
                .filter(|other| other.message == diagnostic.message);
            assert!(
                still.is_none(),
                "{still:?} in {:?}",
                String::from_utf8_lossy(&fixed)
            );
        }
    }
    for with_unsafe in [false, true] {
        let fixed = fix::fix(text, &settings, with_unsafe);
        let left = lint(&fixed.text, &settings);
        assert_eq!(left, fixed.left);
        assert_eq!(fixed.applied == 0, fixed.text == text);
        let before = by_code(&found);
        for (key, count) in by_code(&left) {
            assert!(
                before.get(&key).is_some_and(|&before| count <= before),
                "{key:?} is new"
            );
        }
        let again = fix::fix(&fixed.text, &settings, with_unsafe);
        assert!(
            again.text == fixed.text,
            "more to fix: {:?}",
            String::from_utf8_lossy(&again.text)
        );
    }
}

/// The text with one fix made, its edits being in order, apart and between characters.
fn with_edits(text: &[u8], fix: &Fix) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    for edit in &fix.edits {
        assert!(
            at <= edit.span.start && edit.span.start <= edit.span.end,
            "{fix:?}"
        );
        out.extend_from_slice(&text[at..edit.span.start]);
        out.extend_from_slice(edit.text.as_bytes());
        at = edit.span.end;
    }
    out.extend_from_slice(&text[at..]);
    if std::str::from_utf8(text).is_ok() {
        assert!(std::str::from_utf8(&out).is_ok(), "{fix:?} cuts a character");
    }
    out
}

/// Where a place is after a fix.
fn moved(at: usize, fix: &Fix) -> usize {
    let before = fix.edits.iter().filter(|edit| edit.span.end <= at);
    before.fold(at, |at, edit| at + edit.text.len() - edit.span.len())
}

fn by_code(found: &[Diagnostic]) -> BTreeMap<(&str, &str), usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in found {
        *counts
            .entry((diagnostic.code, diagnostic.severity.name()))
            .or_default() += 1;
    }
    counts
}

/// Any text as a settings file: a message, or settings that answer for any file.
pub fn settings(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    match Config::parse(text, Path::new("/srv/app/.cronlint.toml")) {
        Err(reason) => assert!(reason.contains(" --> /srv/app/.cronlint.toml:"), "{reason}"),
        Ok(config) => {
            for path in [
                None,
                Some("/srv/app/deploy/cron.d/backup"),
                Some("crontab"),
                Some("/"),
            ] {
                let part = config.for_path(path.map(Path::new));
                let severities = part.severities();
                let codes = part
                    .disabled()
                    .into_iter()
                    .chain(severities.iter().map(|(code, _)| *code));
                for code in codes {
                    assert!(cronlint::rules::find(code).is_some(), "{code:?}");
                }
            }
        }
    }
}

/// Any text as a shell's command line: never a panic, places that can be shown.
pub fn parse_shell(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let script = shell::parse(text);
    for node in script.nodes() {
        assert_span(text, shell_span(&node));
    }
    for trouble in &script.errors {
        assert_span(text, &trouble.span);
        assert!(!trouble.to_string().is_empty());
    }
    for lacking in shell::dash::lacking(&script) {
        assert_span(text, &lacking.span);
    }
    for step in script.steps(Interpreter::Sh) {
        assert_span(text, &step.command.span);
        let _ = step.command.programs();
    }
}

fn shell_span<'a>(node: &Node<'a>) -> &'a Range<usize> {
    match node {
        Node::List(part) => &part.span,
        Node::AndOr(part) => &part.span,
        Node::Pipeline(part) => &part.span,
        Node::Compound(part) => &part.span,
        Node::Arm(part) => part.end.as_ref().unwrap_or(&part.body.span),
        Node::Simple(part) => &part.span,
        Node::Assignment(part) => &part.span,
        Node::Redirection(part) => &part.span,
        Node::Word(part) => &part.span,
        Node::Part(part) => &part.span,
    }
}

/// Any bytes as a zone file: an error, or a zone that answers for any time.
pub fn tzif(data: &[u8]) {
    let Ok(zone) = Zone::from_tzif("fuzz", data) else {
        return;
    };
    for seconds in [
        i64::MIN >> 20,
        -5_000_000_000,
        -1,
        0,
        1_772_323_200,
        4_000_000_000,
        i64::MAX >> 20,
    ] {
        let Some(at) = DateTime::<Utc>::from_timestamp(seconds, 0) else {
            continue;
        };
        let offset = zone.offset_at(at);
        let local = at.naive_utc() + TimeDelta::seconds(i64::from(offset.local_minus_utc()));
        let _ = zone.to_utc(local);
        let mut last = None;
        for transition in zone.transitions(at).take(8) {
            assert!(transition.at >= at && last.is_none_or(|last| transition.at > last));
            last = Some(transition.at);
        }
    }
    let schedule = Schedule::parse("30 2 * * *", &dialect::DEBIAN).expect("an expression");
    let _ = schedule.after(DateTime::UNIX_EPOCH, &zone).take(400).count();
}

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let rules = [
        "CET-1CEST,M3.5.0,M10.5.0/3",
        "EST5EDT,M3.2.0,M11.1.0",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
        "IST-1GMT0,M10.5.0,M3.5.0/1",
    ];
    let ruled = rules
        .iter()
        .map(|rule| Zone::from_posix_rule(rule).expect("a rule"));
    std::iter::once(Zone::utc()).chain(ruled).collect()
});

fn dialect_and_text(data: &[u8]) -> Option<(&'static Dialect, &str)> {
    let (first, rest) = data.split_first()?;
    Some((
        dialect::ALL[usize::from(*first) % dialect::ALL.len()],
        std::str::from_utf8(rest).ok()?,
    ))
}

fn assert_span(text: &str, span: &Range<usize>) {
    assert!(
        text.get(span.clone()).is_some(),
        "{span:?} is no part of {text:?}"
    );
}

fn assert_within(part: &Range<usize>, whole: &Range<usize>) {
    let inside = part.start <= part.end && whole.start <= part.start && part.end <= whole.end;
    assert!(inside, "{part:?} lies outside of {whole:?}");
}
