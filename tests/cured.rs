//! System crontabs that the real Debian cron refuses: it says what cronlint quotes, and takes each once cronlint has
//! cured it.

use std::path::Path;
use std::time::{Duration, Instant};

use chrono::{TimeZone as _, Utc};
use cronlint::fix::fix;
use cronlint::lint::{Settings, lint};
use crontab::Kind;
use e2e::cron::{Clock, Cron};

/// A crontab that is refused for one reason, the only one that the daemon says, by its name; nothing of it is due while the test runs. `{proof}` is a job
/// that is: its file tells that the crontab was taken.
const REFUSED: &[(&str, &str)] = &[
    (
        "newline",
        "MAILTO=ops@example.org\n{proof}\n15 3 * * * root /usr/bin/true",
    ),
    (
        "mark",
        "\u{feff}# By night\n30 1 * * * root /usr/bin/true\n{proof}\n",
    ),
    (
        "user",
        "*/20 3 * * * /usr/bin/true --all\n{proof}\n5 0 * * 0 /usr/bin/true\n",
    ),
    ("typo", "10 2 * * * rooot /usr/bin/true\n{proof}\n"),
    ("mailto", "MAILTO=\n40 5 * * * root /usr/bin/true\n{proof}\n"),
    (
        "export",
        "export TMPDIR=/var/tmp\n10 6 * * * root /usr/bin/true\n{proof}\n",
    ),
    ("weekday", "0 7 * * monday root /usr/bin/true\n{proof}\n"),
    ("month", "0 7 1 january * root /usr/bin/true\n{proof}\n"),
    ("step", "5/15 2 * * * root /usr/bin/true\n{proof}\n"),
    ("macro", "@Daily root /usr/bin/true\n{proof}\n"),
    ("quartz", "0 3 ? * * root /usr/bin/true\n{proof}\n"),
    ("pasted", "0 3 * * *\u{a0}root /usr/bin/true\n{proof}\n"),
    (
        "heading",
        "// the backups\n0 3 * * * root /usr/bin/true\n{proof}\n",
    ),
];

#[test]
fn what_the_real_cron_refuses_it_takes_once_it_is_cured() {
    let directory = tempfile::tempdir().unwrap();
    let taken = |name: &str| directory.path().join(name);
    let files: Vec<(String, String)> = REFUSED
        .iter()
        .flat_map(|(name, text)| versions(directory.path(), name, text))
        .collect();
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()))
        .collect();
    let start = Utc.with_ymd_and_hms(2026, 3, 1, 11, 58, 30).unwrap();
    let daemon = match Cron::start_on(&files, Clock { start, factor: 60 }) {
        Ok(daemon) => daemon,
        Err(reason) => return e2e::skip(&reason),
    };
    let begun = Instant::now();
    while REFUSED
        .iter()
        .any(|(name, _)| !taken(&format!("{name}-cured")).exists())
    {
        if begun.elapsed() > Duration::from_secs(60) {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    daemon.wait_until_idle();
    let log = daemon.said();
    let mut wrong = Vec::new();
    for (file, text) in files {
        let said: Vec<&String> = log
            .iter()
            .filter(|line| line.contains(&format!("/{file}")) || line.contains(&format!("*{file})")))
            .filter(|line| !line.contains(" CMD "))
            .collect();
        let is_cured = file.ends_with("-cured");
        if taken(file).exists() != is_cured || said.is_empty() != is_cured {
            wrong.push(format!(
                "{file}: taken: {}, cron says {said:?}",
                taken(file).exists()
            ));
        }
        for words in quoted(text) {
            if !said.iter().any(|line| line.contains(&words)) {
                wrong.push(format!("{file}: {words:?} is quoted, cron says {said:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// The crontab as it is and as cronlint makes it, each with a proof of its own.
fn versions(directory: &Path, name: &str, text: &str) -> [(String, String); 2] {
    let with_proof = |text: &str, name: &str| {
        let job = format!("0 12 * * * root touch {}", directory.join(name).display());
        (name.to_owned(), text.replace("{proof}", &job))
    };
    let cured = fix(with_proof(text, "proof").1.as_bytes(), &settings(), true);
    let cured = String::from_utf8(cured.text).unwrap();
    let (_, of_itself) = with_proof("{proof}", "proof");
    [
        with_proof(text, &format!("{name}-refused")),
        with_proof(&cured.replace(&of_itself, "{proof}"), &format!("{name}-cured")),
    ]
}

fn settings() -> Settings<'static> {
    Settings {
        kind: Some(Kind::System),
        ..Settings::default()
    }
}

/// What cronlint says that the daemon says, of a file that is ignored for it.
fn quoted(text: &str) -> Vec<String> {
    let found = lint(text.as_bytes(), &settings());
    let notes = found.iter().flat_map(|diagnostic| &diagnostic.notes);
    let words = notes.filter_map(|note| {
        note.split_once("says \"")?
            .1
            .split_once("\" and ignores the whole file")
    });
    words.map(|(words, _)| words.to_owned()).collect()
}
