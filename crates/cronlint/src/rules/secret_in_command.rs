use diagnostic::{Severity, Span};
use shell::{Value, Word};

use crate::command::Command;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "X001",
    name: "secret-in-command",
    severity: Severity::Error,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("secret_in_command.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands.iter().flat_map(in_command).collect()
}

const HELP: &str =
    "put it into a file with mode 0600 that the program reads, such as ~/.my.cnf, ~/.pgpass or ~/.netrc";

fn in_command(command: &Command<'_>) -> Vec<Finding> {
    let mut spans: Vec<Span> = Vec::new();
    for call in &command.calls {
        for assignment in &call.step.command.assignments {
            if let Value::Word(word) = &assignment.value
                && is_secret_name(&assignment.name)
                && word.literal().is_some_and(|text| is_secret(&text))
            {
                spans.push(word.span.clone());
            }
        }
        spans.extend(
            call.programs
                .last()
                .into_iter()
                .filter_map(|program| option(program.base(), program.arguments)),
        );
        spans.extend(
            call.step
                .command
                .words
                .iter()
                .filter_map(|word| in_text(command, word)),
        );
    }
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup_by(|b, a| a.start == b.start || a.end >= b.end);
    let message = "a secret on the command line can be read by every user of the machine while the job runs";
    spans
        .iter()
        .map(|span| command.finding(span, message).help(HELP))
        .collect()
}

/// How a program takes a secret.
struct Taker {
    programs: &'static [&'static str],
    /// Options with the secret as their value; one that ends with `+` has it attached.
    options: &'static [&'static str],
}

const TAKERS: &[Taker] = &[
    Taker {
        programs: &[
            "mysql",
            "mysqldump",
            "mysqladmin",
            "mysqlcheck",
            "mysqlimport",
            "mysqlhotcopy",
            "mysqlshow",
            "mariadb",
            "mariadb-dump",
            "mariadb-admin",
            "mariabackup",
            "xtrabackup",
            "mydumper",
        ],
        options: &["-p+", "--password="],
    },
    Taker {
        programs: &["curl"],
        options: &["-u", "--user", "--proxy-user", "-U"],
    },
    Taker {
        programs: &["wget"],
        options: &["--password=", "--http-password=", "--ftp-password=", "--password"],
    },
    Taker {
        programs: &["sshpass"],
        options: &["-p", "-p+"],
    },
    Taker {
        programs: &["mongodump", "mongo", "mongosh", "mongoexport"],
        options: &["-p", "--password", "--password=", "-p+"],
    },
    Taker {
        programs: &["redis-cli"],
        options: &["-a", "--pass"],
    },
    Taker {
        programs: &["7z", "7za", "7zr", "rar"],
        options: &["-p+"],
    },
    Taker {
        programs: &["zip", "unzip"],
        options: &["-P", "-P+", "--password"],
    },
    Taker {
        programs: &["lftp", "smbclient", "ncftpput", "ncftpget"],
        options: &["-u", "-p", "-U"],
    },
    Taker {
        programs: &["openssl"],
        options: &["-k", "-K"],
    },
    Taker {
        programs: &["gpg", "gpg2"],
        options: &["--passphrase", "--passphrase="],
    },
    Taker {
        programs: &["ldapsearch", "ldapmodify", "ldapadd"],
        options: &["-w"],
    },
    Taker {
        programs: &["sqlcmd", "bcp"],
        options: &["-P"],
    },
];

/// Options whose name says it, whatever the program.
const NAMED: &[&str] = &[
    "--password=",
    "--passwd=",
    "--pass=",
    "--token=",
    "--api-key=",
    "--apikey=",
    "--secret=",
    "--secret-key=",
];

fn option(base: &str, arguments: &[Word]) -> Option<Span> {
    let taker = TAKERS.iter().find(|taker| taker.programs.contains(&base));
    let options = taker.map_or(&[][..], |taker| taker.options);
    for (at, word) in arguments.iter().enumerate() {
        let Some(text) = word.literal().filter(|text| text.starts_with('-')) else {
            continue;
        };
        for option in options.iter().chain(NAMED) {
            let attached = option
                .strip_suffix('+')
                .or(option.ends_with('=').then_some(option));
            let (value, span) = match attached {
                Some(option) => (
                    text.strip_prefix(option).unwrap_or_default().to_owned(),
                    word.span.clone(),
                ),
                None if text == *option => match arguments.get(at + 1) {
                    Some(next) => (next.literal().unwrap_or_default().into_owned(), next.span.clone()),
                    None => continue,
                },
                None => continue,
            };
            // Of `user:password` only the part behind the colon counts, and it must be there.
            let secret = match (base, value.split_once([':', ','])) {
                ("curl" | "lftp", Some((_, password))) => password,
                ("curl" | "lftp", None) => "",
                ("smbclient", _) => value.split_once('%').map_or("", |(_, password)| password),
                _ => value.as_str(),
            };
            if is_secret(secret) {
                return Some(span);
            }
        }
    }
    None
}

/// A secret inside a word: in a URL, in a header, or one that can be told by its form.
fn in_text(command: &Command<'_>, word: &Word) -> Option<Span> {
    let text = command.slice(&word.span);
    // The shortest that counts: a login in a URL, a header, or a token.
    if text.len() < 12 {
        return None;
    }
    let span = |start: usize, length: usize| word.span.start + start..word.span.start + start + length;
    if let Some((start, length)) = known_form(text) {
        return Some(span(start, length));
    }
    if let Some(at) = text.find("://") {
        let from = at + 3;
        let authority = text.get(from..)?.split(['/', '?', '"', '\'', ' ']).next()?;
        if let Some((login, _)) = authority.rsplit_once('@')
            && let Some((_, password)) = login.split_once(':')
            && is_secret(password)
        {
            return Some(span(from, login.len()));
        }
        return in_query(text, at).map(|(start, length)| span(start, length));
    }
    if !text.contains(": ") {
        return None;
    }
    let lower = text.to_ascii_lowercase();
    for header in [
        "authorization: bearer ",
        "authorization: basic ",
        "x-api-key: ",
        "private-token: ",
        "authorization: token ",
    ] {
        if let Some(at) = lower.find(header) {
            let start = at + header.len();
            let value = text.get(start..)?.split(['"', '\'', ' ']).next()?;
            if is_secret(value) {
                return Some(span(start, value.len()));
            }
        }
    }
    None
}

/// `?token=...` and the like.
fn in_query(text: &str, from: usize) -> Option<(usize, usize)> {
    const NAMES: &[&str] = &[
        "token",
        "access_token",
        "auth_token",
        "api_key",
        "apikey",
        "api-key",
        "key",
        "secret",
        "password",
        "passwd",
        "pwd",
        "pass",
        "cron_key",
        "auth",
        "sig",
    ];
    let query = text.get(from..)?.find('?').map(|at| from + at + 1)?;
    let mut start = query;
    for pair in text.get(query..)?.split('&') {
        if let Some((name, value)) = pair.split_once('=') {
            let value = value.split(['"', '\'', ' ', '>', ';']).next()?;
            if NAMES.contains(&name.to_ascii_lowercase().as_str()) && value.len() >= 6 && is_secret(value) {
                return Some((start + name.len() + 1, value.len()));
            }
        }
        start += pair.len() + 1;
    }
    None
}

/// Tokens that begin in a way of their own, with how many characters follow.
fn known_form(text: &str) -> Option<(usize, usize)> {
    const FORMS: &[(&str, usize)] = &[
        ("AKIA", 16),
        ("ghp_", 36),
        ("gho_", 36),
        ("github_pat_", 22),
        ("glpat-", 20),
        ("xoxb-", 20),
        ("xoxp-", 20),
        ("sk_live_", 20),
        ("hooks.slack.com/services/T", 20),
        ("discord.com/api/webhooks/", 60),
        ("api.telegram.org/bot", 40),
        ("SG.", 40),
        ("AIza", 35),
        ("npm_", 36),
        ("dop_v1_", 40),
    ];
    // Each of them is as long as this, and holds a run of letters and digits of eight: most words need no search.
    let bytes = text.as_bytes();
    let is_long = bytes.split(|&byte| !in_token(byte)).any(|run| run.len() >= 20);
    let has_run = || {
        bytes
            .split(|byte| !byte.is_ascii_alphanumeric())
            .any(|run| run.len() >= 8)
    };
    if !is_long || !has_run() {
        return None;
    }
    FORMS.iter().find_map(|&(start, length)| {
        let at = text.find(start)?;
        let rest = text.get(at + start.len()..)?;
        let token = rest.bytes().take_while(|&byte| in_token(byte)).count();
        (token >= length).then_some((at, start.len() + token))
    })
}

fn in_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'/' | b'.' | b':')
}

/// Whether a variable of that name holds a secret.
pub(super) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let ends = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "_PASS",
        "_PWD",
        "TOKEN",
        "SECRET",
        "SECRET_KEY",
        "API_KEY",
        "APIKEY",
        "ACCESS_KEY",
    ];
    ends.iter().any(|end| name.ends_with(end)) && !name.ends_with("_FILE")
}

/// Whether a value could be one: no placeholder, no path, nothing that is worked out.
pub(super) fn is_secret(value: &str) -> bool {
    let value = value.trim_matches(['"', '\'']);
    if value.len() < 3 {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let placeholder = [
        "xxx",
        "***",
        "...",
        "your",
        "change",
        "example",
        "placeholder",
        "redacted",
        "todo",
        "secret_here",
        "insert",
        "prompt",
    ];
    let only = [
        "password", "passwd", "pass", "secret", "token", "key", "none", "null", "true", "false", "pwd",
        "yes", "no",
    ];
    let shouted = value.len() > 3
        && value
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
    let marked = value.starts_with(['<', '[', '{', '$', '%', '@', '/', '~', '*', '`'])
        || value.contains("{{")
        || value.contains("$(");
    let same = value.chars().collect::<std::collections::HashSet<_>>().len() < 3;
    !value.contains(' ')
        && !marked
        && !shouted
        && !same
        && !only.contains(&lower.as_str())
        && !placeholder.iter().any(|word| lower.contains(word))
}
