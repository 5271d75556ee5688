//! The documents say what the code does. `UPDATE_EXPECT=1 cargo test fresh` writes the two that are made
//! of the kinds' own pages.

use std::fs;
use std::path::PathBuf;

use delivery::{CHANNELS, MONITORS};
use reporting::{AlertRule, RECORD_KEYS, REPORT_KEYS, RecordSettings, Settings, TARGET_KEYS};

fn docs(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name)
}

fn check_page(name: &str, expected: &str) {
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(docs(name), expected).expect("the page can be written");
    }
    let found = fs::read_to_string(docs(name)).expect("the page is there");
    assert!(
        found == expected,
        "docs/{name} is not what the kinds say: UPDATE_EXPECT=1 cargo test fresh"
    );
}

#[test]
fn the_pages_of_monitors_and_channels_are_fresh() {
    let page = |title: &str, what: &str, pages: Vec<&str>| {
        let pages: Vec<String> = pages.iter().map(|page| format!("#{}", page.trim_end())).collect();
        format!("# {title}\n\n{what}\n\n{}\n", pages.join("\n\n"))
    };
    let monitors = MONITORS.iter().map(|kind| kind.page).collect();
    let what = "Services that are told when a job starts and how it ended. Each is a `[monitors.NAME]` section of the\n\
                [settings](settings.md).";
    check_page("monitors.md", &page("Monitors", what, monitors));
    let channels = CHANNELS.iter().map(|kind| kind.page).collect();
    let what = "Ways to tell people. Each is a `[channels.NAME]` section of the [settings](settings.md).";
    check_page("channels.md", &page("Channels", what, channels));
}

#[test]
fn the_settings_page_names_every_key_with_its_meaning_and_its_example_holds() {
    let page = fs::read_to_string(docs("settings.md")).unwrap();
    for keys in [REPORT_KEYS, TARGET_KEYS, RECORD_KEYS] {
        let rows: Vec<String> = keys
            .iter()
            .map(|(name, help)| format!("| `{name}` | {help} |"))
            .collect();
        let table = format!("|---|---|\n{}\n\n", rows.join("\n"));
        assert!(
            page.contains(&table),
            "the table of keys wants these rows:\n{table}"
        );
    }

    let lines = page
        .lines()
        .filter(|line| line.starts_with("    ") || line.is_empty());
    let example: Vec<&str> = lines.map(str::trim_start).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.toml");
    fs::write(&file, example.join("\n")).unwrap();
    let mut settings = Settings::read(&[file], &["timeout"]);
    settings.check();
    assert_eq!(settings.problems(), []);
    let backup = settings.job("backup");
    assert_eq!(
        (backup.rule.after, backup.rule.slower, backup.monitors.len()),
        (2, Some(2.0), 1)
    );
    assert_eq!(
        AlertRule::default().silent.as_secs(),
        86_400,
        "a day, as the page says"
    );
    // What the page says of what holds where nothing is set.
    let (record, day) = (RecordSettings::default(), 86_400);
    assert_eq!(
        (
            record.retention.age.as_secs(),
            record.retention.runs,
            record.retention.outputs
        ),
        (400 * day, 100_000, 20)
    );
    assert_eq!(
        (record.bounds.reports, record.bounds.age.as_secs()),
        (10_000, 30 * day)
    );
}
