//! The files that a command runs or hands to an interpreter, with their full paths where those can be told.

use std::path::{Component, Path, PathBuf};

use shell::{Directory, Word};

use crate::command::{Call, Command};
use crate::paths::script;

/// A file that a command names.
#[derive(Debug)]
pub(crate) struct Named<'f, 'c> {
    /// The call that names it.
    pub call: &'f Call<'c>,
    /// The word.
    pub word: &'c Word,
    /// Its full path on the machine that runs the job.
    pub path: String,
    /// The program that reads it, such as `python3`; none: it is run itself.
    pub by: Option<&'f str>,
}

/// Programs and scripts with a full path, or with a relative one behind `cd /full/path &&`.
pub(crate) fn named<'f, 'c>(command: &'f Command<'c>) -> Vec<Named<'f, 'c>> {
    let calls = command.calls.iter().filter(|call| !call.step.elsewhere);
    calls.flat_map(of_call).collect()
}

fn of_call<'f, 'c>(call: &'f Call<'c>) -> Vec<Named<'f, 'c>> {
    let own = call.programs.iter().filter(|program| !program.is_elsewhere());
    let mut found = Vec::new();
    for program in own {
        // A bare name is looked for in PATH.
        let itself = full_path(call, program.word).filter(|_| program.base() != program.word.leading());
        found.extend(itself.map(|path| Named {
            call,
            word: program.word,
            path,
            by: None,
        }));
        let read = script(program.base(), program.arguments);
        found.extend(read.and_then(|word| {
            Some(Named {
                call,
                word,
                path: full_path(call, word)?,
                by: Some(program.base()),
            })
        }));
    }
    found
}

fn full_path(call: &Call<'_>, word: &Word) -> Option<String> {
    let text = word.literal()?;
    if text.is_empty() || text.starts_with('-') {
        return None;
    }
    let from = match call.step.directory {
        _ if text.starts_with('/') => String::new(),
        Directory::Chosen(directory) => directory
            .literal()
            .filter(|path| path.starts_with('/'))?
            .into_owned(),
        Directory::Start | Directory::Below(_) => return None,
    };
    Some(plain(&format!("{from}/{text}")))
}

/// A path without `.` and `..`.
pub(crate) fn plain(path: &str) -> String {
    let mut plain = PathBuf::from("/");
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                plain.pop();
            }
            Component::Normal(name) => plain.push(name),
            _ => {}
        }
    }
    plain.to_string_lossy().into_owned()
}

/// Whether the command tests for files before it runs something: `[ -x /usr/bin/x ] && /usr/bin/x`.
pub(crate) fn is_asked(command: &Command<'_>) -> bool {
    command
        .calls
        .iter()
        .any(|call| matches!(call.name(), "[" | "test" | "[["))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_plain_path_has_no_dots() {
        for (path, expected) in [
            ("/srv/app/./x", "/srv/app/x"),
            ("/srv/../bin//x", "/bin/x"),
            ("/../x", "/x"),
        ] {
            assert_eq!(super::plain(path), expected);
        }
    }
}
