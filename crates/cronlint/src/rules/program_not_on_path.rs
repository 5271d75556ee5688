use std::borrow::Cow;
use std::collections::HashSet;
use std::path::Path;

use crontab::Value;
use diagnostic::Severity;
use host::Machine;
use shell::{Program, Word};

use crate::command::{Call, Command};
use crate::programs;
use crate::rule::{Confidence, File, Finding, LooksAt, Rule};

pub(super) static RULE: Rule = Rule {
    code: "C003",
    name: "program-not-on-path",
    severity: Severity::Warning,
    confidence: Confidence::Medium,
    looks_at: LooksAt::Commands,
    explanation: include_str!("program_not_on_path.md"),
    check,
};

fn check(file: &File<'_>) -> Vec<Finding> {
    let asking = file.commands.iter().filter(|command| asks_for_programs(command));
    asking
        .flat_map(|command| Lookup::new(command, file.live).findings())
        .collect()
}

/// Whether any program is named without its directory.
fn asks_for_programs(command: &Command<'_>) -> bool {
    let bare = |name: &str| !name.contains('/') && !is_builtin(name);
    command
        .programs()
        .any(|(_, program)| program.name.as_deref().is_some_and(bare))
}

/// The search for one command's programs, as PATH changes on the way.
struct Lookup<'c, 'f> {
    command: &'f Command<'c>,
    live: Option<&'f Machine>,
    directories: Vec<&'c str>,
    /// Whether a directory that nobody knows may be searched as well.
    open: bool,
    /// Functions of the command, and programs that it asks for first (`command -v x`).
    known: HashSet<Cow<'c, str>>,
}

impl<'c, 'f> Lookup<'c, 'f> {
    fn new(command: &'f Command<'c>, live: Option<&'f Machine>) -> Self {
        let directories = command.path();
        let open = directories.is_empty();
        Lookup {
            command,
            live,
            directories,
            open,
            known: known_names(command),
        }
    }

    fn findings(mut self) -> Vec<Finding> {
        let mut found = Vec::new();
        for call in &self.command.calls {
            let assignments = &call.step.command.assignments;
            let alone = call.step.command.words.is_empty();
            let before = (!alone && !assignments.is_empty()).then(|| self.directories.clone());
            for assignment in assignments {
                if let ("PATH", shell::Value::Word(value)) = (assignment.name.as_str(), &assignment.value) {
                    self.set_path(value);
                }
            }
            found.extend(self.look_up(call));
            if let Some(before) = before {
                self.directories = before;
            }
            self.learn(call);
        }
        found
    }

    /// What a call changes for those behind it.
    fn learn(&mut self, call: &Call<'_>) {
        match call.name() {
            "export" | "declare" | "typeset" => {
                for word in call
                    .arguments()
                    .iter()
                    .filter(|word| word.leading().starts_with("PATH="))
                {
                    self.set_path(word);
                }
            }
            "." | "source" | "eval" => self.open = true,
            _ => {}
        }
    }

    /// PATH as the command sets it; `$PATH` in it is what it was.
    fn set_path(&mut self, value: &Word) {
        let text = self.command.slice(&value.span);
        let text = text
            .strip_prefix("PATH=")
            .unwrap_or(text)
            .trim_matches(['"', '\'']);
        let mut directories = Vec::new();
        for part in text.split(':') {
            match part {
                "$PATH" | "${PATH}" => directories.append(&mut self.directories.clone()),
                part => directories.push(part),
            }
        }
        self.directories = directories;
    }

    fn look_up(&self, call: &Call<'c>) -> Vec<Finding> {
        let login = call.step.inside.iter().any(|inner| inner.login);
        if self.open || login || call.step.elsewhere {
            return Vec::new();
        }
        call.programs
            .iter()
            .filter_map(|program| self.missing(program))
            .collect()
    }

    fn missing(&self, program: &Program<'c>) -> Option<Finding> {
        let name = program.name.as_deref()?;
        let settled = name.contains('/')
            || is_builtin(name)
            || self.known.contains(name)
            || super::profile_not_loaded::FUNCTIONS.contains(&name)
            || super::foreign_shell::is_cmdlet(name)
            || super::foreign_shell::WINDOWS.contains(&name)
            || program.is_elsewhere()
            || program
                .assignments
                .iter()
                .any(|word| word.leading().starts_with("PATH="));
        if settled || !is_program_name(name) {
            return None;
        }
        if let Some(machine) = self.live {
            return self.missing_here(program, name, machine);
        }
        // sudo and its kin search a path of their own, which holds the sbin directories.
        if program.switches_user() {
            return None;
        }
        match find(name) {
            Some(known) => self.elsewhere(program, name, &known),
            None => self.unknown(program, name),
        }
    }

    fn missing_here(&self, program: &Program<'c>, name: &str, machine: &Machine) -> Option<Finding> {
        let account = self.command.job.account();
        let account = account.and_then(|account| machine.account(account).ok().flatten());
        let runs = |directory: &&str| {
            let path = Path::new(directory).join(name);
            let allowed = |account| machine.refuses(account, &path, 1).is_none();
            is_executable(machine, &path) && account.as_ref().is_none_or(allowed)
        };
        if program.switches_user() || self.directories.iter().any(runs) {
            return None;
        }
        let path = self.directories.join(":");
        let finding = self.finding(
            program,
            format!("`{name}` is in none of the directories of cron's PATH"),
        );
        let note = format!("looked for on this machine in {path}");
        Some(
            finding
                .note(note)
                .help("install it, write its full path, or set PATH in the crontab"),
        )
    }

    /// A program of Debian's in a directory that is not searched.
    fn elsewhere(&self, program: &Program<'c>, name: &str, known: &programs::Program) -> Option<Finding> {
        if known.is_in(&self.directories) {
            return None;
        }
        let message = format!("`{name}` is in {}, where cron does not look", known.directory);
        let path = known.path();
        let finding = self.finding(program, message).help(format!(
            "write `{path}`, or add {} to PATH in the crontab",
            known.directory
        ));
        let plain = program.word.is_plain() && known.name == name;
        if !plain {
            return Some(finding);
        }
        let edit = self.command.edit(&program.word.span, &path);
        Some(finding.fix(format!("write `{path}`"), vec![edit]))
    }

    /// A program that no Debian package brings.
    fn unknown(&self, program: &Program<'c>, name: &str) -> Option<Finding> {
        let debian = |directory: &&str| {
            matches!(
                directory.trim_end_matches('/'),
                "/usr/bin" | "/bin" | "/usr/sbin" | "/sbin"
            )
        };
        // Another directory may hold anything; and what follows a syntax error may be no program.
        if !self.directories.iter().all(debian) || !self.command.script.errors.is_empty() {
            return None;
        }
        let path = self.directories.join(":");
        let message = format!(
            "cron does not find `{name}` unless it is in {}",
            path.replace(':', " or ")
        );
        let help =
            "write its full path, which `command -v` shows in your terminal, or set PATH in the crontab";
        let user = self.command.job.entry.user.is_none()
            && program.is_direct()
            && program
                .arguments
                .first()
                .is_some_and(|word| word.leading().starts_with(['/', '~']));
        if user {
            let note = format!("if `{name}` is meant as the user: only system crontabs have a user column");
            return Some(self.finding(program, message).note(note).help(help));
        }
        Some(
            self.finding(program, message)
                .note("it is not one of the programs that we know to be in Debian's packages")
                .help(help),
        )
    }

    fn finding(&self, program: &Program<'_>, message: String) -> Finding {
        let finding = self.command.finding(&program.word.span, message);
        match self.command.job.environment.path() {
            Value::Crontab { span, .. } => finding.related(span, "PATH is set here"),
            Value::Daemon(path) => finding.note(format!(
                "cron's own PATH is {path}: your shell's profile is not read"
            )),
            _ => finding,
        }
    }
}

fn known_names<'c>(command: &Command<'c>) -> HashSet<Cow<'c, str>> {
    let mut known: HashSet<Cow<'c, str>> = command.names.iter().map(|&name| Cow::Borrowed(name)).collect();
    for call in &command.calls {
        if matches!(call.name(), "command" | "which" | "type" | "hash" | "alias") {
            let words = call.step.command.words.iter().skip(1).map(Word::leading);
            known.extend(words.map(|text| Cow::Owned(text.split('=').next().unwrap_or_default().to_owned())));
        }
    }
    known
}

/// The table's entry for a name, or for the name without a version: `php8.2`, `python3.11`, `pg_dump-15`.
fn find(name: &str) -> Option<programs::Program> {
    let plain = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    programs::find(name).or_else(|| {
        if plain.is_empty() {
            None
        } else {
            programs::find(plain)
        }
    })
}

/// Whether a word could be a program's name, and is no placeholder of a template.
fn is_program_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+'))
}

fn is_executable(machine: &Machine, path: &Path) -> bool {
    path.is_absolute()
        && machine
            .state(path)
            .is_ok_and(|state| state.regular && state.is_executable())
}

/// Whether it is a command of the shell itself; bash's own are the business of another rule under dash.
fn is_builtin(name: &str) -> bool {
    matches!(
        name,
        "." | ":"
            | "["
            | "alias"
            | "bg"
            | "bind"
            | "break"
            | "builtin"
            | "caller"
            | "case"
            | "cd"
            | "chdir"
            | "command"
            | "compgen"
            | "complete"
            | "continue"
            | "coproc"
            | "declare"
            | "dirs"
            | "disown"
            | "do"
            | "done"
            | "echo"
            | "elif"
            | "else"
            | "enable"
            | "esac"
            | "eval"
            | "exec"
            | "exit"
            | "export"
            | "false"
            | "fc"
            | "fg"
            | "fi"
            | "for"
            | "function"
            | "getopts"
            | "hash"
            | "help"
            | "history"
            | "if"
            | "in"
            | "jobs"
            | "kill"
            | "let"
            | "local"
            | "logout"
            | "mapfile"
            | "popd"
            | "printf"
            | "pushd"
            | "pwd"
            | "read"
            | "readarray"
            | "readonly"
            | "return"
            | "select"
            | "set"
            | "shift"
            | "shopt"
            | "source"
            | "suspend"
            | "test"
            | "then"
            | "time"
            | "times"
            | "trap"
            | "true"
            | "type"
            | "typeset"
            | "ulimit"
            | "umask"
            | "unalias"
            | "unset"
            | "until"
            | "wait"
            | "while"
            | "{"
            | "}"
            | "!"
            | "[["
    )
}
