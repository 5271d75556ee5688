//! The machine on which a record was made, as far as a job sees it: no crontab says these.

use std::collections::BTreeMap;

use crontab::{Account, Environment};
use serde_json::Value;

/// What a record's `setup` says of its machine.
pub(super) struct Machine {
    /// What the daemon was started with.
    started_with: BTreeMap<String, String>,
    /// What PAM's pam_env reads from /etc/environment and /etc/default/locale.
    pam: BTreeMap<String, String>,
    /// The umask that the daemon was started with, or that PAM sets.
    pub(super) umask: Option<u32>,
    /// Whether cronie was told by `-P` to keep the PATH that it was started with.
    keeps_path: bool,
    /// Whether PAM lets the account run jobs, and the daemon's clock shows what the record's does.
    pub(super) runs_it: bool,
}

impl Machine {
    pub(super) fn of(record: &Value, has_pam: bool) -> Machine {
        let setup = &record["setup"];
        let text = |name: &str| setup[name].as_str().unwrap_or_default();
        let started_with: BTreeMap<String, String> = match setup["denv"].as_object() {
            Some(variables) => {
                let value = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                variables
                    .iter()
                    .map(|(name, text)| (name.clone(), value(text)))
                    .collect()
            }
            None => usual(),
        };
        let mut machine = Machine {
            pam: BTreeMap::new(),
            umask: setup["umask"].as_u64().and_then(|umask| umask.try_into().ok()),
            keeps_path: setup["args"]
                .as_array()
                .is_some_and(|arguments| arguments.iter().any(|argument| argument == "-P")),
            // In Tokyo the hour of the job has passed when the record begins.
            runs_it: !started_with.contains_key("TZ"),
            started_with,
        };
        if has_pam {
            for file in ["etcenv", "locale"] {
                machine.pam.extend(text(file).lines().filter_map(pam_env));
            }
            let umask = text("pam").split_once("umask=");
            machine.umask = umask
                .and_then(|(_, umask)| u32::from_str_radix(umask, 8).ok())
                .or(machine.umask);
            machine.runs_it &= !text("pam").contains("pam_deny") && record["user"] != "expired";
        }
        machine
    }

    /// All that the daemon hands to the job: PAM's, over them its own where it hands them on, over them what we say.
    pub(super) fn variables(
        &self,
        environment: &Environment<'_>,
        account: Account<'_>,
    ) -> Vec<(String, String)> {
        let mut all = self.pam.clone();
        let handed_on = |name: &str| {
            environment.get(name) == crontab::Value::Inherited
                || self.keeps_path && name == "PATH" && environment.assignment("PATH").is_none()
        };
        let variables = environment.variables(account);
        let ours = variables.into_iter().filter(|(name, _)| !handed_on(name));
        all.extend(ours);
        let own = self.started_with.iter().filter(|(name, _)| handed_on(name));
        all.extend(own.map(|(name, value)| (name.clone(), value.clone())));
        all.into_iter().collect()
    }
}

/// What the daemons were started with, but where a record says otherwise.
fn usual() -> BTreeMap<String, String> {
    let variables = [
        ("DAEMONVAR", "leak"),
        ("HOME", "/daemonhome"),
        ("INVOCATION_ID", "0123"),
        ("JOURNAL_STREAM", "8:1"),
        ("LANG", "C.UTF-8"),
        ("MAILTO", "daemon@mailto"),
        (
            "PATH",
            "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ),
        ("READ_ENV", "yes"),
        ("USER", "daemonuser"),
    ];
    variables
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into()
}

/// A line as pam_env reads it.
fn pam_env(line: &str) -> Option<(String, String)> {
    let (name, value) = line.strip_prefix("export ").unwrap_or(line).split_once('=')?;
    Some((name.to_owned(), value.trim_matches('"').to_owned()))
}
