//! cronexplain from start to finish, beside /bin/true.

use crate::capture::release;
use crate::table::{Table, installed, locked};
use crate::usage;

const ROUNDS: usize = 9;
const RUNS: u32 = 60;

pub(crate) fn tables() -> Vec<Table> {
    let cronexplain = release("cronexplain");
    let contestants = vec![
        (
            Ok(format!("{} '*/5 * * * *'", locked("cronexplain"))),
            vec![cronexplain.as_str(), "*/5 * * * *"],
        ),
        (
            Ok(format!(
                "{} '0 0 29 2 1' --tz Europe/Berlin",
                locked("cronexplain")
            )),
            vec![cronexplain.as_str(), "0 0 29 2 1", "--tz", "Europe/Berlin"],
        ),
        (Ok("/bin/true".to_owned()), vec!["/bin/true"]),
        (
            installed("systemd-analyze", "systemd"),
            vec!["systemd-analyze", "calendar", "*:0/5"],
        ),
    ];
    // How many times `true` it takes is what counts here.
    let title = "cronexplain from start to finish, in times of /bin/true";
    vec![usage::table(title, contestants, ROUNDS, RUNS, 2)]
}
