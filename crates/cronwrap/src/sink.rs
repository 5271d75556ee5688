//! Where the job's output goes on to: cronwrap's own standard output and error, byte for byte.
//!
//! A reader that is slow slows the job, as it would without cronwrap; nothing else that happens to the reader
//! touches the job. No write here blocks: while somebody stopped reading, signals are still handed on, the time
//! limit still counts, and the report still goes out.

use rustix::fs::{FileType, Mode, OFlags};
use rustix::io::Errno;
use rustix::net::SendFlags;
use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A pipe that polls as writable takes this many bytes without blocking.
const ATOMIC: usize = 4096;

enum Way {
    /// A file or device whose writes end by themselves.
    Direct,
    /// Our own description of the same pipe or terminal, non-blocking: the flag on the one that we were given
    /// would be seen by everybody who shares it.
    Reopened(OwnedFd),
    Socket,
    /// Whatever else: small writes, and only when poll says that there is room.
    Small,
}

/// One place that output goes to.
pub(crate) struct Sink {
    to: BorrowedFd<'static>,
    way: Option<Way>,
    waiting: VecDeque<u8>,
    gone: bool,
    lost: u64,
    error: Option<Errno>,
}

impl Sink {
    pub(crate) fn new(to: BorrowedFd<'static>) -> Sink {
        Sink {
            to,
            way: None,
            waiting: VecDeque::new(),
            gone: false,
            lost: 0,
            error: None,
        }
    }

    /// Passes bytes on, keeping what cannot be written now.
    pub(crate) fn write(&mut self, bytes: &[u8]) {
        if self.gone {
            self.lost += bytes.len() as u64;
        } else if self.waiting.is_empty() {
            let written = self.write_now(bytes);
            if !self.gone {
                self.waiting.extend(&bytes[written..]);
            }
        } else {
            self.waiting.extend(bytes);
        }
    }

    /// Whether something waits for the reader.
    pub(crate) fn is_behind(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The descriptor to wait on, where something waits for the reader.
    pub(crate) fn wants_room(&self) -> Option<BorrowedFd<'_>> {
        self.is_behind().then_some(match &self.way {
            Some(Way::Reopened(own)) => own.as_fd(),
            _ => self.to,
        })
    }

    /// Writes what waits, as far as there is room.
    pub(crate) fn flush(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        let written = self.write_now(waiting.make_contiguous());
        if self.gone {
            return;
        }
        waiting.drain(..written);
        self.waiting = waiting;
    }

    /// What could not be passed on, and why, where that is worth a word: a reader that went away is not.
    pub(crate) fn trouble(&self) -> Option<(u64, Errno)> {
        self.error
            .filter(|&error| error != Errno::PIPE)
            .map(|error| (self.lost, error))
    }

    /// Writes as much as goes without blocking, and says how much is dealt with.
    fn write_now(&mut self, bytes: &[u8]) -> usize {
        let mut done = 0;
        while done < bytes.len() {
            match self.write_once(&bytes[done..]) {
                Ok(count) => done += count,
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return done,
                Err(error) => {
                    self.lost += (bytes.len() - done) as u64;
                    self.error.get_or_insert(error);
                    // A full disk may have room for what comes next; a reader does not come back.
                    self.gone = !matches!(error, Errno::NOSPC | Errno::DQUOT);
                    return bytes.len();
                }
            }
        }
        done
    }

    fn write_once(&mut self, bytes: &[u8]) -> Result<usize, Errno> {
        let to = self.to;
        match self.way.get_or_insert_with(|| Way::find(to)) {
            Way::Direct => rustix::io::write(to, bytes),
            Way::Reopened(own) => rustix::io::write(own, bytes),
            Way::Socket => rustix::net::send(to, bytes, SendFlags::DONTWAIT | SendFlags::NOSIGNAL),
            Way::Small => {
                use rustix::event::{PollFd, PollFlags, Timespec, poll};
                let mut descriptors = [PollFd::from_borrowed_fd(to, PollFlags::OUT)];
                match poll(
                    &mut descriptors,
                    Some(&Timespec {
                        tv_sec: 0,
                        tv_nsec: 0,
                    }),
                )? {
                    0 => Err(Errno::AGAIN),
                    _ => rustix::io::write(to, &bytes[..bytes.len().min(ATOMIC)]),
                }
            }
        }
    }
}

impl Way {
    fn find(to: BorrowedFd<'_>) -> Way {
        let Ok(stat) = rustix::fs::fstat(to) else {
            return Way::Direct;
        };
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Socket => Way::Socket,
            FileType::Fifo => Way::reopened(to),
            FileType::CharacterDevice if rustix::termios::isatty(to) => Way::reopened(to),
            _ => Way::Direct,
        }
    }

    fn reopened(to: BorrowedFd<'_>) -> Way {
        use std::os::fd::AsRawFd;
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        match rustix::fs::open(format!("/proc/self/fd/{}", to.as_raw_fd()), flags, Mode::empty()) {
            Ok(own) => Way::Reopened(own),
            Err(_) => Way::Small,
        }
    }
}

/// Standard output and standard error; one sink where both lead to the same place, so that what they carry keeps
/// the order in which it was seen.
pub(crate) struct Sinks {
    sinks: Vec<Sink>,
    err: usize,
}

impl Sinks {
    pub(crate) fn standard() -> Sinks {
        let (out, err) = (rustix::stdio::stdout(), rustix::stdio::stderr());
        let same = match (rustix::fs::fstat(out), rustix::fs::fstat(err)) {
            (Ok(one), Ok(other)) => (one.st_dev, one.st_ino) == (other.st_dev, other.st_ino),
            _ => false,
        };
        match same {
            true => Sinks {
                sinks: vec![Sink::new(out)],
                err: 0,
            },
            false => Sinks {
                sinks: vec![Sink::new(out), Sink::new(err)],
                err: 1,
            },
        }
    }

    /// Whether both streams lead to one place.
    pub(crate) fn are_one(&self) -> bool {
        self.err == 0
    }

    /// The streams that did not take all of their output, how many bytes, and why.
    pub(crate) fn troubles(&self) -> Vec<(&'static str, u64, Errno)> {
        let names = ["standard output", "standard error"];
        let trouble = |(sink, name): (&Sink, _)| sink.trouble().map(|(bytes, error)| (name, bytes, error));
        self.sinks.iter().zip(names).filter_map(trouble).collect()
    }

    /// Where a stream goes on to.
    pub(crate) fn of(&mut self, to_err: bool) -> &mut Sink {
        let index = if to_err { self.err } else { 0 };
        &mut self.sinks[index]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Sink> {
        self.sinks.iter()
    }

    /// Writes what waits, wherever there is room.
    pub(crate) fn flush(&mut self) {
        self.sinks
            .iter_mut()
            .filter(|sink| sink.is_behind())
            .for_each(Sink::flush);
    }

    /// The bytes that wait for readers.
    pub(crate) fn waiting(&self) -> usize {
        self.iter().map(|sink| sink.waiting.len()).sum()
    }
}
