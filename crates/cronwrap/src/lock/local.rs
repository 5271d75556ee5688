//! A lock on this host: a locked file that names the job which holds it.
//!
//! The kernel gives a file's lock back when the last descriptor is closed, and the job does not inherit ours. So a
//! killed cronwrap would free the lock while parts of its job go on: whoever takes the lock next reads whose it was,
//! and leaves it alone as long as that job's process group is there.

use rustix::fs::{FlockOperation, Mode, OFlags};
use rustix::io::Errno;
use rustix::process::Pid;
use std::fs::File;
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

/// A lock file that is locked by us.
pub(crate) struct Local {
    file: File,
}

impl Local {
    /// Takes the lock: ours, or who has it, or why nobody can tell.
    pub(super) fn take(path: &Path) -> io::Result<Result<Local, String>> {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::APPEND | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(rustix::fs::open(path, flags, Mode::RUSR | Mode::WUSR)?);
        let locked = rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive);
        let mut text = String::new();
        // Short: a header, a number, a time. What is longer is no lock file of ours.
        let read = (&mut file).take(4096).read_to_string(&mut text);
        match locked {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => return Ok(Err(format!("it is held by {}", Holder::parse(&text)))),
            Err(error) => return Err(error.into()),
        }
        read?;
        let before = Holder::parse(&text);
        if before.job_lives() {
            return Ok(Err(format!(
                "its cronwrap is gone, but its job is still there: {before}"
            )));
        }
        let mut lock = Local { file };
        lock.begin()?;
        Ok(Ok(lock))
    }

    /// Writes who we are, before an attempt; the job's process adds its number.
    pub(crate) fn begin(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.rewind()?;
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        self.file
            .write_all(format!("cronwrap {}\nboot {}\n", std::process::id(), boot.trim()).as_bytes())
    }

    /// Adds when the job's process started, which tells it from a later process of the same number.
    pub(crate) fn started(&mut self, job: Pid) {
        if let Some(start) = start_time(job) {
            let _ = self.file.write_all(format!("started {start}\n").as_bytes());
        }
    }

    /// The locked file, for the job's process to write into before it becomes the job.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn release(self) {
        let _ = self.file.set_len(0);
        // Also lets go where the descriptor were to live on.
        let _ = rustix::fs::flock(&self.file, FlockOperation::Unlock);
    }
}

/// In the job's own process, before exec: its number into the lock file, without allocating.
pub(crate) fn write_own_number(to: &File) -> Result<(), Errno> {
    let mut text = *b"job 0000000000\n";
    let mut number = rustix::process::getpid().as_raw_nonzero().get();
    for digit in text[4..14].iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    rustix::io::write(to, &text).map(drop)
}

/// Who is written in a lock file.
#[derive(Debug, Default)]
struct Holder {
    cronwrap: Option<i32>,
    job: Option<i32>,
    started: Option<u64>,
    boot: String,
}

impl Holder {
    fn parse(text: &str) -> Holder {
        let value = |name: &str| {
            text.lines()
                .filter_map(|line| line.strip_prefix(name))
                .next_back()
        };
        Holder {
            cronwrap: value("cronwrap ").and_then(|text| text.parse().ok()),
            job: value("job ").and_then(|text| text.parse().ok()),
            started: value("started ").and_then(|text| text.parse().ok()),
            boot: value("boot ").unwrap_or_default().to_owned(),
        }
    }

    /// Whether the process group of the job is there. Where it cannot be told, it is.
    fn job_lives(&self) -> bool {
        let Some(job) = self.job.and_then(Pid::from_raw) else {
            return false;
        };
        let boot = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
        if !self.boot.is_empty() && !boot.is_empty() && boot.trim() != self.boot {
            return false;
        }
        if rustix::process::test_kill_process_group(job) == Err(Errno::SRCH) {
            return false;
        }
        // A number is not given again while its group lives; so a leader that started at another time is another
        // process, with a group of its own.
        match (self.started, start_time(job)) {
            (Some(then), Some(now)) if then != now => false,
            _ => group_lives(job),
        }
    }
}

/// Whether a process group has a member that is no zombie: some hosts' init takes its time to bury them. Where
/// there is no /proc to ask, it has.
fn group_lives(group: Pid) -> bool {
    let Ok(processes) = std::fs::read_dir("/proc") else {
        return true;
    };
    let mut stats = processes
        .flatten()
        .filter(|entry| {
            entry
                .file_name()
                .as_encoded_bytes()
                .iter()
                .all(u8::is_ascii_digit)
        })
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok())
        .peekable();
    // State, parent, group: after the name in brackets, which may hold anything.
    let lives = |stat: String| {
        let mut fields = stat
            .rsplit_once(") ")
            .map(|(_, rest)| rest.split(' '))
            .into_iter()
            .flatten();
        let state = fields.next().unwrap_or_default().to_owned();
        !matches!(&*state, "Z" | "X")
            && fields
                .nth(1)
                .and_then(|group| group.parse().ok())
                .and_then(Pid::from_raw)
                == Some(group)
    };
    stats.peek().is_none() || stats.any(lives)
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match (self.job, self.cronwrap) {
            (Some(job), _) => write!(f, "process group {job}"),
            (None, Some(cronwrap)) => write!(f, "cronwrap {cronwrap}"),
            (None, None) => f.write_str("another process"),
        }
    }
}

/// When a process started, in the kernel's ticks since boot.
fn start_time(process: Pid) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    stat.rsplit_once(") ")?.1.split(' ').nth(19)?.parse().ok()
}

/// Where lock files live: made if need be, ours alone.
pub(crate) fn directory(runtime: Option<&Path>) -> io::Result<PathBuf> {
    let user = rustix::process::geteuid();
    let path = match runtime {
        _ if user.is_root() => PathBuf::from("/run/lock/cronwrap"),
        Some(runtime) => runtime.join("cronwrap"),
        None => PathBuf::from(format!("/tmp/cronwrap-{}", user.as_raw())),
    };
    let made = std::fs::DirBuilder::new()
        .mode(0o700)
        .recursive(user.is_root())
        .create(&path);
    if let Err(error) = made
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(io::Error::new(
            error.kind(),
            format!("{}: {error}", path.display()),
        ));
    }
    // In /tmp anybody could have put it there.
    let found = std::fs::symlink_metadata(&path)?;
    if !found.is_dir() || found.uid() != user.as_raw() {
        return Err(io::Error::other(format!(
            "{} is not a directory of ours",
            path.display()
        )));
    }
    Ok(path)
}
