//! cronexplain says what a cron schedule means and when it fires.
//!
//! `cli` is the only module that reads the command line, the environment and the clock, prints, and picks the exit
//! code. The others turn plain values into text.

mod answer;
mod cli;
mod compare;
mod convert;
mod crontabs;
mod differ;
mod dst;
mod edit;
mod expression;
mod files;
mod help;
mod json;
mod options;
mod pictures;
mod proof;
mod reading;
mod report;
mod style;
mod time;
mod trouble;
mod why;
mod year;

pub use cli::main;
pub use options::command;
