use diagnostic::Severity;
use shell::Word;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C024",
    name: "needs-terminal",
    severity: Severity::Error,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("needs_terminal.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| terminal(command, call))
        })
        .collect()
}

fn terminal(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    // `script -c` and `unbuffer` make a terminal.
    if call.step.elsewhere
        || call
            .programs
            .iter()
            .any(|program| matches!(program.base(), "unbuffer" | "script"))
    {
        return None;
    }
    let program = call.program()?;
    let arguments = program.arguments;
    let option = match program.base() {
        "docker" | "podman" | "kubectl" | "oc" | "nerdctl" | "lxc" => terminal_option(arguments)?,
        "docker-compose" => return compose(command, program.word, arguments),
        "screen" => {
            let fine = has_option(arguments, "dDXlwQv", &["version"]);
            return (!fine).then(|| detached(command, program.word, "screen", "write `screen -dm`"));
        }
        "tmux" => {
            let first = arguments
                .iter()
                .map(Word::leading)
                .find(|text| !text.starts_with('-'))
                .unwrap_or_default();
            let attaches = matches!(first.as_ref(), "" | "attach" | "attach-session" | "a")
                || matches!(first.as_ref(), "new" | "new-session") && !has_option(arguments, "d", &[]);
            return attaches.then(|| detached(command, program.word, "tmux", "write `tmux new-session -d`"));
        }
        _ => return None,
    };
    let text = option.leading();
    let rest: String = text.chars().filter(|&letter| letter != 't').collect();
    let message = format!("`{}` refuses `{text}` where there is no terminal", program.base());
    let new = if rest == "-" || text.starts_with("--") {
        ""
    } else {
        &rest
    };
    let mut span = option.span.clone();
    if new.is_empty() {
        // The blank behind it goes, too.
        span.end = arguments
            .iter()
            .find(|word| word.span.start > span.start)
            .map_or(span.end, |word| word.span.start);
    }
    let edit = command.edit(&span, new);
    Some(
        command
            .finding(&option.span, message)
            .help("leave the `t` out")
            .fix("leave the `t` out", vec![edit]),
    )
}

/// `-t`, `-it` or `--tty` of `exec` and `run`, in front of the container's name.
fn terminal_option(arguments: &[Word]) -> Option<&Word> {
    let verb = arguments
        .iter()
        .position(|word| word.is("exec") || word.is("run"))?;
    let mut options = arguments
        .get(verb + 1..)?
        .iter()
        .take_while(|word| word.leading().starts_with('-'));
    options.find(|word| {
        let text = word.leading();
        let cluster = text.len() <= 4
            && text
                .bytes()
                .skip(1)
                .all(|byte| matches!(byte, b'i' | b't' | b'd'));
        text == "--tty" || cluster && text.contains('t') && !text.contains('d') && !text.starts_with("--")
    })
}

/// docker-compose 1 makes a terminal for `exec` unless it is told not to.
fn compose(command: &Command<'_>, word: &Word, arguments: &[Word]) -> Option<Finding> {
    let verb = arguments.iter().find(|word| word.is("exec"))?;
    if has_option(arguments, "Td", &["detach", "no-TTY"]) {
        return None;
    }
    let span = word.span.start..verb.span.end;
    let at = verb.span.end;
    let finding = command.finding(
        &span,
        "`docker-compose exec` wants a terminal unless it is given `-T`",
    );
    Some(
        finding
            .help("write `exec -T`")
            .fix("write `exec -T`", vec![command.edit(&(at..at), " -T")]),
    )
}

fn detached(command: &Command<'_>, word: &Word, base: &str, help: &str) -> Finding {
    command
        .finding(&word.span, format!("`{base}` needs a terminal to show itself on"))
        .help(help)
}
