//! The words of a command line, and variables as words of it.

use clap::{ArgAction, ColorChoice, Command};
use std::ffi::{OsStr, OsString};

/// What the names of our variables begin with.
pub(super) const PREFIX: &str = "CRONWRAP_";
/// Ours, and no options; CRONWRAP_JOB is one that a shell line's own name comes before.
pub(super) const NO_OPTIONS: [&str; 3] = ["CRONWRAP_SHELL", "CRONWRAP_JOB", "CRONWRAP_RUN_ID"];
/// How to be let in by etcd; read where a lock asks for it.
pub(super) const ETCD: &str = "CRONWRAP_ETCD_";
/// What shells take as single letters, and so may stand before the `c` of `-lc`.
const SHELL_LETTERS: &str = "abefhiklmnprstuvxBCEHPT";

/// Takes the combined forms of `-c` that shells know apart: `-lc LINE` is `-c LINE` for a shell called with `-l`.
pub(super) fn combined_forms(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let letters = |argument: &OsString| -> Option<String> {
        let letters = argument.to_str()?.strip_prefix('-')?.strip_suffix('c')?;
        (!letters.is_empty() && letters.chars().all(|c| SHELL_LETTERS.contains(c)))
            .then(|| letters.to_owned())
    };
    let ours = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--" && *argument != "-c");
    if let Some((at, letters)) = ours
        .enumerate()
        .find_map(|(at, argument)| Some((at + 1, letters(argument)?)))
    {
        arguments.splice(
            at..=at,
            [format!("--shell-flags=-{letters}").into(), OsString::from("-c")],
        );
    }
    arguments
}

/// Whether a variable's value says yes or no, if it says either.
pub(super) fn switch(value: &OsStr) -> Option<bool> {
    match value.to_str().unwrap_or_default().to_lowercase().as_str() {
        "1" | "true" | "yes" | "on" => Some(true),
        "0" | "false" | "no" | "off" => Some(false),
        _ => None,
    }
}

/// One of our variables as the option that it stands for; nothing for a switch that is off.
pub(super) fn as_argument(command: &Command, name: &str, value: &OsStr) -> Result<Option<OsString>, String> {
    let long = name[PREFIX.len()..].to_lowercase().replace('_', "-");
    let names = |argument: &clap::Arg| {
        argument.get_long() == Some(&long)
            || argument
                .get_all_aliases()
                .is_some_and(|all| all.contains(&&*long))
    };
    let Some(argument) = command.get_arguments().find(|argument| names(argument)) else {
        return Err(format!("{name}: there is no option --{long}; ignored"));
    };
    let mut option = OsString::from(format!("--{long}"));
    let switch = switch(value);
    let optional = argument
        .get_num_args()
        .is_some_and(|values| values.min_values() == 0);
    match (matches!(argument.get_action(), ArgAction::SetTrue), switch) {
        (true, Some(true)) => Ok(Some(option)),
        (true, Some(false)) => Ok(None),
        (true, None) => Err(format!("{name}: neither yes nor no; ignored")),
        (false, Some(true)) if optional => Ok(Some(option)),
        (false, Some(false)) if optional => Ok(None),
        (false, _) => {
            option.push("=");
            option.push(value);
            Ok(Some(option))
        }
    }
}

/// When to use colour, looked for before anything is parsed: the parser's own words are in colour, too.
pub(super) fn colour(settings: &[(String, OsString)], arguments: &[OsString]) -> ColorChoice {
    let set = settings.iter().find(|(name, _)| name == "CRONWRAP_COLOR");
    let mut chosen = set.and_then(|(_, value)| value.to_str());
    let mut before = arguments
        .iter()
        .skip(1)
        .take_while(|argument| *argument != "--")
        .filter_map(|argument| argument.to_str());
    while let Some(argument) = before.next() {
        match argument.strip_prefix("--color") {
            Some("") => chosen = before.next(),
            Some(value) => chosen = value.strip_prefix('=').or(chosen),
            None => {}
        }
    }
    chosen.and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<OsString> {
        text.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn colour_is_what_was_said_last() {
        let check = |variable: &str, given: &str, expected: ColorChoice| {
            let settings = [("CRONWRAP_COLOR".to_owned(), OsString::from(variable))];
            assert_eq!(colour(&settings, &words(given)), expected, "{variable} {given}");
        };
        check("", "cronwrap -- ls --color=always", ColorChoice::Auto);
        check("never", "cronwrap --quiet", ColorChoice::Never);
        check("never", "cronwrap --color always --help", ColorChoice::Always);
        check("never", "cronwrap --color=nonsense", ColorChoice::Auto);
    }

    #[test]
    fn the_shells_combined_forms_are_taken_apart() {
        let check = |given: &str, expected: &str| {
            assert_eq!(combined_forms(words(given)), words(expected));
        };
        check("cronwrap -lc true", "cronwrap --shell-flags=-l -c true");
        check("cronwrap -euxc true", "cronwrap --shell-flags=-eux -c true");
        check("cronwrap -c -lc", "cronwrap -c -lc");
        check("cronwrap -- sh -lc true", "cronwrap -- sh -lc true");
        check("cronwrap --job -c true", "cronwrap --job -c true");
    }
}
