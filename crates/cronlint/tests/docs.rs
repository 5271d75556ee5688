//! The pages in docs/rules are those of the rules.
//!
//! `UPDATE_EXPECT=1 cargo test fresh` writes them anew.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use cronlint::rule::Rule;
use cronlint::rules::RULES;

const GROUPS: &[(char, &str)] = &[
    ('F', "The file and its assignments"),
    ('S', "Schedules"),
    ('C', "Commands"),
    ('X', "Security"),
    ('H', "The machine, with `--live`"),
];

#[test]
fn the_pages_are_fresh() {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/rules"));
    let mut pages: BTreeMap<String, String> =
        RULES.iter().map(|rule| (file_name(rule), page(rule))).collect();
    pages.insert("README.md".to_owned(), index());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).expect("docs/rules");
        for (name, text) in &pages {
            fs::write(directory.join(name), text).expect("a page");
        }
    }
    let files = fs::read_dir(&directory)
        .expect("docs/rules")
        .map(|file| file.expect("a file").path());
    let found: BTreeMap<String, String> = files
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a page"))
        })
        .collect();
    let stale: Vec<&String> = pages
        .keys()
        .chain(found.keys())
        .filter(|name| pages.get(*name) != found.get(*name))
        .collect();
    assert!(
        stale.is_empty(),
        "stale: {stale:?}; UPDATE_EXPECT=1 cargo test fresh"
    );
}

fn file_name(rule: &Rule) -> String {
    format!("{}.md", rule.code)
}

/// The rule's own page, without what only its tests read, and what holds for all rules.
fn page(rule: &Rule) -> String {
    let mut text = String::new();
    for line in rule.explanation.lines() {
        let line = if line.starts_with("```crontab") {
            "```crontab"
        } else {
            line
        };
        // Pages hold lines that are too long on purpose.
        if line.len() > 400 {
            let _ = writeln!(text, "{}...", &line[..60]);
        } else {
            let _ = writeln!(text, "{line}");
        }
    }
    let (severity, confidence) = (rule.severity, rule.confidence.name());
    let _ = write!(
        text,
        "\n## Silencing it\n\nSeverity {severity}, confidence {confidence}. `# cronlint: disable={} reason` above the line, or \
         `disable = [\"{}\"]` in `.cronlint.toml`.\n",
        rule.code, rule.name
    );
    text
}

fn index() -> String {
    let mut text = "# The rules of cronlint\n\nEach page says what the rule finds, why that is bad, and shows lines that \
                    it reports and lines that it does not; these examples are its tests. `cronlint --explain CODE` \
                    prints a page.\n"
        .to_owned();
    for (letter, title) in GROUPS {
        let rules: Vec<&&Rule> = RULES
            .iter()
            .filter(|rule| rule.code.starts_with(*letter))
            .collect();
        if rules.is_empty() {
            continue;
        }
        let _ = write!(
            text,
            "\n## {title}\n\n| code | name | severity | finds |\n|---|---|---|---|\n"
        );
        for rule in rules {
            let about = first_sentence(rule.explanation);
            let _ = writeln!(
                text,
                "| [{0}]({0}.md) | {1} | {2} | {about} |",
                rule.code, rule.name, rule.severity
            );
        }
    }
    text
}

fn first_sentence(page: &str) -> String {
    let paragraph: Vec<&str> = page.lines().skip(2).take_while(|line| !line.is_empty()).collect();
    let text = paragraph.join(" ").replace('|', "\\|");
    let end = text.find(". ").unwrap_or(text.trim_end_matches('.').len());
    text[..end].trim_start_matches("Finds ").to_owned()
}
