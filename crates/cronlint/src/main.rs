//! Starts cronlint.

use std::process::ExitCode;

fn main() -> ExitCode {
    cronlint::main()
}
