//! A new process that becomes the job, without a copy of ours.
//!
//! `fork` copies our page tables, and then every page that either side touches: a tenth of what a short run costs.
//! So we do as posix_spawn does, which has no place for a parent-death signal: the new process borrows our memory
//! (CLONE_VM), while the thread that started it waits until it has become the job (CLONE_VFORK).

use crate::job::Job;
use nix::libc::{self, c_char};
use nix::sched::{CloneFlags, clone};
use rustix::io::Errno;
use rustix::process::{Pid, WaitOptions};
use std::ffi::{CStr, CString, OsStr, OsString};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicI32, Ordering};

/// For what the new process does before it becomes the job: a few system calls. So large that it is mapped, and the
/// pages that are not touched cost nothing.
const STACK: usize = 256 * 1024;
/// Runs what is executable and has neither a binary's head nor an interpreter's line, as execvp and shells have it.
const SHELL: &CStr = c"/bin/sh";

/// A program with its arguments and its environment, as the kernel takes them.
pub(crate) struct Program {
    /// Where it may be.
    paths: Vec<CString>,
    arguments: Vec<CString>,
    environment: Vec<CString>,
}

impl Program {
    /// The job's, in this environment, changed as the job says.
    pub(crate) fn new(
        job: &Job,
        environment: impl Iterator<Item = (OsString, OsString)>,
    ) -> io::Result<Program> {
        let mut variables: Vec<(OsString, OsString)> = environment
            .filter(|(name, _)| !job.unset.contains(name) && !job.set.iter().any(|(set, _)| set == name))
            .collect();
        for (at, (name, value)) in job.set.iter().enumerate() {
            // The last of one name counts.
            if !job.set[at + 1..].iter().any(|(later, _)| later == name) {
                variables.push((name.clone(), value.clone()));
            }
        }
        let assignment = |(mut name, value): (OsString, OsString)| {
            name.push("=");
            name.push(value);
            terminated(&name)
        };
        let arguments = std::iter::once(&job.program).chain(&job.arguments);
        Ok(Program {
            paths: paths(&job.program, &job.search_path)?,
            arguments: arguments
                .map(|argument| terminated(argument))
                .collect::<io::Result<_>>()?,
            environment: variables.into_iter().map(assignment).collect::<io::Result<_>>()?,
        })
    }

    /// Starts it. `prepare` runs in the new process, and may make system calls only: it must not keep a lock or
    /// leave our memory changed.
    #[expect(unsafe_code, reason = "nothing safe starts a process that borrows our memory")]
    pub(crate) fn launch(&self, mut prepare: impl FnMut() -> io::Result<()>) -> io::Result<Pid> {
        let mut exec = Exec::new(self);
        let failure = AtomicI32::new(0);
        let begin = || {
            let failed = match prepare() {
                Ok(()) => exec.run(&self.paths),
                Err(error) => error.raw_os_error().unwrap_or(libc::EINVAL),
            };
            failure.store(failed, Ordering::Relaxed);
            127
        };
        let mut stack = vec![0; STACK];
        let flags = CloneFlags::CLONE_VM | CloneFlags::CLONE_VFORK;
        // SAFETY: the stack is larger than what is put on it. While the new process uses our memory this thread
        // waits, so what `begin` borrows stays; it makes system calls only. The signals that we have handlers for
        // are blocked until just before the end, and the one handler, of SIGCHLD, sets a flag that nobody reads.
        let pid = unsafe { clone(Box::new(begin), &mut stack, flags, Some(libc::SIGCHLD)) }?;
        let pid = Pid::from_raw(pid.as_raw()).ok_or(Errno::SRCH)?;
        match failure.into_inner() {
            0 => Ok(pid),
            failed => {
                let _ = rustix::process::waitpid(Some(pid), WaitOptions::empty());
                Err(io::Error::from_raw_os_error(failed))
            }
        }
    }
}

fn terminated(text: &OsStr) -> io::Result<CString> {
    Ok(CString::new(text.as_bytes())?)
}

/// Where a program may be: itself where its name has a slash, else in each directory of PATH.
fn paths(program: &OsStr, search_path: &OsStr) -> io::Result<Vec<CString>> {
    if program.as_bytes().contains(&b'/') {
        return Ok(vec![terminated(program)?]);
    }
    std::env::split_paths(search_path)
        .map(|directory| match directory.as_os_str().is_empty() {
            // An empty one is where we are.
            true => terminated(&Path::new(".").join(program).into_os_string()),
            false => terminated(&directory.join(program).into_os_string()),
        })
        .collect()
}

/// What the kernel is given, made before the new process, which must not allocate.
struct Exec {
    arguments: Vec<*const c_char>,
    environment: Vec<*const c_char>,
    /// The same arguments for a script without an interpreter's line: the shell, a place for the path, the others.
    script: Vec<*const c_char>,
}

impl Exec {
    fn new(program: &Program) -> Exec {
        let pointers = |texts: &[CString]| -> Vec<*const c_char> {
            texts
                .iter()
                .map(|text| text.as_ptr())
                .chain([ptr::null()])
                .collect()
        };
        let arguments = pointers(&program.arguments);
        let mut script = vec![SHELL.as_ptr(), ptr::null()];
        script.extend(arguments.iter().skip(1));
        Exec {
            arguments,
            environment: pointers(&program.environment),
            script,
        }
    }

    /// Becomes the program. Returns only where that cannot be: with the error, as execvp picks it.
    fn run(&mut self, paths: &[CString]) -> i32 {
        let (mut denied, mut last) = (false, libc::ENOENT);
        for path in paths {
            last = self.become_one(path);
            match last {
                libc::EACCES => denied = true,
                libc::ENOENT | libc::ESTALE | libc::ENOTDIR | libc::ENODEV | libc::ETIMEDOUT => {}
                other => return other,
            }
        }
        if denied { libc::EACCES } else { last }
    }

    fn become_one(&mut self, path: &CStr) -> i32 {
        match self.exec(path, &self.arguments) {
            libc::ENOEXEC => {
                self.script[1] = path.as_ptr();
                self.exec(SHELL, &self.script)
            }
            error => error,
        }
    }

    #[expect(unsafe_code, reason = "the safe way allocates")]
    fn exec(&self, path: &CStr, arguments: &[*const c_char]) -> i32 {
        // SAFETY: both lists end with a null, and what they point to lives in the `Program`.
        unsafe { libc::execve(path.as_ptr(), arguments.as_ptr(), self.environment.as_ptr()) };
        nix::errno::Errno::last_raw()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(program: &str, set: &[(&str, &str)], unset: &[&str]) -> Job {
        Job {
            program: program.into(),
            search_path: "/no/such:/bin:".into(),
            set: set
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            unset: unset.iter().map(OsString::from).collect(),
            ..Job::default()
        }
    }

    fn texts(of: &[CString]) -> Vec<&str> {
        of.iter().map(|text| text.to_str().unwrap()).collect()
    }

    #[test]
    fn a_program_is_where_its_slash_says_or_in_path() {
        let paths = |program| {
            Program::new(&job(program, &[], &[]), std::iter::empty())
                .unwrap()
                .paths
        };
        assert_eq!(texts(&paths("x")), ["/no/such/x", "/bin/x", "./x"]);
        assert_eq!(texts(&paths("./x")), ["./x"]);
        assert!(Program::new(&job("a\0b", &[], &[]), std::iter::empty()).is_err());
    }

    #[test]
    fn the_environment_is_changed_as_the_job_says() {
        let before = [("A", "1"), ("B", "2"), ("C", "3")].map(|(name, value)| (name.into(), value.into()));
        let job = job("x", &[("B", "two"), ("D", "4"), ("D", "four")], &["C"]);
        let program = Program::new(&job, before.into_iter()).unwrap();
        assert_eq!(texts(&program.environment), ["A=1", "B=two", "D=four"]);
    }

    #[test]
    fn what_cannot_be_started_says_why_and_leaves_no_zombie() {
        let check = |program: &str, prepared: io::Result<()>, expected: i32| {
            let mut prepared = Some(prepared);
            let program = Program::new(&job(program, &[], &[]), std::iter::empty()).unwrap();
            let error = program.launch(|| prepared.take().unwrap()).unwrap_err();
            assert_eq!(error.raw_os_error(), Some(expected));
        };
        check("/no/such", Ok(()), libc::ENOENT);
        check("/etc/passwd", Ok(()), libc::EACCES);
        check("no-such-program", Ok(()), libc::ENOENT);
        check("/bin/true", Err(io::Error::from_raw_os_error(70_000)), 70_000);
        assert!(
            rustix::process::wait(WaitOptions::NOHANG).is_err(),
            "no child is left"
        );
    }
}
