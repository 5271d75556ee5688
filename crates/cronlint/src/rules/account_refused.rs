use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use crontab::Value;
use diagnostic::{Severity, Span};
use host::Machine;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F038",
    name: "account-refused",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("account_refused.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let Some(machine) = file.live else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for (index, entry) in file.crontab.entries() {
        let user = entry.user.as_ref().map(|user| (&*user.name, user.span.clone()));
        let owner = || file.owner.map(|owner| (owner, entry.command.span.clone()));
        let Some((name, span)) = user.or_else(owner) else {
            continue;
        };
        let home = match file.crontab.environment(index).get("HOME") {
            Value::Crontab { text, .. } => Some(text),
            _ => None,
        };
        if !seen.insert((name, home)) {
            continue;
        }
        found.extend(expired(file, machine, name, &span));
        found.extend(without_home(file, machine, name, home, &span));
        if file.owner.is_some() {
            found.extend(not_allowed(machine, name, &span));
        }
        found.extend(locked(machine, name, &span));
    }
    found
}

fn expired(file: &File<'_>, machine: &Machine, name: &str, span: &Span) -> Option<Finding> {
    if !file.crontab.daemon.asks_pam {
        return None;
    }
    let today = file
        .now
        .date_naive()
        .signed_duration_since(NaiveDate::default())
        .num_days();
    let day = machine.expired(name, today)?;
    let date = NaiveDate::default().checked_add_days(Days::new(u64::try_from(day).ok()?))?;
    let message = format!("the account `{name}` expired on {date}: cron runs none of its jobs");
    Some(Finding::new(span.clone(), message).help(format!("chage -E -1 {name}")))
}

fn without_home(
    file: &File<'_>,
    machine: &Machine,
    name: &str,
    home: Option<&str>,
    span: &Span,
) -> Option<Finding> {
    let account = machine.account(name).ok().flatten()?;
    let home = home.unwrap_or(&account.home);
    let daemon = file.crontab.daemon;
    if !daemon.runs_in_home || !home.starts_with('/') || machine.has(home) {
        return None;
    }
    let missing = format!("`{home}`, the home of `{name}`, does not exist on this machine");
    Some(match daemon.fallback_directory {
        Some(other) => Finding::new(span.clone(), format!("{missing}: its jobs run in {other}"))
            .severity(Severity::Warning)
            .help("make the directory, or set HOME in the crontab"),
        None => Finding::new(
            span.clone(),
            format!("{missing}: {} runs none of its jobs", daemon.title),
        )
        .help("make the directory, or set HOME in the crontab"),
    })
}

fn not_allowed(machine: &Machine, name: &str, span: &Span) -> Option<Finding> {
    let why = machine.crontab_refuses(name)?;
    let message = format!("`crontab` refuses `{name}`: {why}");
    Some(
        Finding::new(span.clone(), message)
            .severity(Severity::Warning)
            .note("cron runs the jobs all the same; only the account itself cannot change them")
            .help("take the crontab away with `crontab -r -u`, or let the account use crontab"),
    )
}

fn locked(machine: &Machine, name: &str, span: &Span) -> Option<Finding> {
    machine.is_locked(name).then(|| {
        Finding::new(
            span.clone(),
            format!("the account `{name}` is locked, and cron runs its jobs all the same"),
        )
        .severity(Severity::Info)
        .note("a locked password keeps nobody's jobs from running; an expired account does (`chage -E 0`)")
    })
}
