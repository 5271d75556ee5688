//! What the machine says of a file that a crontab names.

use std::io;
use std::path::Path;

/// What cron and the kernel look at before they read or run a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Whether it is a regular file, links followed.
    pub regular: bool,
    /// The permission bits.
    pub mode: u32,
    /// The owner's number.
    pub owner: u32,
    /// How many names it has.
    pub links: u64,
}

impl FileState {
    /// Whether anybody may execute it.
    pub fn is_executable(&self) -> bool {
        self.mode & 0o111 != 0
    }

    /// Whether its group or everybody may write it.
    pub fn is_writable_by_others(&self) -> bool {
        self.mode & 0o022 != 0
    }
}

/// The state of a file; none on systems without modes and owners.
#[cfg(unix)]
pub fn file_state(path: &Path) -> io::Result<Option<FileState>> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(path)?;
    Ok(Some(FileState {
        regular: metadata.is_file(),
        mode: metadata.mode() & 0o7777,
        owner: metadata.uid(),
        links: metadata.nlink(),
    }))
}

/// The state of a file; none on systems without modes and owners.
#[cfg(not(unix))]
pub fn file_state(path: &Path) -> io::Result<Option<FileState>> {
    std::fs::metadata(path).map(|_| None)
}

/// Who besides root can change what lies at a path: the file itself, or a directory above it, with the reason.
pub fn changeable_by_others(path: &Path) -> Option<(String, &'static str)> {
    let real = std::fs::canonicalize(path).ok()?;
    let mut found = None;
    for part in real.ancestors() {
        let Ok(Some(state)) = file_state(part) else {
            continue;
        };
        let name = || part.display().to_string();
        if state.owner != 0 {
            found = Some((name(), "does not belong to root"));
        } else if state.is_writable_by_others() && state.mode & 0o1000 == 0 {
            // In a sticky directory others cannot rename or remove what root put there.
            found = Some((name(), "can be written by others"));
        }
    }
    found
}

/// Why the kernel would not start a script, by its first line.
pub fn script_trouble(path: &Path) -> Option<String> {
    use std::io::Read;
    let mut start = Vec::new();
    std::fs::File::open(path)
        .ok()?
        .take(512)
        .read_to_end(&mut start)
        .ok()?;
    let line = start.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()?;
    if line.ends_with(b"\r") {
        return Some(
            "its first line ends with a carriage return, so that its interpreter is not found".to_owned(),
        );
    }
    let line = String::from_utf8_lossy(line);
    let interpreter = line.split_ascii_whitespace().next()?;
    let missing = interpreter.starts_with('/') && !Path::new(interpreter).exists();
    missing.then(|| format!("its interpreter `{interpreter}` does not exist"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn script(text: &str, mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.sh");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (directory, path)
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let (_directory, path) = script(text, 0o755);
        let trouble = script_trouble(&path);
        assert_eq!(trouble.is_some(), expected.is_some(), "{trouble:?}");
        assert!(trouble.unwrap_or_default().contains(expected.unwrap_or_default()));
    }

    #[test]
    fn the_first_line_says_whether_a_script_starts() {
        check("#!/bin/sh\ntrue\n", None);
        check("true\n", None);
        check("#!/bin/sh\r\ntrue\r\n", Some("carriage return"));
        check("#!/no/such/shell\n", Some("`/no/such/shell` does not exist"));
    }

    #[test]
    fn modes_are_told() {
        let (_directory, path) = script("x", 0o664);
        let state = file_state(&path).unwrap().unwrap();
        assert!(!state.is_executable() && state.is_writable_by_others() && state.regular);
        assert!(file_state(Path::new("/no/such/file")).is_err());
    }

    #[test]
    fn a_file_that_others_can_change_is_told() {
        let (_directory, path) = script("x", 0o666);
        assert!(changeable_by_others(&path).is_some());
        assert!(changeable_by_others(Path::new("/no/such/file")).is_none());
    }
}
