//! The rules: one file and one page each.
//!
//! To add one, write `<name>.rs` and `<name>.md` here, then a `mod` line and a line in [`RULES`]. The code is that
//! of the pitfall in the catalogue that it answers to (F01 is F001). The page's examples are the rule's tests: see
//! `tests/rules.rs`.

mod bash_redirection;
mod bashism;
mod program_not_on_path;
mod relative_path;
mod relative_redirection;
mod unescaped_percent;

use crate::rule::Rule;

/// Every rule, in order of code.
pub static RULES: &[&Rule] = &[
    // C: the command
    &unescaped_percent::RULE, // C001
    &program_not_on_path::RULE, // C003
    &relative_path::RULE, // C005
    &relative_redirection::RULE, // C006
    &bashism::RULE, // C009
    &bash_redirection::RULE, // C010
];

/// The rule of that code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    let matches = |rule: &&&Rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name;
    RULES.iter().find(matches).copied()
}
