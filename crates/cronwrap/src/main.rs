//! Starts cronwrap.

use std::process::ExitCode;

fn main() -> ExitCode {
    cronwrap::main()
}
