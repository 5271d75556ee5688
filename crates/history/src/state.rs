//! The state directory: one for root, one for each user, never shared.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::{HistoryError, HistoryErrorKind};

/// Where the state is kept, and whether that is only what is left when there is no home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateFolder {
    /// The directory.
    pub path: PathBuf,
    /// Neither `XDG_STATE_HOME` nor `HOME` is set.
    pub is_fallback: bool,
}

/// The state directory of a user: /var/lib/crontools for root, else below `XDG_STATE_HOME` or `HOME`, else
/// below /var/tmp with the user's number. `variable` looks up the environment.
pub fn state_folder(uid: u32, variable: impl Fn(&str) -> Option<String>) -> StateFolder {
    let absolute = |name: &str| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let at = |path: PathBuf| StateFolder {
        path,
        is_fallback: false,
    };
    if uid == 0 {
        return at(PathBuf::from("/var/lib/crontools"));
    }
    // The XDG base directory specification wants a relative path to be ignored.
    if let Some(state) = absolute("XDG_STATE_HOME") {
        return at(state.join("crontools"));
    }
    if let Some(home) = absolute("HOME") {
        return at(home.join(".local/state/crontools"));
    }
    StateFolder {
        path: PathBuf::from(format!("/var/tmp/crontools-{uid}")),
        is_fallback: true,
    }
}

/// Makes the directory if it is missing, for us alone; refuses one that belongs to somebody else.
pub(crate) fn prepare(folder: &Path) -> Result<(), HistoryError> {
    let refuse = |why: String| HistoryError::new(folder, HistoryErrorKind::Folder(why));
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .map_err(|error| refuse(format!("it cannot be made: {error}")))?;
    // Below /var/tmp anybody may have been there first, also with a link to a place of theirs.
    let metadata = fs::symlink_metadata(folder).map_err(|error| refuse(error.to_string()))?;
    if metadata.is_symlink() && fs::symlink_metadata(folder).is_ok_and(|link| link.uid() != own_uid()) {
        return Err(refuse("it is a link made by somebody else".to_owned()));
    }
    let metadata = fs::metadata(folder).map_err(|error| refuse(error.to_string()))?;
    if metadata.uid() != own_uid() {
        return Err(refuse(format!("it belongs to user {}", metadata.uid())));
    }
    if metadata.permissions().mode() & 0o022 != 0 {
        return Err(refuse("others may write to it; `chmod 700` it".to_owned()));
    }
    Ok(())
}

fn own_uid() -> u32 {
    rustix::process::geteuid().as_raw()
}

/// Makes an empty file for us alone, where there is none: what SQLite makes is readable for all, and the files
/// beside it take their mode from it.
pub(crate) fn create_private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    match fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
    {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uid: u32, variables: &[(&str, &str)], expected: &str) {
        let found = state_folder(uid, |name| {
            variables
                .iter()
                .find(|(variable, _)| *variable == name)
                .map(|(_, value)| (*value).to_owned())
        });
        assert_eq!(found.path.to_str(), Some(expected), "{uid} {variables:?}");
    }

    #[test]
    fn every_user_has_a_directory_of_ones_own() {
        check(
            0,
            &[("HOME", "/root"), ("XDG_STATE_HOME", "/x")],
            "/var/lib/crontools",
        );
        check(1000, &[("HOME", "/home/a")], "/home/a/.local/state/crontools");
        check(
            1000,
            &[("HOME", "/home/a"), ("XDG_STATE_HOME", "/x")],
            "/x/crontools",
        );
        check(
            1000,
            &[("HOME", "/home/a"), ("XDG_STATE_HOME", "x")],
            "/home/a/.local/state/crontools",
        );
        check(1000, &[], "/var/tmp/crontools-1000");
        check(1001, &[("HOME", "")], "/var/tmp/crontools-1001");
    }
}
