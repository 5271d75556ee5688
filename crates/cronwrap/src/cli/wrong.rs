//! A command line that cannot be read: what to write instead.

use crate::options::Arguments;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, CommandFactory, Error};
use std::ffi::OsString;

/// The parser's error with our cure: its own would hand what is no option of ours to the job.
pub(super) fn with_cure(mut error: Error, arguments: &[OsString]) -> Error {
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    error.remove(ContextKind::Suggested);
    if let Some(cure) = cure(&Arguments::command(), arguments) {
        error.insert(
            ContextKind::Suggested,
            ContextValue::StyledStrs(vec![cure.into()]),
        );
    }
    error
}

fn cure(command: &Command, arguments: &[OsString]) -> Option<String> {
    let words: Vec<&str> = arguments
        .iter()
        .skip(1)
        .filter_map(|word| word.to_str())
        .collect();
    let ours = words.iter().take_while(|word| !["--", "-c"].contains(word));
    let long = |word: &str| {
        let name = word.strip_prefix('-').filter(|name| !name.starts_with('-'))?;
        let name = name.split('=').next()?;
        let known = command
            .get_arguments()
            .find_map(|known| known.get_long().filter(|long| *long == name));
        known.map(|known| format!("long options have two dashes: '--{known}'"))
    };
    let two_dashes = ours.clone().find_map(|word| long(word));
    let no_command = ours.count() == words.len() && words.iter().any(|word| !word.starts_with('-'));
    two_dashes.or_else(|| {
        no_command.then(|| "a command stands after '--': 'cronwrap [OPTIONS] -- COMMAND [ARG...]'".to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(line: &str, expected: Option<&str>) {
        let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
        let found = cure(&Arguments::command(), &words);
        assert_eq!(found.as_deref(), expected, "{line}");
    }

    #[test]
    fn a_wrong_command_line_is_told_what_to_write_instead() {
        let command = Some("a command stands after '--': 'cronwrap [OPTIONS] -- COMMAND [ARG...]'");
        check("cronwrap ls -l", command);
        check("cronwrap --timeout 5s ls -l", command);
        check(
            "cronwrap -job x -- true",
            Some("long options have two dashes: '--job'"),
        );
        check(
            "cronwrap -timeout=5s -- true",
            Some("long options have two dashes: '--timeout'"),
        );
        check("cronwrap --no-such -- true", None);
        check("cronwrap --no-such -- ls -job", None);
    }
}
