use diagnostic::Severity;
use shell::Word;

use crate::command::{Call, Command, has_option};
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C023",
    name: "interactive-program",
    severity: Severity::Warning,
    confidence: Confidence::High,
    looks_at: LooksAt::Commands,
    explanation: include_str!("interactive_program.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    file.commands
        .iter()
        .flat_map(|command| {
            command
                .calls
                .iter()
                .filter_map(move |call| interactive(command, call))
        })
        .collect()
}

fn interactive(command: &Command<'_>, call: &Call<'_>) -> Option<Finding> {
    // Somebody else gives the answers: `yes | x`, `x < answers`, or the text behind a `%`.
    let answered = call.step.position > 0
        || call
            .step
            .command
            .redirections
            .iter()
            .chain(call.step.around.iter().copied())
            .any(|r| r.stream() == 0)
        || command.job.entry.input.is_some() && !command.is_cut;
    if answered || call.step.elsewhere {
        return None;
    }
    let program = call.program()?;
    let (waits_for, help) = asks(program.base(), program.arguments)?;
    if is_told_not_to_ask(command, call, program.base()) {
        return None;
    }
    let span = program.word.span.start
        ..program
            .arguments
            .first()
            .map_or(program.word.span.end, |word| word.span.end);
    let message = format!("`{}` waits for {waits_for}, and nobody is there", program.base());
    let finding = command.finding(&span, message).help(help);
    let yes = help == YES
        && program
            .arguments
            .first()
            .is_some_and(|word| !word.leading().starts_with('-'));
    Some(if yes {
        let at = program.word.span.end;
        finding.unsafe_fix("write `-y`", vec![command.edit(&(at..at), " -y")])
    } else {
        finding
    })
}

const YES: &str = "write `-y`, if the answer is to be yes";
const KEYS: &str = "a key";
const ANSWER: &str = "an answer";

/// What a program waits for, and what keeps it from that.
fn asks(base: &str, arguments: &[Word]) -> Option<(&'static str, &'static str)> {
    let first = arguments
        .iter()
        .map(Word::leading)
        .find(|text| !text.starts_with('-'))
        .unwrap_or_default();
    let is = |names: &[&str]| names.contains(&first.as_ref());
    let has = |letters: &str, long: &[&str]| has_option(arguments, letters, long);
    let changes = is(&[
        "install",
        "remove",
        "purge",
        "upgrade",
        "dist-upgrade",
        "full-upgrade",
        "autoremove",
        "safe-upgrade",
    ]);
    match base {
        "apt" | "apt-get" | "aptitude" => {
            let quiet = arguments.iter().any(|word| word.leading().starts_with("-qq"));
            let told = quiet
                || has(
                    "ysd",
                    &[
                        "yes",
                        "assume-yes",
                        "force-yes",
                        "simulate",
                        "dry-run",
                        "assume-no",
                    ],
                );
            (changes && !told).then_some((ANSWER, YES))
        }
        "yum" | "dnf" => {
            let changes = is(&[
                "update",
                "upgrade",
                "install",
                "remove",
                "erase",
                "autoremove",
                "distro-sync",
            ]);
            (changes && !has("y", &["assumeyes", "assumeno"])).then_some((ANSWER, YES))
        }
        "pacman" => (has("SRU", &[]) && !has("", &["noconfirm"])).then_some((ANSWER, "write `--noconfirm`")),
        "pip" | "pip3" => (is(&["uninstall"]) && !has("y", &["yes"])).then_some((ANSWER, YES)),
        "conda" => (is(&["install", "update", "upgrade", "remove", "clean"]) && !has("y", &["yes"]))
            .then_some((ANSWER, YES)),
        "docker" | "podman" => {
            let prunes = arguments.iter().take(2).any(|word| word.is("prune"));
            (prunes && !has("f", &["force"])).then_some((ANSWER, "write `-f`"))
        }
        "mysql" | "mysqldump" | "mysqladmin" | "mysqlcheck" | "mariadb" | "mariadb-dump" => {
            let asks = arguments
                .iter()
                .any(|word| word.is("-p") || word.is("--password"));
            asks.then_some(("a password", "put it into ~/.my.cnf, mode 0600"))
        }
        "psql" | "pg_dump" => {
            has("W", &["password"]).then_some(("a password", "put it into ~/.pgpass, mode 0600"))
        }
        "passwd" | "dpkg-reconfigure" => (arguments.len() < 2).then_some((ANSWER, "leave it to a terminal")),
        "top" | "htop" | "atop" if base != "top" || !has("b", &[]) => Some((KEYS, "write `top -b -n 1`")),
        "vi" | "vim" | "nano" | "emacs" | "pico" if !has("esE", &["batch"]) => {
            Some((KEYS, "use `sed -i` or `ed`"))
        }
        "less" | "more" | "man" | "watch" | "dialog" | "whiptail" => Some((KEYS, "leave it to a terminal")),
        "crontab" => (has("e", &[]) || is(&["-e"])).then_some((KEYS, "leave it to a terminal")),
        "rm" | "cp" | "mv" => {
            (has("i", &["interactive"]) && !has("f", &["force"])).then_some((ANSWER, "leave `-i` out"))
        }
        "ssh-keygen" => (!has("fFlRyr", &[])).then_some((ANSWER, "write `-f FILE -N ''`")),
        "unzip" => (!has("onlptZ", &[])).then_some((ANSWER, "write `-o` to overwrite, `-n` to keep")),
        "do-release-upgrade" => (!has("f", &["frontend"])).then_some((ANSWER, "leave it to a terminal")),
        _ => None,
    }
}

fn is_told_not_to_ask(command: &Command<'_>, call: &Call<'_>, base: &str) -> bool {
    let apt = matches!(base, "apt" | "apt-get" | "aptitude");
    // DEBIAN_FRONTEND answers packages' questions, not apt's own.
    let config = call
        .arguments()
        .iter()
        .any(|word| word.leading().contains("Assume-Yes") || word.leading().contains("assume-yes"));
    apt && config || base == "dpkg-reconfigure" && command.text().contains("DEBIAN_FRONTEND=noninteractive")
}
