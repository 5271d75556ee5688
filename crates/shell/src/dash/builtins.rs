//! Built-in commands that dash has not, or with fewer options.

use super::{Bashism, push};
use crate::tree::{SimpleCommand, Word};

/// Commands that are all bash's own.
const COMMANDS: [&str; 25] = [
    "source",
    "let",
    "declare",
    "typeset",
    "shopt",
    "pushd",
    "popd",
    "dirs",
    "disown",
    "enable",
    "mapfile",
    "readarray",
    "suspend",
    "caller",
    "compgen",
    "complete",
    "builtin",
    "coproc",
    "bind",
    "help",
    "history",
    "logout",
    "fc",
    "[[",
    "((",
];

pub(super) fn check(command: &SimpleCommand, found: &mut Vec<Bashism>) {
    let Some((word, arguments)) = command.words.split_first() else {
        return;
    };
    let Some(name) = word.literal() else { return };
    if let Some(known) = COMMANDS.iter().find(|known| **known == name) {
        push(found, known, &word.span);
        return;
    }
    if let Some(entry) = lacking_option(&name, arguments) {
        let span = arguments
            .first()
            .map_or(word.span.clone(), |_| word.span.start..command_end(arguments));
        push(found, entry, &span);
    }
    if matches!(name.as_ref(), "[" | "test") {
        test(arguments, found);
    }
    if name == "exec"
        && arguments
            .first()
            .is_some_and(|word| is_descriptor_variable(&word.leading()))
    {
        push(found, "{name}>", &word.span);
    }
}

/// The end of the first argument, which is as a rule the culprit.
fn command_end(arguments: &[Word]) -> usize {
    arguments.first().map_or(0, |word| word.span.end)
}

/// Commands of which dash knows fewer options.
const LESS: [&str; 23] = [
    "echo",
    "read",
    "export",
    "set",
    "trap",
    "exec",
    "printf",
    "kill",
    "wait",
    "exit",
    "return",
    "local",
    "readonly",
    "type",
    "jobs",
    "ulimit",
    "unset",
    "alias",
    ".",
    "sh",
    "/bin/sh",
    "dash",
    "/usr/bin/sh",
];

fn lacking_option(name: &str, arguments: &[Word]) -> Option<&'static str> {
    if !LESS.contains(&name) {
        return None;
    }
    let options: Vec<_> = arguments
        .iter()
        .map(Word::leading)
        .take_while(|text| text.starts_with('-'))
        .collect();
    let first = options.first().map(AsRef::as_ref).unwrap_or_default();
    let letters = |allowed: &str| {
        options
            .iter()
            .any(|text| !text.bytes().skip(1).all(|b| allowed.contains(char::from(b))))
    };
    match name {
        "echo" => {
            let clustered = first.len() > 1
                && first
                    .bytes()
                    .skip(1)
                    .all(|byte| matches!(byte, b'e' | b'E' | b'n'));
            (clustered && first.contains(['e', 'E'])).then_some("echo -e")
        }
        "read" => read(&options, arguments),
        "export" => (!first.is_empty() && !matches!(first, "-p" | "--")).then_some("export option"),
        "set" => set(arguments),
        "trap" => trap(arguments),
        "exec" => matches!(first, "-a" | "-c" | "-l" | "-cl" | "-lc").then_some("exec -a"),
        "printf" if first == "-v" => Some("printf -v"),
        "printf" => arguments
            .first()
            .is_some_and(|word| {
                let text = word.leading();
                text.contains("%q") || text.contains("%(")
            })
            .then_some("printf %q"),
        "kill" => first.starts_with("-SIG").then_some("kill -SIG"),
        "wait" => first.starts_with("-n").then_some("wait -n"),
        "exit" | "return" => match first {
            "--" => Some("exit --"),
            "" => None,
            _ => Some("exit -1"),
        },
        "local" => (!first.is_empty() && first != "--").then_some("local option"),
        "readonly" => (first.len() > 1 && !matches!(first, "-p" | "--")).then_some("readonly option"),
        "type" => (!first.is_empty()).then_some("type option"),
        "jobs" => (!first.is_empty() && letters("lp")).then_some("jobs option"),
        "ulimit" => (!first.is_empty() && letters("HSacdflmnprstvw")).then_some("ulimit option"),
        "unset" => (first == "-n").then_some("unset -n"),
        "alias" => (first == "-p").then_some("alias -p"),
        "." => dotted(arguments),
        "sh" | "/bin/sh" | "dash" | "/usr/bin/sh" => {
            let bad = options.iter().any(|text| {
                text.len() > 2 && text.starts_with("--") || matches!(text.as_ref(), "-r" | "-D" | "-O")
            });
            bad.then_some("sh option")
        }
        _ => None,
    }
}

fn read(options: &[std::borrow::Cow<'_, str>], arguments: &[Word]) -> Option<&'static str> {
    let allowed = |text: &str| text.bytes().skip(1).all(|byte| matches!(byte, b'r' | b'p'));
    if options.iter().any(|text| text.len() > 1 && !allowed(text)) {
        return Some("read option");
    }
    let prompts = options.iter().filter(|text| text.ends_with('p')).count();
    (arguments.len() <= options.len() + prompts).then_some("read without a variable")
}

fn set(arguments: &[Word]) -> Option<&'static str> {
    let mut words = arguments.iter().map(Word::leading).peekable();
    while let Some(text) = words.next() {
        if !text.starts_with(['-', '+']) || text == "--" || text == "-" {
            return None;
        }
        if text.ends_with('o') && words.peek().is_some_and(|option| option == "pipefail") {
            return Some("set -o pipefail");
        }
        if text.contains(['B', 'H', 'T']) {
            return Some("set -BHT");
        }
        if text.ends_with('o') {
            words.next();
        }
    }
    None
}

fn trap(arguments: &[Word]) -> Option<&'static str> {
    let mut signals = arguments.iter().skip(1).map(Word::leading);
    signals.find_map(|signal| match signal.as_ref() {
        "ERR" | "DEBUG" | "RETURN" => Some("trap ERR"),
        signal if signal.starts_with("SIG") => Some("trap SIGTERM"),
        _ => None,
    })
}

/// `. name`: dash looks only in PATH, bash in the current directory as well.
fn dotted(arguments: &[Word]) -> Option<&'static str> {
    let name = arguments.first()?.literal()?;
    (!name.contains('/') && !name.is_empty()).then_some(". file")
}

fn test(arguments: &[Word], found: &mut Vec<Bashism>) {
    for (index, word) in arguments.iter().enumerate() {
        if word.is_quoted() {
            continue;
        }
        let text = word.leading();
        // An operator in front of an operand begins the test, or follows `!`, `(`, `-a` or `-o`.
        let unary = index == 0
            || arguments
                .get(index - 1)
                .is_some_and(|word| matches!(word.leading().as_ref(), "!" | "(" | "-a" | "-o"));
        let operand = arguments.get(index + 1).is_some_and(|word| !word.is("]"));
        let binary = index > 0 && operand;
        let entry = match text.as_ref() {
            "==" if binary => "[ == ]",
            "-v" if unary && operand => "[ -v ]",
            "-N" if unary && operand => "[ -N ]",
            "-a" if index == 0 && operand => "[ -a ]",
            "-o" if index == 0 && operand => "[ -o ]",
            _ => continue,
        };
        push(found, entry, &word.span);
    }
}

fn is_descriptor_variable(text: &str) -> bool {
    text.strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|name| {
            !name.is_empty()
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        })
}
