//! Checks crontabs, as a shell linter checks scripts.
//!
//! [`lint::lint`] looks at one text with every rule of [`rules::RULES`] and hands back diagnostics; the program
//! around it finds files, picks a format and an exit code.

pub mod command;
pub mod lint;
pub mod paths;
pub mod programs;
pub mod rule;
pub mod rules;

use std::process::ExitCode;

/// Runs the program.
pub fn main() -> ExitCode {
    ExitCode::SUCCESS
}
