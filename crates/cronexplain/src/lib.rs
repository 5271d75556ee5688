//! cronexplain says what a cron schedule means and when it fires.
//!
//! `cli` is the only module that reads the command line, the environment and the clock, prints, and picks the exit
//! code. The others turn plain values into text.

mod cli;
mod expression;
mod json;
mod options;
mod report;
mod time;
mod trouble;

pub use cli::main;
pub use options::command;
