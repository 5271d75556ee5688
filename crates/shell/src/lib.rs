//! A shell command line as words, commands and redirections, each with its place.
//!
//! [`parse`] reads any text, broken or not, as dash and bash together would: what only bash knows is read as
//! bash reads it, and [`dash::lacking`] tells afterwards what dash lacks. What no shell accepts is collected in
//! [`Script::errors`] with its place, and the rest of the line is read all the same.
//!
//! ```
//! let script = shell::parse("cd /srv && bash -c 'php x.php' &> log");
//! let names: Vec<_> = script.simple_commands().iter().map(|command| command.words[0].leading()).collect();
//! assert_eq!(names, ["cd", "bash", "php"]);
//! assert_eq!(shell::dash::lacking(&script)[0].lack.name, "&>");
//! ```
//!
//! # What is here
//!
//! - [`Script`] and its parts: lists, pipelines, simple and compound commands, redirections, words. Every span
//!   is a range of bytes of the given text, on character boundaries.
//! - [`Script::steps`]: the simple commands with what holds at each: the shell that reads it, the directory
//!   after `cd /srv &&`, its pipeline, `&`, what follows it. Text that is handed to another shell (`bash -c`,
//!   `su -c`, `eval`, `ssh host '...'`) is read too, in its place.
//! - [`SimpleCommand::programs`]: the programs of `env A=b nice -n 5 php x.php`.
//! - [`Word::literal`]: a word's value, if no shell has to work it out.
//! - [`Script::nodes`]: all parts, for those who look for one kind.
//!
//! # Limits
//!
//! The reader never fails and never panics. It stops, and says so, after 128 KiB (Linux passes no longer
//! argument to a shell) and 48 levels of nesting. Here-documents are passed over; aliases, `extglob` patterns
//! and `fish` are not known.
//!
//! # Why a parser of its own
//!
//! The command lines of some 150 real crontabs (634 lines, 64 bytes each in the mean) were read with two
//! published parsers before this one was written:
//!
//! - tree-sitter-bash 0.25 has places and survives errors, but takes 7.2 µs a line for the bare tree, more
//!   than a linter that reads 100,000 lines in a second has for everything. After an error it drops what it
//!   cannot place: of `[ -x /a ] && { b` it keeps no command, of `echo "hi; rm x` no word. `[ ... ]` has no words, and the
//!   text inside backquotes loses its places. It is C code, built by a C compiler.
//! - brush-parser 0.4 (3.7 µs) refuses a broken command as a whole, and a linter is there for broken commands.
//!
//! This one takes about 1.5 µs for the same line, keeps every word of a broken command, and knows nothing that it does
//! not need.

pub mod dash;
mod inner;
mod nodes;
mod parse;
mod programs;
mod tree;
mod walk;
mod words;

pub use inner::is_shell;
pub use nodes::Node;
pub use programs::{Place, Program, RUNNERS, Runner, runner_named};
pub use tree::*;
pub use walk::{Directory, Interpreter, Step};

use parse::Places;

/// Reads a command line.
///
/// ```
/// let script = shell::parse("a && (b; c");
/// assert_eq!(script.errors[0].to_string(), "`(` is never closed");
/// assert_eq!(script.errors[0].span, 5..6);
/// ```
pub fn parse(text: &str) -> Script {
    parse::script(text, Places::Shifted(0), 0)
}
