use diagnostic::Severity;

use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "F040",
    name: "placeholder",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Lines,
    explanation: include_str!("placeholder.md"),
    check,
};

/// Parts of paths that examples use and systems do not.
const PATHS: &[&str] = &[
    "/path/to/",
    "/path/to",
    "/your/",
    "/absolute/path",
    "/full/path",
    "/some/path",
    "/ruta/a/",
    "/chemin/vers/",
    "/pfad/zu/",
    "/caminho/para/",
];

fn check(file: &File<'_>) -> Vec<Finding> {
    file.crontab
        .entries()
        .filter(|(_, entry)| entry.schedule.is_ok())
        .filter_map(|(_, entry)| look(entry))
        .collect()
}

fn look(entry: &crontab::Entry<'_>) -> Option<Finding> {
    let command = entry.command.text.as_ref();
    let holds_one = command
        .match_indices('/')
        .any(|(at, _)| PATHS.iter().any(|path| begins(&command[at..], path)));
    let path = || PATHS.iter().find_map(|path| whole_path(command, path));
    let part = holds_one.then(path).flatten().or_else(|| bracketed(command))?;
    let shown = &command[part.clone()];
    let finding = Finding::new(
        entry.command.source(part.clone()),
        format!("`{shown}` looks like a placeholder"),
    );
    Some(finding.help("put in what is meant"))
}

/// As `starts_with`, with a look at the second byte first: the first one is a slash.
fn begins(command: &str, path: &str) -> bool {
    command.as_bytes().get(1) == path.as_bytes().get(1) && command.starts_with(path)
}

/// The path around such a part.
fn whole_path(command: &str, part: &str) -> Option<std::ops::Range<usize>> {
    let at = command.find(part)?;
    let after = command[at + part.len()..].chars().next();
    if !part.ends_with('/') && after.is_some_and(|c| c.is_alphanumeric() || c == '-') {
        return None;
    }
    let is_end = |c: char| c.is_whitespace() || "\"';|&<>()".contains(c);
    let start = command[..at].rfind(is_end).map_or(0, |before| before + 1);
    let end = command[at..]
        .find(is_end)
        .map_or(command.len(), |length| at + length);
    Some(start..end)
}

/// `<user>`, `[your-name]`, `{project}`, `YOUR_TOKEN`: words that nobody means as they stand.
fn bracketed(command: &str) -> Option<std::ops::Range<usize>> {
    if !command.bytes().any(|byte| matches!(byte, b'<' | b'[' | b'{')) {
        return None;
    }
    command.match_indices(['<', '[', '{']).find_map(|(at, open)| {
        let close = match open {
            "<" => '>',
            "[" => ']',
            _ => '}',
        };
        let length = command[at + 1..].find(close)?;
        let word = &command[at + 1..at + 1 + length];
        let before = command[..at].chars().next_back();
        let named = word.len() > 2
            && word.starts_with(|c: char| c.is_ascii_alphabetic())
            && word
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        // `${name}`, `{{ name }}`, `[a-z]`, `[[`, `file <in>out` are something else.
        let other =
            matches!(before, Some('$' | '{' | '[' | '%' | '<' | '\\' | '^')) || open == "[" && !is_your(word);
        let glued = before.is_some_and(|c| c.is_alphanumeric());
        let next = command[at + 2 + length..].chars().next();
        let closed = next.is_none_or(|c| c.is_whitespace() || "/\"'.:,@".contains(c));
        (named && !other && (!glued || open != "<") && closed && (open != "{" || is_your(word)))
            .then_some(at..at + 2 + length)
    })
}

fn is_your(word: &str) -> bool {
    let word = word.to_ascii_lowercase();
    [
        "your", "user", "project", "domain", "host", "server", "path", "token", "name",
    ]
    .iter()
    .any(|part| word.contains(part))
}
