//! A machine: this one, or another whose files lie in a directory (an image, a container's file system).

use std::fs;
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};

/// What cron and the kernel look at before they read or run a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileState {
    /// Whether it is a regular file.
    pub regular: bool,
    /// Whether it is a directory.
    pub directory: bool,
    /// Whether it is a symbolic link; never after links were followed.
    pub link: bool,
    /// The permission bits.
    pub mode: u32,
    /// The owner's number.
    pub owner: u32,
    /// The group's number.
    pub group: u32,
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

    #[cfg(unix)]
    fn of(metadata: &fs::Metadata) -> FileState {
        use std::os::unix::fs::MetadataExt;
        FileState {
            regular: metadata.is_file(),
            directory: metadata.is_dir(),
            link: metadata.is_symlink(),
            mode: metadata.mode() & 0o7777,
            owner: metadata.uid(),
            group: metadata.gid(),
            links: metadata.nlink(),
        }
    }

    /// Without modes and owners everything is root's, and in order.
    #[cfg(not(unix))]
    fn of(metadata: &fs::Metadata) -> FileState {
        FileState {
            regular: metadata.is_file(),
            directory: metadata.is_dir(),
            link: metadata.is_symlink(),
            mode: 0o755,
            owner: 0,
            group: 0,
            links: 1,
        }
    }
}

/// A machine, as its root directory shows it. All paths are the machine's own: absolute, and links in them lead to
/// other files of the machine, never out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Machine {
    root: PathBuf,
}

/// The way to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// Its path without links.
    pub real: PathBuf,
    /// Every directory and the file that the kernel looks at on the way, links followed, from the root on.
    pub parts: Vec<PathBuf>,
}

/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

impl Machine {
    /// This machine.
    pub fn here() -> Machine {
        Machine::at("/")
    }

    /// The machine whose files lie in that directory.
    pub fn at(root: impl Into<PathBuf>) -> Machine {
        Machine { root: root.into() }
    }

    /// Whether it is this one, so that more than its files can be asked.
    pub fn is_here(&self) -> bool {
        self.root == Path::new("/")
    }

    /// A path of this machine's as that machine sees it; none when it lies outside.
    pub fn inside(&self, path: &Path) -> Option<PathBuf> {
        let absolute = std::path::absolute(path).ok()?;
        let root = std::path::absolute(&self.root).ok()?;
        Some(Path::new("/").join(absolute.strip_prefix(root).ok()?))
    }

    /// Where a file of that machine's lies on this one, links not followed.
    pub fn outside(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// Follows all links of a path.
    pub fn way(&self, path: &Path) -> io::Result<Way> {
        let mut left: Vec<PathBuf> = Vec::new();
        push(&mut left, path);
        let mut way = Way {
            real: PathBuf::from("/"),
            parts: vec![PathBuf::from("/")],
        };
        let mut links = 0;
        while let Some(part) = left.pop() {
            match part.components().next() {
                Some(Component::ParentDir) => {
                    way.real.pop();
                    continue;
                }
                Some(Component::Normal(_)) => {}
                _ => continue,
            }
            let here = way.real.join(&part);
            let metadata = fs::symlink_metadata(self.outside(&here))?;
            if metadata.is_symlink() {
                links += 1;
                if links > MOST_LINKS {
                    return Err(io::Error::other("too many levels of symbolic links"));
                }
                let target = fs::read_link(self.outside(&here))?;
                if target.is_absolute() {
                    way.real = PathBuf::from("/");
                }
                push(&mut left, &target);
            } else {
                way.parts.push(here.clone());
                way.real = here;
            }
        }
        Ok(way)
    }

    /// The state of what a path leads to.
    pub fn state(&self, path: &Path) -> io::Result<FileState> {
        let way = self.way(path)?;
        fs::symlink_metadata(self.outside(&way.real)).map(|metadata| FileState::of(&metadata))
    }

    /// The state of what lies at a path: of a link, its own.
    pub fn link_state(&self, path: &Path) -> io::Result<FileState> {
        let directory = path.parent().map_or(Ok(PathBuf::from("/")), |parent| {
            self.way(parent).map(|way| way.real)
        })?;
        let here = directory.join(path.file_name().unwrap_or_default());
        fs::symlink_metadata(self.outside(&here)).map(|metadata| FileState::of(&metadata))
    }

    /// Whether a path leads anywhere.
    pub fn has(&self, path: &str) -> bool {
        self.state(Path::new(path)).is_ok()
    }

    /// The first bytes of a regular file.
    pub fn read(&self, path: &Path, most: u64) -> io::Result<Vec<u8>> {
        let way = self.way(path)?;
        let path = self.outside(&way.real);
        if !fs::metadata(&path)?.is_file() {
            return Err(io::Error::other("not a regular file"));
        }
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(most).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// A text file of the system's, such as /etc/passwd; empty when there is none.
    pub(crate) fn text(&self, path: &str) -> String {
        let bytes = self.read(Path::new(path), 16 << 20).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The names in a directory, in order; none when it cannot be read.
    pub fn names(&self, directory: &str) -> Vec<String> {
        let Ok(way) = self.way(Path::new(directory)) else {
            return Vec::new();
        };
        let entries = fs::read_dir(self.outside(&way.real))
            .into_iter()
            .flatten()
            .flatten();
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }
}

/// Puts the parts of a path on the stack, the first on top.
fn push(left: &mut Vec<PathBuf>, path: &Path) {
    let parts: Vec<PathBuf> = path
        .components()
        .map(|part| PathBuf::from(part.as_os_str()))
        .collect();
    left.extend(parts.into_iter().rev());
}

/// A machine of these files, by their paths without the first `/`.
#[cfg(test)]
pub(crate) fn laid_out(files: &[(&str, &str)]) -> (tempfile::TempDir, Machine) {
    let directory = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = directory.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let machine = Machine::at(directory.path());
    (directory, machine)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_lead_to_files_of_the_same_machine() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        fs::create_dir_all(root.join("usr/bin")).unwrap();
        fs::create_dir_all(root.join("home/pi")).unwrap();
        fs::write(root.join("home/pi/x"), "x").unwrap();
        symlink("/home/pi/x", root.join("usr/bin/x")).unwrap();
        symlink("../../../../../home", root.join("usr/bin/homes")).unwrap();
        symlink("usr/bin", root.join("bin")).unwrap();
        symlink("loop", root.join("loop")).unwrap();
        let machine = Machine::at(root);
        let real = |path: &str| machine.way(Path::new(path)).map(|way| way.real);
        assert_eq!(real("/bin/x").unwrap(), Path::new("/home/pi/x"));
        assert_eq!(real("/bin/homes/pi/x").unwrap(), Path::new("/home/pi/x"));
        assert_eq!(real("/../../bin/x").unwrap(), Path::new("/home/pi/x"));
        assert!(real("/loop").is_err() && real("/no").is_err());
        let parts = machine.way(Path::new("/bin/x")).unwrap().parts;
        let wanted = ["/", "/usr", "/usr/bin", "/home", "/home/pi", "/home/pi/x"];
        assert_eq!(parts, wanted.map(PathBuf::from));
        assert_eq!(machine.inside(&root.join("etc/x")).unwrap(), Path::new("/etc/x"));
        assert_eq!(machine.inside(Path::new("/no")), None);
    }
}
