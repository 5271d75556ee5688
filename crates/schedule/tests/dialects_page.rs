//! docs/dialects.md is made from the dialect tables and from what the dialects do with a few telling expressions.
//! `UPDATE_EXPECT=1 cargo test fresh` writes it anew.

use std::fmt::Write;
use std::path::Path;

use chrono::{DateTime, Utc};
use schedule::{Dialect, ParseError, Schedule, Shift, Zone, describe, dialect};

/// Expressions on which dialects part, with what there is to see.
const TELLING: &[(&str, &str)] = &[
    ("0 0 1 * MON", "both day fields restricted"),
    ("0 0 */2 * MON", "one of them begins with a star"),
    ("0 0 1-31 * MON", "one of them restricted in form only"),
    ("0 22-2 * * *", "a range that runs backwards"),
    ("0 0 * * 7", "Sunday as 7"),
    ("0 0 * * MON", "names in capitals"),
    ("5/15 * * * *", "a step without a range"),
    ("*/90 * * * *", "a step beyond the end"),
    ("0~59 3 * * *", "a value drawn at random"),
    ("0 0 L * *", "the last day of the month"),
    ("0 0 * * MON#2", "the second Monday"),
    ("@daily", "a word for the time"),
];

fn page() -> String {
    let mut page = String::from(
        "# Dialects\n\n\
         <!-- Made by `UPDATE_EXPECT=1 cargo test fresh`; do not edit. -->\n\n\
         What each scheduler makes of an expression, and where our knowledge of it comes from. *Measured* means that\n\
         the real program ran and we compared every firing; *documented* means that its pages say so.\n",
    );
    let names: Vec<String> = dialect::ALL
        .iter()
        .map(|dialect| format!("[{0}](#{0})", dialect.name))
        .collect();
    let _ = writeln!(page, "\n{}", names.join(" · "));
    for dialect in dialect::ALL {
        about(&mut page, dialect);
    }
    page.push_str(
        "\n## The same expression, everywhere\n\n\
         Dialects that begin with the second are given a 0 before it.\n",
    );
    for (text, what) in TELLING {
        telling(&mut page, text, what);
    }
    clock(&mut page);
    page
}

fn about(page: &mut String, dialect: &Dialect) {
    let _ = writeln!(page, "\n## {}\n\n{}\n", dialect.name, capital(dialect.title));
    let (least, most) = dialect.fields;
    let fields = match (least, most) {
        (0, 0) => "its own grammar".to_owned(),
        _ if least == most => least.to_string(),
        _ => format!("{least} to {most}"),
    };
    let _ = writeln!(page, "- Source: {}", dialect.source);
    let _ = writeln!(page, "- Fields: {fields}");
    let code = |words: &[&str]| {
        words
            .iter()
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    if !dialect.macros.is_empty() {
        let _ = writeln!(page, "- Words: {}", code(dialect.macros));
    }
    if !dialect.aliases.is_empty() {
        let _ = writeln!(page, "- Also called: {}", code(dialect.aliases));
    }
    for note in dialect.notes {
        let _ = writeln!(page, "- {}", capital(note));
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// What each dialect makes of an expression, those that agree in one line.
fn telling(page: &mut String, text: &str, what: &str) {
    let _ = writeln!(page, "\n### `{text}`: {what}\n\n| | |\n|---|---|");
    let mut rows: Vec<(String, Vec<&str>)> = Vec::new();
    for dialect in dialect::ALL {
        let meaning = match parse(text, dialect) {
            Ok(schedule) => describe::sentence(&schedule),
            Err(error) => format!("refused: {error}"),
        };
        match rows.iter_mut().find(|(other, _)| *other == meaning) {
            Some((_, names)) => names.push(dialect.name),
            None => rows.push((meaning, vec![dialect.name])),
        }
    }
    for (meaning, names) in rows {
        let _ = writeln!(page, "| {} | {} |", names.join(", "), meaning.replace('|', "\\|"));
    }
}

/// Dialects that begin with the second get a 0 before the expression, and a `?` where they ask for one.
fn parse(text: &str, dialect: &'static Dialect) -> Result<Schedule, ParseError> {
    let six = format!("0 {text}");
    let forms = [
        six.clone(),
        format!("{}?", six.strip_suffix('*').unwrap_or(&six)),
        six.replacen(" * *", " ? *", 1),
    ];
    let first = Schedule::parse(text, dialect);
    let seconds = dialect.fields.0 > 5 || dialect.name == "rust-cron";
    match first {
        Err(error) if seconds && !text.starts_with('@') => {
            forms
                .iter()
                .find_map(|text| Schedule::parse(text, dialect).ok())
                .ok_or_else(|| {
                    // Why the text with its seconds is refused, not why it is too short.
                    Schedule::parse(&six, dialect).err().unwrap_or(error)
                })
        }
        other => other,
    }
}

/// What the change of the clock does to a fixed job and to one that begins with a star.
fn clock(page: &mut String) {
    page.push_str(
        "\n## When the clock changes\n\n\
         New York, 8 March 2026 (02:00 becomes 03:00) and 1 November 2026 (02:00 becomes 01:00).\n\n\
         | | `30 2 * * *` in March | `*/30 * * * *` in March | `30 1 * * *` in November | `*/30 * * * *` in November |\n\
         |---|---|---|---|---|\n",
    );
    for dialect in dialect::ALL {
        let cell = |text: &str, from: &str, to: &str| runs(text, dialect, from, to);
        let march = ("2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z");
        let november = ("2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z");
        let cells = [
            cell("30 2 * * *", march.0, march.1),
            cell("*/30 * * * *", march.0, march.1),
            cell("30 1 * * *", november.0, november.1),
            cell("*/30 * * * *", november.0, november.1),
        ];
        let _ = writeln!(page, "| {} | {} |", dialect.name, cells.join(" | "));
    }
}

fn runs(text: &str, dialect: &'static Dialect, from: &str, to: &str) -> String {
    let zone = Zone::from_chrono_tz(chrono_tz::America::New_York);
    let time = |text: &str| text.parse::<DateTime<Utc>>().expect("a time");
    let Ok(schedule) = parse(text, dialect) else {
        return "-".to_owned();
    };
    let list: Vec<String> = schedule
        .between(time(from), time(to), &zone)
        .map(|run| match run.shift {
            Some(Shift::Moved { from }) => format!("{} for {}", run.at.format("%H:%M"), from.format("%H:%M")),
            _ => run.at.format("%H:%M").to_string(),
        })
        .collect();
    if list.is_empty() {
        "none".to_owned()
    } else {
        list.join(", ")
    }
}

#[test]
fn the_page_of_dialects_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/dialects.md");
    let page = page();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/dialects.md is stale: UPDATE_EXPECT=1 cargo test fresh"
    );
}

#[test]
fn every_dialect_names_its_source_and_what_sets_it_apart() {
    for dialect in dialect::ALL {
        assert!(
            dialect.source.starts_with("measured") || dialect.source.starts_with("documented"),
            "{}",
            dialect.name
        );
        assert!(!dialect.notes.is_empty(), "{}", dialect.name);
    }
}
