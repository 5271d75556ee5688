//! A bound on the memory of the whole job, by a cgroup of version 2.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// A cgroup of ours, removed when dropped (unless something is left in it).
#[derive(Debug)]
pub(crate) struct Group {
    path: PathBuf,
    /// The job's process writes itself into this before it becomes the job.
    pub(crate) members: File,
}

impl Group {
    /// Makes a cgroup with this limit below or beside our own, where that can be had at once.
    pub(crate) fn with_memory(bytes: u64) -> Result<Group, String> {
        let why = |error: &dyn std::fmt::Display| format!("--memory {}: {error}", Size(bytes));
        let own = own_group().map_err(|error| why(&error))?;
        let at = |path: &Path, error: io::Error| why(&format_args!("{}: {error}", path.display()));
        let Some(parent) = parent(&own) else {
            return Err(why(&format_args!(
                "the memory controller is not on for {} (a service needs Delegate=memory; or take --address-space)",
                own.display()
            )));
        };
        // A number that is given again can meet a cgroup that its last owner could not remove.
        for number in 0..100 {
            let path = parent.join(format!("cronwrap-{}.{number}", std::process::id()));
            match fs::create_dir(&path) {
                Ok(()) => return Group::limited(path.clone(), bytes).map_err(|error| at(&path, error)),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(at(&path, error)),
            }
        }
        Err(why(&"no name is left"))
    }

    /// Sets the limit of a cgroup that has just been made; removes it where that cannot be.
    fn limited(path: PathBuf, bytes: u64) -> io::Result<Group> {
        let made = fs::write(path.join("memory.max"), bytes.to_string())
            .and_then(|()| File::options().write(true).open(path.join("cgroup.procs")));
        match made {
            Ok(members) => {
                // All of the job or none of it; older kernels have no such file.
                let _ = fs::write(path.join("memory.oom.group"), "1");
                Ok(Group { path, members })
            }
            Err(error) => {
                let _ = fs::remove_dir(&path);
                Err(error)
            }
        }
    }

    /// Whether the kernel killed for want of memory.
    pub(crate) fn ran_out(&self) -> bool {
        let events = fs::read_to_string(self.path.join("memory.events")).unwrap_or_default();
        let kills = events.lines().find_map(|line| line.strip_prefix("oom_kill "));
        kills.is_some_and(|count| count.trim() != "0")
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let _ = fs::remove_dir(&self.path);
    }
}

/// A size as it is given, `60M`.
struct Size(u64);

impl std::fmt::Display for Size {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let units = [(1 << 30, "G"), (1 << 20, "M"), (1 << 10, "K"), (1, "")];
        let whole = units.iter().find(|(unit, _)| self.0.is_multiple_of(*unit));
        let (unit, letter) = whole.unwrap_or(&(1, ""));
        write!(f, "{}{letter}", self.0 / unit)
    }
}

/// Where a cgroup with a limit can be made: below our own, where that is delegated to us. A service's own cgroup holds
/// processes and so cannot have controllers for children: then beside it.
fn parent(own: &Path) -> Option<&Path> {
    let has_memory = |parent: &&Path| {
        let controllers = fs::read_to_string(parent.join("cgroup.subtree_control")).unwrap_or_default();
        controllers
            .split_whitespace()
            .any(|controller| controller == "memory")
    };
    [Some(own), own.parent()].into_iter().flatten().find(has_memory)
}

/// The directory of the version 2 cgroup that we are in.
fn own_group() -> Result<PathBuf, String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(|error| format!("mountinfo: {error}"))?;
    let groups = fs::read_to_string("/proc/self/cgroup").map_err(|error| format!("cgroup: {error}"))?;
    directory(&mounts, &groups).ok_or_else(|| "this host has no cgroups of version 2".to_owned())
}

/// The same from what the kernel says of our mounts and of our cgroups.
fn directory(mounts: &str, groups: &str) -> Option<PathBuf> {
    let mount = mounts
        .lines()
        .find(|line| line.contains(" - cgroup2 "))
        .and_then(|line| line.split(' ').nth(4));
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"));
    Some(Path::new(mount?).join(own?.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A directory with these files, as the kernel would show a cgroup.
    fn cgroup(files: &[(&str, &str)]) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::create_dir_all(directory.path().join(name).parent().unwrap()).unwrap();
            fs::write(directory.path().join(name), text).unwrap();
        }
        directory
    }

    #[test]
    fn a_size_reads_as_it_is_given() {
        let shown = [1 << 30, 60 << 20, 3 << 10, 1000].map(|size| Size(size).to_string());
        assert_eq!(shown, ["1G", "60M", "3K", "1000"]);
    }

    #[test]
    fn our_own_cgroup_is_found_in_what_the_kernel_says() {
        let mounts =
            "24 1 0:22 / /proc rw - proc proc rw\n29 24 0:26 / /sys/fs/cgroup rw - cgroup2 none rw\n";
        let check = |mounts: &str, groups: &str, expected: Option<&str>| {
            assert_eq!(directory(mounts, groups).as_deref(), expected.map(Path::new));
        };
        let service = "/sys/fs/cgroup/system.slice/cron.service";
        check(mounts, "0::/system.slice/cron.service\n", Some(service));
        check(mounts, "4:memory:/x\n0::/\n", Some("/sys/fs/cgroup/"));
        check(mounts, "4:memory:/x\n", None);
        check("24 1 0:22 / /proc rw - proc proc rw\n", "0::/\n", None);
    }

    #[test]
    fn a_limit_is_set_below_us_or_beside_us_where_memory_is_on() {
        let tree = cgroup(&[
            ("cgroup.subtree_control", "cpu memory pids\n"),
            ("cron.service/cgroup.subtree_control", "\n"),
            ("user/cgroup.subtree_control", "memory\n"),
            ("other/x/cgroup.subtree_control", "cpu\n"),
        ]);
        let check = |own: &str, expected: Option<&str>| {
            let own = tree.path().join(own);
            let found = parent(&own).map(Path::to_owned);
            assert_eq!(found, expected.map(|expected| tree.path().join(expected)));
        };
        check("cron.service", Some(""));
        check("user", Some("user"));
        check("other/x", None);
    }

    #[test]
    fn the_limit_is_written_and_a_kill_is_seen() {
        let made = cgroup(&[
            ("cgroup.procs", ""),
            ("memory.events", "low 0\noom 1\noom_kill 0\n"),
        ]);
        let group = Group::limited(made.path().to_owned(), 1 << 20).unwrap();
        let text = |name: &str| fs::read_to_string(made.path().join(name)).unwrap();
        assert_eq!(
            (&*text("memory.max"), &*text("memory.oom.group")),
            ("1048576", "1")
        );
        assert!(!group.ran_out());
        fs::write(made.path().join("memory.events"), "oom 1\noom_kill 1\n").unwrap();
        assert!(group.ran_out());
        drop(group);
        // One whose members cannot be written is no limit.
        let empty = tempfile::tempdir().unwrap();
        assert!(Group::limited(empty.path().join("gone"), 1).is_err());
    }
}
