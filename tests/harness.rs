//! What the tests of this directory share: the programs, built once, and a cron daemon of their own.

use needs::profile_directory;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

pub mod cron;

pub use needs::{can_unshare, debian, skip};

/// The programs of this workspace, with what their libraries say of their command lines.
pub fn commands() -> Vec<clap::Command> {
    vec![cronexplain::command(), cronlint::command(), cronwrap::command()]
}

/// The top of the repository.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the repository")
}

/// The built program `name`.
pub fn program(name: &str) -> PathBuf {
    let path = PROGRAMS.join(name);
    assert!(path.exists(), "{} was not built", path.display());
    path
}

/// A program of this workspace, ready to run with nothing of the caller's settings for it.
pub fn run(name: &str) -> Command {
    let mut command = Command::new(program(name));
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("CRON") {
            command.env_remove(variable);
        }
    }
    command.env("CRONWRAP_STATE_DIR", state());
    command
}

/// Where cronwrap keeps its records in tests: never the machine's own.
pub fn state() -> PathBuf {
    needs::cache("state")
}

// Cargo hands out CARGO_BIN_EXE_* only within a package, so the programs are taken from the directory that this
// test itself was built into. `cargo test` has built them there for the programs' own tests; `cargo test -p e2e`
// alone has not.
static PROGRAMS: LazyLock<PathBuf> = LazyLock::new(|| {
    let directory = profile_directory();
    let stale = |command: &clap::Command| !is_fresh(&directory.join(command.get_name()));
    if commands().iter().any(stale) {
        build(&directory);
    }
    directory
});

fn build(directory: &Path) {
    let mut build = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()));
    build.args(["build", "--quiet", "--bins"]).current_dir(root());
    for command in commands() {
        build.args(["-p", command.get_name()]);
    }
    build
        .arg("--target-dir")
        .arg(directory.parent().expect("a target directory"));
    if directory.ends_with("release") {
        build.arg("--release");
    }
    assert!(
        build.status().expect("cargo").success(),
        "the programs do not build"
    );
}

/// Whether a program is younger than every source and manifest.
fn is_fresh(program: &Path) -> bool {
    let changed = |path: &Path| std::fs::metadata(path).and_then(|file| file.modified());
    let Ok(built) = changed(program) else { return false };
    let manifests = ["Cargo.toml", "Cargo.lock"].map(|name| root().join(name));
    let mut sources = files(&root().join("crates")).chain(manifests);
    sources.all(|source| changed(&source).is_ok_and(|at| at <= built))
}

/// All files of the crates that a program can be made of.
fn files(directory: &Path) -> Box<dyn Iterator<Item = PathBuf>> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    let paths = entries
        .map(|entry| entry.path())
        .filter(|path| !path.ends_with("tests"));
    Box::new(paths.flat_map(|path| {
        if path.is_dir() {
            files(&path)
        } else {
            Box::new(std::iter::once(path))
        }
    }))
}
