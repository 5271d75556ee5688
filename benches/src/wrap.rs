//! cronwrap around /bin/true, beside `timeout` and `chronic`.

use crate::table::{Table, installed, locked};
use crate::usage;

const ROUNDS: usize = 60;
const RUNS: u32 = 5;

pub(crate) fn tables() -> Vec<Table> {
    let cronwrap = crate::capture::cronwrap();
    let contestants = vec![
        (
            Ok(format!("{}, no record", locked("cronwrap"))),
            vec![cronwrap.as_str(), "--no-record", "--", "/bin/true"],
        ),
        (
            Ok(format!("{}, with its record", locked("cronwrap"))),
            vec![cronwrap.as_str(), "--", "/bin/true"],
        ),
        (Ok("/bin/true alone".to_owned()), vec!["/bin/true"]),
        (
            installed("timeout", "coreutils"),
            vec!["timeout", "60", "/bin/true"],
        ),
        (installed("chronic", "moreutils"), vec!["chronic", "/bin/true"]),
    ];
    let title = "A wrapper around /bin/true";
    vec![usage::table(title, contestants, ROUNDS, RUNS, 0)]
}
