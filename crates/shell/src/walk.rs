//! Going through a script: every simple command with what holds where it stands.

use crate::tree::{
    AndOr, Assignment, Command, Compound, CompoundKind, Connector, Inner, List, Part, PartKind, Pipeline,
    Reader, Redirection, Script, SimpleCommand, TerminatorKind, Value, Word,
};

/// The shells whose ways are told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interpreter {
    /// `/bin/sh`: dash on Debian, BusyBox's ash on Alpine.
    Sh,
    /// bash, under that name.
    Bash,
    /// Another shell of the Bourne family that knows most of what bash knows: ksh, zsh.
    Other,
    /// A shell with another grammar, or no shell.
    Foreign,
}

impl Interpreter {
    /// The interpreter at this path, such as the value of `SHELL=`.
    pub fn named(path: &str) -> Interpreter {
        match path.rsplit('/').next().unwrap_or(path) {
            "sh" | "dash" | "ash" => Interpreter::Sh,
            "bash" | "rbash" => Interpreter::Bash,
            "ksh" | "ksh93" | "mksh" | "pdksh" | "zsh" | "yash" => Interpreter::Other,
            _ => Interpreter::Foreign,
        }
    }
}

/// The directory in which a command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Directory<'a> {
    /// Where the line began: as a rule the user's home.
    Start,
    /// Where `cd WORD` went: an absolute path, a tilde or a variable's value.
    Chosen(&'a Word),
    /// Somewhere below [`Start`](Directory::Start): `cd WORD` with a relative path.
    Below(&'a Word),
}

/// A simple command where it stands.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The command.
    pub command: &'a SimpleCommand,
    /// Who reads the text that it stands in.
    pub interpreter: Interpreter,
    /// The directory that it starts in.
    pub directory: Directory<'a>,
    /// The pipeline that it belongs to.
    pub pipeline: &'a Pipeline,
    /// Which of the pipeline's commands it is, from 0.
    pub position: usize,
    /// The operator behind its pipeline: its failure is looked at.
    pub followed_by: Option<&'a Connector>,
    /// Whether it, or what it stands in, is sent to the background with `&`.
    pub background: bool,
    /// Whether it is the condition of an `if` or a loop.
    pub condition: bool,
    /// Whether its output becomes part of a word: `$( ... )`.
    pub substituted: bool,
    /// Whether it runs on another machine, or with the environment of a login: `ssh`, `su -c`.
    pub elsewhere: bool,
    /// The texts that it stands in, outermost first: the `'...'` of `bash -c`.
    pub inside: Vec<&'a Inner>,
    /// The redirections of the groups and loops around it.
    pub around: Vec<&'a Redirection>,
}

impl Script {
    /// The simple commands in the order in which they stand, those inside `$( ... )` and `bash -c '...'` too.
    pub fn steps(&self, interpreter: Interpreter) -> Vec<Step<'_>> {
        let mut walk = Walk { steps: Vec::new() };
        walk.list(&self.body, &mut State::new(interpreter));
        walk.steps
    }

    /// The simple commands, without what is known about each.
    pub fn simple_commands(&self) -> Vec<&SimpleCommand> {
        self.steps(Interpreter::Sh)
            .into_iter()
            .map(|step| step.command)
            .collect()
    }
}

/// What holds at one place of a script.
#[derive(Clone)]
struct State<'a> {
    interpreter: Interpreter,
    directory: Directory<'a>,
    background: bool,
    condition: bool,
    substituted: bool,
    elsewhere: bool,
    inside: Vec<&'a Inner>,
    around: Vec<&'a Redirection>,
}

impl State<'_> {
    fn new(interpreter: Interpreter) -> Self {
        State {
            interpreter,
            directory: Directory::Start,
            background: false,
            condition: false,
            substituted: false,
            elsewhere: false,
            inside: Vec::new(),
            around: Vec::new(),
        }
    }
}

struct Walk<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Walk<'a> {
    fn list(&mut self, list: &'a List, state: &mut State<'a>) {
        for item in &list.items {
            if item
                .end
                .as_ref()
                .is_some_and(|end| end.kind == TerminatorKind::Background)
            {
                let mut apart = State {
                    background: true,
                    ..state.clone()
                };
                self.and_or(&item.and_or, &mut apart);
            } else {
                self.and_or(&item.and_or, state);
            }
        }
    }

    fn and_or(&mut self, and_or: &'a AndOr, state: &mut State<'a>) {
        let mut pipeline = &and_or.first;
        for (connector, next) in &and_or.rest {
            self.pipeline(pipeline, Some(connector), state);
            pipeline = next;
        }
        self.pipeline(pipeline, None, state);
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline, follower: Option<&'a Connector>, state: &mut State<'a>) {
        let single = pipeline.commands.len() == 1;
        for (position, command) in pipeline.commands.iter().enumerate() {
            let place = (pipeline, position, follower);
            if single {
                self.command(command, place, state);
            } else {
                self.command(command, place, &mut state.clone());
            }
        }
    }

    fn command(&mut self, command: &'a Command, place: StepPlace<'a>, state: &mut State<'a>) {
        match command {
            Command::Simple(simple) => self.simple(simple, place, state),
            Command::Compound(compound) => self.compound(compound, state),
        }
    }

    fn simple(&mut self, command: &'a SimpleCommand, place: StepPlace<'a>, state: &mut State<'a>) {
        for assignment in &command.assignments {
            assigned_words(assignment).for_each(|word| self.word(word, state));
        }
        let targets = command.redirections.iter().map(|redirection| &redirection.target);
        command
            .words
            .iter()
            .chain(targets)
            .for_each(|word| self.word(word, state));
        let (pipeline, position, followed_by) = place;
        self.steps.push(Step {
            command,
            interpreter: state.interpreter,
            directory: state.directory,
            pipeline,
            position,
            followed_by,
            background: state.background,
            condition: state.condition,
            substituted: state.substituted,
            elsewhere: state.elsewhere,
            inside: state.inside.clone(),
            around: state.around.clone(),
        });
        for inner in &command.inner {
            let mut apart = state.clone();
            apart.inside.push(inner);
            match &inner.reader {
                Reader::Same => {}
                Reader::Shell(name) => apart.interpreter = Interpreter::named(name),
                Reader::Login | Reader::Elsewhere => apart.elsewhere = true,
            }
            self.list(&inner.script.body, &mut apart);
            // What `eval` runs, the shell itself runs.
            if inner.reader == Reader::Same && command.words.first().is_some_and(|word| word.is("eval")) {
                state.directory = apart.directory;
            }
        }
        if let Some(directory) = changed_directory(command) {
            state.directory = directory;
        }
    }

    fn compound(&mut self, compound: &'a Compound, state: &mut State<'a>) {
        for redirection in &compound.redirections {
            self.word(&redirection.target, state);
        }
        let before = state.around.len();
        state.around.extend(&compound.redirections);
        match &compound.kind {
            CompoundKind::Subshell(list) => self.list(list, &mut state.clone()),
            CompoundKind::Group(list) | CompoundKind::ArithmeticFor { body: list } => self.list(list, state),
            CompoundKind::If { branches, otherwise } => {
                for (condition, body) in branches {
                    self.condition(condition, state);
                    self.list(body, state);
                }
                otherwise.iter().for_each(|list| self.list(list, state));
            }
            CompoundKind::Loop { condition, body, .. } => {
                self.condition(condition, state);
                self.list(body, state);
            }
            CompoundKind::For { words, body, .. } => {
                words.iter().flatten().for_each(|word| self.word(word, state));
                self.list(body, state);
            }
            CompoundKind::Case { word, arms } => {
                self.word(word, state);
                arms.iter().for_each(|arm| self.list(&arm.body, state));
            }
            CompoundKind::Function { body, .. } => {
                if let Some(Command::Compound(body)) = body.as_deref() {
                    self.compound(body, &mut state.clone());
                }
            }
            CompoundKind::Test(words) => words.iter().for_each(|word| self.word(word, state)),
            CompoundKind::Arithmetic(parts) => self.parts(parts, state),
        }
        state.around.truncate(before);
    }

    fn condition(&mut self, list: &'a List, state: &mut State<'a>) {
        let outer = std::mem::replace(&mut state.condition, true);
        self.list(list, state);
        state.condition = outer;
    }

    fn word(&mut self, word: &'a Word, state: &State<'a>) {
        self.parts(&word.parts, state);
    }

    fn parts(&mut self, parts: &'a [Part], state: &State<'a>) {
        for part in parts {
            match &part.kind {
                PartKind::Substitution { body, .. } | PartKind::Process { body } => {
                    self.list(
                        body,
                        &mut State {
                            substituted: true,
                            condition: false,
                            ..state.clone()
                        },
                    );
                }
                PartKind::DoubleQuoted { parts, .. } | PartKind::Arithmetic { parts, .. } => {
                    self.parts(parts, state);
                }
                PartKind::Variable(variable) => self.parts(variable.change.parts(), state),
                _ => {}
            }
        }
    }
}

type StepPlace<'a> = (&'a Pipeline, usize, Option<&'a Connector>);

/// The words on the right side of an assignment.
pub(crate) fn assigned_words(assignment: &Assignment) -> impl Iterator<Item = &Word> {
    match &assignment.value {
        Value::Word(word) => std::slice::from_ref(word).iter(),
        Value::Array(words) => words.iter(),
    }
}

/// Where `cd` or `pushd` goes.
fn changed_directory(command: &SimpleCommand) -> Option<Directory<'_>> {
    let first = command.words.first()?.literal()?;
    let words = match first.as_ref() {
        "cd" | "pushd" | "chdir" => command.words.get(1..)?,
        "builtin" | "command" if command.words.get(1)?.is("cd") => command.words.get(2..)?,
        _ => return None,
    };
    let target = words
        .iter()
        .find(|word| !matches!(word.leading().as_ref(), "-P" | "-L" | "-e" | "--"));
    match target {
        None => Some(Directory::Start),
        Some(word) if is_relative(word) => Some(Directory::Below(word)),
        Some(word) => Some(Directory::Chosen(word)),
    }
}

/// Whether the word names a path that depends on the directory: it begins with plain text other than `/`.
fn is_relative(word: &Word) -> bool {
    let leading = word.leading();
    if leading.is_empty() {
        let begins_with_glob = matches!(word.parts.first(), Some(part) if matches!(part.kind, PartKind::Glob(_) | PartKind::Brace(_)));
        return begins_with_glob;
    }
    !leading.starts_with('/')
}
