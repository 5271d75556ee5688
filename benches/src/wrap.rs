//! cronwrap around /bin/true, beside `timeout` and `chronic`.

use crate::table::{Row, Table, installed, locked, ratio};
use crate::usage;

const ROUNDS: usize = 60;
const RUNS: u32 = 5;

pub(crate) fn tables() -> Vec<Table> {
    let cronwrap = crate::capture::cronwrap();
    let contestants: Vec<(Result<String, String>, Vec<&str>)> = vec![
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
    let best = usage::in_turns(&contestants, ROUNDS, RUNS);
    let ours = best[0].clone().unwrap_or_default();
    let rows = contestants
        .into_iter()
        .zip(best)
        .map(|((name, command), measured)| Row {
            name: name.unwrap_or_else(|_| command[0].to_owned()),
            cells: measured.map(|usage| {
                vec![
                    ratio(usage.cpu_ms, ours.cpu_ms, "ms"),
                    ratio(usage.wall_ms, ours.wall_ms, "ms"),
                    ratio(usage.peak_mib, ours.peak_mib, "MiB"),
                ]
            }),
        });
    let columns = ["CPU (user+sys)", "wall", "peak memory"]
        .map(str::to_owned)
        .to_vec();
    vec![Table {
        title: "A wrapper around /bin/true".to_owned(),
        columns,
        rows: rows.collect(),
    }]
}
