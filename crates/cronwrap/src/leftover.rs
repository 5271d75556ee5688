//! What a job leaves running when it has ended.

use rustix::process::{Pid, Signal, WaitOptions};
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

/// Between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(2);
/// How long those that were killed may take to vanish.
const VANISH: Duration = Duration::from_secs(1);

/// Our children, which after the job's end are what the job left behind, as `sleep (4711)`. Empty where there is
/// none, or no /proc to ask.
pub(crate) fn names() -> Vec<String> {
    if matches!(
        rustix::process::wait(WaitOptions::NOHANG),
        Err(rustix::io::Errno::CHILD)
    ) {
        return Vec::new();
    }
    let named = |pid: &Pid| {
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
        Some(format!("{} ({pid})", name.trim_end().escape_debug()))
    };
    children().iter().filter_map(named).collect()
}

/// Ends all that the job left behind: SIGTERM, and SIGKILL for what is left two seconds later.
pub(crate) fn end(group: Pid) {
    let mut told = Vec::new();
    let _ = rustix::process::kill_process_group(group, Signal::TERM);
    for (signal, patience) in [(Signal::TERM, GRACE), (Signal::KILL, VANISH)] {
        let begun = Instant::now();
        while begun.elapsed() < patience {
            // Whatever was forked meanwhile is found in the next round.
            for child in children() {
                if signal == Signal::KILL || !told.contains(&child) {
                    let _ = rustix::process::kill_process(child, signal);
                    told.push(child);
                }
            }
            while let Ok(Some(_)) = rustix::process::wait(WaitOptions::NOHANG) {}
            if matches!(
                rustix::process::wait(WaitOptions::NOHANG),
                Err(rustix::io::Errno::CHILD)
            ) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn children() -> Vec<Pid> {
    let own = rustix::process::getpid();
    if let Ok(list) = fs::read_to_string("/proc/thread-self/children") {
        return list
            .split_whitespace()
            .filter_map(|pid| Pid::from_raw(pid.parse().ok()?))
            .collect();
    }
    // A kernel without that list.
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    let pids = processes.filter_map(|entry| Pid::from_raw(entry.ok()?.file_name().to_str()?.parse().ok()?));
    pids.filter(|&pid| parent(pid) == Some(own)).collect()
}

fn parent(pid: Pid) -> Option<Pid> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(") ")?;
    Pid::from_raw(rest.split(' ').nth(1)?.parse().ok()?)
}
