//! What the rules about commands look at: a job's command, taken apart once for all of them.

use crontab::Value;
use diagnostic::{Edit, Span};
use shell::dash::{self, Bashism};
use shell::{AndOr, CompoundKind, Inner, Interpreter, List, Node, Program, Reader, Script, Step, Word};

use crate::rule::{Finding, Job};

/// A job's command with its calls.
#[derive(Debug)]
pub struct Command<'c> {
    /// The job.
    pub job: &'c Job<'c>,
    /// The shell that reads it.
    pub interpreter: Interpreter,
    /// The command as a tree.
    pub script: &'c Script,
    /// Its simple commands, in order; empty when the text is no shell command or a template.
    pub calls: Vec<Call<'c>>,
    /// Whether what was read is the whole line, though the daemon cuts it at a `%`.
    pub is_cut: bool,
    /// The command and the texts that it hands to shells on this machine, each with who reads it.
    pub scripts: Vec<(&'c Script, Interpreter)>,
    /// All lists of all scripts: what is joined by `;`, `&` and line ends.
    pub lists: Vec<&'c List>,
    /// All chains of all scripts that have more than one pipeline.
    pub chains: Vec<&'c AndOr>,
    /// The functions that the scripts define, and the variables of their loops.
    pub names: Vec<&'c str>,
    /// What dash lacks, in the scripts that `sh` reads.
    pub bashisms: Vec<Bashism>,
}

/// One simple command.
#[derive(Debug)]
pub struct Call<'c> {
    /// The command where it stands.
    pub step: Step<'c>,
    /// Its programs: of `nice php x.php`, both.
    pub programs: Vec<Program<'c>>,
}

/// The whole line of a job that the daemon cuts at a `%` in the middle of a quote or bracket: what its author wrote.
#[derive(Debug)]
pub struct Whole {
    text: String,
    places: Vec<usize>,
    script: Script,
}

/// What Linux passes to a shell at the most.
const LONGEST: usize = 128 * 1024;

impl Whole {
    /// Reads the line from `start` on, if it makes sense as a whole.
    pub fn read(line: &[u8], start: usize) -> Option<Whole> {
        // No longer one is run.
        let line = std::str::from_utf8(line)
            .ok()
            .filter(|line| line.len() < LONGEST)?;
        let mut text = String::with_capacity(line.len());
        let mut places = Vec::with_capacity(line.len() + 1);
        let mut characters = line.char_indices().peekable();
        while let Some((at, mut character)) = characters.next() {
            if character == '\\' && characters.peek().is_some_and(|&(_, next)| next == '%') {
                character = '%';
                characters.next();
            }
            text.push(character);
            places.extend((0..character.len_utf8()).map(|byte| start + at + byte));
        }
        places.push(start + line.len());
        let script = shell::parse(&text);
        script.errors.is_empty().then_some(Whole { text, places, script })
    }
}

impl<'c> Command<'c> {
    /// Takes a job's command apart.
    pub fn new(job: &'c Job<'c>) -> Command<'c> {
        let interpreter = match Interpreter::named(job.shell()) {
            // cronwrap hands the line on to sh.
            Interpreter::Foreign if job.shell().ends_with("cronwrap") => Interpreter::Sh,
            named => named,
        };
        let script = job.whole.as_ref().map_or(&job.script, |whole| &whole.script);
        let mut command = Command {
            job,
            interpreter,
            script,
            calls: Vec::new(),
            is_cut: job.whole.is_some(),
            scripts: Vec::new(),
            lists: Vec::new(),
            chains: Vec::new(),
            names: Vec::new(),
            bashisms: Vec::new(),
        };
        // Behind a user column that cannot be one, who knows where the command begins: the column is what is wrong.
        let user = job.entry.user.as_ref();
        let misplaced = user.is_some_and(|user| !crontab::is_account_name(&user.name));
        if interpreter != Interpreter::Foreign && !misplaced && !is_template(command.text()) {
            let steps = script.steps(interpreter).into_iter();
            command.calls = steps
                .map(|step| Call {
                    programs: step.command.programs(),
                    step,
                })
                .collect();
            command.collect(script, interpreter);
        }
        command
    }

    /// The call at a place, if a simple command begins there.
    pub fn call_at(&self, start: usize) -> Option<&Call<'c>> {
        self.calls.iter().find(|call| call.span().start == start)
    }

    /// Goes through a text that a shell on this machine reads, and through those that it hands on.
    fn collect(&mut self, script: &'c Script, reader: Interpreter) {
        self.scripts.push((script, reader));
        let nodes = script.nodes();
        if reader == Interpreter::Sh {
            self.bashisms.extend(dash::lacking_in(&nodes));
        }
        for node in nodes {
            match node {
                Node::List(list) => self.lists.push(list),
                Node::AndOr(chain) if !chain.rest.is_empty() => self.chains.push(chain),
                Node::Compound(compound) => match &compound.kind {
                    CompoundKind::Function { name, .. } => self.names.push(name),
                    CompoundKind::For { variable, .. } => self.names.push(variable),
                    _ => {}
                },
                Node::Simple(simple) => simple
                    .inner
                    .iter()
                    .for_each(|inner| self.collect_inner(inner, reader)),
                _ => {}
            }
        }
    }

    fn collect_inner(&mut self, inner: &'c Inner, outer: Interpreter) {
        match &inner.reader {
            Reader::Same => self.collect(&inner.script, outer),
            Reader::Shell(name) => self.collect(&inner.script, Interpreter::named(name)),
            Reader::Login => self.collect(&inner.script, Interpreter::Other),
            Reader::Elsewhere => {}
        }
    }

    /// The text that was read.
    pub fn text(&self) -> &'c str {
        self.job
            .whole
            .as_ref()
            .map_or(self.job.command(), |whole| &whole.text)
    }

    /// A part of the text.
    pub fn slice(&self, part: &Span) -> &'c str {
        self.text().get(part.clone()).unwrap_or_default()
    }

    /// Where a part of the text lies in the crontab.
    pub fn place(&self, part: &Span) -> Span {
        match &self.job.whole {
            None => self.job.place(part),
            Some(whole) => {
                let at = |index: usize| {
                    whole
                        .places
                        .get(index)
                        .or(whole.places.last())
                        .copied()
                        .unwrap_or(0)
                };
                at(part.start)..at(part.end)
            }
        }
    }

    /// A finding about a part of the text.
    pub fn finding(&self, part: &Span, message: impl Into<String>) -> Finding {
        Finding::new(self.place(part), message)
    }

    /// An edit of a part of the text; the daemon's escape for `%` is put into the new text.
    pub fn edit(&self, part: &Span, text: &str) -> Edit {
        Edit {
            span: self.place(part),
            text: text.replace('%', "\\%"),
        }
    }

    /// Whether the account is known to be root.
    pub fn is_root(&self) -> bool {
        self.job.is_root()
    }

    /// The calls of a program, by the last part of its name, with the program.
    pub fn programs<'s>(&'s self) -> impl Iterator<Item = (&'s Call<'c>, &'s Program<'c>)> {
        self.calls
            .iter()
            .flat_map(|call| call.programs.iter().map(move |program| (call, program)))
    }

    /// The directories that are searched for programs, as far as the crontab and the daemon say.
    pub fn path(&self) -> Vec<&'c str> {
        match self.job.environment.path() {
            Value::Crontab { text, .. } | Value::Daemon(text) => text.split(':').collect(),
            _ => Vec::new(),
        }
    }

    /// Whether the shell, or the crontab, gives a value to a variable that the daemon does not set.
    pub fn crontab_sets(&self, name: &str) -> bool {
        self.job.environment.get(name).is_set()
    }
}

impl<'c> Call<'c> {
    /// The first word, if it does not have to be worked out.
    pub fn name(&self) -> &str {
        self.programs
            .first()
            .and_then(|program| program.name.as_deref())
            .unwrap_or_default()
    }

    /// The program that does the work.
    pub fn program(&self) -> Option<&Program<'c>> {
        self.programs.last()
    }

    /// The last part of the name of the program that does the work.
    pub fn base(&self) -> &str {
        self.program().map_or("", Program::base)
    }

    /// The arguments of the program that does the work.
    pub fn arguments(&self) -> &'c [Word] {
        self.program().map_or(&[], |program| program.arguments)
    }

    /// The place of the simple command.
    pub fn span(&self) -> &'c Span {
        &self.step.command.span
    }
}

/// Whether one of the options is given: single letters may stand together, long names may be cut at `=`.
pub(crate) fn has_option(arguments: &[Word], letters: &str, long: &[&str]) -> bool {
    arguments
        .iter()
        .map(Word::leading)
        .take_while(|text| text != "--")
        .any(|text| {
            if let Some(name) = text.strip_prefix("--") {
                let name = name.split('=').next().unwrap_or(name);
                long.contains(&name)
            } else {
                text.strip_prefix('-')
                    .is_some_and(|given| given.contains(|letter| letters.contains(letter)))
            }
        })
}

/// Whether the text still holds the placeholders of a template language; `docker ps --format '{{.Names}}'` does not.
pub(crate) fn is_template(text: &str) -> bool {
    let mut braces = text
        .match_indices("{{")
        .map(|(at, _)| text.get(at + 2..).unwrap_or_default().trim_start());
    text.contains("<%")
        || text.contains("{%")
        || braces.any(|rest| {
            !rest.starts_with(['.', '{', '}']) && !rest.starts_with("json") && !rest.starts_with("range")
        })
}
