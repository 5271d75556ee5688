//! Programs that run other programs: `env A=b nice -n 5 php x.php` runs three.

mod runners;

use std::borrow::Cow;

use runners::{FIND, runner_called};
pub use runners::{Place, RUNNERS, Runner, runner_named};

use crate::tree::{SimpleCommand, Word};

/// One program of a simple command, and what led to it.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// The word that names it.
    pub word: &'a Word,
    /// The name, when it does not have to be worked out.
    pub name: Option<Cow<'a, str>>,
    /// Where the last part of the name begins.
    base: usize,
    /// Its arguments.
    pub arguments: &'a [Word],
    /// The programs in front that lead to it, outermost first.
    pub through: Vec<&'static Runner>,
    /// What `env`, `sudo` and the like set for it.
    pub assignments: Vec<&'a Word>,
    /// The directory that `env -C` or `sudo -D` changes to.
    pub directory: Option<&'a Word>,
}

impl Program<'_> {
    /// The last part of its name: `php` for `/usr/bin/php`.
    pub fn base(&self) -> &str {
        self.name
            .as_deref()
            .and_then(|name| name.get(self.base..))
            .unwrap_or_default()
    }

    /// Whether the shell itself is asked for it, not one of the programs in front.
    pub fn is_direct(&self) -> bool {
        self.through.is_empty()
    }

    /// Whether it is looked up somewhere else: in another root, container or machine, or a tool's own path.
    pub fn is_elsewhere(&self) -> bool {
        self.through.iter().any(|runner| runner.place == Place::Elsewhere)
    }

    /// Whether it runs as another user.
    pub fn switches_user(&self) -> bool {
        self.through.iter().any(|runner| runner.place == Place::OtherUser)
    }
}

/// Nobody stacks more runners than this; each one costs a look at those before it.
const LONGEST_CHAIN: usize = 12;

impl SimpleCommand {
    /// Its programs: the one that the shell starts, then those that each starts in turn.
    ///
    /// ```
    /// let script = shell::parse("env LANG=C nice -n 5 timeout 10 php x.php");
    /// let programs = script.simple_commands()[0].programs();
    /// let names: Vec<_> = programs.iter().map(|program| program.base()).collect();
    /// assert_eq!(names, ["env", "nice", "timeout", "php"]);
    /// ```
    pub fn programs(&self) -> Vec<Program<'_>> {
        let Some((word, arguments)) = self.words.split_first() else {
            return Vec::new();
        };
        let name = word.literal();
        let first = Program {
            word,
            base: base_of(name.as_deref()),
            name,
            arguments,
            through: Vec::new(),
            assignments: Vec::new(),
            directory: None,
        };
        let mut programs = vec![first];
        let mut looked_at = 0;
        while let Some(program) = programs.get(looked_at)
            && programs.len() < LONGEST_CHAIN
        {
            let next = next_programs(program);
            programs.extend(next);
            looked_at += 1;
        }
        programs
    }

    /// The program that does the work: the last of [`programs`](Self::programs).
    pub fn program(&self) -> Option<Program<'_>> {
        self.programs().pop()
    }
}

/// The programs that `program` runs: `find` any number, others one.
fn next_programs<'a>(program: &Program<'a>) -> Vec<Program<'a>> {
    if program.base() == "find" {
        return found_programs(program);
    }
    next_program(program).into_iter().collect()
}

/// What `find` runs with `-exec`: up to a `;` or a `+` each.
fn found_programs<'a>(find: &Program<'a>) -> Vec<Program<'a>> {
    let words = find.arguments;
    let begins = |word: &Word| word.is("-exec") || word.is("-ok");
    let starts = (0..words.len()).filter(|&at| begins(&words[at]));
    let of = |at: usize| {
        let rest = words.get(at + 1..)?;
        let end = rest
            .iter()
            .position(|word| word.is(";") || word.is("+"))
            .unwrap_or(rest.len());
        let (word, arguments) = rest.get(..end)?.split_first()?;
        let name = word.literal().filter(|name| name != "{}");
        Some(Program {
            word,
            base: base_of(name.as_deref()),
            name,
            arguments,
            through: find.through.iter().copied().chain([&FIND]).collect(),
            assignments: find.assignments.clone(),
            directory: find.directory,
        })
    };
    starts.filter_map(of).collect()
}

/// The program that `program` runs, if it is one that runs programs and has one in its arguments.
fn next_program<'a>(program: &Program<'a>) -> Option<Program<'a>> {
    let runner = runner_called(program.base())?;
    let words = program.arguments;
    let mut next = Program {
        word: program.word,
        name: None,
        base: 0,
        arguments: &[],
        through: program.through.iter().copied().chain([runner]).collect(),
        assignments: program.assignments.clone(),
        directory: program.directory,
    };
    let mut index = if runner.after_dashes {
        after_dashes(words)?
    } else {
        after_options(runner, words, &mut next)?
    };
    index += runner.operands;
    while runner.assigns && words.get(index).is_some_and(is_assignment) {
        next.assignments.extend(words.get(index));
        index += 1;
    }
    next.word = words.get(index)?;
    let is_text = match runner.name {
        "flock" => next.word.is("-c") || next.word.is("--command"),
        // One word with blanks in it is a text for a shell; `:::` begins what it is run on.
        "parallel" | "watch" => next.word.leading().contains(' ') || next.word.leading().starts_with(":::"),
        _ => false,
    };
    if is_text {
        return None;
    }
    next.name = next.word.literal();
    next.base = base_of(next.name.as_deref());
    next.arguments = words.get(index + 1..)?;
    Some(next)
}

/// Where the last part of a path begins.
fn base_of(name: Option<&str>) -> usize {
    name.and_then(|name| name.rfind('/')).map_or(0, |slash| slash + 1)
}

fn after_dashes(words: &[Word]) -> Option<usize> {
    Some(words.iter().position(|word| word.is("--"))? + 1)
}

/// The index of the first word behind the options; nothing when no command is run (`command -v x`, `flock -c`).
fn after_options<'a>(runner: &'static Runner, words: &'a [Word], next: &mut Program<'a>) -> Option<usize> {
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let text = word.leading();
        if text == "--" {
            return Some(index + 1);
        }
        if !text.starts_with('-') || text.len() == 1 {
            break;
        }
        if ends_the_search(runner.name, &text) {
            return None;
        }
        let option = text
            .strip_prefix("--")
            .map_or_else(|| text.get(1..2), |_| Some(text.as_ref()));
        let valued = option.is_some_and(|option| runner.valued.contains(&option));
        // `-n5` and `--adjustment=5` carry the value themselves.
        let attached = !text.starts_with("--") && (text.len() > 2 || word.literal().is_none());
        index += 1;
        if valued && !attached {
            if matches!(
                (runner.name, text.as_ref()),
                ("env", "-C" | "--chdir") | ("sudo", "-D")
            ) {
                next.directory = words.get(index);
            }
            index += 1;
        }
    }
    Some(index)
}

fn ends_the_search(runner: &str, option: &str) -> bool {
    match runner {
        "command" => option.contains(['v', 'V']),
        "sudo" => matches!(
            option,
            "-l" | "-v" | "-k" | "-K" | "-e" | "-s" | "-i" | "--list" | "--login"
        ),
        "flock" => matches!(option, "-u" | "--unlock"),
        "ionice" | "chrt" => option == "-p",
        "env" => matches!(option, "-S" | "--split-string"),
        _ => false,
    }
}

fn is_assignment(word: &Word) -> bool {
    let text = word.leading();
    text.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    })
}
