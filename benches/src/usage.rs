//! What a command costs: wall time, CPU time of it and its children, peak memory.

use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use crate::table::{Row, Table, ratio};

/// The cost of one command.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    pub(crate) wall_ms: f64,
    pub(crate) cpu_ms: f64,
    /// The largest process of the command, in MiB.
    pub(crate) peak_mib: f64,
}

impl Usage {
    /// The lower of each.
    pub(crate) fn better(self, other: Usage) -> Usage {
        Usage {
            wall_ms: self.wall_ms.min(other.wall_ms),
            cpu_ms: self.cpu_ms.min(other.cpu_ms),
            peak_mib: self.peak_mib.min(other.peak_mib),
        }
    }
}

/// What is measured: its name, or why it is not there, and its command line.
pub(crate) type Contestant<'a> = (Result<String, String>, Vec<&'a str>);

/// Runs `command` `times` times below a meter of its own: the kernel keeps these sums for all children of a
/// process together.
pub(crate) fn of(command: &[&str], times: u32) -> Result<Usage, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let times = times.to_string();
    let mut meter = Command::new(this);
    meter.arg("usage").arg(times).args(command).stdin(Stdio::null());
    // cronwrap's record goes to a place of its own, not to the machine's.
    meter.env(
        "CRONWRAP_STATE_DIR",
        std::env::temp_dir().join("crontools-benches"),
    );
    let output = meter.output().map_err(|error| error.to_string())?;
    let said = String::from_utf8_lossy(&output.stdout);
    let figures: Vec<f64> = said
        .split_whitespace()
        .filter_map(|word| word.parse().ok())
        .collect();
    match figures[..] {
        [wall_ms, cpu_ms, peak_mib] if output.status.success() => Ok(Usage {
            wall_ms,
            cpu_ms,
            peak_mib,
        }),
        _ => Err(format!(
            "{}: {}",
            command.join(" "),
            String::from_utf8_lossy(&output.stderr).trim()
        )),
    }
}

/// The best of several rounds of each contestant, in which all take turns.
fn in_turns(contestants: &[Contestant<'_>], rounds: usize, runs: u32) -> Vec<Result<Usage, String>> {
    let mut best: Vec<Result<Usage, String>> = contestants
        .iter()
        .map(|(name, command)| name.clone().and_then(|_| of(command, 1)))
        .collect();
    for _ in 0..rounds {
        for ((_, command), best) in contestants.iter().zip(&mut best) {
            if let Ok(before) = best {
                *best = of(command, runs).map(|now| before.better(now));
            }
        }
    }
    best
}

/// What the contestants cost, in multiples of the one at `base`.
pub(crate) fn table(
    title: &str,
    contestants: Vec<Contestant<'_>>,
    rounds: usize,
    runs: u32,
    base: usize,
) -> Table {
    let best = in_turns(&contestants, rounds, runs);
    let base = best[base].clone().unwrap_or_default();
    let row = |((name, command), measured): (Contestant<'_>, Result<Usage, String>)| Row {
        name: name.unwrap_or_else(|_| command[0].to_owned()),
        cells: measured.map(|usage| {
            vec![
                ratio(usage.wall_ms, base.wall_ms, "ms"),
                ratio(usage.cpu_ms, base.cpu_ms, "ms"),
                ratio(usage.peak_mib, base.peak_mib, "MiB"),
            ]
        }),
    };
    let columns = ["wall", "CPU (user+sys)", "peak memory"];
    Table {
        title: title.to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: contestants.into_iter().zip(best).map(row).collect(),
    }
}

/// The meter itself, `usage TIMES COMMAND...`: prints the figures of one run, in the order of [`Usage`].
pub(crate) fn meter(words: &[&str]) -> ExitCode {
    let Some((times, [program, arguments @ ..])) = words.split_first() else {
        return ExitCode::from(2);
    };
    let times: u32 = times.parse().unwrap_or(1);
    let began = Instant::now();
    for _ in 0..times {
        let status = Command::new(program)
            .args(arguments)
            .stdout(Stdio::null())
            .status();
        if !status.as_ref().is_ok_and(std::process::ExitStatus::success) {
            eprintln!("{program}: {status:?}");
            return ExitCode::FAILURE;
        }
    }
    let wall = began.elapsed().as_secs_f64() * 1e3;
    let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) else {
        return ExitCode::FAILURE;
    };
    let ms = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 * 1e3 + time.tv_usec() as f64 / 1e3;
    let cpu = ms(usage.user_time()) + ms(usage.system_time());
    let each = f64::from(times);
    println!(
        "{} {} {}",
        wall / each,
        cpu / each,
        usage.max_rss() as f64 / 1024.0
    );
    ExitCode::SUCCESS
}
