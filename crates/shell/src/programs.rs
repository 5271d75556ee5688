//! Programs that run other programs: `env A=b nice -n 5 php x.php` runs three.

use std::borrow::Cow;

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

/// A program that runs the command in its arguments.
#[derive(Debug, PartialEq, Eq)]
pub struct Runner {
    /// Its name.
    pub name: &'static str,
    /// The options that take the next argument as their value: letters, and long names with `--`.
    pub valued: &'static [&'static str],
    /// How many arguments stand between the options and the command.
    pub operands: usize,
    /// Whether `NAME=value` may stand in front of the command.
    pub assigns: bool,
    /// Whether the command begins only after `--`.
    pub after_dashes: bool,
    /// Where the command runs.
    pub place: Place,
}

/// Where a [`Runner`]'s command runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the same process tree, with the same PATH.
    Here,
    /// As another user, as a rule with a PATH of its own.
    OtherUser,
    /// In another root, container or machine, or in a tool's own environment.
    Elsewhere,
}

const fn runner(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        name,
        valued,
        operands,
        assigns: false,
        after_dashes: false,
        place: Place::Here,
    }
}

const fn other_user(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        place: Place::OtherUser,
        ..runner(name, valued, operands)
    }
}

const fn elsewhere(name: &'static str, valued: &'static [&'static str], operands: usize) -> Runner {
    Runner {
        place: Place::Elsewhere,
        ..runner(name, valued, operands)
    }
}

const fn dashes(name: &'static str) -> Runner {
    Runner {
        after_dashes: true,
        ..runner(name, &[], 0)
    }
}

/// Nobody stacks more runners than this; each one costs a look at those before it.
const LONGEST_CHAIN: usize = 12;

/// `find -exec`, whose commands stand between its own arguments.
static FIND: Runner = runner("find", &[], 0);

/// The known runners, in alphabetical order.
pub static RUNNERS: &[Runner] = &[
    runner("builtin", &[], 0),
    elsewhere("bundle", &[], 1),
    elsewhere("busybox", &[], 0),
    runner("catchsegv", &[], 0),
    runner("cgexec", &["g"], 0),
    runner(
        "chpst",
        &[
            "u", "U", "b", "e", "/", "n", "l", "L", "m", "d", "o", "p", "f", "c", "r", "t",
        ],
        0,
    ),
    runner("chronic", &[], 0),
    elsewhere("chroot", &[], 1),
    runner("chrt", &["T", "P", "D"], 1),
    runner("command", &[], 0),
    dashes("cpulimit"),
    runner("cronic", &[], 0),
    dashes("cronwrap"),
    runner("daemonize", &["a", "c", "e", "o", "p", "l", "u", "E"], 0),
    runner("dbus-launch", &[], 0),
    runner("dbus-run-session", &["--config-file", "--dbus-daemon"], 0),
    Runner {
        place: Place::OtherUser,
        ..runner("doas", &["u", "C"], 0)
    },
    runner("eatmydata", &[], 0),
    Runner {
        assigns: true,
        ..runner(
            "env",
            &[
                "u",
                "C",
                "S",
                "--unset",
                "--chdir",
                "--split-string",
                "a",
                "--argv0",
            ],
            0,
        )
    },
    runner("envdir", &[], 1),
    runner("exec", &["a"], 0),
    runner("fakeroot", &["l", "f", "i", "s", "b"], 0),
    runner("faketime", &["p"], 1),
    runner("firejail", &[], 0),
    runner(
        "flock",
        &["w", "E", "--timeout", "--wait", "--conflict-exit-code"],
        1,
    ),
    other_user("gosu", &[], 1),
    runner("ionice", &["c", "n", "p", "P", "u", "--class", "--classdata"], 0),
    runner("keep-one-running", &[], 0),
    runner("linux32", &[], 0),
    runner("linux64", &[], 0),
    runner("lockf", &["t"], 1),
    dashes("lockrun"),
    runner("ltrace", &["e", "o", "s", "n", "p", "u", "a", "l", "x"], 0),
    runner("nice", &["n", "--adjustment"], 0),
    runner("nohup", &[], 0),
    elsewhere("nsenter", &["t", "S", "G", "--target", "--setuid", "--setgid"], 0),
    runner("numactl", &["i", "N", "C", "m", "p"], 0),
    runner(
        "parallel",
        &[
            "a",
            "C",
            "d",
            "I",
            "j",
            "L",
            "l",
            "N",
            "n",
            "P",
            "S",
            "s",
            "--arg-file",
            "--colsep",
            "--delay",
            "--jobs",
            "--joblog",
            "--max-args",
            "--max-procs",
            "--results",
            "--retries",
            "--sshlogin",
            "--tmpdir",
            "--timeout",
        ],
        0,
    ),
    dashes("prlimit"),
    runner("proxychains", &["f"], 0),
    runner("proxychains4", &["f"], 0),
    runner("run-one", &[], 0),
    runner("run-one-constantly", &[], 0),
    runner("run-this-one", &[], 0),
    runner("runcon", &["t", "u", "r", "l"], 0),
    dashes("runitor"),
    Runner {
        after_dashes: true,
        ..other_user(
            "runuser",
            &["u", "g", "G", "c", "s", "--user", "--command", "--shell"],
            0,
        )
    },
    dashes("sentry-cli"),
    runner("setarch", &[], 0),
    runner("setlock", &[], 1),
    dashes("setpriv"),
    runner("setsid", &[], 0),
    other_user("setuidgid", &[], 1),
    runner(
        "softlimit",
        &["a", "c", "d", "f", "l", "m", "o", "p", "r", "s", "t"],
        0,
    ),
    runner("solo", &[], 0),
    runner("stdbuf", &["i", "o", "e"], 0),
    runner("strace", &["e", "o", "s", "p", "u", "a", "E", "P", "S", "I"], 0),
    other_user("su-exec", &[], 1),
    Runner {
        assigns: true,
        ..other_user(
            "sudo",
            &[
                "u", "g", "h", "p", "C", "D", "R", "T", "r", "t", "U", "--user", "--group",
            ],
            0,
        )
    },
    runner("systemd-cat", &["t", "p", "--identifier", "--priority"], 0),
    runner("systemd-inhibit", &[], 0),
    runner(
        "systemd-run",
        &[
            "p",
            "u",
            "E",
            "M",
            "H",
            "--unit",
            "--property",
            "--slice",
            "--setenv",
            "--uid",
            "--gid",
            "--description",
        ],
        0,
    ),
    runner("taskset", &[], 1),
    runner("time", &["f", "o"], 0),
    runner("timelimit", &["t", "T", "s", "S"], 0),
    runner("timeout", &["k", "s", "--kill-after", "--signal"], 1),
    runner("torify", &[], 0),
    runner("torsocks", &[], 0),
    runner("trickle", &["u", "d", "w", "t", "l", "n"], 0),
    runner("unbuffer", &[], 0),
    elsewhere("unshare", &["R", "w", "S", "G"], 0),
    runner("watch", &["n", "--interval"], 0),
    runner("with-contenv", &[], 0),
    runner("with-lock-ex", &[], 1),
    runner("xargs", &["I", "n", "P", "L", "d", "s", "a", "E"], 0),
    runner(
        "xvfb-run",
        &[
            "e",
            "f",
            "n",
            "p",
            "s",
            "w",
            "--server-args",
            "--server-num",
            "--error-file",
        ],
        0,
    ),
];

/// The runner of this name, or of this path's last part.
pub fn runner_named(name: &str) -> Option<&'static Runner> {
    runner_called(name.rsplit('/').next().unwrap_or(name))
}

fn runner_called(base: &str) -> Option<&'static Runner> {
    let at = RUNNERS.binary_search_by_key(&base, |runner| runner.name).ok()?;
    RUNNERS.get(at)
}

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

#[cfg(test)]
mod tests {
    use super::RUNNERS;

    #[test]
    fn the_runners_are_in_alphabetical_order() {
        assert!(RUNNERS.is_sorted_by_key(|runner| runner.name));
    }
}
