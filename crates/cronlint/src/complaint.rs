//! How a complaint is worded: the cause on the first line, the cure on the next.

use std::io;

/// A cause, and its cure on a line of its own.
pub(crate) fn with_help(cause: &str, help: &str) -> String {
    format!("{cause}\n  help: {help}")
}

/// Why something cannot be read or written, without the number that the system has for it.
pub(crate) fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    match text.split_once(" (os error ") {
        Some((reason, _)) => reason.to_lowercase(),
        None => text,
    }
}
