//! What the settings of a monitor or a channel may hold: plain data that the settings file, its check and the
//! documents all read.

use std::collections::BTreeMap;
use std::fmt;

/// One setting of a kind of monitor or channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name in the settings file.
    pub name: &'static str,
    /// What it means, in one sentence.
    pub help: &'static str,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it is a secret, and may be given as a file that holds it (`NAME-file`).
    pub secret: bool,
}

impl Setting {
    pub(crate) const fn required(name: &'static str, help: &'static str) -> Setting {
        Setting {
            name,
            help,
            required: true,
            secret: false,
        }
    }

    pub(crate) const fn optional(name: &'static str, help: &'static str) -> Setting {
        Setting {
            name,
            help,
            required: false,
            secret: false,
        }
    }

    pub(crate) const fn secret(self) -> Setting {
        Setting { secret: true, ..self }
    }
}

/// The settings of one monitor or channel, as text.
pub type Values = BTreeMap<String, String>;

/// Settings that cannot be used; shows no value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingError {
    /// There is no such kind; the kinds that there are.
    UnknownKind(String, String),
    /// The kind knows no setting of this name; the nearest that it knows.
    Unknown(String, Option<&'static str>),
    /// A setting is missing; its help.
    Missing(&'static str, &'static str),
    /// A value cannot be used: the setting, and why.
    Value(&'static str, String),
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SettingError::UnknownKind(kind, known) => {
                write!(f, "there is no kind {kind:?}; there are {known}")
            }
            SettingError::Unknown(name, None) => write!(f, "unknown setting {name:?}"),
            SettingError::Unknown(name, Some(near)) => {
                write!(f, "unknown setting {name:?}; did you mean {near:?}?")
            }
            SettingError::Missing(name, help) => write!(f, "{name:?} is missing: {help}"),
            SettingError::Value(name, why) => write!(f, "{name:?}: {why}"),
        }
    }
}

impl std::error::Error for SettingError {}

/// Whether these are settings that this kind knows, and none is missing.
pub(crate) fn check(known: &'static [Setting], values: &Values) -> Result<(), SettingError> {
    for name in values.keys() {
        if !known.iter().any(|setting| setting.name == name) {
            let near = known
                .iter()
                .map(|setting| setting.name)
                .min_by_key(|known| distance(known, name));
            let near = near.filter(|near| distance(near, name) <= 2.max(near.len() / 3));
            return Err(SettingError::Unknown(name.clone(), near));
        }
    }
    match known
        .iter()
        .find(|setting| setting.required && !values.contains_key(setting.name))
    {
        Some(setting) => Err(SettingError::Missing(setting.name, setting.help)),
        None => Ok(()),
    }
}

/// The values that must not be shown; not those so short that they may be a word.
pub(crate) fn secrets(known: &'static [Setting], values: &Values) -> Vec<String> {
    let secret = known
        .iter()
        .filter(|setting| setting.secret)
        .filter_map(|setting| values.get(setting.name));
    secret
        .map(|value| value.trim().to_owned())
        .filter(|value| value.len() >= 4)
        .collect()
}

/// How many letters must be changed to make one word of the other.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, letter) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], line + 1);
        for (column, against) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *against);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(row[column] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

/// A number of the settings, or why it is none.
pub(crate) fn number<N: std::str::FromStr>(
    values: &Values,
    name: &'static str,
    otherwise: N,
) -> Result<N, SettingError> {
    match values.get(name) {
        None => Ok(otherwise),
        Some(text) => text
            .trim()
            .parse()
            .map_err(|_| SettingError::Value(name, "a number is wanted".to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_setting_gets_a_suggestion_and_a_missing_one_its_help() {
        static KNOWN: &[Setting] = &[
            Setting::required("webhook", "where to post").secret(),
            Setting::optional("length", "how much"),
        ];
        let check = |pairs: &[(&str, &str)]| {
            let values = pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect();
            check(KNOWN, &values).map_err(|error| error.to_string())
        };
        assert_eq!(check(&[("webhook", "x")]), Ok(()));
        assert_eq!(
            check(&[("webhok", "x")]),
            Err("unknown setting \"webhok\"; did you mean \"webhook\"?".to_owned())
        );
        assert_eq!(
            check(&[("colour", "x")]),
            Err("unknown setting \"colour\"".to_owned())
        );
        assert_eq!(
            check(&[("length", "3")]),
            Err("\"webhook\" is missing: where to post".to_owned())
        );
    }

    #[test]
    fn a_distance_counts_letters() {
        assert_eq!(
            (
                distance("abc", "abc"),
                distance("abc", "abd"),
                distance("", "abc"),
                distance("ab", "ba")
            ),
            (0, 1, 3, 2)
        );
    }
}
