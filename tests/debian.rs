//! Programs of Debian packages, unpacked below the target directory: nothing is installed or started.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

// Two tests at once would fetch the same package into the same file.
static FETCHING: Mutex<()> = Mutex::new(());

/// Packages unpacked into one directory.
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The file that a package would have installed as `/path`.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }

    /// The program installed as `/path`, with the unpacked libraries before the machine's.
    pub fn program(&self, path: &str) -> Command {
        let mut command = Command::new(self.path(path));
        command.env("LD_LIBRARY_PATH", self.libraries());
        command
    }

    /// Where the unpacked libraries lie: `usr/lib/x86_64-linux-gnu` and its like.
    pub fn libraries(&self) -> PathBuf {
        let lib = self.root.join("usr/lib");
        let entries = fs::read_dir(&lib).into_iter().flatten().flatten();
        let multiarch = entries
            .map(|entry| entry.path())
            .find(|path| path.to_string_lossy().ends_with("-linux-gnu"));
        multiarch.unwrap_or(lib)
    }
}

/// Unpacks Debian `packages` into one tree, or says why they cannot be had.
pub fn unpacked(packages: &[&str]) -> Result<Tree, String> {
    let _one_at_a_time = FETCHING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let root = crate::cache(&format!("debian-{}", packages.join("+")));
    let done = root.join(".unpacked");
    if done.exists() {
        return Ok(Tree { root });
    }
    let fetched = tempfile::tempdir_in(&root).map_err(|error| error.to_string())?;
    fetch(packages, fetched.path()).or_else(|_| {
        // A fresh machine has no package lists yet; only root may fetch them.
        run(Command::new("apt-get").args(["update", "-q"]))?;
        fetch(packages, fetched.path())
    })?;
    for entry in fs::read_dir(fetched.path()).map_err(|error| error.to_string())? {
        let archive = entry.map_err(|error| error.to_string())?.path();
        run(Command::new("dpkg").arg("-x").args([&archive, &root]))?;
    }
    fs::write(&done, "").map_err(|error| error.to_string())?;
    drop(fetched);
    Ok(Tree { root })
}

fn fetch(packages: &[&str], into: &Path) -> Result<(), String> {
    // As root apt-get drops to a user of its own that may not write here, and warns.
    let sandbox = ["-o", "APT::Sandbox::User=root"];
    run(Command::new("apt-get")
        .args(["download", "-q"])
        .args(sandbox)
        .args(packages)
        .current_dir(into))
}

fn run(command: &mut Command) -> Result<(), String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{command:?}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!(
        "{command:?}: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    ))
}
