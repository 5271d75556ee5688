//! Old log files: renamed, compressed, and removed in the end.

use regex::Regex;
use rustix::fs::FlockOperation;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// When a log file is put away, and what is kept.
#[derive(Clone, Debug)]
pub(crate) struct Keeping {
    /// Put away a file that is larger.
    pub(crate) size: Option<u64>,
    /// Put away a file that is older; remove one of a run of its own.
    pub(crate) age: Option<Duration>,
    /// How many old files are kept.
    pub(crate) count: usize,
}

impl Keeping {
    /// Whether a file is to be put away before more is written into it.
    pub(super) fn is_due(&self, file: &File, len: u64) -> bool {
        let old = self.age.is_some_and(|age| {
            let born = file
                .metadata()
                .and_then(|found| found.created().or_else(|_| found.modified()));
            born.is_ok_and(|born| {
                SystemTime::now()
                    .duration_since(born)
                    .is_ok_and(|since| since >= age)
            })
        });
        len > 0 && (old || self.size.is_some_and(|size| len >= size))
    }
}

/// Renames `log` to `log.1`, what was `log.1` to `log.2`, and so on. Not while another run writes into it.
pub(super) fn put_away(log: &Path, open: &File, count: usize) -> io::Result<bool> {
    // Every writer holds a shared lock.
    if rustix::fs::flock(open, FlockOperation::NonBlockingLockExclusive).is_err() {
        let _ = rustix::fs::flock(open, FlockOperation::NonBlockingLockShared);
        return Ok(false);
    }
    for number in (1..=count.max(1)).rev() {
        for suffix in ["", ".zst"] {
            let from = numbered(log, number, suffix);
            let moved = match number >= count {
                true => fs::remove_file(&from),
                false => fs::rename(&from, numbered(log, number + 1, suffix)),
            };
            match moved {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
    }
    match count {
        0 => fs::remove_file(log)?,
        _ => fs::rename(log, numbered(log, 1, ""))?,
    }
    Ok(true)
}

fn numbered(log: &Path, number: usize, suffix: &str) -> PathBuf {
    let mut name = log.as_os_str().to_owned();
    name.push(format!(".{number}{suffix}"));
    name.into()
}

/// Compresses what was put away and is not yet compressed. A failure leaves the file as it is.
pub(super) fn compress_old(log: &Path, count: usize) {
    for number in 1..=count {
        let plain = numbered(log, number, "");
        if plain.is_file() {
            let _ = compress(&plain, &numbered(log, number, ".zst"));
        }
    }
}

fn compress(plain: &Path, to: &Path) -> io::Result<()> {
    let mut partial = to.as_os_str().to_owned();
    partial.push(".part");
    let _ = fs::remove_file(&partial);
    let nofollow = rustix::fs::OFlags::NOFOLLOW.bits() as i32;
    let from = OpenOptions::new().read(true).custom_flags(nofollow).open(plain)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o640)
        .open(&partial)?;
    let written = zstd::stream::copy_encode(&from, &file, 3).and_then(|()| (&file).flush());
    match written.and_then(|()| fs::rename(&partial, to)) {
        Ok(()) => fs::remove_file(plain),
        Err(error) => {
            let _ = fs::remove_file(&partial);
            Err(error)
        }
    }
}

/// Removes other runs' files: all but the newest, and those that are too old.
pub(super) fn remove_old(current: &Path, siblings: &Regex, keeping: &Keeping) {
    let directory = current
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let Ok(entries) = fs::read_dir(directory) else {
        return;
    };
    let ours = |entry: &fs::DirEntry| {
        entry
            .file_name()
            .to_str()
            .is_some_and(|name| siblings.is_match(name))
    };
    let mut files: Vec<(SystemTime, PathBuf)> = entries
        .flatten()
        .filter(|entry| ours(entry) && entry.file_type().is_ok_and(|kind| kind.is_file()))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .filter(|(_, path)| path.file_name() != current.file_name())
        .collect();
    files.sort();
    let now = SystemTime::now();
    let excess = files.len().saturating_sub(keeping.count);
    for (number, (written, path)) in files.iter().enumerate() {
        let old = keeping
            .age
            .is_some_and(|age| now.duration_since(*written).is_ok_and(|since| since >= age));
        if number < excess || old {
            let _ = fs::remove_file(path);
        }
    }
}
