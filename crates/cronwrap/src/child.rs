//! Starting the job: the pipes, and what happens between fork and exec.

use crate::job::Job;
use crate::outcome::{NOT_EXECUTABLE, NOT_FOUND, NotStarted, OUR_FAULT, Outcome};
use nix::sys::signal::SigSet;
use rustix::io::Errno;
use rustix::pipe::PipeFlags;
use rustix::process::{Pid, Signal, WaitOptions};
use std::ffi::OsStr;
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
pub(crate) fn spawn(job: &Job, signal_mask: SigSet) -> Result<Child, NotStarted> {
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
    if job.stdin_closed {
        command.stdin(Stdio::null());
    }
    for name in &job.unset {
        command.env_remove(name);
    }
    for (name, value) in &job.set {
        command.env(name, value);
    }
    command.process_group(0);
    before_exec(&mut command, signal_mask);
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
fn before_exec(command: &mut Command, signal_mask: SigSet) {
    let parent = rustix::process::getpid();
    // SAFETY: the closure makes system calls only: it allocates nothing and takes no lock.
    unsafe {
        command.pre_exec(move || {
            signal_mask.thread_set_mask()?;
            rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
            // cronwrap may have been killed before the line above: then no signal will come.
            if rustix::process::getppid() != Some(parent) {
                return Err(io::Error::from_raw_os_error(Errno::SRCH.raw_os_error()));
            }
            Ok(())
        });
    }
}

/// Reaps a child that ended: the job or, where we are its reaper, something that the job left behind.
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
