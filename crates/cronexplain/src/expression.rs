//! Which expressions the words of the command line are.

use schedule::{Dialect, ParseError, Schedule};

use crate::trouble::Trouble;

/// Reads the expressions. Words that stand for the fields of one are joined; `exists` tells whether a word is the
/// name of a file, which is what an unquoted star becomes.
pub(crate) fn read(
    words: &[String],
    dialect: &'static Dialect,
    exists: impl Fn(&str) -> bool,
) -> Vec<Result<Schedule, Trouble>> {
    if are_expressions(words) {
        return words.iter().map(|text| parse(text, dialect)).collect();
    }
    let text = words.join(" ");
    let globbed = words
        .iter()
        .find(|word| !is_field(word) && !word.contains('/') && exists(word));
    let (_, most) = dialect.fields;
    vec![match Schedule::parse(&text, dialect) {
        Ok(schedule) => Ok(schedule),
        Err(error) => Err(match globbed {
            Some(word) => expanded(&text, word),
            None if words.len() > most.max(1) => too_many(&text, words.len(), dialect, &error),
            None => Trouble::expression(&text, &error),
        }),
    }]
}

/// Reads one expression, whole or in words.
pub(crate) fn one(
    words: &[String],
    dialect: &'static Dialect,
    exists: impl Fn(&str) -> bool,
) -> Result<Schedule, Trouble> {
    let mut found = read(words, dialect, exists);
    match (found.pop(), found.len()) {
        (Some(one), 0) => one,
        _ => Err(Trouble::new(
            "expression",
            &words.join(" "),
            "one schedule is wanted here",
            "quote it: '0 0 1 * MON'",
        )),
    }
}

/// One word, or words that each hold all fields.
fn are_expressions(words: &[String]) -> bool {
    let whole = |word: &String| word.trim().contains(char::is_whitespace) || word.starts_with('@');
    words.len() == 1 || words.iter().any(whole) && words.first().is_none_or(|word| word != "@every")
}

fn parse(text: &str, dialect: &'static Dialect) -> Result<Schedule, Trouble> {
    Schedule::parse(text, dialect).map_err(|error| Trouble::expression(text, &error))
}

/// What only a field can look like, even where a file has that name.
fn is_field(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_digit() || "*/-,?#~".contains(c))
}

fn expanded(text: &str, word: &str) -> Trouble {
    let start = text.find(word).unwrap_or(0);
    Trouble {
        span: start..start + word.len(),
        ..Trouble::new(
            "expression",
            text,
            format!("`{word}` is a file here: the shell has replaced an unquoted `*` by file names"),
            "quote it: cronexplain '0 0 1 * MON'",
        )
    }
}

fn too_many(text: &str, found: usize, dialect: &Dialect, error: &ParseError) -> Trouble {
    let (least, most) = dialect.fields;
    let wanted = if least == most {
        most.to_string()
    } else {
        format!("{least} to {most}")
    };
    Trouble {
        span: error.span.clone(),
        ..Trouble::new(
            "expression",
            text,
            format!(
                "{found} words, but an expression of {} has {wanted} fields",
                dialect.title
            ),
            "quote it, and leave the command out: cronexplain '0 0 1 * MON'",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use schedule::dialect;

    fn check(words: &[&str], expected: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let found: Vec<String> = read(&words, &dialect::DEBIAN, |word| {
            word == "Cargo.toml" || word == "5" || word == "src"
        })
        .into_iter()
        .map(|one| one.map_or_else(|trouble| trouble.message, |schedule| schedule.text().to_owned()))
        .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn five_unquoted_words_are_one_expression() {
        check(&["0", "0", "1", "*", "MON"], &["0 0 1 * MON"]);
        check(&["5", "5", "5", "5", "5"], &["5 5 5 5 5"]);
    }

    #[test]
    fn quoted_expressions_stand_for_themselves() {
        check(&["0 0 1 * MON"], &["0 0 1 * MON"]);
        check(&["0 0 1 * MON", "@daily"], &["0 0 1 * MON", "@daily"]);
        check(&["@daily", "@reboot"], &["@daily", "@reboot"]);
    }

    #[test]
    fn a_star_that_the_shell_has_expanded_asks_for_quotes() {
        let message = |word: &str| {
            format!("`{word}` is a file here: the shell has replaced an unquoted `*` by file names")
        };
        check(&["0", "0", "1", "Cargo.toml", "MON"], &[&message("Cargo.toml")]);
        check(
            &["0", "0", "1", "Cargo.toml", "src", "MON"],
            &[&message("Cargo.toml")],
        );
    }

    #[test]
    fn too_many_words_are_counted() {
        check(
            &["0", "0", "1", "*", "MON", "root"],
            &["6 words, but an expression of Debian's cron has 5 fields"],
        );
    }
}
