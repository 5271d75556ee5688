//! Starting the job: the pipes, and what happens between fork and exec.

use crate::cgroup::Group;
use crate::job::{Job, Limits};
use crate::lock::{Local, write_own_number};
use crate::outcome::{NOT_EXECUTABLE, NOT_FOUND, NotStarted, OUR_FAULT, Outcome};
use nix::sys::signal::SigSet;
use rustix::fs::Mode;
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Resource, Rlimit, Signal, WaitOptions};
use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A job that runs: its process, which leads a process group of its own, and our ends of its pipes.
pub(crate) struct Child {
    pub(crate) pid: Pid,
    pub(crate) out: Option<OwnedFd>,
    pub(crate) err: Option<OwnedFd>,
}

/// Starts the job. Must be called by the thread that lives as long as cronwrap does: the kernel sends the
/// parent-death signal when that thread ends.
pub(crate) fn spawn(
    job: &Job,
    group: Option<&Group>,
    lock: Option<&Local>,
    signal_mask: SigSet,
) -> Result<Child, NotStarted> {
    let pipe = || {
        rustix::pipe::pipe_with(PipeFlags::CLOEXEC)
            .map_err(|error| NotStarted::ours(format!("no pipe: {error}")))
    };
    let (out, job_out) = pipe()?;
    let (err, job_err) = match job.merge {
        true => (
            None,
            job_out
                .try_clone()
                .map_err(|error| NotStarted::ours(format!("no pipe: {error}")))?,
        ),
        false => pipe().map(|(err, job_err)| (Some(err), job_err))?,
    };
    let mut command = Command::new(&job.program);
    command.args(&job.arguments).stdout(job_out).stderr(job_err);
    if job.no_stdin {
        command.stdin(Stdio::null());
    }
    for name in &job.unset {
        command.env_remove(name);
    }
    for (name, value) in &job.set {
        command.env(name, value);
    }
    command.process_group(0);
    let members = group.map(|group| group.members.try_clone());
    let members = members
        .transpose()
        .map_err(|error| NotStarted::ours(format!("--memory: {error}")))?;
    let lock = lock.map(Local::for_child).transpose();
    let lock = lock.map_err(|error| NotStarted::ours(format!("--lock: {error}")))?;
    before_exec(&mut command, signal_mask, job.limits.clone(), members, lock);
    let child = command.spawn().map_err(|error| explain(job, &error))?;
    match Pid::from_raw(child.id() as i32) {
        Some(pid) => Ok(Child {
            pid,
            out: Some(out),
            err,
        }),
        None => Err(NotStarted::ours("the new process has no number")),
    }
}

/// What the job's process does to itself before it becomes the job.
#[expect(
    unsafe_code,
    reason = "nothing else runs between fork and exec; see the closure's comment"
)]
fn before_exec(
    command: &mut Command,
    signal_mask: SigSet,
    limits: Limits,
    members: Option<File>,
    lock: Option<File>,
) {
    let parent = rustix::process::getpid();
    // SAFETY: the closure makes system calls only: it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(move || {
            signal_mask.thread_set_mask()?;
            rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
            // cronwrap may have been killed before the line above: then no signal will come.
            if rustix::process::getppid() != Some(parent) {
                return Err(Errno::SRCH.into());
            }
            if let Some(lock) = &lock {
                write_own_number(lock).map_err(|error| at_step(Step::Lock, error))?;
            }
            if let Some(members) = &members {
                rustix::io::write(members, b"0").map_err(|error| at_step(Step::Memory, error))?;
            }
            limits.apply()
        });
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
}

/// The standard library hands one number from the child to us: the step stands above the error's.
const STEP_SHIFT: i32 = 16;

fn at_step(step: Step, error: Errno) -> io::Error {
    io::Error::from_raw_os_error((step as i32) << STEP_SHIFT | error.raw_os_error())
}

/// The step that failed and why, where it was not exec.
fn failed_step(raw: i32, limits: &Limits) -> Option<NotStarted> {
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
        _ => return None,
    };
    Some(NotStarted::ours(format!("{what}: {error}")))
}

/// From now on, what the job leaves behind becomes our child when its parents are gone, so that it can be seen.
pub(crate) fn adopt_orphans() {
    // Older kernels cannot; then it is not seen.
    let _ = rustix::process::set_child_subreaper(Pid::from_raw(1));
}

/// Reaps a child that ended: the job or something that the job left behind.
pub(crate) fn reap() -> Option<(Pid, Outcome)> {
    let (pid, status) = rustix::process::wait(WaitOptions::NOHANG).ok()??;
    let outcome = match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => Outcome::Exited(code as u8),
        (None, Some(signal)) => Outcome::Signaled(signal as u8),
        (None, None) => return None,
    };
    Some((pid, outcome))
}

/// Says why a program could not be executed, and with which code a shell would report that.
fn explain(job: &Job, error: &io::Error) -> NotStarted {
    let path = Path::new(&job.program);
    let shown = visible(&job.program);
    let reason = |code, text: String| NotStarted { code, reason: text };
    if let Some(failed) = error.raw_os_error().and_then(|raw| failed_step(raw, &job.limits)) {
        return failed;
    }
    match error.raw_os_error().map(Errno::from_raw_os_error) {
        Some(Errno::NOENT) => match find(path, &job.search_path) {
            Found::Nowhere => reason(
                NOT_FOUND,
                format!("{shown}: not found in PATH={}", visible(&job.search_path)),
            ),
            Found::NoDirectory(directory) => reason(
                NOT_EXECUTABLE,
                format!(
                    "{shown}: there is no directory {}",
                    visible(directory.as_os_str())
                ),
            ),
            Found::NoFile => reason(NOT_FOUND, format!("{shown}: no such file")),
            Found::At(file) => reason(NOT_EXECUTABLE, format!("{shown}: {}", missing_interpreter(&file))),
        },
        Some(Errno::ACCESS) if path.is_dir() => reason(NOT_EXECUTABLE, format!("{shown}: is a directory")),
        Some(Errno::ACCESS) => reason(
            NOT_EXECUTABLE,
            format!("{shown}: permission denied (is it executable?)"),
        ),
        Some(Errno::AGAIN | Errno::NOMEM | Errno::MFILE | Errno::NFILE | Errno::SRCH) => {
            reason(OUR_FAULT, format!("no new process: {error}"))
        }
        _ => reason(NOT_EXECUTABLE, format!("{shown}: {error}")),
    }
}

enum Found {
    At(PathBuf),
    /// Named without a slash, and in no directory of PATH.
    Nowhere,
    NoFile,
    NoDirectory(PathBuf),
}

fn find(program: &Path, search_path: &OsStr) -> Found {
    if !program.as_os_str().as_encoded_bytes().contains(&b'/') {
        let candidates = std::env::split_paths(search_path)
            .map(|directory| directory.join(program))
            .collect::<Vec<_>>();
        return candidates
            .into_iter()
            .find(|file| file.is_file())
            .map_or(Found::Nowhere, Found::At);
    }
    match program.parent() {
        _ if program.exists() => Found::At(program.to_owned()),
        Some(directory) if !directory.as_os_str().is_empty() && !directory.exists() => {
            let missing = directory.ancestors().take_while(|above| !above.exists()).last();
            Found::NoDirectory(missing.unwrap_or(directory).to_owned())
        }
        _ => Found::NoFile,
    }
}

/// A file is there and "not found": it names an interpreter that is not.
fn missing_interpreter(file: &Path) -> String {
    use io::Read;
    let mut start = Vec::new();
    let read = std::fs::File::open(file).and_then(|file| file.take(512).read_to_end(&mut start));
    let line = start.split(|&byte| byte == b'\n').next().unwrap_or_default();
    match line.strip_prefix(b"#!") {
        Some(line) if read.is_ok() => {
            let text = String::from_utf8_lossy(line);
            let interpreter = text.trim_start().split([' ', '\t']).next().unwrap_or_default();
            let cure = if interpreter.ends_with('\r') {
                " (the file has DOS line ends)"
            } else {
                ""
            };
            format!("its interpreter {} is missing{cure}", interpreter.escape_debug())
        }
        _ => "its program loader or interpreter is missing".to_owned(),
    }
}

fn visible(text: &OsStr) -> String {
    text.to_string_lossy().escape_debug().to_string()
}
