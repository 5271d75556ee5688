//! The run in a file: each line with its time and its stream.
//!
//! A thread writes, so that a disk that hangs does not keep signals or the time limit from the job. A disk that is
//! slow slows the job, as it would without cronwrap; one that takes nothing for five seconds is given up.

mod name;
mod rotate;

pub(crate) use name::Name;
pub(crate) use rotate::Keeping;

use crate::capture::Stream;
use crate::clock::Stamp;
use crate::timestamps::rfc3339;
use clap::ValueEnum;
use rustix::fs::{FlockOperation, Mode, OFlags};
use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

/// Bytes that may wait to be written.
const QUEUE: usize = 1024 * 1024;
/// A disk that takes nothing for so long is given up.
const STUCK: Duration = Duration::from_secs(5);
/// How long the last bytes may take, and compressing what was put away.
const LAST: Duration = Duration::from_secs(5);

/// What to do with a file that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Existing {
    /// Write at its end
    Append,
    /// Begin anew
    Overwrite,
}

enum Told {
    Output(Stamp, Stream, Vec<u8>),
    Remark(Stamp, String),
}

/// The way to the thread that writes.
pub(crate) struct LogFile {
    queue: Sender<Told>,
    queued: Arc<AtomicUsize>,
    results: Receiver<String>,
    full_since: Option<Instant>,
    lost: u64,
}

impl LogFile {
    /// Starts writing. Nothing of the disk is touched by the caller's thread.
    pub(crate) fn start(name: Name, existing: Existing, keeping: Keeping) -> io::Result<LogFile> {
        let (queue, told) = channel();
        let (result, results) = channel();
        let queued = Arc::<AtomicUsize>::default();
        let of_thread = Arc::clone(&queued);
        thread::Builder::new()
            .name("log file".to_owned())
            .spawn(move || {
                let mut writer = Writer {
                    file: None,
                    len: 0,
                    name,
                    keeping,
                    failure: None,
                    lost: 0,
                    open: None,
                };
                if let Err(error) = writer.open(existing) {
                    writer.failed(&error);
                }
                for told in told {
                    match told {
                        Told::Output(at, stream, bytes) => {
                            writer.output(at, stream, &bytes);
                            of_thread.fetch_sub(bytes.len(), Ordering::Relaxed);
                        }
                        Told::Remark(at, text) => writer.remark(at, &text),
                    }
                }
                writer.tidy();
                if let Some(failure) = writer.failure {
                    let _ = result.send(format!("log {}: {failure}", writer.name.path.display()));
                }
            })?;
        Ok(LogFile {
            queue,
            queued,
            results,
            full_since: None,
            lost: 0,
        })
    }

    /// Whether the disk does not follow, and is worth waiting for.
    pub(crate) fn is_full(&mut self) -> bool {
        if self.queued.load(Ordering::Relaxed) < QUEUE {
            self.full_since = None;
            return false;
        }
        self.full_since.get_or_insert_with(Instant::now).elapsed() < STUCK
    }

    /// Hands over output.
    pub(crate) fn offer(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        // More than what was waited for: the disk hangs.
        if self.queued.load(Ordering::Relaxed) > 2 * QUEUE {
            self.lost += bytes.len() as u64;
            return;
        }
        self.queued.fetch_add(bytes.len(), Ordering::Relaxed);
        let _ = self.queue.send(Told::Output(at, stream, bytes.to_vec()));
    }

    /// Writes a line of ours.
    pub(crate) fn remark(&self, at: Stamp, text: String) {
        let _ = self.queue.send(Told::Remark(at, text));
    }

    /// Waits until all is written, though not for long. What went wrong, if something did.
    pub(crate) fn finish(self) -> Option<String> {
        drop(self.queue);
        match self.results.recv_timeout(LAST) {
            Ok(failure) => Some(failure),
            Err(RecvTimeoutError::Timeout) => {
                Some("the log file takes too long; its end is not written".to_owned())
            }
            Err(RecvTimeoutError::Disconnected) if self.lost > 0 => Some(format!(
                "{} bytes are not in the log file: the disk did not follow",
                self.lost
            )),
            Err(RecvTimeoutError::Disconnected) => None,
        }
    }
}

/// The thread's side.
struct Writer {
    file: Option<File>,
    len: u64,
    name: Name,
    keeping: Keeping,
    failure: Option<String>,
    lost: u64,
    /// The stream whose line is unfinished.
    open: Option<Stream>,
}

impl Writer {
    fn open(&mut self, existing: Existing) -> io::Result<()> {
        let path = self.name.path.clone();
        let mut file = open(&path)?;
        let mut len = file.metadata()?.len();
        if self.name.siblings.is_none() && self.keeping.is_due(&file, len) {
            if rotate::put_away(&path, &file, self.keeping.count)? {
                file = open(&path)?;
                len = 0;
            }
        } else if existing == Existing::Overwrite
            && rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok()
        {
            // Not under the hands of another run.
            file.set_len(0)?;
            len = 0;
        }
        // Shared by all who write; nobody else's trouble keeps us from writing.
        let _ = rustix::fs::flock(&file, FlockOperation::NonBlockingLockShared);
        (self.file, self.len) = (Some(file), len);
        Ok(())
    }

    fn output(&mut self, at: Stamp, stream: Stream, bytes: &[u8]) {
        let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 2 + 64);
        let prefix = match stream.tag() {
            "" => format!("{} ", rfc3339(at)),
            tag => format!("{} {tag} ", rfc3339(at)),
        };
        let mut continues = self.open == Some(stream);
        if self.open.is_some() && !continues {
            text.push(b'\n');
        }
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            if !std::mem::take(&mut continues) {
                text.extend_from_slice(prefix.as_bytes());
            }
            text.extend_from_slice(line);
        }
        self.open = if bytes.ends_with(b"\n") {
            None
        } else {
            Some(stream)
        };
        self.write(&text);
        if self.open.is_none()
            && self.keeping.size.is_some_and(|size| self.len >= size)
            && self.name.siblings.is_none()
        {
            self.rotate();
        }
    }

    fn remark(&mut self, at: Stamp, text: &str) {
        let feed = if self.open.take().is_some() { "\n" } else { "" };
        self.write(format!("{feed}{} --- {text}\n", rfc3339(at)).as_bytes());
    }

    fn rotate(&mut self) {
        let Some(file) = &self.file else { return };
        let put_away = rotate::put_away(&self.name.path, file, self.keeping.count);
        let opened = put_away.and_then(|done| if done { self.open(Existing::Append) } else { Ok(()) });
        if let Err(error) = opened {
            self.failed(&error);
        }
    }

    fn write(&mut self, text: &[u8]) {
        let Some(file) = &mut self.file else { return };
        match file.write_all(text) {
            Ok(()) => self.len += text.len() as u64,
            Err(error) => {
                self.lost += text.len() as u64;
                self.failed(&error);
            }
        }
    }

    /// Told once, with the first reason; later writes are tried all the same.
    fn failed(&mut self, error: &io::Error) {
        self.failure.get_or_insert_with(|| error.to_string());
    }

    fn tidy(&mut self) {
        self.file = None;
        match &self.name.siblings {
            Some(siblings) => rotate::remove_old(&self.name.path, siblings, &self.keeping),
            None => rotate::compress_old(&self.name.path, self.keeping.count),
        }
    }
}

/// Opens a log file, and makes its directories. As root, no link of somebody else's is followed.
fn open(path: &Path) -> io::Result<File> {
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        if !parent.exists() {
            std::fs::create_dir_all(parent)?;
        }
        if rustix::process::geteuid().is_root() {
            refuse_links_of_others(parent)?;
        }
    }
    let flags = OFlags::WRONLY
        | OFlags::APPEND
        | OFlags::CREATE
        | OFlags::NOFOLLOW
        | OFlags::NOCTTY
        | OFlags::CLOEXEC;
    // Not blocking: a named pipe without a reader must not hold the thread.
    let file = rustix::fs::open(path, flags | OFlags::NONBLOCK, Mode::from_raw_mode(0o640));
    let file = File::from(file.map_err(|error| match error {
        rustix::io::Errno::LOOP => io::Error::other("is a link, which is not followed"),
        other => other.into(),
    })?);
    match file.metadata()?.is_file() {
        true => Ok(file),
        false => Err(io::Error::other("is no plain file")),
    }
}

fn refuse_links_of_others(path: &Path) -> io::Result<()> {
    for above in path.ancestors().filter(|above| !above.as_os_str().is_empty()) {
        let found = std::fs::symlink_metadata(above)?;
        if found.is_symlink() && found.uid() != 0 {
            return Err(io::Error::other(format!(
                "{} is a link of another user",
                above.display()
            )));
        }
    }
    Ok(())
}
