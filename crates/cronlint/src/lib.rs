//! Checks crontabs, as a shell linter checks scripts.
//!
//! [`lint::lint`] looks at one text with every rule of [`rules::RULES`] and hands back diagnostics; the program
//! around it finds files, picks a format and an exit code.
//!
//! ```
//! use cronlint::lint::{Settings, lint};
//!
//! let found = lint(b"0 3 * * * tar czf /srv/backup-$(date +%F).tgz /etc\n", &Settings::default());
//! assert_eq!((found[0].code, found[0].name), ("C001", "unescaped-percent"));
//! assert_eq!(found[0].help.as_deref(), Some("write `\\%` for a percent sign"));
//! ```

mod baseline;
mod busiest_minute;
mod changed;
mod cli;
mod command;
mod complaint;
pub mod config;
mod discover;
mod files;
pub mod fix;
pub mod lint;
mod listing;
mod options;
mod patch;
mod paths;
mod patterns;
mod programs;
mod repository;
pub mod rule;
pub mod rules;
mod session;
mod settings_trouble;
mod shellcheck;
mod suppress;
mod zone;

pub use cli::main;
pub use options::command;
