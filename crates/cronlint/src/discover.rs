//! Finds the crontabs in what is named on the command line.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// The standard input.
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// The file's path.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Input::Stdin => None,
            Input::File(path) => Some(path),
        }
    }

    /// The name under which it is reported.
    pub(crate) fn name(&self) -> String {
        match self {
            Input::Stdin => "<stdin>".to_owned(),
            Input::File(path) => path.display().to_string(),
        }
    }
}

/// What a path holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// The crontabs, in order of their paths.
    pub(crate) inputs: Vec<Input>,
    /// What could not be looked at.
    pub(crate) unreadable: Vec<Unreadable>,
}

/// A path that cannot be looked at.
#[derive(Debug)]
pub(crate) struct Unreadable {
    /// The path.
    pub(crate) path: PathBuf,
    /// Why.
    pub(crate) error: io::Error,
}

/// The crontabs that a path names: itself, or what a directory holds.
pub(crate) fn crontabs(path: &Path) -> Found {
    let mut found = Found::default();
    if path == Path::new("-") {
        found.inputs.push(Input::Stdin);
        return found;
    }
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_dir() => walk(path, &mut BTreeSet::new(), &mut found),
        Ok(_) => found.inputs.push(Input::File(path.to_owned())),
        Err(error) => found.unreadable.push(Unreadable {
            path: path.to_owned(),
            error,
        }),
    }
    found
}

/// Directories that hold no crontabs of their own.
const SKIPPED: &[&str] = &[
    ".git",
    ".hg",
    ".svn",
    "node_modules",
    "target",
    "vendor",
    ".venv",
    "__pycache__",
];

/// Walks a directory in order of names. Links to directories are not followed, except the one that was named; one
/// directory is read once.
fn walk(directory: &Path, seen: &mut BTreeSet<PathBuf>, found: &mut Found) {
    let entries = fs::canonicalize(directory).and_then(|real| {
        if !seen.insert(real) {
            return Ok(Vec::new());
        }
        fs::read_dir(directory)?.collect::<io::Result<Vec<_>>>()
    });
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => {
            found.unreadable.push(Unreadable {
                path: directory.to_owned(),
                error,
            });
            return;
        }
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // `.` alone adds nothing to what is printed.
        let path = if directory == Path::new(".") {
            PathBuf::from(&*name)
        } else {
            entry.path()
        };
        let Ok(kind) = entry.file_type() else { continue };
        if kind.is_dir() {
            if !SKIPPED.contains(&&*name) {
                walk(&path, seen, found);
            }
        } else if is_named_as_crontab(directory, &name)
            && fs::metadata(&path).is_ok_and(|file| file.is_file())
        {
            found.inputs.push(Input::File(path));
        }
    }
}

/// Whether a file's name and directory say that it is a crontab.
fn is_named_as_crontab(directory: &Path, name: &str) -> bool {
    let directory = directory
        .file_name()
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if matches!(&*directory, "cron.d" | "crontabs") {
        return name != ".placeholder";
    }
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    let text = matches!(
        extension,
        "" | "txt" | "cron" | "crontab" | "cfg" | "conf" | "tab" | "example" | "sample" | "dist"
    );
    matches!(extension, "cron" | "crontab") && !stem.is_empty()
        || text && (stem.contains("crontab") || stem == "cron" || stem == "cronfile" || stem == "cronjobs")
        || name.ends_with(".cron.d")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: bool) {
        let path = Path::new(path);
        let name = path.file_name().unwrap().to_string_lossy();
        assert_eq!(
            is_named_as_crontab(path.parent().unwrap(), &name),
            expected,
            "{path:?}"
        );
    }

    #[test]
    fn a_crontab_is_told_by_its_name() {
        check("x/crontab", true);
        check("x/crontab.txt", true);
        check("x/my-crontab", true);
        check("x/backup.cron", true);
        check("debian/x.cron.d", true);
        check("x/cron", true);
    }

    #[test]
    fn or_by_its_directory() {
        check("etc/cron.d/php", true);
        check("etc/crontabs/root", true);
        check("etc/cron.d/.placeholder", false);
    }

    #[test]
    fn sources_about_crontabs_are_none() {
        check("x/crontab.rs", false);
        check("x/crontab.py", false);
        check("x/README", false);
        check("etc/cron.daily/backup", false);
    }
}
