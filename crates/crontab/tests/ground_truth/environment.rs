//! What a job finds: every variable with its value, its directory, its umask, its input.
//!
//! A few values come from the machine instead of the crontab; `machine` is all of them.

use std::collections::BTreeSet;

use crontab::daemon::Daemon;
use crontab::{Account, Crontab, Kind};
use serde_json::Value;

use super::machine::Machine;
use super::{bytes, named, records, strings};

/// Whether the daemon was built with PAM, and asks it.
const PAM: bool = true;
const NO_PAM: bool = false;

#[test]
fn debian_hands_the_same_to_its_jobs() {
    let text = include_str!("../records/debian.environment.jsonl");
    check("debian", PAM, text, 144);
}

#[test]
fn cronie_hands_the_same_to_its_jobs() {
    let text = include_str!("../records/cronie.environment.jsonl");
    check("cronie", NO_PAM, text, 145);
}

#[test]
fn cronie_with_pam_hands_the_same_to_its_jobs() {
    // Only what differs from cronie without: the other 135 of its records are the same.
    let text = include_str!("../records/cronie-pam.environment.jsonl");
    check("cronie", PAM, text, 10);
}

#[test]
fn isc_cron_hands_the_same_to_its_jobs() {
    let text = include_str!("../records/vixie.environment.jsonl");
    check("vixie", NO_PAM, text, 121);
}

#[test]
fn busybox_hands_the_same_to_its_jobs() {
    let text = include_str!("../records/busybox.environment.jsonl");
    check("busybox", NO_PAM, text, 117);
}

#[test]
fn dcron_hands_the_same_to_its_jobs() {
    let text = include_str!("../records/dcron.environment.jsonl");
    check("dcron", NO_PAM, text, 117);
}

fn check(name: &str, has_pam: bool, text: &str, number: usize) {
    let daemon = named(name);
    // A value of 900 letters is written shorter.
    let text = text.replace("{x900}", &"x".repeat(900));
    let all: Vec<Value> = records(&text).collect();
    let failures: Vec<String> = all
        .iter()
        .filter_map(|record| {
            let reason = check_environment(daemon, &Machine::of(record, has_pam), record).err()?;
            Some(format!("{}: {reason}", record["name"]))
        })
        .collect();
    assert!(
        failures.is_empty(),
        "{} of {}:\n{}",
        failures.len(),
        all.len(),
        failures.join("\n")
    );
    assert_eq!(all.len(), number);
}

fn check_environment(daemon: &'static Daemon, machine: &Machine, record: &Value) -> Result<(), String> {
    let content = bytes(record["content"].as_str().unwrap_or_default());
    let kind = if record["where"] == "user crontab" {
        Kind::User
    } else {
        Kind::System
    };
    let account = account(record["user"].as_str().unwrap_or_default());
    let crontab = Crontab::parse(&content, kind, daemon);
    let ran = record["ran"] == true;
    if !machine.runs_it {
        return if ran {
            Err("the machine runs it".to_owned())
        } else {
            Ok(())
        };
    }
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
            let missing = entry.command.text.split(' ').next() == Some("t") && shell != "/opt/probe";
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
        let variables = machine.variables(&environment, account);
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
        if seen["umask"].as_str() != Some(&*format!("{:04o}", machine.umask.unwrap_or(environment.umask()))) {
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
