//! What is wrong in a settings file: where, why, and what to write instead.

use std::ops::Range;
use std::path::Path;

use diagnostic::{Diagnostic, Severity, Source};
use similar::get_close_matches;

/// Something wrong in a settings file.
pub(crate) struct Trouble {
    place: Place,
    message: String,
    help: String,
}

enum Place {
    Bytes(Range<usize>),
    /// Where this stands.
    Word(String),
}

impl Trouble {
    /// At a word of the file.
    pub(crate) fn at(word: &str, message: String, help: &str) -> Trouble {
        Trouble {
            place: Place::Word(word.to_owned()),
            message,
            help: help.to_owned(),
        }
    }

    /// A word that is none of those that are known.
    pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> Trouble {
        let help = match (get_close_matches(word, known, 1, 0.7).first(), known.split_last()) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some((last, others))) => format!("write `{}` or `{last}`", others.join("`, `")),
            (None, None) => String::new(),
        };
        Trouble::at(word, format!("there is no {what} `{word}`"), &help)
    }

    /// The cause, the line with carets, the cure.
    pub(crate) fn shown(self, text: &str, path: &Path) -> String {
        let place = match self.place {
            Place::Bytes(place) => place,
            Place::Word(word) => find(text, &word).unwrap_or(0..0),
        };
        let mut diagnostic = Diagnostic::new(Severity::Error, self.message, place);
        diagnostic.help = Some(self.help).filter(|help| !help.is_empty());
        let source = Source::new(path.display().to_string(), text.as_bytes());
        let shown = diagnostic::human(&source, &diagnostic, false);
        shown.trim_start_matches("error: ").trim_end().to_owned()
    }
}

/// What the reader of TOML says, taken apart: what it expected is the help.
pub(crate) fn of_toml(error: &toml::de::Error) -> Trouble {
    let (message, expected) = match error.message().split_once(", expected ") {
        Some((message, expected)) => (message, expected),
        None => (error.message(), ""),
    };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let field = message
        .strip_prefix("unknown field `")
        .and_then(|rest| rest.strip_suffix('`'));
    let near = field.and_then(|field| get_close_matches(field, &known, 1, 0.7).into_iter().next());
    let help = match (near, expected) {
        (Some(near), _) => format!("did you mean `{near}`?"),
        (None, "") if message == "missing field `paths`" => {
            "`paths` says which files they are for, as in paths = [\"*.cron\"]".to_owned()
        }
        (None, "") => String::new(),
        (None, "a boolean") => "write true or false".to_owned(),
        (None, "a sequence") => "write a list, as in [\"C001\"]".to_owned(),
        (None, "a string" | "path string") => "write a text in quotes".to_owned(),
        (None, sign) if sign.len() == 3 => format!("{sign} is missing here"),
        (None, expected) => format!("write {expected}"),
    };
    Trouble {
        place: Place::Bytes(error.span().unwrap_or(0..0)),
        message: message.to_owned(),
        help,
    }
}

/// Where a word first stands in a text, but for its comments: in quotes or as a key.
fn find(text: &str, word: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let place = ['"', '\'']
            .iter()
            .find_map(|quote| Some(line.find(&format!("{quote}{word}{quote}"))? + 1))
            .or_else(|| {
                line.trim_start()
                    .starts_with(word)
                    .then(|| line.len() - line.trim_start().len())
            });
        if let Some(at) = place.filter(|_| !line.trim_start().starts_with('#')) {
            return Some(start + at..start + at + word.len());
        }
        start += line.len();
    }
    None
}
