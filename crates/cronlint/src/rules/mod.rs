//! The rules: one file and one page each.
//!
//! To add one, write `<name>.rs` and `<name>.md` here, then a `mod` line and a line in [`RULES`]. The code is that
//! of the pitfall in the catalogue that it answers to (F01 is F001). The page's examples are the rule's tests: see
//! `tests/rules/page.rs`.

mod and_or_precedence;
mod background_job;
mod backward_range;
mod bad_path_value;
mod bad_shell;
mod bad_step;
mod bare_interpreter;
mod bash_redirection;
mod bashism;
mod byte_order_mark;
mod carriage_return;
mod changes_access;
mod clock_change;
mod command_too_long;
mod comment_in_value;
mod crontab_in_job;
mod dangerous_delete;
mod discarded_output;
mod double_redirection;
mod download_to_shell;
mod download_unchecked;
mod early_expansion;
mod either_day;
mod emptied_backup;
mod empty_item;
mod exported_assignment;
mod extra_user;
mod finds_itself;
mod fixed_name_in_tmp;
mod fixed_variable;
mod foreign_schedule;
mod foreign_shell;
mod glob_in_home;
mod graphical_program;
mod hash_in_command;
mod hidden_pipeline_failure;
mod ignored_assignment;
mod ignored_cron_tz;
mod ignored_file_name;
mod interactive_program;
mod kept_backslash;
mod large_step;
mod line_continuation;
mod missing_final_newline;
mod missing_user;
mod misspelt_dev_null;
mod mistyped_user;
mod needs_terminal;
mod never_fires;
mod out_of_range;
mod pasted_character;
mod persistence;
mod profile_not_loaded;
mod program_not_on_path;
mod quoted_tilde;
pub(crate) mod reasonless_suppression;
mod redirection_order;
mod redirection_typo;
mod relative_path;
mod relative_redirection;
mod repeated_entry;
mod root_runs_writable;
mod secret_in_assignment;
mod secret_in_command;
mod shell_syntax;
mod skipped_by_run_parts;
mod skipped_months;
mod skipped_text;
mod sleep_arguments;
mod ssh_without_batch_mode;
mod star_minute;
mod starred_day;
mod step_without_range;
mod sudo;
mod support;
mod trailing_text;
mod two_assignments;
mod tz_for_schedule;
mod unbalanced_quote;
mod unchecked_cd;
mod undefined_variable;
mod unescaped_percent;
mod uneven_step;
mod unexpanded_value;
mod unknown_macro;
mod unknown_name;
mod unquoted_ampersand;
mod unreadable_line;
pub(crate) mod unused_suppression;
mod unverified_tls;
mod user_service_without_bus;
mod waiting_lock;
mod wildcard_options;
mod world_writable;
mod writable_path;
mod wrong_field_count;

mod invalid_mailto;

mod late_assignment;

mod too_many_lines;

mod placeholder;

mod crowded_minute;

mod refused_file;

mod missing_file;

mod root_runs_changeable;

mod account_refused;
mod no_daemon;
mod no_mail_program;
pub(crate) mod shellcheck;
mod unknown_zone;
mod wrong_interpreter;

use crate::rule::Rule;

/// Every rule, in order of code.
pub static RULES: &[&Rule] = &[
    // F: the file
    &missing_final_newline::RULE,  // F001
    &carriage_return::RULE,        // F002
    &byte_order_mark::RULE,        // F003
    &pasted_character::RULE,       // F004
    &ignored_file_name::RULE,      // F005
    &refused_file::RULE,           // F007
    &missing_user::RULE,           // F011
    &extra_user::RULE,             // F012
    &mistyped_user::RULE,          // F013
    &unexpanded_value::RULE,       // F014
    &exported_assignment::RULE,    // F016
    &two_assignments::RULE,        // F017
    &comment_in_value::RULE,       // F018
    &unbalanced_quote::RULE,       // F019
    &invalid_mailto::RULE,         // F021
    &no_mail_program::RULE,        // F022
    &bad_shell::RULE,              // F024
    &fixed_variable::RULE,         // F025
    &ignored_cron_tz::RULE,        // F026
    &tz_for_schedule::RULE,        // F027
    &late_assignment::RULE,        // F028
    &bad_path_value::RULE,         // F029
    &line_continuation::RULE,      // F030
    &command_too_long::RULE,       // F031
    &too_many_lines::RULE,         // F032
    &unreadable_line::RULE,        // F033
    &skipped_by_run_parts::RULE,   // F036
    &account_refused::RULE,        // F038
    &placeholder::RULE,            // F040
    &unused_suppression::RULE,     // F051
    &reasonless_suppression::RULE, // F052
    &ignored_assignment::RULE,     // F053
    // S: the schedule
    &out_of_range::RULE,       // S001
    &wrong_field_count::RULE,  // S002
    &star_minute::RULE,        // S004
    &large_step::RULE,         // S005
    &uneven_step::RULE,        // S006
    &bad_step::RULE,           // S007
    &step_without_range::RULE, // S008
    &backward_range::RULE,     // S009
    &never_fires::RULE,        // S010
    &skipped_months::RULE,     // S011
    &either_day::RULE,         // S012
    &starred_day::RULE,        // S013
    &unknown_name::RULE,       // S015
    &empty_item::RULE,         // S017
    &foreign_schedule::RULE,   // S019
    &unknown_macro::RULE,      // S020
    &crowded_minute::RULE,     // S022
    &repeated_entry::RULE,     // S023
    &clock_change::RULE,       // S024
    &waiting_lock::RULE,       // S026
    &skipped_text::RULE,       // S031
    // C: the command
    &unescaped_percent::RULE,        // C001
    &kept_backslash::RULE,           // C002
    &program_not_on_path::RULE,      // C003
    &bare_interpreter::RULE,         // C004
    &relative_path::RULE,            // C005
    &relative_redirection::RULE,     // C006
    &unchecked_cd::RULE,             // C007
    &quoted_tilde::RULE,             // C008
    &bashism::RULE,                  // C009
    &bash_redirection::RULE,         // C010
    &redirection_typo::RULE,         // C011
    &redirection_order::RULE,        // C012
    &double_redirection::RULE,       // C013
    &misspelt_dev_null::RULE,        // C014
    &discarded_output::RULE,         // C015
    &and_or_precedence::RULE,        // C017
    &background_job::RULE,           // C018
    &hidden_pipeline_failure::RULE,  // C019
    &missing_file::RULE,             // C020
    &wrong_interpreter::RULE,        // C021
    &sudo::RULE,                     // C022
    &interactive_program::RULE,      // C023
    &needs_terminal::RULE,           // C024
    &graphical_program::RULE,        // C025
    &ssh_without_batch_mode::RULE,   // C026
    &profile_not_loaded::RULE,       // C027
    &undefined_variable::RULE,       // C028
    &shell_syntax::RULE,             // C029
    &early_expansion::RULE,          // C030
    &sleep_arguments::RULE,          // C031
    &dangerous_delete::RULE,         // C032
    &crontab_in_job::RULE,           // C033
    &emptied_backup::RULE,           // C034
    &finds_itself::RULE,             // C035
    &download_unchecked::RULE,       // C037
    &unquoted_ampersand::RULE,       // C038
    &glob_in_home::RULE,             // C040
    &user_service_without_bus::RULE, // C041
    &foreign_shell::RULE,            // C043
    &trailing_text::RULE,            // C048
    &hash_in_command::RULE,          // C049
    &shellcheck::RULE,               // C100
    // X: security
    &secret_in_command::RULE,    // X001
    &download_to_shell::RULE,    // X002
    &root_runs_writable::RULE,   // X003
    &fixed_name_in_tmp::RULE,    // X004
    &writable_path::RULE,        // X005
    &wildcard_options::RULE,     // X006
    &unverified_tls::RULE,       // X007
    &world_writable::RULE,       // X008
    &changes_access::RULE,       // X009
    &secret_in_assignment::RULE, // X010
    &persistence::RULE,          // X011
    &root_runs_changeable::RULE, // X012
    // H: the machine
    &no_daemon::RULE,    // H001
    &unknown_zone::RULE, // H002
];

/// The rule of that code or name.
pub fn find(code_or_name: &str) -> Option<&'static Rule> {
    let matches = |rule: &&&Rule| rule.code.eq_ignore_ascii_case(code_or_name) || rule.name == code_or_name;
    RULES.iter().find(matches).copied()
}

/// What to write instead of a code or name that no rule has.
pub(crate) fn near(word: &str) -> String {
    let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
    let codes: Vec<&str> = RULES.iter().map(|rule| rule.code).collect();
    let near = match word.len() {
        // A code has nothing but digits in which it may be wrong.
        4 => similar::get_close_matches(&*word.to_uppercase().replace('O', "0"), &codes, 1, 0.99),
        _ => similar::get_close_matches(word, &names, 1, 0.6),
    };
    match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`cronlint --list-rules` lists the codes and names".to_owned(),
    }
}
