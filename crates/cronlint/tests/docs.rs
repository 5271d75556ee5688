//! The pages in docs/rules are those of the rules, and docs/not-detected.md has what is none.
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
    let mut stops = text.match_indices(". ").map(|(at, _)| at);
    let stop = stops.find(|&at| text[..at].matches('`').count().is_multiple_of(2));
    let end = stop.unwrap_or(text.trim_end_matches('.').len());
    text[..end].trim_start_matches("Finds ").to_owned()
}

/// The pitfalls of crontabs that were collected before there were rules, 129 in all: the letter and the last number.
const CATALOGUE: &[(char, u32)] = &[('F', 40), ('S', 30), ('C', 48), ('X', 11)];

/// Pitfalls that have a number and no rule of it, each with its line of docs/not-detected.md. A number is never used
/// again, so that these gaps stay.
const WITHOUT_A_RULE: &[(&str, &str)] = &[
    ("F006", "names in /etc/cron.d with `~`, `#`, `.bak`"),
    ("F008", "a file in /etc/cron.d that is not root's"),
    ("F009", "an executable bit on a file in /etc/cron.d"),
    ("F010", "a link there that is not root's or leads nowhere"),
    ("F015", "command substitution in an assignment"),
    ("F020", "quotes inside a value that are kept"),
    ("F023", "`MAILTO=\"\"` with no log"),
    ("F034", "whether a file without a telling path has a user column"),
    (
        "F035",
        "an assignment in /etc/crontab that /etc/cron.d does not see",
    ),
    ("F037", "a file in the spool that was put there by hand"),
    (
        "F039",
        "a variable of the container that its cron does not hand on",
    ),
    ("S003", "fields in the wrong order"),
    ("S014", "Sunday as 0 and 7"),
    ("S016", "blank inside a list"),
    ("S018", "leading zeros"),
    ("S021", "`@reboot` before the network is up"),
    (
        "S025",
        "jobs that are too slow for their interval, without `nice`, `timeout` or a lock",
    ),
    (
        "S027",
        "a step of an unusual length, such as \"every 45 minutes\"",
    ),
    ("S028", "a schedule that contradicts the comment above it"),
    ("S029", "options of other crons before the minute"),
    ("S030", "a laptop that is off at three in the morning"),
    ("C016", "output redirected without `2>&1`"),
    ("C036", "`reboot` and `shutdown` without /sbin in PATH"),
    ("C039", "a `%xx` in a URL"),
    ("C042", "the locale of a job"),
    ("C044", "without `nice`, `timeout` or a lock"),
    ("C045", "stock lines with `test -x` that do nothing on purpose"),
    ("C046", "output that a container loses"),
    ("C047", "a log file that grows for ever"),
];

#[test]
fn every_pitfall_is_a_rule_or_has_its_line_among_those_that_are_not_detected() {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/not-detected.md");
    let page = fs::read_to_string(page).expect("the page");
    for (letter, last) in CATALOGUE {
        for number in 1..=*last {
            let code = format!("{letter}{number:03}");
            let line = WITHOUT_A_RULE.iter().find(|(gap, _)| *gap == code);
            match (RULES.iter().any(|rule| rule.code == code), line) {
                (true, None) => {}
                (false, Some((_, words))) => assert!(page.contains(words), "{code}: {words}"),
                (is_rule, _) => panic!("{code}: is a rule: {is_rule}, is listed as none: {}", !is_rule),
            }
        }
    }
}
