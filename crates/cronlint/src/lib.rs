//! Checks crontabs, as a shell linter checks scripts.
//!
//! [`lint::lint`] looks at one text with every rule of [`rules::RULES`] and hands back diagnostics; the program
//! around it finds files, picks a format and an exit code.

mod baseline;
mod changed;
mod cli;
pub mod command;
pub mod config;
mod discover;
pub mod files;
pub mod fix;
pub mod herd;
pub mod lint;
mod listing;
mod options;
mod patch;
pub mod paths;
pub mod programs;
pub mod repository;
pub mod rule;
pub mod rules;
mod session;
pub mod shellcheck;
mod suppress;
mod zone;

pub use cli::main;
pub use options::command;
