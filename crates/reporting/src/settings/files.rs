//! Which files are read: the host's, then the user's.

use std::fs;
use std::path::PathBuf;

/// The files to read: `config.toml` and then `conf.d/*.toml`, of each directory in turn.
pub fn settings_files(directories: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for directory in directories {
        files.push(directory.join("config.toml"));
        let more = fs::read_dir(directory.join("conf.d"))
            .into_iter()
            .flatten()
            .flatten();
        let mut more: Vec<PathBuf> = more.map(|entry| entry.path()).collect();
        more.retain(|path| path.extension().is_some_and(|end| end == "toml"));
        more.sort();
        files.extend(more);
    }
    files
}

/// The directories to look into: /etc/crontools, then the user's own. `variable` looks up the environment.
pub fn settings_directories(variable: impl Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let own = absolute("XDG_CONFIG_HOME").or_else(|| absolute("HOME").map(|home| home.join(".config")));
    [
        Some(PathBuf::from("/etc/crontools")),
        own.map(|own| own.join("crontools")),
    ]
    .into_iter()
    .flatten()
    .collect()
}
