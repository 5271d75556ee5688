//! cronwrap from its command line: real processes, real pipes, a real monitor on loopback.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod end;
mod idle;
mod journald;
mod killed;
mod killed_record;
mod lock;
mod lock_etcd;
mod logs;
mod monitor_faults;
mod output;
mod pings;
mod power;
mod process;
mod process_faults;
mod record;
mod record_faults;
mod results;
mod secrets;
mod settings;
mod shell;
mod signals;
mod storing;
mod terminal;
mod told;

use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

/// cronwrap with these arguments and nothing of ours in its environment.
pub(crate) fn cronwrap(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_cronwrap"));
    command.args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CRONWRAP_")) {
        command.env_remove(name);
    }
    // Nothing of a test belongs into the record of this host.
    command.env("CRONWRAP_NO_RECORD", "yes");
    command
}

/// The same command with every signal as it is by default: tests started in the background of a shell, or by
/// `nohup`, inherit some of them ignored, and so would the job.
pub(crate) fn default_signals(command: &Command) -> Command {
    let mut env = Command::new("env");
    env.arg("--default-signal")
        .arg(command.get_program())
        .args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => env.env(name, value),
            None => env.env_remove(name),
        };
    }
    env
}

/// Sends a signal, as `TERM`. The shell's own `kill`: the program of that name is missing on small machines.
pub(crate) fn send(signal: &str, process: impl std::fmt::Display) {
    let sent = Command::new("sh")
        .args(["-c", "kill -s \"$0\" \"$1\"", signal, &process.to_string()])
        .status();
    assert!(sent.expect("sh").success());
}

/// What came of a run.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

pub(crate) fn run(command: &mut Command) -> Ran {
    let start = Instant::now();
    let Output {
        status,
        stdout,
        stderr,
    } = command.output().expect("cronwrap starts");
    let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
    Ran {
        code: status.code(),
        out: text(&stdout),
        err: text(&stderr),
        took: start.elapsed(),
    }
}

/// Runs a shell line.
pub(crate) fn line(line: &str) -> Ran {
    run(&mut cronwrap(&["-c", line]))
}

/// Waits until something holds; panics with `what` when that takes longer than a minute.
#[track_caller]
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Waits until a cronwrap that was just started takes SIGTERM in itself: before that it would die of it.
#[track_caller]
pub(crate) fn takes_signals(process: u32) {
    until("it takes signals", || {
        let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
        let blocked = status.lines().find_map(|line| line.strip_prefix("SigBlk:"));
        blocked
            .is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask & (1 << 14) != 0))
    });
}

/// Whether a process is there and no zombie.
pub(crate) fn lives(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    stat.rsplit(") ")
        .next()
        .is_some_and(|rest| !rest.is_empty() && !rest.starts_with('Z') && !rest.starts_with('X'))
}
