//! What a machine says of a file that a crontab names.

use std::path::Path;

use crate::Machine;

impl Machine {
    /// Who besides root can change what lies at a path: the file itself, or a directory on the way to it, with the
    /// reason.
    pub fn changeable_by_others(&self, path: &Path) -> Option<(String, &'static str)> {
        let way = self.way(path).ok()?;
        way.parts.iter().find_map(|part| {
            let state = self.link_state(part).ok()?;
            let name = part.display().to_string();
            if state.owner != 0 {
                Some((name, "does not belong to root"))
            // In a sticky directory others cannot rename or remove what root put there.
            } else if state.is_writable_by_others() && !(state.directory && state.mode & 0o1000 != 0) {
                Some((name, "can be written by others"))
            } else {
                None
            }
        })
    }

    /// Why the kernel would not start a script, by its first line.
    pub fn script_trouble(&self, path: &Path) -> Option<String> {
        let start = self.read(path, 512).ok()?;
        let line = first_line(&start)?;
        if line.ends_with(b"\r") {
            return Some(CARRIAGE_RETURN.to_owned());
        }
        let line = String::from_utf8_lossy(line);
        let interpreter = line.split_ascii_whitespace().next()?;
        let missing = interpreter.starts_with('/') && !self.has(interpreter);
        missing.then(|| format!("its interpreter `{interpreter}` does not exist"))
    }
}

/// What is wrong with `#!/bin/sh` and a carriage return.
pub const CARRIAGE_RETURN: &str =
    "its first line ends with a carriage return, so that its interpreter is not found";

/// What stands behind `#!` in a script's first line.
pub fn first_line(script: &[u8]) -> Option<&[u8]> {
    script.strip_prefix(b"#!")?.split(|&byte| byte == b'\n').next()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn script(text: &str, mode: u32) -> tempfile::TempDir {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.sh");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        directory
    }

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        let directory = script(text, 0o755);
        let trouble = Machine::here().script_trouble(&directory.path().join("x.sh"));
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
        let directory = script("x", 0o664);
        let state = Machine::at(directory.path()).state(Path::new("/x.sh")).unwrap();
        assert!(!state.is_executable() && state.is_writable_by_others() && state.regular);
        assert!(Machine::here().state(Path::new("/no/such/file")).is_err());
    }

    #[test]
    fn a_file_that_others_can_change_is_told() {
        let directory = script("x", 0o666);
        assert!(
            Machine::here()
                .changeable_by_others(&directory.path().join("x.sh"))
                .is_some()
        );
        assert!(
            Machine::here()
                .changeable_by_others(Path::new("/no/such/file"))
                .is_none()
        );
    }
}
