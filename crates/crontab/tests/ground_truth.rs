//! Measured daemons: what they said of whole files, and what their jobs found.
//!
//! The records in `records/` were measured with the real daemons. `files`: a crontab in /etc/cron.d (for ISC cron a
//! user's), what was logged, what one job wrote; and which names in /etc/cron.d are read. `environment`: what a job
//! got, which ran a program that prints it, either through the shell or as the shell.

use std::collections::BTreeSet;

use crontab::daemon::{self, Daemon};
use crontab::{Account, Crontab, Entry, Kind};
use serde_json::Value;

#[test]
fn debian_says_the_same_of_whole_files() {
    check_files("debian", include_str!("records/debian.files.jsonl"), 42);
}

#[test]
fn debian_says_the_same_of_odd_files() {
    // Made by chance, and shown to `crontab -n` of the same package; each character stands for a byte.
    let text = include_str!("records/debian.verdicts.jsonl");
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
    check_names("debian", include_str!("records/debian.files.jsonl"), 12);
}

#[test]
fn debian_hands_the_same_to_its_jobs() {
    check_environments("debian", include_str!("records/debian.environment.jsonl"), 120);
}

#[test]
fn cronie_says_and_does_the_same() {
    check_files("cronie", include_str!("records/cronie.files.jsonl"), 40);
    check_names("cronie", include_str!("records/cronie.files.jsonl"), 12);
    check_environments("cronie", include_str!("records/cronie.environment.jsonl"), 120);
}

#[test]
fn isc_cron_says_and_does_the_same() {
    check_files("vixie", include_str!("records/vixie.files.jsonl"), 30);
    check_environments("vixie", include_str!("records/vixie.environment.jsonl"), 100);
}

#[test]
fn busybox_hands_the_same_to_its_jobs() {
    check_environments("busybox", include_str!("records/busybox.environment.jsonl"), 100);
}

#[test]
fn dcron_hands_the_same_to_its_jobs() {
    check_environments("dcron", include_str!("records/dcron.environment.jsonl"), 100);
}

fn records(text: &str) -> impl Iterator<Item = Value> + '_ {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a record"))
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|item| item.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// Bytes above 127 stand in the records as the characters of those numbers, or as text.
fn bytes(text: &str) -> Vec<u8> {
    if text.contains('\u{ff}') {
        text.chars().map(|c| c as u8).collect()
    } else {
        text.as_bytes().to_vec()
    }
}

fn named(name: &str) -> &'static Daemon {
    daemon::find(name).expect("a daemon")
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

/// The accounts of the machine on which the records were made.
fn account(name: &str) -> Account<'_> {
    let home = match name {
        "root" => "/root",
        "tu" => "/home/t u",
        "nobody" => "/nonexistent",
        "nohome" => "/nonexistent/x",
        _ => "/tmp",
    };
    let shell = "/bin/bash";
    Account { name, home, shell }
}

/// Directories that the account can enter, as seen from the daemon's own, `/`.
fn enterable(account: &Account<'_>, directory: &str) -> bool {
    matches!(directory, "/" | "/run" | "/tmp" | "/home/t u") || directory == "/root" && account.name == "root"
}

fn check_environments(name: &str, text: &str, least: usize) {
    let daemon = named(name);
    let mut failures = Vec::new();
    let mut count = 0;
    for record in records(text) {
        let title = record["name"].as_str().unwrap_or_default();
        // What PAM and the machine's own settings add is not in the crontab.
        let elsewhere = title.starts_with("pam_") || title == "user_expired" || title.starts_with("daemon_");
        count += 1;
        if elsewhere {
            if let Err(reason) = check_names_of_variables(daemon, &record) {
                failures.push(format!("{title}: {reason}"));
            }
            continue;
        }
        if let Err(reason) = check_environment(daemon, &record) {
            failures.push(format!("{title}: {reason}"));
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

fn check_environment(daemon: &'static Daemon, record: &Value) -> Result<(), String> {
    let content = bytes(record["content"].as_str().unwrap_or_default());
    let kind = if record["where"] == "user crontab" {
        Kind::User
    } else {
        Kind::System
    };
    let account = account(record["user"].as_str().unwrap_or_default());
    let crontab = Crontab::parse(&content, kind, daemon);
    let ran = record["ran"] == true;
    if crontab.verdict().dropped {
        return if ran {
            Err("we say that the file is dropped".to_owned())
        } else {
            Ok(())
        };
    }
    let got = record["got"]
        .as_object()
        .map(|got| got.values().collect::<Vec<_>>())
        .unwrap_or_default();
    for (number, (line, entry)) in crontab.entries().enumerate() {
        let environment = crontab.environment(line);
        let shell = match environment.shell() {
            crontab::Value::Account => account.shell,
            value => value.text().unwrap_or_default(),
        };
        let directory = environment.directory(account, |directory| enterable(&account, directory));
        // busybox searches for the shell, the others do not.
        let found = matches!(shell, "/bin/sh" | "/bin/bash" | "/opt/probe")
            || daemon.name == "busybox" && shell == "sh";
        let starts = found && directory.is_some();
        if !ran {
            // A command cut inside a quote, or without its program, fails in the shell, not in the daemon.
            let missing = entry.command.text.starts_with("t ") && shell != "/opt/probe";
            let fails = shell::is_cut(&entry.command.text) || missing || !starts;
            return if fails {
                Ok(())
            } else {
                Err("we say that the job runs".to_owned())
            };
        }
        let seen = got.get(number).ok_or("we find more jobs")?;
        if !starts {
            return Err("we say that the job does not start".to_owned());
        }
        let command = entry.command.text.as_ref();
        let mut variables = environment.variables(account);
        variables.extend(own(daemon, &environment));
        let directory = directory.unwrap_or_default();
        let mut expected = shell::environment(shell, variables, &directory, command);
        let scratch = strings(&seen["env"])
            .into_iter()
            .find(|variable| variable.starts_with("PWD=/tmp/cron."));
        if let Some(scratch) = scratch.filter(|_| daemon.name == "dcron") {
            // dcron makes a directory of its own for a job without a home.
            expected.remove("PWD=/tmp");
            expected.insert(scratch);
        }
        let found: BTreeSet<String> = strings(&seen["env"])
            .into_iter()
            .map(latin)
            .filter(|v| !v.starts_with("_=") && !v.starts_with("SHLVL="))
            .collect();
        if expected != found {
            return Err(format!("we say {expected:?}, the job got {found:?}"));
        }
        let moved = command.starts_with("cd ") || daemon.name == "dcron";
        if seen["cwd"].as_str() != Some(&*directory) && !moved {
            return Err(format!(
                "we say it runs in {directory}, it ran in {}",
                seen["cwd"]
            ));
        }
        if seen["umask"].as_str() != Some(&*format!("{:04o}", environment.umask())) {
            return Err(format!("its umask was {}", seen["umask"]));
        }
        let input = entry.input.as_ref().map_or("", |input| input.text.as_ref());
        let stdin = seen["stdin"].as_str().unwrap_or_default();
        if input != if stdin == "EOF" { "" } else { stdin } {
            return Err(format!("we say the input is {input:?}, the job read {stdin:?}"));
        }
    }
    Ok(())
}

/// Where PAM or the daemon's start has a hand in it: what we say is set is there, whatever its value.
fn check_names_of_variables(daemon: &'static Daemon, record: &Value) -> Result<(), String> {
    let content = bytes(record["content"].as_str().unwrap_or_default());
    let kind = if record["where"] == "user crontab" {
        Kind::User
    } else {
        Kind::System
    };
    let crontab = Crontab::parse(&content, kind, daemon);
    let account = account(record["user"].as_str().unwrap_or_default());
    let jobs = record["got"].as_object().into_iter().flat_map(|got| got.values());
    for (seen, (line, _)) in jobs.zip(crontab.entries()) {
        let names: BTreeSet<String> = strings(&seen["env"])
            .iter()
            .filter_map(|variable| Some(variable.split_once('=')?.0.to_owned()))
            .collect();
        for (name, _) in crontab.environment(line).variables(account) {
            if !names.contains(&name) {
                return Err(format!("we say that {name} is set, the job got {names:?}"));
            }
        }
    }
    Ok(())
}

/// What the daemons were started with, where a job gets it.
fn own(daemon: &Daemon, environment: &crontab::Environment<'_>) -> Vec<(String, String)> {
    let mut own = vec![("LANG", "C.UTF-8")];
    if daemon.path.is_none() {
        own.extend([
            ("DAEMONVAR", "leak"),
            ("INVOCATION_ID", "0123"),
            ("JOURNAL_STREAM", "8:1"),
            ("MAILTO", "daemon@mailto"),
            (
                "PATH",
                "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            ),
            ("READ_ENV", "yes"),
        ]);
    }
    let inherited = own
        .into_iter()
        .filter(|(name, _)| environment.get(name) == crontab::Value::Inherited);
    inherited
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// The records show the bytes of a variable as characters.
fn latin(text: String) -> String {
    if text.chars().all(|c| (c as u32) < 256) && !text.is_ascii() {
        String::from_utf8_lossy(&text.chars().map(|c| c as u8).collect::<Vec<_>>()).into_owned()
    } else {
        text
    }
}

/// What dash and bash make of an environment before they start a program.
mod shell {
    use std::collections::BTreeSet;

    pub(super) fn environment(
        shell: &str,
        variables: Vec<(String, String)>,
        directory: &str,
        command: &str,
    ) -> BTreeSet<String> {
        let through_shell = shell != "/opt/probe";
        let mut all: Vec<(String, String)> = variables
            .into_iter()
            .filter(|(name, _)| !through_shell || is_identifier(name))
            .collect();
        if through_shell {
            let mut set = |name: &str, value: &str| {
                all.retain(|(other, _)| other != name);
                all.push((name.to_owned(), value.to_owned()));
            };
            set("PWD", directory);
            if let Some((_, value)) = command.split_once("FOO=").filter(|_| !command.contains("BAR=")) {
                set("FOO", value.split(' ').next().unwrap_or_default());
            }
            if command.starts_with("cd / ") {
                set("OLDPWD", directory);
                set("PWD", "/");
            }
            // Neither shell takes IFS from its environment.
            if all.iter().any(|(name, _)| name == "IFS") {
                all.retain(|(name, _)| name != "IFS");
                all.push(("IFS".to_owned(), " \t\n".to_owned()));
            }
        }
        all.into_iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    }

    /// Whether a quote is left open.
    pub(super) fn is_cut(command: &str) -> bool {
        command.matches('"').count() % 2 == 1
    }

    fn is_identifier(name: &str) -> bool {
        !name.is_empty()
            && !name.starts_with(|c: char| c.is_ascii_digit())
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    }
}
