//! Command lines that need no parser: its preparation costs a third of what cronwrap costs in all.

use super::words::{NO_OPTIONS, PREFIX, switch};
use crate::options::Arguments;
use std::ffi::OsString;

/// What needs no parser: `cronwrap [SWITCH]... -- COMMAND ...`, and `cronwrap [SWITCH]... -c LINE` as cron calls a
/// shell. Preparing the parser costs a third of what cronwrap costs in all.
pub(super) fn plain(settings: &[(String, OsString)], words: &[OsString]) -> Option<Arguments> {
    let mut arguments = Arguments::default();
    for (name, value) in settings {
        if !NO_OPTIONS.contains(&&**name) && !value.is_empty() && switch(value)? {
            let long = name[PREFIX.len()..].to_lowercase().replace('_', "-");
            plain_switch(&long)?(&mut arguments);
        }
    }
    let mut words = words.get(1..)?;
    while let [first, rest @ ..] = words {
        match (first.to_str()?, rest) {
            ("--", _) => {
                arguments.command = rest.to_vec();
                return Some(arguments);
            }
            ("-c", [line]) => {
                arguments.line = Some(line.clone());
                return Some(arguments);
            }
            (word, _) => plain_switch(word.strip_prefix("--")?)?(&mut arguments),
        }
        words = rest;
    }
    None
}

/// The switches that are understood without the parser; a test compares them with what the parser says.
fn plain_switch(long: &str) -> Option<fn(&mut Arguments)> {
    Some(match long {
        "journal" => |arguments| arguments.telling.journal = true,
        "merge" => |arguments| arguments.output.merge = true,
        "no-record" => |arguments| arguments.recording.no_record = true,
        "no-stdin" => |arguments| arguments.output.no_stdin = true,
        "quiet" => |arguments| arguments.output.quiet = true,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{CommandFactory, FromArgMatches};

    fn called(settings: &[(&str, &str)], words: &[&str]) -> Option<Arguments> {
        let settings: Vec<(String, OsString)> = settings
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.into()))
            .collect();
        let words: Vec<OsString> = std::iter::once(&"cronwrap")
            .chain(words)
            .map(OsString::from)
            .collect();
        plain(&settings, &words)
    }

    #[test]
    fn what_needs_no_parser_is_what_the_parser_says() {
        let check = |settings: &[(&str, &str)], words: &[&str], parsed: &[&str]| {
            let plain = called(settings, words).unwrap();
            let words = std::iter::once(&"cronwrap").chain(parsed);
            let mut matches = Arguments::command().try_get_matches_from(words).unwrap();
            let parsed = Arguments::from_arg_matches_mut(&mut matches).unwrap();
            assert_eq!(format!("{plain:?}"), format!("{parsed:?}"));
        };
        check(&[], &["--", "true", "-c"], &["--", "true", "-c"]);
        check(&[], &["--"], &["--"]);
        // After -c the parser takes no value that looks like an option; a shell does.
        check(&[], &["-c", "--job"], &["-c--job"]);
        for name in ["journal", "merge", "no-record", "no-stdin", "quiet"] {
            let (long, variable) = (
                format!("--{name}"),
                format!("CRONWRAP_{}", name.to_uppercase().replace('-', "_")),
            );
            check(&[], &[&long, "--", "true"], &[&long, "--", "true"]);
            check(&[], &[&long, "-c", "true"], &[&long, "-c", "true"]);
            check(&[(&variable, "Yes")], &["--", "true"], &[&long, "--", "true"]);
            check(&[(&variable, "0")], &["--", "true"], &["--", "true"]);
        }
    }

    #[test]
    fn all_else_is_for_the_parser() {
        let check = |settings: &[(&str, &str)], words: &[&str]| {
            assert!(called(settings, words).is_none(), "{settings:?} {words:?}");
        };
        check(&[], &[]);
        check(&[], &["script"]);
        check(&[], &["--quiet"]);
        check(&[], &["--timeout", "9", "--", "true"]);
        check(&[], &["-c", "true", "$0"]);
        check(&[("CRONWRAP_TIMEOUT", "1")], &["--", "true"]);
        check(&[("CRONWRAP_QUIET", "perhaps")], &["--", "true"]);
    }
}
