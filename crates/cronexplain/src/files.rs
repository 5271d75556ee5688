//! Crontabs from files, directories and standard input, and pictures into files. Called by `cli` alone.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crontab::Daemon;

use crate::crontabs;
use crate::trouble::Trouble;

/// No crontab is larger.
const LARGEST: u64 = 4 << 20;

/// Each entry takes some 2 KiB while it is looked at.
const MOST_LINES: usize = 20_000;

/// Reads the files; a directory stands for those in it that the daemon would read.
pub(crate) fn read(paths: &[PathBuf], daemon: &Daemon) -> Result<Vec<crontabs::File>, Trouble> {
    let mut files = Vec::new();
    for path in paths {
        if path.as_os_str() == "-" {
            files.push(crontabs::File {
                name: "stdin".to_owned(),
                bytes: bytes(io::stdin(), Path::new("-"))?,
            });
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
                files.push(file(&name)?);
            }
        } else {
            files.push(file(path)?);
        }
    }
    Ok(files)
}

fn file(path: &Path) -> Result<crontabs::File, Trouble> {
    let opened = File::open(path).map_err(|error| unreadable(path, &error))?;
    Ok(crontabs::File {
        name: path.to_string_lossy().into_owned(),
        bytes: bytes(opened, path)?,
    })
}

fn bytes(source: impl Read, path: &Path) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > LARGEST {
        return Err(trouble(path, "larger than 4 MiB, so it is no crontab"));
    }
    if bytes.iter().filter(|byte| **byte == b'\n').count() > MOST_LINES {
        return Err(trouble(path, "more than 20000 lines, so it is no crontab"));
    }
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> Trouble {
    trouble(path, &error.to_string())
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
            format!("cannot write `{name}`: {error}"),
            "name a file in a directory that you may write to",
        )
    }))
}
