//! Whether a process is still the one that it was.

use std::fs;
use std::sync::OnceLock;

/// A process, told from a later one of the same number by the moment it started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Process {
    /// Its number.
    pub id: u32,
    /// Clock ticks between boot and its start; 0 when nobody could tell, 1 when it was gone already.
    pub started: u64,
}

impl Process {
    /// The process of this number, as it is now.
    pub fn look_up(id: u32) -> Process {
        let unknown = || u64::from(start_of(std::process::id()).is_some());
        Process {
            id,
            started: start_of(id).unwrap_or_else(unknown),
        }
    }

    /// Whether it still runs; a zombie does not.
    pub fn is_running(self) -> bool {
        self.started != 0 && start_of(self.id) == Some(self.started)
    }

    /// Whether it is certain that it runs no more: not where there is no /proc to look into, now or then.
    pub fn is_gone(self) -> bool {
        self.started != 0 && !self.is_running() && start_of(std::process::id()).is_some()
    }
}

/// Field 22 of /proc/PID/stat, unless the process is dead and only waits to be collected.
fn start_of(id: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The name in parentheses may hold anything, so count from its end.
    let mut fields = stat.get(stat.rfind(')')? + 1..)?.split_whitespace();
    let state = fields.next()?;
    if matches!(state, "Z" | "X") {
        return None;
    }
    fields.nth(18)?.parse().ok()
}

/// The boot and the PID namespace: within one of these a process number means one process.
pub(crate) fn place() -> String {
    static PLACE: OnceLock<String> = OnceLock::new();
    PLACE.get_or_init(look_around).clone()
}

fn look_around() -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    format!("{} {}", boot.trim(), namespace.display())
}

/// What can be said of a run from this place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// The same boot, the same namespace.
    Here,
    /// The host has been booted since: whatever it was, it is gone.
    EarlierBoot,
    /// Another namespace of the same boot, a container say: its numbers mean nothing here.
    OtherNamespace,
}

pub(crate) fn compare(then: &str, now: &str) -> Elsewhere {
    if then == now {
        return Elsewhere::Here;
    }
    let boot = |place: &str| place.split(' ').next().unwrap_or_default().to_owned();
    if boot(then) == boot(now) {
        Elsewhere::OtherNamespace
    } else {
        Elsewhere::EarlierBoot
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_is_known_by_its_number_and_its_start() {
        let own = Process::look_up(std::process::id());
        assert!(own.is_running());
        assert!(
            !Process {
                started: own.started + 1,
                ..own
            }
            .is_running()
        );
        assert!(
            !Process {
                id: own.id,
                started: 0
            }
            .is_running()
        );
    }

    #[test]
    fn a_dead_process_that_nobody_has_collected_is_not_running() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let process = Process::look_up(child.id());
        std::thread::sleep(std::time::Duration::from_millis(100));
        assert!(!process.is_running());
        child.wait().unwrap();
    }

    #[test]
    fn numbers_mean_nothing_in_another_namespace_and_are_gone_after_a_boot() {
        assert_eq!(compare("a pid:[1]", "a pid:[1]"), Elsewhere::Here);
        assert_eq!(compare("a pid:[1]", "a pid:[2]"), Elsewhere::OtherNamespace);
        assert_eq!(compare("a pid:[1]", "b pid:[1]"), Elsewhere::EarlierBoot);
    }
}
