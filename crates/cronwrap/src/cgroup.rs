//! A bound on the memory of the whole job, by a cgroup of version 2.

use std::fs::{self, File};
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
        let why = |error: &dyn std::fmt::Display| format!("--memory {bytes}: {error}");
        let own = own_group().map_err(|error| why(&error))?;
        // Below our own, where that is delegated to us. A service's own cgroup holds processes and so cannot have
        // controllers for children: then beside it.
        let parents = [Some(own.as_path()), own.parent()];
        let has_memory = |parent: &&Path| {
            let controllers = fs::read_to_string(parent.join("cgroup.subtree_control")).unwrap_or_default();
            controllers
                .split_whitespace()
                .any(|controller| controller == "memory")
        };
        let parent = parents.into_iter().flatten().find(has_memory);
        let Some(parent) = parent else {
            return Err(why(&format_args!(
                "the memory controller is not on for {}",
                own.display()
            )));
        };
        let path = parent.join(format!("cronwrap-{}", std::process::id()));
        let at = |error: std::io::Error| why(&format_args!("{}: {error}", path.display()));
        fs::create_dir(&path).map_err(at)?;
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
                Err(at(error))
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

/// The directory of the version 2 cgroup that we are in.
fn own_group() -> Result<PathBuf, String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").map_err(|error| format!("mountinfo: {error}"))?;
    let groups = fs::read_to_string("/proc/self/cgroup").map_err(|error| format!("cgroup: {error}"))?;
    let mount = mounts
        .lines()
        .find(|line| line.contains(" - cgroup2 "))
        .and_then(|line| line.split(' ').nth(4));
    let own = groups.lines().find_map(|line| line.strip_prefix("0::"));
    match (mount, own) {
        (Some(mount), Some(own)) => Ok(Path::new(mount).join(own.trim_start_matches('/'))),
        _ => Err("this host has no cgroups of version 2".to_owned()),
    }
}
