use crontab::{Kind, is_account_name, is_system_account};
use diagnostic::{Edit, Severity};
use host::Machine;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};
use crate::rules::support::{Refusal, is_told_elsewhere};

pub(super) static RULE: Rule = Rule {
    code: "F013",
    name: "mistyped-user",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("mistyped_user.md"),
    check,
};

/// Accounts whose names are typed wrongly, and long enough for a slip to be told from another name.
const OFTEN: &[&str] = &[
    "root", "www-data", "nobody", "postgres", "mysql", "nginx", "apache", "ubuntu", "debian", "jenkins",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    if file.crontab.kind != Kind::System {
        return Vec::new();
    }
    let users = file
        .crontab
        .entries()
        .filter(|(_, entry)| !is_told_elsewhere(file, entry))
        .filter_map(|(line, entry)| Some((line, entry.user.as_ref()?)));
    if let Some(machine) = file.live {
        return users
            .filter_map(|(line, user)| missing(file, machine, line, user))
            .collect();
    }
    users
        .filter_map(|(line, user)| Some((line, user, meant(&user.name)?)))
        .map(|(line, user, meant)| {
            let edit = Edit {
                span: user.span.clone(),
                text: meant.to_owned(),
            };
            Finding::new(
                user.span.clone(),
                format!("there is hardly an account `{}`", user.name),
            )
            .note(format!(
                "where it does not exist, {}",
                Refusal::of(line, user.span.start, "bad username").consequence(file)
            ))
            .help(format!("did you mean `{meant}`?"))
            .unsafe_fix(format!("write `{meant}`"), vec![edit])
        })
        .collect()
}

/// An account that this machine does not have.
fn missing(file: &File<'_>, machine: &Machine, line: usize, user: &crontab::User<'_>) -> Option<Finding> {
    if !matches!(machine.account(&user.name), Ok(None)) {
        return None;
    }
    let finding = Finding::new(
        user.span.clone(),
        format!("this machine has no account `{}`", user.name),
    )
    .severity(Severity::Error)
    .note(Refusal::of(line, user.span.start, "bad username").consequence(file));
    Some(match meant(&user.name) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")),
        None => finding,
    })
}

fn meant(user: &str) -> Option<&'static str> {
    if !is_account_name(user) || is_system_account(user) {
        return None;
    }
    OFTEN.iter().copied().find(|name| is_slip(user, name))
}

/// Whether one letter more, less, other or swapped, or another way to write the hyphen or the case, makes the name.
fn is_slip(user: &str, name: &str) -> bool {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['-', '_'], "");
    if plain(user) == plain(name) {
        return true;
    }
    let (a, b) = (user.as_bytes(), name.as_bytes());
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let back = a[front..]
        .iter()
        .rev()
        .zip(b[front..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (rest_a, rest_b) = (&a[front..a.len() - back], &b[front..b.len() - back]);
    match (rest_a, rest_b) {
        // A letter twice is a slip; another one may make another name, if the name is short.
        ([], [letter]) | ([letter], []) => {
            let longer = if a.len() > b.len() { a } else { b };
            let beside = |at: Option<usize>| at.and_then(|at| longer.get(at)) == Some(letter);
            name.len() > 4
                || letter.is_ascii_digit()
                || beside(front.checked_sub(1))
                || beside(Some(front + 1))
        }
        ([x], [y]) => x.is_ascii_alphabetic() && y.is_ascii_alphabetic() && front > 0 && name.len() > 4,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}
