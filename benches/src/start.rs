//! cronexplain from start to finish, beside /bin/true.

use crate::capture::release;
use crate::table::{Row, Table, installed, locked, ratio};
use crate::usage;

const ROUNDS: usize = 9;
const RUNS: u32 = 60;

pub(crate) fn tables() -> Vec<Table> {
    let cronexplain = release("cronexplain");
    let contestants: [(Result<String, String>, Vec<&str>); 4] = [
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
    let best = usage::in_turns(&contestants, ROUNDS, RUNS);
    // How many times `true` it takes is what counts here.
    let base = best[2].clone().unwrap_or_default();
    let rows = contestants
        .into_iter()
        .zip(best)
        .map(|((name, command), measured)| Row {
            name: name.unwrap_or_else(|_| command[0].to_owned()),
            cells: measured.map(|usage| {
                vec![
                    ratio(usage.wall_ms, base.wall_ms, "ms"),
                    ratio(usage.cpu_ms, base.cpu_ms, "ms"),
                    ratio(usage.peak_mib, base.peak_mib, "MiB"),
                ]
            }),
        });
    vec![Table {
        title: "cronexplain from start to finish, in times of /bin/true".to_owned(),
        columns: ["wall", "CPU (user+sys)", "peak memory"]
            .map(str::to_owned)
            .to_vec(),
        rows: rows.collect(),
    }]
}
