//! Starts cronexplain.

use std::process::ExitCode;

fn main() -> ExitCode {
    cronexplain::main()
}
