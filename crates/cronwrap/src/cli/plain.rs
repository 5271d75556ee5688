//! Command lines that need no parser: its preparation costs a third of what cronwrap costs in all.

use super::words::{NO_OPTIONS, PREFIX, switch};
use crate::options::Arguments;
use std::ffi::OsString;

/// What needs no parser: `cronwrap [OPTION]... -- COMMAND ...`, and `cronwrap [OPTION]... -c LINE` as cron calls a
/// shell, with the options that most crontabs need.
pub(super) fn plain(settings: &[(String, OsString)], words: &[OsString]) -> Option<Arguments> {
    let mut arguments = Arguments::default();
    for (name, value) in settings {
        if NO_OPTIONS.contains(&&**name) || value.is_empty() {
            continue;
        }
        match plain_option(&name[PREFIX.len()..].to_lowercase().replace('_', "-"))? {
            Plain::Switch(set) => {
                if switch(value)? {
                    set(&mut arguments);
                }
            }
            Plain::Value(set) => set(&mut arguments, value.to_str()?),
        }
    }
    let mut words = words.get(1..)?;
    while let [first, rest @ ..] = words {
        words = match (first.to_str()?, rest) {
            ("--", _) => {
                arguments.command = rest.to_vec();
                return Some(arguments);
            }
            ("-c", [line]) => {
                arguments.line = Some(line.clone());
                return Some(arguments);
            }
            (word, _) => match (plain_option(word.strip_prefix("--")?)?, rest) {
                (Plain::Switch(set), _) => {
                    set(&mut arguments);
                    rest
                }
                (Plain::Value(set), [value, after @ ..]) => {
                    // What looks like an option is for the parser to refuse.
                    let value = value.to_str().filter(|value| !value.starts_with('-'))?;
                    set(&mut arguments, value);
                    after
                }
                (Plain::Value(_), []) => return None,
            },
        };
    }
    None
}

/// What an option without the parser does.
enum Plain {
    Switch(fn(&mut Arguments)),
    Value(fn(&mut Arguments, &str)),
}

/// The options that are understood without the parser; a test compares them with what the parser says.
fn plain_option(long: &str) -> Option<Plain> {
    use Plain::{Switch, Value};
    Some(match long {
        "job" => Value(|arguments, name| arguments.job = Some(name.to_owned())),
        "journal" => Switch(|arguments| arguments.telling.journal = true),
        "merge" => Switch(|arguments| arguments.output.merge = true),
        "no-record" => Switch(|arguments| arguments.recording.no_record = true),
        "no-stdin" => Switch(|arguments| arguments.output.no_stdin = true),
        "ping" | "ping-url" => Value(|arguments, url| arguments.telling.ping = Some(url.to_owned())),
        "ping-file" => Value(|arguments, file| arguments.telling.ping_file = Some(file.into())),
        "quiet" => Switch(|arguments| arguments.output.quiet = true),
        "state-dir" => Value(|arguments, folder| arguments.recording.state_dir = Some(folder.into())),
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
        let variable = |name: &str| format!("CRONWRAP_{}", name.to_uppercase().replace('-', "_"));
        for name in ["ping", "ping-url", "ping-file", "state-dir"] {
            let (long, variable) = (format!("--{name}"), variable(name));
            check(&[], &[&long, "a=b", "--", "true"], &[&long, "a=b", "--", "true"]);
            check(
                &[(&variable, "/x")],
                &[&long, "/y", "-c", "true"],
                &[&long, "/y", "-c", "true"],
            );
            check(&[(&variable, "0")], &["--", "true"], &[&long, "0", "--", "true"]);
            check(&[(&variable, "")], &["--", "true"], &["--", "true"]);
        }
        check(&[], &["--job", "x", "--", "true"], &["--job", "x", "--", "true"]);
        for name in ["journal", "merge", "no-record", "no-stdin", "quiet"] {
            let (long, variable) = (format!("--{name}"), variable(name));
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
        check(&[("CRONWRAP_SKIP_CODE", "0")], &["--", "true"]);
        check(&[("CRONWRAP_NO_SUCH_OPTION", "no")], &["--", "true"]);
        check(&[], &["--job", "-c", "true"]);
        check(&[], &["--job"]);
        check(&[], &["--job=x", "--", "true"]);
    }
}
