//! Words that name files: whether they depend on the directory, and which argument is a script.

use shell::{Directory, PartKind, Word};

use crate::command::Call;

/// Whether a word is a path or name that begins in the current directory: plain text in front, and no `/`.
pub(crate) fn is_relative(word: &Word) -> bool {
    let leading = word.leading();
    !leading.is_empty() && !leading.starts_with(['/', '~', '-', '+', '%'])
}

/// Whether the directory in which the call runs is the one in which the job began.
pub(crate) fn is_where_cron_starts(call: &Call<'_>) -> bool {
    call.step.directory == Directory::Start && !call.step.elsewhere
}

/// A placeholder that somebody was to replace: `DEPLOY_PATH/x`, `@PATH@/x`, `<dir>/x`, `[dir]/x`, `path/to/x`.
pub(crate) fn is_placeholder(text: &str) -> bool {
    let first = text.split('/').next().unwrap_or(text);
    let shouted = first.len() > 3
        && first.contains('_')
        && first
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
    let bracketed = first.starts_with(['<', '[', '{', '@', '%']) || first.starts_with("__");
    shouted || bracketed || text.starts_with("path/to/") || text.contains("/path/to/")
}

/// Programs that run a script, with the options that take a value and those that mean that there is no script.
struct Interpreter {
    name: &'static str,
    valued: &'static str,
    no_script: &'static str,
}

const INTERPRETERS: &[Interpreter] = &[
    Interpreter {
        name: "Rscript",
        valued: "",
        no_script: "e",
    },
    Interpreter {
        name: "ash",
        valued: "oO",
        no_script: "cs",
    },
    Interpreter {
        name: "bash",
        valued: "oO",
        no_script: "cs",
    },
    Interpreter {
        name: "dash",
        valued: "o",
        no_script: "cs",
    },
    Interpreter {
        name: "fish",
        valued: "",
        no_script: "c",
    },
    Interpreter {
        name: "ksh",
        valued: "o",
        no_script: "cs",
    },
    Interpreter {
        name: "lua",
        valued: "l",
        no_script: "e",
    },
    Interpreter {
        name: "node",
        valued: "r",
        no_script: "ep",
    },
    Interpreter {
        name: "nodejs",
        valued: "r",
        no_script: "ep",
    },
    Interpreter {
        name: "perl",
        valued: "I",
        no_script: "eE",
    },
    Interpreter {
        name: "php",
        valued: "dcztS",
        no_script: "rRBEhivml",
    },
    Interpreter {
        name: "python",
        valued: "WXQ",
        no_script: "cm",
    },
    Interpreter {
        name: "ruby",
        valued: "IC",
        no_script: "e",
    },
    Interpreter {
        name: "sh",
        valued: "o",
        no_script: "cs",
    },
    Interpreter {
        name: "tclsh",
        valued: "",
        no_script: "",
    },
    Interpreter {
        name: "ts-node",
        valued: "",
        no_script: "e",
    },
    Interpreter {
        name: "zsh",
        valued: "o",
        no_script: "cs",
    },
];

/// The interpreter of that base name; `python3.11` and `php8.2` count as `python` and `php`.
fn interpreter(base: &str) -> Option<&'static Interpreter> {
    let plain = base.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '-'));
    INTERPRETERS
        .iter()
        .find(|known| known.name == base || known.name == plain)
}

/// Tools that look for their project in the current directory, and the options that name another one.
const PROJECT_TOOLS: &[(&str, &[&str])] = &[
    ("ansible-playbook", &[]),
    ("bundle", &["--gemfile"]),
    ("composer", &["-d", "--working-dir", "-g", "global"]),
    ("docker-compose", &["-f", "--file", "--project-directory", "-p"]),
    ("git", &["-C", "--git-dir", "clone", "config"]),
    ("gradle", &["-p", "--project-dir", "-b"]),
    ("make", &["-C", "-f", "--directory", "--file"]),
    ("mvn", &["-f", "--file"]),
    ("npm", &["--prefix", "-g", "-C", "--global"]),
    ("pipenv", &[]),
    ("poetry", &["-C", "--directory", "-P"]),
    ("rake", &["-f", "--rakefile"]),
    ("scrapy", &[]),
    ("vagrant", &[]),
    ("yarn", &["--cwd", "global"]),
];

/// Whether the program works on the project in the current directory, and is not told of another one.
pub(crate) fn works_here(base: &str, arguments: &[Word]) -> bool {
    let tool = if base == "docker" && arguments.first().is_some_and(|word| word.is("compose")) {
        "docker-compose"
    } else {
        base
    };
    PROJECT_TOOLS
        .iter()
        .find(|(name, _)| *name == tool)
        .is_some_and(|(_, options)| {
            let named = |text: &str| {
                options
                    .iter()
                    .any(|option| text.split('=').next() == Some(option))
            };
            let asks = matches!(arguments, [only] if only.leading().starts_with("--version"));
            !asks
                && !arguments
                    .iter()
                    .any(|word| named(&word.leading()) || word.leading().starts_with('/'))
        })
}

/// The script that an interpreter is given: `x.py` in `python3 -u x.py`.
pub(crate) fn script<'a>(base: &str, arguments: &'a [Word]) -> Option<&'a Word> {
    if matches!(base, "." | "source") {
        return arguments.first();
    }
    if matches!(base, "deno" | "go") {
        let at = arguments.iter().position(|word| word.is("run"))?;
        return arguments
            .get(at + 1..)?
            .iter()
            .find(|word| !word.leading().starts_with('-'));
    }
    if base == "dotnet" {
        return arguments.first().filter(|word| word.leading().ends_with(".dll"));
    }
    if base == "java" {
        let at = arguments.iter().position(|word| word.is("-jar"))?;
        return arguments.get(at + 1);
    }
    let known = interpreter(base)?;
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let text = word.leading();
        let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
            return Some(word);
        };
        if letters.starts_with('-') {
            continue;
        }
        if known.name == "php" && letters == "f" {
            return words.next();
        }
        if letters.contains(|letter| known.no_script.contains(letter)) {
            return None;
        }
        if letters.ends_with(|letter| known.valued.contains(letter)) {
            words.next();
        }
    }
    None
}

/// Whether the word is nothing but plain text.
pub(crate) fn is_plain_text(word: &Word) -> bool {
    word.parts
        .iter()
        .all(|part| matches!(part.kind, PartKind::Literal(_)))
}
