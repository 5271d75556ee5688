//! Crontabs from files, directories and standard input, and pictures into files. Called by `cli` alone.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crontab::Daemon;

use crate::crontabs;
use crate::trouble::Trouble;

/// No crontab is larger.
const LARGEST: u64 = 4 << 20;

/// A crontab that can be read.
pub(crate) struct Readable {
    name: String,
    from: From,
}

enum From {
    /// Read, and kept: what is no file cannot be read again.
    Bytes(Vec<u8>),
    /// To be read anew: many files take no more memory than one.
    Path(PathBuf),
}

impl Readable {
    pub(crate) fn read(self) -> Result<crontabs::File, Trouble> {
        let bytes = match self.from {
            From::Bytes(bytes) => bytes,
            From::Path(path) => bytes(&path)?.0,
        };
        let name = self.name;
        Ok(crontabs::File { name, bytes })
    }
}

/// Makes sure that all files can be read, before anything is said of one; a directory stands for those in it that
/// the daemon would read.
pub(crate) fn find(paths: &[PathBuf], daemon: &Daemon) -> Result<Vec<Readable>, Trouble> {
    let mut found = Found::default();
    for path in paths {
        if path.as_os_str() == "-" {
            let bytes = limited(io::stdin(), path, 0)?;
            let (name, from) = ("stdin".to_owned(), From::Bytes(bytes));
            found.files.push(Readable { name, from });
        } else if path.is_dir() {
            let mut names: Vec<PathBuf> = fs::read_dir(path)
                .and_then(Iterator::collect::<io::Result<Vec<_>>>)
                .map_err(|error| unreadable(path, &error))?
                .into_iter()
                .filter(|entry| (daemon.reads_file_name)(&entry.file_name().to_string_lossy()))
                .map(|entry| entry.path())
                .filter(|path| path.is_file())
                .collect();
            names.sort();
            for name in names {
                found.add(&name)?;
            }
        } else {
            found.add(path)?;
        }
    }
    Ok(found.files)
}

#[derive(Default)]
struct Found {
    files: Vec<Readable>,
    /// How many bytes are kept.
    kept: u64,
}

impl Found {
    fn add(&mut self, path: &Path) -> Result<(), Trouble> {
        let (bytes, is_file) = bytes(path)?;
        let kept = self.kept + bytes.len() as u64;
        let from = if is_file && kept > LARGEST {
            From::Path(path.to_owned())
        } else {
            self.kept = kept;
            From::Bytes(bytes)
        };
        let name = path.to_string_lossy().into_owned();
        self.files.push(Readable { name, from });
        Ok(())
    }
}

/// The content of a file, and whether it can be read again.
fn bytes(path: &Path) -> Result<(Vec<u8>, bool), Trouble> {
    let file = File::open(path).map_err(|error| unreadable(path, &error))?;
    let about = file.metadata().map_err(|error| unreadable(path, &error))?;
    let bytes = limited(file, path, about.len())?;
    Ok((bytes, about.is_file()))
}

/// All of a source, which has about so many bytes, unless it has too many.
fn limited(source: impl Read, path: &Path, about: u64) -> Result<Vec<u8>, Trouble> {
    // One more than there are shows the end without growing.
    let mut bytes = Vec::with_capacity(about.min(LARGEST) as usize + 1);
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(trouble(path, "larger than 4 MiB, so it is no crontab"));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Trouble {
    trouble(path, &reason(error))
}

/// The system's words without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error ").unwrap_or(text.len());
    text[..end].to_owned()
}

fn trouble(path: &Path, reason: &str) -> Trouble {
    let name = path.to_string_lossy();
    Trouble::new(
        "path",
        &name,
        format!("cannot read `{name}`: {reason}"),
        "name a crontab, a directory of them, or - for stdin",
    )
}

/// Writes a picture to a file, or to `out` for `-`.
pub(crate) fn write(path: &Path, text: &str, out: &mut dyn Write) -> io::Result<Result<(), Trouble>> {
    if path.as_os_str() == "-" {
        return out.write_all(text.as_bytes()).map(Ok);
    }
    let name = path.to_string_lossy();
    Ok(fs::write(path, text).map_err(|error| {
        Trouble::new(
            "--svg",
            &name,
            format!("cannot write `{name}`: {}", reason(&error)),
            "name a file in a directory that you may write to",
        )
    }))
}
