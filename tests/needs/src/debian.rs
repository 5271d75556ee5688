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

/// The program `name`: the machine's, else the one that Debian's `package` has in /usr/bin, unpacked.
///
/// # Errors
/// Why neither can be had, as the reason of a skip.
pub fn program(name: &str, package: &str) -> Result<PathBuf, String> {
    let search_path = std::env::var_os("PATH").unwrap_or_default();
    let installed = std::env::split_paths(&search_path)
        .map(|directory| directory.join(name))
        .find(|program| program.is_file());
    if let Some(program) = installed {
        return Ok(program);
    }
    let tree = unpacked(&[package]).map_err(|error| format!("no {name}: {error}"))?;
    let program = tree.path("usr/bin").join(name);
    match program.is_file() {
        true => Ok(program),
        false => Err(format!("no {name} in Debian's {package}")),
    }
}

/// Unpacks Debian `packages` into one tree, or says why they cannot be had.
///
/// # Errors
/// What apt-get or dpkg said, or the disk.
pub fn unpacked(packages: &[&str]) -> Result<Tree, String> {
    let _one_at_a_time = FETCHING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let cache = crate::cache("debian");
    let root = cache.join(packages.join("+"));
    if root.exists() {
        return Ok(Tree { root });
    }
    // Another test program may be at it: each unpacks its own and moves the whole into place.
    let own = tempfile::tempdir_in(&cache).map_err(|error| error.to_string())?;
    let (fetched, tree) = (own.path().join("fetched"), own.path().join("tree"));
    for directory in [&fetched, &tree] {
        fs::create_dir(directory).map_err(|error| error.to_string())?;
    }
    fetch(packages, &fetched).or_else(|_| {
        // A fresh machine has no package lists yet; only root may fetch them.
        run(Command::new("apt-get").args(["update", "-q"]))?;
        fetch(packages, &fetched)
    })?;
    for entry in fs::read_dir(&fetched).map_err(|error| error.to_string())? {
        let archive = entry.map_err(|error| error.to_string())?.path();
        run(Command::new("dpkg").arg("-x").args([&archive, &tree]))?;
    }
    match fs::rename(&tree, &root) {
        Err(error) if !root.exists() => Err(error.to_string()),
        _ => Ok(Tree { root }),
    }
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
