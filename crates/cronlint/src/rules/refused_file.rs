use std::path::Path;

use diagnostic::Severity;
use host::{FileState, Machine};

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F007",
    name: "refused-file",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Lines,
    explanation: include_str!("refused_file.md"),
    check,
};

/// What a daemon says of a file that it ignores, why, and the cure.
type Refusal = (String, String, String);

fn check(file: &File<'_>) -> Vec<Finding> {
    let (Some(machine), Some(path)) = (file.live, file.path.map(Path::new)) else {
        return Vec::new();
    };
    // Only what lies where a daemon reads it, and not in somebody's repository.
    let system = path == Path::new("/etc/crontab") || path.parent() == Some(Path::new("/etc/cron.d"));
    let daemon = file.crontab.daemon;
    let refusals = match (daemon.name, file.owner) {
        ("debian", None) if system => debian_system(machine, path),
        ("debian", Some(owner)) => debian_user(machine, path, owner),
        ("cronie", owner) if system || owner.is_some() => cronie(machine, path, owner),
        _ => Vec::new(),
    };
    let finding = |(words, why, cure): Refusal| {
        Finding::new(0..0, format!("{why}: {} ignores it", daemon.title))
            .note(format!("it says \"{words}\""))
            .help(cure)
    };
    refusals.into_iter().map(finding).collect()
}

fn refusal(words: &str, why: impl Into<String>, cure: impl Into<String>) -> Refusal {
    (words.to_owned(), why.into(), cure.into())
}

/// Measured with 3.0pl1-162, in the order of its checks, of which the first counts.
fn debian_system(machine: &Machine, path: &Path) -> Vec<Refusal> {
    let link = machine.link_state(path);
    if link.as_ref().is_ok_and(|link| link.link && link.owner != 0) {
        let why = "the link does not belong to root";
        return vec![refusal("WRONG SYMLINK OWNER", why, "chown -h root:root")];
    }
    let Ok(state) = machine.state(path) else {
        return match link {
            Ok(_) => vec![refusal(
                "CAN'T OPEN SYMLINK",
                "the link leads nowhere",
                "put a file in its place",
            )],
            Err(_) => Vec::new(),
        };
    };
    let mut found = common(&state);
    found.extend(wrong_owner(&state, None));
    if state.is_writable_by_others() {
        let words = "INSECURE MODE (group/other writable)";
        found.push(refusal(words, mode(&state), "chmod 644"));
    }
    found.extend(more_names(&state));
    found.truncate(1);
    found
}

fn debian_user(machine: &Machine, path: &Path, owner: &str) -> Vec<Refusal> {
    let Ok(state) = machine.state(path) else {
        return Vec::new();
    };
    let account = match machine.account(owner) {
        Ok(None) => {
            let why = format!("the machine has no account `{owner}`");
            return vec![refusal(
                "ORPHAN (no passwd entry)",
                why,
                "remove the file, or add the account",
            )];
        }
        account => account.ok().flatten(),
    };
    let mut found = common(&state);
    if state.mode != 0o600 {
        let words = "INSECURE MODE (mode 0600 expected)";
        found.push(refusal(words, mode(&state), "chmod 600"));
    }
    found.extend(wrong_owner(
        &state,
        account.map(|account| (owner, account.number)),
    ));
    found.extend(more_names(&state));
    found.truncate(1);
    found
}

/// From its source, 1.7: it takes no executable file, and of others only what nobody else can write.
fn cronie(machine: &Machine, path: &Path, owner: Option<&str>) -> Vec<Refusal> {
    let Ok(state) = machine.state(path) else {
        return Vec::new();
    };
    let account = owner.and_then(|owner| Some((owner, machine.account(owner).ok().flatten()?.number)));
    let mut found = common(&state);
    if state.mode & 0o7533 != 0o400 {
        let cure = if owner.is_some() { "chmod 600" } else { "chmod 644" };
        found.push(refusal("BAD FILE MODE", mode(&state), cure));
    }
    found.extend(wrong_owner(&state, account));
    if owner.is_some() {
        found.extend(more_names(&state));
    }
    found.truncate(1);
    found
}

fn common(state: &FileState) -> Vec<Refusal> {
    let why = "this is no regular file";
    let refused = (!state.regular).then(|| refusal("NOT A REGULAR FILE", why, "put a file in its place"));
    refused.into_iter().collect()
}

fn wrong_owner(state: &FileState, account: Option<(&str, u32)>) -> Option<Refusal> {
    if state.owner == 0 || account.is_some_and(|(_, number)| number == state.owner) {
        return None;
    }
    let why = format!("the file belongs to user {}", state.owner);
    let name = account.map_or("root", |(name, _)| name);
    Some(refusal("WRONG FILE OWNER", why, format!("chown {name}")))
}

fn more_names(state: &FileState) -> Option<Refusal> {
    (state.links > 1).then(|| {
        let why = format!("the file has {} names", state.links);
        refusal("NUMBER OF HARD LINKS > 1", why, "make a copy of its own")
    })
}

fn mode(state: &FileState) -> String {
    format!("the file's mode is {:04o}", state.mode)
}
