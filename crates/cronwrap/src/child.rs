//! Starting the job: what happens between fork and exec.

use crate::cgroup::Group;
use crate::job::{Job, Limits};
use crate::lock::{Local, write_own_number};
use crate::outcome::{NotStarted, Outcome};
use crate::refusal::explain;
use crate::streams::Streams;
use crate::terminal::Terminal;
use nix::sys::signal::SigSet;
use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::process::{Pid, Resource, Rlimit, Signal, WaitOptions};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

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
    let streams = Streams::make(job).map_err(|error| NotStarted::ours(format!("no pipe: {error}")))?;
    let mut command = Command::new(&job.program);
    command
        .args(&job.arguments)
        .stdout(streams.job_out)
        .stderr(streams.job_err);
    if job.no_stdin {
        command.stdin(Stdio::null());
    }
    for name in &job.unset {
        command.env_remove(name);
    }
    for (name, value) in &job.set {
        command.env(name, value);
    }
    let leads = !job.foreground;
    if leads && !job.pty {
        command.process_group(0);
    }
    let ours = |what: &str, error: io::Error| NotStarted::ours(format!("{what}: {error}"));
    let members = luggage.group.map(|group| group.members.try_clone()).transpose();
    let lock = luggage.lock.map(Local::for_child).transpose();
    let steps = Steps {
        limits: job.limits.clone(),
        members: members.map_err(|error| ours("--memory", error))?,
        lock: lock.map_err(|error| ours("--lock", error))?,
        pty: job.pty,
        takes_terminal: luggage.terminal.is_some(),
        signal_mask: luggage.signal_mask,
        parent: rustix::process::getpid(),
    };
    before_exec(&mut command, steps);
    let child = command.spawn().map_err(|error| explain(job, &error))?;
    match Pid::from_raw(child.id() as i32) {
        Some(pid) => Ok(Child {
            pid,
            leads,
            out: Some(streams.out),
            err: streams.err,
        }),
        None => Err(NotStarted::ours("the new process has no number")),
    }
}

/// What the job's process does to itself before it becomes the job.
struct Steps {
    limits: Limits,
    members: Option<File>,
    lock: Option<File>,
    pty: bool,
    takes_terminal: bool,
    signal_mask: SigSet,
    parent: Pid,
}

#[expect(
    unsafe_code,
    reason = "nothing else runs between fork and exec; see the comment below"
)]
fn before_exec(command: &mut Command, steps: Steps) {
    // SAFETY: `Steps::take` makes system calls only: it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(move || steps.take());
    }
}

impl Steps {
    /// In the job's own process, between fork and exec: system calls only.
    fn take(&self) -> io::Result<()> {
        rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
        // cronwrap may have been killed before the line above: then no signal will come.
        if rustix::process::getppid() != Some(self.parent) {
            return Err(Errno::SRCH.into());
        }
        if let Some(lock) = &self.lock {
            write_own_number(lock).map_err(|error| at_step(Step::Lock, error))?;
        }
        if let Some(members) = &self.members {
            rustix::io::write(members, b"0").map_err(|error| at_step(Step::Memory, error))?;
        }
        if self.pty {
            let own = rustix::process::setsid()
                .and_then(|_| rustix::process::ioctl_tiocsctty(rustix::stdio::stdout()));
            own.map_err(|error| at_step(Step::Pty, error))?;
        }
        if self.takes_terminal {
            // SIGTTOU is still blocked. A terminal that is gone is no reason not to run.
            let _ = rustix::termios::tcsetpgrp(rustix::stdio::stdin(), rustix::process::getpid());
        }
        self.signal_mask.thread_set_mask()?;
        self.limits.apply()
    }
}

impl Limits {
    /// In the job's own process, between fork and exec: system calls only.
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

/// What can fail between fork and exec, besides exec.
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

/// The standard library hands one number from the child to us: the step stands above the error's.
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
