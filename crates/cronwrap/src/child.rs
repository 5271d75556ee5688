//! Starting the job: what its process does before it becomes the job.

use crate::cgroup::Group;
use crate::job::{Job, Limits};
use crate::launch::Program;
use crate::lock::{Local, write_own_number};
use crate::outcome::{NotStarted, Outcome};
use crate::refusal::explain;
use crate::streams::Streams;
use crate::terminal::Terminal;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, sigaction};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, WaitOptions};
use std::io;
use std::os::fd::OwnedFd;

/// A job that runs: its process and our ends of its pipes.
pub(crate) struct Child {
    pub(crate) pid: Pid,
    /// Whether it leads a process group of its own.
    pub(crate) leads: bool,
    pub(crate) out: Option<OwnedFd>,
    pub(crate) err: Option<OwnedFd>,
}

/// What a job's process takes along from us until it becomes the job.
pub(crate) struct Luggage<'a> {
    pub(crate) group: Option<&'a Group>,
    pub(crate) lock: Option<&'a Local>,
    pub(crate) terminal: Option<&'a Terminal>,
    pub(crate) signal_mask: SigSet,
}

/// Starts the job. Must be called by the thread that lives as long as cronwrap does: the kernel sends the
/// parent-death signal when that thread ends.
pub(crate) fn spawn(job: &Job, luggage: &Luggage<'_>) -> Result<Child, NotStarted> {
    let ours = |what: &str, error: io::Error| NotStarted::ours(format!("{what}: {error}"));
    let streams = Streams::make(job).map_err(|error| ours("no pipe", error))?;
    let empty = || rustix::fs::open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty());
    let empty = job.no_stdin.then(empty).transpose();
    let steps = Steps {
        job,
        luggage,
        streams: &streams,
        stdin: empty.map_err(|error| ours("--no-stdin", error.into()))?,
        parent: rustix::process::getpid(),
    };
    let program = Program::new(job, std::env::vars_os()).map_err(|error| explain(job, &error))?;
    let pid = program
        .launch(|| steps.take())
        .map_err(|error| explain(job, &error))?;
    Ok(Child {
        pid,
        leads: !job.foreground,
        out: Some(streams.out),
        err: streams.err,
    })
}

/// What the job's process does to itself before it becomes the job.
struct Steps<'a> {
    job: &'a Job,
    luggage: &'a Luggage<'a>,
    streams: &'a Streams,
    /// Its standard input, where that is not ours.
    stdin: Option<OwnedFd>,
    parent: Pid,
}

impl Steps<'_> {
    /// In the job's own process, before exec: system calls only.
    fn take(&self) -> io::Result<()> {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // cronwrap may have been killed before the line above: then no signal will come.
        if rustix::process::getppid() != Some(self.parent) {
            return Err(Errno::SRCH.into());
        }
        if let Some(stdin) = &self.stdin {
            rustix::stdio::dup2_stdin(stdin)?;
        }
        rustix::stdio::dup2_stdout(&self.streams.job_out)?;
        rustix::stdio::dup2_stderr(&self.streams.job_err)?;
        if !self.job.foreground && !self.job.pty {
            rustix::process::setpgid(None, None)?;
        }
        if let Some(lock) = self.luggage.lock {
            write_own_number(lock.file()).map_err(|error| at_step(Step::Lock, error))?;
        }
        if let Some(group) = self.luggage.group {
            rustix::io::write(&group.members, b"0").map_err(|error| at_step(Step::Memory, error))?;
        }
        if self.job.pty {
            let own = rustix::process::setsid()
                .and_then(|_| rustix::process::ioctl_tiocsctty(rustix::stdio::stdout()));
            own.map_err(|error| at_step(Step::Pty, error))?;
        }
        if self.luggage.terminal.is_some() {
            // SIGTTOU is still blocked. A terminal that is gone is no reason not to run.
            let _ = rustix::termios::tcsetpgrp(rustix::stdio::stdin(), rustix::process::getpid());
        }
        give_sigpipe_back()?;
        self.luggage.signal_mask.thread_set_mask()?;
        self.job.limits.apply()
    }
}

/// Rust's programs ignore SIGPIPE, which the job would inherit; under cron it is at its default.
#[expect(unsafe_code, reason = "the default action is no handler of ours")]
fn give_sigpipe_back() -> io::Result<()> {
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // SAFETY: nothing is called when the signal comes.
    unsafe { sigaction(nix::sys::signal::SIGPIPE, &default) }?;
    Ok(())
}

impl Limits {
    /// In the job's own process, before exec: system calls only.
    fn apply(&self) -> io::Result<()> {
        if let Some(mask) = self.umask {
            rustix::process::umask(Mode::from_raw_mode(mask));
        }
        if let Some(nice) = self.nice {
            rustix::process::nice(nice).map_err(|error| at_step(Step::Nice, error))?;
        }
        let limit = |resource, step, soft: Option<u64>, hard: Option<u64>| match soft {
            Some(_) => rustix::process::setrlimit(
                resource,
                Rlimit {
                    current: soft,
                    maximum: hard,
                },
            )
            .map_err(|error| at_step(step, error)),
            None => Ok(()),
        };
        // SIGXCPU first; SIGKILL a little later for those who ignore it.
        limit(
            Resource::Cpu,
            Step::CpuTime,
            self.cpu_seconds,
            self.cpu_seconds.map(|seconds| seconds + 5),
        )?;
        if let Some(directory) = &self.directory {
            rustix::process::chdir(directory.as_c_str()).map_err(|error| at_step(Step::Directory, error))?;
        }
        // Last: nothing after it may need memory.
        limit(
            Resource::As,
            Step::AddressSpace,
            self.address_space,
            self.address_space,
        )
    }
}

/// What can fail before exec, besides exec.
#[derive(Clone, Copy)]
enum Step {
    Directory = 1,
    Nice = 2,
    CpuTime = 3,
    AddressSpace = 4,
    Memory = 5,
    Lock = 6,
    Pty = 7,
}

/// One number comes from the job's process to us: the step stands above the error's.
const STEP_SHIFT: i32 = 16;

fn at_step(step: Step, error: Errno) -> io::Error {
    io::Error::from_raw_os_error((step as i32) << STEP_SHIFT | error.raw_os_error())
}

/// The step that failed and why, where it was not exec.
pub(crate) fn failed_step(raw: i32, limits: &Limits) -> Option<NotStarted> {
    let error = io::Error::from_raw_os_error(raw & ((1 << STEP_SHIFT) - 1));
    let what = match raw >> STEP_SHIFT {
        1 => {
            let directory = limits.directory.as_deref().unwrap_or_default();
            format!("--cd {}", directory.to_string_lossy().escape_debug())
        }
        2 => "--nice".to_owned(),
        3 => "--cpu-time".to_owned(),
        4 => "--address-space".to_owned(),
        5 => "--memory".to_owned(),
        6 => "--lock".to_owned(),
        7 => "--pty".to_owned(),
        _ => return None,
    };
    Some(NotStarted::ours(format!("{what}: {error}")))
}

/// From now on, what the job leaves behind becomes our child when its parents are gone, so that it can be seen.
pub(crate) fn adopt_orphans() {
    // Older kernels cannot; then it is not seen.
    let _ = rustix::process::set_child_subreaper(Pid::from_raw(1));
}

/// What a child of ours did.
pub(crate) enum Event {
    /// It ended: the job or something that the job left behind.
    Ended(Pid, Outcome),
    /// It was stopped from the keyboard or by a signal.
    Stopped(Pid),
}

/// The next thing that a child did, if one did something.
pub(crate) fn reap() -> Option<Event> {
    let (pid, status) = rustix::process::wait(WaitOptions::NOHANG | WaitOptions::UNTRACED).ok()??;
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Some(Event::Ended(pid, Outcome::Exited(code as u8))),
        (None, Some(signal)) => Some(Event::Ended(pid, Outcome::Signaled(signal as u8))),
        (None, None) => Some(Event::Stopped(pid)),
    }
}
