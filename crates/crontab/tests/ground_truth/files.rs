//! What a daemon says of a whole file, and which of its commands it runs.

use std::collections::BTreeSet;

use crontab::daemon;
use crontab::{Crontab, Entry, Kind};

use super::{bytes, named, records, strings};

#[test]
fn debian_says_the_same_of_whole_files() {
    check_files("debian", include_str!("../records/debian.files.jsonl"), 42);
}

#[test]
fn debian_says_the_same_of_odd_files() {
    // Made by chance, and shown to `crontab -n` of the same package; each character stands for a byte.
    let text = include_str!("../records/debian.verdicts.jsonl");
    let mut failures = Vec::new();
    for record in records(text) {
        let content: Vec<u8> = record["content"]
            .as_str()
            .unwrap_or_default()
            .chars()
            .map(|c| c as u8)
            .collect();
        let verdict = Crontab::parse(&content, Kind::User, &daemon::DEBIAN).verdict();
        let words = verdict.complaints.first().map_or("", |complaint| complaint.words);
        let expected = (
            record["accepted"] == false,
            record["words"].as_str().unwrap_or_default(),
        );
        if (verdict.dropped, words) != expected {
            failures.push(format!("{record}: we say {words:?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn debian_reads_the_same_file_names() {
    check_names("debian", include_str!("../records/debian.files.jsonl"), 12);
}

#[test]
fn cronie_says_the_same_of_whole_files() {
    check_files("cronie", include_str!("../records/cronie.files.jsonl"), 40);
    check_names("cronie", include_str!("../records/cronie.files.jsonl"), 12);
}

#[test]
fn isc_cron_says_the_same_of_whole_files() {
    check_files("vixie", include_str!("../records/vixie.files.jsonl"), 30);
}

fn check_files(name: &str, text: &str, least: usize) {
    let daemon = named(name);
    let kind = if daemon.system_crontabs && name != "vixie" {
        Kind::System
    } else {
        Kind::User
    };
    let mut failures = Vec::new();
    let mut count = 0;
    for record in records(text).filter(|record| record["content"].is_string()) {
        count += 1;
        let content = bytes(record["content"].as_str().unwrap_or_default());
        let crontab = Crontab::parse(&content, kind, daemon);
        let expected = Said::of_log(&strings(&record["log"]));
        let said = Said::of_crontab(&crontab);
        if said != expected {
            failures.push(format!(
                "{}: we say {said:?}, the daemon {expected:?}",
                record["name"]
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(count >= least, "only {count} records");
}

/// What a daemon says of a file: its complaints, and the commands that it runs.
#[derive(Debug, Default, PartialEq, Eq)]
struct Said {
    complaints: BTreeSet<String>,
    commands: BTreeSet<String>,
}

impl Said {
    fn of_log(log: &[String]) -> Said {
        let mut said = Said::default();
        for line in log {
            if let Some(words) = line.strip_prefix("Error: ") {
                said.complaints
                    .insert(words.split(';').next().unwrap_or_default().to_owned());
            } else if let Some(at) = line.find("ERROR (Missing newline before EOF") {
                said.complaints.insert(line[at + 7..at + 33].to_owned());
            } else if let Some(words) = line
                .strip_prefix("(CRON) ")
                .and_then(|rest| rest.split(" (").next())
            {
                if !words.starts_with("ERROR") {
                    said.complaints.insert(words.to_owned());
                }
            } else if let Some((_, command)) = line.split_once(" CMD (") {
                let command = command.strip_suffix(')').unwrap_or(command);
                said.commands
                    .insert(command.strip_suffix("^M").unwrap_or(command).to_owned());
            }
        }
        said
    }

    fn of_crontab(crontab: &Crontab<'_>) -> Said {
        let mut said = Said::default();
        let verdict = crontab.verdict();
        let silent = crontab.daemon.name == "vixie";
        let mut words: Vec<&str> = verdict
            .complaints
            .iter()
            .map(|complaint| complaint.words)
            .collect();
        if crontab.daemon.on_error == daemon::OnError::DropsFile {
            words.truncate(1);
        }
        said.complaints = words.into_iter().filter(|_| !silent).map(str::to_owned).collect();
        let unknown_user = |entry: &Entry<'_>| {
            entry
                .user
                .as_ref()
                .is_some_and(|user| user.name != "root" && user.name != "nobody")
        };
        let users = crontab
            .entries()
            .any(|(_, entry)| unknown_user(entry) && entry.complaint(crontab.kind, crontab.daemon).is_none());
        // Which accounts exist is not in the text.
        if users && said.complaints.is_empty() && crontab.daemon.on_error == daemon::OnError::DropsFile {
            said.complaints.insert("bad username".to_owned());
            return said;
        }
        if verdict.dropped {
            return said;
        }
        for (index, entry) in crontab.entries() {
            let refused = verdict
                .complaints
                .iter()
                .any(|complaint| complaint.line == index && complaint.words.starts_with("bad"));
            // A job that the window of the record does not reach logs nothing.
            let command = entry.command.text.to_string();
            let text = entry.schedule.as_ref().map_or("", |schedule| schedule.text());
            // In Tokyo it is nine when it is midnight in UTC.
            let moved = crontab.daemon.honours_cron_tz
                && crontab.environment(index).get("CRON_TZ").text() == Some("Asia/Tokyo");
            let due = text != if moved { "1 0 1 1 *" } else { "1 9 1 1 *" } && !entry.unlogged;
            let unended = crontab.daemon.final_newline == daemon::FinalNewline::DropsLine
                && crontab.unended_line().is_some_and(|(last, _)| last == index);
            if !refused && !unended && !unknown_user(entry) && due {
                said.commands.insert(command);
            }
        }
        said
    }
}

fn check_names(name: &str, text: &str, least: usize) {
    let daemon = named(name);
    let mut count = 0;
    for record in records(text).filter(|record| record["accepted"].is_boolean()) {
        let file = record["name"].as_str().unwrap_or_default();
        // The records name the kinds, and these are the names themselves, but for two.
        let file = match file {
            "sp ace" | "plus+" | "a,b" => file,
            other => other,
        };
        let accepted = if file == "normal" {
            true
        } else {
            (daemon.reads_file_name)(file)
        };
        assert_eq!(Some(accepted), record["accepted"].as_bool(), "{file}");
        count += 1;
    }
    assert!(count >= least, "only {count} records");
}
